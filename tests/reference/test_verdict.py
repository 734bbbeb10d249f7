"""The headline of the documents, recomputed from the raw tables with the settings of a run.

In: raw/, config/, README.md. Out: the verdict on the corrected edition, in the words of the README.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from conftest import ROOT
from curated import ARCHITECTURES, BENCHMARK_SETTINGS, RAW, curated
from lmprogress.core import tables
from lmprogress.core.doubling_times import doubling_time, interval, months
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.curation.variations import observe_variations
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.verdict import judge
from lmprogress.laws.verdict_sensitivity import Exponents, vary_verdict

MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)


def law_set(names: Sequence[str]) -> LawSet:
    return LawSet(
        "corrected",
        {name: MODELS.specifications[name] for name in names},
        {name: [0.0] for name in names},
        MODELS.data_variants,
        {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()},
        CONFIG.fit.main,
    )


def in_readme() -> str:
    return re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8").split("![")[0])


def test_the_headline_of_the_documents_is_that_of_the_raw_tables() -> None:
    found = judge(
        curated("corrected").observations,
        laws=law_set(CONFIG.fit.specifications),
        settings=CONFIG.verdict,
        identification=CONFIG.intervals.identification,
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
    )
    row = found.rate_estimates.iloc[0].to_dict()
    readme = in_readme()
    assert f"**{doubling_time(row).replace(' (', '** (', 1)}" in readme
    assert f"p = {row['p_no_progress']:.3f}" in readme and not row["identified"] and "not identified" in readme
    assert f"between {months(row['fastest_law_months'])} and {months(row['slowest_law_months'])} months" in readme
    average = interval(row["averaged_low_months"], row["averaged_high_months"])
    assert f"{months(row['averaged_months'])} months ({average})" in readme


def test_the_coverage_in_the_documents_is_that_of_the_kept_study() -> None:
    kept = tables.read_csv(ROOT / "raw/reference/coverage.csv", "coverage_data_sets")
    least = kept.groupby(["truth", "errors"])["covered"].mean().min()
    told = f"contains the true doubling time in at least {100 * least:.0f} % of cases"
    assert (kept["truth"].nunique() == 6) == ("On data simulated from six laws" in in_readme()) and told in in_readme()


def test_what_would_change_the_headline_is_in_the_documents() -> None:
    asked, own = CONFIG.sensitivity, curated("corrected").observations
    changes = {variation.curation.name: variation.curation for variation in asked.variations.values()}
    edition = CONFIG.editions["corrected"]
    varied = observe_variations(RAW, "corrected", edition, changes, BENCHMARK_SETTINGS, ARCHITECTURES)
    made = vary_verdict(
        {name: varied[v.curation.name] for name, v in asked.variations.items() if v.curation.name in varied},
        own,
        asked.variations,
        laws=law_set(list(dict.fromkeys([CONFIG.fit.main.specification, *asked.specifications]))),
        exponents=Exponents({}, pd.DataFrame({"benchmark": []}), 95),
        n_starts=asked.search_starts,
        least_observations=CONFIG.fit.least_observations,
    )
    months_of = made.groupby("kind")["growth_rate_per_year"].agg(["max", "min"]).rdiv(12).map(months)
    paper, choice = (" to ".join(months_of.loc[kind]) for kind in ("paper_left_out", "choice"))
    assert f"Without any single paper the estimate is {paper} months" in in_readme()
    assert f"law changed it is {choice} months" in in_readme()
    of = made[made["kind"] == "choice"].set_index("change")["estimate_months"].map(months)
    limits = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert f"per subword the estimate is {of['subword_out']} months, with only those" in limits
    assert f"those known to be per word {of['words_alone']} (`" in limits
