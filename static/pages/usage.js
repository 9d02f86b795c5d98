// The charts of the usage page, drawn by uPlot over what the server has drawn: hover for values, drag to look closer.
(() => {
  const HEIGHT = 200;
  const DAY_S = 86_400;
  // Between two times below a chart, so that "2026年11月" does not touch its neighbour.
  const TIME_WIDTH = 84;
  // Of bytes these are the round numbers.
  const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

  // "1.5 Mbit/s": the first unit in which the number is short. `units` hold the number's place as {}.
  const scaled = (value, base, units) => {
    let unit = 0;
    while (unit + 1 < units.length && Math.abs(value) >= base) {
      value /= base;
      unit += 1;
    }
    return units[unit].replace("{}", Number(value.toPrecision(3)));
  };

  const words = (root, unit) => {
    const bits = root.dataset.bits.split("|");
    const bytes = root.dataset.bytes.split("|");
    return (value) => {
      if (value == null) return "–";
      if (unit === "percent") return `${Number(value.toPrecision(3))}%`;
      return unit === "bits" ? scaled(value, 1000, bits) : scaled(value, 1024, bytes);
    };
  };

  const clock = (root) => {
    const format = (options) => {
      const format = new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: root.dataset.zone, hourCycle: "h23", ...options });
      return (seconds) => format.format(new Date(seconds * 1000));
    };
    return {
      exact: format({ dateStyle: "medium", timeStyle: "short" }),
      hour: format({ hour: "2-digit", minute: "2-digit" }),
      day: format({ month: "short", day: "numeric" }),
      month: format({ year: "numeric", month: "short" }),
    };
  };

  // A colour as it is on the page: custom properties and light-dark() mean nothing to a canvas.
  const colour = (element) => getComputedStyle(element).color;

  // uPlot follows a mouse. A finger that moves sideways does here what a mouse does with its button held;
  // up and down it scrolls the page, which takes the finger away: it goes back to where it began, then.
  const followFinger = (over) => {
    let beganAt = 0;
    const tell = (kind, clientX, clientY) => {
      // uPlot takes no notice of a mouse that says it has not moved.
      over.dispatchEvent(new MouseEvent(kind, { bubbles: true, button: 0, clientX, clientY, movementX: 1 }));
    };
    const follows = {
      pointerdown: (x, y) => {
        beganAt = x;
        tell("mousedown", x, y);
      },
      pointermove: (x, y) => tell("mousemove", x, y),
      pointerup: (x, y) => tell("mouseup", x, y),
      pointercancel: (_, y) => {
        tell("mousemove", beganAt, y);
        tell("mouseup", beganAt, y);
      },
    };
    for (const [kind, follow] of Object.entries(follows)) {
      over.addEventListener(kind, (event) => event.pointerType === "touch" && follow(event.clientX, event.clientY));
    }
  };

  const draw = (root, figure, points, zoom) => {
    const keys = [...figure.querySelectorAll("[data-field]")];
    const say = words(root, figure.dataset.unit);
    const times = clock(root);
    const text = colour(figure.querySelector("figcaption"));
    const rule = colour(figure.querySelector(".chart-rule"));
    const axis = { stroke: text, font: `12px ${getComputedStyle(figure).fontFamily}`, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
    const names = (_, splits, __, ___, step) => splits.map((at) => {
      if (step >= 28 * DAY_S) return times.month(at);
      return step >= DAY_S ? times.day(at) : times.hour(at);
    });
    const series = keys.map((key, index) => ({
      label: key.textContent,
      stroke: colour(key),
      width: 1.5,
      dash: index ? [5, 3] : undefined,
      value: (_, value) => say(value),
    }));
    const options = {
      width: figure.clientWidth,
      height: HEIGHT,
      tzDate: (at) => uPlot.tzDate(new Date(at * 1000), root.dataset.zone),
      series: [{ label: root.dataset.time, value: (_, at) => (at == null ? "–" : times.exact(at)) }, ...series],
      axes: [{ ...axis, space: TIME_WIDTH, values: names }, { ...axis, size: 88, ...(figure.dataset.unit === "bytes" && { incrs: POWERS_OF_TWO }), values: (_, splits) => splits.map(say) }],
      scales: { x: { range: [points.from_s, points.to_s] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.05 : 1] } },
      cursor: { sync: { key: "usage" }, drag: { x: true, y: false, setScale: false } },
      hooks: {
        setSelect: [(chart) => {
          if (chart.select.width < 4) return;
          const at = (left) => Math.floor(chart.posToVal(left, "x"));
          zoom(at(chart.select.left), at(chart.select.left + chart.select.width) + 1);
        }],
      },
    };
    const chart = new uPlot(options, [points.times, ...keys.map((key) => points[key.dataset.field])], figure);
    chart.root.setAttribute("aria-hidden", "true");
    followFinger(chart.over);
    return chart;
  };

  const begin = (root) => {
    const whole = root.dataset.points;
    const figures = [...root.querySelectorAll("figure")];
    let charts = [];

    const show = async (path) => {
      const answer = await fetch(path, { headers: { accept: "application/json" } });
      // Without the points what the server drew stays.
      if (!answer.ok) return;
      const points = await answer.json();
      charts.forEach((chart) => chart.destroy());
      charts = figures.map((figure) => draw(root, figure, points, zoom));
      root.classList.add("is-drawn");
      root.querySelector("[data-hint]").hidden = false;
    };
    const zoom = (from, to) => {
      const part = `span=chosen&from=${from}&to=${to}`;
      root.querySelector("[data-figures]").href = root.dataset.span.replace("span=chosen", part);
      root.querySelector("[data-zoomed]").hidden = false;
      show(`${whole.split("?")[0]}?${part}`);
    };
    const leave = () => {
      root.querySelector("[data-zoomed]").hidden = true;
      show(whole);
    };
    root.querySelector("[data-whole]").addEventListener("click", leave);
    root.addEventListener("dblclick", (event) => event.target.closest(".u-over") && leave());
    new ResizeObserver(() => charts.forEach((chart) => {
      const width = chart.root.parentElement.clientWidth;
      if (width !== chart.width) chart.setSize({ width, height: HEIGHT });
    })).observe(root);
    show(whole);
  };

  // A page that was waiting for its first points is drawn anew without being loaded.
  const look = () => {
    const root = document.querySelector("#usage-charts");
    if (root && !root.querySelector(".uplot")) begin(root);
  };
  document.addEventListener("htmx:after:swap", look);
  look();
})();
