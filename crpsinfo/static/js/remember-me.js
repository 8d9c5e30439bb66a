/* When its form is sent with its box ticked, the browser keeps name, e-mail and website for next time; else not. */
const attempt = (action) => { try { return action(); } catch { return null; } }; // storage may be switched off, or full

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
