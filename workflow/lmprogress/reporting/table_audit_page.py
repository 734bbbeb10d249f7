"""The page on errors of the study's table: how many, where, and what mending them moves.

In: the frames table_audit and correction_effects, protocols of fitted results. Out: Markdown, the page or a part of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd
import scipy

from lmprogress.reporting.page_tables import field_words

_INTRODUCTION = """# An audit of the study's table

Every value that enters a law, of the {systems} systems in the table released with Ho et al. 2024 (arXiv 2403.05812),
against the papers: {values} values. An error is a value that `raw/corrections.csv` replaces, or a perplexity of a
system that `raw/exclusions.csv` leaves out, with a page or a computation; what is `doubtful` is counted apart. Errors
that nobody has found are not counted, so the shares are least ones: `results/tables/table_audit.csv` says how each
value stands, `suspicions.csv` where to look next. This page is written by `lmprogress table-audit --out
docs/table_audit.md` from a finished run. Intervals are exact ({percent:g} %, Clopper and Pearson 1934).
"""
_STATUSES = {
    "confirmed": "printed by its own paper",
    "quoted": "printed by other papers",
    "computed": "equal to the described layers",
    "contradicted": "contradicted by its paper or benchmark",
    "not_printed": "not printed for it in its paper",
    "no_paper": "no paper at hand",
    "not_asked": "not asked of the papers",
}
_MAIN = ("perplexity", "n_parameters", "dataset_size_tokens", "publication_date")
# of the laws in `effects`, in their order
_LAWS = ("main law", "compute alone")
_STRENGTHS = {
    "none": "none",
    "certain": "certain",
    "likely": "certain and likely",
    "doubtful": "all, doubtful ones too",
}
_SYSTEMS_SHOWN = 20
_NOTHING = 0.005  # months: printed as 0.00


def write_table_audit(
    audit: pd.DataFrame,
    effects: pd.DataFrame,
    main: str,
    percent: float,
    protocols: pd.Series | None = None,
) -> str:
    """The page. `audit`: TABLE_AUDIT; `effects`: CORRECTION_EFFECTS; `main`: the law of the headline; `percent`: level
    of intervals; `protocols`: of each result that the corrected edition fits."""
    systems = audit["system_id"].nunique()
    introduction = _INTRODUCTION.format(systems=systems, values=f"{len(audit):,}", percent=percent)
    parts = [
        introduction,
        "## How often values are wrong\n",
        error_rates(audit, percent, protocols),
        error_rates_within(audit, percent),
        "## What the errors move\n",
        what_errors_move(effects, main),
        *_errors(audit),
    ]
    return "\n".join(parts).rstrip("\n") + "\n"


def error_rates(audit: pd.DataFrame, percent: float, protocols: pd.Series | None = None) -> str:
    """How many values are wrong, by field; arguments as of write_table_audit."""
    return "\n".join(_by_field(_judged(audit), percent, protocols))


def error_rates_within(audit: pd.DataFrame, percent: float) -> str:
    """How many of the main values are wrong, by standing, benchmark and year."""
    return "\n".join(_by_group(_judged(audit), percent))


def _judged(audit: pd.DataFrame) -> pd.DataFrame:
    changed, doubtful = audit["verdict"] != "kept", audit["strength"] == "doubtful"
    year = audit["publication_date"].astype(str).str[:4]
    return audit.assign(error=changed & ~doubtful, doubt=changed & doubtful, year=year)


def what_errors_move(effects: pd.DataFrame, main: str) -> str:
    """Doubling times with some corrections or none; arguments as of write_table_audit."""
    laws = sorted(set(effects["specification"]), key=lambda name: name != main)
    if len(laws) != len(_LAWS) or laws[0] != main:
        return "The main law and compute alone were not both fitted to these rows.\n"
    return "\n".join(_effects(_by_law(effects, laws), laws))


def _by_field(audit: pd.DataFrame, percent: float, protocols: pd.Series | None) -> Iterator[str]:
    fitted = audit[audit["in_fit"].astype(bool)]
    yield "By field, all values, and those of systems that the study fits:\n"
    groups = {field: (audit["field"] == field, fitted["field"] == field) for field in sorted(set(audit["field"]))}
    yield _table(("field", "values", "wrong", "share", "doubtful", "fitted", "wrong", "share"))
    for field, (all_of_it, fitted_of_it) in groups.items():
        of_all, of_fitted = audit[all_of_it], fitted[fitted_of_it]
        yield _row(field_words(field), *_share(of_all, percent), of_all["doubt"].sum(), *_share(of_fitted, percent))
    rows = fitted[fitted["field"].isin(_MAIN)].groupby("system_id")["error"].any()
    counts = _counts(int(rows.sum()), len(rows), percent)
    yield (
        f"\nOf {len(rows)} systems that the study fits, {int(rows.sum())} have an error in perplexity, parameters, "
        f"data or date: {counts}.\n"
    )
    traced = fitted[fitted["status"] == "confirmed"].groupby("field").size()
    yield (
        f"Of the perplexities that the study fits, {traced.get('perplexity', 0)} stand on a page of their own paper, "
        f"for their system on its test set; of the parameter counts {traced.get('n_parameters', 0)}.\n"
    )
    unasked = audit[audit["status"] == "not_asked"].groupby("field").size()
    if len(unasked):
        told = ", ".join(f"{field_words(str(field))} ({count})" for field, count in unasked.items())
        yield (
            f"No paper is asked by machine for these values; only those in `raw/corrections.csv` are checked: {told}.\n"
        )
    if protocols is not None:
        of = protocols.value_counts()
        yield (
            f"Of the {len(protocols)} results that the edition `corrected` fits, {of.get('word', 0)} are perplexities "
            f"per word, {of.get('renormalised', 0)} of subwords or bytes counted as words, {of.get('subword', 0)} per "
            f"subword; of {protocols.isna().sum()} nothing says which (`raw/corrections.csv`, column `protocol`).\n"
        )


def _by_group(audit: pd.DataFrame, percent: float) -> Iterator[str]:
    for title, column, names in (
        ("By how the value stands, perplexity, parameters and data:", "status", _STATUSES),
        ("By benchmark, the same fields:", "benchmark", {}),
        ("By year of publication, the same fields:", "year", {}),
    ):
        yield f"{title}\n"
        yield _table(("", "values", "wrong", "share"))
        of_fields = audit[audit["field"].isin(_MAIN[:3])]
        for name in [n for n in names if n in set(of_fields[column])] or sorted(set(of_fields[column].dropna())):
            yield _row(names.get(name, name), *_share(of_fields[of_fields[column] == name], percent))
        yield ""


def _effects(effects: pd.DataFrame, laws: Sequence[str]) -> Iterator[str]:
    yield (
        "Doubling time of effective compute in months, maximum-likelihood estimates without intervals, of the edition "
        "`corrected` with some corrections or none; with and without results adapted to the test text. The verdict, "
        "with its interval, is that of the edition.\n"
    )
    yield _table(("corrections", "observations", *_LAWS, "those not adapted", *_LAWS))
    whole = effects[effects["kind"].isin(["none", "strength"])]
    for name, told in _STRENGTHS.items():
        sets = [whole[(whole["name"] == name) & (whole["adapted"] == adapted)] for adapted in (True, False)]
        if not any(rows.empty for rows in sets):
            yield _row(told, *(cell for rows in sets for cell in _fitted_cells(rows.iloc[0], laws)))
    if not (whole["kind"] == "none").any():
        return
    changes = _moved(effects, laws)
    changes = changes[changes[[f"change_{law}" for law in laws]].abs().gt(_NOTHING).any(axis=1)]
    for kind, title, shown in (
        ("field", "One field alone, against none; other fields enter neither law:", None),
        (
            "system",
            f"One system alone, against none, the {_SYSTEMS_SHOWN} that move the main law most:",
            _SYSTEMS_SHOWN,
        ),
    ):
        if not (changes["kind"] == kind).any():
            continue
        yield f"\n{title}\n"
        yield _table((kind, "observations", *(part for law in _LAWS for part in (law, "change"))))
        for _, row in changes[changes["kind"] == kind].head(shown or len(changes)).iterrows():
            cells = [part for law in laws for part in (_month(row[law]), _change(row[f"change_{law}"]))]
            yield _row(field_words(row["name"]) if kind == "field" else row["name"], row["n_observations"], *cells)
    yield ""


def _by_law(effects: pd.DataFrame, laws: Sequence[str]) -> pd.DataFrame:
    """`effects` (CORRECTION_EFFECTS) with one row a set and a column of months for each of `laws`, infinite where there
    is no progress."""
    key = ["kind", "name", "adapted", "n_observations"]
    months = effects.assign(months=effects["estimate_months"].astype(float).fillna(math.inf))
    return months.pivot_table("months", key, "specification")[[*laws]].reset_index()


def _moved(effects: pd.DataFrame, laws: Sequence[str]) -> pd.DataFrame:
    """The sets (_by_law) of one field or system with what they change against none, largest change of the first law
    first."""
    base: Any = effects[(effects["kind"] == "none") & effects["adapted"]].iloc[0]
    alone = effects[effects["kind"].isin(["field", "system"])].copy()
    for law in laws:
        alone[f"change_{law}"] = alone[law] - base[law]
    return alone.sort_values(f"change_{laws[0]}", key=lambda change: -change.abs(), kind="stable")


def _errors(audit: pd.DataFrame) -> Iterator[str]:
    yield "## Each error\n\nReplaced values first by field, then systems that are left out. Empty: no value.\n"
    yield _table(("record", "field", "before", "after", "strength", "fitted", "why", "where"), numbers=False)
    found = audit[audit["verdict"] != "kept"].sort_values(
        ["verdict", "field", "record_id"], ascending=[False, True, True]
    )
    for row in found.to_dict("records"):
        after = "left out" if row["verdict"] == "left_out" else _text(row["new_value"])
        fitted = "yes" if row["in_fit"] else ""
        yield _row(f"`{row['record_id']}`", row["field"], row["value"], after, row["strength"], fitted,
                   _text(row["because"]), _text(row["source"]))  # fmt: skip


def _share(rows: pd.DataFrame, percent: float) -> tuple[int, int, str]:
    wrong, of = int(rows["error"].sum()), len(rows)
    return of, wrong, _counts(wrong, of, percent)


def _counts(wrong: int, of: int, percent: float) -> str:
    if not of:
        return "–"
    interval = scipy.stats.binomtest(wrong, of).proportion_ci(percent / 100, method="exact")
    return f"{100 * wrong / of:.1f} % [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def _fitted_cells(row: pd.Series, laws: Sequence[str]) -> list[object]:
    return [row["n_observations"], *(_month(row[law]) for law in laws)]


def _month(months: float) -> str:
    return f"{months:.2f}" if math.isfinite(months) else "none"


def _change(months: float) -> str:
    return f"{months:+.2f}".replace("-", "−") if math.isfinite(months) else "–"


def _text(value: str | None) -> str:
    return "" if value is None or pd.isna(value) else value.replace("|", "/")


def _table(header: Sequence[str], *, numbers: bool = True) -> str:
    rule = "---:" if numbers else "---"
    return f"| {' | '.join(header)} |\n|---|{f'{rule}|' * (len(header) - 1)}"


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"
