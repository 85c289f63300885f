// The desk's page: reads the state as it streams in and draws it. Everything shown is put in as text, never as markup.
import { el, weightBar, progress, weightHistory, latencyCurve, duration } from "./plots.js";

const KEPT = 900;
const STALE_MS = 4000;
const MEANINGS = {
  "pause": "No new order until resume; those under way are followed to their end.",
  "resume": "Orders are taken again.",
  "flatten": "Everything is sold into the numeraire, through risk and routing as any order, and there it stays until resume.",
  "reload": "The configuration's file is read again: what it says is taken up whole, or refused with the reason.",
  "kill-soft": "No new order, in this run or later ones, until the switch is lifted by hand. What is out is followed to its end.",
  "kill-hard": "No new order, in this run or later ones, and what is out is cancelled as far as that can be.",
  "kill-cold": "Not one byte more is sent, not even a cancel. What is out ends by its own deadline.",
};
const $ = id => document.getElementById(id);
const number = (value, digits = 2) => value === null || value === undefined ? "–" : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (value, digits = 2) => value === null || value === undefined ? "–" : `${number(value * 100, digits)} %`;
const price = value => value === null || value === undefined ? "–" : number(value, value >= 1000 ? 2 : value >= 1 ? 4 : 6);
const tokens = value => number(value, Math.abs(value) >= 1000 ? 2 : 4);
const short = text => text.length > 14 ? `${text.slice(0, 8)}…${text.slice(-4)}` : text;
const seconds = value => value === null || value === undefined ? "–" : value < 90 ? `${number(value, value < 10 ? 1 : 0)} s` : `${number(value / 60, 0)} min`;
const clock = ms => new Date(ms).toLocaleTimeString("en-GB");

let state = null, shown = null, lastAt = 0;
const history = new Map();

// ---- from the server ------------------------------------------------------------------------------------------------

const headers = () => {
  const token = sessionStorage.getItem("token");
  return token ? { Authorization: `Bearer ${token}` } : {};
};

async function ask(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { ...headers(), ...options.headers } });
  if (response.status !== 401)
    return response;
  sessionStorage.removeItem("token");
  if (!$("ask").open)
    $("ask").showModal();
  await new Promise(done => $("ask").addEventListener("close", done, { once: true }));
  sessionStorage.setItem("token", $("token").value);
  $("token").value = "";
  return ask(path, options);
}

async function follow() {
  for (;;) {
    try {
      await readHistory();
      const response = await ask("api/events");
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        const end = text.lastIndexOf("\n\n");
        if (end < 0) continue;
        const newest = text.slice(0, end).split("\n\n").pop();
        text = text.slice(end + 2);
        take(JSON.parse(newest.slice(newest.indexOf("data: ") + 6)));
      }
    } catch (error) {
      console.warn(error);
    }
    await new Promise(done => setTimeout(done, 1500));
  }
}

async function readHistory() {
  for (const desk of await (await ask("api/history")).json())
    history.set(desk.portfolio, desk.samples);
}

function take(newest) {
  state = newest;
  lastAt = Date.now();
  for (const desk of state.desks) {
    const samples = history.get(desk.portfolio) ?? [];
    history.set(desk.portfolio, samples);
    if (desk.valueNumeraire !== null && (samples.length === 0 || desk.unixMs - samples[samples.length - 1].unixMs >= 950)) {
      samples.push({
        unixMs: desk.unixMs, valueNumeraire: desk.valueNumeraire, weights: desk.assets.map(a => a.weight), targets: desk.assets.map(a => a.target),
        bandLow: desk.assets.map(a => a.bandLow), bandHigh: desk.assets.map(a => a.bandHigh),
      });
      if (samples.length > KEPT) samples.shift();
    }
  }
  if (!state.desks.some(desk => desk.portfolio === shown))
    shown = state.desks[0]?.portfolio ?? null;
  if (document.getSelection()?.isCollapsed ?? true) // whoever marks text wants it to stand still
    draw();
}

// ---- drawing --------------------------------------------------------------------------------------------------------

const put = (id, ...children) => $(id).replaceChildren(...children.flat().filter(child => child !== null));
const table = (heads, rows) => el("table", {}, el("thead", {}, el("tr", {}, heads.map(head => typeof head === "string" ? el("th", {}, head) : head))), el("tbody", {}, rows));
const row = (...cells) => el("tr", {}, cells.map(cell => cell instanceof Element ? cell : el("td", {}, cell)));
const td = (kind, ...children) => el("td", { class: kind }, ...children);
const left = text => el("th", { class: "left" }, text);
const facts = pairs => el("dl", {}, pairs.filter(Boolean).flatMap(([name, value, kind]) => [el("dt", {}, name), el("dd", { class: kind }, value)]));

function draw() {
  const desk = state.desks.find(one => one.portfolio === shown);
  if (!desk) return;
  drawHead(desk);
  drawFigures(desk);
  drawWeights(desk);
  drawTriggers(desk);
  drawHistory(desk);
  drawTransactions(desk);
  put("curve", latencyCurve(desk.latencyCurves));
  drawLatency(desk);
  drawLanes(desk);
  drawFeed(desk);
  drawEngine(desk);
  drawPosition(desk);
}

function drawHead(desk) {
  document.title = `${desk.portfolio}: ${desk.run.state} – FastRebalance`;
  put("desks", state.desks.map(one => {
    const button = el("button", { "aria-pressed": one.portfolio === shown }, one.portfolio);
    button.addEventListener("click", () => { shown = one.portfolio; draw(); });
    return button;
  }));
  $("state").textContent = desk.run.state;
  $("state").className = `pill ${desk.run.state}`;
  $("state").title = desk.run.reason;
  $("facts").textContent = `block ${desk.feed.headBlock.toLocaleString("en-US")} · up ${uptime(desk.uptimeSeconds)}${desk.isDryRun ? " · dry run, nothing is sent" : ""}${desk.run.reason ? ` · ${desk.run.reason}` : ""}`;
  $("pause").disabled = !["running", "flattening"].includes(desk.run.state);
  $("resume").disabled = !["paused", "flattening"].includes(desk.run.state);
  $("flatten").disabled = !["running", "paused"].includes(desk.run.state) || desk.position !== null;
}

const uptime = s => [Math.floor(s / 3600), Math.floor(s / 60) % 60, Math.floor(s) % 60].map(part => String(part).padStart(2, "0")).join(":");

function drawFigures(desk) {
  const nearest = desk.triggers.filter(t => t.nearness !== null).toSorted((a, b) => b.nearness - a.nearness)[0];
  const next = desk.triggers.flatMap(t => t.firesAt).filter(p => p.movePercent !== 0).toSorted((a, b) => Math.abs(a.movePercent) - Math.abs(b.movePercent))[0];
  const decision = desk.latency.dueToDecision;
  const figures = [
    ["Value", `${number(desk.valueNumeraire, 0)}`, desk.numeraire],
    ["Largest drift", desk.maxDriftBps === null ? "–" : `${number(desk.maxDriftBps, 1)} bps`, desk.worstAsset],
    ["Nearest trigger", nearest ? (nearest.fires ? "fires" : `${number(nearest.nearness * 100, 0)} %`) : "–", nearest ? `${nearest.kind}: ${nearest.reading}` : "none tells", nearest?.fires ? "bad" : nearest?.nearness >= 0.8 ? "warn" : ""],
    ["Next firing price", next ? price(next.priceNumeraire) : "–", next ? `${next.asset} ${next.movePercent > 0 ? "+" : ""}${number(next.movePercent, 2)} %` : "none found"],
    ["Orders under way", String(desk.transactions.filter(t => ["decided", "submitted", "replaced", "reorged"].includes(t.state)).length), `${desk.transactions.filter(t => ["included", "final"].includes(t.state)).length} mined lately`],
    ["Due → decision p99", decision ? duration(decision.p99Ns) : "–", decision ? `p50 ${duration(decision.p50Ns)}` : ""],
    ["Newest head", seconds(desk.feed.headAgeSeconds), desk.feed.connection === "connected" ? `${desk.feed.counts.mismatches} mismatches` : desk.feed.connection, desk.feed.connection === "connected" ? "" : "bad"],
    ["Gas today", number(desk.gas.spentTodayNumeraire, 2), `${desk.numeraire}, base fee ${number(desk.gas.baseFeeGwei, 2)} gwei`],
  ];
  put("figures", figures.map(([name, figure, below, kind]) => el("div", {}, el("span", {}, name), el("b", { class: kind }, figure), el("span", { title: below }, below))));
}

/** What is neither held nor wanted is left out. */
const counts = asset => Math.abs(asset.weight ?? 0) > 1e-9 || (asset.target ?? 0) !== 0;

function drawWeights(desk) {
  const assets = desk.assets.filter(counts);
  if (assets.length === 0) return put("weights", el("p", { class: "empty" }, "prices and holdings are not whole yet"));
  const most = Math.max(...assets.flatMap(a => [a.weight ?? 0, a.bandHigh ?? 0, a.target ?? 0])) * 1.08;
  put("weights", table(["Asset", "Holding", `Price, ${desk.numeraire}`, "Weight", "Target", "Band", "Drift", ""], assets.map(a => {
    const isOut = (a.bandLow !== null && a.weight < a.bandLow) || (a.bandHigh !== null && a.weight > a.bandHigh);
    return row(el("td", {}, el("b", {}, a.symbol)), tokens(a.holding), price(a.priceNumeraire), td(isOut ? "bad" : "", percent(a.weight)), td("soft", percent(a.target)),
      td("soft", a.bandLow === null ? "–" : `${percent(Math.max(0, a.bandLow))} – ${percent(a.bandHigh)}`),
      td(isOut ? "bad" : "", a.driftBps === null ? "–" : `${a.driftBps > 0 ? "+" : ""}${number(a.driftBps, 1)} bps`),
      td("bar", weightBar(a.weight ?? 0, a.target, a.bandLow, a.bandHigh, most)));
  })));
}

function drawTriggers(desk) {
  put("triggers", desk.triggers.length === 0 ? el("p", { class: "empty" }, "none yet") : desk.triggers.map(t => el("div", { class: "trigger" },
    el("div", { class: "row" }, el("span", {}, el("b", {}, t.kind), el("span", { class: "soft" }, ` ${t.tier} ${t.place}`)), el("span", { class: t.fires ? "bad" : "" }, t.fires ? "fires" : t.reading)),
    t.nearness === null ? null : progress(t.nearness),
    el("div", { class: "prices" }, t.firesAt.filter(p => p.movePercent !== 0).slice(0, 6).flatMap(p => [
      el("span", {}, p.asset), el("span", {}, price(p.priceNumeraire)), el("span", { class: "soft" }, `${p.movePercent > 0 ? "+" : ""}${number(p.movePercent, 2)} %`)])),
    t.isSearched ? null : el("div", { class: "soft" }, "goes by what was before: no price is looked for"))));
}

function drawHistory(desk) {
  const samples = history.get(desk.portfolio) ?? [];
  const plots = desk.assets.map((asset, i) => [asset, i]).filter(([asset]) => counts(asset)).map(([asset, i]) => weightHistory(
    asset.symbol,
    samples.map(s => ({ t: s.unixMs, weight: s.weights[i] ?? null, low: s.bandLow[i] ?? null, high: s.bandHigh[i] ?? null, target: s.targets[i] ?? null })),
    tradesOf(desk, asset.symbol)));
  put("history", plots);
}

function tradesOf(desk, symbol) {
  const trades = [];
  for (const t of desk.transactions) {
    const mined = t.life.find(step => step.state === "included");
    if (!mined) continue;
    for (const leg of t.legs)
      if (leg.buy === symbol) trades.push({ t: mined.unixMs, side: "buy", text: `bought ${tokens(leg.bought)} ${symbol} at ${clock(mined.unixMs)}` });
      else if (leg.sell === symbol) trades.push({ t: mined.unixMs, side: "sell", text: `sold ${tokens(leg.sold)} ${symbol} at ${clock(mined.unixMs)}` });
  }
  return trades;
}

function drawTransactions(desk) {
  if (desk.transactions.length === 0) return put("transactions", el("p", { class: "empty" }, "no order so far"));
  put("transactions", table([ "Order", left("Life"), "Nonce", "Age", "Tries", "Max fee", left("Trades"), left("Why"), "Gas", left("Transaction")], newestFirst(desk.transactions).slice(0, 14).map(t => row(
    td("mono", `#${parseInt(t.order.slice(-6), 16)}`), td("left", life(t)), t.nonce === null ? "–" : String(t.nonce), seconds(t.ageSeconds), String(t.attempts),
    t.maxFeeGwei ? `${number(t.maxFeeGwei, 2)} gwei` : "–", td("left", t.legs.map(l => `${tokens(l.sold)} ${l.sell} → ${tokens(l.bought)} ${l.buy}`).join(", ")),
    el("td", { class: "left soft why", title: t.note }, t.note || `${t.trigger.replace(/^\w+ \d+: /, "")} at ${number(t.driftBps, 1)} bps`), t.gasUsed ? t.gasUsed.toLocaleString("en-US") : "–",
    el("td", { class: "left mono soft", title: t.hash }, short(t.hash) || "–")))));
}

const newestFirst = transactions => transactions.toSorted((a, b) => parseInt(b.order.slice(-9), 16) - parseInt(a.order.slice(-9), 16));

function life(t) {
  const steps = t.life.slice(-4), wasFilled = t.life.some(step => step.state === "included");
  return el("span", { class: "life" }, steps.map((step, i) => {
    const isNow = i === steps.length - 1;
    const kind = !isNow ? "" : ["included", "final"].includes(step.state) && wasFilled ? "now done" : ["final", "reverted", "dropped", "notSent", "foreign"].includes(step.state) ? "now failed" : "now";
    const since = i === 0 ? "" : ` +${seconds((step.unixMs - t.life[0].unixMs) / 1000)}`;
    return el("i", { class: kind, title: `${clock(step.unixMs)}${since}` }, step.state);
  }));
}

function drawLatency(desk) {
  const rows = Object.entries(desk.latency).map(([stage, l]) => row(stage, l.count.toLocaleString("en-US"), duration(l.p50Ns), duration(l.p99Ns), duration(l.p999Ns), duration(l.maxNs)));
  put("latency", table(["Stage", "Count", "p50", "p99", "p99.9", "Worst"], rows));
}

function drawLanes(desk) {
  put("lanes", desk.lanes.map(lane => el("div", {},
    facts([
      [`${lane.tier} sender`, short(lane.account), "mono"],
      ["Mode", lane.mode, lane.mode === "run" ? "good" : "warn"],
      ["Kill switch", lane.kill, lane.kill === "off" ? "" : "bad"],
      ["Next nonce", String(lane.nextNonce)],
      ["Out now", lane.open.length ? lane.open.join(", ") : "none"],
      ["Fired ahead / replaced / cancelled / resent", `${lane.fired} / ${lane.replacements} / ${lane.cancels} / ${lane.resends}`],
      lane.stopReason ? ["Takes no orders", lane.stopReason, "bad"] : null,
    ]),
    table(["Channel", "Sent", "No answer", "Waiting", "p50", "p99"], lane.channels.map(c => row(c.name, String(c.sent), td(c.unknown ? "warn" : "", String(c.unknown)), String(c.waiting), duration(c.p50Ns), duration(c.p99Ns)))))));
}

function drawFeed(desk) {
  const f = desk.feed, c = f.counts;
  put("feed", facts([
    ["Node", f.connection, f.connection === "connected" ? "good" : "bad"],
    ["Newest head", `${f.headBlock.toLocaleString("en-US")}, ${seconds(f.headAgeSeconds)} ago`],
    ["Newest price", `${seconds(f.newestPriceAgeSeconds)} ago`],
    ["Heads", c.heads.toLocaleString("en-US")],
    ["Pool events", c.poolEvents.toLocaleString("en-US")],
    ["Mismatches with the chain", String(c.mismatches), c.mismatches ? "warn" : ""],
    ["Snapshots / gaps / reorgs / losses", `${c.snapshots} / ${c.gaps} / ${c.reorgs} / ${c.losses}`],
  ]));
}

function drawEngine(desk) {
  const e = desk.engine;
  put("engine", facts([
    ["Decisions", e.decisions.toLocaleString("en-US")],
    ...Object.entries(e.verdicts).map(([verdict, n]) => [`– ${verdict}`, n.toLocaleString("en-US"), "soft"]),
    ...Object.entries(e.refusals).map(([check, n]) => [`– refused: ${check}`, n.toLocaleString("en-US"), "warn"]),
    ["Allocated per decision", `${number(e.allocatedBytesPerDecision, 0)} B`],
    ["Gas of this run", `${number(desk.gas.spentNative, 5)} coin, ${desk.gas.gasUsed.toLocaleString("en-US")} gas`],
    ["Search", e.search],
    ["Configuration", String(desk.generation)],
  ]), desk.reloads.length === 0 ? null : el("div", { class: "log" }, desk.reloads.slice(-3).toReversed().map(r => el("div", {}, el("b", {}, `${clock(r.unixMs)} reload ${r.outcome} `), el("span", { class: "soft" }, `${reloaded(r)} (${r.by})`)))),
  desk.operator.length === 0 ? null : el("div", { class: "log" }, desk.operator.slice(-5).toReversed().map(o => el("div", {}, el("b", {}, `${clock(o.unixMs)} ${o.action} `), el("span", { class: "soft" }, `${o.outcome} (${o.by})`)))));
}

function reloaded(r) {
  return [...r.changes.map(c => `${c.path}: ${c.before} → ${c.after}${c.refusal === null ? "" : ` (${c.refusal})`}`), ...r.problems].join("; ");
}

function drawPosition(desk) {
  $("positionSection").hidden = desk.position === null;
  if (desk.position === null) return;
  const p = desk.position;
  put("position", facts([
    ["Kind", `${p.kind} of ${p.asset}`], ["Leverage", number(p.leverage, 3)], ["Health factor", number(p.healthFactor, 3), p.healthFactor !== null && p.healthFactor < 1.15 ? "bad" : "good"],
    [`Price, ${p.quote}`, price(p.price)], ["Acts next below / above", `${price(p.nextDown)} / ${price(p.nextUp)}`], ["Safety acts at", price(p.ripcordPrice)], ["Liquidation at", price(p.liquidationPrice), "warn"],
    ...p.lines.map(line => [line.symbol, `${tokens(line.supplied)} supplied, ${tokens(line.borrowed)} owed`]),
  ]));
}

// ---- the operator ---------------------------------------------------------------------------------------------------

function notice(text, kind) {
  $("notice").textContent = text;
  $("notice").className = kind;
  $("notice").hidden = false;
  clearTimeout(notice.timer);
  notice.timer = setTimeout(() => { $("notice").hidden = true; }, 12000);
}

async function act(action) {
  const wantsWord = action.startsWith("kill") || action === "flatten";
  $("confirmTitle").textContent = `${action.replace("-", ", ")}: ${shown}`;
  $("confirmText").textContent = MEANINGS[action];
  $("confirmLabel").hidden = !wantsWord;
  $("confirmLabel").firstElementChild.textContent = `Type ${action} to confirm`;
  $("confirmWord").value = "";
  $("confirmYes").textContent = action;
  $("confirmYes").className = wantsWord ? "danger" : "";
  $("confirmYes").disabled = wantsWord;
  $("confirmWord").oninput = () => { $("confirmYes").disabled = $("confirmWord").value !== action; };
  $("confirm").returnValue = "no";
  $("confirm").showModal();
  await new Promise(done => $("confirm").addEventListener("close", done, { once: true }));
  if ($("confirm").returnValue !== "yes" || (wantsWord && $("confirmWord").value !== action)) return;
  try {
    const response = await ask("api/actions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ action, confirm: action, desk: shown }) });
    const reply = await response.json();
    notice(reply.message ?? reply.error, response.ok ? "good" : "bad");
  } catch (error) {
    notice(`${action} was not taken up: ${error.message}. If trading must stop now: fastrebalance kill -c FILE --mode hard`, "bad");
  }
}

document.querySelectorAll("button[data-action]").forEach(button => button.addEventListener("click", () => act(button.dataset.action)));
setInterval(() => {
  if (lastAt === 0 || Date.now() - lastAt < STALE_MS) return;
  $("state").textContent = "no connection";
  $("state").className = "pill lost";
  $("facts").textContent = `what is shown is ${seconds((Date.now() - lastAt) / 1000)} old`;
}, 1000);
follow();
