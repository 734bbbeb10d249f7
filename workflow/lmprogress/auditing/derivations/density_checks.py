"""Capability densities of models again, from public scores and the recorded curves of the reference family.

In: a run. Out: the check `densities`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.reference_checks import LOSS, SCORE
from lmprogress.auditing.derivations.trend_values import days, records
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FILE = "results/tables/densities.parquet"
_MEAN_OF = ("MMLU", "BBH", "MATH", "MBPP", "HumanEval")
_MEAN, _PUBLISHED = "Average", "published"
_CLOSE = 1e-9
_Curve = Mapping[str, float]


def check_densities(run: RunFiles) -> Check:
    """Losses, effective parameters, densities and gains in compute of every model by each score; records."""
    check = Check("densities", "densities and gains in compute from scores and the curves of the reference family")
    held, fits = readable(run, _FILE), readable(run, "results/tables/reference_fits.parquet")
    if held is None or fits is None:
        return check
    curves: dict[tuple[str, ...], dict[str, float]] = {}
    for *key, name, value in zip(
        *(fits[name] for name in ("score_basis", "law", "minimum", "coefficient", "estimate")), strict=True
    ):
        curves.setdefault(tuple(key), {})[name] = value
    models, scores = (run.csv(f"raw/other_laws/{name}.csv") for name in ("density_models", "benchmark_scores"))
    numbers = ["n_parameters", "published_density", "n_training_tokens"]
    by_name: dict[Any, dict[Any, Any]] = (
        models.astype(dict.fromkeys(numbers, float)).set_index("model", drop=False).to_dict("index")
    )
    found: dict[tuple[Any, str], float] = {}
    for model, basis, score in zip(scores["model"], scores["score_basis"], scores["score"].astype(float), strict=True):
        found[model, basis] = score
    for model in by_name:
        of_model = [found.get((model, basis)) for basis in _MEAN_OF]
        if all(score is not None for score in of_model):
            found[model, _MEAN] = float(np.mean(np.array(of_model, float)))
    tokens = float(run.config["other_laws"]["reference_tokens"])
    largest = run.csv("raw/other_laws/reference_losses.csv")["n_parameters"].astype(float).max()
    rows = []
    for (model, basis), score in found.items():
        rows.append(_row(by_name[model], basis, curves, tokens, largest, score))
    for about in by_name.values():
        rows.append(_row(about, _PUBLISHED, curves, tokens, largest, None))
    follows = pd.DataFrame(rows)
    follows["record"] = False
    for _, part in follows[follows["density"].notna()].groupby("score_basis"):
        best = records(days(part["publication_date"]), part["density"].to_numpy(float))
        follows.loc[part.index[best], "record"] = True
    check.equal(_FILE, held, follows[list(held.columns)], ["model", "score_basis"], _CLOSE)
    return check


def _row(
    about: Mapping[Any, Any],
    basis: str,
    curves: Mapping[tuple[str, ...], _Curve],
    tokens: float,
    largest: float,
    score: float | None,
) -> dict[str, Any]:
    """A model by a score; without one, as published, with the score that its density implies."""
    size, trained, published = (about[name] for name in ("n_parameters", "n_training_tokens", "published_density"))
    empty = ("score", "loss", "n_effective_parameters", "density", "density_at_least_minimum")
    row: dict[str, Any] = dict.fromkeys((*empty, "extrapolation", "compute_gain"), np.nan)
    row |= {name: about[name] for name in ("model", "publication_date", "n_parameters", "n_training_tokens")}
    row |= {"score_basis": basis, "tokens_per_parameter": trained / size}
    row["published_density"] = published if basis in (_MEAN, _PUBLISHED) else np.nan
    curve_of = _MEAN if score is None else basis
    a, alpha, b, beta = (curves[curve_of, "loss", "published"][name] for name in LOSS)
    height, slope, midpoint, floor = (curves[curve_of, "score", "least"][name] for name in SCORE)
    if score is None:
        row |= {"status": "published", "density": published}
        if about["kind"] != "dense":
            return row
        loss = a * (published * size) ** -alpha + b * tokens**-beta
        row["score"] = height / (1 + np.exp(-slope * (loss - midpoint))) + floor
    else:
        share = (score - floor) / height
        loss = midpoint - np.log(1 / share - 1) / slope if 0 < share < 1 else -1.0
        row["score"] = score
        if loss <= 0:
            return row | {"status": "the curve has no such score"}
    row["loss"] = loss
    effective = _parameters(curves[curve_of, "loss", "published"], loss, tokens)
    if not np.isfinite(effective):
        return row | {"status": "no size reaches the loss at the reference tokens"}
    if score is not None:
        row |= {"status": "computed", "density": effective / size}
    row |= {"n_effective_parameters": effective, "extrapolation": effective / largest}
    by_least = _parameters(curves[curve_of, "loss", "least"], loss, tokens)
    row["density_at_least_minimum"] = by_least / size if np.isfinite(by_least) else np.nan
    # at the least 6ND the terms of size and of tokens are to each other as β to α
    of_size, of_tokens = (beta * loss / (alpha + beta), alpha * loss / (alpha + beta))
    cheapest = (a / of_size) ** (1 / alpha) * (b / of_tokens) ** (1 / beta)
    return row | {"compute_gain": cheapest / (size * trained)}


def _parameters(law: _Curve, loss: float, tokens: float) -> float:
    """Parameters that reach a loss on so many tokens; infinite where none do."""
    a, alpha, b, beta = (law[name] for name in LOSS)
    rest = loss - b * tokens**-beta
    return float((a / rest) ** (1 / alpha)) if rest > 0 else np.inf
