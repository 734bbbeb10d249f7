"""What would change the verdict: a paper left out, one choice of data or law changed, other scaling exponents, a rate
that depends on scale.

In: observations of each variation, a set of laws, exponents, experiments. Out: the frame of verdict_sensitivity.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2

from lmprogress.core import tables
from lmprogress.core.settings import RowChoice, ScaleDependence, Units, Variation
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.assumed_exponents import Experiments, agreement, assume
from lmprogress.laws.inference.law_average import has_single_rate
from lmprogress.laws.inference.paper_model import PaperModel, Stationary
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.inference.scale_dependence import DriftModel, adds_drift
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.progress import doubling_time_months, finite_or_none
from lmprogress.laws.sensitivity import choose, present_offsets

PAPER, CHOICE, PART, EXPONENTS, SCALE = "paper_left_out", "choice", "part_of_data", "exponents", "scale"
# random starting points for the law with other exponents, besides its stationary points
_FEW_STARTS = 5


class Exponents(NamedTuple):
    """What exponents may be assumed: pairs of parameters and data by the name of their source, and experiments (table
    scaling_runs) that inform them. interval_percent: of the intervals."""

    assumed: Mapping[str, tuple[float, float]]
    experiments: pd.DataFrame
    interval_percent: float


def vary_verdict(
    observations: Mapping[str, pd.DataFrame],
    own: pd.DataFrame,
    variations: Mapping[str, Variation],
    *,
    laws: LawSet,
    exponents: Exponents,
    n_starts: int,
    least_observations: int,
    scale: ScaleDependence | None = None,
) -> pd.DataFrame:
    """The verdict's estimate with one thing changed: table verdict_sensitivity.

    observations: by variation; those without are left out. own: those of the verdict. laws: the main one, and those
    that take its place in variations; those without a single growth rate are left out. exponents: for a law with one
    for each input. Fewer rows than least_observations are not fitted. Random starting points are seeded by the names of
    edition and variation.
    """
    if laws.main is None:
        raise ValueError("a verdict needs a set of laws with a main fit")
    main, rows = laws.main.specification, list[dict[str, Any]]()
    for name, law, fitted in laws.among([main]).fittable(own, least_observations):
        if has_single_rate(law):
            model = RateModel(law, fitted)
            found = _searched(model, n_starts, (laws.edition, name))
            rows += _without_each_paper(model, model.in_order(fitted)["paper_id"].unique().tolist(), found.points)
            if model.exponent_places is not None:
                rows += _with_exponents(model, found, exponents, (laws.edition, name))
            if scale is not None and laws.edition in scale.editions:
                wider = laws.among(scale.specifications).fittable(own, least_observations)
                level = 1 - exponents.interval_percent / 100
                rows += [
                    _by_scale(model, found, PaperModel(law, rows_of_it), name, scale, level, n_starts, laws.edition)
                    for name, law, rows_of_it in wider
                    if adds_drift(law.specification, model.law.specification)
                ]
    for name, variation in variations.items():
        law_name = main if variation.laws is None else variation.laws.get(main)
        # neither a penalty nor units have a part in the verdict
        asked = variation.penalties is None and variation.units == Units()
        asked &= laws.edition in (variation.editions or [laws.edition])
        if name not in observations or not asked or not law_name:
            continue
        chosen = choose(observations[name], variation.rows, laws.offsets)
        present = replace(laws.among([law_name]), offsets=present_offsets(laws.offsets, chosen))
        for _, law, fitted in present.fittable(chosen, least_observations):
            if not has_single_rate(law):
                continue
            model = RateModel(law, fitted)
            found = _searched(model, n_starts, (laws.edition, name))
            kind = CHOICE if variation.rows == RowChoice() else PART
            about = {"specification": law_name, "heading": variation.heading}
            rows.append(_row(kind, name, variation.label, model, found) | about)
    made = tables.of_rows(
        [{"edition": laws.edition, "specification": main, **row} for row in rows], "verdict_sensitivity"
    )
    # laws without exponents of their own have no values of these
    return made.reindex(columns=tables.empty("verdict_sensitivity").columns)


def _without_each_paper(model: RateModel, papers: Sequence[str], known: Floats) -> Iterator[dict[str, Any]]:
    """`model` without each of `papers`, in the order of its rows; `known` are its stationary points (k, m)."""
    for number, paper in enumerate(papers):
        if len(papers) > 1:
            # one paper hardly moves stationary points: searches from those of all papers end as low as 120 others
            rest = model.without(number)
            found = rest.stationary(rest.response, 0, named_generator("none"), known)
            yield _row(PAPER, str(paper), f"Without {paper}", rest, found)


def _with_exponents(
    model: RateModel, found: Stationary, exponents: Exponents, names: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    random = named_generator("verdict exponents", *names)
    starts = [*found.points, *model.starts(model.response, _FEW_STARTS, random)]
    free = float(found.objectives[0])

    def row(change: str, label: str, ratio: float | None = None, **how: Any) -> dict[str, Any]:
        made = assume(model, starts, interval_percent=exponents.interval_percent, **how)
        if ratio is None:
            ratio = agreement(free, how["runs"], made.objective) if "runs" in how else 2 * (made.objective - free)
        return {
            **_about(EXPONENTS, change, label, model, made.rate, made.objective),
            "exponent_parameters": made.exponents[0],
            "exponent_data": made.exponents[1],
            "low_months": _months(made.high),
            "high_months": _months(made.low),
            "likelihood_ratio": max(ratio, 0.0),
            "p_value": float(chi2.sf(max(ratio, 0.0), 2)),
        }

    yield row("free", "Exponents of the verdict", ratio=0.0)
    for name, pair in exponents.assumed.items():
        yield row(name, f"Exponents of {name.capitalize()} et al.", exponents=pair)
    runs = exponents.experiments[exponents.experiments["benchmark"].isin(model.benchmarks)]
    for irreducible, change, label in (
        (False, "experiments", "Exponents informed by experiments"),
        (True, "experiments_irreducible", "Exponents informed by experiments with an irreducible loss"),
    ):
        if len(runs):
            columns = (runs[name].to_numpy(float) for name in ("n_parameters", "n_training_tokens", "loss"))
            size, tokens, loss = columns
            yield row(change, label, runs=Experiments(np.log(size), np.log(tokens), loss, irreducible))


def _by_scale(
    main: RateModel,
    found: Stationary,
    wider: PaperModel,
    name: str,
    settings: ScaleDependence,
    level: float,
    n_starts: int,
    edition: str,
) -> dict[str, Any]:
    """`main`, at its stationary points, against the law `name`, whose rate depends on scale."""
    drift, random = DriftModel(main, wider), named_generator("scale dependence", edition, name)
    ends = wider.stationary(wider.response, n_starts, random, drift.without_drift(found.points[:1]))
    # what exponents gain a year, so that ten times the compute is worth as much
    growth = settings.growth_per_tenfold / math.log2(10)
    test = drift.test(found, ends, settings.n_data_sets, random, growth=growth, level=level)
    at = drift.at_the_mean_date(ends.points[0])
    pair = at.exponents if len(at.exponents) == 2 else (None, None)
    return {
        **_about(SCALE, name, wider.law.specification.label, wider, at.rate, float(ends.objectives[0])),
        "specification": name,
        "exponent_parameters": pair[0],
        "exponent_data": pair[1],
        "growth_per_tenfold": float(at.growth.mean()) * math.log2(10),
        "likelihood_ratio": test.ratio,
        "p_value": test.p_value,
        "n_data_sets": test.n_data_sets,
        "n_exceeding": test.n_exceeding,
        "power": test.power,
    }


def _searched(model: RateModel, n_starts: int, names: tuple[str, ...]) -> Stationary:
    return model.stationary(model.response, n_starts, named_generator("verdict sensitivity", *names))


def _row(kind: str, name: str, label: str, model: RateModel, found: Stationary) -> dict[str, Any]:
    point, places = found.points[0], model.exponent_places
    pair = {} if places is None else {"exponent_parameters": point[places[0]], "exponent_data": point[places[1]]}
    return _about(kind, name, label, model, model.rate(point), float(found.objectives[0])) | pair


def _about(kind: str, name: str, label: str, model: PaperModel, rate: float, objective: float) -> dict[str, Any]:
    return {
        "kind": kind,
        "change": name,
        "label": label,
        "n_observations": len(model.response),
        "n_papers": model.n_papers,
        "estimate_months": _months(rate),
        "growth_rate_per_year": rate,
        "negative_log_likelihood": objective,
    }


def _months(rate: float | None) -> float | None:
    return None if rate is None else finite_or_none(doubling_time_months(rate))
