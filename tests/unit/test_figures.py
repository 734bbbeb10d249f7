"""The figures show the frames that they are given: every row, nothing else, nothing cut off.

In: small frames made here. Out: assertions on the artists of the figures.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.axes._secondary_axes import SecondaryAxis
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from lmprogress.core.errors import InputError
from lmprogress.figures.fit_figures import (
    plot_doubling_time_distribution,
    plot_perplexity_over_time,
    plot_predicted_against_actual,
)

BENCHMARKS = {"wt103": "WikiText-103", "wt2": "WikiText-2", "ptb": "Penn Treebank"}
PERCENT = 95.0


@pytest.fixture(autouse=True)
def _no_unexpected_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def make_observations(n: int = 60) -> pd.DataFrame:
    """Systems 0, 1, 2 … over a decade; every fifth stands on two benchmarks."""
    random = np.random.default_rng(4)
    year = np.sort(random.uniform(2012.4, 2023.5, n))
    frame = pd.DataFrame(
        {
            "system_id": [f"1234.5678/system-{i}" for i in range(n)],
            "system": [f"System number {i}" for i in range(n)],
            "benchmark": random.choice(["ptb", "wt2"], n),
            "publication_year": year,
            "log_perplexity": 5.0 - 0.25 * (year - 2012) + random.normal(0, 0.4, n),
            "training_compute_flop": 10 ** random.uniform(12.5, 24, n),
        }
    )
    again = frame.iloc[::5].assign(benchmark="wt103", log_perplexity=frame["log_perplexity"] - 0.5)
    return pd.concat([frame, again], ignore_index=True)


def make_draws(n: int = 50, slow: int = 3, none: int = 4) -> pd.DataFrame:
    """Growth rates of two procedures, of which `slow` take more than 96 months and `none` are not positive."""
    random = np.random.default_rng(7)
    parts = []
    for procedure, unit in (("study", "row"), ("global", "paper")):
        rates = random.uniform(0.3, 6.0, n)
        rates[:slow] = 0.1
        rates[slow : slow + none] = np.linspace(-1.0, 0.0, none)
        parts.append(
            pd.DataFrame(
                {
                    "procedure": procedure,
                    "quantity": "effective_compute",
                    "resample_unit": unit,
                    "replicate": range(n),
                    "growth_rate_per_year": rates,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def make_doubling_times(n: int = 50, none: int = 4, **months: float) -> pd.DataFrame:
    """Summaries that have nothing to do with the draws, so that a figure that computes its own is found out."""
    values = {"estimate_months": 7.77, "median_months": 5.55, "low_months": 3.33, "high_months": 44.44, **months}
    rows = [
        {"procedure": p, "quantity": "effective_compute", "n_replicates": n, "n_without_progress": none, **values}
        for p in ("study", "global")
    ]
    return pd.DataFrame(rows)


def make_predictions(n: int = 40) -> pd.DataFrame:
    random = np.random.default_rng(9)
    parts = [
        pd.DataFrame(
            {
                "procedure": procedure,
                "observation_number": range(1, n + 1),
                "benchmark": random.choice(list(BENCHMARKS), n),
                "log_perplexity": random.uniform(1.5, 5.0, n),
                "predicted_log_perplexity": random.uniform(1.5, 5.0, n),
            }
        )
        for procedure in ("study", "global")
    ]
    return pd.concat(parts, ignore_index=True)


def make_fits() -> pd.DataFrame:
    return pd.DataFrame({"procedure": ["study", "global"], "r2": [0.12345, 0.98765], "n_observations": [4321, 1234]})


def texts(figure: Figure) -> list[Text]:
    """Every text that is drawn: matplotlib keeps tick labels beyond the ends of an axis, but does not draw them."""
    beyond = set()
    for axes in figure.findobj(Axes) + figure.findobj(SecondaryAxis):
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                if not low <= tick.get_loc() <= high:
                    beyond |= {tick.label1, tick.label2}
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text() and t not in beyond]


def assert_nothing_cut_off(figure: Figure) -> None:
    for dpi in (72, 300):
        figure.set_dpi(dpi)
        figure.draw_without_rendering()
        canvas = figure.bbox
        outside = []
        for text in texts(figure):
            box = Text.get_window_extent(text)
            if box.x0 < canvas.x0 or box.y0 < canvas.y0 or box.x1 > canvas.x1 or box.y1 > canvas.y1:
                outside.append(text.get_text())
        assert not outside


def offsets(axes: Axes, benchmark: str) -> np.ndarray:
    (points,) = (c for c in axes.collections if c.get_gid() == benchmark)
    return np.asarray(points.get_offsets())


def named(axes: Axes) -> dict[str, Annotation]:
    return {a.get_text().replace("\n", " "): a for a in axes.texts if isinstance(a, Annotation)}


# ---- perplexity over time -------------------------------------------------------------------------------------------


def test_one_mark_a_row_where_the_row_says():
    observations = make_observations()
    axes = plot_perplexity_over_time(observations, BENCHMARKS, []).axes[0]
    assert len(axes.collections) == 3
    for benchmark, rows in observations.groupby("benchmark"):
        np.testing.assert_array_equal(offsets(axes, benchmark), rows[["publication_year", "log_perplexity"]])


def test_every_mark_lies_within_the_axes():
    observations = make_observations()
    axes = plot_perplexity_over_time(observations, BENCHMARKS, []).axes[0]
    assert axes.get_xlim()[0] < observations["publication_year"].min()
    assert axes.get_xlim()[1] > observations["publication_year"].max()
    assert axes.get_ylim()[0] < observations["log_perplexity"].min()
    assert axes.get_ylim()[1] > observations["log_perplexity"].max()


def test_area_grows_evenly_with_the_logarithm_of_compute():
    observations = make_observations(4).query("benchmark != 'wt103'").assign(benchmark="ptb")
    observations["training_compute_flop"] = [1e14, 1e17, 1e20, 1e23]
    axes = plot_perplexity_over_time(observations, BENCHMARKS, []).axes[0]
    steps = np.diff(axes.collections[0].get_sizes())
    assert (steps > 0).all()
    np.testing.assert_allclose(steps, steps[0])


def test_unknown_compute_is_hollow_and_in_the_key():
    observations = make_observations()
    observations.loc[observations["benchmark"] == "wt2", "training_compute_flop"] = np.nan
    figure = plot_perplexity_over_time(observations, BENCHMARKS, [])
    alpha = {c.get_gid(): {to_rgba(tuple(f))[3] for f in c.get_facecolors()} for c in figure.axes[0].collections}
    assert alpha["wt2"] == {0.0}
    assert min(alpha["ptb"]) > 0
    assert "unknown" in [t.get_text() for t in texts(figure)]
    assert "unknown" not in [
        t.get_text() for t in texts(plot_perplexity_over_time(make_observations(), BENCHMARKS, []))
    ]


def test_each_notable_system_is_named_at_its_row():
    observations = make_observations()
    ids = [f"1234.5678/system-{i}" for i in (0, 5, 17, 33, 59)]
    labels = named(plot_perplexity_over_time(observations, BENCHMARKS, ids).axes[0])
    assert set(labels) == {f"System number {i}" for i in (0, 5, 17, 33, 59)}
    for i in (0, 5, 17, 33, 59):
        rows = observations[observations["system_id"] == f"1234.5678/system-{i}"]
        # systems 0 and 5 stand on WikiText-103 too, the first of the benchmarks
        row = rows[rows["benchmark"] == "wt103"] if i in (0, 5) else rows
        assert labels[f"System number {i}"].xy == tuple(row[["publication_year", "log_perplexity"]].iloc[0])


def test_names_neither_overlap_nor_leave_the_axes():
    observations = make_observations()
    ids = [f"1234.5678/system-{i}" for i in range(0, 60, 3)]
    figure = plot_perplexity_over_time(observations, BENCHMARKS, ids)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    boxes = [Text.get_window_extent(a) for a in named(axes).values()]
    assert len(boxes) == 20
    frame = axes.get_window_extent()
    for i, box in enumerate(boxes):
        assert frame.x0 <= box.x0 <= box.x1 <= frame.x1
        assert frame.y0 <= box.y0 <= box.y1 <= frame.y1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_too_many_names_are_told():
    observations = long_names()
    with pytest.warns(UserWarning, match="name fewer"):
        plot_perplexity_over_time(observations, BENCHMARKS, list(observations["system_id"].unique()))


def test_systems_that_are_not_there_are_told_and_left_out():
    observations = make_observations()
    with pytest.warns(UserWarning, match="9999.99999/nowhere"):
        figure = plot_perplexity_over_time(observations, BENCHMARKS, ["9999.99999/nowhere", "1234.5678/system-3"])
    assert set(named(figure.axes[0])) == {"System number 3"}


def test_right_axis_is_the_perplexity():
    figure = plot_perplexity_over_time(make_observations(), BENCHMARKS, [])
    (right,) = figure.axes[0].child_axes
    labels = [float(t.get_text()) for t in right.get_yticklabels()]
    assert len(labels) >= 4
    np.testing.assert_allclose(np.exp(right.get_yticks()), labels)
    assert right.get_ylim() == figure.axes[0].get_ylim()


# ---- doubling times -------------------------------------------------------------------------------------------------


def test_every_replicate_is_in_a_bar():
    draws = make_draws()
    figure = plot_doubling_time_distribution(draws, make_doubling_times(), interval_percent=PERCENT)
    panels = np.array(figure.axes).reshape(-1, 2)
    for (axes, beside), procedure in zip(panels, ("study", "global"), strict=True):
        rates = draws.loc[draws["procedure"] == procedure, "growth_rate_per_year"]
        months = 12 / rates[rates > 0]
        for bar in axes.patches:
            left, right = bar.get_x(), bar.get_x() + bar.get_width()
            assert bar.get_height() == pytest.approx(100 * ((months >= left) & (months < right)).sum() / 50)
        assert [b.get_height() for b in beside.patches] == pytest.approx([6.0, 8.0])
        assert [t.get_text() for t in beside.texts] == ["3", "4"]
        assert sum(b.get_height() for b in [*axes.patches, *beside.patches]) == pytest.approx(100)


def test_summary_is_that_of_the_table():
    figure = plot_doubling_time_distribution(make_draws(), make_doubling_times(), interval_percent=90)
    axes = figure.axes[0]
    lines = {line.get_gid(): line.get_xdata() for line in axes.lines if line.get_gid()}
    assert list(lines["interval"]) == [3.33, 44.44]
    assert np.ravel(lines["median"]) == [5.55]
    assert np.ravel(lines["estimate"]) == [7.77]
    title = axes.get_title(loc="left")
    assert "median 5.5 (90 %: 3.3 to 44.4), fit 7.8 months" in title
    assert "50 replicates by row" in title
    assert "50 replicates by paper" in figure.axes[2].get_title(loc="left")


def test_an_interval_without_end_gets_an_arrow():
    times = make_doubling_times(high_months=np.nan)
    figure = plot_doubling_time_distribution(make_draws(), times, interval_percent=PERCENT)
    axes = figure.axes[0]
    (interval,) = (line for line in axes.lines if line.get_gid() == "interval")
    assert list(interval.get_xdata()) == [3.33, axes.get_xlim()[1]]
    assert [line.get_marker() for line in axes.lines if line.get_marker() in ("|", "<", ">")] == ["|", ">"]
    assert "3.3 to ∞" in axes.get_title(loc="left")


def test_no_replicate_with_progress():
    draws = make_draws(slow=0, none=50)
    nothing = dict.fromkeys(("estimate_months", "median_months", "low_months", "high_months"), np.nan)
    times = make_doubling_times(none=50, **nothing)
    figure = plot_doubling_time_distribution(draws, times, interval_percent=PERCENT)
    axes, beside = figure.axes[:2]
    assert not axes.lines
    assert [b.get_height() for b in beside.patches] == pytest.approx([0, 100])
    assert "median ∞" in axes.get_title(loc="left")


def test_fast_progress_widens_the_axis():
    draws = make_draws(slow=0, none=0)
    draws["growth_rate_per_year"] = 60.0
    axes = plot_doubling_time_distribution(draws, make_doubling_times(), interval_percent=PERCENT).axes[0]
    assert axes.get_xlim()[0] < 0.2
    assert sum(b.get_height() for b in axes.patches) == pytest.approx(100)


# ---- fit ------------------------------------------------------------------------------------------------------------


def test_predictions_stand_in_the_panel_of_their_procedure():
    predictions, fits = make_predictions(), make_fits()
    figure = plot_predicted_against_actual(predictions, fits, BENCHMARKS)
    for axes, procedure in zip(figure.axes, ("study", "global"), strict=True):
        for benchmark in BENCHMARKS:
            rows = predictions[(predictions["procedure"] == procedure) & (predictions["benchmark"] == benchmark)]
            expected = rows[["log_perplexity", "predicted_log_perplexity"]]
            np.testing.assert_array_equal(offsets(axes, benchmark), expected)
        (line,) = axes.lines
        np.testing.assert_array_equal(line.get_xdata(), line.get_ydata())
    assert "R² = 0.123, n = 4321" in figure.axes[0].get_title(loc="left")
    assert "R² = 0.988, n = 1234" in figure.axes[1].get_title(loc="left")


def test_panels_of_the_fit_are_square_with_equal_axes():
    figure = plot_predicted_against_actual(make_predictions(), make_fits(), BENCHMARKS)
    for axes in figure.axes:
        assert axes.get_xlim() == axes.get_ylim()
        box = axes.get_window_extent()
        assert box.width == pytest.approx(box.height, abs=0.5)


# ---- all ------------------------------------------------------------------------------------------------------------


def long_names() -> pd.DataFrame:
    frame = make_observations(30)
    frame["system"] += r" with $\nosuch$ in a very long name, " + "w" * 40
    return frame


CASES: dict[str, Callable[[], Figure]] = {
    "observations": lambda: plot_perplexity_over_time(
        make_observations(), BENCHMARKS, [f"1234.5678/system-{i}" for i in range(0, 60, 4)]
    ),
    "no notable systems": lambda: plot_perplexity_over_time(make_observations(), BENCHMARKS, []),
    "one row": lambda: plot_perplexity_over_time(
        make_observations().head(1), BENCHMARKS, ["1234.5678/system-0"]
    ),
    "one benchmark": lambda: plot_perplexity_over_time(
        make_observations().query("benchmark == 'ptb'"), BENCHMARKS, []
    ),
    "long names": lambda: plot_perplexity_over_time(
        long_names(),
        {b: f"{n} with a long name" for b, n in BENCHMARKS.items()},
        ["1234.5678/system-0", "1234.5678/system-29"],
    ),
    "doubling times": lambda: plot_doubling_time_distribution(
        make_draws(), make_doubling_times(), interval_percent=PERCENT
    ),
    "wide doubling times": lambda: plot_doubling_time_distribution(
        make_draws(),
        make_doubling_times(low_months=-123.4, median_months=456.7, high_months=1234.5),
        interval_percent=97.5,
    ),
    "one procedure": lambda: plot_doubling_time_distribution(
        make_draws().query("procedure == 'global'"), make_doubling_times().tail(1), interval_percent=PERCENT
    ),
    "fit": lambda: plot_predicted_against_actual(make_predictions(), make_fits(), BENCHMARKS),
    "one fit": lambda: plot_predicted_against_actual(
        make_predictions().query("procedure == 'study'"), make_fits().head(1), BENCHMARKS
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_no_text_is_cut_off(case):
    figure = CASES[case]()
    assert len(texts(figure)) > 5
    assert_nothing_cut_off(figure)


@pytest.mark.parametrize("case", ["doubling times", "fit", "observations"])
def test_letters_are_large_enough_at_final_size(case):
    figure = CASES[case]()
    assert min(t.get_fontsize() for t in texts(figure)) >= 6
    assert figure.get_figwidth() * 25.4 == pytest.approx(89) or figure.get_figwidth() * 25.4 == pytest.approx(183)


@pytest.mark.parametrize(
    ("draw", "table"),
    [
        (lambda: plot_perplexity_over_time(make_observations().head(0), BENCHMARKS, []), "observations"),
        (
            lambda: plot_doubling_time_distribution(make_draws().head(0), make_doubling_times(), interval_percent=95),
            "doubling_time_draws",
        ),
        (
            lambda: plot_doubling_time_distribution(make_draws(), make_doubling_times().head(0), interval_percent=95),
            "doubling_times",
        ),
        (lambda: plot_predicted_against_actual(make_predictions().head(0), make_fits(), BENCHMARKS), "predictions"),
        (lambda: plot_predicted_against_actual(make_predictions(), make_fits().head(0), BENCHMARKS), "fits"),
    ],
)
def test_an_empty_frame_is_refused(draw, table):
    with pytest.raises(InputError, match="no rows to show") as error:
        draw()
    assert error.value.file == table


def test_a_benchmark_without_a_name_is_refused():
    for draw in (
        lambda: plot_perplexity_over_time(make_observations(), {"ptb": "Penn Treebank"}, []),
        lambda: plot_predicted_against_actual(make_predictions(), make_fits(), {"ptb": "Penn Treebank"}),
    ):
        with pytest.raises(InputError, match="benchmark without a name") as error:
            draw()
        assert error.value.value in ("wt103", "wt2")


def test_rows_of_several_fits_are_refused():
    with pytest.raises(InputError, match="several rows") as error:
        plot_doubling_time_distribution(make_draws(), pd.concat([make_doubling_times()] * 2), interval_percent=PERCENT)
    assert error.value.file == "doubling_times"
    with pytest.raises(InputError, match="several rows"):
        plot_doubling_time_distribution(pd.concat([make_draws()] * 2), make_doubling_times(), interval_percent=PERCENT)
    with pytest.raises(InputError, match="several rows"):
        plot_predicted_against_actual(make_predictions(), pd.concat([make_fits()] * 2), BENCHMARKS)


def test_a_procedure_in_one_frame_alone_is_refused():
    with pytest.raises(InputError, match="alone") as error:
        plot_doubling_time_distribution(make_draws(), make_doubling_times().head(1), interval_percent=PERCENT)
    assert (error.value.file, error.value.value) == ("doubling_time_draws", "global")
    with pytest.raises(InputError, match="alone"):
        plot_predicted_against_actual(make_predictions(), make_fits().head(1), BENCHMARKS)
