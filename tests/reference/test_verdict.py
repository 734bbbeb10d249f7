"""The headline of the documents, recomputed from the raw tables with the settings of a run.

In: raw/, config/, README.md. Out: the verdict on the corrected edition, in the words of the README.
"""

from __future__ import annotations

import re

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from lmprogress.core.doubling_times import doubling_time, interval, months
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.verdict import judge

MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)


def test_the_headline_of_the_documents_is_that_of_the_raw_tables() -> None:
    names = CONFIG.fit.specifications
    laws = LawSet(
        "corrected",
        {name: MODELS.specifications[name] for name in names},
        {name: [0.0] for name in names},
        MODELS.data_variants,
        {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()},
        CONFIG.fit.main,
    )
    found = judge(
        curated("corrected").observations,
        laws=laws,
        settings=CONFIG.verdict,
        identification=CONFIG.intervals.identification,
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
    )
    row = found.rate_estimates.iloc[0].to_dict()
    readme = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8").split("![")[0])
    assert f"**{doubling_time(row).replace(' (', '** (', 1)}" in readme
    assert f"p = {row['p_no_progress']:.3f}" in readme and not row["identified"] and "not identified" in readme
    assert f"between {months(row['fastest_law_months'])} and {months(row['slowest_law_months'])} months" in readme
    average = interval(row["averaged_low_months"], row["averaged_high_months"])
    assert f"{months(row['averaged_months'])} months ({average})" in readme
