"use strict";
// In: the page's data as compressed JSON with compact columns. Out: rows, and values in words.

let DATA = null;

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

function rowsOf(table) {
  const rows = Array.from({ length: table.n }, (_, place) => ({ place }));
  for (const [name, column] of Object.entries(table.columns)) {
    rows.forEach((row, i) => {
      row[name] = column.values ? column.values[i] : column.at[i] < 0 ? null : column.texts[column.at[i]];
    });
  }
  return rows;
}

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// a control under its name; a label around a list would read out the whole list
function labelled(text, control) {
  return element("div", { className: "field" }, element("label", { htmlFor: control.id, textContent: text }), control);
}

const EXPONENT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const SIZES = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"], [1e3, "thousand"]];

function threeDigits(value) {
  return value.toLocaleString("en", { maximumSignificantDigits: 3, useGrouping: false });
}

const FORMATS = {
  text: (value) => String(value),
  words: (value) => String(value).replaceAll("_", " "),
  exact: (value) => String(value),
  // four digits without a comma: some of them are years
  number: (value) => value.toLocaleString("en", { maximumSignificantDigits: 5, useGrouping: "min2" }),
  months: (value) => value.toLocaleString("en", { maximumSignificantDigits: 3 }),
  size: (value) => {
    const [unit, name] = SIZES.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
    return `${threeDigits(value / unit)} ${name}`.trim();
  },
  full: (value) => value.toLocaleString("en", { maximumFractionDigits: 2 }),
  power: (value) => {
    const [digits, exponent] = value.toExponential(1).split("e");
    return `${digits} × 10${[...exponent.replace("+", "")].map((sign) => EXPONENT[sign]).join("")}`;
  },
  share: (value) => `${Math.round(100 * value)} %`,
};

function shown(value, format, names) {
  if (value === null || value === undefined) return "–";
  return names && value in names ? names[value] : FORMATS[format](value);
}

function words(code) { return String(code).replaceAll("_", " "); }

function facts(pairs) {
  const list = element("dl");
  for (const [name, value] of pairs) {
    if (value === null || value === undefined || value === "") continue;
    list.append(element("dt", { textContent: name }), element("dd", {}, value));
  }
  return list;
}

// as in the CSV of every table: an apostrophe before a text that a spreadsheet would take for a formula
function csvCell(value) {
  if (value === null || value === undefined) return "";
  const inert = typeof value === "string" && /^'*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
