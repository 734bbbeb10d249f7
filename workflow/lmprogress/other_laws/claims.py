"""Statements of popular retellings, laid beside computed values.

In: statements with selectors, further terms, facts, and the tables of results that there are. Out: the frame of the
table claims.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from tokenize import TokenError
from typing import Any, cast

import pandas as pd
from pandas.errors import UndefinedVariableError

from lmprogress.core import tables
from lmprogress.core.dates import decimal_years
from lmprogress.core.errors import InputError
from lmprogress.core.selecting import Selector, within_tolerance

_FILE = "raw/other_laws/claims.csv"
_TERMS_FILE = "raw/other_laws/claim_terms.csv"
_SELECTING = ("select", "column", "reduce", "formula")


def check_claims(
    statements: pd.DataFrame, terms: pd.DataFrame, facts: pd.DataFrame, results: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Each of `statements` (table claim_statements) with its value and a verdict.

    terms, facts: tables claim_terms and claim_facts. results: tables of results and raw tables by name, observations as
    edition/observations. A statement is not computed where its table, its row or its value is not there; without a
    table, it is not checkable. Raises InputError where a selector names a column that the table does not have or
    leaves several rows, and for a formula that cannot be evaluated.
    """
    held = {**results, "claim_facts": facts}
    known = facts.set_index("fact")
    of_claim = {claim: rows.to_dict("records") for claim, rows in terms.groupby("claim")}
    rows = []
    for statement in statements.to_dict("records"):
        value, sources = math.nan, list[str]()
        if isinstance(statement["table"], str):
            value, sources = _selected(statement, held, _FILE)
        if isinstance(formula := statement["formula"], str):
            given = {"value": value}
            for term in of_claim.get(statement["claim"], []):
                given[term["term"]], named = _selected(term, held, _TERMS_FILE)
                sources += named
            used = known[known.index.isin(re.findall(r"\w+", formula)) & ~known.index.isin(list(given))]
            value = _evaluated(formula, {**used["value"], **given}, statement["claim"])
            sources += used["source"].tolist()
        kept = {name: statement[name] for name in statements.columns if name not in _SELECTING}
        source = "; ".join(dict.fromkeys(sources)) or None
        rows.append(kept | {"computed": value, "verdict": _verdict(statement, value), "source": source})
    return tables.of_rows(rows, "claims")


def _selected(chosen: Mapping[Any, Any], held: Mapping[str, pd.DataFrame], file: str) -> tuple[float, list[str]]:
    """The value that `chosen` selects, and the source that its row names."""
    if chosen["table"] not in held:
        return math.nan, []
    frame = held[chosen["table"]]
    reduce = chosen["reduce"] if isinstance(chosen["reduce"], str) else None
    conditions = chosen["select"] if isinstance(chosen["select"], str) else ""
    selector = Selector(chosen["table"], conditions, chosen["column"], reduce, file, chosen["claim"])
    rows = selector.rows(frame)
    if chosen["column"] in frame and pd.api.types.is_string_dtype(frame[chosen["column"]]) and reduce != "count":
        rows = rows.assign(**{chosen["column"]: decimal_years(rows[chosen["column"]])})
    sources = rows["source"].dropna().tolist() if "source" in rows and len(rows) == 1 else []
    return selector.value_or_nan(rows), sources


def _evaluated(formula: str, given: dict[str, Any], claim: str) -> float:
    try:
        return float(cast(float, pd.eval(formula, local_dict=given, global_dict={}, engine="python")))
    except (UndefinedVariableError, ValueError, TypeError, SyntaxError, TokenError, RuntimeError) as error:
        raise InputError(
            f"cannot be evaluated: {error}", file=_FILE, row=claim, column="formula", value=formula,
            remedy="use `value`, terms of the claim in claim_terms.csv, facts of claim_facts.csv, arithmetic",
        ) from error  # fmt: skip


def _verdict(statement: Mapping[Any, Any], value: float) -> str:
    if not isinstance(statement["table"], str):
        return "not checkable"
    if math.isnan(value):
        return "not computed"
    agrees = within_tolerance(value, statement["stated"], statement["relation"], statement["tolerance"])
    return "agrees" if agrees else "disagrees"
