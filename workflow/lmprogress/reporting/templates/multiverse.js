"use strict";
// In: every combination that the run computed (explorer.combinations), and the reader's choice. Out: a chart of them.

const MARKED = "#D55E00";
const PROCEDURES = { likelihood: "maximum likelihood", global: "least squares", study: "where the study stops" };
// doublings a year: beyond this, marks stand at the edge
const FASTEST = 4;

function monthsOf(rate) { return rate > 0 ? 12 / rate : Infinity; }
// with one decimal, as everywhere in the report
function monthsText(months) { return months === null || !Number.isFinite(months) || months <= 0 ? "∞" : months.toFixed(1); }
// low and high: growth rates, doublings a year; null where the data do not bound them
function intervalText(low, high) { return `${high === null ? "0" : monthsText(monthsOf(high))} to ${low === null ? "∞" : monthsText(monthsOf(low))} months`; }

// names: of laws; own: { rate, stored } the reader's choice and its row among the combinations, where it is there
async function drawMultiverse(root, combinations, { names, editions, colours, study }, own = null) {
  const sorted = combinations.filter((row) => row.estimate !== null).sort((a, b) => a.estimate - b.estimate);
  if (!sorted.length) { root.replaceChildren(element("p", { className: "missing", textContent: "The run holds no combinations." })); return null; }
  const within = (value) => (value === null ? null : Math.min(FASTEST, Math.max(0, value)));
  const values = sorted.map((row, place) => ({
    ...row, place, rate: within(row.estimate), from: within(row.low), to: row.low === null ? null : within(row.high ?? FASTEST),
    law_name: names[row.specification] ?? words(row.specification), procedure_name: PROCEDURES[row.procedure], months: monthsText(monthsOf(row.estimate)),
    interval: row.low === null ? "none" : intervalText(row.low, row.high), varied: row.label || "as the edition has it",
  }));
  const ticks = [3, 4, 6, 8, 12, 24].map((months) => 12 / months);
  const y = { field: "rate", type: "quantitative", title: "Months per doubling", scale: { domain: [0, FASTEST] }, axis: { values: [0, ...ticks], labelExpr: "datum.value == 0 ? 'none' : round(12 / datum.value)" } };
  const x = { field: "place", type: "quantitative", title: "Combinations, slowest first", axis: { labels: false, ticks: false, grid: false }, scale: { domain: [0, sorted.length], nice: false } };
  const colour = { field: "edition", type: "nominal", scale: { domain: editions, range: editions.map((_, i) => colours[i % colours.length]) }, legend: { title: "Edition", orient: "top", symbolOpacity: 1 } };
  const lines = [...(own ? [{ rate: within(own.rate), kind: "your choice" }] : []), ...(study ? [{ rate: 12 / Number(study.median), kind: "the study" }] : [])];
  const told = [["months", "Months per doubling"], ["interval", "Interval"], ["edition", "Edition"], ["law_name", "Law"], ["penalty", "Penalty"], ["procedure_name", "Procedure"], ["varied", "Data"]];
  return embedChart(root, { height: 340, layer: [
    { data: { values: values.filter((row) => row.from !== null) }, mark: { type: "rule", opacity: 0.14 }, encoding: { x, y: { ...y, field: "from" }, y2: { field: "to" }, color: colour } },
    { data: { values }, mark: { type: "point", filled: true, size: 26, opacity: 0.9 }, encoding: {
      x, y, color: colour, shape: { field: "procedure_name", type: "nominal", legend: { title: "Procedure", orient: "top" } }, tooltip: told.map(([field, title]) => ({ field, title })),
    } },
    { data: { values: lines }, mark: { type: "rule", strokeWidth: 2 }, encoding: { y, strokeDash: { field: "kind", type: "nominal", scale: { domain: ["your choice", "the study"].slice(own ? 0 : 1), range: [[1, 0], [5, 4]].slice(own ? 0 : 1) }, legend: { title: null, orient: "top" } } } },
    // a layer without marks has no name for a screen reader
    ...(own?.stored ? [values[sorted.indexOf(own.stored)]].filter(Boolean) : []).map((row) => ({ data: { values: [row] }, mark: { type: "point", size: 320, strokeWidth: 2.5, color: MARKED, shape: "circle" }, encoding: { x, y } })),
  ] }, "Doubling times of every combination that the run computed");
}
