// A form sent once cannot be sent again by an impatient second click. (The server refuses it too; this spares the person the error.)
(() => {
  const marked = "data-sent";

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A GET may be repeated, and a form that htmx sends stays on the page and must work again.
    if (event.defaultPrevented || form.method !== "post") return;
    form.setAttribute("aria-busy", "true");
    // After the submit: a disabled button's own name and value would not be sent.
    setTimeout(() => {
      for (const button of form.elements) {
        if (button.type !== "submit" || button.disabled) continue;
        button.disabled = true;
        button.setAttribute(marked, "");
      }
    });
  });

  // "Back" may bring the page as it was left, with its buttons dead.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[aria-busy]").forEach((form) => form.removeAttribute("aria-busy"));
    document.querySelectorAll(`[${marked}]`).forEach((button) => { button.disabled = false; button.removeAttribute(marked); });
  });
})();
