"""Records against the clock: a new clock gains nothing, the pace is time over doublings, noise widens its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmprogress.other_laws.timed_records import timed_rates, timed_series
from other_laws_cases import raw

MONTHS = pd.date_range("2024-01-01", periods=13, freq="MS").strftime("%Y-%m-%d")


def contest(**changes: object) -> pd.DataFrame:
    """Time halved every four months, a record a month."""
    held = {"series": "s", "record": range(1, 14), "clock": 1, "publication_date": MONTHS, "unit": "minutes",
            "value": 60 * 0.5 ** (np.arange(13) / 4), "run_sd": 1e-3, "source": "list"}  # fmt: skip
    return pd.DataFrame(held | changes)


def rates(timed: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(timed_rates(timed, 400, 95)).set_index("rate")


def test_the_pace_is_time_over_doublings() -> None:
    found = rates(contest())
    assert list(found.index) == ["s", "s_2024"]
    assert found.loc["s", "months"] == pytest.approx(4, rel=0.01)
    assert found.loc["s", "low"] < found.loc["s", "months"] < found.loc["s", "high"]


def test_a_record_timed_again_by_another_clock_gains_nothing() -> None:
    timed = contest()
    again = timed.iloc[[6]].assign(clock=2, value=timed["value"][6] * 1.1, publication_date="2024-07-15")
    later = timed.iloc[7:].assign(clock=2, value=timed["value"][7:] * 1.1)
    (_, _, reached), = timed_series(pd.concat([timed.iloc[:7], again, later]))  # fmt: skip
    assert reached[-1] == pytest.approx(3 * np.log(2))
    assert reached[7] == pytest.approx(reached[6])


def test_noise_of_runs_widens_the_interval() -> None:
    quiet, noisy = (rates(contest(run_sd=sd)).loc["s"] for sd in (1e-6, 0.05))
    assert noisy["high"] - noisy["low"] > 1.5 * (quiet["high"] - quiet["low"])


def test_a_loss_on_fixed_data_is_followed_but_has_no_time() -> None:
    losses = contest(unit="nats", value=3.4 - 0.01 * np.arange(13))
    (_, _, reached), = timed_series(losses)  # fmt: skip
    assert reached[-1] == pytest.approx(0.12)
    assert list(timed_rates(losses, 10, 95)) == []


def test_the_speedrun_had_its_fastest_year_first() -> None:
    found = rates(raw("timed_records"))
    # modded-nanogpt: 45 to 1.23 minutes from 2024-05-28 to 2026-07-17, less two re-timings of one record
    gain = np.log2(45 / 1.23 * 3.014 / 2.933)
    assert found.loc["speedrun_short", "months"] == pytest.approx(25.65 / gain, rel=0.01)
    assert found.loc["speedrun_short_2024", "high"] < found.loc["speedrun_short_2025", "low"]
