// A form in which somebody has typed is left as it is when the page around it refreshes itself.
(() => {
  document.addEventListener("input", (event) => {
    event.target.form?.setAttribute("data-edited", "");
  });
})();
