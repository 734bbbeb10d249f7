"""What algorithms save by scale: laws of the runs found again with A and B solved for, gains as ratios of best splits.

In: a run. Out: the check `scale_gains`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

from lmprogress.auditing.derivations.law_searches import FLOP_PER_PARAMETER_AND_TOKEN as FLOP
from lmprogress.auditing.derivations.law_searches import Floats
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FILE = "results/tables/scale_gains.parquet"
_KEY = ["algorithm", "basis", "number", "training_compute_flop"]
_CLOSE = 1e-6
# steps of the exponents that must not lower the sum of squares, and what it may fall by
_STEP, _NOISE = 1e-3, 1e-9


def check_scale_gains(run: RunFiles) -> Check:
    """Gains by published laws and by those of least squares at each irreducible loss, and the band over the losses that
    the runs do not reject."""
    check = Check("scale_gains", "what algorithms save by training compute and irreducible loss")
    held = readable(run, _FILE)
    if held is None:
        return check
    published = run.csv("raw/other_laws/published_gains.csv").drop(columns="source")
    follows = [published.astype(dict.fromkeys(published.columns[1:], float)).assign(basis="published", number=0)]
    runs = run.csv("raw/other_laws/scaling_runs.csv")
    runs = runs[runs["benchmark"] == run.reference_benchmark(run.config["report"]["edition"])]
    size, tokens, loss = (
        np.asarray(runs[name].astype(float), np.float64) for name in ("n_parameters", "n_training_tokens", "loss")
    )
    fitted = held[held["basis"] == "experiments"].drop_duplicates("number").sort_values("number")
    names = ["irreducible_loss", "parameter_exponent", "token_exponent"]
    solved = {
        number: _solved(e, alpha, beta, size, tokens, loss)
        for number, e, alpha, beta in fitted[["number", *names]].to_numpy()
    }
    least = min((squares for _, _, squares in solved.values()), default=0.0)
    limit = float(chi2.ppf(float(run.config["interval_percent"]) / 100, 1))
    ratios = {number: len(loss) * math.log(squares / least) for number, (_, _, squares) in solved.items()}
    for number, e, alpha, beta in fitted[["number", *names]].to_numpy():
        for by in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            moved = _solved(e, alpha + _STEP * by[0], beta + _STEP * by[1], size, tokens, loss)[2]
            if moved < solved[number][2] * (1 - _NOISE):
                check.fail(_FILE, f"number={number:.0f}", "its exponents are not those of least squares")
    laws = run.csv("raw/other_laws/allocation_laws.csv").query("form == 'loss'").set_index("law")
    flop = FLOP * size * tokens
    for row in held[held["basis"] != "published"].to_dict("records"):
        told: dict[str, Any] = {name: row[name] for name in _KEY}
        budget = row["training_compute_flop"]
        if row["basis"] in laws.index:
            law = laws.loc[row["basis"], [names[0], "parameter_scale", names[1], "token_scale", names[2]]]
            e, a, alpha, b, beta = law.astype(float).tolist()
            told |= dict(zip(names, (e, alpha, beta), strict=True))
            told["low_gain"] = told["high_gain"] = _gain(e, a, alpha, b, beta, run, budget)
        else:
            told["extrapolated"] = bool(budget < flop.min() or budget > flop.max())
        if row["basis"] == "experiments":
            e, alpha, beta = (row[name] for name in names)
            a, b, _ = solved[row["number"]]
            told |= {name: row[name] for name in names}
            told["low_gain"] = told["high_gain"] = _gain(e, a, alpha, b, beta, run, budget)
            told |= {"likelihood_ratio": ratios[row["number"]], "rejected": ratios[row["number"]] > limit}
        if row["basis"] == "band":
            inside = held[(held["basis"] == "experiments") & (held["training_compute_flop"] == budget)]
            gains = inside.loc[inside["number"].map(ratios) <= limit, "low_gain"]
            told |= {"low_gain": gains.min(), "high_gain": gains.max()}
        follows.append(pd.DataFrame([told]))
    again = pd.concat(follows, ignore_index=True)
    check.equal(_FILE, held[list(again.columns)], again, _KEY, _CLOSE, _CLOSE)
    return check


def _solved(
    e: float, alpha: float, beta: float, size: Floats, tokens: Floats, loss: Floats
) -> tuple[float, float, float]:
    """A and B of least squares, and the sum of squares there."""
    # of one order, so that the equations are well posed
    middle = float(np.exp(np.log(size).mean())), float(np.exp(np.log(tokens).mean()))
    design = np.column_stack([(size / middle[0]) ** -alpha, (tokens / middle[1]) ** -beta])
    (a, b), *_ = np.linalg.lstsq(design, loss - e, rcond=None)
    left = loss - e - design @ (a, b)
    return float(a * middle[0] ** alpha), float(b * middle[1] ** beta), float(left @ left)


def _gain(e: float, a: float, alpha: float, b: float, beta: float, run: RunFiles, budget: float) -> float:
    """The budget, split as by Kaplan et al., over that of the best split of equal loss."""
    values = run.csv("raw/reference/published.csv").set_index("reference_id")["value"]
    alpha_n, alpha_d, n_c, d_c = (
        float(values[f"appendix_b/kaplan/{name}"]) for name in ("alpha_n", "alpha_d", "n_c", "d_c")
    )
    product = math.log(budget / FLOP)

    def of_kaplan(log_n: float) -> float:
        return (n_c / math.exp(log_n)) ** (alpha_n / alpha_d) + d_c / math.exp(product - log_n)

    log_n = minimize_scalar(of_kaplan, bounds=(0, product), method="bounded", options={"xatol": 1e-11}).x
    reducible = a * math.exp(-alpha * log_n) + b * math.exp(-beta * (product - log_n))

    def of_best(log_n: float) -> float:
        return a * math.exp(-alpha * log_n) + b * math.exp(-beta * (product - log_n))

    least = minimize_scalar(of_best, bounds=(-50, product + 50), method="bounded", options={"xatol": 1e-11}).fun
    # along best splits the reducible loss falls as this power of compute
    return float((reducible / least) ** ((alpha + beta) / (alpha * beta)))
