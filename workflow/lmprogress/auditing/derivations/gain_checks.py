"""Gains by laws, found again from coefficients and replicates: the transformer, compute, frontiers, splits.

In: a run. Out: the check `gains`.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_tables import (
    FIT,
    estimates,
    folders,
    main_fit,
    percentiles,
    resampled,
    stacked,
    thetas,
)
from lmprogress.auditing.derivations.law_searches import FLOP_PER_PARAMETER_AND_TOKEN, Floats
from lmprogress.auditing.derivations.search_checks import Laws, best_pairs
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE, _CANCELLED = 1e-8, 1e-9
_HALVED = 1e-6  # of roots that are halved to, where the loss is flat
_STEPS = 4  # points a year of the drawn curves
_TRANSFORMER = "transformer_gain"
_MOST_LOG_PARAMETERS = math.log(1e40)  # more of them are none


def check_gains(run: RunFiles) -> Check:
    """The transformer's gain, growth of effective compute, frontiers of parameters and tokens, splits of compute."""
    check = Check("gains", "gains of the transformer, effective compute, frontiers, and splits of compute")
    for _, procedure, folder in folders(run, "transformer_gains"):
        _check_transformer(check, run, folder, procedure)
    for _, _, folder in folders(run, "pareto_frontiers"):
        _check_frontiers(check, run, folder)
    _check_growth(check, run)
    _check_splits(check, run)
    return check


def _check_transformer(check: Check, run: RunFiles, folder: str, procedure: str) -> None:
    file = f"{folder}/transformer_gains.parquet"
    held, times = readable(run, file), readable(run, f"{folder}/doubling_times.parquet")
    if held is None or times is None:
        return
    settings, main = run.config["gains"], run.config["fit"]["main"]
    half, growth = float(run.config["interval_percent"]) / 2, settings["growth"]
    passed = 12 * (growth["last_year"] - growth["first_year"])
    own = times[(times["specification"] == main["specification"]) & (times["penalty"] == main["penalty"])
                & (times["quantity"] == "effective_compute")
                & (times["interval_method"] == main["interval_methods"][procedure])]["median_months"]  # fmt: skip
    months = float(own.iloc[0]) if len(own) and pd.notna(own.iloc[0]) else math.nan
    drawn = growth["algorithms_doubling_months"] if procedure == "study" else months
    ranks = best_pairs(run, folder)
    rows = []
    for key, fit, theta in _with_gain(run, folder):
        rank = 0 if key[0] == _TRANSFORMER else ranks.get((key[0].removesuffix(f"_{_TRANSFORMER}"), key[2]))
        if rank is None:
            continue
        together, alone = (Laws(run, folder).law(key[0], theta, fit, group=group) for group in ("all", "others"))
        # 1 − σ(γ)
        reduction = 1 / (1 + np.exp(theta["gamma_transformer"]))
        for budget in settings["transformer_budgets_flop"]:
            gain = together.transformer_gain(alone, float(budget), float(settings["conversion"]["year"]))
            row = dict(zip(FIT, key, strict=True)) | {"rank": rank, "compute_flop": float(budget), "gain": gain[0]}
            row |= percentiles("gain", gain[1:], half) | {"loss_reduction": reduction[0], "n_replicates": len(gain) - 1}
            row |= percentiles("loss_reduction", reduction[1:], half)
            worth = math.log2(row["median_gain"]) if row["median_gain"] > 0 else math.nan
            rows.append(row | {"gain_months": worth * months, "growth_share": worth * drawn / passed})
    key_columns = [*FIT, "rank", "compute_flop"]
    names = list(rows[0]) if rows else key_columns
    check.equal(file, held[names], pd.DataFrame(rows, columns=names), key_columns, _HALVED, _CANCELLED)


def _with_gain(run: RunFiles, folder: str) -> Iterator[tuple[tuple[Any, ...], dict[Any, Any], dict[str, Floats]]]:
    for part in (folder, f"{folder}/best_with_transformer_gain"):
        fits = readable(run, f"{part}/fits.parquet")
        if fits is None:
            continue
        fitted, drawn = estimates(run, part), resampled(run, part)
        chosen = fits[fits["specification"] == _TRANSFORMER] if part == folder else fits
        for fit in chosen.to_dict("records"):
            key = tuple(fit[name] for name in FIT)
            # a gain without replicates is not told
            if key in drawn:
                yield key, fit, thetas(fitted[key], drawn[key])


def _check_growth(check: Check, run: RunFiles) -> None:
    file = "results/tables/effective_compute.parquet"
    held, verdict = readable(run, file), readable(run, "results/tables/verdict.parquet")
    if held is None or verdict is None:
        return
    rows = [row for edition in run.editions for row in _growth(run, edition, verdict[verdict["edition"] == edition])]
    follows = pd.DataFrame(rows)
    check.equal(file, held[list(follows.columns)], follows, ["edition", "rate", "year"], _CLOSE)


def _growth(run: RunFiles, edition: str, verdict: pd.DataFrame) -> Iterator[dict[str, Any]]:
    growth, rates = run.config["gains"]["growth"], {}
    first, last = growth["first_year"], growth["last_year"]
    for time in verdict.to_dict("records"):
        # an infinite doubling time is no growth; without a low end, growth has no bound
        middle, low, high = (time[f"{end}_months"] for end in ("estimate", "high", "low"))
        rates["estimated"] = (*(0.0 if math.isnan(n) else 1 / n for n in (middle, low)), 1 / high)
    drawn = 1 / growth["algorithms_doubling_months"]
    rates["drawn"] = (drawn, math.nan, math.nan)
    starts = [phase["from_year"] for phase in growth["physical"]]
    for step in range(int((last - first) * _STEPS) + 1):
        year = first + step / _STEPS
        passed = 12 * (year - first)
        spans = zip(starts, [*starts[1:], last], growth["physical"], strict=True)
        physical = sum(max(0.0, min(year, end) - start) * 12 / phase["doubling_months"] for start, end, phase in spans)
        for rate, (middle, low, high) in rates.items():
            both = physical + passed * middle
            row = {
                "edition": edition,
                "rate": rate,
                "year": year,
                "physical_growth": _doubled(physical),
                "algorithmic_growth": _doubled(passed * middle),
                "low_algorithmic_growth": _doubled(passed * low),
                "high_algorithmic_growth": _doubled(passed * high),
            }
            yield row | {"total_growth": _doubled(both), "physical_share": physical / both if both else math.nan}


def _doubled(times: float) -> float:
    """2 ** times; infinite beyond the largest float, where ** raises OverflowError."""
    return math.inf if times >= sys.float_info.max_exp else 2.0**times


def _check_frontiers(check: Check, run: RunFiles, folder: str) -> None:
    """Each point of a frontier has the perplexity of its system by the main law; tokens are spaced as set."""
    file, settings = f"{folder}/pareto_frontiers.parquet", run.config["gains"]["frontiers"]
    held, main = readable(run, file), main_fit(run, folder)
    if held is None or main is None:
        return
    systems, evaluations = run.csv("raw/systems.csv").set_index("system_id"), run.csv("raw/evaluations.csv")
    measured = evaluations[evaluations["benchmark"] == settings["benchmark"]].set_index("system_id")["perplexity"]
    one = {name: values[:1] for name, values in main.theta.items()}
    spaced = np.geomspace(1 / settings["reach"], settings["reach"], settings["n_points"])
    tokens_of, goal_of = systems["dataset_size_tokens"].astype(float), np.log(measured.astype(float))
    law = Laws(run, folder).law(main.key[0], one, main.row, benchmark=settings["benchmark"])
    parts = []
    for system in settings["systems"]:
        tokens, goal = tokens_of[system] * spaced, goal_of[system]
        for year in map(float, settings["years"]):
            # points that no number of parameters brings there are left out
            near = np.flatnonzero(law.at_many(_MOST_LOG_PARAMETERS, np.log(tokens), year) <= goal)
            about = {"system_id": system, "year": year, "perplexity": math.exp(goal)}
            parts.append((about, {"point": near + 1, "n_training_tokens": tokens[near]}))
            rows = held[(held["system_id"] == system) & (held["year"] == year)]
            log_n, log_d = (np.log(rows[name].to_numpy(float)) for name in ("n_parameters", "n_training_tokens"))
            reached = law.at_many(log_n, log_d, year)
            # where a single parameter is enough, one stands
            off = np.where(log_n > 0, np.abs(reached - goal), np.maximum(reached - goal, 0.0))
            for place in np.flatnonzero(off > _CLOSE).tolist():
                named = f"system_id={system}, year={year}, point={rows['point'].iloc[place]}"
                check.fail(file, named, f"n_parameters gives log perplexity {reached[place]:.9g}, not {goal:.9g}")
    check.covers(file, "n_parameters")
    follows = stacked(parts)
    check.equal(file, held[list(follows.columns)], follows, ["system_id", "year", "point"], _CLOSE)


def _check_splits(check: Check, run: RunFiles) -> None:
    """Hoffmann's law: its best splits have the least loss near them, and gains bring equal loss."""
    file = "results/tables/allocation_gains.parquet"
    held = readable(run, file)
    if held is None:
        return
    values = run.csv("raw/reference/published.csv").set_index("reference_id")["value"]
    e, a, b, alpha, beta = (float(values[f"appendix_b/hoffmann/{name}"]) for name in ("e", "a", "b", "alpha", "beta"))
    alpha_n, alpha_d, n_c, d_c = (
        float(values[f"appendix_b/kaplan/{name}"]) for name in ("alpha_n", "alpha_d", "n_c", "d_c")
    )
    systems = run.csv("raw/reference/compared_allocations.csv").set_index("allocation")

    def loss(n: Floats, d: Floats) -> Floats:
        return e + a / n**alpha + b / d**beta

    def kaplan(n: Floats, d: Floats) -> Floats:
        return ((n_c / n) ** (alpha_n / alpha_d) + d_c / d) ** alpha_d

    def best(flop: Floats) -> tuple[Floats, Floats]:
        n = (alpha * a / (beta * b)) ** (1 / (alpha + beta)) * (flop / FLOP_PER_PARAMETER_AND_TOKEN) ** (
            beta / (alpha + beta)
        )
        return n, flop / FLOP_PER_PARAMETER_AND_TOKEN / n

    n, d = held["n_parameters"].to_numpy(float), held["n_training_tokens"].to_numpy(float)
    given = [systems.loc[held["allocation"], name].to_numpy(float) for name in ("n_parameters", "dataset_size_tokens")]
    flop, own = FLOP_PER_PARAMETER_AND_TOKEN * given[0] * given[1], (held["split"] == "own").to_numpy()
    follows = {
        "compute_flop": flop,
        "n_parameters": np.where(own, given[0], n),
        "n_training_tokens": np.where(own, given[1], flop / FLOP_PER_PARAMETER_AND_TOKEN / n),
        "loss": loss(n, d),
        "optimal_n_parameters": best(flop)[0],
        "optimal_n_training_tokens": best(flop)[1],
        "optimal_loss": loss(*best(flop)),
    }
    # the compute whose best split has the loss of this one
    follows_loss = loss(*best(flop / held["gain"].to_numpy(float)))
    told = held[["allocation", "split"]].assign(**follows)
    check.covers(file, "gain")
    check.equal(file, held[list(told.columns)], told, ["allocation", "split"], _CLOSE)
    lower = np.array([kaplan(n * by, d / by) - kaplan(n, d) for by in (0.99, 1.01)]).min(axis=0) < 0
    for place, (row, apart) in enumerate(
        zip(held.to_dict("records"), np.abs(follows_loss - follows["loss"]), strict=True)
    ):
        named = f"allocation={row['allocation']}, split={row['split']}"
        if apart > _CLOSE:
            check.fail(file, named, "gain is not what brings the loss of the split")
        if row["split"] == "kaplan" and lower[place]:
            check.fail(file, named, "n_parameters is not the split of least loss by Kaplan's law")
