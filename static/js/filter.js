// "/" goes to the page's search, Escape leaves it.
(() => {
  const typing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  document.addEventListener("keydown", (event) => {
    const field = document.querySelector("[data-filter]");
    if (!field) return;
    // While a Chinese input method composes, keys belong to it.
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing(event.target)) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && event.target === field) {
      field.blur();
    }
  });
})();
