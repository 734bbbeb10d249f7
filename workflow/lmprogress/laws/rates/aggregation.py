"""Doubling times over the best pairs of specification and penalty: the study's ten, or those that predict best.

In: a ranking, fits and replicates of its pairs. Out: frames best_draws, aggregate_doubling_times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Conversion, Scale, Specification
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import KEY, Procedure
from lmprogress.laws.rates.deriving import replicate_coefficients
from lmprogress.laws.rates.numerical_progress import numerical_rates, numerical_rates_as_study
from lmprogress.laws.rates.progress import BEFORE, OTHERS, SHARED, doubling_time_interval, finite_or_none

GAIN = "gamma_transformer"
GAIN_SUFFIX = "_transformer_gain"
# fits of one specification at one penalty, among those of one edition and procedure
_PAIR = ["specification", "penalty"]
# the protocol by which pairs are ranked where they are converged: no paper is on both sides
_PROTOCOL = "leave_one_paper_out"
# the groups that do not stand for a pair with a rate for each: older architectures and periods
_EARLIER = (OTHERS, BEFORE)


class Pair(NamedTuple):
    """A specification and a penalty, and their place in a ranking, from 1."""

    rank: int
    specification: str
    penalty: float


def best_pairs(ranking: pd.DataFrame, procedure: Procedure, laws: LawSet, n_best: int) -> list[Pair]:
    """The best pairs of `laws`: for the study's procedure its own list, else those whose fits predict papers best.

    ranking: raw/reference/published.csv with its rows top_ten/<number>/<penalty>/rank, else the table cross_validation.
    """
    if procedure == "study":
        return _pairs_of_study(ranking, laws)[:n_best]
    held_out = (ranking["edition"] == laws.edition) & (ranking["protocol"] == _PROTOCOL)
    ordered = ranking[held_out & (ranking["procedure"] == "global")].sort_values(["rank", *_PAIR])[:n_best]
    together = zip(range(1, len(ordered) + 1), ordered["specification"], ordered["penalty"], strict=True)
    return [Pair(rank, specification, float(penalty)) for rank, specification, penalty in together]


def _pairs_of_study(published: pd.DataFrame, laws: LawSet) -> list[Pair]:
    names = {law.ho_number: name for name, law in laws.specifications.items() if law.ho_number}
    ranked = published[published["reference_id"].str.startswith("top_ten/")]
    pairs = []
    for reference, rank in zip(ranked["reference_id"], ranked["value"], strict=True):
        _, number, penalty, _ = reference.split("/")
        name = names.get(int(number))
        if name is not None and float(penalty) in laws.penalties[name]:
            pairs.append(Pair(int(rank), name, float(penalty)))
    return sorted(pairs)


def with_transformer_gain(specification: Specification) -> Specification:
    """The same law with one gain of the transformer, σ(γ) on all terms (Ho et al. 2024, section 3.3)."""
    gain = Scale(column="transformer", coefficient=GAIN, link="logistic")
    return specification.model_copy(update={"scale": [*specification.scale, gain], "ho_number": None})


def of_pairs(laws: LawSet, pairs: Sequence[Pair]) -> LawSet:
    """The set of the laws that `pairs` name, each at the penalties that they name."""
    chosen = laws.among(dict.fromkeys(pair.specification for pair in pairs))
    penalties = {name: [p.penalty for p in pairs if p.specification == name] for name in chosen.specifications}
    return replace(chosen, penalties=penalties)


def with_transformer_gains(laws: LawSet) -> LawSet:
    """The same laws, each with a gain of the transformer, under names that say so."""
    return laws.with_specifications(
        {
            name + GAIN_SUFFIX: (with_transformer_gain(law), laws.penalties[name])
            for name, law in laws.specifications.items()
        }
    )


def named_with_gains(pairs: Sequence[Pair]) -> list[Pair]:
    """The same pairs under the names of their laws with a gain of the transformer."""
    return [pair._replace(specification=pair.specification + GAIN_SUFFIX) for pair in pairs]


def in_order(fits: pd.DataFrame, pairs: Sequence[Pair]) -> pd.DataFrame:
    """The rows of `fits` that `pairs` name, in their order, with the column rank; a pair not fitted is left out."""
    if not pairs or fits.empty:
        return fits.iloc[:0].assign(rank=pd.Series(dtype=int))
    # of no pairs, columns would have no kinds that those of `fits` can be merged with
    named = pd.DataFrame(pairs, columns=Pair._fields).astype(
        {"rank": "int64", "specification": "str", "penalty": float}
    )
    return named.merge(fits, on=_PAIR, how="inner").sort_values("rank", ignore_index=True)


def draw_rates(
    fits: pd.DataFrame,
    replicates: pd.DataFrame,
    *,
    laws: LawSet,
    conversion: Conversion,
) -> pd.DataFrame:
    """The frame best_draws: doublings a year in each replicate of `fits` (with the column rank), in order of rank.

    The study's procedure gets both searches, the exact one and the study's.
    """
    drawn = dict(list(replicates.groupby(_PAIR)))
    frames = [tables.empty("best_draws")]
    for _, fit in fits.iterrows():
        law = laws.law_of(fit)
        unit, theta = replicate_coefficients(drawn[fit["specification"], fit["penalty"]])
        searches = {"numerical": numerical_rates(law, theta, conversion)}
        if fit["procedure"] == "study":
            searches["numerical_as_study"] = numerical_rates_as_study(law, theta, conversion)
        key = {name: fit[name] for name in (*KEY, "rank")}
        frames += [
            pd.DataFrame({"replicate": range(len(values)), "growth_rate_per_year": values}).assign(
                **key, method=method, benchmark=rate.benchmark, group=rate.group, resample_unit=unit
            )
            for method, rates in searches.items()
            for rate, values in rates.items()
        ]
    return pd.concat(frames)


def aggregate(draws: pd.DataFrame, reference: str, interval_percent: float) -> pd.DataFrame:
    """The frame aggregate_doubling_times: median and interval over all of `draws`, and over each pair of them.

    reference: the benchmark that stands for a pair with a rate for each. The study joins all rates
    (every_rate), so that a law with a rate for each benchmark counts three times.
    """
    rows: list[dict[str, Any]] = []
    for (edition, procedure, method), some in draws.groupby(["edition", "procedure", "method"], sort=False):
        common = {"edition": edition, "procedure": procedure, "method": method}
        whole = {"rank": 0, "ho_number": None, "specification": SHARED, "penalty": None, **_ALL}
        once = some[some["benchmark"].isin([SHARED, reference]) & ~some["group"].isin(_EARLIER)]
        rows += _summaries({**common, **whole, "pooling": "every_rate"}, some, interval_percent)
        rows += _summaries({**common, **whole, "pooling": "once_each"}, once, interval_percent)
        for _, pair in some.groupby(["rank", "benchmark", "group"]):
            first = pair.iloc[0]
            names = ("rank", "ho_number", "specification", "penalty", "benchmark", "group")
            rows += _summaries(
                {**common, **{name: first[name] for name in names}, "pooling": "pair"}, pair, interval_percent
            )
    return tables.of_rows(rows, "aggregate_doubling_times")


_ALL = {"benchmark": SHARED, "group": SHARED}


def _summaries(key: Mapping[str, Any], draws: pd.DataFrame, percent: float) -> Iterator[dict[str, Any]]:
    rates = draws["growth_rate_per_year"].to_numpy(float)
    counts = {"n_values": len(rates), "n_without_progress": int((rates <= 0).sum())}
    for method in ("times", "rates"):
        ends = map(finite_or_none, doubling_time_interval(rates, percent, of_times=method == "times"))
        months = zip(("low_months", "median_months", "high_months"), ends, strict=True)
        yield {**key, **counts, "interval_method": method, **dict(months)}
