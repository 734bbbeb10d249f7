"""Numbers that the study prints and no other table holds: counts, ranks, ranges, rates.

In: observations and result tables of every edition and procedure. Out: the frame of the table study_statistics.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core.dates import DAYS_PER_YEAR
from lmprogress.core.settings import MainFit
from lmprogress.laws.rates.headline import main_fit
from lmprogress.laws.rates.progress import doubling_time_interval

# what errors are held against: the study's own split, or papers that were left out
PROTOCOLS = {"study": "study_split", "global": "leave_one_paper_out"}
# the study compared its models 1 to 15, ranked those before 18 with a penalty above zero, and left 14 out of Figure 3b
COMPARED = range(1, 16)
RANKED = range(1, 18)
LEFT_OUT_OF_FIGURE_3B = 14
# of the tail on either side; the interval that holds 90 percent
_TENTHS = {"10": 0.1, "90": 0.9}
# result tables that the numbers are made of
RESULTS = ("funnel", "cross_validation", "coefficients")


class Value(NamedTuple):
    """A number of an edition, what it is of, and its unit."""

    edition: str
    procedure: str
    statistic: str
    subject: str
    value: float
    unit: str


def tabulate_statistics(
    observations: Mapping[str, pd.DataFrame],
    held_out: Sequence[pd.DataFrame],
    draws: Sequence[pd.DataFrame],
    replicates: Sequence[pd.DataFrame],
    results: Mapping[str, pd.DataFrame],
    systems: pd.DataFrame,
    vision: pd.DataFrame,
    *,
    main: MainFit,
    pairs: Sequence[tuple[str, str]],
) -> pd.DataFrame:
    """Rows of the table study_statistics.

    observations: by edition. held_out, draws (doubling_time_draws) and replicates: one frame for each edition and
    procedure. results: those of RESULTS, by name. systems: studied_systems. vision: vision_models.
    pairs: start and end of each row of the study's Table 1.
    """
    values: list[Value] = []
    for edition, frame in observations.items():
        values += _of_observations(edition, frame)
    values += _of_the_cap(results["funnel"])
    variance = {}
    for frame in held_out:
        variance.update(_held_out_variance(frame))
    values += _of_held_out_errors(results["cross_validation"], variance)
    values += _of_drifts(results["coefficients"])
    values += _of_compute_exponents(results["coefficients"], main)
    for frame in draws:
        values += _of_draws(frame, main)
    for frame in replicates:
        values += _of_replicates(frame, main)
    values += _of_systems(systems, pairs)
    values += _of_vision(vision)
    return pd.DataFrame(values, columns=list(Value._fields))


def _of_observations(edition: str, frame: pd.DataFrame) -> Iterator[Value]:
    if frame.empty:
        return
    transformers = frame["transformer"].fillna(False).astype(bool)
    for subject, count in (("transformers", transformers.sum()), ("others", (~transformers).sum())):
        yield Value(edition, "none", "n_observations", subject, float(count), "rows")
    for benchmark, count in frame["benchmark"].value_counts().items():
        yield Value(edition, "none", "n_observations", str(benchmark), float(count), "rows")
    compute = frame["training_compute_flop"]
    of_reported = compute[frame["training_compute_source"] == "reported"]
    for subject, share in _TENTHS.items():
        for prefix, flops in (("", compute), ("reported/", of_reported)):
            flop = float(flops.quantile(share))
            yield Value(edition, "none", "training_compute_percentile", prefix + subject, flop, "FLOP")
    for benchmark, rows in frame.dropna(subset="vocabulary_size").groupby("benchmark"):
        # the smallest of equally common ones
        mode = float(rows["vocabulary_size"].mode().iloc[0])
        yield Value(edition, "none", "most_common_vocabulary", str(benchmark), mode, "entries")


def _of_the_cap(funnel: pd.DataFrame) -> Iterator[Value]:
    for edition, steps in funnel.sort_values("step_number").groupby("edition"):
        before = steps["rows"].shift()[steps["step"] == "capped"]
        after = steps["rows"][steps["step"] == "capped"]
        for left_out in before - after:
            yield Value(str(edition), "none", "n_left_out", "capped", float(left_out), "rows")


def _held_out_variance(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Variance of log perplexity over the rows that the procedure's protocol holds out, by edition and procedure."""
    protocol = frame["procedure"].map(PROTOCOLS)
    rows = frame[frame["protocol"] == protocol].drop_duplicates(["edition", "procedure", "observation_number"])
    groups = rows.groupby(["edition", "procedure"])["log_perplexity"]
    return {(str(edition), str(procedure)): float(cells.var(ddof=0)) for (edition, procedure), cells in groups}


def _of_held_out_errors(errors: pd.DataFrame, variance: Mapping[tuple[str, str], float]) -> Iterator[Value]:
    errors = errors[errors["protocol"] == errors["procedure"].map(PROTOCOLS)]
    for (edition, procedure), rows in errors.groupby(["edition", "procedure"]):
        key = (str(edition), str(procedure))
        compared = rows[rows["ho_number"].isin(COMPARED)]
        yield Value(*key, "n_pairs", "compared", float(len(compared)), "specifications")

        # the global minima of all laws are ranked together; the study's list was made before three laws were there
        ranked = rows[rows["ho_number"].isin(RANKED) & (rows["penalty"] > 0)] if procedure == "study" else rows
        for pair, rank in _by_pair(ranked).rank(method="min").items():
            yield Value(*key, "rank_of_pair", str(pair), float(rank), "1")
        drawn = compared[compared["ho_number"] != LEFT_OUT_OF_FIGURE_3B]
        for name, rank in drawn.groupby("specification")["mse"].min().rank(method="min").items():
            yield Value(*key, "rank_of_specification", str(name), float(rank), "1")

        for pair, r2 in (1 - _by_pair(rows) / variance[key]).items():
            yield Value(*key, "held_out_r2", str(pair), float(r2), "1")
        of_compared = 1 - compared["mse"] / variance[key]
        yield Value(*key, "held_out_r2", "least", float(of_compared.min()), "1")
        yield Value(*key, "held_out_r2", "greatest", float(of_compared.max()), "1")


def _by_pair(errors: pd.DataFrame) -> pd.Series:
    """Held-out errors under names such as law/0.001."""
    names = [f"{name}/{penalty:g}" for name, penalty in zip(errors["specification"], errors["penalty"], strict=True)]
    return pd.Series(errors["mse"].to_numpy(float), index=names)


def _of_drifts(coefficients: pd.DataFrame) -> Iterator[Value]:
    drifts = coefficients[coefficients["coefficient"].isin(["alpha_rate", "beta_rate"])]
    for (edition, procedure), rows in drifts.groupby(["edition", "procedure"]):
        size = rows["estimate"].abs()
        yield Value(str(edition), str(procedure), "exponent_drift", "least", float(size.min()), "1")
        yield Value(str(edition), str(procedure), "exponent_drift", "greatest", float(size.max()), "1")


def _of_compute_exponents(coefficients: pd.DataFrame, main: MainFit) -> Iterator[Value]:
    """Along the split of compute of least loss, both terms of the main law fall with compute to this exponent."""
    of_main = main_fit(coefficients, main)
    for (edition, procedure), rows in of_main.groupby(["edition", "procedure"]):
        estimate = rows.set_index("coefficient")["estimate"]
        if not {"alpha_param", "beta_data"} <= set(estimate.index):
            continue
        alpha, beta = estimate["alpha_param"], estimate["beta_data"]
        exponent = -alpha * beta / (alpha + beta)
        yield Value(str(edition), str(procedure), "loss_exponent_in_compute", "main", float(exponent), "1")


def _of_draws(frame: pd.DataFrame, main: MainFit) -> Iterator[Value]:
    """Ends of the interval that holds 90 percent of the doubling times; empty where no progress counts as infinite."""
    rows = main_fit(frame[frame["quantity"] == "effective_compute"], main)
    for (edition, procedure), draws in rows.groupby(["edition", "procedure"]):
        rates = draws["growth_rate_per_year"].to_numpy(float)
        low, _, high = doubling_time_interval(rates, 90, of_times=procedure == "study")
        for end, months in (("low", low), ("high", high)):
            value = months if math.isfinite(months) else math.nan
            yield Value(str(edition), str(procedure), "doubling_time_90_percent", end, value, "months")


def _of_replicates(frame: pd.DataFrame, main: MainFit) -> Iterator[Value]:
    rows = main_fit(frame[frame["coefficient"].isin(["alpha_year", "beta_year"])], main)
    for (edition, procedure), replicates in rows.groupby(["edition", "procedure"]):
        if replicates["coefficient"].nunique() < 2:
            continue
        sums = replicates.groupby("replicate")["estimate"].sum()
        yield Value(str(edition), str(procedure), "share_with_positive_sum", "main", float((sums > 0).mean()), "1")


def _of_systems(systems: pd.DataFrame, pairs: Sequence[tuple[str, str]]) -> Iterator[Value]:
    by_name = systems.set_index("studied_system")
    compute = np.log(6 * by_name["n_parameters"] * by_name["dataset_size_tokens"])
    date = pd.to_datetime(by_name["study_date"])
    for start, end in pairs:
        years = (date[end] - date[start]).days / DAYS_PER_YEAR
        growth = float((compute[end] - compute[start]) / years)
        yield Value("all", "none", "compute_growth_rate", f"{start}/{end}", growth, "1/year")


def _of_vision(models: pd.DataFrame) -> Iterator[Value]:
    """Greatest compute of a model over that of a later one: the study takes the less accurate, we those as good."""
    error, date = models["top_1_error"].to_numpy(float), models["publication_date"].to_numpy()
    compute = models["training_compute_flop"].to_numpy(float)
    later = date[None, :] > date[:, None]
    for procedure, chosen in (("study", error[None, :] > error[:, None]), ("global", error[None, :] <= error[:, None])):
        ratio = np.where(later & chosen, compute[:, None] / compute[None, :], 0).max()
        yield Value("all", procedure, "greatest_vision_gain", "imagenet", float(ratio), "1")
