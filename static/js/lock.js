// When a long operation has ended, the page that was open meanwhile loads itself anew, unless somebody has typed in it.
(() => {
  document.addEventListener("htmx:after:swap", () => {
    if (document.querySelector("#lock [data-ended]") && !document.querySelector("form[data-edited]")) location.reload();
  });
})();
