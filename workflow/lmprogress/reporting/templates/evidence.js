"use strict";
// In: a row of the observations or of the readings. Out: what stands behind it: values, places in papers, decisions.

const STEPS = { assemble: "assembled", correct: "corrected", exclude: "asked whether it belongs in", deduplicate: "checked for a twin", cap: "capped at the best of its paper" };
const STATUSES = { confirmed: ["confirmed by the paper", "good"], contradicted: ["contradicted by the paper", "bad"], not_found: ["not found in the paper", ""], no_paper: ["the paper was not at hand", ""], read: ["read in the paper", "good"] };

const FIELDS = { n_parameters: "parameters", dataset_size_tokens: "training tokens", publication_date: "date of publication", n_epochs: "passes over the data", vocabulary_size: "entries of the vocabulary" };

function paperLink(paper, page) {
  const address = DATA.papers[paper];
  const name = page ? `page ${page} of ${paper}` : paper;
  if (address?.pdf) return element("a", { href: page ? `${address.pdf}#page=${page}` : address.pdf, rel: "noreferrer", textContent: name });
  if (address?.url) return element("a", { href: address.url, rel: "noreferrer", textContent: name });
  return name;
}

function box(found) {
  return found.x0 === null ? null : `${found.x0}, ${found.y0} to ${found.x1}, ${found.y1} (points from the upper left corner)`;
}

function crop(reading, label) {
  const file = DATA.crops[reading];
  if (file && !file.endsWith(".png")) return element("p", { textContent: file });
  return file ? element("img", { src: `crops/${file}`, alt: `The place on the page, framed: ${label}`, loading: "lazy" }) : null;
}

function labels(found) {
  return [found.row_label, found.column_label].filter(Boolean).join("  ·  ") || null;
}

function place(found) {
  if (!found.page) return null;
  return element("span", {}, paperLink(found.paper_id, found.page), found.raw === null ? "" : ", printed as ",
    found.raw === null ? null : element("span", { className: "printed", textContent: found.raw }),
    found.place === "row" ? " (elsewhere in the row of the box)" : "");
}

// sizes are recorded with all their digits, as text
function recorded({ field, recorded }) {
  return ["n_parameters", "dataset_size_tokens", "vocabulary_size"].includes(field) ? FORMATS.full(Number(recorded)) : recorded;
}

function evidenceItem(found) {
  const [said, tone] = STATUSES[found.status];
  const value = found.recorded === null ? "" : `${recorded(found)}: `;
  const reason = found.reason === null ? "" : ` (${words(found.reason)})`;
  return element("li", {},
    element("b", { textContent: FIELDS[found.field] ?? found.field }), ` ${value}`, element("span", { className: tone, textContent: said }), reason,
    facts([
      ["where", place(found)], ["row and column", labels(found)], ["box", box(found)], ["note", found.detail],
      ["looked at", found.status === "not_found" ? found.looked_at : null],
      ["reading", found.reading_id === null ? null : element("a", { href: `readings.html#row=${encodeURIComponent(found.reading_id)}`, textContent: found.reading_id })],
    ]),
    found.reading_id === null ? null : crop(found.reading_id, found.raw ?? ""));
}

function decisionList(row) {
  const made = new Map(row.decisions.map((decision) => [decision[0], decision]));
  const list = element("ol");
  for (const [step, name] of Object.entries(STEPS)) {
    const [, kept, reason, detail, instead, source] = made.get(step) ?? [step, true, null, null, null, null];
    const more = [detail, source, instead && `kept in its place: ${instead}`].filter(Boolean).join("; ");
    list.append(element("li", {}, `${name}: `, element("span", { className: kept ? "" : "bad", textContent: kept ? "kept" : "left out" }),
      reason ? `, ${words(reason)}` : "", more ? ` (${more})` : ""));
    if (!kept) break;
  }
  return list;
}

let allEvidence = null;

function recordDetail(row) {
  allEvidence ??= rowsOf(DATA.evidence);
  const found = row.evidence.map((place) => allEvidence[place]);
  return element("div", { className: "evidence" },
    element("h3", { textContent: "What was recorded" }),
    facts([
      ["paper", element("span", {}, `${row.title} (`, paperLink(row.paper_id), ")")], ["record", row.record_id], ["edition", row.edition],
      ["perplexity", shown(row.perplexity, "exact")], ["parameters", shown(row.n_parameters, "size")],
      ["training tokens, each once", shown(row.dataset_size_tokens, "size")], ["passes over the data", shown(row.n_epochs, "number")],
      ["entries of the vocabulary", shown(row.vocabulary_size, "number")], ["training compute, FLOP", row.training_compute_flop === null ? null : shown(row.training_compute_flop, "power")],
      ["perplexity is a mean over", row.protocol === null ? "unknown: words or subwords" : shown(row.protocol, "text", DATA.protocols)],
      ["adapts to the test text by", row.adaptation && words(row.adaptation).replaceAll(";", ", ")],
      ["trained on the benchmark", row.zero_shot === 1 ? "no: zero-shot" : null], ["taken from", row.source],
    ]),
    element("h3", { textContent: "What the paper says to each value" }),
    found.length ? element("ul", {}, ...found.map(evidenceItem)) : element("p", { textContent: "No evidence was looked for." }),
    element("h3", { textContent: "What was decided, step by step" }), decisionList(row));
}

function readingDetail(row) {
  return element("div", { className: "evidence" },
    element("h3", { textContent: "Where it stands" }),
    facts([
      ["paper", element("span", {}, `${DATA.papers[row.paper_id]?.title ?? row.paper_id}: `, paperLink(row.paper_id, row.page))],
      ["printed as", element("span", { className: "printed", textContent: row.raw })], ["row and column", labels(row)], ["table", row.table_label],
      ["box", box(row)], ["evaluated with", row.setting && words(row.setting)], ["parameters printed in the row", row.n_parameters_raw], ["reading", row.reading_id],
    ]),
    crop(row.reading_id, row.raw),
    element("h3", { textContent: "What became of it" }),
    facts([
      ["decision", row.decision && words(row.decision)], ["more", row.detail],
      ["systems", row.system_ids && element("span", {}, ...row.system_ids.split(";").map((name) =>
        element("a", { href: `observations.html#q=${encodeURIComponent(name)}`, textContent: `${name} ` })))],
    ]),
    row.records.length ? element("h3", { textContent: "Recorded values that it speaks to" }) : null,
    row.records.length ? element("ul", {}, ...row.records.map(([record, field, status]) => element("li", {},
      element("a", { href: `observations.html#row=${encodeURIComponent(record)}`, textContent: record }), `, ${FIELDS[field] ?? field}: ${STATUSES[status][0]}`))) : null);
}
