"""The findings: a page whose numbers come from the result tables.

In: a template, result tables by name. Out: the page as text.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from lmprogress.core.doubling_times import WHY_NOT, doubling_time, months, what_changes
from lmprogress.core.errors import InputError
from lmprogress.core.selecting import Selector
from lmprogress.core.settings import Headline
from lmprogress.laws.rates.headline import headline_doubling_times

_MISSING = "not computed"


def write_findings(
    template: Path, results: Mapping[str, pd.DataFrame], headline: Headline, laws: Mapping[str, str]
) -> str:
    """`template` with its numbers filled in. laws: what specifications are called in text.

    In the template, `main` is `headline`; value(table, column, condition=…) is one cell, nan where it is empty;
    rows(table, condition=…) are rows as mappings; rate(edition, procedure, specification) is a row of doubling_times.
    The filters digits(n), significant(n), percent(n), months, doubling_time and what_changes (of a verdict), why_not
    and law write numbers and names; exp computes; counted gives reasons without their particulars, each with
    how often it occurs.
    Raises InputError for a table, row or column that is not there, and for conditions that leave several rows.
    """

    def frame(name: str) -> pd.DataFrame:
        if name not in results:
            raise InputError(
                "names a table that is not among the results", file=str(template), value=name,
                remedy=f"use one of {', '.join(sorted(results))}",
            )  # fmt: skip
        return results[name]

    def selector(name: str, column: str | None, conditions: Mapping[str, object]) -> Selector:
        return Selector(name, ";".join(f"{k}={v}" for k, v in conditions.items()), column, None, str(template), name)

    def value(name: str, column: str, **conditions: object) -> float:
        return selector(name, column, conditions).value(frame(name))

    def rows(name: str, **conditions: object) -> list[dict[Hashable, Any]]:
        return selector(name, None, conditions).rows(frame(name)).to_dict("records")

    def rate(edition: str, procedure: str, specification: str = headline.specification) -> dict[Hashable, Any]:
        wanted = {"edition": edition, "procedure": procedure}
        shown = headline_doubling_times(
            frame("doubling_times"), headline.model_copy(update={"specification": specification})
        )
        chosen = selector("doubling_times", None, wanted).rows(shown)
        if chosen.empty:
            raise InputError(
                f"asks for a doubling time that the table 'doubling_times' does not hold: {specification} at penalty "
                f"{headline.penalty:g} with the interval {headline.interval_methods}",
                file=str(template), value=", ".join(wanted.values()),
                remedy="set fit.main to a law with a rate of progress whose replicates are drawn",
            )  # fmt: skip
        return chosen.to_dict("records")[0]

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters.update(
        digits=_digits,
        significant=_significant,
        percent=_percent,
        months=months,
        law=laws.__getitem__,
        doubling_time=doubling_time,
        why_not=WHY_NOT.__getitem__,
        what_changes=what_changes,
        exp=math.exp,
        counted=lambda reasons: Counter(re.split(r"[:(]", r)[0].strip() for r in reasons).most_common(),
    )
    environment.tests["known"] = lambda number: not math.isnan(number)
    environment.globals.update(
        value=value, rows=rows, rate=rate, main=headline, known=lambda number: not math.isnan(number)
    )
    try:
        return environment.from_string(template.read_text(encoding="utf-8")).render()
    except jinja2.TemplateError as error:
        raise InputError(
            f"cannot be filled in: {error}", file=str(template), row=getattr(error, "lineno", None),
            remedy="correct the expression in double braces",
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
