// Verdicts on candidate systems, one paper at a time. In: the JSON element "candidates". Out: the CSV that
// `lmprogress accept` takes. What was decided is kept in the browser until it is saved.
const { columns, editable, rows, pictures } = JSON.parse(document.getElementById("candidates").textContent);
const root = document.getElementById("systems");
const papers = [...new Set(rows.map((row) => row.paper_id))];
const KEY = `lmprogress review ${rows.map((row) => row.reading_id).join(" ")}`;
const kept = (() => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
})();
const state = { paper: papers[0], by: kept.by ?? "", decided: kept.decided ?? {} };
let current = 0;

const make = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
const decisionOn = (row) => (state.decided[row.reading_id] ??= { verdict: "", why: "", values: {} });
const shown = () => rows.filter((row) => row.paper_id === state.paper);
const changed = (row) => Object.entries(decisionOn(row).values).some(([name, value]) => value !== row[name]);

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify({ by: state.by, decided: state.decided }));
  } catch {
    // a browser that keeps nothing of pages from the disk
  }
  const done = rows.filter((row) => decisionOn(row).verdict).length;
  document.getElementById("done").textContent = `${done} of ${rows.length} decided`;
}

function decide(row, verdict) {
  const decision = decisionOn(row);
  decision.verdict = verdict === "accept" && changed(row) ? "correct" : verdict;
  if (verdict === "reject") decision.values = {};
  keep();
  draw();
}

function field(row, name) {
  const decision = decisionOn(row);
  const input = make("input", { value: decision.values[name] ?? row[name] });
  input.addEventListener("change", () => {
    decision.values[name] = input.value.trim();
    if (decision.verdict) decision.verdict = changed(row) ? "correct" : "accept";
    keep();
    draw();
  });
  return make("label", {}, `${name.replaceAll("_", " ")} `, input);
}

function system(row, place) {
  const decision = decisionOn(row);
  const why = make("input", { value: decision.why, className: "why" });
  why.addEventListener("change", () => {
    decision.why = why.value.trim();
    keep();
  });
  const button = (verdict, key) => {
    const made = make("button", { type: "button", textContent: `${verdict} (${key})` });
    made.addEventListener("click", () => choose(place, () => decide(row, verdict)));
    return made;
  };
  const picture = pictures[row.reading_id];
  const article = make(
    "article",
    { className: place === current ? "current" : "", id: `system-${place}` },
    make(
      "div",
      {},
      make("h3", { textContent: `${row.system || "no name"}: ${row.perplexity} on ${row.benchmark}, page ${row.page}` }),
      make("p", { className: "doubts", textContent: row.reason }),
      make("p", { textContent: `confidence ${row.confidence}. ${row.source}` }),
      make("p", { className: "verdict", textContent: decision.verdict || "undecided" }),
      button("accept", "a"),
      button("reject", "r"),
      make("label", {}, "why ", why),
    ),
    make("div", { className: "fields" }, ...editable.map((name) => field(row, name))),
  );
  if (picture) article.append(make("img", { alt: "the place on the page", src: `data:image/png;base64,${picture}` }));
  return article;
}

function choose(place, then = draw) {
  current = Math.min(Math.max(place, 0), shown().length - 1);
  then();
  document.getElementById(`system-${current}`)?.scrollIntoView({ block: "nearest" });
}

function draw() {
  root.replaceChildren(...shown().map(system));
}

const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function csv() {
  const lines = [[...columns, "verdict", "why", "by"]];
  for (const row of rows) {
    const { verdict, why, values } = decisionOn(row);
    if (verdict) lines.push([...columns.map((name) => values[name] ?? row[name]), verdict, why, state.by]);
  }
  return lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

function save() {
  const address = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  make("a", { href: address, download: "decided.csv" }).click();
  URL.revokeObjectURL(address);
}

const select = document.getElementById("paper");
select.append(...papers.map((paper) => make("option", { value: paper, textContent: paper })));
select.addEventListener("change", () => {
  state.paper = select.value;
  choose(0);
});
const by = document.getElementById("by");
by.value = state.by;
by.addEventListener("change", () => {
  state.by = by.value.trim();
  keep();
});
document.getElementById("save").addEventListener("click", save);
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = shown()[current];
  const keys = {
    j: () => choose(current + 1),
    k: () => choose(current - 1),
    a: () => decide(row, "accept"),
    r: () => decide(row, "reject"),
    c: () => document.querySelector(`#system-${current} .fields input`).focus(),
    w: () => document.querySelector(`#system-${current} .why`).focus(),
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
keep();
draw();
