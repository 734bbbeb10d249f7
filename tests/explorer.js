// What tests ask of the modules of the explorer, in Node.
//
// In: the folder of the modules, and a file with the data of a page and tasks. Out: answers, as JSON.
"use strict";

const [folder, given] = process.argv.slice(2), fs = require("fs");
const Laws = require(folder + "/laws.js"), Choice = require(folder + "/choice.js");
const { data, tasks } = JSON.parse(fs.readFileSync(given));
const unpacked = ({ n, columns }) => Array.from({ length: n }, (_, i) =>
  Object.fromEntries(Object.entries(columns).map(([name, c]) => [name, c.values ? c.values[i] : c.at[i] < 0 ? null : c.texts[c.at[i]]])));
const chosen = ({ edition, address }) => {
  const state = Choice.fromAddress(data, `edition=${edition}&${address}`), held = data.editions[edition];
  const records = Choice.recordsOf(unpacked(held.rows), held.others[state.strengths] ? unpacked(held.others[state.strengths]) : []);
  return Choice.chosen(data, records, state).fitted;
};
const answers = {
  choose: (task) => chosen(task).map((row) => [row.record_id, row.perplexity, row.n_parameters]),
  fit: ({ law, keep, starts, penalty, ...task }) => {
    const kept = keep && new Set(keep), rows = chosen({ address: "", ...task }).filter((row) => !kept || kept.has(row.record_id));
    const { [law]: specification } = data.laws;
    const problem = Laws.problemOf(specification, data.variants[specification.data], Choice.offsetsOf(data, task.edition), rows.map((row) => Choice.forLaw(data, row)));
    const found = Laws.minimum(problem, penalty, starts);
    return { objective: found.value, rates: Laws.growthRates(problem, found.theta).map(({ rate, ...of }) => ({ ...of, months: 12 / rate })) };
  },
  offered: () => Object.keys(data.laws).filter((name) => Laws.hasRates(data.laws[name])),
  csv: ({ text }) => Choice.fromCsv(data, text),
};
process.stdout.write(JSON.stringify(tasks.map(({ ask, ...task }) => answers[ask](task))));
