"""Which rows are the headline: those of the main fit, and of its doubling time.

In: frames of all fits. Out: the rows that figures and first lines show.
"""

from __future__ import annotations

import pandas as pd

from lmprogress.core.settings import MainFit


def main_fit(frame: pd.DataFrame, main: MainFit) -> pd.DataFrame:
    """The rows of the specification, data variant and penalty that the configuration calls main."""
    return frame[(frame["specification"] == main.specification) & (frame["penalty"] == main.penalty)]


def headline_doubling_times(doubling_times: pd.DataFrame, main: MainFit) -> pd.DataFrame:
    """Each procedure's doubling time of effective compute, with the interval method set for it (schema doubling_times).

    Where the rate differs between benchmarks, that of the reference benchmark, which stands first.
    """
    rows = main_fit(doubling_times, main)
    rows = rows[(rows["quantity"] == "effective_compute") & (rows["method"] == "closed_form")]
    rows = rows[rows["interval_method"] == rows["procedure"].map(main.interval_methods)]
    # study first: the published figure, then what the same data give
    return rows.drop_duplicates(["edition", "procedure"]).sort_values(["edition", "procedure"], ascending=[True, False])
