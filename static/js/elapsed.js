// Counts the seconds in [data-since] while an action runs.
(() => {
  const started = new WeakMap();

  const tick = () => {
    document.querySelectorAll("[data-since]").forEach((element) => {
      // The server wrote how many seconds had passed when it drew the page. Counting on from there needs no agreement of
      // clocks; data-since itself serves when it wrote none.
      if (!started.has(element)) {
        const shown = Number.parseInt(element.textContent, 10);
        started.set(element, Number.isNaN(shown) ? element.dataset.since * 1000 : Date.now() - shown * 1000);
      }
      element.textContent = Math.max(0, Math.floor((Date.now() - started.get(element)) / 1000));
    });
  };
  setInterval(tick, 1000);
  tick();
})();
