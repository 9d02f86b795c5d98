// On touch screens, a row of the keys that a phone's keyboard lacks. Each does what the real key does in the prompt.
(() => {
  const row = document.querySelector(".shell-keys");
  const field = document.querySelector(".prompt [name=command]");
  if (!row || !field) return;
  row.hidden = false;
  // The prompt keeps the focus, so that the phone's keyboard stays.
  row.addEventListener("pointerdown", (event) => event.preventDefault());
  row.addEventListener("click", (event) => {
    const { key, text } = event.target.closest("button")?.dataset ?? {};
    field.focus();
    if (text) field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    if (!key) return;
    const ctrlKey = key.startsWith("Ctrl+");
    field.dispatchEvent(new KeyboardEvent("keydown", { key: key.replace("Ctrl+", ""), ctrlKey, bubbles: true, cancelable: true }));
  });
})();
