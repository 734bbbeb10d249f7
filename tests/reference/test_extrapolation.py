"""Extrapolation of other technologies against what came.

In: raw/other_laws. Out: the break of processor clocks, the record that stands, no break of transistors.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from lmprogress.other_laws.change_points import find_change_points
from lmprogress.other_laws.forecasting import extend_trends
from lmprogress.other_laws.series import collect_series
from other_laws_cases import densities, raw, settings

NO_OBSERVATIONS = pd.DataFrame({"benchmark": [], "publication_year": [], "log_perplexity": []})


@cache
def change_points() -> pd.DataFrame:
    series = collect_series(
        raw("technology_series"), densities(), raw("inference_prices"), raw("timed_records"), NO_OBSERVATIONS, "none",
        settings().watched_to,
    )  # fmt: skip
    wanted = [one for one in series if one.name in ("processor_clock", "airspeed_record", "transistors")]
    return find_change_points(
        wanted, least_history=8, n_permutations=199, n_simulations=50, alarm_level=0.05
    ).set_index(["series", "tool"])  # fmt: skip


def test_processor_clocks_bent_in_2005() -> None:
    found = change_points().loc[("processor_clock", "broken_stick")]
    # microprocessor trend data: broken line with the bend at 2005.75, from 0.367 to −0.011 doublings a year, ΔBIC 164
    assert found["break_year"] == pytest.approx(2005.75, abs=0.1)
    assert 1 / found["doubling_before_years"] == pytest.approx(0.367, abs=0.002)
    assert 1 / found["doubling_after_years"] == pytest.approx(-0.011, abs=0.002)
    assert found["statistic"] == pytest.approx(164, abs=1)
    assert found["break_year"] < found["alarm_year"] < 2015


@pytest.mark.parametrize(("first", "ghz"), [(1971, 93), (1990, 262)])
def test_the_earlier_trend_of_clocks(first: int, ghz: float) -> None:
    rows = extend_trends(raw("technology_series"), settings().trend_windows)
    row = rows[(rows["series"] == "processor_clock") & (rows["first_year"] == first) & (rows["target_year"] == 2020)]
    assert row["foretold"].iloc[0] / 1000 == pytest.approx(ghz, abs=1)
    assert row["actual"].iloc[0] / 1000 < 3


def test_the_airspeed_record_of_1976_stands() -> None:
    found = change_points().loc[("airspeed_record", "last_record")]
    assert int(found["break_year"]) == 1976
    assert found["p_value"] < 0.001
    assert found["break_year"] < found["alarm_year"] < 2000


def test_transistors_have_no_slowdown() -> None:
    found = change_points().loc["transistors"]
    assert found["break_year"].isna().all()
    assert found["alarm_year"].isna().all()
