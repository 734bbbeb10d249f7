"""Loss laws and score curves of Densing Law's reference family, sought again from their points by another method.

In: a run. Out: the check `reference_family`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

Floats = NDArray[np.float64]
# residuals (S, n) and how they rise with each coefficient (S, n, p), at coefficients (S, p)
Model = Callable[[Floats], tuple[Floats, Floats]]
LOSS = ("parameter_scale", "parameter_exponent", "token_scale", "token_exponent")
SCORE = ("height", "slope", "midpoint", "floor")
_FILE = "results/tables/reference_fits.parquet"
_KEY = ["score_basis", "law", "minimum", "coefficient"]
# tried on a grid, the scales being linear; exponents, slopes (1/nats) and midpoints (nats)
_EXPONENTS = np.geomspace(0.02, 3.0, 60)
_SLOPES, _MIDPOINTS = -np.geomspace(2.0, 200.0, 40), np.linspace(0.01, 1.0, 60)
_PARALLEL = 1e-6  # two columns that differ by less, squared sine of their angle, are one
_CERTAIN = (0.0, 100.0)  # loss and score, %, that the curves are led through: every answer is certain
_STEPS, _ENDED = 150, 1e-12  # a search ends when the sum of squares falls by less, relative
_DISTINCT = 1e-3  # between coefficients of two minima
_SOUGHT, _CLOSE = 1e-5, 1e-9  # between two searches; between sums in another order


def check_reference_family(run: RunFiles) -> Check:
    """Each curve is the least one of its points, or the minimum nearest to the published one; its deviation."""
    check = Check("reference_family", "loss laws and score curves of the reference family, sought by another method")
    held = readable(run, _FILE)
    if held is None:
        return check
    losses, scores, curves = (
        run.csv(f"raw/other_laws/reference_{name}.csv") for name in ("losses", "scores", "curves")
    )
    names = zip(curves["score_basis"], curves["law"], curves["coefficient"], strict=True)
    published = dict(zip(names, curves["value"].astype(float), strict=True))
    rows: list[dict[str, Any]] = []
    for basis, points in losses.groupby("score_basis"):
        size, tokens, loss = (points[name].to_numpy(float) for name in ("n_parameters", "n_training_tokens", "loss"))
        logs = np.log(size), np.log(tokens)
        minima = _loss_minima(*logs, loss)
        near = _logs(np.array([published[str(basis), "loss", name] for name in LOSS]))
        places = {"least": 0, "published": int((((minima - near) / (1 + np.abs(near))) ** 2).sum(axis=1).argmin())}
        for minimum, place in places.items():
            about = {"score_basis": basis, "law": "loss", "minimum": minimum}
            rows += _rows(about, LOSS, np.where([True, False] * 2, np.exp(minima[place]), minima[place]))
            told = held[(held["score_basis"] == basis) & (held["law"] == "loss") & (held["minimum"] == minimum)]
            fitted = _logs(told.set_index("coefficient")["estimate"].reindex(list(LOSS)).to_numpy(float))
            _compare_deviation(check, told, about, _loss_model(*logs, loss)(fitted[None])[0][0])
            if (told["n_minima"] > len(minima)).any():
                check.fail(_FILE, f"score_basis={basis}, law=loss", f"has more minima than the {len(minima)} there are")
    for basis, points in scores[scores["fitted"] == "true"].groupby("score_basis"):
        loss, score = (points[name].to_numpy(float) for name in ("loss", "score"))
        about = {"score_basis": basis, "law": "score", "minimum": "least"}
        rows += _rows(about, SCORE, _score_minimum(np.append(loss, _CERTAIN[0]), np.append(score, _CERTAIN[1])))
        told = held[(held["score_basis"] == basis) & (held["law"] == "score")]
        fitted = told.set_index("coefficient")["estimate"].reindex(list(SCORE)).to_numpy(float)
        _compare_deviation(check, told, about, _score_model(loss, score)(fitted[None])[0][0])
    follows = pd.DataFrame(rows)
    check.equal(_FILE, held[list(follows.columns)], follows, _KEY, _SOUGHT, _SOUGHT)
    follows["published"] = [published[row["score_basis"], row["law"], row["coefficient"]] for row in rows]
    check.equal(_FILE, held[[*_KEY, "published"]], follows[[*_KEY, "published"]], _KEY)
    return check


def _rows(about: dict[str, Any], names: tuple[str, ...], values: Floats) -> list[dict[str, Any]]:
    return [
        about | {"coefficient": name, "estimate": value} for name, value in zip(names, values.tolist(), strict=True)
    ]


def _compare_deviation(check: Check, told: pd.DataFrame, about: dict[str, Any], residual: Floats) -> None:
    """Root mean square of the residuals of the curve as it is recorded, and their number."""
    shown = told[["score_basis", "law", "minimum", "rmse", "n_points"]].drop_duplicates()
    follows = pd.DataFrame([about | {"rmse": float(np.sqrt((residual**2).mean())), "n_points": len(residual)}])
    check.equal(_FILE, shown, follows, _KEY[:-1], _CLOSE)


def _logs(coefficients: Floats) -> Floats:
    """(a, α, b, β) as (ln a, α, ln b, β)."""
    return np.where([True, False] * 2, np.log(np.where([True, False] * 2, coefficients, 1.0)), coefficients)


def _loss_model(log_size: Floats, log_tokens: Floats, loss: Floats) -> Model:
    """loss = a·N^−α + b·D^−β (Densing Law, equation 2), over (ln a, α, ln b, β)."""

    def model(theta: Floats) -> tuple[Floats, Floats]:
        by_size = np.exp(theta[:, :1] - theta[:, 1:2] * log_size)
        by_tokens = np.exp(theta[:, 2:3] - theta[:, 3:] * log_tokens)
        rise = [by_size, -by_size * log_size, by_tokens, -by_tokens * log_tokens]
        return by_size + by_tokens - loss, np.stack(rise, axis=2)

    return model


def _score_model(loss: Floats, score: Floats) -> Model:
    """score = height / (1 + exp(−slope·(loss − midpoint))) + floor, % (Densing Law, equation 3)."""

    def model(theta: Floats) -> tuple[Floats, Floats]:
        height, slope, midpoint, floor = (theta[:, i : i + 1] for i in range(4))
        share = 1 / (1 + np.exp(np.clip(-slope * (loss - midpoint), -700, 700)))
        bent = height * share * (1 - share)
        rise = [share, bent * (loss - midpoint), -bent * slope, np.ones_like(share)]
        return height * share + floor - score, np.stack(rise, axis=2)

    return model


def _loss_minima(log_size: Floats, log_tokens: Floats, loss: Floats) -> Floats:
    """All minima of the sum of squares, (m, 4), the least first: from each low place of a grid of exponents."""
    sizes, tokens = (np.exp(-np.outer(_EXPONENTS, logs - logs.min())) for logs in (log_size, log_tokens))
    by_size, by_tokens, squares = _linear(sizes, tokens, loss)
    squares[(by_size <= 0) | (by_tokens <= 0)] = np.inf
    padded, n = np.pad(squares, 1, constant_values=np.inf), len(_EXPONENTS)
    around = [padded[1 + i : n + 1 + i, 1 + j : n + 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
    at, of = np.nonzero((squares < np.min(around, axis=0)) & np.isfinite(squares))
    alpha, beta = _EXPONENTS[at], _EXPONENTS[of]
    scales = np.log(by_size[at, of]) + alpha * log_size.min(), np.log(by_tokens[at, of]) + beta * log_tokens.min()
    ends, squares = _descend(_loss_model(log_size, log_tokens, loss), np.stack([scales[0], alpha, scales[1], beta], 1))
    kept: list[Floats] = []
    for theta in ends[np.argsort(squares)]:
        if all(np.abs(theta - other).max() > _DISTINCT for other in kept):
            kept.append(theta)
    return np.array(kept)


def _score_minimum(loss: Floats, score: Floats) -> Floats:
    """The curve of the least sum of squares with a floor of at least zero, (4,)."""
    slope, midpoint = (axis.ravel() for axis in np.meshgrid(_SLOPES, _MIDPOINTS, indexing="ij"))
    share = 1 / (1 + np.exp(np.clip(-slope[:, None] * (loss - midpoint[:, None]), -700, 700)))
    height, floor, squares = (part[:, 0] for part in _linear(share, np.ones((1, len(loss))), score))
    least = int(np.where((height > 0) & (np.abs(floor) < _CERTAIN[1]), squares, np.inf).argmin())
    model = _score_model(loss, score)
    ends, _ = _descend(model, np.array([[height[least], slope[least], midpoint[least], floor[least]]]))
    if ends[0, 3] < 0:
        ends, _ = _descend(model, np.append(ends[0, :3], 0.0)[None], free=3)
    return np.asarray(ends[0])


def _linear(ones: Floats, others: Floats, response: Floats) -> tuple[Floats, Floats, Floats]:
    """Weights and sum of squares of the least squares on each pair of columns (k, n) and (l, n), (k, l) each."""
    one, other, both = (ones**2).sum(axis=1)[:, None], (others**2).sum(axis=1)[None], ones @ others.T
    of_one, of_other = (ones @ response)[:, None], (others @ response)[None]
    spread = one * other - both**2
    told_apart = spread > _PARALLEL * one * other
    spread = np.where(told_apart, spread, 1.0)
    first, second = (other * of_one - both * of_other) / spread, (one * of_other - both * of_one) / spread
    squares = response @ response - first * of_one - second * of_other
    return first, second, np.where(told_apart, squares, np.inf)


def _descend(model: Model, theta: Floats, free: int = 4) -> tuple[Floats, Floats]:
    """Coefficients (S, 4) and sums of squares (S,) where damped Gauss-Newton steps end (Marquardt 1963).

    The first `free` coefficients move.
    """
    theta, damping = theta.copy(), np.full(len(theta), 1e-3)
    residual, rise = model(theta)
    squares, quiet = (residual**2).sum(axis=1), 0
    for _ in range(_STEPS):
        slopes = rise[:, :, :free]
        square = np.swapaxes(slopes, 1, 2) @ slopes
        diagonal = np.einsum("spp->sp", square)
        diagonal *= 1 + damping[:, None]
        step = np.zeros_like(theta)
        step[:, :free] = np.linalg.solve(square, -(np.swapaxes(slopes, 1, 2) @ residual[..., None]))[..., 0]
        tried, tried_rise = model(theta + step)
        found = (tried**2).sum(axis=1)
        better = found < squares
        quiet = 0 if (squares - found > _ENDED * squares).any() else quiet + 1
        theta[better] += step[better]
        residual[better], rise[better], squares[better] = tried[better], tried_rise[better], found[better]
        damping = np.clip(np.where(better, damping / 8, damping * 8), 1e-12, 1e9)
        if quiet > 3:
            break
    return theta, squares
