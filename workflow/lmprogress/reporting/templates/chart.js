"use strict";
// In: a Vega-Lite specification without data, and the rows that the table shows. Out: a chart that follows them.

// colours and letters of the page
function chartLook(root) {
  const style = getComputedStyle(document.documentElement);
  const [ink, quiet, line] = ["--ink", "--quiet", "--line"].map((name) => style.getPropertyValue(name).trim());
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null, font, view: { stroke: null }, rule: { color: ink }, text: { color: ink },
    axis: { labelColor: quiet, titleColor: ink, domainColor: quiet, tickColor: quiet, gridColor: line, gridOpacity: 0.6, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 500 },
    legend: { labelColor: ink, titleColor: ink, symbolBaseFillColor: ink, symbolBaseStrokeColor: ink, labelFontSize: 12, titleFontSize: 12, ...(root.clientWidth < 500 ? { columns: 2, layout: { top: { direction: "vertical", anchor: "start" } } } : {}) },
    header: { labelColor: ink, titleColor: ink },
  };
}

// a chart of this specification in `root`, as wide as that; gives its view
async function embedChart(root, specification, title) {
  // the library is the last script of the page
  if (typeof vegaEmbed === "undefined") await new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));
  const wanted = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", description: title, width: "container", height: 260, autosize: { type: "fit", contains: "padding" }, ...specification };
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const made = await vegaEmbed(root, wanted, { actions: false, renderer: "svg", config: chartLook(root), tooltip: { theme: dark ? "dark" : "light" } });
  return made.view;
}

function makeChart(root, controls, { specification, choices, prepare, limit, picked, row_height }) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let view = null;
  let rows = [];
  let axis = choices?.[0];

  async function draw() {
    const wanted = structuredClone(specification);
    if (axis) wanted.encoding.x = axis.encoding;
    if (row_height) {
      wanted.height = row_height * Math.max(1, rows.length);
      // on a phone the name of a line stands above it, not beside
      if (root.clientWidth < 500) {
        wanted.height *= 1.7;
        wanted.encoding.y.axis = null;
        wanted.layer.push({ mark: { type: "text", align: "left", dy: -12, fontSize: 11, limit: root.clientWidth - 30 }, encoding: { x: { value: 0 }, text: { field: wanted.encoding.y.field }, color: { value: getComputedStyle(document.documentElement).getPropertyValue("--ink").trim() } } });
      } else wanted.encoding.y.axis.labelLimit = Math.min(560, 0.45 * root.clientWidth);
    }
    const drawable = axis ? rows.filter((row) => row[axis.encoding.field] !== null) : rows;
    if (!drawable.length) {
      view?.finalize();
      view = null;
      root.replaceChildren(element("p", { className: "missing", textContent: "No row of the table has the values that this chart needs." }));
      return;
    }
    wanted.data = { name: "rows", values: drawable };
    const made = await vegaEmbed(root, wanted, { actions: false, renderer: "svg", config: chartLook(root), tooltip: { theme: dark.matches ? "dark" : "light" } });
    view = made.view;
    if (picked) view.addEventListener("click", (_, item) => { if (item?.datum?.place !== undefined) picked(item.datum.place); });
  }

  if (choices) {
    const select = element("select", { id: "chart-axis" }, ...choices.map((choice, n) => element("option", { value: String(n), textContent: choice.label })));
    select.addEventListener("change", () => { axis = choices[Number(select.value)]; draw(); });
    controls.append(labelled("Horizontal axis of the chart", select));
  }
  dark.addEventListener("change", draw);

  let pending = null;
  return (chosen) => {
    rows = prepare(chosen.slice(0, limit));
    clearTimeout(pending);
    // one drawing for the many changes of a moment
    pending = setTimeout(draw, view && !still.matches ? 60 : 0);
  };
}
