"""A law at sizes and years of one's own: best split of compute, doubling time by search, gain of the transformer.

In: the entry of a specification, coefficients (B,) by name, references. Out: nats; doublings a year; compute ratios.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from lmprogress.auditing.derivations.law_values import Values, log_perplexity, predictor

Floats = NDArray[np.float64]
FLOP_PER_PARAMETER_AND_TOKEN = 6  # Kaplan et al. 2020 (arXiv 2001.08361), section 2.1
_HALVINGS, _STEPS = 52, 60
_SHORT = 1e-9  # a step of so many years leaves an error of its square
_LONGEST_YEARS = 1e4  # beyond it no progress is spoken of
_TWO = 2
_FLAT = 1e-12  # slopes of a predictor along a budget that are rounding


class LawAt:
    """A law with B coefficient vectors under one set of conditions: benchmark, group of architectures or years.

    group: others have no transformer; before leaves out what rates gain from a year on, which all else has for good.
    """

    def __init__(
        self,
        specification: Values,
        theta: Mapping[str, Any],
        reference: Values,
        offsets: Mapping[str, str],
        benchmark: str,
        group: str = "all",
    ) -> None:
        self.theta, self.reference = theta, reference
        self.specification = _settled(specification, group)
        self.fixed = {
            "intercept": 1.0,
            "log_vocabulary": 0.0,
            "transformer": float(group != "others"),
            "offsets": {suffix: float(name == benchmark) for name, suffix in offsets.items()},
        }
        factors = [f for term in specification["terms"].values() for f in term]
        self.drifts = any(d["column"] == "log_calendar_year" for f in factors for d in f.get("plus", ()))
        self.n = len(next(iter(theta.values())))

    def _at(self, log_parameters: Any, log_data: Any, year: Any) -> dict[str, Any]:
        log_flop = math.log(FLOP_PER_PARAMETER_AND_TOKEN) + log_parameters + log_data
        return self.fixed | {
            "time": year - self.reference["reference_year"],
            "year": year,
            "log_parameters": log_parameters - math.log(self.reference["reference_n_parameters"]),
            "log_dataset_size": log_data - math.log(self.reference["reference_dataset_size_tokens"]),
            "log_compute": log_flop - math.log(self.reference["reference_compute_flop"]),
        }

    def loss(self, log_parameters: Any, log_data: Any, year: Any) -> Floats:
        """Log perplexity, nats, (B,)."""
        with np.errstate(over="ignore"):
            found = log_perplexity(self.specification, self.theta, self._at(log_parameters, log_data, year))
        return np.broadcast_to(found, (self.n,))

    def at_many(self, log_parameters: Any, log_data: Floats, year: float) -> Floats:
        """The same of the only coefficient vector at many sizes, (M,)."""
        with np.errstate(over="ignore"):
            found = log_perplexity(self.specification, self.theta, self._at(log_parameters, log_data, year))
        return np.broadcast_to(found, np.shape(log_data))

    def loss_by_term(self, log_parameters: Any, log_data: Any, years: Mapping[str, Any]) -> Floats:
        """The same where each term has a year of its own, (B,)."""
        total = np.zeros(self.n)
        for name, factors in self.specification["terms"].items():
            at = self._at(log_parameters, log_data, years[name])
            alone = {"terms": {name: factors}, "scale": self.specification.get("scale", ())}
            total = total + log_perplexity(alone, self.theta, at)
        at = self._at(log_parameters, log_data, 0.0)
        return np.asarray(total + predictor(self.specification.get("linear", ()), self.theta, at), float)

    def exponents(self, log_parameters: Any, log_data: Any, year: Any) -> Floats:
        """Predictors of the terms without what scales them all alike, (K, B)."""
        at = self._at(log_parameters, log_data, year)
        terms = self.specification["terms"].values()
        return np.array([np.broadcast_to(predictor(factors, self.theta, at), (self.n,)) for factors in terms], float)

    def best_split(self, compute_flop: float, year: float) -> tuple[Floats, Floats]:
        """ln N and ln D of least loss with 6·N·D = compute, neither below one, (B,): where its slope changes sign."""
        budget = math.log(compute_flop / FLOP_PER_PARAMETER_AND_TOKEN)
        start = self.exponents(0.0, budget, year)
        slope = self.exponents(1.0, budget - 1.0, year) - start
        slope = np.where(np.abs(slope) < _FLAT, 0.0, slope)
        low, high = np.zeros(self.n), np.full(self.n, budget)
        if len(slope) == _TWO:
            # both terms change alike where one slope times its term is minus the other
            with np.errstate(divide="ignore", invalid="ignore"):
                turn = (start[1] - start[0] + np.log(-slope[1] / slope[0])) / (slope[0] - slope[1])
            inside = slope[0] * slope[1] < 0
            low = np.where(inside, np.clip(turn, 0.0, budget), np.where(slope.sum(axis=0) < 0, budget, low))
            high = np.where(inside | (slope != 0).any(axis=0), low, high)
        for _ in range(0 if len(slope) == _TWO else _HALVINGS):
            middle = (low + high) / 2
            powers = start + slope * middle
            rise = (slope * np.exp(powers - powers.max(axis=0))).sum(axis=0)
            # where nothing depends on the split, half each
            low, high = np.where(rise <= 0, middle, low), np.where(rise >= 0, middle, high)
        return (low + high) / 2, budget - (low + high) / 2

    def doublings_a_year(self, compute_flop: float, year: float) -> Floats:
        """1 / the years after which the best split of now has the loss of the best split of twice the compute, (B,).

        Ho et al. 2024 (arXiv 2403.05812), appendix G. Zero where that loss is never reached.
        """
        split = self.best_split(compute_flop, year)
        target = self.loss(*self.best_split(2 * compute_flop, year), year)
        left, start, by_year, by_log_year = self._over_time(split, year)
        years, done, lost = np.zeros(self.n), np.zeros(self.n, bool), np.zeros(self.n, bool)
        first = np.zeros(self.n)
        for number in range(_STEPS):
            with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
                powers = np.exp(start + by_year * years + by_log_year * np.log1p(years / year))
                over = powers.sum(axis=0) + left - target
                slope = (powers * (by_year + by_log_year / (year + years))).sum(axis=0)
                step = np.where(over == 0, 0.0, -over / slope)
            if not number:
                first = np.sign(step)
            beyond = ~(np.abs(years + step) < _LONGEST_YEARS) | (year + years + step <= 1)
            # a loss that turns round before it came down to the target
            lost |= ~done & (beyond | ((np.sign(slope) * first > 0) & (over > 0)))
            years = np.where(done | lost, years, years + step)
            done |= ~lost & (np.abs(step) <= _SHORT * np.maximum(1.0, np.abs(years)))
            if (done | lost).all():
                break
        with np.errstate(divide="ignore"):
            return np.where(done, 1 / years, 0.0)

    def _over_time(self, split: tuple[Floats, Floats], year: float) -> tuple[Any, Floats, Floats, Floats]:
        """The linear part, and each term's exponent: now, a year, and for each unit of ln(year), (K, B)."""
        ahead = np.array([year, 2 * year, 4 * year])
        found = [self.exponents(*split, when) + self._log_scale(split, when) for when in ahead.tolist()]
        rise, clocks = np.array(found[1:]) - found[0], np.column_stack([ahead[1:] - year, np.log(ahead[1:] / year)])
        by_year, by_log_year = rise[0] / year, np.zeros_like(found[0])
        if self.drifts:
            by_year, by_log_year = np.einsum("ce,ekb->ckb", np.linalg.inv(clocks), rise)
        left = predictor(self.specification.get("linear", ()), self.theta, self._at(*split, year))
        return left, found[0], by_year, by_log_year

    def _log_scale(self, split: tuple[Floats, Floats], year: float) -> Any:
        at, total = self._at(*split, year), 0.0
        for factor in self.specification.get("scale", ()):
            if factor.get("link") != "logistic":
                total = total + predictor([factor], self.theta, at)
            elif at[factor["column"]]:
                total = total - np.logaddexp(0.0, -self.theta[factor["coefficient"]])
        return total

    def years_as_study(self, compute_flop: float, year: float) -> float:
        """The years of the first coefficient vector by the study's searches: SLSQP for splits, Brent's for years."""
        one = {name: np.asarray(values, float)[:1] for name, values in self.theta.items()}

        def loss(log_parameters: float, log_data: float, when: float) -> float:
            return float(log_perplexity(self.specification, one, self._at(log_parameters, log_data, when))[0])

        def split(flop: float) -> tuple[float, float]:
            budget = {
                "type": "eq",
                "fun": lambda x: x[0] + x[1] + math.log(FLOP_PER_PARAMETER_AND_TOKEN) - math.log(flop),
            }
            start = [math.log(math.sqrt(flop))] * 2
            found = minimize(lambda x: loss(x[0], x[1], year), start, constraints=budget, method="SLSQP")
            return float(found.x[0]), float(found.x[1])

        n, d = split(compute_flop)
        target = loss(*split(2 * compute_flop), year)
        return float(minimize_scalar(lambda years: abs(loss(n, d, year + years) - target)).x)

    def transformer_gain(self, other: LawAt, compute_flop: float, year: float, most: float = 100.0) -> Floats:
        """Compute that `other`, without the transformer, needs over that with it, at equal loss and an even split.

        Ho et al. 2024, section 3.3. Infinite where no compute will do, zero where any is more than enough.
        """
        half = math.log(compute_flop / FLOP_PER_PARAMETER_AND_TOKEN) / 2
        target = self.loss(half, half, year)
        low, high = np.full(self.n, -most), np.full(self.n, most)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            worse = other.loss(half + middle, half + middle, year) > target
            low, high = np.where(worse, middle, low), np.where(worse, high, middle)
        log_gain = low + high
        edge = 2 * most * 0.999
        return np.where(log_gain > edge, np.inf, np.where(log_gain < -edge, 0.0, np.exp(log_gain)))


def with_transformer_gain(specification: Values) -> dict[str, Any]:
    """The same law with one logistic gain of the transformer on all terms."""
    gain = {"column": "transformer", "coefficient": "gamma_transformer", "link": "logistic"}
    return {**specification, "scale": [*specification.get("scale", ()), gain]}


def _settled(specification: Values, group: str) -> dict[str, Any]:
    """The law with what rates gain from a year on as factors of their own, or without it."""

    def apart(factors: Any) -> list[dict[str, Any]]:
        found = []
        for factor in factors:
            later = [d for d in factor.get("plus", ()) if d["column"] == "from_year"]
            found.append({**factor, "plus": [d for d in factor.get("plus", ()) if d["column"] != "from_year"]})
            found += [{"column": factor["column"], "coefficient": d["coefficient"], "sign": factor.get("sign", 1)}
                      for d in later if group != "before"]  # fmt: skip
        return found

    terms = {name: apart(factors) for name, factors in specification["terms"].items()}
    return {**specification, "terms": terms, "scale": apart(specification.get("scale", ()))}
