"""A law's terms as functions of parameters, training tokens and the calendar year.

In: a law, coefficients, conditions. Out: the terms at any year, a year of its own for each coefficient vector or term.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lmprogress.core.errors import InputError
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.model.terms import Conditions, Terms, terms_at

# Later than every change of rates, and far enough apart that year and ln(year) are told from each other; the last
# one checks that nothing else was there.
_YEARS = (2100.0, 4000.0, 8000.0)
_CHECK_YEAR = 2023.5
_AGREE = 1e-8


@dataclass(frozen=True)
class TermsOverTime:
    """log perplexity = Σ_k exp(Σ_c clock_c · (constant_ck + by_log_parameters_ck · ln N + by_log_data_ck · ln D))
    + linear.

    The clocks are 1, the calendar year and its logarithm. constant, by_log_parameters, by_log_data: (3, K, B) for K
    terms and B coefficient vectors; linear: (B,).
    """

    constant: Floats
    by_log_parameters: Floats
    by_log_data: Floats
    linear: Floats

    def at(self, year: Floats | float) -> Terms:
        """The terms at `year` (decimal): one for all, (B,), or (K, B) where each term has its own."""
        clocks = _clocks(np.asarray(year, float))
        constant, by_log_parameters, by_log_data = (_along(clocks, part) for part in self._parts)
        return Terms(constant, by_log_parameters, by_log_data, self.linear)

    def slopes_at(self, year: Floats | float) -> Terms:
        """By how much the exponents of the terms rise a year at `year`; the linear part does not."""
        when = np.asarray(year, float)
        clocks = (np.zeros_like(when), np.ones_like(when), 1 / when)
        constant, by_log_parameters, by_log_data = (_along(clocks, part) for part in self._parts)
        return Terms(constant, by_log_parameters, by_log_data, np.zeros_like(self.linear))

    @property
    def _parts(self) -> tuple[Floats, Floats, Floats]:
        return self.constant, self.by_log_parameters, self.by_log_data


def terms_over_time(law: Law, coefficients: Floats, conditions: Conditions) -> TermsOverTime:
    """The terms of `law` at `coefficients` (B, p) under `conditions`, with the rates of the latest period.

    Every exponent is linear in the year and its logarithm, so three years give it whole. Raises InputError where a
    law has another clock, or one in its linear part.
    """
    sampled = [terms_at(law, coefficients, year, conditions) for year in _YEARS]
    to_clocks = np.linalg.inv(np.array([_clocks(np.array(year)) for year in _YEARS]))
    names = ("constant", "by_log_parameters", "by_log_data")
    constant, by_log_parameters, by_log_data = (
        np.einsum("cy,ykb->ckb", to_clocks, [getattr(terms, name) for terms in sampled]) for name in names
    )
    found = TermsOverTime(constant, by_log_parameters, by_log_data, sampled[0].linear)
    expected, given = terms_at(law, coefficients, _CHECK_YEAR, conditions), found.at(_CHECK_YEAR)
    for name in (*names, "linear"):
        here, there = getattr(given, name), getattr(expected, name)
        if not np.allclose(here, there, rtol=_AGREE, atol=_AGREE):
            raise InputError(
                "its terms are not linear in the year and its logarithm",
                file="config/models.yaml",
                column="specifications",
                value=law.specification.label,
                remedy="let rates change before 2024, and no clock stand in the linear part",
            )
    return found


def _clocks(year: Floats) -> tuple[Floats, Floats, Floats]:
    return np.ones_like(year), year, np.log(year)


def _along(clocks: tuple[Floats, ...], part: Floats) -> Floats:
    return sum((clock * values for clock, values in zip(clocks, part, strict=True)), np.zeros(part.shape[1:]))
