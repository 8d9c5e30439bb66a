// The keys of the moderators' desk. Each presses a button that is there anyway; without this script all of it works.
const TYPING = 'input:not([type="checkbox"]), select, textarea';

class ModerationDesk extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("keys")) document.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("pageshow", () => (this.sent = false));
    const place = document.getElementById(location.hash.slice(1));
    if (place?.matches(".card")) this.go(place);
    const told = this.querySelector(".undo-bar [role=status]"); // what is there from the start is not read out
    if (told && place) setTimeout(() => told.append(" "), 500);
  }

  // A second press changes nothing, and what was typed elsewhere is not lost unasked.
  submit(event) {
    const fields = [...this.querySelectorAll("textarea, input[type=text]")].filter((field) => !event.target.contains(field));
    const unsent = fields.some((field) => field.value !== field.defaultValue);
    const stay = this.sent || (unsent && !confirm("What you wrote in another card is not sent. Go on without it?"));
    if (stay) event.preventDefault();
    else this.sent = true;
  }

  key(event) {
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
    const next = this.current ? cards[cards.indexOf(this.current) + step] : cards[0];
    return next ? this.go(next) : false;
  }

  go(card) {
    card.focus();
    card.scrollIntoView({ block: "start" });
    return true;
  }

  // On the current card, or on what belongs to the whole page.
  press(key) {
    const name = key === "o" ? "[data-fold] > summary" : `[data-key="${CSS.escape(key)}"]`;
    const control = this.current?.querySelector(name) ?? this.querySelector(`:not(.card *)${name}`);
    if (!control) return false;
    control.click();
    if (control.matches(".panel > summary")) control.parentElement.querySelector("select, textarea, input")?.focus();
    return true;
  }
}

customElements.define("moderation-desk", ModerationDesk);
