"""Figures of doubling times and gains: which rows are shown, and that what leaves the axis says so."""

from __future__ import annotations

import pandas as pd
import pytest

from lmprogress.core.errors import InputError
from lmprogress.figures.gains_figures import (
    plot_before_and_after,
    plot_doubling_times,
    plot_doubling_times_by_rank,
    plot_transformer_gains,
)
from lmprogress.figures.gains_rows import (
    before_and_after_rows,
    doubling_time_rows,
    pair_labels,
    rank_rows,
    transformer_gain_labels,
)

LABELS = {"first": "1. First", "second": "Second"}


def times(**changed: object) -> dict[str, object]:
    row: dict[str, object] = {
        "specification": "first", "penalty": 0.0025, "procedure": "study", "quantity": "effective_compute",
        "benchmark": "all", "group": "all", "method": "closed_form", "interval_method": "row_bootstrap_rates",
        "n_replicates": 100, "estimate_months": 8.0, "median_months": 9.0, "low_months": 4.0, "high_months": None,
    }  # fmt: skip
    return {**row, **changed}


def test_rows_are_those_of_rates_at_the_main_penalty_on_the_reference_benchmark() -> None:
    frame = pd.DataFrame(
        [
            times(),
            times(interval_method="row_bootstrap_times"),
            times(penalty=0.01),
            times(quantity="data"),
            times(method="numerical_as_study"),
            times(specification="unnamed"),
            times(specification="second", benchmark="wt103", group="before"),
            times(specification="second", benchmark="ptb", group="before"),
        ]
    )
    rows, labels = doubling_time_rows(frame, LABELS, 0.0025, "wt103")
    assert labels == {"first/all": "1. First", "second/before": "Second: before"}
    assert sorted(rows["label"]) == sorted(labels)


def test_no_progress_is_an_arrow_at_the_edge_and_an_infinite_end_too() -> None:
    frame = pd.DataFrame([times(), times(procedure="global", n_replicates=0, estimate_months=None)])
    rows, labels = doubling_time_rows(frame, LABELS, 0.0025, "wt103")
    study, true_minimum = plot_doubling_times(rows, labels, interval_percent=95).axes
    assert sorted(line.get_marker() for line in study.lines) == [">", "None", "o"]
    (only,) = true_minimum.lines
    assert only.get_marker() == ">"
    assert only.get_xdata()[0] == true_minimum.get_xlim()[1]


def test_pairs_are_printed_without_what_stands_in_brackets() -> None:
    published = pd.DataFrame({"reference_id": ["table1/rnn/gpt2/parameters", "table1/rnn/gpt2/data", "table2/a/b"]})
    systems = pd.DataFrame({"studied_system": ["rnn", "gpt2"], "system": ["RNN (2012)", "GPT-2 (1542M)"]})
    assert pair_labels(published, systems) == {("rnn", "gpt2"): "RNN → GPT-2"}


def test_gains_name_the_law_that_the_factor_was_added_to() -> None:
    gains = pd.DataFrame(
        {
            "procedure": "study", "rank": [0, 1], "specification": ["first", "second_transformer_gain"],
            "penalty": [0.0025, 0.01], "compute_flop": 1e25, "median_gain": [7.0, 9.0], "low_gain": 3.0,
            "high_gain": [40.0, float("inf")],
        }
    )  # fmt: skip
    rows, labels = transformer_gain_labels(gains, LABELS)
    assert list(labels.values()) == ["1. First, δ 0.0025", "best no. 1: Second, δ 0.01"]
    (axes,) = plot_transformer_gains(rows, labels, interval_percent=95).axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(labels.values())
    with pytest.raises(InputError):
        plot_transformer_gains(rows.iloc[:0], labels, interval_percent=95)


def test_the_best_laws_stand_by_rank_below_all_of_them() -> None:
    row = {
        "procedure": "study", "method": "numerical", "interval_method": "rates", "benchmark": "all", "group": "all",
        "penalty": 0.001, "median_months": 8.0, "low_months": 4.0, "high_months": None,
    }  # fmt: skip
    frame = pd.DataFrame(
        [
            {**row, "pooling": "pair", "rank": 2, "specification": "second"},
            {**row, "pooling": "pair", "rank": 1, "specification": "first", "benchmark": "wt2"},
            {**row, "pooling": "pair", "rank": 1, "specification": "first", "benchmark": "ptb"},
            {**row, "pooling": "pair", "rank": 1, "specification": "first", "benchmark": "ptb", "method": "x"},
            {**row, "pooling": "every_rate", "rank": 0, "specification": "all", "interval_method": "times"},
            {**row, "pooling": "every_rate", "rank": 0, "specification": "all", "median_months": None},
        ]
    )
    rows = rank_rows(frame, LABELS)
    labels = ["All of them, every rate", "1.  1. First, δ 0.001", "2.  Second, δ 0.001"]
    assert rows["label"].unique().tolist() == labels
    study, minimum = plot_doubling_times_by_rank(rows, {"ptb": "P", "wt2": "W"}, interval_percent=95).axes
    assert [label.get_text() for label in study.get_yticklabels()] == labels and not minimum.lines
    top = [line.get_marker() for line in study.lines if set(line.get_ydata()) == {0} and line.get_marker() != "None"]
    assert top == [">", ">"]  # of the interval, and of a median without progress
    # rates of two benchmarks stand in one line
    dots = [(float(line.get_ydata()[0]), line.get_color()) for line in study.lines if line.get_marker() == "o"]
    assert [height for height, _ in dots] == pytest.approx([-0.87, -1.13, -2])
    assert len({colour for _, colour in dots}) == 3


def test_rates_before_and_from_a_year_share_its_row() -> None:
    both = [times(specification="cut", group=group, procedure="global") for group in ("before", "from")]
    others = [times(specification="cut"), times(group="before"), times(specification="later", group="from")]
    rows = before_and_after_rows(pd.DataFrame([*both, *others]), {"cut": 2016, "later": 2018}, 0.0025)
    assert sorted(zip(rows["cutoff"], rows["group"], strict=True)) == [(2016, "before"), (2016, "from"), (2018, "from")]
    study, minimum = plot_before_and_after(rows, interval_percent=95).axes
    assert [label.get_text() for label in study.get_yticklabels()] == ["2016", "2018"]
    dots = sorted(float(line.get_ydata()[0]) for line in minimum.lines if line.get_marker() == "o")
    assert dots == pytest.approx([-0.17, 0.17])
