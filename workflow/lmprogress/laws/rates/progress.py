"""Rates of progress, from the structure of a specification.

In: a specification and its coefficients. Out: doublings a year of each input, and doubling times in months.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from lmprogress.core.errors import InputError
from lmprogress.core.settings import Factor, Specification
from lmprogress.laws.fits.uncertainty import interval
from lmprogress.laws.model.scaling_laws import ARCHITECTURE_SUFFIX, Floats, coefficient_names

SHARED = "all"
EFFECTIVE_COMPUTE = "effective_compute"
# what each log-size column makes of a term's progress
_QUANTITIES = {
    "log_parameters": "parameters",
    "log_dataset_size": "data",
    "log_compute": EFFECTIVE_COMPUTE,
}
TRANSFORMERS, OTHERS = "transformers", "others"
BEFORE, FROM = "before", "from"


class Rate(NamedTuple):
    """What grows, on which benchmark, and in which group.

    group: transformers or others, or before or from a year; 'all' where the rate is shared.
    """

    quantity: str
    benchmark: str
    group: str


def has_closed_form(specification: Specification) -> bool:
    """Whether rates of progress do not depend on size and year: no coefficient of time or size drifts with time."""
    factors = [*(f for term in specification.terms.values() for f in term), *specification.scale]
    return not any(drift.column == "log_calendar_year" for f in factors for drift in f.plus)


def growth_rates(
    specification: Specification, offsets: Mapping[str, str | None], coefficients: Floats
) -> dict[Rate, Floats]:
    """Doublings a year, (B,), of each quantity on each benchmark and in each group, at `coefficients` (B, p).

    A year changes a term as much as multiplying its input by exp(coefficient of time / coefficient of its log): both
    stand in the same predictor (Ho et al. 2024, section 3.1). Effective compute grows by the sum over inputs, since
    compute is their product. The benchmark is 'all' where no factor involved differs by benchmark, and so the group.
    A term that has no time adds nothing; one that falls with time but not with its input grows infinitely. Raises
    InputError where a term has two sizes, or a size two terms, or an exponent drifts with time.
    """
    if not has_closed_form(specification):
        raise _no_closed_form("drift", "exponents that drift with time have numerical doubling times alone")
    names = coefficient_names(specification, offsets)
    common = [f for f in specification.scale if f.column == "time"]
    rates: dict[Rate, Floats] = {}
    for term, factors in specification.terms.items():
        sizes = [f for f in factors if f.column in _QUANTITIES]
        if not sizes:
            continue
        quantity = _QUANTITIES[sizes[0].column]
        known = {rate.quantity for rate in rates}
        whole_and_part = EFFECTIVE_COMPUTE in known or (known and quantity == EFFECTIVE_COMPUTE)
        if len({f.column for f in sizes}) > 1 or quantity in known or whole_and_part:
            raise _no_closed_form(f"terms.{term}", "give the term one of " + ", ".join(_QUANTITIES))
        times = [*(f for f in factors if f.column == "time"), *common]
        for benchmark, group in product(_benchmarks(times + sizes, offsets), _groups(times + sizes)):
            by_time = _fall(times, benchmark, group, offsets, names, coefficients)
            by_size = _fall(sizes, benchmark, group, offsets, names, coefficients)
            with np.errstate(divide="ignore", invalid="ignore"):
                rates[Rate(quantity, benchmark, group)] = np.where(by_time == 0, 0.0, by_time / (by_size * math.log(2)))
    if not rates or any(rate.quantity == EFFECTIVE_COMPUTE for rate in rates):
        return rates
    return {**_totals(rates, offsets), **rates}


def doubling_time_months(growth_rate: float) -> float:
    """Months for one doubling at `growth_rate` doublings a year; infinite where there is no progress."""
    return 12 / growth_rate if growth_rate > 0 else math.inf


def doubling_time_interval(growth_rates: Floats, percent: float, *, of_times: bool) -> tuple[float, float, float]:
    """Low end, median and high end in months over `growth_rates` (R,) a year; infinite where there is no progress.

    of_times: percentiles of the doubling times themselves, negative ones among them, as Ho et al. 2024 take them;
    otherwise the doubling times of percentiles of the rates.
    """
    if of_times:
        with np.errstate(divide="ignore"):
            return interval(12 / (growth_rates + 0.0), percent)  # -0.0 + 0.0 is 0.0, no progress
    slow, median, fast = interval(growth_rates, percent)
    return doubling_time_months(fast), doubling_time_months(median), doubling_time_months(slow)


def finite_or_none(months: float) -> float | None:
    """`months` as tables have it: empty where it is infinite."""
    return months if np.isfinite(months) else None


def _totals(rates: Mapping[Rate, Floats], offsets: Mapping[str, str | None]) -> dict[Rate, Floats]:
    """Effective compute: the sum over inputs."""
    benchmarks = [SHARED] if {rate.benchmark for rate in rates} == {SHARED} else list(offsets)
    groups = list(dict.fromkeys(rate.group for rate in rates))
    groups = [g for g in groups if g != SHARED] or [SHARED]
    totals = {}
    for benchmark, group in product(benchmarks, groups):
        inputs = [
            r for rate, r in rates.items() if rate.benchmark in (benchmark, SHARED) and rate.group in (group, SHARED)
        ]
        with np.errstate(invalid="ignore"):
            total = np.sum(inputs, axis=0)
        # infinite progress in one input against infinite regress in another: none
        totals[Rate(EFFECTIVE_COMPUTE, benchmark, group)] = np.where(np.isnan(total), 0.0, total)
    return totals


def _no_closed_form(column: str, remedy: str) -> InputError:
    return InputError(
        "no closed form for progress: each term needs one size, and each size one term",
        file="config/models.yaml",
        column=column,
        remedy=remedy,
    )


def _benchmarks(factors: Sequence[Factor], offsets: Mapping[str, str | None]) -> list[str]:
    return list(offsets) if any(f.by == "benchmark" for f in factors) else [SHARED]


def _groups(factors: Sequence[Factor]) -> list[str]:
    if any(f.by == "architecture" for f in factors):
        return [TRANSFORMERS, OTHERS]
    return [BEFORE, FROM] if any(f.plus for f in factors) else [SHARED]


def _fall(
    factors: Sequence[Factor],
    benchmark: str,
    group: str,
    offsets: Mapping[str, str | None],
    names: Sequence[str],
    coefficients: Floats,
) -> Floats:
    """By how much the predictor falls when the column of `factors` rises by one, (B,)."""
    fall = np.zeros(len(coefficients))
    for factor in factors:
        wanted = [factor.coefficient]
        suffix = offsets.get(benchmark)
        if factor.by == "benchmark" and suffix:
            wanted.append(f"{factor.coefficient}_{suffix}")
        if factor.by == "architecture" and group == TRANSFORMERS:
            wanted = [f"{factor.coefficient}_{ARCHITECTURE_SUFFIX}"]
        if group == FROM:
            wanted += [drift.coefficient for drift in factor.plus]
        fall = fall - factor.sign * coefficients[:, [names.index(name) for name in wanted]].sum(axis=1)
    return fall
