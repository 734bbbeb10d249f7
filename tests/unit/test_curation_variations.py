"""Editions curated with one choice changed: what changes, what stays, and when there is nothing to change."""

from __future__ import annotations

import pytest

from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS, RAW, curated
from lmprogress.core.settings import CurationChange
from lmprogress.curation.variations import changed, observe_variations

CHANGES = {
    "nothing": CurationChange(),
    "one": CurationChange(keep=1),
    "three": CurationChange(keep=3),
    "all": CurationChange(keep="all"),
    "zero_shot_out": CurationChange(also_exclude=["zero_shot"]),
    "outliers_in": CurationChange(do_not_exclude=["outlier"]),
    "own": CurationChange(perplexity="own"),
}


@pytest.fixture(scope="module")
def observations():
    return observe_variations(
        RAW, "published", EDITIONS["published"], CHANGES, BENCHMARK_SETTINGS, ARCHITECTURES
    )  # fmt: skip


def test_what_the_edition_does_already_is_left_out(observations) -> None:
    assert set(observations) == set(CHANGES) - {"three"}
    assert observations["nothing"].equals(curated("published").observations)


def test_caps(observations) -> None:
    # the study: 261 records before its cap, 144 papers (released table and code)
    assert len(observations["all"]) == 261
    assert len(observations["one"]) == observations["one"]["paper_id"].nunique() == 144


def test_objections_added_and_taken_back(observations) -> None:
    before = curated("published").observations
    left = observations["zero_shot_out"]
    assert (before["zero_shot"] == 1).any()
    assert not (left["zero_shot"] == 1).any()
    assert (left["zero_shot"] == 0.5).any()
    outliers = RAW.systems[RAW.systems["study_outlier"].fillna(False).astype(bool)]["system_id"]
    assert not before["system_id"].isin(outliers).any()
    assert observations["outliers_in"]["system_id"].isin(outliers).any()


def test_corrections_of_other_strengths() -> None:
    asked = {"certain": ["certain"], "own": ["certain", "likely"], "doubtful": ["certain", "likely", "doubtful"]}
    changes = {name: CurationChange(strengths=strengths) for name, strengths in asked.items()}
    corrected = EDITIONS["corrected"]
    found = observe_variations(RAW, "corrected", corrected, changes, BENCHMARK_SETTINGS, ARCHITECTURES)
    assert set(found) == {"certain", "doubtful"}
    systems = {name: set(frame["system_id"]) for name, frame in found.items()}
    systems["own"] = set(curated("corrected").observations["system_id"])
    certain, likely, doubtful = (
        set(RAW.exclusions.loc[RAW.exclusions["strength"] == strength, "system_id"]) for strength in asked["doubtful"]
    )
    assert not certain & systems["certain"]
    assert likely & systems["certain"] and not likely & systems["own"]
    assert doubtful & systems["own"] and not doubtful & systems["doubtful"]


def test_own_perplexity(observations) -> None:
    own = observations["own"]
    assert (own["perplexity_benchmark"] == own["benchmark"]).all()
    before = curated("published").observations
    assert (before["perplexity_benchmark"] != before["benchmark"]).any()


def test_an_objection_asked_already_is_not_asked_twice() -> None:
    edition = EDITIONS["published"]
    assert changed(edition, CurationChange(also_exclude=["outlier"])) == edition
    assert changed(edition, CurationChange(keep=3, perplexity="first_reported")) == edition
