/* When the form around it is sent with its box ticked, the browser keeps name, e-mail and website for next time; else
   it forgets them. So the page itself is the same for everybody. */
const KEY = "remembered";
const attempt = (action) => { try { return action(); } catch { return null; } }; // storage may be switched off, or full

customElements.define("remember-me", class extends HTMLElement {
  connectedCallback() {
    const { remember, name, email, website } = this.closest("form").elements, fields = [name, email, website];
    const known = attempt(() => JSON.parse(localStorage.getItem(KEY)));
    known?.forEach((value, index) => { fields[index].value ||= value; });
    remember.checked ||= Boolean(known);
    remember.form.addEventListener("submit", () => attempt(() => {
      if (remember.checked) localStorage.setItem(KEY, JSON.stringify(fields.map((field) => field.value)));
      else localStorage.removeItem(KEY);
    }));
  }
});
