"""A law as a formula.

In: a specification as plain data. Out: its terms, for a template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_COLUMNS = {
    "intercept": "",
    "time": "(t − t₀)",
    "log_parameters": "ln(N/N₀)",
    "log_dataset_size": "ln(D/D₀)",
    "log_compute": "ln(C/C₀)",
}
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ"}


class Factor(NamedTuple):
    """Sign, letter of the coefficient and what stands below it, and what it is multiplied with; empty for one."""

    sign: str
    letter: str
    below: str
    column: str


def formula(law: Mapping[str, Any]) -> list[list[Factor]]:
    """The terms whose exponentials add up to log perplexity by `law`, an entry of config/models.yaml.

    Empty for laws that are more than such sums.
    """
    factors = [factor for term in law["terms"].values() for factor in term]
    if law.get("linear") or law.get("scale") or any(f.get("plus") or f["column"] not in _COLUMNS for f in factors):
        return []
    return [[_factor(factor, first=place == 0) for place, factor in enumerate(term)] for term in law["terms"].values()]


def _factor(factor: Mapping[str, Any], *, first: bool) -> Factor:
    letter, _, rest = factor["coefficient"].partition("_")
    below = ", ".join(filter(None, (rest.replace("_", " "), factor.get("by"))))
    sign = "−" if factor.get("sign", 1) < 0 else "" if first else "+"
    column = _COLUMNS[factor["column"]]
    spaced = sign if first else f" {sign} "
    return Factor(spaced, _GREEK.get(letter, letter), below, f" {column}" if column else "")
