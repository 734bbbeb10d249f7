"""Budgets by laws of allocation: what they allot, what serving and smaller models cost, what progress makes of them.

In: a run. Out: the check `budgets`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from lmprogress.auditing.derivations.law_searches import FLOP_PER_PARAMETER_AND_TOKEN as FLOP
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE = 1e-9
_NEAR = 1e-6  # of a least total that another step in size must not lower
_SERVING = 2  # FLOP per parameter and token served


class _Law(NamedTuple):
    """E + A·N^−α + B·D^−β, nats (Hoffmann et al. 2022, arXiv 2203.15556, equation 2)."""

    e: float
    a: float
    alpha: float
    b: float
    beta: float

    def loss(self, n: float, d: float) -> float:
        return self.e + self.a * n**-self.alpha + self.b * d**-self.beta

    def best(self, flop: float) -> tuple[float, float]:
        """Parameters and tokens of least loss: where a step along the budget changes nothing."""
        ratio = (self.alpha * self.a / (self.beta * self.b)) ** (1 / (self.alpha + self.beta))
        n = ratio * (flop / FLOP) ** (self.beta / (self.alpha + self.beta))
        return n, flop / FLOP / n

    def tokens(self, loss: float, n: float) -> float:
        rest = loss - self.e - self.a * n**-self.alpha
        return (self.b / rest) ** (1 / self.beta) if rest > 0 else math.nan


def check_budgets(run: RunFiles) -> Check:
    """Every table of budgets from the laws of raw/other_laws, and the doubling times of the main fits."""
    check = Check("budgets", "allotments, costs of serving and of smaller models, growth by progress")
    laws = run.csv("raw/other_laws/allocation_laws.csv").set_index("law")
    numbers = laws.drop(columns=["label", "form", "source"]).astype(float)
    names = ["irreducible_loss", "parameter_scale", "parameter_exponent", "token_scale", "token_exponent"]
    by_loss = {law: _Law(*numbers.loc[law, names]) for law in laws.index[laws["form"] == "loss"]}
    tables = {
        "allocations": (_allocations(run, laws, numbers, by_loss), ["law", "training_compute_flop"]),
        "compute_budget": (_runs(run, laws, numbers, by_loss), ["model", "law"]),
        "budget_projection": (_projection(run), ["edition", "training_compute_flop", "years"]),
    }
    for name, (follows, key) in tables.items():
        found = readable(run, f"results/tables/{name}.parquet")
        if found is not None:
            check.equal(f"results/tables/{name}.parquet", found[list(follows.columns)], follows, key, _CLOSE)
    _check_serving(check, run, by_loss)
    _check_sizes(check, run, by_loss)
    return check


def _allot(
    law: str, flop: float, laws: pd.DataFrame, numbers: pd.DataFrame, by_loss: dict[str, _Law]
) -> tuple[float, float]:
    if law in by_loss:
        return by_loss[law].best(flop)
    if laws.loc[law, "form"] == "ratio":
        n = math.sqrt(flop / (FLOP * float(numbers["tokens_per_parameter"][law])))
        return n, flop / FLOP / n
    return math.nan, math.nan


def _allocations(run: RunFiles, laws: pd.DataFrame, numbers: pd.DataFrame, by_loss: dict[str, _Law]) -> pd.DataFrame:
    rows = []
    for law in laws.index:
        grown = 0.5
        if law in by_loss:
            grown = by_loss[law].beta / (by_loss[law].alpha + by_loss[law].beta)
        elif laws.loc[law, "form"] == "exponents":
            grown = float(numbers.loc[law, "compute_exponent"])
        for flop in map(float, run.config["other_laws"]["budgets_flop"]):
            n, d = _allot(law, flop, laws, numbers, by_loss)
            row = {"law": law, "training_compute_flop": flop, "n_parameters": n, "n_training_tokens": d}
            row |= {"tokens_per_parameter": d / n, "tenfold_parameters": 10**grown}
            rows.append(row | {"tenfold_tokens": 10 / 10**grown})
    return pd.DataFrame(rows)


def _runs(run: RunFiles, laws: pd.DataFrame, numbers: pd.DataFrame, by_loss: dict[str, _Law]) -> pd.DataFrame:
    rows = []
    for made in run.csv("raw/other_laws/training_runs.csv").to_dict("records"):
        n, d = float(made["n_parameters"]), float(made["n_training_tokens"])
        flop = FLOP * n * d
        for law in laws.index[laws["form"] != "exponents"]:
            best = _allot(law, flop, laws, numbers, by_loss)
            row = {"model": made["model"], "publication_date": made["publication_date"], "law": law, "n_parameters": n}
            row |= {"n_training_tokens": d, "tokens_per_parameter": d / n, "training_compute_flop": flop}
            row |= {"optimal_n_parameters": best[0], "optimal_n_training_tokens": best[1], "size_ratio": n / best[0]}
            row |= dict.fromkeys(("loss", "optimal_loss", "compute_saved"), math.nan)
            if (by := by_loss.get(law)) is not None:
                # along best splits the reducible loss falls as this power of compute
                power = by.alpha * by.beta / (by.alpha + by.beta)
                loss, least = by.loss(n, d), by.loss(*best)
                saved = ((loss - by.e) / (least - by.e)) ** (1 / power)
                row |= {"loss": loss, "optimal_loss": least, "compute_saved": saved}
            rows.append(row)
    return pd.DataFrame(rows)


def _gain(years: float, doubling_months: float) -> float:
    """Growth over `years`; infinite beyond 1,024 doublings, which no float holds."""
    doublings = 12 * years / doubling_months if doubling_months else math.copysign(math.inf, years) if years else 0.0
    return 2**doublings if doublings < 1024 else math.inf


def _projection(run: RunFiles) -> pd.DataFrame:
    settings = run.config["other_laws"]
    times, rows = readable(run, "results/tables/verdict.parquet"), []
    if times is not None:
        for time in times.to_dict("records"):
            # an empty doubling time is infinite; an empty low end bounds nothing
            estimate, low, high = (
                math.inf if math.isnan(time[f"{end}_months"]) else time[f"{end}_months"]
                for end in ("estimate", "low", "high")
            )
            for flop in map(float, settings["budgets_flop"]):
                for years in map(float, settings["projected_years"]):
                    gain = _gain(years, estimate)
                    row = {"edition": time["edition"], "training_compute_flop": flop}
                    row |= {
                        "years": years,
                        "doubling_months": time["estimate_months"],
                        "gain": gain,
                        "needed_flop": flop / gain if gain else math.inf,
                    }
                    row |= {"gain_low": _gain(years, high)}
                    rows.append(row | {"gain_high": _gain(years, low) if 0 < low < math.inf else math.nan})
    columns = [
        "edition",
        "training_compute_flop",
        "years",
        "doubling_months",
        "gain",
        "gain_low",
        "gain_high",
        "needed_flop",
    ]
    return pd.DataFrame(rows, columns=columns)


def _check_serving(check: Check, run: RunFiles, by_loss: dict[str, _Law]) -> None:
    """Each run reaches the loss of the optimal one, and no size beside its own costs less in all."""
    file = "results/tables/inference_trade_off.parquet"
    held = readable(run, file)
    if held is None:
        return
    rows = []
    for row in held.to_dict("records"):
        law, flop, served, n = (
            by_loss[row["law"]],
            row["training_compute_flop"],
            row["n_served_tokens"],
            row["n_parameters"],
        )
        best = law.best(flop)
        loss = law.loss(*best)
        d = law.tokens(loss, n)
        total = FLOP * n * d + _SERVING * n * served
        about = {name: row[name] for name in ("law", "training_compute_flop", "n_served_tokens")}
        about |= {"n_training_tokens": d, "size_ratio": n / best[0], "training_ratio": n * d / (best[0] * best[1])}
        about |= {"total_flop": total, "saving": 1 - total / (FLOP * best[0] * best[1] + _SERVING * best[0] * served)}
        rows.append(about)
        for step in (0.999, 1.001):
            beside = FLOP * n * step * law.tokens(loss, n * step) + _SERVING * n * step * served
            if beside < total * (1 - _NEAR):
                named = f"law={row['law']}, training_compute_flop={flop:g}, n_served_tokens={served:g}"
                check.fail(file, named, "n_parameters is not the size of least compute")
    check.covers(file, "n_parameters")
    follows = pd.DataFrame(rows)
    check.equal(
        file, held[list(follows.columns)], follows, ["law", "training_compute_flop", "n_served_tokens"], 1e-6, 1e-9
    )


def _check_sizes(check: Check, run: RunFiles, by_loss: dict[str, _Law]) -> None:
    """Tokens and compute that bring a model of other size to the loss of the optimal one, at any budget."""
    file = "results/tables/size_trade_off.parquet"
    held = readable(run, file)
    if held is None:
        return
    rows = []
    for row in held.to_dict("records"):
        law, ratio = by_loss[row["law"]], row["size_ratio"]
        n, d = law.best(1e24)
        tokens = law.tokens(law.loss(n, d), ratio * n) / d
        rows.append({"law": row["law"], "size_ratio": ratio, "token_ratio": tokens, "training_ratio": ratio * tokens})
    follows = pd.DataFrame(rows)
    check.equal(file, held[list(follows.columns)], follows, ["law", "size_ratio"], 1e-8)
