"""The raw tables of the checkout and what every edition makes of them, for tests.

In: raw/*.csv and config/*.yaml. Out: the tables, the settings, and each edition curated once.
"""

from __future__ import annotations

from functools import cache

from conftest import ROOT
from lmprogress.core.settings import load_architectures, load_benchmarks, load_config, load_models, load_yaml
from lmprogress.curation.chain import Curation, curate
from lmprogress.curation.raw import load_raw

BENCHMARK_SETTINGS = load_benchmarks(ROOT / "config/benchmarks.yaml")
BENCHMARKS = list(BENCHMARK_SETTINGS)
ARCHITECTURES = load_architectures(ROOT / "config/architectures.yaml")
EDITIONS = load_config(load_yaml(ROOT / "config/config.yaml"), load_models(ROOT / "config/models.yaml")).editions
RAW = load_raw(ROOT / "raw", BENCHMARKS, list(ARCHITECTURES))


@cache
def curated(edition: str) -> Curation:
    """The edition of the checkout; not to be changed."""
    return curate(RAW, edition, EDITIONS[edition], BENCHMARK_SETTINGS, ARCHITECTURES)
