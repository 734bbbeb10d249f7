"""A workflow that takes less time: every rule and every edition, with fewer starts, replicates and data sets.

In: a copy of the checkout. Out: the same with other settings.
"""

from __future__ import annotations

from typing import Any

import yaml

from conftest import Checkout

# settings by their place in config/config.yaml: all that the study did stays as it is, of the rest there is less
SHORT: dict[str, Any] = {
    "bootstrap.global": {"resample_unit": "paper", "n_replicates": 40, "seed": None, "n_starts": 2, "n_exchanges": 1},
    "validation.far_folds": {"share": 0.01, "n_starts": 1},
    "validation.cold_check": {"n_folds": 0, "n_starts": 1},
    "verdict.n_starts": 12,
    "verdict.n_rates": 8,
    "verdict.n_data_sets": 39,
    "verdict.no_progress_data_sets": 99,
    "verdict.most_data_sets": 0,
    "coverage.n_data_sets": 1,
    "scale_dependence.n_data_sets": 19,
    "intervals.profile.n_points": 9,
    "sensitivity.n_replicates": 5,
    "within_paper.n_replicates": 3,
    "simulation.n_data_sets": 3,
    "gains.best": {"n_search_starts": 10, "n_replicates": 5, "n_starts": 2, "n_exchanges": 1},
    "figures.dpi": 72,
}

# tables with a row or more for each law that an edition is fitted by
ABOUT_LAWS = ("fits", "coefficients", "doubling_times", "cross_validation", "identification", "sensitivity")


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
