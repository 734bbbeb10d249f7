"""The figures of the cross-validation show the rows that they are given, and say what lies beyond the axes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Annotation

from lmprogress.core.errors import InputError
from lmprogress.figures.validation_figures import plot_held_out_error, plot_rolling_origin

LABELS = {"first": "First law", "second": "Second law", "third": "Third law"}
PANELS = [("study", "study_split"), ("global", "leave_one_paper_out")]


def make_comparison() -> pd.DataFrame:
    rows = []
    for procedure, protocol in PANELS:
        for place, name in enumerate(LABELS):
            for penalty in (0.0, 0.0025):
                difference = 0.67 if name == "third" and procedure == "study" else 0.002 * place + penalty
                rows.append((procedure, protocol, name, penalty, difference))
    frame = pd.DataFrame(rows, columns=["procedure", "protocol", "specification", "penalty", "mean_difference"])
    low, high = frame["mean_difference"] - 0.003, frame["mean_difference"] + 0.003
    return frame.assign(low=low, high=high, beyond_noise=low > 0)


MAIN = pd.DataFrame({"procedure": ["study", "global"], "protocol": [p[1] for p in PANELS], "mse": [0.0486, 0.0513]})


def test_every_law_stands_in_every_panel_or_at_its_edge() -> None:
    comparison = make_comparison()
    figure = plot_held_out_error(comparison, MAIN, LABELS, 0.0025, 95)
    for axes, (procedure, _) in zip(figure.axes, PANELS, strict=True):
        of_it = comparison[(comparison["procedure"] == procedure) & (comparison["penalty"] == 0.0025)]
        drawn = {(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_gid() == "law"}
        beyond = [text for text in axes.texts if isinstance(text, Annotation)]
        expected = {
            (difference, list(LABELS).index(name))
            for name, difference in zip(of_it["specification"], of_it["mean_difference"], strict=True)
        }
        if procedure == "study":
            assert [(text.get_text(), text.xy[1]) for text in beyond] == [("+0.670 ▸", 2)]
            expected.remove((0.67, 2))
        assert drawn == expected
        left, right = axes.get_xlim()
        assert all(left <= x <= right for x, _ in drawn)
        dots = next(c for c in axes.collections if c.get_gid() == "other_penalties")
        assert len(dots.get_offsets()) == 3
        assert "0.0486" in figure.axes[0].get_title(loc="left")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(LABELS.values())


def test_a_law_twice_is_refused() -> None:
    comparison = make_comparison()
    with pytest.raises(InputError, match="several rows"):
        plot_held_out_error(pd.concat([comparison, comparison]), MAIN, LABELS, 0.0025, 95)
    with pytest.raises(InputError, match="no rows"):
        plot_rolling_origin(pd.DataFrame(columns=["procedure", "specification", "year"]), LABELS)


def test_years_of_each_law_are_one_line() -> None:
    rolling = pd.DataFrame(
        [
            (procedure, name, year, 0.2 + 0.01 * place, np.nan if name == "third" else 6.0 + place)
            for procedure in ("study", "global")
            for place, name in enumerate(LABELS)
            for year in (2020, 2018, 2019)
        ],
        columns=["procedure", "specification", "year", "rmse", "doubling_months"],
    ).assign(growth_rate_per_year=np.nan)
    error, time = plot_rolling_origin(rolling, LABELS).axes
    assert {line.get_gid() for line in error.lines} == {f"{n}:{p}" for n in LABELS for p in ("study", "global")}
    assert {line.get_gid() for line in time.lines} == {
        f"{n}:{p}" for n in ("first", "second") for p in ("study", "global")
    }
    for line in error.lines:
        assert list(line.get_xdata()) == [2018, 2019, 2020]


def test_a_year_without_progress_is_an_arrow_with_its_rate() -> None:
    rolling = pd.DataFrame(
        {
            "procedure": "global", "specification": "first", "year": [2018, 2019, 2020], "rmse": 0.2,
            "doubling_months": [3.0, np.nan, 8.0], "growth_rate_per_year": [4.0, -10.9, 1.5],
        }
    )  # fmt: skip
    _, time = plot_rolling_origin(rolling, LABELS).axes
    (arrow,) = (line for line in time.lines if line.get_gid() == "no progress first:global")
    assert (arrow.get_marker(), *arrow.get_xdata(), *arrow.get_ydata()) == ("^", 2019, time.get_ylim()[1])
    assert [text.get_text() for text in time.texts] == ["−10.9 doublings a year"]
