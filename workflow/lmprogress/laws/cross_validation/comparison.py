"""Laws compared by what they predict: held-out errors, their ranks, and which differences are larger than the noise.

In: frames held_out, fold_fits, rolling_rates; information criteria.
Out: frames cross_validation, specification_comparison, rolling_origin.

Records of one paper err together, so that all uncertainty is over papers.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy

from lmprogress.core import tables
from lmprogress.core.settings import MainFit
from lmprogress.laws.cross_validation.folds import ORIGIN, STUDY_SPLIT
from lmprogress.laws.fits.task import KEY
from lmprogress.laws.fits.uncertainty import draw_counts, named_generator
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.estimation import STATUS

# a fresh start that ends this much lower, squared nats, found another minimum
_LOWER = 1e-9
_LAW = ["specification", "data_variant", "penalty"]
_PROTOCOL = ["edition", "procedure", "protocol"]


class Compared(NamedTuple):
    """Frames of the tables cross_validation, specification_comparison and rolling_origin."""

    cross_validation: pd.DataFrame
    specification_comparison: pd.DataFrame
    rolling_origin: pd.DataFrame


def compare(
    held_out: pd.DataFrame,
    fold_fits: pd.DataFrame,
    rolling_rates: pd.DataFrame,
    criteria: pd.DataFrame,
    n_observations: int,
    *,
    main: MainFit,
    n_replicates: int,
    interval_percent: float,
) -> Compared:
    """The laws of one edition and procedure, those of one protocol among each other.

    criteria: aic and bic by specification, without a penalty. n_observations: of the edition, rows. main: the law that
    others are laid beside.
    """
    errors = held_out.assign(residual=held_out["log_perplexity"] - held_out["predicted_log_perplexity"])
    errors["squared_error"] = np.square(errors["residual"])
    validations, comparisons = [tables.empty("cross_validation")], [tables.empty("specification_comparison")]
    for protocol, part in errors.groupby(_PROTOCOL, sort=True):
        fits = fold_fits[np.logical_and.reduce([fold_fits[k] == v for k, v in zip(_PROTOCOL, protocol, strict=True)])]
        wide = part.pivot_table(index=["paper_id", "observation_number"], columns=_LAW, values="squared_error")
        about = pd.DataFrame(protocol, _PROTOCOL).T.merge(part[[*KEY, "protocol"]].drop_duplicates())
        about = about.set_index(_LAW).loc[wide.columns].reset_index()
        summary = _summary(wide, fits, protocol, n_replicates, interval_percent)
        validations.append(
            pd.concat([about, summary], axis=1).assign(n_set_aside=_set_aside(protocol, wide, n_observations))
        )
        comparisons += _comparisons(wide, about, main, interval_percent)
    compared = pd.concat(comparisons)
    by_law = criteria.set_index("specification")
    for name in ("aic", "bic"):
        compared[name] = compared["specification"].map(by_law[name]).where(compared["penalty"] == 0)
    return Compared(pd.concat(validations), compared, _rolling_origin(errors, fold_fits, rolling_rates))


def mean_over_papers(values: Floats, papers: np.ndarray) -> tuple[Floats, Floats, int]:
    """Means of the columns of `values` (n, m), their standard errors over `papers` (n,), and how many papers.

    With rows of a paper that err together (Liang & Zeger 1986, for a mean). Standard errors of one paper are nan.
    """
    _, paper = np.unique(papers, return_inverse=True)
    n_papers = int(paper.max()) + 1
    mean = values.mean(axis=0)
    sums = np.zeros((n_papers, values.shape[1]))
    np.add.at(sums, paper, values - mean)
    if n_papers < 2:
        return mean, np.full(len(mean), np.nan), n_papers
    return mean, np.sqrt(n_papers / (n_papers - 1) * np.square(sums).sum(axis=0)) / len(values), n_papers


def rank_draws(values: Floats, papers: np.ndarray, generator: np.random.Generator, n_replicates: int) -> Floats:
    """Ranks of the means of the columns of `values` (n, m) when resampled by paper, (R, m), the least first."""
    weights = draw_counts(generator, papers, n_replicates)
    return scipy.stats.rankdata(weights @ values / weights.sum(axis=1, keepdims=True), method="min", axis=1)


def _summary(
    wide: pd.DataFrame, fits: pd.DataFrame, protocol: tuple[Hashable, ...], n_replicates: int, percent: float
) -> pd.DataFrame:
    """Error, rank and certificates of each law, in the order of the columns of `wide`."""
    values, papers = wide.to_numpy(float), wide.index.get_level_values("paper_id").to_numpy(str)
    mean, standard_error, n_papers = mean_over_papers(values, papers)
    ranks = rank_draws(values, papers, named_generator("ranks", *protocol), n_replicates)
    fall = fits["objective"] - fits["cold_objective"]
    counted = fits.assign(
        converged=fits["status"] == STATUS[0],
        checked=fits["cold_objective"].notna(),
        improved=fall > _LOWER,
        fall=fall,
    ).groupby(_LAW)
    of_law = counted.agg(
        n_folds=("fold", "size"),
        n_converged=("converged", "sum"),
        n_checked=("checked", "sum"),
        n_improved=("improved", "sum"),
        greatest_improvement=("fall", "max"),
    ).loc[wide.columns]
    influence = pd.DataFrame([_influence(rows) for _, rows in counted], index=list(counted.groups)).loc[wide.columns]
    return pd.DataFrame(
        {
            "n_folds": of_law["n_folds"].to_numpy(),
            "n_held_out": len(values),
            "n_papers": n_papers,
            "mse": mean,
            "standard_error": standard_error,
            "rank": scipy.stats.rankdata(mean, method="min").astype(int),
            "rank_low": np.percentile(ranks, 50 - percent / 2, axis=0),
            "rank_high": np.percentile(ranks, 50 + percent / 2, axis=0),
            "share_best": np.mean(ranks == 1, axis=0),
            "n_unconverged": (of_law["n_folds"] - of_law["n_converged"]).to_numpy(),
            "n_checked": of_law["n_checked"].to_numpy(),
            "n_improved": of_law["n_improved"].to_numpy(),
            "greatest_improvement": of_law["greatest_improvement"].to_numpy(),
            **{name: influence[name].to_numpy() for name in influence.columns},
        }
    )


def _influence(fits: pd.DataFrame) -> dict[str, Any]:
    """How far the rates of one law's folds differ, and the fold that differs most; of equals, the first by name."""
    known = fits.loc[fits["growth_rate_per_year"].notna(), ["fold", "growth_rate_per_year"]].sort_values("fold")
    if known.empty:
        return dict.fromkeys(("shortest_months", "longest_months", "most_influential", "most_influential_months"))
    rates = known["growth_rate_per_year"].to_numpy(float)
    finite = np.where(np.isfinite(rates), rates, np.finfo(float).max)
    far = int(np.abs(finite - np.median(finite)).argmax())
    months = [math.inf if rate <= 0 else 12 / rate for rate in rates]
    return {
        "shortest_months": min(months),
        "longest_months": max(months),
        "most_influential": known["fold"].iloc[far],
        "most_influential_months": months[far],
    }


def _set_aside(protocol: tuple[Hashable, ...], wide: pd.DataFrame, n_observations: int) -> int:
    return n_observations - len(wide) if protocol[2] == STUDY_SPLIT else 0


def _comparisons(wide: pd.DataFrame, about: pd.DataFrame, main: MainFit, percent: float) -> list[pd.DataFrame]:
    """Each law against the best of the protocol, and against the main one where it is there."""
    values, papers = wide.to_numpy(float), wide.index.get_level_values("paper_id").to_numpy(str)
    is_main = (about["specification"] == main.specification) & (about["penalty"] == main.penalty)
    places = {"best": int(values.mean(axis=0).argmin())}
    if is_main.any():
        places["main"] = int(is_main.to_numpy().argmax())
    frames = []
    for against, place in places.items():
        mean, standard_error, n_papers = mean_over_papers(values - values[:, [place]], papers)
        half = (
            scipy.special.stdtrit(n_papers - 1, 0.5 + percent / 200) * standard_error
            if n_papers > 1
            else standard_error
        )
        frames.append(
            about.assign(
                against=against,
                against_specification=about["specification"].iloc[place],
                against_penalty=about["penalty"].iloc[place],
                mean_difference=mean,
                standard_error=standard_error,
                low=mean - half,
                high=mean + half,
                beyond_noise=(mean - half > 0) | (mean + half < 0),
            )
        )
    return frames


def _rolling_origin(errors: pd.DataFrame, fold_fits: pd.DataFrame, rolling_rates: pd.DataFrame) -> pd.DataFrame:
    rolling = errors[errors["protocol"] == ORIGIN]
    if rolling.empty:
        return tables.empty("rolling_origin")
    key = ["edition", "specification", "data_variant", "penalty", "procedure"]
    by_year = rolling.groupby([*key, "fold"], as_index=False).agg(
        rmse=("squared_error", lambda values: float(np.sqrt(values.mean()))), mean_error=("residual", "mean")
    )
    sizes = fold_fits.loc[fold_fits["protocol"] == ORIGIN, [*KEY, "fold", "n_training", "n_held_out"]]
    years = by_year.merge(sizes, on=[*key, "fold"], validate="one_to_one")
    years = years.assign(year=years["fold"].astype(int)).drop(columns="fold")
    shared = rolling_rates[(rolling_rates["benchmark"] == "all") & (rolling_rates["group"] == "all")]
    return years.merge(shared[[*key, "year", "doubling_months"]], on=[*key, "year"], how="left")
