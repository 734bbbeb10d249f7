"""Rates of progress, from the structure of a specification.

In: a specification and its coefficients. Out: doublings a year of each input, and doubling times in months.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import Factor, Specification
from lmprogress.laws.scaling_laws import Floats, coefficient_names, factor_coefficients

SHARED = "all"
EFFECTIVE_COMPUTE = "effective_compute"
# what each log-size column makes of a term's progress
_QUANTITIES = {"log_parameters": "parameters", "log_dataset_size": "data"}


def growth_rates(
    specification: Specification, offsets: Mapping[str, str | None], coefficients: Floats
) -> dict[tuple[str, str], Floats]:
    """Doublings a year, (B,), of each quantity on each benchmark, at `coefficients` (B, p).

    A year changes a term as much as multiplying its input by exp(time coefficient / exponent): both enter the same
    predictor (Ho et al. 2024, equations 7 and 8). Effective compute grows by the sum over inputs, since compute is
    their product. The benchmark is 'all' where no factor involved differs by benchmark. A term without either
    column adds nothing. Raises InputError where two sizes share a term, or two terms a size.
    """
    names = coefficient_names(specification, offsets)
    rates: dict[tuple[str, str], Floats] = {}
    for term, factors in specification.terms.items():
        sizes = [f for f in factors if f.column in _QUANTITIES]
        if not sizes:
            continue
        quantity = _QUANTITIES[sizes[0].column]
        if len({f.column for f in sizes}) > 1 or any(q == quantity for q, _ in rates):
            raise InputError(
                "no closed form for progress: each term needs one size, and each size one term",
                file="config/models.yaml",
                column=f"terms.{term}",
                remedy="give the term one of " + ", ".join(_QUANTITIES),
            )
        times = [f for f in factors if f.column == "time"]
        for benchmark in _benchmarks(times + sizes, offsets):
            effect = _total(times, benchmark, offsets, names, coefficients)
            exponent = _total(sizes, benchmark, offsets, names, coefficients)
            with np.errstate(divide="ignore", invalid="ignore"):
                # a term without progress has none, whatever its exponent
                rates[quantity, benchmark] = np.where(effect == 0, 0.0, effect / (exponent * math.log(2)))
    if not rates:
        return {}
    inputs = {quantity for quantity, _ in rates}
    benchmarks = [SHARED] if {b for _, b in rates} == {SHARED} else list(offsets)
    total = {
        (EFFECTIVE_COMPUTE, b): sum(rates.get((q, b), rates.get((q, SHARED))) for q in sorted(inputs))
        for b in benchmarks
    }
    return {**total, **rates}


def doubling_time_months(growth_rate: float) -> float:
    """Months for one doubling at `growth_rate` doublings a year; infinite where there is no progress."""
    return 12 / growth_rate if growth_rate > 0 else math.inf


def _benchmarks(factors: Sequence[Factor], offsets: Mapping[str, str | None]) -> list[str]:
    return list(offsets) if any(f.by == "benchmark" for f in factors) else [SHARED]


def _total(
    factors: Sequence[Factor],
    benchmark: str,
    offsets: Mapping[str, str | None],
    names: Sequence[str],
    coefficients: Floats,
) -> Floats:
    """Σ sign · coefficient over `factors` on one benchmark, (B,)."""
    total = np.zeros(len(coefficients))
    for factor in factors:
        wanted = [factor.coefficient]
        suffix = offsets.get(benchmark)
        if factor.by == "benchmark" and suffix:
            wanted.append(f"{factor.coefficient}_{suffix}")
        total = total + factor.sign * coefficients[:, [names.index(name) for name in wanted]].sum(axis=1)
    return total
