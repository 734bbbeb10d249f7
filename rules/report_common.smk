# What the report covers: every figure and every table that the rule `all` asks for.
#
# In:  the rules of the workflow.
# Out: REPORT_PAGES and other names, and functions that are asked once all rules are known.

REPORT_PAGES = [
    "observations.html",
    "readings.html",
    "ledger.html",
    "rates.html",
    "dictionary.html",
    "charts.js",
    "CITATION.cff",
]
REPORT_TEMPLATES = sorted(
    str(path) for path in Path("workflow/lmprogress/reporting/templates").iterdir()
)
REPORT_PAPERS = ["raw/papers.csv", "processed/linked/papers.parquet"]


def asked_for(ending):
    """Give the paths with this ending that the rule `all` asks for by name."""
    asked = [item for item in workflow.get_rule("all").input if not callable(item)]
    return sorted({str(path) for path in asked if str(path).endswith(ending)})


def tables_behind(figure, edition):
    """Name the tables that a figure is drawn from, raw ones aside."""
    held = figure.files_of_tables(edition, PROCEDURES).values()
    named = [path for paths in held for path in paths if path.endswith(".parquet")]
    if figure.observations:
        named.append(f"results/tables/{edition}/observations.parquet")
    return named


def report_figures(wildcards):
    """Describe each figure as plain data: path, caption, category, tables, wildcards; in the order of the catalogue."""
    return [
        dict(
            path=figure_path(figure, edition, "png"),
            caption=f"workflow/report/{figure.name}.rst",
            category=figure.category,
            tables=tables_behind(figure, edition),
            wildcards={"edition": edition} if edition else {},
        )
        for figure in FIGURES
        for edition in FIGURE_EDITIONS[figure.extent]
    ]


def report_captions(wildcards):
    """Name the captions, so that a changed one makes the report anew."""
    return sorted({figure["caption"] for figure in report_figures(wildcards)})


def report_results(wildcards):
    """Name every table of results that the rule `all` asks for."""
    return [p for p in asked_for(".parquet") if p.startswith("results/tables/")]


def report_files(wildcards):
    """Describe the tables that the report links, as plain data: name, schema, Parquet, CSV."""
    return [
        dict(
            name=" ".join(
                Path(path).relative_to("results/tables").with_suffix("").parts
            ),
            schema=Path(path).stem,
            parquet=path,
            csv=str(Path(path).with_suffix(".csv")),
        )
        for path in report_results(wildcards)
    ]


def findings(wildcards):
    """Name the findings where a rule writes them."""
    made = [str(file) for rule in workflow.rules for file in rule.output]
    return [path for path in ["results/findings.md"] if path in made]
