"""Cross-validation: folds against observations, and every table of it recomputed from held-out predictions.

In: a run. Out: the check `validation`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from lmprogress.auditing.derivations.law_values import usable
from lmprogress.auditing.derivations.named_draws import named_generator
from lmprogress.auditing.findings import Check, differs
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_LAW = ["specification", "data_variant", "penalty"]
_KEY = ["edition", *_LAW, "procedure"]
_PROTOCOL = ["edition", "procedure", "protocol"]
_TABLES = ("cross_validation", "specification_comparison", "rolling_origin")
# means of squared errors in another order of summing, and what their differences cancel to
_CLOSE, _CANCELLED = 1e-8, 1e-13
# errors that differ by less are tied: which one ranks first is rounding's
_TIED = 1e-12
# a fresh start that ends this much lower, squared nats, found another minimum
_LOWER = 1e-9


def check_validation(run: RunFiles) -> Check:
    """Each row held out once by the folds that its protocol has; errors, ranks, comparisons and forecasts from them."""
    check = Check("validation", "folds; held-out errors, their ranks, comparisons and forecasts by year")
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in _TABLES}
    for edition in run.editions:
        observations = readable(run, f"processed/{edition}/observations.parquet")
        for file in run.matching(f"processed/{edition}/*/held_out.parquet"):
            folder = file.rpartition("/")[0]
            held_out, fits = readable(run, file), readable(run, f"{folder}/fold_fits.parquet")
            rates = readable(run, f"{folder}/rolling_rates.parquet")
            if observations is None or held_out is None or fits is None or rates is None:
                continue
            _check_folds(check, run, folder, held_out, fits, observations)
            _check_rates(check, f"{folder}/rolling_rates.parquet", rates)
            errors = held_out.assign(residual=held_out["log_perplexity"] - held_out["predicted_log_perplexity"])
            errors["squared_error"] = errors["residual"] ** 2
            for name, frame in _derived(check, run, errors, fits, rates, len(observations)):
                parts[name].append(frame)
    for name, frames in parts.items():
        file = f"results/tables/{name}.parquet"
        found = readable(run, file)
        if found is not None and frames:
            follows = pd.concat(frames)
            key = [*_KEY, *{"cross_validation": ["protocol"], "specification_comparison": ["protocol", "against"]}.get(
                name, ["year"])]  # fmt: skip
            check.equal(file, found[list(follows.columns)], follows, key, _CLOSE, _CANCELLED)
    return check


# ---- folds ----------------------------------------------------------------------------------------------------------


def _check_folds(
    check: Check, run: RunFiles, folder: str, held_out: pd.DataFrame, fits: pd.DataFrame, observations: pd.DataFrame
) -> None:
    """What each fold holds out and how much it trains on follow from the protocol and the rows of the law."""
    edition, settings = folder.split("/")[1], run.config["validation"]
    file, variants = f"{folder}/held_out.parquet", run.yaml("config/models.yaml")["data_variants"]
    number = observations.set_index("observation_number")
    for column in ("paper_id", "benchmark", "log_perplexity"):
        follows = number[column].reindex(held_out["observation_number"]).set_axis(held_out.index)
        check.items += len(held_out)
        for row in np.flatnonzero(differs(held_out[column], follows))[:3].tolist():
            check.fail(
                file,
                f"row {row + 1}",
                f"{column} is not that of observation {held_out['observation_number'].iloc[row]}",
            )
    known: dict[tuple[str, str], dict[int, tuple[str, int]]] = {}
    for name, rows in held_out.groupby(["data_variant", "protocol"]):
        variant, protocol = map(str, name)
        used = usable(observations, variants[variant])
        known[variant, protocol] = dict(
            _folds(protocol, used, edition, settings, int(run.config["fit"]["least_observations"]))
        )
        expected = np.array(sorted(known[variant, protocol]))
        folds = np.array([known[variant, protocol][number][0] for number in expected.tolist()], object)
        numbers, told = rows["observation_number"].to_numpy(), rows["fold"].to_numpy(object)
        for law, places in rows.groupby(_LAW).indices.items():
            own = places[np.argsort(numbers[places], kind="stable")]
            if not np.array_equal(numbers[own], expected):
                check.fail(file, f"{_told(law)}, {protocol}", "does not hold out each row of the protocol once")
            elif (told[own] != folds).any():
                check.fail(file, f"{_told(law)}, {protocol}", "a row is held out by another fold than its own")
    sizes = held_out.groupby([*_LAW, "protocol", "fold"], as_index=False).size().rename(columns={"size": "n_held_out"})
    trained = {(v, p, fold): n for (v, p), rows in known.items() for fold, n in rows.values()}
    named = zip(*(sizes[name].tolist() for name in ("data_variant", "protocol", "fold")), strict=True)
    sizes["n_training"] = [trained.get(fold, -1) for fold in named]
    check.equal(f"{folder}/fold_fits.parquet", fits[list(sizes.columns)], sizes, [*_LAW, "protocol", "fold"])


def _folds(
    protocol: str, used: pd.DataFrame, edition: str, settings: dict[str, Any], least: int
) -> Iterator[tuple[int, tuple[str, int]]]:
    """Of each row held out, by observation number: its fold, and how many rows that one trains on."""
    rows, n = used.reset_index(drop=True), len(used)
    if protocol == "rolling_origin":
        years = rows["publication_year"]
        for year in settings["rolling_years"]:
            training = int((years < year).sum())
            if training >= least:
                within = rows.loc[(years >= year) & (years < year + 1), "observation_number"]
                yield from ((int(row), (str(year), training)) for row in within)
        return
    if protocol == "study_split":
        split = settings["study_split"]
        # a permutation whose first fifth, rounded up, is set aside: scikit-learn's, which the study used
        order = np.random.RandomState(split["seed"]).permutation(n)
        rows = rows.iloc[order[math.ceil(split["set_aside"] * n) :]]
        n = len(rows)
    by = "paper_id" if protocol == "leave_one_paper_out" else "observation_number"
    count = rows[by].value_counts()
    for row, name in zip(rows["observation_number"], rows[by], strict=True):
        yield int(row), (str(name), n - int(count[name]))


def _check_rates(check: Check, file: str, rates: pd.DataFrame) -> None:
    """Doubling times of forecasts by year follow from their growth rates."""
    value = rates["growth_rate_per_year"].to_numpy(float)
    with np.errstate(divide="ignore"):
        months = pd.Series(np.where((value > 0) & np.isfinite(value), 12 / value, np.nan), rates.index)
    check.items += len(rates)
    for row in np.flatnonzero(differs(rates["doubling_months"], months, _CLOSE)).tolist():
        check.fail(
            file,
            f"row {row + 1}",
            f"doubling_months is {rates['doubling_months'].iloc[row]}, but {months.iloc[row]} follows",
        )


# ---- what is derived from them --------------------------------------------------------------------------------------


def _derived(
    check: Check, run: RunFiles, errors: pd.DataFrame, fits: pd.DataFrame, rates: pd.DataFrame, n_observations: int
) -> Iterator[tuple[str, pd.DataFrame]]:
    summaries = readable(run, "results/tables/cross_validation.parquet")
    compared = readable(run, "results/tables/specification_comparison.parquet")
    for protocol, part in errors.groupby(_PROTOCOL):
        key: dict[str, Any] = dict(zip(_PROTOCOL, map(str, protocol), strict=True))
        if (wide := _wide(check, key, part)) is None:
            continue
        laws, values, papers = wide
        fitted = fits[fits["protocol"] == key["protocol"]]
        summary = _summary(laws, values, papers, fitted).assign(**key)
        summary["n_set_aside"] = n_observations - len(papers) if key["protocol"] == "study_split" else 0
        yield "cross_validation", summary
        if summaries is not None:
            _check_ranks(check, run, _rows(summaries, key, laws), laws, values, papers, key)
        if compared is not None:
            yield "specification_comparison", _comparisons(check, run, compared, laws, values, papers, key)
    if (errors["protocol"] == "rolling_origin").any():
        yield "rolling_origin", _rolling_origin(errors, fits, rates)


def _wide(
    check: Check, key: dict[str, Any], part: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.intp]] | None:
    """Laws (m rows), squared errors (n, m) and the number of each row's paper (n,), rows in the order of papers."""
    ordered = part.sort_values([*_LAW, "paper_id", "observation_number"])
    laws = ordered[_LAW].drop_duplicates(ignore_index=True)
    n = len(ordered) // len(laws)
    numbers = ordered["observation_number"].to_numpy()
    if len(ordered) != n * len(laws) or (numbers.reshape(-1, n) != numbers[:n]).any():
        check.fail("held_out", ", ".join(key.values()), "laws are not held against the same rows")
        return None
    papers = np.unique(ordered["paper_id"].to_numpy(str)[:n], return_inverse=True)[1]
    return laws, ordered["squared_error"].to_numpy(float).reshape(-1, n).T, papers


def _rows(table: pd.DataFrame, key: dict[str, Any], laws: pd.DataFrame) -> pd.DataFrame:
    """The rows of `key` in the order of `laws`, missing where a law has none."""
    chosen = table[np.logical_and.reduce([table[name] == value for name, value in key.items()])]
    return laws.merge(chosen, on=_LAW, how="left")


def _mean_over_papers(
    values: NDArray[np.float64], papers: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means of columns (n, m) and their standard errors where rows of a paper err together (Liang & Zeger 1986)."""
    mean, count = values.mean(axis=0), int(papers.max()) + 1
    sums = np.array([np.bincount(papers, column, count) for column in (values - mean).T]).reshape(-1, count)
    if count < 2:
        return mean, np.full(len(mean), np.nan)
    return mean, np.sqrt(count / (count - 1) * (sums**2).sum(axis=1)) / len(values)


def _summary(
    laws: pd.DataFrame, values: NDArray[np.float64], papers: NDArray[np.intp], fits: pd.DataFrame
) -> pd.DataFrame:
    mean, standard_error = _mean_over_papers(values, papers)
    fall = fits["objective"] - fits["cold_objective"]
    searched = fits.assign(
        fall=fall, other=fits["status"] != "converged", checked=fall.notna(), improved=fall > _LOWER
    ).groupby(_LAW)
    of_law = searched.agg(
        n_folds=("fold", "size"),
        n_unconverged=("other", "sum"),
        n_checked=("checked", "sum"),
        n_improved=("improved", "sum"),
        greatest_improvement=("fall", "max"),
    )
    summed = laws.assign(
        n_held_out=len(values), n_papers=int(papers.max()) + 1, mse=mean, standard_error=standard_error
    )
    return summed.merge(of_law.reset_index(), on=_LAW)


def _check_ranks(
    check: Check,
    run: RunFiles,
    held: pd.DataFrame,
    laws: pd.DataFrame,
    values: NDArray[np.float64],
    papers: NDArray[np.intp],
    key: dict[str, Any],
) -> None:
    """Ranks, and their interval resampled by paper, between those with every tie won and with every tie lost."""
    count = int(papers.max()) + 1
    sums = np.array([np.bincount(papers, column, count) for column in values.T])
    sizes = np.bincount(papers, minlength=count)
    generator = named_generator("ranks", *key.values())
    n_replicates = int(run.config["validation"]["n_replicates"])
    chosen = generator.integers(0, count, (n_replicates, count)) + count * np.arange(n_replicates)[:, None]
    drawn = np.bincount(chosen.ravel(), minlength=n_replicates * count).reshape(n_replicates, count).astype(float)
    means = np.vstack([values.mean(axis=0), (drawn @ sums.T) / (drawn @ sizes)[:, None]])
    order = np.argsort(means, axis=1)
    ordered, plain = np.take_along_axis(means, order, axis=1), np.empty(means.shape, int)
    np.put_along_axis(plain, order, np.arange(1, means.shape[1] + 1)[None], axis=1)
    won, lost = plain, plain.copy()
    for line in np.flatnonzero((np.diff(ordered, axis=1) <= 2 * _TIED).any(axis=1)):
        won[line] = 1 + np.searchsorted(ordered[line], means[line] - _TIED, side="left")
        lost[line] = np.searchsorted(ordered[line], means[line] + _TIED, side="right")
    half = float(run.config["interval_percent"]) / 2
    ends = {"rank": (won[0], lost[0]), "share_best": ((lost[1:] == 1).mean(axis=0), (won[1:] == 1).mean(axis=0))}
    for name, share in (("rank_low", 50 - half), ("rank_high", 50 + half)):
        ends[name] = (np.percentile(won[1:], share, axis=0), np.percentile(lost[1:], share, axis=0))
    check.covers("results/tables/cross_validation.parquet", *ends)
    for name, (least, most) in ends.items():
        check.items += len(laws)
        told = held[name].to_numpy(float)
        for place in np.flatnonzero(~((told >= least - _CLOSE) & (told <= most + _CLOSE))).tolist():
            row = f"{_told(laws.loc[place])}, {key['protocol']}"
            between = f"{least[place]:.12g}" + (f" to {most[place]:.12g}" if most[place] > least[place] else "")
            check.fail(
                "results/tables/cross_validation.parquet", row, f"{name} is {told[place]:.12g}, but {between} follows"
            )


def _comparisons(
    check: Check,
    run: RunFiles,
    compared: pd.DataFrame,
    laws: pd.DataFrame,
    values: NDArray[np.float64],
    papers: NDArray[np.intp],
    key: dict[str, Any],
) -> pd.DataFrame:
    """Each law against the best one and the main one; of tied best ones, the one that the table names."""
    file, means, main = (
        "results/tables/specification_comparison.parquet",
        values.mean(axis=0),
        run.config["fit"]["main"],
    )
    wanted = (laws["specification"] == main["specification"]) & (laws["penalty"] == main["penalty"])
    places = {"main": int(wanted.to_numpy().argmax())} if wanted.any() else {}
    named = _rows(compared[compared["against"] == "best"], key, laws).iloc[0]
    chosen = (laws["specification"] == named["against_specification"]) & (laws["penalty"] == named["against_penalty"])
    places["best"] = int(means.argmin())
    if chosen.any() and means[int(chosen.to_numpy().argmax())] <= means.min() + _TIED:
        places["best"] = int(chosen.to_numpy().argmax())
    frames = []
    for against, place in places.items():
        mean, standard_error = _mean_over_papers(values - values[:, [place]], papers)
        n_papers = int(papers.max()) + 1
        quantile = (
            stdtrit(n_papers - 1, 0.5 + float(run.config["interval_percent"]) / 200) if n_papers > 1 else math.nan
        )
        about = {"against": against, "against_specification": laws["specification"].iloc[place]}
        about |= {"against_penalty": laws["penalty"].iloc[place], "mean_difference": mean}
        half = quantile * standard_error
        about |= {"standard_error": standard_error, "low": mean - half, "high": mean + half}
        frames.append(laws.assign(**about, **key))
        held = _rows(compared[compared["against"] == against], key, laws)
        check.covers(file, "beyond_noise", "aic", "bic")
        _check_criteria(check, run, file, held, key["edition"])
        beyond = ((held["low"] > 0) | (held["high"] < 0)).to_numpy(bool)
        for row in np.flatnonzero(held["beyond_noise"].to_numpy() != beyond).tolist():
            check.fail(file, f"{_told(laws.loc[row])}, {key['protocol']}", "beyond_noise is not what low and high say")
    return pd.concat(frames)


def _check_criteria(check: Check, run: RunFiles, file: str, held: pd.DataFrame, edition: str) -> None:
    """aic and bic are those of law_estimates where it has the law; they differ by a whole number of estimates."""
    estimates = readable(run, "results/tables/law_estimates.parquet")
    observations = readable(run, f"processed/{edition}/observations.parquet")
    given = held[held["aic"].notna() | held["bic"].notna()]
    if estimates is None or observations is None or given.empty:
        return
    check.items += len(given)
    known = estimates[estimates["edition"] == edition].set_index("specification")[["aic", "bic"]]
    for row in given.to_dict("records"):
        n_estimated = (row["bic"] - row["aic"]) / (math.log(len(observations)) - 2)
        follows = known.loc[row["specification"]] if row["specification"] in known.index else None
        differs = follows is not None and any(abs(row[name] - follows[name]) > _CLOSE for name in ("aic", "bic"))
        if row["penalty"] != 0 or not abs(n_estimated - round(n_estimated)) < _CLOSE or differs:
            check.fail(file, f"{row['specification']}, {row['penalty']:g}", "aic or bic is not that of law_estimates")


def _rolling_origin(errors: pd.DataFrame, fits: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    rolling, key = errors[errors["protocol"] == "rolling_origin"], [*_KEY, "fold"]
    groups = rolling.groupby(key)
    frame = pd.DataFrame({"rmse": np.sqrt(groups["squared_error"].mean()), "mean_error": groups["residual"].mean()})
    sizes = fits.loc[fits["protocol"] == "rolling_origin", [*key, "n_training", "n_held_out"]]
    years = frame.reset_index().merge(sizes, on=key)
    years = years.assign(year=years["fold"].astype(int)).drop(columns="fold")
    shared = rates[(rates["benchmark"] == "all") & (rates["group"] == "all")]
    return years.merge(shared[[*_KEY, "year", "doubling_months"]], on=[*_KEY, "year"], how="left")


def _told(law: Any) -> str:
    return ", ".join(str(value) for value in law)
