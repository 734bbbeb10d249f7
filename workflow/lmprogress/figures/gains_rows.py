"""Which rows the figures of doubling times and gains show, and what is printed beside them.

In: tables. Out: rows with a column `label`, and the labels in order from the top.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from lmprogress.laws.attribution.attribution import printed_pairs
from lmprogress.laws.rates.aggregation import GAIN_SUFFIX

_GROUP_NAMES = {
    "transformers": "transformers",
    "others": "other architectures",
    "before": "before",
    "from": "from then on",
}
_METHODS = ("closed_form", "numerical")
_RATES = ("row_bootstrap_rates", "paper_bootstrap_rates", "none")
_SEVERAL = "all"
_POOLINGS = {"every_rate": "All of them, every rate", "once_each": "All of them, each law once"}


def doubling_time_rows(
    doubling_times: pd.DataFrame, labels: Mapping[str, str], penalty: float, reference: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Effective compute of every law at `penalty`, on the benchmark `reference` where rates differ by benchmark.

    labels: what is printed for each specification, in order. Intervals are those of growth rates.
    """
    rows = doubling_times[
        (doubling_times["quantity"] == "effective_compute")
        & (doubling_times["penalty"] == penalty)
        & doubling_times["benchmark"].isin([_SEVERAL, reference])
        & doubling_times["method"].isin(_METHODS)
        & doubling_times["interval_method"].isin(_RATES)
    ]
    rows = rows.assign(label=rows["specification"] + "/" + rows["group"])
    names = {}
    for specification, printed in labels.items():
        for group in (_SEVERAL, *_GROUP_NAMES):
            label = f"{specification}/{group}"
            if (rows["label"] == label).any():
                names[label] = printed if group == _SEVERAL else f"{printed}: {_GROUP_NAMES[group]}"
    return rows[rows["label"].isin(names)], names


def rank_rows(aggregates: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Rates of the pairs of law and penalty that are best in cross-validation, by rank, after those of all together.

    aggregates: as in the table aggregate_doubling_times. labels: printed name of each specification. Adds the column
    `label`, which rates of several benchmarks share; intervals are those of growth rates.
    """
    rows = aggregates[(aggregates["method"] == "numerical") & (aggregates["interval_method"] == "rates")]
    rows = rows.sort_values(["procedure", "rank", "pooling", "group", "benchmark"], ignore_index=True)
    return rows.assign(label=[_rank_label(row, labels) for row in rows.to_dict("records")])


def _rank_label(row: Mapping[Hashable, Any], labels: Mapping[str, str]) -> str:
    if row["pooling"] != "pair":
        return _POOLINGS[row["pooling"]]
    group = f", {_GROUP_NAMES[row['group']]}" if row["group"] in _GROUP_NAMES else ""
    return f"{row['rank']:.0f}.  {labels[row['specification']]}, δ {row['penalty']:g}{group}"


def before_and_after_rows(doubling_times: pd.DataFrame, cutoffs: Mapping[str, int], penalty: float) -> pd.DataFrame:
    """Effective compute of the laws with two rates at `penalty`, with the year of each in the column `cutoff`.

    cutoffs: specification to year. Intervals are those of growth rates.
    """
    rows = doubling_times[
        doubling_times["specification"].isin(list(cutoffs))
        & doubling_times["group"].isin(["before", "from"])
        & (doubling_times["quantity"] == "effective_compute")
        & (doubling_times["penalty"] == penalty)
        & (doubling_times["method"] == "closed_form")
        & doubling_times["interval_method"].isin(_RATES)
    ]
    return rows.assign(cutoff=rows["specification"].map(dict(cutoffs)))


def pair_labels(published: pd.DataFrame, systems: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The pairs of systems that Table 1 of the study prints, in its order, and their names."""
    names = systems.set_index("studied_system")["system"].str.replace(r" \(.*\)", "", regex=True)
    return {(start, end): f"{names[start]} → {names[end]}" for start, end in printed_pairs(published)}


def transformer_gain_labels(gains: pd.DataFrame, labels: Mapping[str, str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Every row of `gains` by procedure and rank, the main law first. labels: printed name of each specification."""
    ordered = gains.sort_values(["procedure", "rank"], ascending=[False, True])
    rows = ordered.assign(label=ordered["procedure"] + "/" + ordered["rank"].astype(str))
    names = {}
    for row in rows.drop_duplicates("label").to_dict("records"):
        specification = str(row["specification"])
        known = specification if specification in labels else specification.removesuffix(GAIN_SUFFIX)
        place = f"best no. {row['rank']}: " if row["rank"] else ""
        names[row["label"]] = f"{place}{labels[known]}, δ {row['penalty']:g}"
    return rows, names
