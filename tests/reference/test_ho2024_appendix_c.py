"""The study's thousand replicates of appendix C, to the printed digit.

In: the published edition of the checkout, raw/reference/published.csv. Out: agreement with Ho et al. 2024.
"""

from __future__ import annotations

from conftest import ROOT
from curated import curated
from laws_cases import law_set
from lmprogress.core import tables
from lmprogress.core.settings import load_benchmarks, load_config, load_models, load_yaml
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.inference.bootstrapping import bootstrap

MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)
OFFSETS = {name: benchmark.offset for name, benchmark in load_benchmarks(ROOT / "config/benchmarks.yaml").items()}
PUBLISHED = tables.read_csv(ROOT / "raw/reference/published.csv", "published").set_index("reference_id")


def test_share_of_a_thousand_replicates_with_a_positive_sum() -> None:
    main = CONFIG.fit.main
    laws = law_set(
        {main.specification: MODELS.specifications[main.specification]},
        MODELS.data_variants,
        [main.penalty],
        offsets=OFFSETS,
    )
    rows = curated("published").observations
    fits = fit(rows, procedure="study", laws=laws).fits
    n_replicates = int(PUBLISHED.loc["appendix_c/n_replicates", "value"])
    settings = CONFIG.bootstrap.study.model_copy(update={"n_replicates": n_replicates})
    replicates = bootstrap(rows, fits, tables.empty("basins"), laws=laws, settings=settings)
    rates = replicates[replicates["coefficient"].isin(["alpha_year", "beta_year"])]
    sums = rates.groupby("replicate")["estimate"].sum()
    assert len(sums) == n_replicates
    assert f"{100 * (sums > 0).mean():.1f}" == PUBLISHED.loc["appendix_c/share_progress", "printed"]
