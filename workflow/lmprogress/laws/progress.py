"""Rates of progress, from the structure of a specification.

In: a specification and its coefficients. Out: doublings a year of each input, and doubling times in months.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import Factor, Specification
from lmprogress.laws.scaling_laws import Floats, coefficient_names

SHARED = "all"
EFFECTIVE_COMPUTE = "effective_compute"
# what each log-size column makes of a term's progress
_QUANTITIES = {"log_parameters": "parameters", "log_dataset_size": "data"}


def growth_rates(
    specification: Specification, offsets: Mapping[str, str | None], coefficients: Floats
) -> dict[tuple[str, str], Floats]:
    """Doublings a year, (B,), of each quantity on each benchmark, at `coefficients` (B, p).

    A year changes a term as much as multiplying its input by exp(coefficient of time / coefficient of its log): both
    stand in the same predictor (Ho et al. 2024, section 3.1). Effective compute grows by the sum over inputs, since
    compute is their product. The benchmark is 'all' where no factor involved differs by benchmark. A term that has
    no time adds nothing; one that falls with time but not with its input grows infinitely. Raises InputError where
    a term has two sizes, or a size two terms.
    """
    names = coefficient_names(specification, offsets)
    rates: dict[tuple[str, str], Floats] = {}
    for term, factors in specification.terms.items():
        sizes = [f for f in factors if f.column in _QUANTITIES]
        if not sizes:
            continue
        quantity = _QUANTITIES[sizes[0].column]
        if len({f.column for f in sizes}) > 1 or any(known == quantity for known, _ in rates):
            raise InputError(
                "no closed form for progress: each term needs one size, and each size one term",
                file="config/models.yaml",
                column=f"terms.{term}",
                remedy="give the term one of " + ", ".join(_QUANTITIES),
            )
        times = [f for f in factors if f.column == "time"]
        for benchmark in _benchmarks(times + sizes, offsets):
            by_time = _fall(times, benchmark, offsets, names, coefficients)
            by_size = _fall(sizes, benchmark, offsets, names, coefficients)
            with np.errstate(divide="ignore", invalid="ignore"):
                rates[quantity, benchmark] = np.where(by_time == 0, 0.0, by_time / (by_size * math.log(2)))
    if not rates:
        return {}
    shared = {benchmark for _, benchmark in rates} == {SHARED}
    totals = {}
    for benchmark in [SHARED] if shared else offsets:
        inputs = [r for (_, b), r in rates.items() if b in (benchmark, SHARED)]
        with np.errstate(invalid="ignore"):
            total = np.sum(inputs, axis=0)
        # infinite progress in one input against infinite regress in another: none
        totals[EFFECTIVE_COMPUTE, benchmark] = np.where(np.isnan(total), 0.0, total)
    return {**totals, **rates}


def doubling_time_months(growth_rate: float) -> float:
    """Months for one doubling at `growth_rate` doublings a year; infinite where there is no progress."""
    return 12 / growth_rate if growth_rate > 0 else math.inf


def _benchmarks(factors: Sequence[Factor], offsets: Mapping[str, str | None]) -> list[str]:
    return list(offsets) if any(f.by for f in factors) else [SHARED]


def _fall(
    factors: Sequence[Factor],
    benchmark: str,
    offsets: Mapping[str, str | None],
    names: Sequence[str],
    coefficients: Floats,
) -> Floats:
    """By how much the predictor falls when the column of `factors` rises by one, on one benchmark, (B,)."""
    fall = np.zeros(len(coefficients))
    for factor in factors:
        suffix = offsets.get(benchmark)
        wanted = [factor.coefficient, *([f"{factor.coefficient}_{suffix}"] if factor.by and suffix else [])]
        fall = fall - factor.sign * coefficients[:, [names.index(name) for name in wanted]].sum(axis=1)
    return fall
