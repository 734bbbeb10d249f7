"""The figures of other laws show what their tables hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from lmprogress.core.errors import InputError
from lmprogress.figures.other_laws_figures import (
    plot_compute_budget,
    plot_densities,
    plot_extrapolation,
    plot_forecast_scores,
    plot_progress_rates,
)
from lmprogress.other_laws.compute_budget import (
    compare_runs,
    project_budgets,
    read_allocations,
    tabulate_allocations,
    trade_off_serving,
)
from other_laws_cases import densities, density_trend, raw

VERDICT = pd.DataFrame(
    [{"edition": "published", "level": 95.0, "estimate_months": 8.0, "low_months": 4.0, "high_months": np.nan}]
)


def marks(figure: Figure, gid: str) -> list:
    return [artist for axes in figure.axes for artist in axes.get_children() if artist.get_gid() == gid]


def test_densities_and_records() -> None:
    figure = plot_densities(densities(), density_trend().reset_index())
    (points,), (records,), (computed,) = (marks(figure, gid) for gid in ("published", "records", "computed"))
    table = densities()
    published = table[table["score_basis"] == "published"]
    assert sorted(points.get_offsets()[:, 1]) == pytest.approx(sorted(published["density"]))
    assert sorted(records.get_ydata()) == pytest.approx(sorted(published.loc[published["record"], "density"]))
    assert len(computed.get_ydata()) == (table["score_basis"] == "Average").sum()


def test_budgets() -> None:
    allocations = read_allocations(raw("allocation_laws"))
    runs = raw("training_runs")
    served = trade_off_serving(allocations, [1e22], [0, 1e12])
    figure = plot_compute_budget(
        compare_runs(runs, allocations), tabulate_allocations(allocations, [1e22]), served,
        project_budgets(VERDICT, [1e22, 1e24], [0, 4]), VERDICT,
    )  # fmt: skip
    (points,), (gains,) = marks(figure, "runs"), marks(figure, "published")
    assert sorted(points.get_offsets()[:, 0]) == pytest.approx(sorted(runs["n_parameters"]))
    assert gains.get_ydata().tolist() == [1, 64]
    names = {text.get_text() for text in figure.axes[0].texts}
    assert set(runs["model"]) <= names


@pytest.mark.parametrize("months", [1e-6, -1e-6, 0.0, np.nan])
def test_budgets_with_a_rate_beyond_all_bounds(months: float, tmp_path: Path) -> None:
    allocations = read_allocations(raw("allocation_laws"))
    wild = project_budgets(
        VERDICT.assign(estimate_months=months, low_months=months, high_months=months), [1e22], [0, 4, 50]
    )
    figure = plot_compute_budget(
        compare_runs(raw("training_runs"), allocations), tabulate_allocations(allocations, [1e22]),
        trade_off_serving(allocations, [1e22], [0, 1e12]), wild, VERDICT,
    )  # fmt: skip
    figure.savefig(tmp_path / "figure.pdf")


def test_budgets_without_a_fit() -> None:
    allocations = read_allocations(raw("allocation_laws"))
    served = trade_off_serving(allocations, [1e22], [0, 1e12])
    nothing = project_budgets(VERDICT.iloc[:0], [1e22], [0, 4])
    figure = plot_compute_budget(
        compare_runs(raw("training_runs"), allocations),
        tabulate_allocations(allocations, [1e22]),
        served,
        nothing,
        VERDICT.iloc[:0],
    )
    assert "No verdict" in {text.get_text() for text in figure.axes[2].texts}


def test_extrapolation_draws_the_trend_through_what_it_foretells() -> None:
    series = pd.DataFrame(
        {"series": ["processor_clock", "airspeed_record", "transistors"], "year": 2000.0, "value": 10.0, "unit": "u",
         "source": "s"}
    )  # fmt: skip
    trends = pd.DataFrame(
        [{"series": "processor_clock", "first_year": 1990.0, "last_year": 1999.0, "doubling_years": 2.0,
          "target_year": 2010.0, "foretold": 64.0}]
    )  # fmt: skip
    changes = pd.DataFrame(
        [{"series": "processor_clock", "tool": "broken_stick", "break_year": 2001.0, "alarm_year": 2004.0,
          "false_alarm_rate": 0.25}]
    )  # fmt: skip
    figure = plot_extrapolation(series, trends, changes)
    (foretold,), (alarm,) = marks(figure, "foretold"), marks(figure, "alarm broken_stick")
    assert foretold.get_ydata().tolist() == pytest.approx([2.0, 64.0])
    assert list(alarm.get_xdata()) == [2004.0]
    assert "2004 (25)" in {text.get_text() for text in figure.axes[0].texts}


def test_forecast_scores_over_all_horizons() -> None:
    scores = pd.DataFrame(
        {
            "series": ["a", "perplexity_wt2_corrected", "a", "a"], "method": ["naive", "naive", "a_law", "naive"],
            "horizon": ["all", "all", "all", "0-1"], "rmse": [1.0, 2.0, 0.5, 9.0], "coverage": [0.9, 0.8, 0.7, 0.1],
            "nominal_coverage": 0.95,
        }
    )  # fmt: skip
    figure = plot_forecast_scores(scores, {"a_law": "A law"}, {"wt2": "WikiText-2"})
    (errors,), (shares,) = marks(figure, "rmse naive"), marks(figure, "coverage a_law")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "Perplexity, WikiText-2, corrected",
        "A",
    ]
    assert "A law" in {text.get_text() for text in figure.legends[0].get_texts()}
    # in the order of the alphabet, from above
    assert list(zip(errors.get_ydata(), errors.get_xdata(), strict=True)) == [(1, 1.0), (0, 2.0)]
    assert list(shares.get_xdata()) == [0.7]


def test_rates_have_a_row_each() -> None:
    rates = pd.DataFrame(
        {
            "rate": ["a", "b"], "domain": ["chess", "language models"], "definition": ["x", "y"],
            "months": [15.0, np.nan],
            "low": [np.nan, 5.0], "high": [np.nan, 24.0], "interval": [None, "range"], "period": None,
            "origin": "published", "source": "s",
        }
    )  # fmt: skip
    figure = plot_progress_rates(rates)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["y", "x"]  # language models stand first
    (dot,) = marks(figure, "a")
    assert list(dot.get_xdata()) == [15.0]
    assert "5–24" in {text.get_text() for text in figure.axes[0].texts}


def test_an_empty_table_is_told() -> None:
    with pytest.raises(InputError, match="no rows"):
        plot_densities(densities().iloc[:0], density_trend().reset_index())
