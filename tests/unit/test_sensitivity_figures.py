"""The forest plot: which rows are drawn, and where infinite ends go."""

from __future__ import annotations

import pandas as pd
import pytest

from lmprogress.core.errors import InputError
from lmprogress.core.settings import MainFit
from lmprogress.figures.sensitivity_figures import plot_sensitivity, shown_variations

MAIN = MainFit(
    specification="law",
    penalty=0.0025,
    interval_methods={"study": "row_bootstrap_times", "global": "paper_bootstrap_rates"},
)


def row(**values: object) -> dict[str, object]:
    base = {"law": "law", "place": 1, "label": "As fitted", "heading": "Data", "penalty": 0.0025, "procedure": "global",
            "benchmark": "all", "interval_method": "paper_bootstrap_rates", "status": "converged",
            "estimate_months": 6.0, "low_months": 3.0, "high_months": 30.0}  # fmt: skip
    return {**base, **values}


def drawn(figure, name: str) -> list[list[float]]:
    return [line.get_xdata().tolist() for axes in figure.axes for line in axes.lines if line.get_gid() == name]


def test_intervals_over_rates_and_points_without_interval_are_shown() -> None:
    frame = pd.DataFrame(
        [
            row(),
            row(procedure="study", interval_method="row_bootstrap_times"),
            row(procedure="study", interval_method="row_bootstrap_rates"),
            row(place=2, label="Other", procedure="study", interval_method="none"),
            row(place=3, label="By benchmark", benchmark="ptb"),
            row(place=4, label="Penalised", penalty=0.02),
        ]
    )
    shown = shown_variations(frame, MAIN)
    assert shown["interval_method"].tolist() == [
        "paper_bootstrap_rates", "row_bootstrap_rates", "none", "paper_bootstrap_rates",
    ]  # fmt: skip
    assert shown["line"].tolist() == ["As fitted", "As fitted", "Other", "Penalised (δ = 0.02)"]


def test_infinite_ends_are_drawn_at_the_edges_with_arrows() -> None:
    frame = pd.DataFrame(
        [
            row(),
            row(place=2, label="None", low_months=0.0, high_months=None, estimate_months=None),
            row(place=3, label="Point", interval_method="none", low_months=None, high_months=None),
            row(place=4, label="Few", status="too few observations", interval_method="none", estimate_months=None),
        ]
    )
    figure = plot_sensitivity(shown_variations(frame, MAIN), {"law": "A law"}, interval_percent=95)
    left, right = figure.axes[0].get_xlim()
    assert drawn(figure, "interval") == [[3.0, 30.0], [left, right]]
    assert [x for (x,) in drawn(figure, "estimate")] == [6.0, right, 6.0]
    arrows = [line.get_marker() for line in figure.axes[0].lines if line.get_marker() in ("<", ">")]
    # of the interval's ends, and of the estimate without progress
    assert arrows == ["<", ">", ">"]
    assert "too few observations" in [text.get_text() for text in figure.axes[0].texts]


def test_nothing_and_two_of_one_are_refused() -> None:
    with pytest.raises(InputError):
        plot_sensitivity(shown_variations(pd.DataFrame([row()]).iloc[:0], MAIN), {"law": "A law"}, interval_percent=95)
    with pytest.raises(InputError):
        plot_sensitivity(shown_variations(pd.DataFrame([row(), row()]), MAIN), {"law": "A law"}, interval_percent=95)
