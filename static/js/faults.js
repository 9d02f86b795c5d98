// What is wrong with a form is the first thing to read after it was sent, wherever the form stands on the page.
(() => {
  document.querySelector("[data-faults]")?.focus();
})();
