"""No reading is lost between a paper and an observation: the real readings, and damage that has to be seen."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from conftest import ROOT
from conservation import check_chain, check_links
from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS, RAW
from lmprogress.core import tables
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.curation.chain import Curation, curate
from lmprogress.curation.raw import RawTables
from lmprogress.reading.linking import Linked, link
from read_values import FAMILIES, VOCABULARY


@cache
def read() -> pd.DataFrame:
    return tables.read_csv(ROOT / "raw/snapshot/readings.csv", "readings")


@cache
def linked() -> Linked:
    settings = load_config(load_yaml(ROOT / "config/config.yaml"), load_models(ROOT / "config/models.yaml")).link
    return link(
        read(),
        RAW.papers,
        benchmarks=BENCHMARK_SETTINGS,
        architectures=ARCHITECTURES,
        vocabulary=VOCABULARY,
        families=FAMILIES,
        settings=settings,
    )


@cache
def extracted() -> Curation:
    raw = RawTables(linked().papers, linked().systems, linked().evaluations, RAW.corrections, RAW.exclusions)
    return curate(raw, "extracted", EDITIONS["extracted"], BENCHMARK_SETTINGS, ARCHITECTURES)


def test_every_reading_of_the_snapshot_is_decided_once() -> None:
    check_links(read(), linked())


def test_every_evaluation_is_followed_to_an_observation_or_a_reason() -> None:
    steps = extracted().steps
    check_chain(
        {name: list(step.records["record_id"]) for name, step in steps.items()},
        {name: step.decisions for name, step in steps.items()},
    )
    made = linked().evaluations["system_id"] + ":" + linked().evaluations["benchmark"]
    assert sorted(made) == sorted(steps["assemble"].records["record_id"])
    assert sorted(extracted().observations["record_id"]) == sorted(steps["cap"].records["record_id"])


def lose(links: pd.DataFrame) -> pd.DataFrame:
    return links.iloc[1:]


def double(links: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([links, links.iloc[:1]])


def use_another(links: pd.DataFrame) -> pd.DataFrame:
    quoted = links.index[links["decision"] == "quoted"][0]
    return links.assign(decision=links["decision"].mask(links.index == quoted, "used"))


def swap(links: pd.DataFrame) -> pd.DataFrame:
    one, other = links.index[links["decision"] == "used"][:2]
    return links.assign(reading_id=links["reading_id"].rename({one: other, other: one}).sort_index())


@pytest.mark.parametrize("damage", [lose, double, use_another, swap])
def test_damage_is_seen(damage) -> None:
    with pytest.raises(AssertionError):
        check_links(read(), linked()._replace(links=damage(linked().links)))


@pytest.mark.parametrize("damage", [lose, double])
@pytest.mark.parametrize("step", ["assemble", "correct", "exclude", "deduplicate", "cap"])
def test_a_lost_or_doubled_decision_of_a_step_is_seen(step: str, damage) -> None:
    steps = extracted().steps
    decisions = {name: made.decisions for name, made in steps.items()}
    with pytest.raises(AssertionError):
        check_chain(
            {name: list(made.records["record_id"]) for name, made in steps.items()},
            decisions | {step: damage(decisions[step])},
        )
