# What the report covers: every figure and every table that the rule `all` asks for.
#
# In:  the rules of the workflow.
# Out: REPORT_PAGES and other names, and functions that are asked once all rules are known.

from snakemake.io import apply_wildcards, get_flag_value, is_flagged

EDITION_TABLES = ["records", "observations", "decisions"]
READING_TABLES = ["readings", "links", "paper_statuses"]
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


def figure_rules():
    """Give each figure that a rule marks with report(), with its rule, mark and wildcards."""
    marked = [
        (rule, file)
        for rule in workflow.rules
        for file in rule.output
        if is_flagged(file, "report")
    ]
    for path in asked_for(".png"):
        for rule, file in marked:
            if match := file.match(path):
                yield path, rule, get_flag_value(file, "report"), match.groupdict()


def rows_behind(rule, wildcards):
    """Name the tables that stand beside a figure, or else those that it is drawn from."""
    beside = [file for file in rule.output if str(file).endswith(".parquet")]
    drawn = [f for f in rule.input if not callable(f) and str(f).endswith(".parquet")]
    named = [apply_wildcards(str(path), wildcards) for path in beside or drawn]
    if "observations" in rule.input.keys() and "edition" in wildcards:
        named.append(f"results/tables/{wildcards['edition']}/observations.parquet")
    return list(dict.fromkeys(named))


def report_figures(wildcards):
    """Describe each figure as plain data: path, caption, category, tables, wildcards; in the order of the rules."""
    order = {rule.name: place for place, rule in enumerate(workflow.rules)}
    found = sorted(figure_rules(), key=lambda each: (order[each[1].name], each[0]))
    return [
        dict(
            path=path,
            caption=os.path.relpath(mark.caption.get_path_or_uri(secret_free=True)),
            category=mark.category or "Other",
            tables=rows_behind(rule, matched),
            wildcards=matched,
        )
        for path, rule, mark, matched in found
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
