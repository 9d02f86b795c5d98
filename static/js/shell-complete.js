// In the shell: Tab completes the word before the cursor with names that the VPS knows. An empty line leaves Tab to the page.
(() => {
  const form = document.querySelector(".prompt[data-complete]");
  if (!form) return;
  const field = form.elements.command;
  const offered = form.querySelector(".offered");
  let isAsking = false;

  const common = (words) => words.reduce((shared, word) => {
    let length = 0;
    while (length < shared.length && shared[length] === word[length]) length += 1;
    return shared.slice(0, length);
  });

  const ask = async (line) => {
    const body = new URLSearchParams({ cwd: form.elements.cwd.value, line });
    const answer = await fetch(form.dataset.complete, { method: "POST", body, redirect: "error" });
    return answer.ok ? answer.json() : { typed: "", words: [] };
  };

  const complete = async () => {
    const end = field.selectionStart;
    const line = field.value.slice(0, end);
    const { typed, words } = await ask(line);
    // What was typed meanwhile counts, and not what was asked for.
    if (!words.length || field.value.slice(0, end) !== line || !line.endsWith(typed)) return;
    const shared = common(words);
    const isWhole = words.length === 1 && !shared.endsWith("/");
    if (words.length === 1 || shared.length > typed.length) {
      field.setRangeText(shared + (isWhole ? " " : ""), end - typed.length, end, "end");
    }
    offered.replaceChildren(...words.map((word) => {
      const name = document.createElement("span");
      name.textContent = word;
      return name;
    }));
    offered.hidden = words.length < 2;
  };

  field.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || !field.value.trim()) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    try {
      await complete();
    } catch {
      // No answer is no completion: the line stays as it is.
    } finally {
      isAsking = false;
    }
  });
  field.addEventListener("input", () => { offered.hidden = true; });
  form.addEventListener("submit", () => { offered.hidden = true; });
})();
