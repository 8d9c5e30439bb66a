/* Keeps what is typed into the form around it: for this tab, and on this device if its box is ticked. With `done` it
   forgets the draft that was just posted. A draft's key tells where it would be posted. */
const WEEK = 7 * 24 * 60 * 60 * 1000, SENT = "draft-sent", TAB = "sessionStorage", DEVICE = "localStorage";
const FIELDS = ["text", "name", "email", "website"], EMPTY = '["","","",""]', BACK = "Your draft is back.";
/* Storage may be switched off, or full: then nothing is kept. What another tab keeps on the device stays there. */
const attempt = (action) => { try { return action(); } catch { return null; } };
const read = (store, key) => attempt(() => JSON.parse(window[store].getItem(key))) ?? {};
const remove = (store, key) => attempt(() => window[store].removeItem(key));
const write = (store, key, draft) => read(store, key).draft === draft // what is there already gets no younger
  || attempt(() => window[store].setItem(key, JSON.stringify({ at: Date.now(), draft })));
const isOld = (key) => key.startsWith("draft:") && !(Date.now() - read(DEVICE, key).at < WEEK);
const drop = (key) => { if (read(DEVICE, key).draft === read(TAB, key).draft) remove(DEVICE, key); remove(TAB, key); };

customElements.define("draft-keeper", class extends HTMLElement {
  connectedCallback() {
    for (const key of attempt(() => Object.keys(localStorage).filter(isOld)) ?? []) remove(DEVICE, key);
    const sent = read(TAB, SENT).draft, redirected = performance.getEntriesByType("navigation")[0]?.redirectCount;
    remove(TAB, SENT);
    this.key = `draft:${this.dataset.place}`;
    if (!this.hasAttribute("done")) this.watch(this.closest("form"), sent ?? this.key);
    else if (redirected && sent?.startsWith(`${this.key}#`)) drop(sent);
  }
  watch(form, from) {
    [this.box, this.state, this.button] = this.querySelectorAll("input, [role=status], button");
    this.fields = FIELDS.map((name) => form.elements[name]);
    this.restore(from);
    window.addEventListener("pageshow", () => this.restore(this.key)); // the browser went back to older words
    for (const type of ["input", "change"]) form.addEventListener(type, (event) => this.keep(event.target));
    form.addEventListener("submit", () => { this.keep(); write(TAB, SENT, this.key); });
    this.button.addEventListener("click", () => (this.erased ? this.fill(this.erased, BACK) : this.erase()));
  }
  restore(from) {
    const isFilledIn = this.fields.some((field) => field.defaultValue), key = isFilledIn ? from : this.key;
    const kept = read(TAB, key).draft ?? (this.draft === EMPTY ? read(DEVICE, key).draft : null);
    if (!kept || (isFilledIn && kept !== this.draft)) return; // the server has the last word
    this.box.checked = read(DEVICE, key).draft === kept;
    if (key !== this.key) drop(key); // it answers a comment that is gone
    this.fill(kept, isFilledIn ? null : BACK);
  }
  get draft() { return JSON.stringify(this.fields.map((field) => field.value)); }
  fill(draft, news, erased) {
    JSON.parse(draft).forEach((value, index) => { if (value || erased) this.fields[index].value = value; });
    this.keep(null, news, erased);
  }
  erase() { remove(DEVICE, this.key); this.fill(EMPTY, "Draft erased.", this.draft); }
  keep(changed, news, erased) {
    const { key, draft, box, button, state } = this, isEmpty = draft === EMPTY;
    if (changed === box && !box.checked) remove(DEVICE, key);
    if (isEmpty) drop(key);
    else for (const store of box.checked ? [TAB, DEVICE] : [TAB]) write(store, key, draft);
    const onDevice = read(DEVICE, key).draft === draft, isKept = read(TAB, key).draft === draft;
    if (!isEmpty || erased) box.checked = onDevice;
    const where = onDevice ? "on this device" : "in this tab";
    const text = news ?? (isEmpty ? "" : isKept ? `Draft kept ${where}.` : "This browser keeps no drafts.");
    if (state.textContent !== text) state.textContent = text; // said once, not at every key
    Object.assign(button, { textContent: erased ? "Undo" : "Erase this draft", hidden: !(isKept || erased) });
    this.erased = erased;
  }
});
