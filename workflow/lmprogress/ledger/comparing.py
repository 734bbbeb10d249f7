"""Every number that the study published, beside what is computed here.

In: published numbers with their selectors, defects, result tables by name. Out: the frame of the table ledger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.selecting import Selector, within_tolerance

FILE = "raw/reference/published.csv"
_TRANSFORMS: dict[str, Callable[[float], float]] = {
    "percent": lambda share: 100 * share,
    "exp": math.exp,
    "months_to_years": lambda months: months / 12,
    "power_of_two": lambda doublings: 2**doublings,
    "rate_to_months": lambda times_a_year: 12 / times_a_year,
}


def compare_published(
    published: pd.DataFrame, defects: pd.DataFrame, results: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """One row for each of `published` (schema published), in its order: reproduced and corrected value, and a verdict.

    Agreement is a distance of at most `tolerance` from the number, on the side that `relation` allows. A number whose
    table is not among `results`, or whose row is empty there, is not computed. Raises InputError for a selector that
    leaves several rows or names an unknown column.
    """
    titles = defects.set_index("defect_id")["title"]
    rows = []
    for place, row in enumerate(published.to_dict("records"), start=1):
        reproduced = _computed(row, "select", results)
        corrected = _computed(row, "corrected_select", results)
        defect = row["defect"] if isinstance(row["defect"], str) else None
        rows.append(
            {
                "place": place,
                **{name: row[name] for name in ("reference_id", "location", "quantity", "kind", "unit", "printed")},
                "published": row["value"],
                "relation": row["relation"],
                "tolerance": row["tolerance"],
                "reproduced": reproduced,
                "difference": reproduced - row["value"],
                "verdict": _verdict(row, reproduced),
                "corrected": corrected,
                "defect": defect,
                "explanation": None if defect is None else titles[defect],
                "table": row["table"] if isinstance(row["table"], str) else None,
            }
        )
    return tables.of_rows(rows, "ledger")


def tabulate_agreement(ledger: pd.DataFrame) -> pd.DataFrame:
    """Counts of verdicts by kind and by the first part of the location: the frame of the table ledger_counts."""
    section = ledger["reference_id"].str.split("/").str[0]
    counts = ledger.assign(section=section).groupby(["kind", "section", "verdict"]).size()
    return counts.rename("numbers").reset_index()


def _computed(row: Mapping[Any, Any], key: str, results: Mapping[str, pd.DataFrame]) -> float:
    if not isinstance(row[key], str) or row["table"] not in results:
        return math.nan
    column = row["column"] if isinstance(row["column"], str) else None
    reduce = row["reduce"] if isinstance(row["reduce"], str) else None
    selector = Selector(row["table"], row[key], column, reduce, FILE, row["reference_id"])
    value = selector.value_or_nan(results[row["table"]])
    if isinstance(row["transform"], str) and not math.isnan(value):
        value = _TRANSFORMS[row["transform"]](value)
    return value


def _verdict(row: Mapping[Any, Any], reproduced: float) -> str:
    if math.isnan(reproduced):
        return "not computed"
    return "agrees" if within_tolerance(reproduced, row["value"], row["relation"], row["tolerance"]) else "differs"
