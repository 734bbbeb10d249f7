"use strict";
// In: everything above. Out: the page at work.

const DETAILS = {
  record: (row) => recordDetail(row),
  reading: (row) => readingDetail(row),
  facts: (row) => element("div", { className: "evidence" },
    facts(DATA.facts.map(({ label, key, format, names }) => [label, row[key] === null ? null : shown(row[key], format, names)]))),
};
const PREPARE = {
  // a logarithmic axis has no place for a row without a value
  record: (rows) => rows.filter((row) => row.perplexity !== null).map((row) => ({
    ...row, date: row.publication_date,
    benchmark_name: DATA.benchmarks[row.benchmark] ?? "none", architecture_name: shown(row.architecture, "text", DATA.architectures),
    state_text: !row.reason ? row.state : `${row.state}: ${row.reason.replaceAll("_", " ")}`,
    size_text: shown(row.n_parameters, "size"), tokens_text: shown(row.dataset_size_tokens, "size"), compute_text: shown(row.training_compute_flop, "power"),
  })),
  rate: (rows) => {
    const [least, most] = DATA.chart.range;
    // an infinite time stands at the slow end
    const within = (value) => (value === null ? most : Math.min(most, Math.max(least, value)));
    // what all rows share needs no mention beside each
    const told = ["quantity", "edition", "procedure", "penalty", "interval_method", "method"].filter((key) => new Set(rows.map((row) => row[key])).size > 1);
    return rows.map((row) => {
      const resampled = row.interval_method !== "none";
      const centre = resampled ? row.median_months : row.estimate_months;
      const where = [row.benchmark, row.group].filter((part) => part !== "all").map((part) => DATA.benchmarks[part] ?? part);
      return {
        ...row, label: [DATA.laws[row.specification] ?? words(row.specification), ...where, ...told.map((key) => (key === "penalty" ? `penalty ${row[key]}` : words(row[key])))].join(", "),
        centre: within(centre), centre_text: shown(centre ?? Infinity, "months"),
        from: resampled ? within(row.low_months) : null, to: resampled ? within(row.high_months) : null,
        open_end: resampled && (row.high_months ?? Infinity) > most,
        interval_text: resampled ? `${shown(row.low_months ?? Infinity, "months")} to ${shown(row.high_months ?? Infinity, "months")}` : "not resampled",
      };
    });
  },
};

async function start() {
  const place = document.getElementById("table");
  if (!("DecompressionStream" in window)) {
    place.replaceChildren(element("p", { className: "missing", textContent: "This browser is too old to show the table. The same rows are in the files below." }));
    return;
  }
  DATA = await unpacked(document.getElementById("data").textContent);
  const rows = rowsOf(DATA.rows);
  if (DATA.kind === "reading") {
    for (const row of rows) row.reading_id ??= `${row.paper_id}:p${row.page}:${row.x0.toFixed(1)},${row.y0.toFixed(1)}:${row.quantity}`;
  }
  place.replaceChildren();
  let table = null;
  const follow = DATA.chart && makeChart(document.getElementById("chart"), document.getElementById("chart-controls"), {
    ...DATA.chart, prepare: PREPARE[DATA.chart.kind],
    picked: DATA.kind === "record" ? (at) => table.show(rows[at]) : null,
  });
  table = makeTable(place, {
    rows, columns: DATA.columns, caption: DATA.caption, initial: DATA.initial, initialSort: DATA.sort,
    detail: DETAILS[DATA.kind], identify: (row) => row[DATA.identified_by], searched: DATA.searched, changed: follow,
  });
  document.documentElement.dataset.ready = "true";
}

start();
