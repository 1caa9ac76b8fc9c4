/* page.js - shows the records that stand in the page, packed, one JSON object a line.
 *
 * What comes from the wire is only ever text of a text node or the value of an
 * attribute that cannot run: there is no innerHTML here, and the page's policy
 * would not let anything run that came that way. */
"use strict";
(() => {
  const PAGE = 200;        // rows that are shown before "Show more"
  const CAPTURES = 3;      // named in the head
  const BINS = 48;         // columns of the time line
  const MATRIX = [24, 40]; // servers across, clients down
  const OUTCOMES = ["failed", "warning", "unknown", "completed"];
  const SIGNS = { failed: "✕", completed: "✓", unknown: "?", warning: "!" };
  const SVG = "http://www.w3.org/2000/svg";

  const $ = id => document.getElementById(id);

  // ---- making elements

  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "on")
        for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
      else if (value !== undefined && value !== false)
        node.setAttribute(name, value === true ? "" : value);
    }
    for (const child of children)
      if (child !== undefined && child !== null && child !== false) node.append(child);
    return node;
  }

  const make = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const draw = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

  function replace(node, ...children) {
    node.replaceChildren(...children.filter(child => child));
  }

  // ---- reading the records

  // Each capture has an element of its own.
  async function unpack(element) {
    const packed = Uint8Array.from(atob(element.textContent), c => c.charCodeAt(0));
    element.remove();
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const lines = (await new Response(stream).text()).split("\n");
    return lines.filter(line => line).map(line => JSON.parse(line));
  }

  async function unpackAll() {
    const captures = [];
    for (const element of document.querySelectorAll("script.data")) captures.push(await unpack(element));
    return captures.flat();
  }

  const end = e => (e.address && e.address.includes(":") ? `[${e.address}]` : e.address) + (e.port ? ":" + e.port : "");
  const inside = r => r[r.protocol] || {};
  const worst = r => (r.findings || [])[0];
  const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;

  // A completed handshake with a finding that is more than a remark is shown as a warning.
  function look(r) {
    const told = r.outcome === "completed" && (r.findings || []).some(f => f.severity !== "info");
    return told ? "warning" : r.outcome;
  }

  const nameOf = r => inside(r).sni || inside(r).path || inside(r).client_id || "";

  function prepare(r, index) {
    const first = worst(r);
    r.index = index;
    r.look = look(r);
    r.cause_id = r.cause || (first ? first.rule : "");
    r.from = end(r.client);
    r.to = end(r.server);
    r.at = Date.parse(r.start);
    const leaf = (inside(r).certificates || [])[0] || {};
    r.words = [r.id, r.capture, r.protocol, r.outcome, r.fault, r.from, r.to, nameOf(r), leaf.subject, leaf.issuer,
      inside(r).version, inside(r).cipher, inside(r).client_stack, r.flow,
      ...(r.findings || []).flatMap(f => [f.rule, f.title])].filter(w => w !== undefined).join("\n").toLowerCase();
    return r;
  }

  // ---- times

  function seconds(s) {
    if (s === undefined) return "";
    if (s < 0.001) return `${Math.round(s * 1e6)} µs`;
    if (s < 1) return `${+(s * 1e3).toPrecision(3)} ms`;
    return s < 120 ? `${+s.toPrecision(3)} s` : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
  }

  const clock = iso => iso.slice(11, 19);
  const day = iso => iso.slice(0, 10);

  // ---- what is shown: one state, and everything follows from it

  const state = { search: "", outcome: "", protocol: "", cause: "", fault: "", order: "worst",
    client: "", server: "", from: -Infinity, until: Infinity, shown: PAGE };
  let records = [], matching = [], summaries = [];

  function matches(r) {
    return (!state.outcome || r.look === state.outcome) && (!state.protocol || r.protocol === state.protocol) &&
      (!state.cause || r.cause_id === state.cause) && (!state.fault || r.fault === state.fault) &&
      (!state.client || r.client.address === state.client) && (!state.server || r.to === state.server) &&
      r.at >= state.from && r.at < state.until && state.search.every(word => r.words.includes(word));
  }

  const rank = r => OUTCOMES.indexOf(r.look);
  const by = key => (a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.index - b.index;
  const ORDERS = {
    worst: by(rank), start: by(r => r.at), duration: by(r => -(r.duration || 0)),
    server: by(r => r.to), client: by(r => r.from),
  };

  function set(change) {
    Object.assign(state, change, { shown: PAGE });
    for (const id of ["outcome", "protocol", "cause", "fault", "order"]) $(id).value = state[id];
    show();
  }

  function show() {
    matching = records.filter(matches).sort(ORDERS[state.order]);
    $("count").textContent = matching.length === records.length ? `All ${plural(records.length, "handshake")}.`
      : `${matching.length.toLocaleString("en")} of ${plural(records.length, "handshake")} match.`;
    showChips();
    showRows();
    for (const button of document.querySelectorAll("[data-outcome]"))
      button.setAttribute("aria-pressed", button.dataset.outcome === state.outcome);
    for (const button of document.querySelectorAll("[data-cause]"))
      button.setAttribute("aria-pressed", button.dataset.cause === state.cause);
  }

  function showChips() {
    const chip = (text, change) => make("li", {},
      make("button", { type: "button", on: { click: () => set(change) } }, `${text} `, make("span", { "aria-hidden": "true" }, "✕"),
        make("span", { class: "skip" }, "remove this filter")));
    replace($("chips"),
      state.client && chip(`client ${state.client}`, { client: "" }),
      state.server && chip(`server ${state.server}`, { server: "" }),
      state.from > -Infinity && chip(`${clock(new Date(state.from).toISOString())} to ` +
        clock(new Date(state.until).toISOString()), { from: -Infinity, until: Infinity }));
  }

  // ---- the overview

  function count(list, key) {
    const counts = new Map();
    for (const item of list) counts.set(key(item), (counts.get(key(item)) || 0) + 1);
    return counts;
  }

  function showVerdict() {
    const failed = records.filter(r => r.outcome === "failed");
    const causes = [...count(failed, r => r.cause_id)].sort((a, b) => b[1] - a[1]);
    const total = summaries.reduce((sum, s) => sum + Object.values(s.handshakes).reduce((a, b) => a + b, 0), 0);
    const wrong = summaries.reduce((sum, s) => sum + (s.handshakes.failed || 0), 0);
    let text = total === 0 ? "No handshakes were found" : wrong === 0 ? `None of ${plural(total, "handshake")} failed`
      : `${wrong.toLocaleString("en")} of ${plural(total, "handshake")} failed`;
    const first = causes.length ? failed.find(r => r.cause_id === causes[0][0]) : undefined;
    if (first && worst(first)) text += `: ${causes.length > 1 ? "most often, " : ""}${worst(first).title}`;
    $("verdict").textContent = text;
    const shown = summaries.slice(0, CAPTURES).map(s => s.capture + (s.first ? ` (${day(s.first)} ${clock(s.first)} to ` +
      `${day(s.last) === day(s.first) ? "" : day(s.last) + " "}${clock(s.last)})` : ""));
    if (summaries.length > CAPTURES) shown.push(`and ${plural(summaries.length - CAPTURES, "more capture")}`);
    $("captures").textContent = shown.join(", ");
  }

  function showOutcomes() {
    const counts = count(records, r => r.look);
    replace($("outcomes"), ...OUTCOMES.map(name => make("li", {},
      make("button", { type: "button", class: name, "data-outcome": name, "aria-pressed": "false",
        on: { click: () => set({ outcome: state.outcome === name ? "" : name }) } },
      make("b", {}, (counts.get(name) || 0).toLocaleString("en")),
      `${SIGNS[name]} ${name === "warning" ? "with warnings" : name}`))));
  }

  function bar(share, of) {
    return draw("svg", { class: `bar ${of}`, "aria-hidden": "true", preserveAspectRatio: "none", viewBox: "0 0 100 1" },
      draw("rect", { width: Math.max(1, 100 * share), height: 1 }));
  }

  function showCauses() {
    const causes = [...count(records.filter(r => r.cause_id && r.look !== "completed"), r => r.cause_id)]
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const most = causes.length ? causes[0][1] : 1;
    replace($("causes"), ...causes.slice(0, 12).map(([id, n]) => make("li", {},
      make("button", { type: "button", "data-cause": id, "aria-pressed": "false",
        on: { click: () => set({ cause: state.cause === id ? "" : id }) } },
      make("span", { class: "mono" }, id), make("span", {}, n.toLocaleString("en")),
      bar(n / most, records.find(r => r.cause_id === id && r.look !== "completed").look)))),
    causes.length > 12 && make("li", { class: "faint" }, `and ${causes.length - 12} more: see the list of causes below`),
    causes.length === 0 && make("li", { class: "faint" }, "Nothing."));
  }

  // Stacked columns; each is a button that filters by its time.
  function showTimes() {
    if (!records.length) return replace($("times"), make("p", { class: "faint" }, "Nothing."));
    let first = Infinity, last = -Infinity;
    for (const r of records) {
      first = Math.min(first, r.at);
      last = Math.max(last, r.at);
    }
    const width = Math.max(1000, last - first + 1) / BINS, columns = Array.from({ length: BINS }, () => ({}));
    for (const r of records) {
      const column = columns[Math.min(BINS - 1, Math.floor((r.at - first) / width))];
      column[r.look] = (column[r.look] || 0) + 1;
    }
    const total = c => OUTCOMES.reduce((sum, o) => sum + (c[o] || 0), 0);
    const most = Math.max(...columns.map(total)), W = 480, H = 120;
    const svg = draw("svg", { viewBox: `0 0 ${W} ${H + 22}`, role: "group", "aria-label": "Handshakes over time" });
    columns.forEach((c, i) => {
      if (!total(c)) return;
      const from = first + i * width, said = OUTCOMES.filter(o => c[o]).map(o => `${c[o]} ${o}`).join(", ");
      const choose = () => set({ from, until: from + width });
      const group = draw("g", { class: "bin", tabindex: 0, role: "button",
        "aria-label": `${clock(new Date(from).toISOString())}: ${said}`,
        on: { click: choose, keydown: e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); choose(); } } } },
      draw("title", {}, `${clock(new Date(from).toISOString())}: ${said}`),
      draw("rect", { class: "hit", x: i * W / BINS, y: 0, width: W / BINS, height: H }));
      let top = H;
      for (const o of [...OUTCOMES].reverse()) {
        if (!c[o]) continue;
        const height = Math.max(2, c[o] / most * (H - 14));
        top -= height;
        group.append(draw("rect", { class: `bar ${o}`, x: i * W / BINS + 1, y: top, width: W / BINS - 2, height }));
      }
      svg.append(group);
    });
    const label = (x, anchor, ms) => draw("text", { x, y: H + 16, "text-anchor": anchor }, clock(new Date(ms).toISOString()));
    svg.append(draw("line", { class: "axis", x1: 0, x2: W, y1: H, y2: H }), label(0, "start", first),
      label(W, "end", first + width * BINS), draw("text", { x: 0, y: 10 }, plural(most, "handshake")));
    replace($("times"), svg);
  }

  const worse = (a, b) => OUTCOMES.indexOf(a) <= OUTCOMES.indexOf(b) ? a : b;

  function busiest(key, most) {
    const bad = new Map();
    for (const r of records) {
      const known = bad.get(key(r)) || [0, 0];
      bad.set(key(r), [known[0] + (r.look === "failed"), known[1] + 1]);
    }
    const all = [...bad].sort((a, b) => b[1][0] - a[1][0] || b[1][1] - a[1][1] || (a[0] < b[0] ? -1 : 1));
    return { names: all.slice(0, most).map(e => e[0]), more: Math.max(0, all.length - most) };
  }

  function showMatrix() {
    const servers = busiest(r => r.to, MATRIX[0]), clients = busiest(r => r.client.address, MATRIX[1]);
    const cells = new Map();
    for (const r of records) {
      const key = `${r.client.address} ${r.to}`, cell = cells.get(key) || { n: 0, bad: 0, look: "completed" };
      cell.n++;
      cell.bad += r.look === "failed";
      cell.look = worse(r.look, cell.look);
      cells.set(key, cell);
    }
    const button = (client, server) => {
      const cell = cells.get(`${client} ${server}`);
      if (!cell) return make("td", {});
      const said = `${client} with ${server}: ${plural(cell.n, "handshake")}, ${cell.bad} failed`;
      return make("td", {}, make("button", { type: "button", class: cell.look, title: said, "aria-label": said,
        on: { click: () => { set({ client, server }); $("list").scrollIntoView(); } } },
      `${SIGNS[cell.look]} ${cell.bad ? `${cell.bad}/` : ""}${cell.n}`));
    };
    const left = [servers.more && plural(servers.more, "more server"), clients.more && plural(clients.more, "more client")];
    replace($("matrix"),
      make("table", {},
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "client \\ server"),
          ...servers.names.map(s => make("th", { scope: "col", class: "mono" }, s)))),
        make("tbody", {}, ...clients.names.map(c => make("tr", {}, make("th", { scope: "row", class: "mono" }, c),
          ...servers.names.map(s => button(c, s)))))),
      left.some(Boolean) && make("p", { class: "faint" }, `Not in this table: ${left.filter(Boolean).join(" and ")}.`));
  }

  function showCounts() {
    const few = summaries.length <= CAPTURES;
    replace($("counts"), ...summaries.map(s => make("details", { open: few }, make("summary", {}, s.capture,
      (s.damaged || s.note) && make("span", { class: "badge warning" }, s.damaged ? "damaged" : "note")),
      s.damaged && make("p", { class: "notice" }, `Damaged: ${s.damaged}`), s.note && make("p", { class: "notice" }, s.note),
      facts({ packets: s.packets, bytes: s.bytes, flows: s.flows, ...(s.counts || {}) }))));
  }

  // ---- the list

  function showRows() {
    replace($("rows"), ...matching.slice(0, state.shown).map(row));
    const left = matching.length - state.shown;
    $("more").hidden = left <= 0;
    $("more").textContent = `Show ${plural(Math.min(PAGE, left), "more handshake")} of ${left.toLocaleString("en")}`;
  }

  function showMore() {
    const from = state.shown;
    state.shown += PAGE;
    showRows();
    $("rows").children[from].querySelector("button").focus();
  }

  function badge(name) {
    return make("span", { class: `badge ${name}` }, `${SIGNS[name]} ${name}`);
  }

  function row(r) {
    const finding = worst(r), id = `handshake-${r.index}`;
    const what = finding && r.look !== "completed" ? finding.title
      : [r.protocol.toUpperCase(), inside(r).version, inside(r).cipher].filter(Boolean).join(" ");
    const item = make("li", { class: r.look });
    const button = make("button", { type: "button", class: "row", "aria-expanded": "false", "aria-controls": id,
      on: { click: () => toggle(item, button, r, id) } },
    make("span", {}, badge(r.look)), make("span", { class: "what" }, what),
    make("span", { class: "who mono" }, `${r.from} → ${r.to}`, nameOf(r) ? make("br", {}) : "", nameOf(r)),
    make("span", { class: "faint" }, clock(r.start), make("br", {}), seconds(r.duration)));
    item.append(button);
    return item;
  }

  function toggle(item, button, r, id) {
    const open = item.querySelector(".detail");
    if (open) open.remove();
    else item.append(detail(r, id));
    button.setAttribute("aria-expanded", String(!open));
  }

  // ---- one handshake

  function copyable(text) {
    const button = make("button", { type: "button", "aria-label": `Copy: ${text.slice(0, 80)}` }, "Copy");
    button.addEventListener("click", async () => {
      button.textContent = await toClipboard(text) ? "Copied" : "Select it by hand";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    return make("div", { class: "copy" }, make("code", {}, text), button);
  }

  // Pages opened from a disk have no clipboard in some browsers: there is the old way.
  async function toClipboard(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = make("textarea", { readonly: true }, text);
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      return done;
    }
  }

  const COMMAND = /(?:^|[\s:(])((?:sudo )?(?:openssl|nft|iptables|ip6tables|ss|ping|tracepath|tcpdump|curl|keytool|mosquitto_\w+|coap-client\S*|gnutls-cli|chronyc|timedatectl|ntpdate|dig|systemctl|handshark) .+?)(?=$|[,;:)]? (?:and|or|on|shows|tells|with the)\b|[.;,](?:\s|$)| \()/g;
  const commands = text => [...(text || "").matchAll(COMMAND)].map(m => m[1]);

  function filterOf(r) {
    const v = r.client.address.includes(":") ? "ipv6" : "ip", t = (r.over || [])[0] === "udp" || r.protocol === "udp" ? "udp" : "tcp";
    const parts = [`${v}.addr == ${r.client.address}`, `${v}.addr == ${r.server.address}`];
    if (r.client.port) parts.push(`${t}.port == ${r.client.port}`, `${t}.port == ${r.server.port}`);
    return parts.join(" && ");
  }

  function findingBlock(f) {
    const of = f.severity === "error" ? "failed" : f.severity === "warning" ? "warning" : "unknown";
    const more = [f.fault && f.fault !== "unknown" && `fault: the ${f.fault}'s`, f.certainty,
      f.frames && f.frames.length && `frames ${f.frames.join(", ")}`].filter(Boolean).join("; ");
    return make("section", { class: `finding ${of}` }, make("h3", {}, f.title),
      make("p", { class: "faint" }, make("code", {}, f.rule), ` ${more}`),
      f.why && make("p", {}, f.why),
      f.fix && make("p", { class: "fix" }, make("strong", {}, "What to do: "), f.fix),
      ...commands(f.fix).map(copyable));
  }

  function facts(object, prefix = "") {
    const list = make("dl", { class: "facts" });
    const add = (key, value) => list.append(make("dt", {}, key), make("dd", {}, String(value)));
    const walk = (value, key) => {
      if (Array.isArray(value))
        add(key, value.map(v => typeof v === "object" ? JSON.stringify(v) : v).join(", "));
      else if (value && typeof value === "object")
        for (const [name, v] of Object.entries(value)) walk(v, key ? `${key}.${name}` : name);
      else
        add(key, typeof value === "boolean" ? (value ? "yes" : "no") : value);
    };
    walk(object, prefix);
    return list;
  }

  // Client left, server right; what decided it is marked, and what never came is dashed.
  function ladder(r) {
    const LEFT = 100, RIGHT = 440, STEP = 34, decides = r.outcome === "failed" ? ((worst(r) || {}).frames || []).at(-1) : 0;
    const waits = r.stopped_at && r.stopped_at.waiting_for, steps = r.events.length + (waits ? 1 : 0);
    const svg = draw("svg", { viewBox: `0 0 540 ${steps * STEP + 60}`, role: "img",
      "aria-label": r.events.map(e => `${e.from}: ${e.message}${e.note ? " " + e.note : ""}`).join("; ") +
        (waits ? `; then it waited for ${waits}` : "") });
    const text = (x, y, anchor, cls, words) => draw("text", { x, y, "text-anchor": anchor, class: cls }, words);
    svg.append(text(LEFT, 16, "middle", "", "client"), text(LEFT, 32, "middle", "faint", r.from),
      text(RIGHT, 16, "middle", "", "server"), text(RIGHT, 32, "middle", "faint", r.to));
    for (const x of [LEFT, RIGHT]) svg.append(draw("line", { class: "life", x1: x, x2: x, y1: 38, y2: 50 + steps * STEP }));
    const arrow = (y, toRight) => {
      const [from, to] = toRight ? [LEFT + 2, RIGHT - 2] : [RIGHT - 2, LEFT + 2], back = toRight ? -9 : 9;
      return [draw("path", { class: "arrow", d: `M${from} ${y}H${to}` }),
        draw("path", { class: "tip", d: `M${to} ${y}l${back} -5v10z` })];
    };
    r.events.forEach((e, i) => {
      const y = 66 + i * STEP, words = e.message + (e.note ? ` (${e.note})` : "");
      const step = draw("g", { class: e.frame === decides ? "step marked" : "step" });
      step.append(text(LEFT - 12, y + 4, "end", "faint", `+${seconds(e.time)}`), text(RIGHT + 12, y + 4, "start", "faint", `frame ${e.frame}`),
        text((LEFT + RIGHT) / 2, y - 6, "middle", "", words.length > 44 ? words.slice(0, 43) + "…" : words));
      if (words.length > 44) step.append(draw("title", {}, words));
      if (e.from === "client" || e.from === "server") step.append(...arrow(y, e.from === "client"));
      svg.append(step);
    });
    if (waits) {
      const y = 66 + r.events.length * STEP, server = waits.includes("server"), g = draw("g", { class: "waits" });
      g.append(text((LEFT + RIGHT) / 2, y - 6, "middle", "", `never came: ${waits}`.slice(0, 48)),
        draw("path", { class: "arrow", d: `M${server ? RIGHT - 2 : LEFT + 2} ${y}H${(LEFT + RIGHT) / 2}` }));
      svg.append(g);
    }
    return make("div", { class: "ladder" }, svg);
  }

  // The chain as it was sent, leaf first; each certificate's time with the handshake's moment in it.
  function chain(certificates, at) {
    const times = certificates.flatMap(c => [Date.parse(c.not_before), Date.parse(c.not_after)]).filter(t => !isNaN(t));
    const first = Math.min(at, ...times), last = Math.max(at, ...times), x = t => 1000 * (t - first) / Math.max(1, last - first);
    const item = (c, depth) => {
      const from = Date.parse(c.not_before), until = Date.parse(c.not_after), valid = from <= at && at <= until;
      const said = isNaN(from) || isNaN(until) ? "its dates can't be read" : at > until ? "it had ended" : at < from ? "it had not begun" : "valid at that time";
      return make("li", { class: `depth-${Math.min(depth, 4)}` }, make("strong", {}, c.subject || "(no subject)"),
        make("br", {}), `issued by ${c.issuer || "nobody"}; ${day(c.not_before || "?")} to ${day(c.not_after || "?")}: ${said}`,
        draw("svg", { viewBox: "0 0 1000 24", preserveAspectRatio: "none", role: "img", "aria-label": said },
          draw("rect", { class: "ground", x: 0, y: 10, width: 1000, height: 4 }),
          !isNaN(from) && !isNaN(until) && draw("rect", { class: valid ? "span" : "span out", x: x(from), y: 5,
            width: Math.max(2, x(until) - x(from)), height: 14 }),
          draw("line", { class: "now", x1: x(at), x2: x(at), y1: 0, y2: 24 })),
        make("span", { class: "faint" }, [c.names && c.names.length && `for ${c.names.join(", ")}`, c.key, c.signature,
          c.serial && `serial ${c.serial}`].filter(Boolean).join("; ")));
    };
    return make("ol", { class: "chain" }, ...certificates.map(item));
  }

  // What is different from the last time these two came through.
  function changes(c) {
    const rows = (c.differences || []).map(d => make("li", {}, make("strong", {}, d.what), `: ${d.before} → ${d.now}`));
    return make("div", {}, make("p", {}, `It worked at ${c.last_good}; it fails since ${c.since}, ${plural(c.failures, "time")} so far.`),
      rows.length ? make("ul", { class: "changes" }, ...rows) : make("p", {}, "Nothing that packets show has changed since."));
  }

  function detail(r, id) {
    const own = inside(r), certificates = own.certificates || [];
    const frames = [...new Set((r.findings || []).flatMap(f => f.frames || []))].sort((a, b) => a - b);
    return make("div", { class: "detail", id },
      ...(r.findings || []).map(findingBlock),
      r.change && make("h3", {}, "What changed since it worked"), r.change && changes(r.change),
      r.events && r.events.length && make("h3", {}, "What was said"), r.events && r.events.length && ladder(r),
      certificates.length && make("h3", {}, "Certificates the server sent"), certificates.length && chain(certificates, r.at),
      make("h3", {}, "In Wireshark"), copyable(filterOf(r)), frames.length && copyable(`frame.number in {${frames.join(",")}}`),
      r.cause && copyable(`handshark explain ${r.cause}`),
      make("details", {}, make("summary", {}, "Everything that was read"),
        facts({ capture: r.capture, id: r.id, flow: r.flow, start: r.start, outcome: r.outcome, stopped_at: r.stopped_at }),
        Object.keys(own).length && facts(own, r.protocol), r.flow_facts && facts(r.flow_facts, "flow"),
        r.history && facts(r.history, "history"), r.change && facts(r.change, "change")));
  }

  // ---- controls

  function options(select, values, all) {
    replace(select, make("option", { value: "" }, all), ...values.map(v => make("option", { value: v }, v)));
  }

  function listen() {
    const known = key => [...new Set(records.map(key).filter(Boolean))].sort();
    options($("outcome"), OUTCOMES, "all");
    options($("protocol"), known(r => r.protocol), "all");
    options($("cause"), known(r => r.cause_id), "all");
    options($("fault"), known(r => r.fault), "all");
    for (const id of ["outcome", "protocol", "cause", "fault", "order"])
      $(id).addEventListener("change", () => set({ [id]: $(id).value }));
    $("search").addEventListener("input", () => set({ search: $("search").value.toLowerCase().split(/\s+/).filter(Boolean) }));
    $("filters").addEventListener("submit", e => e.preventDefault());
    $("filters").addEventListener("reset", e => {
      e.preventDefault();
      $("search").value = "";
      set({ search: [], outcome: "", protocol: "", cause: "", fault: "", order: "worst", client: "", server: "",
        from: -Infinity, until: Infinity });
    });
    $("more").addEventListener("click", showMore);
    document.addEventListener("keydown", onKey);
  }

  // "/" searches, arrows walk along the rows, Escape closes the one that is open.
  function onKey(e) {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName);
    if (e.key === "/" && !typing) {
      e.preventDefault();
      $("search").focus();
      return;
    }
    const item = e.target.closest && e.target.closest("#rows > li");
    if (!item || typing) return;
    const near = e.key === "ArrowDown" ? item.nextElementSibling : e.key === "ArrowUp" ? item.previousElementSibling : null;
    if (near) {
      e.preventDefault();
      near.querySelector("button").focus();
    } else if (e.key === "Escape" && item.querySelector(".detail")) {
      item.querySelector("button").click();
      item.querySelector("button").focus();
    }
  }

  function tell(words) {
    $("notice").textContent = words;
    $("notice").hidden = false;
  }

  async function begin() {
    if (!window.DecompressionStream) {
      $("verdict").textContent = "This report can't be shown here";
      return tell("The report is packed, and this browser can't unpack it: it is older than 2023. Open the page in a newer one.");
    }
    for (const record of await unpackAll()) {
      if (record.type === "handshake") records.push(prepare(record, records.length));
      else if (record.type === "summary") summaries.push(record);
      else if (record.type === "left-out") tell(record.text);
    }
    document.querySelector("main").hidden = false;
    state.search = [];
    showVerdict();
    showOutcomes();
    showCauses();
    showTimes();
    showMatrix();
    showCounts();
    listen();
    show();
    document.body.dataset.ready = "yes";
  }

  begin().catch(error => {
    $("verdict").textContent = "This report can't be read";
    tell(`It is damaged: ${error.message}`);
  });
})();
