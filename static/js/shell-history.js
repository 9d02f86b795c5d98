// In the shell: ↑ and ↓ through what was typed at this VPS, Ctrl+R searches it. It is fetched once, when it is first wanted.
(() => {
  const form = document.querySelector(".prompt[data-history]");
  if (!form) return;
  const field = form.elements.command;
  const search = form.querySelector(".history-search");
  const word = search.querySelector("input");
  const list = search.querySelector("ol");
  const SHOWN_MAX = 8;
  let lines = null;
  let at = 0;
  let draft = "";
  let chosen = 0;

  const fetched = async () => {
    if (lines) return lines;
    const answer = await fetch(form.dataset.history, { headers: { accept: "application/json" } });
    lines = answer.ok ? (await answer.json()).lines : [];
    at = lines.length;
    return lines;
  };

  const write = (text) => {
    field.value = text;
    field.setSelectionRange(text.length, text.length);
  };

  const step = async (by) => {
    const all = await fetched();
    if (at === all.length) draft = field.value;
    at = Math.min(all.length, Math.max(0, at + by));
    write(all[at] ?? draft);
  };

  const found = () => {
    const wanted = word.value.toLowerCase();
    const newestFirst = [...new Set([...lines].reverse())];
    return newestFirst.filter((line) => line.toLowerCase().includes(wanted)).slice(0, SHOWN_MAX);
  };

  const draw = () => {
    const texts = found();
    chosen = Math.min(chosen, Math.max(0, texts.length - 1));
    list.replaceChildren(...texts.map((text, index) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.classList.toggle("is-chosen", index === chosen);
      button.addEventListener("click", () => close(text));
      item.append(button);
      return item;
    }));
  };

  const open = async () => {
    await fetched();
    search.hidden = false;
    word.value = "";
    chosen = 0;
    draw();
    word.focus();
  };

  const close = (text) => {
    search.hidden = true;
    if (text !== undefined) write(text);
    field.focus();
  };

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.ctrlKey && event.key === "r") {
      event.preventDefault();
      open();
    }
    // In a command of several lines the arrows move between its lines, and out of it at its first and last.
    if (!["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const { value, selectionStart, selectionEnd } = field;
    const way = event.key === "ArrowUp" ? value.slice(0, selectionStart) : value.slice(selectionEnd);
    if (way.includes("\n")) return;
    event.preventDefault();
    step(event.key === "ArrowUp" ? -1 : 1);
  });

  word.addEventListener("input", () => { chosen = 0; draw(); });
  word.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? (event.ctrlKey && event.key === "r" ? 1 : 0);
    if (move) {
      event.preventDefault();
      chosen = Math.max(0, chosen + move);
      draw();
    } else if (event.key === "Enter") {
      event.preventDefault();
      close(found()[chosen]);
    } else if (event.key === "Escape") {
      close();
    }
  });

  form.addEventListener("submit", () => {
    const line = field.value;
    if (lines && line.trim() && lines.at(-1) !== line) lines.push(line);
    at = lines?.length ?? 0;
    draft = "";
  });
})();
