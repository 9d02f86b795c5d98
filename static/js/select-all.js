// A checkbox with data-select-all="name" ticks every checkbox of that name in its form or table, and shows when only some are ticked.
(() => {
  const scope = (all) => all.closest("table") ?? all.form ?? document;
  const boxes = (all) => [...scope(all).querySelectorAll(`input[type="checkbox"][name="${CSS.escape(all.dataset.selectAll)}"]:not(:disabled)`)];
  const settle = (all) => {
    const every = boxes(all);
    const ticked = every.filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === every.length;
    all.indeterminate = ticked > 0 && ticked < every.length;
  };
  const all = () => document.querySelectorAll("[data-select-all]");
  // Hidden in the HTML: without this script it would do nothing.
  const start = () => all().forEach((box) => { box.hidden = false; settle(box); });

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.dataset.selectAll) boxes(box).forEach((other) => { other.checked = box.checked; });
    all().forEach(settle);
  });
  document.addEventListener("htmx:after:swap", start);
  // The browser restores ticks after a reload without telling anyone.
  addEventListener("pageshow", start);
})();
