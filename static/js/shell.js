// In the shell: the newest output in view, ↑ and ↓ through the commands of this conversation, Enter sends.
(() => {
  // Looked for each time: while a command runs, the log is replaced again and again.
  const log = () => document.querySelector(".shell-log");
  const field = document.querySelector(".prompt [name=command]");
  if (!log() || !field) return;
  const commands = () => [...log().querySelectorAll(".entry-command")].map((command) => command.textContent);
  // The prompt is sticky and always in view; it is the newest entry that must be seen, down to its last line.
  const toEnd = () => {
    const newest = log().lastElementChild;
    const output = newest?.querySelector(".entry-output");
    if (output) output.scrollTop = output.scrollHeight;
    newest?.scrollIntoView({ block: "end" });
  };
  let at = null;

  field.addEventListener("keydown", (event) => {
    // While a Chinese input method composes, keys belong to it.
    if (event.isComposing) return;
    // Where the prompt is a textarea, Enter sends all the same, and Shift+Enter makes a line.
    if (event.key === "Enter" && !event.shiftKey && field.tagName === "TEXTAREA") {
      event.preventDefault();
      field.form.requestSubmit();
    }
    // In a command of several lines the arrows move between its lines.
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || field.value.includes("\n")) return;
    const said = commands();
    at = Math.min(said.length, Math.max(0, (at ?? said.length) + (event.key === "ArrowUp" ? -1 : 1)));
    field.value = said[at] ?? "";
    event.preventDefault();
  });

  document.addEventListener("htmx:after:swap", (event) => {
    // Only the prompt's own answer, for something else on the page may poll; and what was refused stays, to be corrected.
    const { sourceElement, response } = event.detail.ctx;
    if (response.status >= 400) return;
    // A command that was waited for has ended.
    if (sourceElement.matches(".shell-log") && !log().hasAttribute("hx-get")) toEnd();
    if (sourceElement !== field.form) return;
    field.value = "";
    at = null;
    field.focus();
    toEnd();
  });
  toEnd();
})();
