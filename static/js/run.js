// The log of a script in the background: its end stays in view as it grows, unless somebody has scrolled away from it.
(() => {
  const SLACK = 8;
  const away = new Map();
  const logs = () => document.querySelectorAll(".run .run-log");
  const follow = () => logs().forEach((log) => {
    const held = away.get(log.closest(".run").id);
    log.scrollTop = held ?? log.scrollHeight;
  });
  // A log is replaced as it grows; where somebody was in it is remembered by the run's name.
  document.addEventListener("scroll", (event) => {
    const log = event.target;
    if (!log.matches?.(".run-log")) return;
    const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - SLACK;
    const id = log.closest(".run").id;
    if (atEnd) away.delete(id);
    else away.set(id, log.scrollTop);
  }, true);
  document.addEventListener("htmx:after:swap", follow);
  follow();
})();
