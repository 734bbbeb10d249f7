"""Workflows that take less time: every rule and every edition, with fewer starts, replicates and data sets.

In: a copy of the checkout. Out: the same with other settings.
"""

from __future__ import annotations

from typing import Any

import yaml

from conftest import Checkout

# settings by their place in config/config.yaml
LIGHT: dict[str, Any] = {
    "fit.penalties": [0, 0.0025],
    "fit.global.n_starts": 6,
    "bootstrap.study.n_replicates": 3,
    "bootstrap.study.editions": [],
    "bootstrap.global": {"resample_unit": "paper", "n_replicates": 4, "seed": None, "n_starts": 2, "n_exchanges": 1},
    "validation.study_split.editions": [],
    "validation.n_starts": 1,
    "validation.rolling_starts": 2,
    "validation.far_folds": {"share": 0.01, "n_starts": 1},
    "validation.cold_check": {"n_folds": 0, "n_starts": 1},
    "validation.n_replicates": 5,
    "verdict.n_starts": 4,
    "verdict.n_rates": 4,
    "verdict.n_data_sets": 19,
    "verdict.no_progress_data_sets": 19,
    "verdict.most_data_sets": 0,
    "coverage.n_data_sets": 1,
    "intervals.profile.specifications": ["benchmark_intercepts", "compute_only"],
    "intervals.profile.n_points": 5,
    "sensitivity.search_starts": 2,
    "sensitivity.n_replicates": 3,
    "sensitivity.n_starts": 1,
    "sensitivity.study_editions": [],
    "within_paper.n_starts": 2,
    "within_paper.n_replicates": 2,
    "simulation.n_data_sets": 2,
    "simulation.n_replicates": 3,
    "gains.best": {"n_replicates": 3, "n_starts": 1, "n_exchanges": 0, "n_search_starts": 3},
    "gains.best_as_study": [],
    "gains.frontiers.n_points": 5,
    "figures.dpi": 72,
}

# all that the study did stays as it is; of what goes past it there is less
SHORT: dict[str, Any] = {
    "bootstrap.global": {"resample_unit": "paper", "n_replicates": 40, "seed": None, "n_starts": 2, "n_exchanges": 1},
    "validation.far_folds": {"share": 0.01, "n_starts": 1},
    "validation.cold_check": {"n_folds": 0, "n_starts": 1},
    "verdict.n_data_sets": 39,
    "verdict.no_progress_data_sets": 99,
    "verdict.most_data_sets": 0,
    "coverage.n_data_sets": 1,
    "intervals.profile.n_points": 9,
    "sensitivity.n_replicates": 20,
    "within_paper.n_replicates": 10,
    "simulation.n_data_sets": 8,
    "gains.best": {"n_search_starts": 10, "n_replicates": 10, "n_starts": 2, "n_exchanges": 1},
    "figures.dpi": 100,
}


def lighten(checkout: Checkout) -> Checkout:
    """`checkout` with light settings: its numbers mean nothing, but each rule runs."""
    return with_settings(checkout, LIGHT)


def shorten(checkout: Checkout) -> Checkout:
    """`checkout` with the study's own numbers whole, and less of the rest."""
    return with_settings(checkout, SHORT)


def with_settings(checkout: Checkout, settings: dict[str, Any]) -> Checkout:
    """`checkout` with other settings, by their place in config/config.yaml; each must be there already."""
    file = checkout.path / "config/config.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    for place, value in settings.items():
        *sections, key = place.split(".")
        section = config
        for name in sections:
            section = section[name]
        assert key in section, f"config/config.yaml has no {place}"
        section[key] = value
    file.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return checkout
