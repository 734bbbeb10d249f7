"""Counts, ranks, ranges and rates behind published numbers, on small tables whose answers can be worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.core.settings import MainFit
from lmprogress.ledger.statistics import tabulate_statistics

MAIN = MainFit(
    specification="benchmark_intercepts",
    penalty=0.0025,
    interval_methods={"study": "row_bootstrap_times", "global": "paper_bootstrap_rates"},
)
PAIRS = [("rnn", "gpt2"), ("rnn", "lstm")]
OBSERVATIONS = pd.DataFrame(
    {
        "benchmark": ["ptb", "ptb", "ptb", "wt2"],
        "transformer": [True, False, False, False],
        "training_compute_flop": [1e15, 1e16, 1e17, 1e22],
        "training_compute_source": ["6ND", "reported", "6ND", "reported"],
        "vocabulary_size": [10000.0, 10000.0, 9000.0, math.nan],
    }
)
# each later and of less compute; the second is worse than the first, the third as good as it
VISION = pd.DataFrame(
    {
        "publication_date": ["2012-01-01", "2013-01-01", "2014-01-01"],
        "top_1_error": [11.6, 16.1, 11.6],
        "training_compute_flop": [1e20, 1e16, 1e15],
    }
)
LAWS = (("benchmark_intercepts", 7), ("drifting_exponents", 14), ("no_progress", 16), ("compute_only", 18))


def main_columns() -> dict[str, Any]:
    """The columns that tell the main fit."""
    return MAIN.model_dump(include={"specification", "penalty"})


def held_out(procedure: str, protocol: str) -> pd.DataFrame:
    frame = pd.DataFrame({"observation_number": [1, 2], "log_perplexity": [3.0, 5.0], "procedure": procedure})
    other = frame.assign(log_perplexity=[3.0, 9.0], protocol="rolling_origin")
    return pd.concat([frame.assign(protocol=protocol), other]).assign(edition="published")


def errors(procedure: str, protocol: str) -> pd.DataFrame:
    rows = [
        # the later the law the smaller its error; a penalty adds to it
        {"specification": name, "ho_number": number, "penalty": penalty, "mse": 0.1 - number / 1000 + penalty}
        for name, number in LAWS
        for penalty in (0.0, 0.0025, 0.02)
    ]
    return pd.DataFrame(rows).assign(edition="published", procedure=procedure, protocol=protocol)


def coefficients() -> pd.DataFrame:
    estimates = {"alpha_year": 0.1, "beta_year": -0.3, "alpha_param": 0.1, "beta_data": 0.1}
    of_main = pd.DataFrame({"coefficient": estimates.keys(), "estimate": estimates.values(), **main_columns()})
    of_drifts = pd.DataFrame({"coefficient": ["alpha_rate", "beta_rate"], "estimate": [-0.2, 0.05], "penalty": 0.0})
    return pd.concat([of_main, of_drifts]).assign(edition="published", procedure="study")


def replicates() -> pd.DataFrame:
    rates = [(0.1, 0.1), (0.1, -0.2), (-0.1, 0.2), (0.3, -0.25)]
    rows = [
        (i, name, rate)
        for i, pair in enumerate(rates)
        for name, rate in zip(("alpha_year", "beta_year"), pair, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["replicate", "coefficient", "estimate"])
    return frame.assign(edition="published", procedure="study", **main_columns())


def draws(procedure: str, rates: list[float]) -> pd.DataFrame:
    frame = pd.DataFrame({"growth_rate_per_year": rates, "quantity": "effective_compute"})
    return frame.assign(edition="published", procedure=procedure, **main_columns())


@pytest.fixture(scope="module")
def value() -> pd.Series:
    funnel = pd.DataFrame({"step_number": [2, 1], "step": ["capped", "deduplicated"], "rows": [231, 261]})
    statistics = tabulate_statistics(
        {"published": OBSERVATIONS},
        [held_out("study", "study_split"), held_out("global", "leave_one_paper_out")],
        [draws("study", [1.0, 2.0, 4.0]), draws("global", [-1.0, 1.0, 2.0, 4.0])],
        [replicates()],
        {
            "funnel": funnel.assign(edition="published"),
            "cross_validation": pd.concat([errors("study", "study_split"), errors("global", "leave_one_paper_out")]),
            "coefficients": coefficients(),
        },
        tables.read_csv(ROOT / "raw/reference/studied_systems.csv", "studied_systems"),
        VISION,
        main=MAIN,
        pairs=PAIRS,
    )
    checked = table("study_statistics").checked(statistics, "study_statistics")
    return checked.set_index(["procedure", "statistic", "subject"])["value"].sort_index()


def test_counts_and_percentiles_of_observations(value: pd.Series) -> None:
    assert value["none", "n_observations", "transformers"] == 1
    assert value["none", "n_observations", "others"] == 3
    assert value["none", "n_observations", "ptb"] == 3
    assert value["none", "n_left_out", "capped"] == 30
    assert value["none", "most_common_vocabulary", "ptb"] == 10000
    assert ("none", "most_common_vocabulary", "wt2") not in value
    # linear between the two reported ones
    assert value["none", "training_compute_percentile", "reported/10"] == pytest.approx(1e16 + 0.1 * (1e22 - 1e16))
    assert value["none", "training_compute_percentile", "10"] == pytest.approx(1e15 + 0.3 * (1e16 - 1e15))


def test_the_study_ranks_what_its_list_knew_and_we_rank_all(value: pd.Series) -> None:
    assert value["study", "rank_of_pair", "no_progress/0.0025"] == 1
    assert ("study", "rank_of_pair", "compute_only/0.0025") not in value
    assert ("study", "rank_of_pair", "no_progress/0") not in value
    assert value["global", "rank_of_pair", "compute_only/0"] == 1
    assert value["global", "rank_of_pair", "compute_only/0.0025"] == 3
    # neither 14 nor those after 15 are in the figure
    assert value["study", "rank_of_specification"].to_dict() == {"benchmark_intercepts": 1}
    assert value["study", "n_pairs", "compared"] == 6


def test_r2_is_of_what_is_held_out(value: pd.Series) -> None:
    # variance of 3 and 5 is 1; the other protocol does not count
    assert value["study", "held_out_r2", "benchmark_intercepts/0"] == pytest.approx(1 - 0.093)
    assert value["study", "held_out_r2", "greatest"] == pytest.approx(1 - 0.086)
    assert value["study", "held_out_r2", "least"] == pytest.approx(1 - 0.113)


def test_exponents_drifts_and_share_of_replicates(value: pd.Series) -> None:
    assert value["study", "loss_exponent_in_compute", "main"] == pytest.approx(-0.05)
    assert (value["study", "exponent_drift", "least"], value["study", "exponent_drift", "greatest"]) == (0.05, 0.2)
    assert value["study", "share_with_positive_sum", "main"] == 0.75


def test_times_of_the_study_and_rates_of_ours(value: pd.Series) -> None:
    # 3, 6 and 12 months: percentiles of times; a rate below zero leaves the upper end open
    assert value["study", "doubling_time_90_percent", "low"] == pytest.approx(3.3)
    assert value["study", "doubling_time_90_percent", "high"] == pytest.approx(11.4)
    assert value["global", "doubling_time_90_percent", "low"] == pytest.approx(12 / 3.7)
    assert math.isnan(value["global", "doubling_time_90_percent", "high"])


def test_growth_of_compute_between_systems_is_the_footnote_without_its_unit(value: pd.Series) -> None:
    published = tables.read_csv(ROOT / "raw/reference/published.csv", "published").set_index("reference_id")
    assert round(value["none", "compute_growth_rate", "rnn/gpt2"]) == published.loc["footnote6/rnn/gpt2", "value"]


def test_the_study_takes_worse_models_of_images_for_better_ones(value: pd.Series) -> None:
    assert value["study", "greatest_vision_gain", "imagenet"] == pytest.approx(1e4)
    assert value["global", "greatest_vision_gain", "imagenet"] == pytest.approx(1e5)
