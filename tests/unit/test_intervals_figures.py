"""Figures of intervals: what is drawn is what the rows say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmprogress.core.errors import InputError
from lmprogress.core.settings import MainFit
from lmprogress.figures.intervals_figures import plot_identification, plot_rate_ridge, plot_rate_tests, plot_simulation
from lmprogress.figures.intervals_selection import shown_identification, shown_rates

MAIN = MainFit(
    specification="law",
    penalty=0.01,
    interval_methods={"study": "row_bootstrap_times", "global": "paper_bootstrap_rates"},
)


def law(**changed: object) -> dict[str, object]:
    return {
        "specification": "law", "ho_number": 7, "penalty": 0.01, "benchmark": "all", "group": "all",
        "verdict": "identified", "estimate_months": 8.0, "n_rivals": 2, "fastest_rival_months": 8.0,
        "slowest_rival_months": 16.0, "profiled": False, "n_replicates": 100, "bootstrap_low_months": 4.0,
        "bootstrap_high_months": np.nan, "profile_low_months": np.nan, "profile_high_months": np.nan, **changed,
    }  # fmt: skip


def test_an_infinite_interval_ends_in_an_arrow_and_rivals_are_ticks() -> None:
    axes = plot_identification(pd.DataFrame([law()]), {"law": "A law"}, {}, interval_percent=95).axes[0]
    drawn = {line.get_marker(): list(line.get_xdata()) for line in axes.lines}
    assert drawn["D"] == [8.0]
    assert drawn["|"] == [16.0]
    assert drawn[">"] == [96.0]
    assert "<" not in drawn
    assert [label.get_text() for label in axes.get_yticklabels()] == ["7  A law"]


def test_tested_rates_are_drawn_by_edition_with_the_interval_that_they_leave() -> None:
    tests = pd.DataFrame(
        {
            "edition": ["one", "one", "one", "two"],
            "growth_rate_per_year": [2.0, 0.0, 1.0, 9.0],
            "p_value": [0.01, 0.2, 0.9, 0.5],
            "p_value_error": 0.01,
        }
    )
    verdict = pd.DataFrame(
        {
            "edition": ["one", "two"],
            "level": 90.0,
            "estimate_months": [10.9, 1.3],
            "low_months": [6.7, 1.2],
            "high_months": [np.nan, 1.5],
            "growth_rate_per_year": [1.1, 9.0],
            # without an end, the band reaches as far as the tests
            "low_growth_rate_per_year": [np.nan, 8.0],
            "high_growth_rate_per_year": [1.8, 10.0],
        }
    )
    left, right = plot_rate_tests(tests, verdict).axes[:2]
    assert [axes.get_title(loc="left") for axes in (left, right)] == [
        "one: 10.9 months (90 %: 6.7 to ∞)",
        "two: 1.3 months (90 %: 1.2 to 1.5)",
    ]
    assert left.patches[0].get_extents().transformed(left.transData.inverted()).intervalx == pytest.approx([0.0, 1.8])
    points = left.containers[0].lines[0]
    assert points.get_xydata().tolist() == [[0.0, 0.2], [1.0, 0.9], [2.0, 0.01]]
    assert left.lines[0].get_ydata()[0] == pytest.approx(0.1)


def test_the_selection_keeps_the_main_penalty_and_the_first_benchmark() -> None:
    rows = [law(), law(penalty=0.0), law(specification="other", benchmark="ptb"), law(verdict="no_progress_in_law")]
    rows.append(law(specification="other", benchmark="wt103", ho_number=None))
    shown = shown_identification(pd.DataFrame(rows), MAIN, ["wt103", "ptb"])
    assert shown["specification"].tolist() == ["law", "other"]
    assert shown["benchmark"].tolist() == ["all", "wt103"]


def test_rates_of_replicates_stand_side_by_side() -> None:
    draws = pd.DataFrame(
        {
            "specification": "law",
            "penalty": 0.01,
            "quantity": ["parameters", "data", "parameters", "data", "effective_compute"],
            "replicate": [0, 0, 1, 1, 0],
            "growth_rate_per_year": [1.0, 2.0, 3.0, 4.0, 9.0],
        }
    )
    assert shown_rates(draws, MAIN).to_numpy().tolist() == [[0, 2.0, 1.0], [1, 4.0, 3.0]]


def test_ridge_has_a_panel_a_penalty_with_its_points() -> None:
    x, y = (grid.ravel() for grid in np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9)))
    surface = pd.concat(
        pd.DataFrame(
            {
                "penalty": p,
                "growth_rate_in_parameters": x,
                "growth_rate_in_data": y,
                "likelihood_ratio": 9 * (x + y) ** 2 + x**2,
            }
        )
        for p in (0.0, 0.01)
    )
    points = pd.DataFrame(
        {
            "penalty": [0.0, 0.01, 0.01],
            "procedure": ["global", "global", "study"],
            "basin": [1, 1, 1],
            "growth_rate_in_parameters": [0.0, 0.1, 0.2],
            "growth_rate_in_data": [0.0, 0.3, 0.4],
        }
    )
    replicates = pd.DataFrame({"growth_rate_in_parameters": [0.5], "growth_rate_in_data": [0.5]})
    figure = plot_rate_ridge(surface, points, replicates, 3.84, interval_percent=95)
    first, second = figure.axes[:2]
    assert [axes.get_title(loc="left") for axes in (first, second)] == ["No penalty", "Penalty 0.01"]
    markers = [[line.get_marker() for line in axes.lines if line.get_marker() != "None"] for axes in (first, second)]
    assert markers == [["D"], ["D", "X"]]


def test_simulation_says_what_was_not_computed() -> None:
    row = {
        "truth": "t", "procedure": "study_row_bootstrap", "true_months": 8.0, "log_bias": 0.1, "log_bias_error": 0.01,
        "log_rmse": 0.3, "coverage": np.nan, "coverage_error": np.nan,
    }  # fmt: skip
    frame = pd.DataFrame([row, {**row, "procedure": "profile_likelihood", "coverage": 0.9, "coverage_error": 0.02}])
    left, right = plot_simulation(frame, {"t": "A truth"}, interval_percent=95).axes
    assert [text.get_text() for text in right.texts] == ["not computed"]
    assert left.get_title(loc="left") == "A truth: 8.0 months"


def test_nothing_to_show_is_refused() -> None:
    for refused in (
        lambda: plot_identification(pd.DataFrame(), {}, {}, interval_percent=95),
        lambda: plot_rate_ridge(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), 3.84, interval_percent=95),
        lambda: plot_simulation(pd.DataFrame(), {}, interval_percent=95),
    ):
        with pytest.raises(InputError):
            refused()
