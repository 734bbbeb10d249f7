"""What tests of other laws of progress share: the raw tables and the tables made of them, each once.

In: raw/other_laws. Out: frames.
"""

from __future__ import annotations

import datetime
from functools import cache

import pandas as pd

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.settings import OtherLaws, check, load_yaml
from lmprogress.other_laws.densities import tabulate_densities
from lmprogress.other_laws.density_trends import tabulate_density_trend
from lmprogress.other_laws.raw_tables import RAW_TABLES
from lmprogress.other_laws.reference_family import ReferenceFamily, fit_reference_family

RAW = ROOT / "raw" / "other_laws"


@cache
def settings() -> OtherLaws:
    """The settings of this part as they stand."""
    return check(OtherLaws, load_yaml(ROOT / "config" / "config.yaml")["other_laws"], "config/config.yaml")


@cache
def raw(file: str) -> pd.DataFrame:
    """A raw table by the name of its file."""
    return tables.read_csv(RAW / f"{file}.csv", RAW_TABLES[file])


@cache
def reference_family() -> tuple[ReferenceFamily, pd.DataFrame]:
    """The reference family and its fits."""
    return fit_reference_family(
        raw("reference_losses"), raw("reference_scores"), raw("reference_curves"), settings().n_starts
    )


@cache
def densities() -> pd.DataFrame:
    """The table densities."""
    return tabulate_densities(
        raw("density_models"), raw("benchmark_scores"), reference_family()[0], settings().reference_tokens
    )


@cache
def density_trend() -> pd.DataFrame:
    """The table density_trend, by trend."""
    return tabulate_density_trend(
        densities(),
        raw("density_models"),
        raw("inference_prices"),
        raw("published_slopes"),
        trend_ends=[datetime.date(2024, 1, 31), datetime.date(2024, 7, 31), datetime.date(2025, 1, 31)],
        recent_from=datetime.date(2024, 1, 1),
        moore_years=2.1,
        n_replicates=400,
        interval_percent=95,
    ).set_index("trend")
