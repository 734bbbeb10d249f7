"use strict";
// In: rows, and what each column is. Out: a table that can be searched, filtered, sorted, and whose rows open.
//
// column: key, label, format, names (code -> words), numeric, wrap, filter, first ("descending"), opens, folded (found by
// search, filters and in saved rows, but no column)
// options: rows, columns, hidden filters of the start, detail(row) -> element, identify(row), changed(rows)

const ROWS_A_PAGE = 50;

// a missing value may mean something: column.missing = { text, unless: [key, value] }
// column.to: the key of the other end of an interval
function cellText(row, column) {
  const { key, format, names, missing, to } = column;
  if (to && row[missing.unless[0]] !== missing.unless[1]) return [key, to].map((end) => cellText(row, { ...column, key: end, to: null })).join(" to ");
  if (row[key] !== null || !missing) return shown(row[key], format, names);
  return missing.unless && row[missing.unless[0]] === missing.unless[1] ? "–" : missing.text;
}

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function makeTable(root, { rows, columns, caption, initial = {}, initialSort = null, detail, identify, changed, searched = [] }) {
  const state = { words: "", filters: { ...initial }, sort: initialSort, page: 0, open: new Set() };
  const controls = element("div", { className: "controls", role: "search" });
  const status = element("p", { role: "status", "aria-live": "polite" });
  const shared = element("p", { className: "quiet shared" });
  const head = element("tr");
  const body = element("tbody");
  const previous = element("button", { type: "button", className: "plain", textContent: "Previous page" });
  const next = element("button", { type: "button", className: "plain", textContent: "Next page" });
  const scroll = element("div", { className: "scroll", tabIndex: 0, role: "region", "aria-label": caption },
    element("table", {}, element("caption", { textContent: caption }), element("thead", {}, head), body));
  root.append(controls, element("div", { className: "pager" }, previous, next, status), shared, scroll);

  // what a search looks through, made once
  const haystack = rows.map((row) =>
    folded([...columns.filter((c) => !c.numeric).map((c) => `${row[c.key] ?? ""} ${shown(row[c.key], c.format, c.names)}`),
      ...columns.filter((c) => c.numeric).map((c) => row[c.key] ?? ""), ...searched.map((key) => row[key] ?? "")].join(" ")));

  const search = element("input", { type: "search", id: "search", autocomplete: "off" });
  controls.append(labelled("Search (all words must occur)", search));
  let waiting;
  search.addEventListener("input", () => {
    state.words = search.value;
    state.page = 0;
    clearTimeout(waiting);
    waiting = setTimeout(update, 120);
  });

  const selects = {};
  for (const column of columns.filter((c) => c.filter)) {
    const values = [...new Set(rows.map((row) => row[column.key]))].filter((value) => value !== null)
      .sort((a, b) => (typeof a === "number" ? a - b : shown(a, column.format, column.names).localeCompare(shown(b, column.format, column.names))));
    const options = values.map((value) => element("option", { value: String(value), textContent: shown(value, column.format, column.names) }));
    if (rows.some((row) => row[column.key] === null)) options.push(element("option", { value: "\u0000", textContent: "unknown or none" }));
    const select = element("select", { id: `filter-${column.key}` }, element("option", { value: "", textContent: "all" }), ...options);
    select.addEventListener("change", () => { state.filters[column.key] = select.value; state.page = 0; update(); });
    selects[column.key] = select;
    controls.append(labelled(column.label, select));
  }
  const clear = element("button", { type: "button", className: "plain", textContent: "Show all rows" });
  clear.addEventListener("click", () => { state.words = ""; state.filters = {}; state.page = 0; update(); });
  const save = element("button", { type: "button", className: "plain", textContent: "Save these rows (CSV)" });
  save.addEventListener("click", () => saveRows(chosen));
  controls.append(clear, save);

  for (const column of columns) {
    const button = element("button", { type: "button", className: "sort", textContent: column.label });
    const cell = element("th", { scope: "col", className: column.numeric ? "number-cell" : "" }, button);
    cell.dataset.key = column.key;
    button.addEventListener("click", () => {
      const again = state.sort?.key === column.key;
      const first = column.first ?? "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      state.sort = { key: column.key, direction: again && state.sort.direction === first ? other : first };
      state.page = 0;
      update();
    });
    head.append(cell);
  }
  previous.addEventListener("click", () => { state.page -= 1; update(); scroll.scrollIntoView({ block: "nearest" }); });
  next.addEventListener("click", () => { state.page += 1; update(); scroll.scrollIntoView({ block: "nearest" }); });

  let chosen = [];
  let alike = new Set();
  function choose() {
    const words = folded(state.words).split(/\s+/).filter(Boolean);
    const wanted = Object.entries(state.filters).filter(([, value]) => value !== "" && value !== undefined);
    chosen = rows.filter((row) =>
      wanted.every(([key, value]) => (row[key] === null ? value === "\u0000" : String(row[key]) === value)) &&
      words.every((word) => haystack[row.place].includes(word)));
    if (state.sort) {
      const { key, direction } = state.sort;
      const sign = direction === "ascending" ? 1 : -1;
      // missing values last, whichever way
      chosen.sort((a, b) => {
        if (a[key] === null || b[key] === null) return (a[key] === null) - (b[key] === null);
        return sign * (typeof a[key] === "number" ? a[key] - b[key] : String(a[key]).localeCompare(String(b[key]))) || a.place - b.place;
      });
    }
  }

  function update() {
    choose();
    const pages = Math.max(1, Math.ceil(chosen.length / ROWS_A_PAGE));
    state.page = Math.min(Math.max(0, state.page), pages - 1);
    const first = state.page * ROWS_A_PAGE;
    const visible = chosen.slice(first, first + ROWS_A_PAGE);
    // what all rows share is said once
    alike = new Set(columns.filter(({ key, filter, opens }) => filter && !opens && chosen.length > 1 && chosen.every((row) => row[key] === chosen[0][key])));
    shared.textContent = alike.size ? `The same in all these rows: ${[...alike].map((column) => `${column.label.toLowerCase()} ${cellText(chosen[0], column)}`).join("; ")}.` : "";
    columns.forEach((column, place) => { head.children[place].hidden = column.folded || alike.has(column); });
    body.replaceChildren(...visible.flatMap(drawn));
    if (document.activeElement !== search) search.value = state.words;
    for (const [key, select] of Object.entries(selects)) select.value = state.filters[key] ?? "";
    for (const cell of head.children) {
      if (state.sort?.key === cell.dataset.key) cell.setAttribute("aria-sort", state.sort.direction);
      else cell.removeAttribute("aria-sort");
    }
    previous.disabled = state.page === 0;
    next.disabled = state.page >= pages - 1;
    const count = (n) => n.toLocaleString("en");
    status.textContent = chosen.length
      ? `Rows ${count(first + 1)} to ${count(first + visible.length)} of ${count(chosen.length)}` +
        (chosen.length < rows.length ? ` that match, among ${count(rows.length)}` : "")
      : `No row matches. “Show all rows” brings all ${count(rows.length)} back.`;
    if (changed) changed(chosen);
    remember();
  }

  function drawn(row) {
    const cells = columns.map((column) => {
      const text = cellText(row, column);
      const cell = element("td", { hidden: Boolean(column.folded) || alike.has(column), className: [column.numeric ? "number-cell" : "", column.wrap ? "wrap" : "", column.tone?.[row[column.key]] ?? ""].join(" ").trim() });
      if (column.opens && detail) {
        const button = element("button", { type: "button", className: "opens", textContent: text, "aria-expanded": String(state.open.has(row.place)), "aria-controls": `detail-${row.place}` });
        button.addEventListener("click", () => toggle(row));
        cell.append(button);
      } else cell.textContent = text;
      return cell;
    });
    const line = element("tr", { id: `row-${row.place}` }, ...cells);
    if (!state.open.has(row.place)) return [line];
    line.className = "open";
    return [line, element("tr", { id: `detail-${row.place}` }, element("td", { colSpan: columns.length }, detail(row)))];
  }

  function toggle(row) {
    if (state.open.has(row.place)) state.open.delete(row.place);
    else state.open.add(row.place);
    update();
    body.querySelector(`#row-${row.place} button.opens`)?.focus();
  }

  function show(row) {
    state.open.add(row.place);
    choose();
    if (!chosen.includes(row)) { state.words = ""; state.filters = {}; choose(); }
    state.page = Math.floor(chosen.indexOf(row) / ROWS_A_PAGE);
    update();
    const line = body.querySelector(`#row-${row.place}`);
    line.scrollIntoView({ block: "start" });
    line.querySelector("button.opens")?.focus({ preventScroll: true });
  }

  function saveRows(kept) {
    const keys = columns.flatMap((c) => (c.to ? [c.key, c.to] : [c.key]));
    const lines = [keys, ...kept.map((row) => keys.map((key) => row[key]))].map((line) => line.map(csvCell).join(","));
    const link = element("a", { href: URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" })), download: nameOfRows() });
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // the address opens the same view: search, filters, order, and the row opened last
  function remember() {
    const asked = new URLSearchParams();
    const wanted = Object.entries(state.filters).filter(([, value]) => value !== "" && value !== undefined);
    const usual = !state.words && JSON.stringify(wanted) === JSON.stringify(Object.entries(initial));
    if (!usual) {
      asked.set("q", state.words);
      for (const [key, value] of wanted) asked.set(key, value);
    }
    if (state.sort && JSON.stringify(state.sort) !== JSON.stringify(initialSort)) asked.set("sort", `${state.sort.key}:${state.sort.direction}`);
    const row = rows[[...state.open].at(-1)];
    if (row) {
      asked.set("row", identify(row));
      if (row.edition && !asked.has("edition")) asked.set("edition", row.edition);
    }
    const address = asked.toString();
    if (address !== location.hash.slice(1)) history.replaceState(null, "", address ? `#${address}` : location.pathname);
  }

  // named after the page and what is chosen
  function nameOfRows() {
    const chosenBy = [...Object.values(state.filters), state.words].filter((value) => value && value !== "\u0000");
    const page = location.pathname.split("/").at(-1).replace(/\.html$/, "") || "rows";
    return `${[page, ...chosenBy].join("-").replace(/[^\p{L}\p{N}.]+/gu, "-").slice(0, 80)}.csv`;
  }

  // an address such as page.html#row=… opens a row; page.html#q=…&edition=… searches and filters
  function follow() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const [key, direction] = (asked.get("sort") ?? "").split(":");
    if (columns.some((column) => column.key === key) && ["ascending", "descending"].includes(direction)) state.sort = { key, direction };
    const [name, edition] = [asked.get("row"), asked.get("edition")];
    if (asked.has("q") || (!name && [...asked.keys()].some((each) => each in selects))) {
      state.words = asked.get("q") ?? "";
      state.filters = {};
      for (const each of Object.keys(selects)) if (asked.has(each)) state.filters[each] = asked.get(each);
      state.page = 0;
    }
    const row = name && rows.find((each) => identify(each) === name && (!edition || each.edition === edition));
    if (row) show(row);
    else update();
  }
  window.addEventListener("hashchange", follow);
  follow();
  return { show };
}
