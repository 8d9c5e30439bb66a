// The one script of readers' pages: <draft-keeper>, <remember-me>, and where old links to comments lead.
const attempt = (action) => { try { return action(); } catch { return null; } }; // storage may be switched off, or full

/* Keeps what is typed into the form around it: for this tab, and on this device if its box is ticked. Outside a form it
   forgets what was just sent, not what another tab keeps on the device. Every page erases what is old. */
const WEEK = 7 * 24 * 3600 * 1000, SENT = "draft-sent", TAB = "sessionStorage", DEVICE = "localStorage";
const FIELDS = "textarea, [type=text], [type=email], [type=url], [data-draft]", BACK = "Your draft is back.";
const read = (store, key) => attempt(() => JSON.parse(window[store].getItem(key))) ?? {};
const remove = (store, key) => attempt(() => window[store].removeItem(key));
const write = (store, key, draft) => read(store, key).draft === draft // what is there already gets no younger
  || attempt(() => window[store].setItem(key, JSON.stringify({ at: Date.now(), draft })));
const drop = (key) => { if (read(DEVICE, key).draft === read(TAB, key).draft) remove(DEVICE, key); remove(TAB, key); };
const keys = (start) => [TAB, DEVICE].flatMap((store) => attempt(() => Object.keys(window[store])) ?? [])
  .filter((key) => key.startsWith(start));
const sent = read(TAB, SENT).draft, redirected = performance.getEntriesByType("navigation")[0]?.redirectCount;
for (const key of keys("draft:")) if (!(Date.now() - read(DEVICE, key).at < WEEK)) remove(DEVICE, key);

customElements.define("draft-keeper", class extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form, .kept"), key = `draft:${this.dataset.place}`;
    remove(TAB, SENT);
    if (form) this.watch(form, (form.hidden && keys(key)[0]) || key);
    else if (redirected && sent) drop(sent);
  }
  watch(form, key) {
    [this.button, this.state, this.box = {}] = [...this.querySelectorAll("input, span, button")].reverse();
    Object.assign(this, { form, key, isBound: this.hasAttribute("bound"), fields: [...form.querySelectorAll(FIELDS)] });
    this.empty = JSON.stringify(this.fields.map((field) => (this.isBound ? "" : field.defaultValue)));
    this.restore((this.isBound && sent) || key);
    window.addEventListener("pageshow", () => this.restore(key)); // the browser went back to older words
    form.addEventListener("input", (event) => this.keep(event.target));
    form.addEventListener("submit", () => { this.keep(); write(TAB, SENT, key); });
    this.button.addEventListener("click", () => (this.erased ? this.fill(this.erased, BACK) : this.erase()));
  }
  restore(key) {
    const kept = read(TAB, key).draft ?? (this.draft === this.empty ? read(DEVICE, key).draft : null);
    if (!kept || (this.isBound && kept !== this.draft)) return; // the server has the last word
    this.box.checked = read(DEVICE, key).draft === kept;
    if (key !== this.key) drop(key); // it answers a comment that is gone
    this.fill(kept, this.isBound ? null : BACK);
  }
  get draft() { return JSON.stringify(this.fields.map((field) => field.value)); }
  fill(draft, news, erased) {
    JSON.parse(draft).forEach((value, index) => { if (value || erased) this.fields[index].value = value; });
    this.form.hidden = false; // where comments are closed meanwhile
    this.keep(null, news, erased);
  }
  erase() { remove(DEVICE, this.key); this.fill(this.empty, "Draft erased.", this.draft); }
  keep(changed, news, erased) {
    const { key, draft, box, button, state } = this, isEmpty = draft === this.empty;
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

/* When its form is sent with its box ticked, the browser keeps name, e-mail and website for next time; else not. */
customElements.define("remember-me", class extends HTMLElement {
  connectedCallback() {
    const { remember, name, email, website } = this.closest("form").elements, fields = [name, email, website];
    const known = attempt(() => JSON.parse(localStorage.remembered));
    known?.forEach((value, index) => { fields[index].value ||= value; });
    remember.checked ||= Boolean(known);
    remember.form.addEventListener("submit", () => attempt(() => {
      if (remember.checked) localStorage.remembered = JSON.stringify(fields.map((field) => field.value));
      else localStorage.removeItem("remembered");
    }));
  }
});

// A link to a comment that is not on this page, as old links have it: it may be on another page of the same article.
const [, number] = /^#comment-(\d+)$/.exec(location.hash) ?? [];
if (number && document.getElementById("comments") && !document.getElementById(`comment-${number}`)) {
  const found = await fetch(`/comments/${number}/`, { method: "HEAD" }).catch(() => ({}));
  const isElsewhere = found.ok && found.url !== location.href.split("#")[0];
  if (isElsewhere && found.url.startsWith(location.origin + location.pathname)) location.replace(found.url + location.hash);
}
