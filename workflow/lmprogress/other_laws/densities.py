"""Capability density of models, from public scores and as published.

In: models, scores, the reference family. Out: the frame of the table densities.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.other_laws.loss_law import LossLaw
from lmprogress.other_laws.reference_family import ReferenceFamily, ScoreCurve
from lmprogress.other_laws.trends import records

BENCHMARKS = ("MMLU", "BBH", "MATH", "MBPP", "HumanEval")
PUBLISHED = "published"
AVERAGE = "Average"


def tabulate_densities(
    models: pd.DataFrame, scores: pd.DataFrame, family: ReferenceFamily, reference_tokens: float
) -> pd.DataFrame:
    """Densities of every model: as published, by each benchmark with a score, by the mean where all five have one.

    models, scores: tables density_models, benchmark_scores. reference_tokens: tokens of the reference, D0. Density is
    N̂/N with N̂ the parameters that the reference needs at D0 for the same score (Densing Law, equations 4 and 5).
    """
    about = models.set_index("model")
    rows = [_published(model, family, reference_tokens) for model in models.to_dict("records")]
    for (model, basis), score in _with_means(scores).items():
        rows.append(_computed({**about.loc[model].to_dict(), "model": model}, basis, score, family, reference_tokens))
    frame = tables.of_rows(rows, "densities")
    frame["record"] = False
    for _, group in frame[frame["density"].notna()].groupby("score_basis"):
        days = pd.to_datetime(group["publication_date"]).map(pd.Timestamp.toordinal)
        frame.loc[group.index[records(days, group["density"])], "record"] = True
    return frame


def compare_compressed(models: pd.DataFrame) -> pd.DataFrame:
    """Density of each compressed model beside its original's: table compressed_models."""
    density = models.set_index("model")["published_density"]
    made = models.dropna(subset=["derived_from"])
    frame = made[["model", "derived_from", "compression"]].assign(
        density=made["published_density"], original_density=made["derived_from"].map(density)
    )
    return frame.assign(density_ratio=frame["density"] / frame["original_density"])


def _with_means(scores: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Scores by model and basis, with the mean of the five where all are there."""
    wide = scores.pivot_table(index="model", columns="score_basis", values="score")
    found = {(str(r["model"]), str(r["score_basis"])): float(r["score"]) for r in scores.to_dict("records")}
    complete = wide.reindex(columns=list(BENCHMARKS)).dropna()
    return found | {(str(model), AVERAGE): float(mean) for model, mean in complete.mean(axis=1).items()}


def _about(model: Mapping[Any, Any]) -> dict[str, Any]:
    known = {name: model[name] for name in ("model", "publication_date", "n_parameters", "n_training_tokens")}
    return known | {"tokens_per_parameter": model["n_training_tokens"] / model["n_parameters"]}


def _published(model: Mapping[Any, Any], family: ReferenceFamily, reference_tokens: float) -> dict[str, Any]:
    """The published density, and for dense models the loss and mean score that it implies."""
    law, curve = family.loss_laws[AVERAGE], family.score_curves[AVERAGE]
    density = model["published_density"]
    row = _about(model) | {
        "score_basis": PUBLISHED,
        "status": "published",
        "density": density,
        "published_density": density,
    }
    if model["kind"] != "dense":
        # density then weighs memory and active parameters, which the published figure does not give apart
        return row
    loss = law.loss(density * model["n_parameters"], reference_tokens)
    return row | {"score": curve.score(loss)} | _of_loss(loss, model, AVERAGE, family, reference_tokens)


def _computed(
    model: Mapping[Any, Any], basis: str, score: float, family: ReferenceFamily, reference_tokens: float
) -> dict[str, Any]:
    curve: ScoreCurve = family.score_curves[basis]
    loss = curve.loss(score)
    row = _about(model) | {
        "score_basis": basis,
        "score": score,
        "published_density": model["published_density"] if basis == AVERAGE else np.nan,
    }
    if loss is None:
        return row | {"status": "the curve has no such score"}
    if not math.isfinite(family.loss_laws[basis].parameters(loss, reference_tokens)):
        return row | {"status": "no size reaches the loss at the reference tokens", "loss": loss}
    found = _of_loss(loss, model, basis, family, reference_tokens)
    return row | found | {"status": "computed", "density": found["n_effective_parameters"] / model["n_parameters"]}


def _of_loss(
    loss: float, model: Mapping[Any, Any], basis: str, family: ReferenceFamily, reference_tokens: float
) -> dict[str, Any]:
    """Effective parameters, their extrapolation, the other minimum's density and the gain in compute, of a loss."""
    size, tokens = model["n_parameters"], model["n_training_tokens"]
    effective = family.loss_laws[basis].parameters(loss, reference_tokens)
    by_least = family.least_loss_laws[basis].parameters(loss, reference_tokens)
    return {
        "loss": loss,
        "n_effective_parameters": effective,
        "extrapolation": effective / family.largest_model,
        "density_at_least_minimum": by_least / size if math.isfinite(by_least) else np.nan,
        "compute_gain": _reference_compute(family.loss_laws[basis], loss) / (6 * size * tokens),
    }


def _reference_compute(law: LossLaw, loss: float) -> float:
    """Training compute, 6ND in FLOP, of the reference's cheapest run to `loss`."""
    n_parameters, n_tokens = law.cheapest(loss)
    return 6 * n_parameters * n_tokens
