"""Which rows the figures of intervals show.

In: frames of all fits of one edition. Out: the rows of the main penalty or of the main law.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lmprogress.core.settings import MainFit
from lmprogress.laws.rates.headline import main_fit


def shown_identification(identification: pd.DataFrame, main: MainFit, benchmarks: Sequence[str]) -> pd.DataFrame:
    """Every law at the main penalty, those of the study first and in its order.

    Where the doubling time differs between benchmarks, that of the first of `benchmarks`.
    """
    rows = identification[
        (identification["penalty"] == main.penalty)
        & identification["benchmark"].isin(["all", benchmarks[0]])
        & (identification["verdict"] != "no_progress_in_law")
    ]
    return rows.sort_values(["ho_number", "specification", "group"], na_position="last", kind="stable")


def main_verdict(identification: pd.DataFrame, main: MainFit) -> str | None:
    """The verdict on the main law at its penalty, of the first benchmark where rates differ; None without one."""
    verdicts = main_fit(identification, main)["verdict"]
    return None if verdicts.empty or verdicts.iloc[0] == "no_progress_in_law" else str(verdicts.iloc[0])


def shown_rates(draws: pd.DataFrame, main: MainFit) -> pd.DataFrame:
    """Growth rates in parameters and in data of each replicate of the main fit, one row a replicate."""
    of_main = main_fit(draws[draws["quantity"].isin(["parameters", "data"])], main)
    wide = of_main.pivot_table(index="replicate", columns="quantity", values="growth_rate_per_year")
    return wide.rename(columns={name: f"growth_rate_in_{name}" for name in ("parameters", "data")}).reset_index()
