"""Statements of popular retellings, laid beside computed values.

In: statements with selectors, and the tables of results that there are. Out: the frame of the table claims.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from lmprogress.keeping.errors import InputError
from lmprogress.other_laws.trends import DAYS_PER_MONTH

_FILE = "raw/other_laws/claims.csv"
_TRANSFORMS: dict[str, Callable[[float], float]] = {
    "percent": lambda share: 100 * share,
    "days": lambda months: months * DAYS_PER_MONTH,
    "factor_per_year": lambda months: 2 ** (12 / months),
    "percent_per_year": lambda months: 100 * (2 ** (12 / months) - 1),
    "factor_2014_2023": lambda months: 2 ** (9 * 12 / months),
}


def check_claims(statements: pd.DataFrame, results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Each of `statements` (table claim_statements) with its computed value and a verdict.

    results: tables of results by name. A statement is not computed where its table, its row or its value is not there.
    Raises InputError where a selector names a column that the table does not have, or leaves several rows.
    """
    rows = []
    for statement in statements.to_dict("records"):
        value = _computed(statement, results)
        kept = {
            name: statement[name]
            for name in statements.columns
            if name not in ("select", "column", "over", "transform")
        }
        rows.append(kept | {"computed": value, "verdict": _verdict(statement, value)})
    return pd.DataFrame(rows)


def _computed(statement: Mapping[Any, Any], results: Mapping[str, pd.DataFrame]) -> float:
    if statement["table"] not in results:
        return math.nan
    table = results[statement["table"]]
    value = _cell(table, statement, "select")
    if isinstance(statement["over"], str):
        value /= _cell(table, statement, "over")
    if isinstance(statement["transform"], str) and not math.isnan(value):
        value = _TRANSFORMS[statement["transform"]](value)
    return value


def _cell(table: pd.DataFrame, statement: Mapping[Any, Any], key: str) -> float:
    """The one value that the conditions in `key` choose; nan where no row fits or the cell is empty."""
    chosen = pd.Series(True, index=table.index)
    for condition in statement[key].split(";"):
        name, _, wanted = condition.partition("=")
        chosen &= _fits(_column(table, name, statement), wanted)
    cells = _column(table, statement["column"], statement)[chosen]
    if len(cells) > 1:
        raise InputError(
            f"leaves {len(cells)} rows of the table '{statement['table']}'",
            file=_FILE,
            row=statement["claim"],
            column=key,
            value=statement[key],
            remedy="add conditions until one row is left",
        )
    return float(cells.iloc[0]) if len(cells) and pd.notna(cells.iloc[0]) else math.nan


def _column(table: pd.DataFrame, name: str, statement: Mapping[Any, Any]) -> pd.Series:
    if name not in table.columns:
        raise InputError(
            f"the table '{statement['table']}' has no such column",
            file=_FILE,
            row=statement["claim"],
            column="select",
            value=name,
            remedy=f"use one of {', '.join(table.columns)}",
        )
    return table[name]


def _fits(cells: pd.Series, wanted: str) -> pd.Series:
    if pd.api.types.is_numeric_dtype(cells):
        number = float(wanted)
        return ((cells - number).abs() <= 1e-9 * abs(number)).fillna(False)
    return cells == wanted


def _verdict(statement: Mapping[Any, Any], value: float) -> str:
    if math.isnan(value):
        return "not computed"
    gap = value - statement["stated"]
    agrees = {
        "equal": abs(gap) <= statement["tolerance"],
        "at_most": gap <= statement["tolerance"],
        "at_least": gap >= -statement["tolerance"],
    }
    return "agrees" if agrees[statement["relation"]] else "disagrees"
