"use strict";
// In: the page's data and what the reader chose. Out: the rows that are fitted; the choice in words, as an address, as
// settings of the workflow; systems of the reader's own, from CSV. Knows no page, so it runs in Node too.

const Choice = (() => {
  const VERDICT = "verdict", STUDY = "study";
  const OWN_COLUMNS = ["system", "benchmark", "perplexity", "n_parameters", "dataset_size_tokens", "publication_date"];
  const OWN_OPTIONAL = ["paper_id", "architecture", "n_epochs", "vocabulary_size"];
  const MONTHS_OF = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

  function ofEdition(data, edition) {
    const held = data.editions[edition];
    return {
      edition, law: data.main.specification, estimator: VERDICT, keep: held.keep, benchmarks: null, from: null, to: null, architecture: "all",
      exclude: Object.fromEntries(data.toggled.map((name) => [name, held.asked.includes(name)])), strengths: held.strengths, drop: [],
    };
  }

  // ---- the address --------------------------------------------------------------------------------------------------

  function toAddress(data, state) {
    const usual = ofEdition(data, state.edition), asked = new URLSearchParams();
    if (state.edition !== data.shown_edition) asked.set("edition", state.edition);
    for (const key of ["law", "estimator", "keep", "from", "to", "architecture", "strengths"]) if (state[key] !== usual[key]) asked.set(key, String(state[key]));
    if (state.benchmarks) asked.set("benchmarks", state.benchmarks.join(","));
    for (const name of data.toggled) if (state.exclude[name] !== usual.exclude[name]) asked.set(name, state.exclude[name] ? "out" : "in");
    for (const name of state.drop) asked.append("drop", name);
    return asked.toString();
  }

  // what an address does not say, or says of what is not there, stays as it usually is
  function fromAddress(data, address) {
    const asked = new URLSearchParams(address);
    const known = (key, values) => (values.includes(asked.get(key)) ? asked.get(key) : null);
    const state = ofEdition(data, known("edition", Object.keys(data.editions)) ?? data.shown_edition);
    const held = data.editions[state.edition];
    state.law = known("law", Object.keys(data.laws)) ?? state.law;
    state.estimator = known("estimator", [VERDICT, STUDY, ...data.penalties.map(String)]) ?? state.estimator;
    state.architecture = known("architecture", ["all", "transformer", "other"]) ?? state.architecture;
    state.strengths = known("strengths", [held.strengths, ...Object.keys(held.others)]) ?? state.strengths;
    if (asked.get("keep") === "all") state.keep = "all";
    else if (Number.isInteger(Number(asked.get("keep"))) && Number(asked.get("keep")) > 0) state.keep = Number(asked.get("keep"));
    for (const key of ["from", "to"]) if (/^\d{4}$/.test(asked.get(key) ?? "")) state[key] = Number(asked.get(key));
    const wanted = (asked.get("benchmarks") ?? "").split(",").filter((name) => held.benchmarks.includes(name));
    if (wanted.length && wanted.length < held.benchmarks.length) state.benchmarks = wanted;
    for (const name of data.toggled) if (["in", "out"].includes(asked.get(name))) state.exclude[name] = asked.get(name) === "out";
    state.drop = asked.getAll("drop");
    return state;
  }

  // ---- the rows -----------------------------------------------------------------------------------------------------

  // records: rows of the edition as they are read from the page; others: those that other corrections change
  function recordsOf(records, others) {
    const changed = new Map(others.map((row) => [row.record_id, row]));
    return records.map((row) => changed.get(row.record_id) ?? row);
  }

  // in: fitted; the rest would be but for what was dropped by hand
  function chosen(data, records, state, own = []) {
    const held = data.editions[state.edition];
    const asked = [...held.asked.filter((name) => !data.toggled.includes(name)), ...data.toggled.filter((name) => state.exclude[name])];
    const mask = asked.reduce((bits, name) => bits | (1 << data.objections.indexOf(name)), 0);
    const twins = new Set(), counts = new Map();
    const kept = records.filter((row) => !(row.met & mask))
      .filter((row) => !twins.has(row.twin) && twins.add(row.twin))
      .sort((a, b) => a.rank - b.rank)
      .filter((row) => {
        const count = (counts.get(row.unit) ?? 0) + 1;
        counts.set(row.unit, count);
        return state.keep === "all" || count <= state.keep;
      });
    const inside = [...kept, ...own].filter((row) => (!state.benchmarks || state.benchmarks.includes(row.benchmark))
      && (state.from === null || row.year >= state.from) && (state.to === null || row.year < state.to + 1)
      && (state.architecture === "all" || Boolean(row.transformer) === (state.architecture === "transformer")));
    const dropped = (row) => state.drop.includes(row.record_id) || state.drop.includes(`paper:${row.paper_id}`);
    return { fitted: inside.filter((row) => !dropped(row)), dropped: inside.filter(dropped) };
  }

  // a row as laws.js takes it
  function forLaw(data, row) {
    return {
      y: Math.log(row.perplexity), year: row.year, n: row.n_parameters, d: row.dataset_size_tokens, epochs: row.n_epochs, vocabulary: row.vocabulary_size,
      assumed: row.vocabulary_size ?? data.vocabularies[row.benchmark], benchmark: row.benchmark, transformer: Number(row.transformer), paper: row.paper_id,
    };
  }

  function offsetsOf(data, edition) {
    return data.offsets.filter(([name]) => data.editions[edition].benchmarks.includes(name));
  }

  // ---- in words -----------------------------------------------------------------------------------------------------

  const EXCLUDED = { zero_shot: "zero-shot evaluations", adapted: "systems that adapt to the test text", subword: "perplexities per subword", protocol_unknown: "perplexities not known to be per word or per subword", outlier: "the study’s outliers", uncertain: "records the study calls uncertain" };

  function inWords(data, state) {
    const usual = ofEdition(data, state.edition), said = [`the ${state.edition} edition`];
    if (state.benchmarks) said.push(`${state.benchmarks.map((name) => data.benchmarks[name]).join(" and ")} only`);
    if (state.keep !== usual.keep) said.push(state.keep === "all" ? "all records of a paper" : `at most ${state.keep} a paper`);
    if (state.from !== null) said.push(`from ${state.from} on`);
    if (state.to !== null) said.push(`up to ${state.to}`);
    if (state.architecture !== "all") said.push(state.architecture === "transformer" ? "transformers alone" : "no transformers");
    for (const name of data.toggled) if (state.exclude[name] !== usual.exclude[name]) said.push(`${state.exclude[name] ? "without" : "with"} ${EXCLUDED[name] ?? name.replaceAll("_", " ")}`);
    if (state.strengths !== usual.strengths) said.push(state.strengths.includes(" ") ? `corrections ${state.strengths.replaceAll(" ", ", ")}` : `${state.strengths} corrections alone`);
    if (state.drop.length) said.push(`${state.drop.length} left out by hand`);
    said.push(`law: ${data.names[state.law]}`);
    return said;
  }

  // ---- what the run computed ----------------------------------------------------------------------------------------

  function changeOf(data, state) {
    const usual = ofEdition(data, state.edition), curation = {}, rows = {};
    if (state.keep !== usual.keep) curation.keep = state.keep;
    const moved = data.toggled.filter((name) => state.exclude[name] !== usual.exclude[name]);
    const also = moved.filter((name) => state.exclude[name]), not = moved.filter((name) => !state.exclude[name]);
    if (also.length) curation.also_exclude = also;
    if (not.length) curation.do_not_exclude = not;
    if (state.strengths !== usual.strengths) curation.strengths = state.strengths.split(" ");
    if (state.benchmarks?.length === 1) rows.benchmark = state.benchmarks[0];
    if (state.architecture !== "all") rows.transformer = state.architecture === "transformer";
    if (state.from !== null) rows.from_year = state.from;
    // what the settings of the workflow have no word for
    const beyond = [];
    if (state.benchmarks?.length > 1) beyond.push(`only the benchmarks ${state.benchmarks.join(", ")}`);
    if (state.to !== null) beyond.push(`only records up to ${state.to}`);
    if (state.drop.length) beyond.push(`without ${state.drop.join(", ")} (raw/exclusions.csv can leave out systems)`);
    return { curation, rows, beyond };
  }

  const bare = (held) => JSON.stringify(Object.entries(held).filter(([, value]) => value !== null && !(Array.isArray(value) && !value.length)).sort());

  // the variation of the run with the same rows: its name, "" for the edition as it is, null where there is none
  function variationOf(data, state) {
    const { curation, rows, beyond } = changeOf(data, state);
    if (beyond.length) return null;
    if (bare(curation) === "[]" && bare(rows) === "[]") return "";
    const same = Object.entries(data.variations).find(([, each]) => !each.laws && bare(each.curation) === bare(curation) && bare(each.rows) === bare(rows)
      && (!each.editions || each.editions.includes(state.edition)));
    return same ? same[0] : null;
  }

  const procedureOf = (state) => (state.estimator === VERDICT ? "likelihood" : state.estimator === STUDY ? "study" : "global");
  const penaltyOf = (data, state) => (state.estimator === STUDY ? data.main.penalty : state.estimator === VERDICT ? 0 : Number(state.estimator));

  // the run's own numbers for this choice, null where it has none
  function precomputed(data, combinations, state) {
    const variation = variationOf(data, state);
    if (variation === null) return null;
    return combinations.find((row) => row.edition === state.edition && row.specification === state.law && row.penalty === penaltyOf(data, state)
      && row.procedure === procedureOf(state) && row.sensitivity === variation) ?? null;
  }

  function verdictOf(data, state) {
    if (state.estimator !== VERDICT || variationOf(data, state) !== "") return null;
    return data.verdicts.find((row) => row.edition === state.edition && row.specification === state.law) ?? null;
  }

  // for config/config.yaml: the choice as a variation, which the workflow fits with both procedures and intervals
  function toYaml(data, state) {
    const { curation, rows, beyond } = changeOf(data, state);
    const flow = (held) => `{${Object.entries(held).map(([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.join(", ")}]` : value}`).join(", ")}}`;
    const varied = data.varied[0];
    const lines = [
      "# in config/config.yaml, under sensitivity.variations; then: make run, and see results/tables/sensitivity.csv",
      ...beyond.map((each) => `# not among these settings: ${each}`),
      "    my_choice:", `      label: ${JSON.stringify(inWords(data, state).join(", "))}`, "      heading: Own choice", `      editions: [${state.edition}]`,
    ];
    if (Object.keys(curation).length) lines.push(`      curation: ${flow(curation)}`);
    if (Object.keys(rows).length) lines.push(`      rows: ${flow(rows)}`);
    lines.push(`      laws: {${varied}: ${state.law}}`, `      penalties: [${penaltyOf(data, state)}]`);
    return `${lines.join("\n")}\n`;
  }

  // ---- systems of the reader's own ----------------------------------------------------------------------------------

  function csvLines(text) {
    const lines = [];
    let cells = [], cell = "", quoted = false, number = 1, start = 1;
    const end = () => { cells.push(cell); cell = ""; };
    const close = () => { end(); if (cells.length > 1 || cells[0].trim()) lines.push({ number: start, cells }); cells = []; };
    for (let i = 0; i < text.length; i++) {
      const sign = text[i];
      if (sign === "\n") number += 1;
      if (quoted) {
        if (sign === '"' && text[i + 1] === '"') { cell += '"'; i += 1; } else if (sign === '"') quoted = false; else cell += sign;
      } else if (sign === '"') quoted = true;
      else if (sign === ",") end();
      else if (sign === "\n") { close(); start = number; } else if (sign !== "\r") cell += sign;
    }
    close();
    return lines;
  }

  // year + (day of the year − 1) / 365, as the study counts it; null for what is no date
  function decimalYear(text) {
    const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = MONTHS_OF.map((each, m) => each + Number(m === 1 && leap));
    if (!year || !(month >= 1 && month <= 12) || !(day >= 1 && day <= days[month - 1])) return null;
    return year + (days.slice(0, month - 1).reduce((a, b) => a + b, 0) + day - 1) / 365;
  }

  // rows as the page has them, and what is wrong, line by line; with any error there are no rows
  function fromCsv(data, text) {
    const [head, ...lines] = csvLines(text.replace(/^\uFEFF/, "")), errors = [];
    const names = (head?.cells ?? []).map((cell) => cell.trim());
    const missing = OWN_COLUMNS.filter((name) => !names.includes(name));
    if (missing.length) return { rows: [], errors: [`line 1: no column ${missing.join(", ")}; needed are ${OWN_COLUMNS.join(", ")}, and there may be ${OWN_OPTIONAL.join(", ")}`] };
    if (!lines.length) return { rows: [], errors: ["line 2: no system"] };
    const rows = lines.map(({ number, cells }, at) => {
      const wrong = (column, told) => { errors.push(`line ${number}, ${column}: ${told}`); return null; };
      if (cells.length !== names.length) return wrong("the whole line", `has ${cells.length} values, the header ${names.length}`);
      const cell = (name) => (names.includes(name) ? cells[names.indexOf(name)].trim() : "");
      const positive = (name, least, needed) => {
        if (!cell(name) && !needed) return null;
        const value = Number(cell(name));
        return cell(name) && Number.isFinite(value) && value > least ? value : wrong(name, `“${cell(name)}” is not a number above ${least}`);
      };
      const benchmark = Object.keys(data.benchmarks).find((key) => [key, data.benchmarks[key]].some((name) => name.toLowerCase() === cell("benchmark").toLowerCase()));
      const date = cell("publication_date");
      const year = decimalYear(date);
      return {
        record_id: `own:${at + 1}`, own: true, system: cell("system") || wrong("system", "is empty"), title: "your own", paper_id: `own ${cell("paper_id") || at + 1}`,
        benchmark: benchmark ?? wrong("benchmark", `“${cell("benchmark")}” is not one of ${Object.keys(data.benchmarks).join(", ")}`),
        perplexity: positive("perplexity", 1, true), n_parameters: positive("n_parameters", 0, true), dataset_size_tokens: positive("dataset_size_tokens", 0, true),
        publication_date: date, year: year ?? wrong("publication_date", `“${date}” is not a date such as 2024-05-31`),
        n_epochs: positive("n_epochs", 0, false), vocabulary_size: positive("vocabulary_size", 0, false), transformer: /transformer/i.test(cell("architecture")),
      };
    });
    return { rows: errors.length ? [] : rows, errors };
  }

  return { VERDICT, STUDY, OWN_COLUMNS, OWN_OPTIONAL, EXCLUDED, ofEdition, toAddress, fromAddress, recordsOf, chosen, forLaw, offsetsOf, inWords, variationOf, precomputed, procedureOf, penaltyOf, verdictOf, toYaml, fromCsv };
})();

if (typeof module !== "undefined") module.exports = Choice;
