"""The test of a growth rate of effective compute by likelihood ratio, calibrated by parametric bootstrap.

In: a law, observations. Out: the maximum-likelihood estimate, and p-values of rates.

All parameters of the likelihood in paper_model.py are estimated with the rate free and with the rate fixed. Twice the
difference of the log likelihoods is compared with its distribution over data sets simulated from the fit with the rate
fixed, on each of which all parameters are estimated again (Davison and Hinkley 1997, section 4.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lmprogress.laws.inference.compiled_paper_likelihood import SEPARATE, SHARED, SINGLE, Held, expanded
from lmprogress.laws.inference.compiled_paper_search import exceed, projected
from lmprogress.laws.inference.paper_model import ALL_FREE, PaperModel, Stationary, simulated_p_value
from lmprogress.laws.inference.rate_constraints import rate_constraint
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.model.search_arrays import of_type
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE, Rate, growth_rates
from lmprogress.laws.rates.progress import SHARED as ALL

# growth rates of the first input, or its shares of the total, at which searches with a fixed total start
_FIRST_RATES, _SHARES = tuple(np.linspace(-4.0, 6.0, 11).tolist()), (0.25, 0.5, 0.75)
_SIZES = ("log_parameters", "log_dataset_size")


@dataclass(frozen=True)
class RateTest:
    """The test of one rate.

    rate: doublings a year. ratio: likelihood ratio of the observations. n_exceeding: how many of the n_data_sets
    simulated with that rate have a greater one.
    """

    rate: float
    ratio: float
    n_data_sets: int
    n_exceeding: int

    @property
    def p_value(self) -> float:
        """Of the rate."""
        return float(simulated_p_value(self.n_exceeding, self.n_data_sets))


class RateModel(PaperModel):
    """One law on the rows of `observations` (as `LawSet.prepared`), whose growth rate can be fixed.

    Raises ValueError where the law's effective compute has no single rate.
    """

    def __init__(self, law: Law, observations: pd.DataFrame) -> None:
        constraint = rate_constraint(law.specification, law.offsets)
        if constraint is None or law.logistic.any():
            raise ValueError("the law's effective compute has no single growth rate")
        super().__init__(law, observations)
        first, second = constraint.progress[0], constraint.progress[-1]
        kinds = {"single": SINGLE, "separate": SEPARATE, "shared": SHARED}
        self._held = Held(
            kinds[constraint.kind], first.time or 0, first.size, second.time or 0, second.size,
            float(first.sign), float(second.sign), 0.0,
        )  # fmt: skip

    @property
    def exponent_places(self) -> tuple[int, int] | None:
        """Places of the exponents of parameters and data in a point; none where the law has not one of each."""
        sizes = [f.column for term in self.law.specification.terms.values() for f in term if f.column in _SIZES]
        separate = self._held.kind == SEPARATE and sizes == list(_SIZES)
        return (self._held.size, self._held.other_size) if separate else None

    def rate(self, point: Floats) -> float:
        """Growth rate of effective compute, doublings a year, at a point (m,) with the law's own coefficients."""
        p = self._rows.n_coefficients
        rates = growth_rates(self.law.specification, self.law.offsets, point[None, :p])
        return float(rates[Rate(EFFECTIVE_COMPUTE, ALL, ALL)][0])

    def at(self, rate: float) -> Held:
        """The constraint that fixes the growth rate at `rate`, doublings a year."""
        return self._held._replace(rate=float(rate))

    def with_own_coefficients(self, points: Floats, rate: float) -> Floats:
        """Points (k, m) of searches with the rate fixed at `rate`, in the law's own coefficients."""
        return np.array([expanded(self.at(rate), point) for point in points])

    def stationary_at(self, response: Floats, rate: float, known: Floats) -> Stationary:
        """Where searches with the rate fixed end, from `known` (k, m), the law's own coefficients, and other points."""
        held = self.at(rate)
        starts = [start for point in known for start in projected(held, of_type(point))]
        places: dict[int, tuple[int, tuple[float, ...]]] = {
            SEPARATE: (held.time, _FIRST_RATES),
            SHARED: (held.other_size, _SHARES),
        }
        place, inner = places.get(held.kind, (0, ()))
        starts += [np.where(np.arange(len(starts[0])) == place, value, starts[0]) for value in inner]
        return self._ends(held, response, starts)

    def test(
        self,
        rate: float,
        observed: Stationary,
        known: Floats,
        generator: np.random.Generator,
        *,
        n_data_sets: int,
        enough: int | None = None,
        response: Floats | None = None,
    ) -> RateTest:
        """Test `rate` on `response` (default: the model's), whose stationary points with the rate free are `observed`.

        known: (k, m) further starting points of searches, in the law's own coefficients. enough: no more data sets are
        drawn once so many have a greater ratio: a large p-value needs few (Besag and Clifford 1991).
        """
        response = self.response if response is None else response
        null = self.stationary_at(response, rate, np.vstack([observed.points, known]))
        truth = of_type(expanded(self.at(rate), null.points[0]))
        # as on simulated data, a search with the rate free starts from here, too
        again = self._ends(ALL_FREE, response, [truth])
        ratio = max(2 * float(null.objectives[0] - min(observed.objectives[0], again.objectives[0])), 0.0)
        starts = of_type(np.vstack([truth[None], observed.points, known]))
        exceeding, drawn, together = 0, 0, min(n_data_sets, 50 if enough is None else 2 * enough)
        while drawn < n_data_sets:
            responses = self.draw(truth, min(together, n_data_sets - drawn), generator)
            above = np.cumsum(exceed(self._rows, self.at(rate), responses, starts, of_type(null.points), ratio))
            if enough is not None and exceeding + above[-1] >= enough:
                last = int(np.searchsorted(above, enough - exceeding)) + 1
                # the last data set is the one that reached `enough`, so that the p-value is enough / drawn
                return RateTest(rate, ratio, drawn + last - 1, enough - 1)
            exceeding, drawn = exceeding + int(above[-1]), drawn + len(responses)
        return RateTest(rate, ratio, drawn, exceeding)
