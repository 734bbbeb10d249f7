"""Coverage of the verdict's interval: how often its test rejects the true rate of simulated data.

In: observations, the set of laws, settings. Out: frames of the tables coverage_data_sets and coverage.

An interval that inverts a test contains the true rate where the test does not reject it, so that this one test, made by
the code and with the effort of the verdict, stands for the whole interval. On some data sets the interval is found
as well, for its length.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.core import tables
from lmprogress.core.settings import Coverage, Verdict
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.inference.verdict import Inversion, Searched
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.model.search_arrays import of_type
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE, SHARED, Rate, growth_rates

# how errors are drawn
ERRORS = ("components", "resampled")
# characters of digests in the kept study
_DIGITS = 12
_OBSERVED = ["record_id", "log_perplexity", "publication_year", "n_parameters", "dataset_size_tokens"]


@dataclass(frozen=True)
class Truth:
    """A law that data are simulated from.

    mean: log perplexities (n,). deviation: ω of each row (n,). ratio: λ. rate: doublings a year. effects, errors:
    standardised effects of papers (G,) and errors of rows (n,) to resample. paper: of each row (n,).
    """

    mean: Floats
    deviation: Floats
    ratio: float
    rate: float
    effects: Floats
    errors: Floats
    paper: NDArray[np.intp]

    def draw(self, errors: str, generator: np.random.Generator) -> Floats:
        """Log perplexities (n,), with Gaussian `components` or `resampled` residuals."""
        n_papers, n = len(self.effects), len(self.errors)
        if errors == "components":
            effects, own = generator.standard_normal(n_papers), generator.standard_normal(n)
        else:
            effects, own = generator.choice(self.effects, n_papers), generator.choice(self.errors, n)
        return of_type(self.mean + self.deviation * (self.ratio * effects[self.paper] + own))


def study_coverage(
    observations: pd.DataFrame,
    coefficients: pd.DataFrame,
    *,
    truth: str,
    laws: LawSet,
    settings: Coverage,
    verdict: Verdict,
    interval_percent: float,
    numbers: Iterable[int],
    n_intervals: int = 0,
    code: str,
) -> pd.DataFrame:
    """Table coverage_data_sets: the test of the main law at the true rate, on data sets `numbers` of `truth`.

    coefficients: of the study's fits at the main penalty. n_intervals: up to this number, the interval is found.
    code: digest of the code, which is kept with the results.
    Each data set depends on its name alone, so that any part of a study can be made again.
    """
    if laws.main is None:
        raise ValueError("a study of coverage needs a set of laws with a main fit")
    main = RateModel(*laws.prepared(laws.main.specification, observations))
    law, rows = _truth(observations, coefficients, truth, laws, settings, verdict), []
    digest = hashlib.sha256(pd.util.hash_pandas_object(observations[_OBSERVED], index=False).to_numpy().tobytes())
    quick = verdict.model_copy(update={"most_data_sets": 0})
    for errors in ERRORS:
        for number in numbers:
            names = ("coverage", laws.edition, truth, errors, str(number))
            response = law.draw(errors, named_generator("coverage data", *names))
            searched = Searched(main, response, verdict, names)
            # once so many data sets have a greater ratio the rate is not rejected at any number of them
            enough = int(verdict.n_data_sets * (1 - interval_percent / 100)) + 1
            test = searched.test(law.rate, named_generator("coverage tests", *names), verdict.n_data_sets, enough)
            # without the data sets that the verdict adds to make its ends precise
            found = Inversion(searched, quick, names, interval_percent) if number <= n_intervals else None
            rows.append(
                {
                    "edition": laws.edition, "truth": truth, "errors": errors, "number": number,
                    "true_growth_rate_per_year": law.rate, "growth_rate_per_year": searched.estimate,
                    "likelihood_ratio": test.ratio, "n_simulated": test.n_data_sets, "n_exceeding": test.n_exceeding,
                    "covered": test.p_value > 1 - interval_percent / 100, "inverted": found is not None,
                    "low_growth_rate_per_year": found.low.rate if found else None,
                    "high_growth_rate_per_year": found.high.rate if found else None, "n_observations": len(response),
                    "observations_digest": digest.hexdigest()[:_DIGITS], "code_digest": code[:_DIGITS],
                }
            )  # fmt: skip
    return tables.of_rows(rows, "coverage_data_sets")


def _truth(
    observations: pd.DataFrame,
    coefficients: pd.DataFrame,
    truth: str,
    laws: LawSet,
    settings: Coverage,
    verdict: Verdict,
) -> Truth:
    about = settings.truths[truth]
    law, rows = laws.prepared(about.specification, observations)
    assert laws.main is not None
    model = RateModel(law, rows)
    if about.at == "study":
        theta = coefficients[
            (coefficients["specification"] == about.specification) & (coefficients["penalty"] == laws.main.penalty)
        ].set_index("coefficient")["estimate"][list(law.coefficients)]
        point = theta.to_numpy(float)
        mean = law.columns(model.in_order(rows)).predicted(point)
        rates = growth_rates(law.specification, law.offsets, point[None])
        rate = float(rates[Rate(EFFECTIVE_COMPUTE, SHARED, SHARED)][0])
        deviation, ratio = model.components(model.response - mean)
    else:
        generator = named_generator("coverage truth", laws.edition, truth)
        found = model.stationary(model.response, verdict.n_starts, generator).points
        if about.at == "no_progress":
            fixed = model.stationary_at(model.response, 0.0, found)
            found = model.with_own_coefficients(fixed.points, 0.0)
        mean, deviation, ratio = model.mean(found[0]), model.deviation(found[0]), float(found[0][-1])
        # a fixed rate is exact
        rate = 0.0 if about.at == "no_progress" else model.rate(found[0])
    standard = (model.response - mean) / deviation
    sizes = np.bincount(model.paper)
    effects = np.asarray(ratio / (1 + ratio**2 * sizes) * np.bincount(model.paper, standard), float)
    return Truth(
        mean, deviation, ratio, rate, _standardised(effects), _standardised(standard - ratio * effects[model.paper]),
        model.paper,
    )  # fmt: skip


def _standardised(values: Floats) -> Floats:
    """Shifted and scaled to mean 0 and variance 1: predicted effects are shrunk (Carpenter et al. 2003)."""
    spread = float(values.std())
    return (values - values.mean()) / (spread if spread > 0 else 1.0)
