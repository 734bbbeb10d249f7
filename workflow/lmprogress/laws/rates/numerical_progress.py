"""Doubling times without a closed form: how long algorithms take to bring what doubling compute brings.

In: a law's terms over time. Out: the compute-optimal allocation, doublings of effective compute a year.

Ho et al. 2024 (arXiv 2403.05812), appendix G: take the loss-minimising parameters and tokens for a budget in a year,
and the loss of twice the budget; then leave the allocation as it is and let the year run until that loss is reached.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import scipy

from lmprogress.core.accounting import FLOP_PER_PARAMETER_AND_TOKEN
from lmprogress.core.settings import Conversion, Factor, Specification
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.model.terms import Conditions, Terms
from lmprogress.laws.model.terms_over_time import TermsOverTime, terms_over_time
from lmprogress.laws.rates.progress import BEFORE, EFFECTIVE_COMPUTE, FROM, OTHERS, SHARED, TRANSFORMERS, Rate

# halvings of the interval between one parameter and one token: to the last bit of ln N
_HALVINGS = 64
# steps to a root; a convex fall takes less than ten
_MOST_STEPS = 100
# a step as short as this leaves an error of its square; shorter ones are rounding where the loss is flat
_CLOSE_YEARS = 1e-9
# years beyond which no progress is spoken of
_LONGEST_YEARS = 1e4
# of scipy's forward differences
_STEP = float(np.sqrt(np.finfo(float).eps))
# below this the slope of a predictor along the allocation is rounding
_FLAT = 1e-12


def numerical_rates(law: Law, coefficients: Floats, at: Conversion) -> dict[Rate, Floats]:
    """Doublings of effective compute a year, (B,), at `coefficients` (B, p), for each benchmark and group that differs.

    at: the budget and the year to which the doubling is referred. Negative where the loss rises with time; zero where
    algorithms never reach the loss of twice the budget.
    """
    return {
        rate: doublings_a_year(terms_over_time(law, theta, conditions), at)
        for rate, theta, conditions in cases(law, coefficients)
    }


def numerical_rates_as_study(law: Law, coefficients: Floats, at: Conversion) -> dict[Rate, Floats]:
    """The same, by the study's searches in place of exact ones: doublings a year, (B,)."""
    return {
        rate: doublings_a_year_as_study(terms_over_time(law, theta, conditions), at)
        for rate, theta, conditions in cases(law, coefficients)
    }


def cases(law: Law, coefficients: Floats) -> list[tuple[Rate, Floats, Conditions]]:
    """What has a rate of its own: its name, the coefficients that hold there, the conditions.

    A law without drift has the same rate on every benchmark unless a rate or an exponent differs by benchmark: at the
    optimal allocation the shares of the terms depend on the exponents alone. With drift the sizes themselves matter.
    Before a year at which rates change, what they gain there is left out.
    """
    specification = law.specification
    factors = [*(f for term in specification.terms.values() for f in term), *specification.scale]
    moving = [f for f in factors if f.column != "intercept"]
    drifts = any(drift.column == "log_calendar_year" for f in factors for drift in f.plus)
    by_benchmark = any(f.by == "benchmark" for f in moving)
    reference = next(name for name, suffix in law.offsets.items() if suffix is None)
    benchmarks = list(law.offsets) if by_benchmark else [SHARED]
    if drifts and not by_benchmark:
        benchmarks = [SHARED if not any(f.by == "benchmark" for f in factors) else reference]
    found = []
    for benchmark in benchmarks:
        for group in _groups(moving):
            theta = _before(specification, law.coefficients, coefficients) if group == BEFORE else coefficients
            where = reference if benchmark == SHARED else benchmark
            found.append((Rate(EFFECTIVE_COMPUTE, benchmark, group), theta, Conditions(where, group != OTHERS)))
    return found


def _groups(factors: Sequence[Factor]) -> list[str]:
    if any(f.by == "architecture" for f in factors):
        return [TRANSFORMERS, OTHERS]
    return [BEFORE, FROM] if any(d.column == "from_year" for f in factors for d in f.plus) else [SHARED]


def _before(specification: Specification, names: Sequence[str], coefficients: Floats) -> Floats:
    """`coefficients` with what is gained from a year on left out."""
    factors = [f for term in specification.terms.values() for f in term]
    later = {d.coefficient for f in factors for d in f.plus if d.column == "from_year"}
    return np.where(np.isin(names, list(later)), 0.0, coefficients)


def allocate(terms: Terms, compute_flop: float) -> tuple[Floats, Floats]:
    """ln N and ln D, (B,), of least loss with 6·N·D = `compute_flop`, neither below one.

    Along a budget the loss is a sum of exponentials of ln N, which is convex: its slope changes sign once. A law of
    compute alone does not care; it gets as many tokens as parameters.
    """
    budget = log_parameters_times_tokens(compute_flop)
    slope = terms.by_log_parameters - terms.by_log_data
    slope = np.where(np.abs(slope) < _FLAT, 0.0, slope)
    start = terms.constant + terms.by_log_data * budget
    low, high = np.zeros(terms.linear.shape), np.full(terms.linear.shape, budget)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        exponents = start + slope * middle
        # the sign of the sum is all that counts: the largest term is taken as one
        rise = (slope * np.exp(exponents - exponents.max(axis=0))).sum(axis=0)
        low, high = np.where(rise <= 0, middle, low), np.where(rise >= 0, middle, high)
    log_parameters = (low + high) / 2
    return log_parameters, budget - log_parameters


def log_parameters_times_tokens(compute_flop: float) -> float:
    """ln(N·D) of a budget, from C = 6·N·D."""
    return math.log(compute_flop / FLOP_PER_PARAMETER_AND_TOKEN)


def doublings_a_year(law: TermsOverTime, at: Conversion) -> Floats:
    """Doublings of effective compute a year, (B,): 1 / the years that bring what twice the budget brings.

    Newton's method from the year itself. The loss is convex in the year (nearly, where exponents drift), so that the
    steps approach the root from one side; where they pass the loss's minimum there is no root, and no progress.
    """
    now = law.at(at.year)
    log_parameters, log_data = allocate(now, at.compute_flop)
    target = now.log_perplexity(*allocate(now, 2 * at.compute_flop))
    years = np.zeros(target.shape)
    open_, reached = np.ones(target.shape, bool), np.zeros(target.shape, bool)
    direction = np.zeros(target.shape)
    for step_number in range(_MOST_STEPS):
        when = at.year + years
        excess = law.at(when).log_perplexity(log_parameters, log_data) - target
        slope = _loss_slope(law, when, log_parameters, log_data)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(excess == 0, 0.0, -excess / slope)
        if step_number == 0:
            direction = np.sign(step)
        # the loss has turned round before it came down to the target
        turned = (np.sign(slope) * direction > 0) & (excess > 0)
        open_ &= np.isfinite(step) & ~turned & (np.abs(years + step) < _LONGEST_YEARS)
        # a clock of calendar years begins at year 0
        open_ &= at.year + years + step > 1
        years = np.where(open_ & ~reached, years + step, years)
        reached |= open_ & (np.abs(step) <= _CLOSE_YEARS * np.maximum(1, np.abs(years)))
        if not (open_ & ~reached).any():
            break
    with np.errstate(divide="ignore"):
        return np.where(reached, 1 / years, 0.0)


def _loss_slope(law: TermsOverTime, year: Floats, log_parameters: Floats, log_data: Floats) -> Floats:
    """By how much the loss rises a year, nats a year, (B,)."""
    terms, slopes = law.at(year), law.slopes_at(year)
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(_exponents(terms, log_parameters, log_data))
        return (powers * _exponents(slopes, log_parameters, log_data)).sum(axis=0)


def _exponents(terms: Terms, log_parameters: Floats, log_data: Floats) -> Floats:
    return terms.constant + terms.by_log_parameters * log_parameters + terms.by_log_data * log_data


# ---- as the study searched ------------------------------------------------------------------------------------------


def doublings_a_year_as_study(law: TermsOverTime, at: Conversion) -> Floats:
    """The same with the study's searches: SLSQP for the allocations, then Brent's for the years, both at defaults.

    Its stop at a tolerance of 1e-6 moves the doubling time in the fourth digit. It takes whatever the search along
    the years returns, also where no year brings the loss down to the target.
    """
    now = law.at(at.year)
    return np.array([1 / _years_as_study(law, now, at, i) for i in range(len(now.linear))])


def _years_as_study(law: TermsOverTime, now: Terms, at: Conversion, i: int) -> float:
    constant, by_parameters, by_data = (
        part[:, i].tolist() for part in (now.constant, now.by_log_parameters, now.by_log_data)
    )
    linear = float(now.linear[i])
    terms = range(len(constant))

    def loss(point: Sequence[float]) -> float:
        log_parameters, log_data = point
        powers = [_exp(constant[k] + by_parameters[k] * log_parameters + by_data[k] * log_data) for k in terms]
        return linear + sum(powers)

    first = _allocation_as_study(loss, at.compute_flop)
    target = loss(_allocation_as_study(loss, 2 * at.compute_flop))
    fixed, by_year, by_log_year = (
        [
            law.constant[clock][k, i]
            + law.by_log_parameters[clock][k, i] * first[0]
            + law.by_log_data[clock][k, i] * first[1]
            for k in terms
        ]
        for clock in range(3)
    )

    def distance(years: float) -> float:
        year = at.year + years
        powers = [_exp(fixed[k] + by_year[k] * year + by_log_year[k] * math.log(year)) for k in terms]
        return abs(linear + sum(powers) - target)

    return float(scipy.optimize.minimize_scalar(distance).x)


def _allocation_as_study(loss: Callable[[Sequence[float]], float], compute_flop: float) -> list[float]:
    """ln N and ln D where SLSQP stops from an equal split, with forward differences as scipy takes them."""
    log_compute, log_factor = math.log(compute_flop), math.log(FLOP_PER_PARAMETER_AND_TOKEN)

    def budget(point: Sequence[float]) -> float:
        return point[0] + point[1] + log_factor - log_compute

    def differences(function: Callable[[Sequence[float]], float]) -> Callable[[Floats], Floats]:
        def slope(point: Floats) -> Floats:
            n, d = point.tolist()
            value, next_n, next_d = function((n, d)), n + _STEP, d + _STEP
            return np.array(
                [(function((next_n, d)) - value) / (next_n - n), (function((n, next_d)) - value) / (next_d - d)]
            )

        return slope

    found = scipy.optimize.minimize(
        lambda point: loss(point.tolist()),
        [math.log(math.sqrt(compute_flop))] * 2,
        jac=differences(loss),
        constraints={"type": "eq", "fun": lambda point: budget(point.tolist()), "jac": differences(budget)},
        method="SLSQP",
    )
    return [float(value) for value in found.x]


def _exp(exponent: float) -> float:
    return math.exp(min(exponent, 700.0))
