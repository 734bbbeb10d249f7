"""The reference family of Densing Law: its loss laws and score curves, fitted to the points.

In: losses and scores of the reference models. Out: coefficients, and what they make of a score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

from lmprogress.core import tables
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.multistart import Minimum, minimise
from lmprogress.laws.solver.objective import Problem
from lmprogress.other_laws.loss_law import LossLaw

LOSS_COEFFICIENTS = ("parameter_scale", "parameter_exponent", "token_scale", "token_exponent")
SCORE_COEFFICIENTS = ("height", "slope", "midpoint", "floor")
# a loss of zero means that every answer is certain, so that the curve is led through a full score there
_CERTAIN = (0.0, 100.0)


@dataclass(frozen=True)
class ScoreCurve:
    """score = height / (1 + exp(−slope·(loss − midpoint))) + floor, % (Densing Law, equation 3)."""

    height: float
    slope: float
    midpoint: float
    floor: float

    def score(self, loss: float) -> float:
        """Score, %."""
        return self.height / (1 + math.exp(-self.slope * (loss - self.midpoint))) + self.floor

    def loss(self, score: float) -> float | None:
        """Loss at which the curve has `score`; none where the curve never has it, or only below a loss of zero."""
        share = (score - self.floor) / self.height
        if not 0 < share < 1:
            return None
        loss = self.midpoint - math.log(1 / share - 1) / self.slope
        return loss if loss > 0 else None


@dataclass(frozen=True)
class ReferenceFamily:
    """Loss law of the published minimum, loss law of the least minimum and score curve, of each score basis."""

    loss_laws: Mapping[str, LossLaw]
    least_loss_laws: Mapping[str, LossLaw]
    score_curves: Mapping[str, ScoreCurve]
    largest_model: float


def fit_loss_law(n_parameters: Floats, n_tokens: Floats, loss: Floats, n_starts: int, name: str) -> Minimum:
    """All minima of the sum of squares over (ln a, α, ln b, β), by the solver of sums of exponentials."""
    n = len(loss)
    terms = np.zeros((2, n, 4))
    terms[0, :, 0], terms[0, :, 1] = 1, -np.log(n_parameters)
    terms[1, :, 2], terms[1, :, 3] = 1, -np.log(n_tokens)
    problem = Problem(terms, np.zeros((n, 4)), loss)
    starts = named_generator("reference loss law", name)
    return minimise(problem, [0.0], n_starts, [starts], tolerance=1e-12, max_iterations=500)[0]


def fit_score_curve(loss: Floats, score: Floats) -> tuple[ScoreCurve, float]:
    """The curve of least squares through the points and through a full score at no loss, and its RMSE over the points.

    The floor is at least zero. That the published curves were led through that point is not stated; with it all six
    come out, without it none does.
    """
    x, y = np.append(loss, _CERTAIN[0]), np.append(score, _CERTAIN[1])

    def residuals(curve: Floats) -> Floats:
        height, slope, midpoint, floor = curve
        return np.asarray(height / (1 + np.exp(-slope * (x - midpoint))) + floor - y)

    start = [80.0, -2.5 / float(np.mean(loss)) * 2, float(np.median(loss)), 10.0]
    bounds = ([0, -np.inf, 0, 0], [np.inf, 0, np.inf, 100])
    found = scipy.optimize.least_squares(
        residuals, start, bounds=bounds, x_scale=[10, 10, 0.1, 10], xtol=1e-14, ftol=1e-14, gtol=1e-14
    )
    rmse = float(np.sqrt(np.mean(np.square(found.fun[:-1]))))
    height, slope, midpoint, floor = (float(v) for v in found.x)
    return ScoreCurve(height, slope, midpoint, 0.0 if found.active_mask[3] else floor), rmse


def fit_reference_family(
    losses: pd.DataFrame, scores: pd.DataFrame, published: pd.DataFrame, n_starts: int
) -> tuple[ReferenceFamily, pd.DataFrame]:
    """The family, and the frame of the table reference_fits.

    losses, scores, published: tables reference_losses, reference_scores, reference_curves. The sum of squares has
    more than one minimum, since tokens and parameters grow together in the family: the published law lies in one that
    is not always the least, so that both are given.
    """
    known = {
        (row["score_basis"], row["law"], row["coefficient"]): float(row["value"])
        for row in published.to_dict("records")
    }
    near: dict[str, LossLaw] = {}
    least: dict[str, LossLaw] = {}
    curves: dict[str, ScoreCurve] = {}
    rows: list[dict[str, Any]] = []
    for basis, points in losses.groupby("score_basis", sort=False):
        name = str(basis)
        size, tokens, loss = (points[c].to_numpy(float) for c in ("n_parameters", "n_training_tokens", "loss"))
        found = fit_loss_law(size, tokens, loss, n_starts, name)
        target = _logs([known[name, "loss", c] for c in LOSS_COEFFICIENTS])
        scale = 1 + np.abs(target)
        nearest = found.basins[np.argmin(np.square((found.basins - target) / scale).sum(axis=1))]
        for minimum, theta, laws in (("published", nearest, near), ("least", found.coefficients, least)):
            law = LossLaw(math.exp(theta[0]), float(theta[1]), math.exp(theta[2]), float(theta[3]))
            laws[name] = law
            fitted = np.array([law.loss(n, d) for n, d in zip(size, tokens, strict=True)])
            common = {
                "score_basis": name,
                "law": "loss",
                "minimum": minimum,
                "rmse": float(np.sqrt(np.mean(np.square(fitted - loss)))),
                "n_points": len(loss),
                "n_minima": len(found.basins),
            }
            rows += [{**common, "coefficient": c, "estimate": getattr(law, c)} for c in LOSS_COEFFICIENTS]
    for basis, points in scores[scores["fitted"].astype(bool)].groupby("score_basis", sort=False):
        name = str(basis)
        curve, rmse = fit_score_curve(points["loss"].to_numpy(float), points["score"].to_numpy(float))
        curves[name] = curve
        common = {"score_basis": name, "law": "score", "minimum": "least", "rmse": rmse, "n_points": len(points)}
        rows += [{**common, "n_minima": 1, "coefficient": c, "estimate": getattr(curve, c)} for c in SCORE_COEFFICIENTS]
    frame = tables.of_rows(rows, "reference_fits")
    frame["published"] = [
        known[key] for key in zip(frame["score_basis"], frame["law"], frame["coefficient"], strict=True)
    ]
    return ReferenceFamily(near, least, curves, float(losses["n_parameters"].max())), frame


def _logs(coefficients: list[float]) -> Floats:
    a, alpha, b, beta = coefficients
    return np.array([math.log(a), alpha, math.log(b), beta])
