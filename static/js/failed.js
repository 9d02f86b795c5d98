// Shows [data-failed] when a request of htmx got no good answer, and hides it when one does: a page must not go stale in silence.
(() => {
  const show = (failed) => document.querySelectorAll("[data-failed]").forEach((element) => { element.hidden = !failed; });

  document.addEventListener("htmx:error", () => show(true));
  document.addEventListener("htmx:response:error", (event) => {
    // 422 is the same form again with its errors: it says what is wrong itself.
    if (event.detail.ctx.response.status !== 422) show(true);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.response?.status < 400) show(false);
  });
})();
