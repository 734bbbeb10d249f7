"""A law of config/models.yaml, evaluated as it is written there, and its rates of progress.

In: the entry of a specification, coefficients by name, rows. Out: log perplexity; doublings a year.

Written anew, from the description at the head of config/models.yaml alone: it shares nothing with the fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Values = Mapping[str, Any]
_QUANTITY_OF = {"log_parameters": "parameters", "log_dataset_size": "data", "log_compute": "effective_compute"}


class LawRows(NamedTuple):
    """The n rows that a law uses, where it counts from, its columns on them, and the log perplexities (n,), nats."""

    used: pd.DataFrame
    reference: dict[str, float]
    at: dict[str, Any]
    response: NDArray[np.float64]


def rows_of(
    observations: pd.DataFrame, variant: Values, offsets: Mapping[str, str], units: Values | None = None
) -> LawRows:
    """The rows of `observations` that laws of a data variant use; `units` are given references, by name."""
    used = usable(observations, variant)
    reference = references(used, variant) | {f"reference_{name}": value for name, value in (units or {}).items()}
    at = columns_of(used, reference, offsets)
    return LawRows(used, reference, at, used["log_perplexity"].to_numpy(float))


def usable(observations: pd.DataFrame, variant: Values) -> pd.DataFrame:
    """The rows that a data variant keeps, with the column `tokens` of training data as it counts them."""
    kept = observations
    if variant.get("unknown_epochs") == "drop":
        kept = kept[kept["n_epochs"].notna()]
    if variant.get("unknown_vocabulary") == "drop":
        kept = kept[kept["vocabulary_size"].notna()]
    epochs, passes = kept["n_epochs"].fillna(1.0), variant.get("repeats", "none")
    if passes == "all":
        return kept.assign(tokens=kept["dataset_size_tokens"] * epochs)
    if passes == "diminishing":
        worth = variant["repeats_worth"]
        repeats = epochs if variant.get("first_pass_repeats") else epochs - 1
        return kept.assign(tokens=kept["dataset_size_tokens"] * (1 + worth * (1 - np.exp(-repeats / worth))))
    return kept.assign(tokens=kept["dataset_size_tokens"])


def references(rows: pd.DataFrame, variant: Values) -> dict[str, float]:
    """Where time and sizes are counted from: the minima of the rows fitted."""
    counted = rows["dataset_size_tokens"] if variant.get("reference") == "dataset_size" else rows["tokens"]
    return {
        "reference_year": rows["publication_year"].min(),
        "reference_n_parameters": rows["n_parameters"].min(),
        "reference_dataset_size_tokens": counted.min(),
        "reference_compute_flop": (6 * rows["n_parameters"] * rows["tokens"]).min(),
    }


def columns_of(rows: pd.DataFrame, reference: Values, offsets: Mapping[str, str]) -> dict[str, Any]:
    """The columns that factors name, on `rows`; `offsets`: benchmark -> suffix of its coefficients."""
    year = rows["publication_year"].to_numpy(float)
    flop = 6 * rows["n_parameters"] * rows["tokens"]
    return {
        "intercept": np.ones(len(rows)),
        "time": year - reference["reference_year"],
        "log_parameters": np.log(rows["n_parameters"].to_numpy(float) / reference["reference_n_parameters"]),
        "log_dataset_size": np.log(rows["tokens"].to_numpy(float) / reference["reference_dataset_size_tokens"]),
        "log_compute": np.log(flop.to_numpy(float) / reference["reference_compute_flop"]),
        "log_vocabulary": np.log(rows["assumed_vocabulary_size"].to_numpy(float)),
        "transformer": rows["transformer"].to_numpy(float),
        "year": year,
        "offsets": {suffix: (rows["benchmark"] == name).to_numpy(float) for name, suffix in offsets.items()},
    }


def log_perplexity(specification: Values, theta: Values, at: Values) -> NDArray[np.float64]:
    """What the law says at the rows `at` (see columns_of), nats."""
    total = sum(np.exp(predictor(factors, theta, at)) for factors in specification["terms"].values())
    for factor in specification.get("scale", ()):
        if factor.get("link") == "logistic":
            total = total * np.where(at[factor["column"]] != 0, 1 / (1 + np.exp(-theta[factor["coefficient"]])), 1.0)
        else:
            total = total * np.exp(predictor([factor], theta, at))
    return np.asarray(total + predictor(specification.get("linear", ()), theta, at), float)


def predictor(factors: Sequence[Values], theta: Values, at: Values) -> Any:
    """The sum of `factors`: sign · coefficient · column each."""
    return sum(factor.get("sign", 1) * _coefficient(factor, theta, at) * at[factor["column"]] for factor in factors)


def _coefficient(factor: Values, theta: Values, at: Values) -> Any:
    name = factor["coefficient"]
    value = theta[name]
    if factor.get("by") == "benchmark":
        value = value + sum(theta[f"{name}_{suffix}"] * share for suffix, share in at["offsets"].items())
    elif factor.get("by") == "architecture":
        value = np.where(at["transformer"] != 0, theta[f"{name}_transformer"], value)
    for drift in factor.get("plus", ()):
        by = np.log(at["year"]) if drift["column"] == "log_calendar_year" else (at["year"] >= drift["year"]) * 1.0
        value = value + theta[drift["coefficient"]] * by
    return value


def growth_rate(
    specification: Values, theta: Values, offsets: Mapping[str, str], quantity: str, benchmark: str, group: str
) -> NDArray[np.float64]:
    """Doublings a year of a quantity, in closed form, (B,) for coefficients (B,).

    A year lowers a term's exponent as much as ln 2 · rate of its input does (Ho et al. 2024, section 3.1); effective
    compute is the product of the inputs. A term that time does not lower adds nothing.
    """
    drifts = [d["year"] for f in _all_factors(specification) for d in f.get("plus", ()) if "year" in d]
    at = {
        "transformer": float(group == "transformers"),
        "year": max(drifts, default=2000) - (1 if group == "before" else 0),
        "offsets": {suffix: float(name == benchmark) for name, suffix in offsets.items()},
    }
    rates = {}
    for factors in specification["terms"].values():
        sizes = [f for f in factors if f["column"] in _QUANTITY_OF]
        if not sizes:
            continue
        times = [f for f in (*factors, *specification.get("scale", ())) if f["column"] == "time"]
        # from zero, so that a size without effect gives +0: progress by time alone is infinite, not minus infinite
        by_time = 0.0 - np.asarray(predictor(times, theta, {**at, "time": 1.0}), float)
        by_size = 0.0 - np.asarray(predictor(sizes, theta, {**at, sizes[0]["column"]: 1.0}), float)
        with np.errstate(divide="ignore", invalid="ignore"):
            rates[_QUANTITY_OF[sizes[0]["column"]]] = np.where(by_time == 0, 0.0, by_time / (by_size * np.log(2)))
    if quantity in rates:
        return rates[quantity]
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(np.sum(list(rates.values()), axis=0), nan=0.0, posinf=np.inf, neginf=-np.inf)


def _all_factors(specification: Values) -> list[Values]:
    return [f for factors in specification["terms"].values() for f in factors] + list(specification.get("scale", ()))
