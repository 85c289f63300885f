// Plots as SVG, made of elements: no markup is ever put together from text.

const NS = "http://www.w3.org/2000/svg";

export function el(name, attributes = {}, ...children) {
  const isSvg = ["svg", "line", "rect", "polyline", "polygon", "circle", "text", "g", "path", "title"].includes(name);
  const element = isSvg ? document.createElementNS(NS, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== null)
      element.setAttribute(key, value);
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

/** Even steps of 1, 2 or 5 times a power of ten: at most so many. */
export function steps(from, to, most) {
  const decade = Math.pow(10, Math.floor(Math.log10(Math.max((to - from) / most, 1e-12))));
  const step = [1, 2, 5, 10].map(s => s * decade).find(s => (to - from) / s <= most) ?? 10 * decade;
  const values = [];
  for (let at = Math.ceil(from / step - 1e-9) * step; at <= to + step * 1e-9; at += step)
    values.push(at);
  return { values, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
}

const px = value => Math.round(value * 10) / 10;

/** Where a weight stands in its band: the scale is a little wider than the band, the target in the middle. Without a band, from nothing to the most. */
export function weightBar(weight, target, low, high, most) {
  const width = 300, height = 22;
  const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": "weight against target and band" });
  svg.append(el("rect", { class: "track", x: 0, y: 8, width, height: 6, rx: 2 }));
  const isBanded = low !== null && high !== null && target !== null;
  const span = isBanded ? 1.25 * Math.max(high - low, 1e-9) : most;
  const from = isBanded ? target - span / 2 : 0;
  const at = value => px(Math.min(1, Math.max(0, (value - from) / span)) * width);
  const isOut = isBanded && (weight < low || weight > high);
  if (isBanded) {
    svg.append(el("rect", { class: "band", x: at(low), y: 1, width: at(high) - at(low), height: 20 }));
    for (const edge of [low, high])
      svg.append(el("line", { class: "edge", x1: at(edge), x2: at(edge), y1: 1, y2: 21, "vector-effect": "non-scaling-stroke" }));
  }
  const start = isBanded ? at(target) : 0, end = at(weight);
  svg.append(el("rect", { class: isOut ? "fill out" : "fill", x: Math.min(start, end), y: 8, width: Math.max(2, Math.abs(end - start)), height: 6 }));
  if (target !== null)
    svg.append(el("line", { class: "tick", x1: at(target), x2: at(target), y1: 4, y2: 18, "vector-effect": "non-scaling-stroke" }));
  return svg;
}

/** How much of the way is gone. */
export function progress(part) {
  const svg = el("svg", { viewBox: "0 0 300 6", preserveAspectRatio: "none", role: "img", "aria-label": `${Math.round(part * 100)} % of the way` });
  svg.append(el("rect", { class: "track", x: 0, y: 0, width: 300, height: 6, rx: 3 }));
  svg.append(el("rect", { class: part >= 1 ? "fill out" : part >= 0.8 ? "fill near" : "fill", x: 0, y: 0, width: 300 * Math.min(1, Math.max(0, part)), height: 6, rx: 3 }));
  return svg;
}

/** One asset's weight over time: points of {t, weight, low, high, target}, trades of {t, side}. */
export function weightHistory(title, points, trades) {
  const width = 440, height = 190, left = 50, right = 8, top = 24, bottom = 24;
  const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `weight of ${title} over time` });
  svg.append(el("text", { class: "legend", x: left, y: 14 }, title));
  const known = points.filter(p => p.weight !== null);
  if (known.length < 2) {
    svg.append(el("text", { x: left, y: height / 2 }, "gathering…"));
    return svg;
  }
  const t0 = known[0].t, t1 = known[known.length - 1].t;
  let lo = Infinity, hi = -Infinity;
  for (const p of known)
    for (const v of [p.weight, p.low, p.high, p.target])
      if (v !== null) { lo = Math.min(lo, v); hi = Math.max(hi, v); }
  const pad = Math.max((hi - lo) * 0.12, 1e-4);
  lo -= pad; hi += pad;
  const x = t => px(left + (t - t0) / Math.max(1, t1 - t0) * (width - left - right));
  const y = v => px(height - bottom - (v - lo) / (hi - lo) * (height - top - bottom));
  const ticks = steps(lo * 100, hi * 100, 5);
  for (const value of ticks.values) {
    svg.append(el("line", { class: "gridline", x1: left, x2: width - right, y1: y(value / 100), y2: y(value / 100) }));
    svg.append(el("text", { x: left - 6, y: y(value / 100) + 4, "text-anchor": "end" }, `${value.toFixed(ticks.digits)} %`));
  }
  timeTicks(svg, t0, t1, x, height - bottom, 4);
  const banded = known.filter(p => p.low !== null && p.high !== null);
  if (banded.length > 1)
    svg.append(el("polygon", { class: "band", points: [...banded.map(p => `${x(p.t)},${y(p.high)}`), ...banded.toReversed().map(p => `${x(p.t)},${y(p.low)}`)].join(" ") }));
  svg.append(el("polyline", { class: "targetline", points: known.filter(p => p.target !== null).map(p => `${x(p.t)},${y(p.target)}`).join(" ") }));
  svg.append(el("polyline", { class: "series s1", points: known.map(p => `${x(p.t)},${y(p.weight)}`).join(" ") }));
  for (const trade of trades.filter(one => one.t >= t0 && one.t <= t1)) {
    const near = known.reduce((a, b) => Math.abs(b.t - trade.t) < Math.abs(a.t - trade.t) ? b : a);
    const cx = x(trade.t), cy = y(near.weight), up = trade.side === "buy" ? 1 : -1;
    const mark = el("polygon", { class: trade.side, points: `${cx},${px(cy + 4 * up)} ${px(cx - 5)},${px(cy + 13 * up)} ${px(cx + 5)},${px(cy + 13 * up)}` });
    mark.append(el("title", {}, trade.text));
    svg.append(mark);
  }
  return svg;
}

function timeTicks(svg, t0, t1, x, y, most) {
  const spans = [5, 10, 15, 30, 60, 120, 300, 600, 900].map(s => s * 1000);
  const step = spans.find(s => (t1 - t0) / s <= most) ?? 1800000;
  svg.append(el("line", { class: "axis", x1: x(t0), x2: x(t1), y1: y, y2: y }));
  for (let t = Math.ceil(t0 / step) * step; t <= t1; t += step) {
    svg.append(el("line", { class: "axis", x1: x(t), x2: x(t), y1: y, y2: y + 4 }));
    svg.append(el("text", { x: x(t), y: y + 16, "text-anchor": "middle" }, new Date(t).toLocaleTimeString("en-GB")));
  }
}

export function duration(ns) {
  const [value, unit] = ns < 1e3 ? [ns, "ns"] : ns < 1e6 ? [ns / 1e3, "µs"] : ns < 1e9 ? [ns / 1e6, "ms"] : [ns / 1e9, "s"];
  return `${value.toPrecision(value < 10 ? 2 : 3).replace(/\.0+$/, "")} ${unit}`;
}

/** Percentiles on a scale that opens towards the worst; time in powers of ten. */
export function latencyCurve(curves) {
  const width = 900, height = 340, left = 64, right = 16, top = 30, bottom = 40;
  const svg = el("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "latency by percentile" });
  const nines = percentile => -Math.log10(Math.max(1 - percentile / 100, 1e-5));
  const marks = [[0, "0"], [50, "50"], [90, "90"], [99, "99"], [99.9, "99.9"], [99.99, "99.99"], [100, "worst"]];
  const values = curves.flatMap(curve => curve.points.map(point => Math.max(1, point.ns)));
  if (values.length === 0)
    return el("p", { class: "empty" }, "nothing is measured yet");
  const lo = Math.floor(Math.log10(Math.min(...values))), hi = Math.max(lo + 1, Math.ceil(Math.log10(Math.max(...values))));
  const x = percentile => px(left + nines(percentile) / 5 * (width - left - right));
  const y = ns => px(height - bottom - (Math.log10(Math.max(1, ns)) - lo) / (hi - lo) * (height - top - bottom));
  for (let decade = lo; decade <= hi; decade++) {
    svg.append(el("line", { class: "gridline", x1: left, x2: width - right, y1: y(10 ** decade), y2: y(10 ** decade) }));
    svg.append(el("text", { x: left - 8, y: y(10 ** decade) + 4, "text-anchor": "end" }, duration(10 ** decade)));
  }
  for (const [percentile, text] of marks) {
    svg.append(el("line", { class: "gridline", x1: x(percentile), x2: x(percentile), y1: top, y2: height - bottom }));
    svg.append(el("text", { x: x(percentile), y: height - bottom + 16, "text-anchor": percentile === 100 ? "end" : "middle" }, text));
  }
  svg.append(el("text", { x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle" }, "percentile"));
  const names = { dueToDecision: "event due → decision", dueToSent: "event due → first byte sent" };
  let at = left;
  curves.forEach((curve, i) => {
    const colour = `s${i + 1}`;
    svg.append(el("polyline", { class: `series ${colour}`, points: curve.points.map(p => `${x(p.percentile)},${y(p.ns)}`).join(" ") }));
    for (const p of curve.points) {
      const dot = el("circle", { class: `dot ${colour}`, cx: x(p.percentile), cy: y(p.ns), r: 3.2 });
      dot.append(el("title", {}, `p${p.percentile}: ${duration(p.ns)}`));
      svg.append(dot);
    }
    const text = `${names[curve.name] ?? curve.name} (${curve.count.toLocaleString("en-US")})`;
    svg.append(el("line", { class: `series ${colour}`, x1: at, x2: at + 18, y1: 14, y2: 14 }), el("text", { class: "legend", x: at + 24, y: 18 }, text));
    at += 50 + text.length * 6.2;
  });
  return svg;
}
