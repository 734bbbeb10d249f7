"use strict";
// In: everything above. Out: the explorer at work: controls, the answer in a sentence, charts, exports.

const N_STARTS = 60, N_REPLICATES = 300, FIRST_STARTS = 6, STARTS_A_TASK = 6, REPLICATES_A_TASK = 10;

// ---- workers: the solver off the page's own thread. From file:// a worker must be made from text ------------------------

function makePool(source) {
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const waiting = [], busy = new Map();
  let number = 0;
  const workers = Array.from({ length: Math.min(4, Math.max(2, (navigator.hardwareConcurrency || 2) - 1)) }, () => {
    const worker = new Worker(address);
    worker.onmessage = ({ data }) => {
      const done = busy.get(worker);
      busy.delete(worker);
      next();
      done?.resolve(data.found);
    };
    worker.onerror = (event) => { throw new Error(event.message); };
    return worker;
  });
  function next() {
    for (const worker of workers) {
      if (busy.has(worker) || !waiting.length) continue;
      const job = waiting.shift();
      busy.set(worker, job);
      worker.postMessage(job.task);
    }
  }
  return {
    run: (task) => new Promise((resolve) => { waiting.push({ task: { ...task, number: ++number }, resolve }); next(); }),
    // what has not begun is no longer wanted
    clear: () => { waiting.length = 0; },
  };
}

// ---- the page -----------------------------------------------------------------------------------------------------------

const endText = (months) => (Number.isFinite(months) ? `${monthsText(months)} months` : "no progress");

function startExplorer(data) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const by = (id) => document.getElementById(id);
  const records = Object.fromEntries(Object.entries(data.editions).map(([name, held]) => [name, { own: rowsOf(held.rows), others: Object.fromEntries(Object.entries(held.others).map(([strengths, rows]) => [strengths, rowsOf(rows)])) }]));
  const combinations = rowsOf(data.combinations);
  const tests = data.rate_tests ? rowsOf(data.rate_tests) : [];
  const lawNames = Object.keys(data.laws).filter((name) => Laws.hasRates(data.laws[name]));
  const pool = makePool(by("laws").textContent);
  const views = {};
  let state = Choice.fromAddress(data, location.hash.slice(1));
  const embedded = new URLSearchParams(location.hash.slice(1)).get("embed") === "1";
  let own = [], rows = null, fit = null, run = 0, picked = null;
  document.body.classList.toggle("embed", embedded);

  // ---- controls -------------------------------------------------------------------------------------------------------

  const form = by("choices"), controls = {};
  form.addEventListener("submit", (event) => event.preventDefault());
  function select(key, label, options, read = (value) => value) {
    const made = element("select", { id: `choose-${key}` });
    controls[key] = { made, fill: (pairs) => made.replaceChildren(...pairs.map(([value, text]) => element("option", { value: String(value), textContent: text }))) };
    if (options) controls[key].fill(options);
    made.addEventListener("change", () => change({ [key]: read(made.value) }));
    form.append(labelled(label, made));
  }
  select("edition", "Edition", Object.keys(data.editions).map((name) => [name, name]));
  select("law", "Law", lawNames.map((name) => [name, data.names[name]]));
  select("estimator", "Estimate", [
    [Choice.VERDICT, "the verdict’s, else without penalty"],
    ...data.penalties.map((penalty) => [penalty, penalty === 0 ? "least squares, no penalty" : `least squares, penalty ${penalty}${penalty === data.main.penalty ? " (the study’s)" : ""}`]),
    [Choice.STUDY, "where the study’s optimiser stopped"],
  ]);
  select("keep", "Records a paper, at most", null, (value) => (value === "all" ? value : Number(value)));
  const boxes = element("fieldset", {}, element("legend", { textContent: "Benchmarks" }));
  form.append(boxes);
  const years = [...new Set(Object.values(records).flatMap((held) => held.own.map((row) => Math.floor(row.year))))].sort((a, b) => a - b);
  const yearOptions = [["", "any"], ...years.map((year) => [year, year])];
  const year = (value) => (value === "" ? null : Number(value));
  select("from", "From the year", yearOptions, year);
  select("to", "Up to the year", yearOptions, year);
  select("architecture", "Architectures", [["all", "all"], ["transformer", "transformers alone"], ["other", "without transformers"]]);
  const kinds = element("fieldset", {}, element("legend", { textContent: "Leave out" }));
  form.append(kinds);
  for (const name of data.toggled) {
    const box = element("input", { type: "checkbox", id: `without-${name}` });
    box.addEventListener("change", () => change({ exclude: { ...state.exclude, [name]: box.checked } }));
    controls[name] = { made: box };
    kinds.append(element("label", {}, box, ` ${Choice.EXCLUDED[name] ?? words(name)}`));
  }
  select("strengths", "Corrections applied");
  const again = element("button", { type: "button", className: "plain", textContent: "Start over" });
  again.addEventListener("click", () => { own = []; showOwn(); change(Choice.ofEdition(data, data.shown_edition)); });
  form.append(again);

  function showControls() {
    const held = data.editions[state.edition], usual = Choice.ofEdition(data, state.edition);
    controls.keep.fill([...new Set([1, 2, 3, 5, "all", usual.keep, state.keep])].sort((a, b) => (a === "all") - (b === "all") || a - b).map((keep) => [keep, String(keep)]));
    controls.strengths.fill([held.strengths, ...Object.keys(held.others)].map((strengths) => [strengths, strengths.replaceAll(" ", ", ")]));
    controls.strengths.made.disabled = !Object.keys(held.others).length;
    for (const key of ["edition", "law", "estimator", "keep", "architecture", "strengths"]) controls[key].made.value = String(state[key]);
    for (const key of ["from", "to"]) controls[key].made.value = state[key] === null ? "" : String(state[key]);
    for (const name of data.toggled) controls[name].made.checked = state.exclude[name];
    if (boxes.dataset.edition !== state.edition) {
      boxes.dataset.edition = state.edition;
      boxes.replaceChildren(boxes.firstChild, ...held.benchmarks.map((name) => {
        const box = element("input", { type: "checkbox", value: name, id: `benchmark-${name}` });
        box.addEventListener("change", () => {
          const wanted = [...boxes.querySelectorAll("input:checked")].map((each) => each.value);
          change({ benchmarks: wanted.length && wanted.length < held.benchmarks.length ? wanted : null });
        });
        return element("label", {}, box, ` ${data.benchmarks[name]}`);
      }));
    }
    for (const box of boxes.querySelectorAll("input")) box.checked = !state.benchmarks || state.benchmarks.includes(box.value);
  }

  function change(parts) {
    const edition = parts.edition ?? state.edition;
    // what an edition decides by itself, it decides anew
    if (edition !== state.edition && !("keep" in parts)) {
      const usual = Choice.ofEdition(data, edition);
      parts = { keep: usual.keep, exclude: usual.exclude, strengths: usual.strengths, benchmarks: null, drop: [], ...parts };
    }
    state = { ...state, ...parts };
    const address = Choice.toAddress(data, state) + (embedded ? "&embed=1" : "");
    history.replaceState(null, "", `#${address}`);
    follow();
  }
  window.addEventListener("hashchange", () => { state = Choice.fromAddress(data, location.hash.slice(1)); follow(); });

  // ---- the fit --------------------------------------------------------------------------------------------------------

  const known = (which) => which === run;

  async function follow() {
    run += 1;
    document.documentElement.dataset.asked = String(run);
    const mine = run;
    pool.clear();
    showControls();
    const held = records[state.edition];
    rows = Choice.chosen(data, Choice.recordsOf(held.own, held.others[state.strengths] ?? []), state, own);
    fit = { verdict: own.length ? null : Choice.verdictOf(data, state), stored: own.length ? null : Choice.precomputed(data, combinations, state), searched: 0, rates: [], replicates: [] };
    fit.penalty = Choice.penaltyOf(data, state);
    const law = data.laws[state.law], problem = [law, data.variants[law.data], Choice.offsetsOf(data, state.edition), rows.fitted.map((row) => Choice.forLaw(data, row))];
    const usable = Laws.usable(problem[3], problem[1]).length;
    fit.n = usable;
    fit.papers = new Set(rows.fitted.map((row) => row.paper_id)).size;
    fit.tooFew = usable < data.least_observations;
    say();
    showList();
    if (fit.tooFew) { draw(); return; }
    fit.problem = Laws.problemOf(...problem);
    const task = { of: mine, problem, penalty: fit.penalty };
    // the first searches alone, for an answer at once; then all
    let basins = await pool.run({ ...task, from: 0, to: FIRST_STARTS, known: [] });
    if (!known(mine)) return;
    settle(basins, FIRST_STARTS);
    const parts = [];
    for (let from = FIRST_STARTS; from < N_STARTS; from += STARTS_A_TASK) parts.push(pool.run({ ...task, from, to: Math.min(N_STARTS, from + STARTS_A_TASK), known: [] }));
    basins = Laws.basins([basins, ...await Promise.all(parts)].flat());
    if (!known(mine)) return;
    settle(basins, N_STARTS);
    draw();
    const points = basins.filter((end) => end.converged).slice(0, 6).map((end) => end.theta);
    let drawn = 0;
    await Promise.all(Array.from({ length: N_REPLICATES / REPLICATES_A_TASK }, async (_, part) => {
      const found = await pool.run({ ...task, replicates: true, known: points.length ? points : [basins[0].theta], from: part * REPLICATES_A_TASK, to: (part + 1) * REPLICATES_A_TASK });
      if (!known(mine)) return;
      fit.replicates.push(...found);
      drawn += 1;
      if (drawn % 6 === 0 && drawn * REPLICATES_A_TASK < N_REPLICATES) say();
    }));
    if (!known(mine)) return;
    fit.done = true;
    say();
    drawInterval();
    drawRidge();
    document.documentElement.dataset.settled = String(mine);
  }

  function settle(basins, searched) {
    const best = Laws.polished(fit.problem, fit.penalty, basins[0]);
    Object.assign(fit, { theta: best.theta, value: best.value, times: basins[0].times, searched, rates: Laws.growthRates(fit.problem, best.theta) });
    say();
    document.documentElement.dataset.answered = String(run);
  }

  const totals = () => fit.rates.filter(({ quantity }) => quantity === "effective_compute");
  const drawnRates = (at = 0) => fit.replicates.map((theta) => Laws.growthRates(fit.problem, theta).filter((r) => r.quantity === "effective_compute")[at].rate).sort((a, b) => a - b);

  // what the sentence says: { estimate, low, high } as doublings a year, by whom, and the marks of doubt
  function found() {
    const edge = (100 - data.level) / 2;
    if (fit.verdict) {
      const v = fit.verdict;
      const doubts = v.identified ? [["identified", "good"]] : [[v.why_not === "flat_ridge" ? "ridge: the interval is wide" : "no progress not excluded", "bad"]];
      if (v.min_coverage !== null) doubts.push([`coverage of the interval in simulations: ${Math.round(100 * v.min_coverage)} % or more`, ""]);
      return {
        estimate: v.estimate_months === null ? 0 : 12 / v.estimate_months, low: v.high_months === null ? 0 : 12 / v.high_months, high: v.low_months === null ? null : 12 / v.low_months, interval: true, doubts,
        how: "the run’s verdict: maximum likelihood without penalty, residuals correlated within papers; the interval inverts a likelihood-ratio test calibrated on simulated data",
      };
    }
    if (state.estimator === Choice.STUDY) {
      if (!fit.stored) return null;
      const { estimate, low, high } = fit.stored;
      return { estimate, low, high, interval: low !== null, doubts: [["not a minimum", "bad"], ["interval not calibrated", ""]], how: "where the study’s optimiser stopped, as the run computed it; the interval is the study’s, from resampled rows" };
    }
    if (fit.tooFew || !totals().length) return null;
    const sorted = fit.replicates.length >= 40 ? drawnRates() : [];
    const [low, high] = sorted.length ? [Laws.percentile(sorted, edge), Laws.percentile(sorted, 100 - edge)] : [null, null];
    const doubts = [["not calibrated for this choice", ""]];
    const [fast, slow] = [monthsOf(high), monthsOf(low)];
    if (sorted.length) doubts.unshift(slow >= data.slowest_months ? ["no progress not excluded", "bad"] : slow / fast > data.wide_interval ? ["ridge: the interval is wide", "bad"] : ["identified", "good"]);
    const none = sorted.filter((rate) => rate <= 0).length;
    return {
      estimate: totals()[0].rate, low, high, interval: sorted.length > 0, doubts, refitted: true,
      how: `least squares ${fit.penalty ? `with the penalty ${fit.penalty}` : "without penalty"}, fitted here${sorted.length ? `; the interval is of ${sorted.length} resamples of papers, ${none} without progress` : ""}`,
    };
  }

  function say() {
    const said = found(), answer = by("answer");
    const choice = element("em", { textContent: [...Choice.inWords(data, state), ...(own.length ? [`${own.length} of your own`] : [])].join(", ") });
    const study = data.study ? `The study said ${data.study.median} (${data.study.low} to ${data.study.high}).` : "";
    if (!said) {
      const why = fit.tooFew ? `${fit.n} observations are too few: fits need ${data.least_observations}.`
        : state.estimator === Choice.STUDY ? "the run did not compute where the study’s optimiser stops. Choose another estimate." : "the laws are being fitted …";
      answer.replaceChildren("With ", choice, `, ${why} ${study}`);
      by("badges").replaceChildren();
      by("which").textContent = "";
      return;
    }
    const months = monthsOf(said.estimate);
    const number = element("b", { className: "found", textContent: endText(months) });
    const interval = said.interval ? ` (${data.level} %: ${intervalText(said.low, said.high)})` : fit.done ? "" : " (interval follows)";
    answer.replaceChildren("With ", choice, Number.isFinite(months) ? ", algorithms double effective compute every " : ", the data show ", number, `${interval}. ${study}`);
    by("badges").replaceChildren(...said.doubts.map(([text, tone]) => element("span", { className: `badge ${tone}`.trim(), textContent: text })));
    const parts = [`${said.how.charAt(0).toUpperCase()}${said.how.slice(1)}. ${fit.n} observations of ${fit.papers} papers.`];
    if (said.refitted) {
      const others = totals().slice(1);
      if (totals().length > 1) parts.push(`The rate differs: ${totals().map((r) => `${[r.benchmark, r.group].filter((x) => x !== "all").map((x) => data.benchmarks[x] ?? x).join(", ")} ${endText(monthsOf(r.rate))}`).join("; ")}.`);
      parts.push(`Objective ${fit.value.toPrecision(10)}; ${fit.times} of ${fit.searched} searches end there.`);
      if (fit.stored?.low !== null && fit.stored && !others.length) parts.push(`The run’s own bootstrap of this choice: ${intervalText(fit.stored.low, fit.stored.high)}.`);
      if (state.estimator === Choice.VERDICT) parts.push("The verdict is computed for whole editions and the main law; this is the estimate closest to it.");
    }
    by("which").textContent = parts.join(" ");
  }

  // ---- charts ---------------------------------------------------------------------------------------------------------

  const AXES = {
    date: { label: "date of publication", field: "year", title: "Date of publication", scale: { zero: false, nice: false, padding: 12 }, axis: { format: "d", labelOverlap: true } },
    n: { label: "parameters", field: "n_parameters", title: "Parameters", log: true },
    d: { label: "training tokens", field: "dataset_size_tokens", title: "Training tokens, each once", log: true },
    compute: { label: "training compute", field: "compute", title: "6 × parameters × tokens, FLOP", log: true },
  };
  const axisSelect = element("select", { id: "scatter-axis" }, ...Object.entries(AXES).map(([key, { label }]) => element("option", { value: key, textContent: label })));
  axisSelect.addEventListener("change", drawScatter);
  by("scatter-controls").append(labelled("Horizontal axis", axisSelect));

  async function embed(name, specification, title) {
    views[name] = { view: await embedChart(by(name), specification, title), title };
    return views[name].view;
  }
  const empty = (name, text) => { views[name]?.view.finalize(); delete views[name]; by(name).replaceChildren(element("p", { className: "missing", textContent: text })); };

  const benchmarkScale = () => {
    const names = data.editions[state.edition].benchmarks;
    return { domain: names.map((name) => data.benchmarks[name]), range: names.map((name) => data.colours[Object.keys(data.benchmarks).indexOf(name)]) };
  };
  const middle = (values) => { const sorted = values.filter((v) => v !== null).sort((a, b) => a - b); return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null; };

  function curves(axis) {
    if (!fit.theta) return [];
    const { problem } = fit;
    return problem.offsets.flatMap(([benchmark]) => {
      const mine = problem.rows.filter((row) => row.benchmark === benchmark);
      if (mine.length < 2) return [];
      const usual = { ...mine[0], year: middle(mine.map((r) => r.year)), n: middle(mine.map((r) => r.n)), d: middle(mine.map((r) => r.d)), epochs: middle(mine.map((r) => r.epochs)), vocabulary: middle(mine.map((r) => r.vocabulary)), assumed: middle(mine.map((r) => r.assumed)), transformer: middle(mine.map((r) => r.transformer)) };
      const value = { date: (r) => r.year, n: (r) => r.n, d: (r) => r.d, compute: (r) => 6 * r.n * r.d }[axis];
      const [low, high] = [Math.min(...mine.map(value)), Math.max(...mine.map(value))];
      const grid = Array.from({ length: 41 }, (_, i) => {
        const at = axis === "date" ? low + (high - low) * (i / 40) : low * (high / low) ** (i / 40);
        const both = Math.sqrt(at / (6 * usual.n * usual.d));
        return { date: { ...usual, year: at }, n: { ...usual, n: at }, d: { ...usual, d: at }, compute: { ...usual, n: usual.n * both, d: usual.d * both } }[axis];
      });
      const along = Laws.problemOf(problem.law, { ...problem.variant, unknown_epochs: "one", unknown_vocabulary: "typical" }, problem.offsets, grid, problem.references, problem.offsets);
      return Laws.predicted(along, fit.theta).map((log, i) => ({ x: value(grid[i]), y: Math.exp(log), benchmark_name: data.benchmarks[benchmark] }));
    });
  }

  async function drawScatter() {
    const axis = axisSelect.value, { field, title, log, ...more } = AXES[axis];
    if (!rows.fitted.length) { empty("scatter", "No observation is left."); return; }
    const shownRows = [...rows.fitted.map((row) => ({ ...row, state: row.own ? "your own" : "in the fit" })), ...rows.dropped.map((row) => ({ ...row, state: "left out by hand" }))].map((row) => ({
      ...row, benchmark_name: data.benchmarks[row.benchmark], compute: 6 * row.n_parameters * row.dataset_size_tokens, key: row.record_id,
      size_text: shown(row.n_parameters, "size"), tokens_text: shown(row.dataset_size_tokens, "size"),
    }));
    const x = { field, type: "quantitative", title, scale: log ? { type: "log", nice: false, padding: 12 } : more.scale, axis: log ? { format: ".0e", tickCount: 6, labelOverlap: true } : more.axis };
    const colour = { field: "benchmark_name", type: "nominal", scale: benchmarkScale(), legend: { title: null, orient: "top" } };
    const y = { type: "quantitative", title: "Test perplexity", scale: { type: "log", nice: false, padding: 12 } };
    const told = [["system", "System"], ["title", "Paper"], ["publication_date", "Published"], ["benchmark_name", "Benchmark"], ["perplexity", "Perplexity"], ["size_text", "Parameters"], ["tokens_text", "Training tokens"], ["state", "State"]].map(([of, named]) => ({ field: of, title: named }));
    const view = await embed("scatter", {
      height: window.innerWidth < 832 ? 340 : 560,
      layer: [
        { data: { values: shownRows }, mark: { type: "point", size: 60, strokeWidth: 1.2, cursor: "pointer" }, encoding: {
          x, y: { field: "perplexity", ...y }, color: colour, fill: colour,
          shape: { condition: { test: "datum.state == 'your own'", value: "diamond" }, value: "circle" },
          size: { condition: { test: "datum.state == 'your own'", value: 160 }, value: 60 },
          fillOpacity: { condition: { test: "datum.state == 'left out by hand'", value: 0 }, value: 0.5 },
          strokeOpacity: { condition: { test: "datum.state == 'left out by hand'", value: 0.5 }, value: 1 }, tooltip: told,
        } },
        { data: { values: curves(axis) }, mark: { type: "line", strokeWidth: 2.5 }, encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" }, color: { field: "benchmark_name", type: "nominal" } } },
      ],
    }, "Test perplexity of the chosen systems, and the fitted law");
    view.addEventListener("click", (_, item) => { if (item?.datum?.record_id) pick(item.datum.record_id); });
  }

  async function drawInterval() {
    if (fit.verdict) {
      const mine = tests.filter((row) => row.edition === state.edition);
      by("interval-title").textContent = "How sure is that? Each rate tested";
      by("interval-note").textContent = "The p-value of each growth rate under the likelihood-ratio test. Rates above the broken line are not rejected: they are the interval.";
      if (!mine.length) { empty("interval", "The run did not keep its tests."); return; }
      await embed("interval", { layer: [
        { data: { values: mine }, mark: { type: "line", point: { size: 30 }, strokeWidth: 1.5, color: data.colours[0] }, encoding: {
          x: { field: "growth_rate_per_year", type: "quantitative", title: "Doublings of effective compute a year" }, y: { field: "p_value", type: "quantitative", title: "p-value", scale: { domain: [0, 1] } }, order: { field: "growth_rate_per_year" },
          tooltip: [{ field: "growth_rate_per_year", title: "Doublings a year", format: ".3f" }, { field: "p_value", title: "p-value", format: ".3f" }],
        } },
        { data: { values: [{ p: 1 - data.level / 100 }] }, mark: { type: "rule", strokeDash: [4, 4], color: MARKED }, encoding: { y: { field: "p", type: "quantitative" } } },
      ] }, "p-value of each growth rate of effective compute");
      return;
    }
    by("interval-title").textContent = "How sure is that? Papers resampled";
    if (!fit.done) { empty("interval", "The papers are being resampled …"); return; }
    by("interval-note").textContent = "Growth rates of fits to resampled papers, refitted here. Left of zero there is no progress. The line is the fit to all rows.";
    // an input without influence grows infinitely, which no axis can show
    const sorted = drawnRates().filter(Number.isFinite);
    if (!sorted.length || !Number.isFinite(totals()[0].rate)) { empty("interval", "These rates are infinite: a term falls with time but not with its size."); return; }
    const [low, high] = [Laws.percentile(sorted, 1), Laws.percentile(sorted, 99)];
    const within = sorted.map((rate) => ({ rate: Math.min(high, Math.max(low, rate)) }));
    await embed("interval", { layer: [
      { data: { values: within }, mark: { type: "bar", color: data.colours[0], opacity: 0.75 }, encoding: {
        x: { field: "rate", type: "quantitative", bin: { maxbins: 36 }, title: "Doublings of effective compute a year" }, y: { aggregate: "count", title: "Resamples" }, tooltip: [{ field: "rate", bin: { maxbins: 36 }, title: "Doublings a year" }, { aggregate: "count", title: "Resamples" }],
      } },
      { data: { values: [{ rate: Math.min(high, Math.max(low, totals()[0].rate)) }] }, mark: { type: "rule", color: MARKED, strokeWidth: 2 }, encoding: { x: { field: "rate", type: "quantitative" } } },
    ] }, "Growth rates of effective compute over resampled papers");
  }

  async function drawRidge() {
    const pair = (theta) => {
      const rates = Laws.growthRates(fit.problem, theta), of = (quantity) => rates.find((r) => r.quantity === quantity)?.rate;
      return { parameters: of("parameters"), data: of("data") };
    };
    const at = fit.theta && pair(fit.theta);
    if (!at || at.parameters === undefined || at.data === undefined) { by("ridge-note").textContent = ""; empty("ridge", fit.theta ? "This law has one term: its progress cannot move between parameters and data." : "Nothing is fitted."); return; }
    if (!fit.done) { empty("ridge", "The papers are being resampled …"); return; }
    by("ridge-note").textContent = `Each dot is a fit to resampled papers${fit.verdict ? " (least squares without penalty)" : ""}; the diamond is the fit to all rows. Along the broken line effective compute grows equally fast: what one input gains the other may lose.`;
    const pairs = fit.replicates.map(pair).filter((each) => Number.isFinite(each.parameters) && Number.isFinite(each.data));
    if (!pairs.length || !Number.isFinite(at.parameters + at.data)) { by("ridge-note").textContent = ""; empty("ridge", "These rates are infinite: a term falls with time but not with its size."); return; }
    const between = (key) => { const sorted = pairs.map((each) => each[key]).sort((a, b) => a - b); return [Math.min(at[key], Laws.percentile(sorted, 4)), Math.max(at[key], Laws.percentile(sorted, 96))]; };
    const [px, py] = [between("parameters"), between("data")];
    const inside = pairs.filter((each) => each.parameters >= px[0] && each.parameters <= px[1] && each.data >= py[0] && each.data <= py[1]);
    const total = at.parameters + at.data;
    const x = { field: "parameters", type: "quantitative", title: "Effective parameters, doublings a year", scale: { domain: px, padding: 10 } };
    const y = { field: "data", type: "quantitative", title: "Effective data, doublings a year", scale: { domain: py, padding: 10 } };
    await embed("ridge", { layer: [
      { data: { values: inside }, mark: { type: "point", filled: true, size: 22, opacity: 0.45, color: data.colours[0] }, encoding: { x, y, tooltip: [{ field: "parameters", format: ".2f" }, { field: "data", format: ".2f" }] } },
      { data: { values: px.map((p) => ({ parameters: p, data: total - p })) }, mark: { type: "line", strokeDash: [4, 4], clip: true, color: FAINT }, encoding: { x, y } },
      { data: { values: [at] }, mark: { type: "point", filled: true, shape: "diamond", size: 160, color: MARKED, opacity: 1 }, encoding: { x, y } },
    ] }, "Growth of effective parameters against growth of effective data");
  }
  const FAINT = "#8A8A8A";

  async function drawCombinations() {
    const said = found();
    const view = await drawMultiverse(by("multiverse"), combinations, { ...data, editions: Object.keys(data.editions) }, said && { rate: said.estimate, stored: fit.stored });
    if (view) views.multiverse = { view, title: "Doubling times of every combination that the run computed" };
  }

  function draw() { drawScatter(); drawInterval(); drawRidge(); if (!embedded) drawCombinations(); }
  dark.addEventListener("change", draw);

  // ---- points ---------------------------------------------------------------------------------------------------------

  const all = () => [...rows.fitted, ...rows.dropped];
  const toggled = (name) => change({ drop: state.drop.includes(name) ? state.drop.filter((each) => each !== name) : [...state.drop, name] });

  function pick(record) {
    picked = record;
    const row = all().find((each) => each.record_id === record), place = by("picked");
    place.hidden = !row;
    if (!row) return;
    const button = (name, leave, back) => {
      const made = element("button", { type: "button", className: "plain", textContent: state.drop.includes(name) ? back : leave });
      made.addEventListener("click", () => { toggled(name); pick(record); });
      return made;
    };
    const mates = all().filter((each) => each.paper_id === row.paper_id).length;
    place.replaceChildren(
      element("h3", { textContent: `${row.system}, ${data.benchmarks[row.benchmark]}: perplexity ${row.perplexity}` }),
      element("p", { textContent: `${row.title}, ${row.publication_date}. ${shown(row.n_parameters, "size")} parameters, ${shown(row.dataset_size_tokens, "size")} training tokens.` }),
      element("div", { className: "controls" },
        row.own ? null : element("a", { href: `observations.html#row=${encodeURIComponent(record)}&edition=${state.edition}`, textContent: "Its evidence, page and decisions" }),
        button(record, "Leave this point out", "Put this point back"), button(`paper:${row.paper_id}`, `Leave out its paper (${mates})`, "Put its paper back")));
  }

  const listed = by("listed");
  listed.addEventListener("toggle", showList);
  function showList() {
    if (picked) pick(picked);
    if (!listed.open) return;
    const out = new Set(rows.dropped.map((row) => row.record_id));
    const head = ["In the fit", "System", "Benchmark", "Perplexity", "Published", "Paper"].map((text) => element("th", { scope: "col", textContent: text }));
    const body = all().sort((a, b) => a.year - b.year || a.rank - b.rank).map((row) => {
      const box = element("input", { type: "checkbox", checked: !out.has(row.record_id), "aria-label": `${row.system}, ${data.benchmarks[row.benchmark]}` });
      box.dataset.record = row.record_id;
      box.disabled = state.drop.includes(`paper:${row.paper_id}`);
      box.addEventListener("change", () => { toggled(row.record_id); listed.querySelector(`[data-record="${CSS.escape(row.record_id)}"]`)?.focus(); });
      const name = row.own ? row.system : element("a", { href: `observations.html#row=${encodeURIComponent(row.record_id)}&edition=${state.edition}`, textContent: row.system });
      return element("tr", {}, element("td", {}, box), element("td", { className: "wrap" }, name), element("td", { textContent: data.benchmarks[row.benchmark] }), element("td", { className: "number-cell", textContent: row.perplexity }), element("td", { textContent: row.publication_date }), element("td", { className: "wrap", textContent: row.title }));
    });
    listed.querySelector(".scroll").replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body)));
  }

  // ---- systems of the reader's own -------------------------------------------------------------------------------------

  const file = by("own-file");
  by("own-columns").textContent = `${Choice.OWN_COLUMNS.join(", ")}; optional: ${Choice.OWN_OPTIONAL.join(", ")}`;
  async function takeIn(chosen) {
    if (!chosen) return;
    const { rows: read, errors } = Choice.fromCsv(data, await chosen.text());
    own = read;
    showOwn(errors, chosen.name);
    follow();
  }
  function showOwn(errors = [], name = "") {
    by("own-clear").hidden = !own.length;
    by("own-told").replaceChildren(...(errors.length
      ? [element("p", { className: "bad", textContent: `${name} was not taken: ${errors.length} ${errors.length > 1 ? "errors" : "error"}.` }), element("ul", {}, ...errors.slice(0, 20).map((text) => element("li", { textContent: text })))]
      : own.length ? [element("p", { textContent: `${own.length} systems of ${name} are in the fit. They are no part of a copied link.` })] : []));
  }
  file.addEventListener("change", () => takeIn(file.files[0]));
  by("own-clear").addEventListener("click", () => { own = []; file.value = ""; showOwn(); follow(); });
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => { if (event.dataTransfer?.types.includes("Files")) event.preventDefault(); });
  document.addEventListener("drop", (event) => takeIn(event.dataTransfer?.files[0]));

  // ---- exports --------------------------------------------------------------------------------------------------------

  const today = () => new Date().toISOString().slice(0, 10);
  const link = (more = "") => `${location.href.split("#")[0]}#${Choice.toAddress(data, state)}${more}`;
  const sentence = () => by("answer").textContent;
  const source = () => `lmprogress, tables ${(data.tables_digest ?? "").slice(0, 12)}; data of Ho et al. 2024 (arXiv 2403.05812) and the papers named there; CC BY 4.0; ${today()}`;

  function save(content, name, type) {
    const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
  async function copy(text) {
    by("copy-field").hidden = false;
    const area = by("copy-text");
    area.value = text;
    area.select();
    let copied = true;
    try { await navigator.clipboard.writeText(text); } catch { copied = document.execCommand("copy"); }
    by("copied").textContent = copied ? "Copied." : "Press Ctrl+C to copy the text below.";
  }

  const FIGURES = { scatter: "observations and law", interval: "interval", ridge: "parameters or data", multiverse: "all combinations" };
  const figureSelect = element("select", { id: "figure" }, ...Object.entries(FIGURES).map(([key, text]) => element("option", { value: key, textContent: text })));

  // the chart with title, source, licence and date in it
  async function asSvg() {
    const { view, title } = views[figureSelect.value] ?? {};
    if (!view) return null;
    const inner = new DOMParser().parseFromString(await view.toSVG(), "image/svg+xml").documentElement;
    const [width, height] = ["width", "height"].map((name) => Number(inner.getAttribute(name)));
    const style = getComputedStyle(document.documentElement), [ink, quiet, paper] = ["--ink", "--quiet", "--paper"].map((name) => style.getPropertyValue(name).trim());
    const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    const broken = (text, size) => {
      const most = Math.max(20, Math.floor((width - 20) / (0.53 * size))), lines = [""];
      for (const word of text.split(" ")) lines.at(-1).length + word.length > most ? lines.push(word) : lines.push(`${lines.pop()} ${word}`.trim());
      return lines;
    };
    const [head, foot] = [broken(sentence(), 13), broken(`${title}. ${source()}`, 10)];
    const top = 12 + 18 * head.length, bottom = 14 + 14 * foot.length;
    const lines = (all, y, step, size, colour) => all.map((text, i) => `<text x="10" y="${y + step * i}" font-size="${size}" fill="${colour}">${escaped(text)}</text>`).join("");
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + top + bottom}" viewBox="0 0 ${width} ${height + top + bottom}" font-family="system-ui, sans-serif"><title>${escaped(title)}</title><desc>${escaped(`${sentence()} ${source()}`)}</desc><rect width="100%" height="100%" fill="${paper}"/>${lines(head, 20, 18, 13, ink)}<g transform="translate(0 ${top})">${new XMLSerializer().serializeToString(inner)}</g>${lines(foot, height + top + 14, 14, 10, quiet)}</svg>`;
  }
  async function asPng() {
    const svg = await asSvg();
    if (!svg) return null;
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    const canvas = element("canvas", { width: 2 * image.naturalWidth, height: 2 * image.naturalHeight });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  }
  function asCsv() {
    const columns = ["record_id", "paper_id", "system", "title", "benchmark", "perplexity", "publication_date", "n_parameters", "dataset_size_tokens", "n_epochs", "vocabulary_size", "transformer"];
    const lines = [columns, ...rows.fitted.map((row) => columns.map((name) => row[name]))];
    return `${lines.map((line) => line.map(csvCell).join(",")).join("\n")}\n`;
  }
  function asBibtex() {
    const said = sentence().replace(/^With .*?, (?=algorithms|the data)/, "").replaceAll("%", "\\%");
    const fields = {
      title: `Algorithmic progress in language models: ${Choice.inWords(data, state).join(", ")}`, author: "{lmprogress}", year: today().slice(0, 4), howpublished: link(),
      note: `${said} Tables: SHA-256 ${data.tables_digest ?? "unknown"}. Data: Ho et al. 2024, arXiv 2403.05812. Retrieved ${today()}`,
    };
    return `@misc{lmprogress-explorer,\n${Object.entries(fields).map(([name, text]) => `  ${name} = {${text}}`).join(",\n")}\n}\n`;
  }

  const picture = (make, kind, type) => async () => {
    const made = await make();
    if (made) save(made, `lmprogress-${figureSelect.value}.${kind}`, type);
    by("copied").textContent = made ? "" : "This chart is empty now.";
  };
  const ACTIONS = {
    "Copy link": () => copy(link()),
    "Copy BibTeX": () => copy(asBibtex()),
    "Copy embedding": () => copy(`<iframe src="${link("&embed=1").replaceAll("&", "&amp;")}" title="Algorithmic progress in language models" width="720" height="640" loading="lazy"></iframe>\n`),
    "Copy settings (YAML)": () => copy(Choice.toYaml(data, state)),
    "Save these rows (CSV)": () => save(asCsv(), "lmprogress-selection.csv", "text/csv"),
    "Save chart (SVG)": picture(asSvg, "svg", "image/svg+xml"),
    "Save chart (PNG)": picture(asPng, "png", "image/png"),
  };
  by("exports").append(...Object.entries(ACTIONS).map(([text, act]) => {
    const button = element("button", { type: "button", className: "plain", textContent: text });
    button.addEventListener("click", act);
    return button;
  }), labelled("Chart to save", figureSelect));

  follow();
  document.documentElement.dataset.ready = "true";
}

if ("DecompressionStream" in window) unpacked(document.getElementById("data").textContent).then(startExplorer);
else document.getElementById("answer").textContent = "This browser is too old for the explorer. The combinations that the run computed are in the files below.";
