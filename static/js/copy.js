// Copies data-copy, or the text of the element that data-copy-from names, to the clipboard. The buttons are hidden in the HTML, because without this script they can do nothing.
(() => {
  // Plain http beyond loopback has no clipboard: better no button than a broken one.
  if (!navigator.clipboard) return;
  const show = (root) => root.querySelectorAll?.("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  show(document);
  // Rows that htmx brings later bring buttons too.
  document.addEventListener("htmx:after:swap", () => show(document));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    try {
      const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
      await navigator.clipboard.writeText(source ? source.textContent : button.dataset.copy);
    } catch {
      return; // The browser forbids it: saying "copied" would be a lie, and the text stands beside the button.
    }
    const said = button.getAttribute("aria-label");
    const use = button.querySelector("use");
    const icon = use?.getAttribute("href");
    button.classList.add("is-ok");
    button.setAttribute("aria-label", button.dataset.copied);
    button.title = button.dataset.copied;
    if (icon) use.setAttribute("href", icon.replace(/#.*/, "#check"));
    // The icon changes and not the words, so that nothing beside it moves; this tells those who do not see it.
    const live = document.createElement("span");
    live.className = "unseen";
    live.setAttribute("role", "status");
    document.body.append(live);
    live.textContent = button.dataset.copied;
    setTimeout(() => {
      button.classList.remove("is-ok");
      button.removeAttribute("title");
      if (said) button.setAttribute("aria-label", said); else button.removeAttribute("aria-label");
      if (icon) use.setAttribute("href", icon);
      live.remove();
    }, 1500);
  });
})();
