"""The findings: a page whose numbers come from the result tables.

In: a template, result tables by name. Out: the page as text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import jinja2
import pandas as pd

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.selecting import Selector

_MISSING = "not computed"


def write_findings(template: Path, results: Mapping[str, pd.DataFrame]) -> str:
    """`template` with its numbers filled in.

    In the template, value(table, conditions, column) is one cell, nan where there is none, and rows(table, conditions)
    are rows as mappings; the filters digits(n), significant(n), percent(n), months and interval write numbers. Raises
    InputError for a table or column that is not there, and for conditions that leave several rows.
    """

    def frame(name: str) -> pd.DataFrame:
        if name not in results:
            raise InputError(
                "names a table that is not among the results", file=str(template), value=name,
                remedy=f"use one of {', '.join(sorted(results))}",
            )  # fmt: skip
        return results[name]

    def value(name: str, select: str, column: str, reduce: str | None = None) -> float:
        return Selector(name, select, column, reduce, str(template), name).value(frame(name))

    def rows(name: str, select: str | None = None) -> list[dict[str, object]]:
        chosen = frame(name)
        for condition in (select or "").split(";") if select else ():
            column, _, wanted = condition.partition("=")
            chosen = chosen[chosen[column].astype(str) == wanted]
        return chosen.to_dict("records")  # type: ignore[return-value]

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters.update(
        digits=_digits, significant=_significant, percent=_percent, months=_months, interval=_interval
    )
    environment.globals.update(value=value, rows=rows, known=lambda number: not math.isnan(number))
    try:
        return environment.from_string(template.read_text(encoding="utf-8")).render()
    except jinja2.TemplateError as error:
        raise InputError(
            f"cannot be filled in: {error}", file=str(template), row=getattr(error, "lineno", None),
            remedy="mend the expression in double braces",
        ) from error  # fmt: skip


def _digits(number: float, places: int) -> str:
    return _MISSING if math.isnan(number) else f"{number:,.{places}f}".replace("-", "−")


def _significant(number: float, places: int = 3) -> str:
    if math.isnan(number):
        return _MISSING
    text = f"{number:,.0f}" if abs(number) >= 10**places else f"{number:#.{places}g}".rstrip(".")
    return text.replace("-", "−")


def _percent(share: float, places: int = 0) -> str:
    return _MISSING if math.isnan(share) else f"{100 * share:.{places}f} %".replace("-", "−")


def _months(number: float) -> str:
    """A doubling time; an empty one shows no progress."""
    return "∞" if math.isnan(number) else f"{number:.1f}".replace("-", "−")


def _interval(row: Mapping[str, float], low: str = "low_months", high: str = "high_months") -> str:
    return f"[{_months(row[low])}, {_months(row[high])}]"
