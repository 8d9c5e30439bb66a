// The keys of the moderators' desk. Each presses a button that is there anyway; without this script all of it works.
const TYPING = 'input:not([type="checkbox"]), select, textarea, [contenteditable]';

class ModerationDesk extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", this);
    const place = document.getElementById(location.hash.slice(1));
    if (place?.matches(".card")) this.go(place);
    const told = this.querySelector(".undo-bar [role=status]"); // what is there from the start is not read out
    if (told && place) setTimeout(() => told.append(" "), 500);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.target.closest(TYPING)) return;
    const key = event.key.toLowerCase();
    const done = key === "j" ? this.move(1) : key === "k" ? this.move(-1) : this.press(key);
    if (done) event.preventDefault();
  }

  get current() {
    return document.activeElement.closest(".card");
  }

  move(step) {
    const cards = [...this.querySelectorAll(".card")];
    const place = cards.indexOf(this.current) + step;
    const next = this.current ? cards[place] : cards[0];
    return next ? this.go(next) : false;
  }

  go(card) {
    card.focus();
    card.scrollIntoView({ block: "start" });
    return true;
  }

  // On the current card, or on what belongs to the whole page.
  press(key) {
    if (key === "o") return this.fold();
    const name = `[data-key="${CSS.escape(key)}"]`;
    const control = this.current?.querySelector(name) ?? this.querySelector(`:not(.card *)${name}`);
    if (!control) return false;
    control.click();
    const panel = control.closest("details");
    if (control.matches("summary")) panel.querySelector("select, textarea, input:not([type=hidden])")?.focus();
    return true;
  }

  fold() {
    const text = this.current?.querySelector("[data-fold] > summary");
    text?.click();
    return Boolean(text);
  }
}

customElements.define("moderation-desk", ModerationDesk);
