// In the shell: the newest entry in view, Enter sends, the prompt follows the directory, and a terminal's keys do what they do there.
(() => {
  const log = document.querySelector(".shell-log");
  const field = document.querySelector(".prompt [name=command]");
  if (!log || !field) return;
  const form = field.form;
  document.querySelector(".shell-keys-about").hidden = false;

  // The prompt is sticky and always in view; it is the newest entry that must be seen, down to its last line.
  const toEnd = () => {
    const newest = log.lastElementChild;
    const output = newest?.querySelector(".entry-output");
    if (output) output.scrollTop = output.scrollHeight;
    newest?.scrollIntoView({ block: "end" });
  };

  // What an entry that came brings for the prompt: where the next line runs, and the number it will have.
  const takeUp = (entry) => {
    form.elements.cwd.value = entry.dataset.cwd;
    form.querySelector(".prompt-place").textContent = entry.dataset.place;
    ["cwd", "place"].forEach((name) => delete entry.dataset[name]);
  };

  const write = (text) => {
    field.value = text;
    field.setSelectionRange(text.length, text.length);
    field.focus();
  };

  // Ctrl+C: the page waits no longer. A running command is KiwiVM's to end, so the words say that it may go on.
  const abandon = () => {
    log.querySelectorAll(".entry[hx-get]").forEach((entry) => {
      // Another element, which asks for nothing.
      const still = entry.cloneNode(true);
      [...still.attributes].filter((one) => one.name.startsWith("hx-")).forEach((one) => still.removeAttribute(one.name));
      still.querySelector("[data-since]")?.removeAttribute("data-since");
      still.querySelector("[data-abandoned]").hidden = false;
      entry.replaceWith(still);
    });
  };

  // Esc: to the newest entry in view, so that Tab goes on from there. After a mere blur() Chromium goes on now from here, now from there.
  const leave = () => {
    const newest = [...log.children].findLast((entry) => !entry.hidden);
    if (!newest) return field.blur();
    newest.tabIndex = -1;
    newest.focus({ preventScroll: true });
  };

  field.addEventListener("keydown", (event) => {
    // While a Chinese input method composes, keys belong to it.
    if (event.isComposing || event.defaultPrevented) return;
    const control = event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter" && !event.shiftKey) {
      // The prompt is a textarea, but Enter sends; Shift+Enter makes a line.
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Escape") {
      leave();
    } else if (control && event.key === "l") {
      event.preventDefault();
      [...log.children].forEach((entry) => { entry.hidden = true; });
    } else if (control && event.key === "c" && field.selectionStart === field.selectionEnd) {
      event.preventDefault();
      if (log.querySelector(".entry[hx-get]")) abandon();
      else write("");
    }
  });

  document.addEventListener("click", (event) => {
    const again = event.target.closest?.("[data-again]");
    if (!again) return;
    event.preventDefault();
    write(document.querySelector(again.dataset.again).textContent);
  });

  let sent = null;
  form.addEventListener("submit", () => { sent = field.value; });

  document.addEventListener("htmx:after:swap", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (response.status >= 400) return;
    const fresh = [...log.querySelectorAll(".entry[data-place]")];
    fresh.forEach(takeUp);
    if (sourceElement === form) {
      // A form that was answered has been used: the next line is another action.
      const action = fresh.at(-1)?.dataset.action;
      if (action) form.elements.action.value = action;
      // What was typed meanwhile stays.
      if (field.value === sent) field.value = "";
      field.focus();
    }
    if (fresh.length) toEnd();
  });
  if (field.value) write(field.value);
  // A snippet that is about to be run stands above the log, and is what its person wants to see.
  if (!document.querySelector(".snippet-run")) toEnd();
})();
