"""Statements of popular retellings, laid beside computed values.

In: statements with selectors, and the tables of results that there are. Out: the frame of the table claims.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.accounting import growth_factor
from lmprogress.core.dates import DAYS_PER_MONTH
from lmprogress.core.selecting import Selector, within_tolerance

_FILE = "raw/other_laws/claims.csv"
_SELECTING = ("select", "column", "reduce", "over", "transform")
_TRANSFORMS: dict[str, Callable[[float], float]] = {
    "percent": lambda share: 100 * share,
    "days": lambda months: months * DAYS_PER_MONTH,
    "factor_per_year": lambda months: growth_factor(12, months),
    "percent_per_year": lambda months: 100 * (growth_factor(12, months) - 1),
    "factor_2014_2023": lambda months: growth_factor(9 * 12, months),
}


def check_claims(statements: pd.DataFrame, results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Each of `statements` (table claim_statements) with its computed value and a verdict.

    results: tables of results by name. A statement is not computed where its table, its row or its value is not there.
    Raises InputError where a selector names a column that the table does not have, or leaves several rows.
    """
    rows = []
    for statement in statements.to_dict("records"):
        value = _computed(statement, results)
        kept = {name: statement[name] for name in statements.columns if name not in _SELECTING}
        rows.append(kept | {"computed": value, "verdict": _verdict(statement, value)})
    return tables.of_rows(rows, "claims")


def _computed(statement: Mapping[Any, Any], results: Mapping[str, pd.DataFrame]) -> float:
    if statement["table"] not in results:
        return math.nan
    table = results[statement["table"]]
    value = _selector(statement, "select").value_or_nan(table)
    if isinstance(statement["over"], str):
        value /= _selector(statement, "over").value_or_nan(table)
    if isinstance(statement["transform"], str) and not math.isnan(value):
        value = _TRANSFORMS[statement["transform"]](value)
    return value


def _selector(statement: Mapping[Any, Any], key: str) -> Selector:
    return Selector(
        statement["table"],
        statement[key],
        statement["column"],
        statement["reduce"] if isinstance(statement["reduce"], str) else None,
        _FILE,
        statement["claim"],
    )


def _verdict(statement: Mapping[Any, Any], value: float) -> str:
    if math.isnan(value):
        return "not computed"
    agrees = within_tolerance(value, statement["stated"], statement["relation"], statement["tolerance"])
    return "agrees" if agrees else "disagrees"
