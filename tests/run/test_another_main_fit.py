"""What people read says what the settings call main: with another law, penalty, level or set of editions it says that.

In: the tables of a finished run, renamed as another run would have them. Out: assertions on findings and figures.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.text import Text

from conftest import Checkout
from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Config, Headline, Models, load_benchmarks, load_config, load_models, load_yaml
from lmprogress.figures import drawing
from lmprogress.figures.catalogue import FIGURES
from lmprogress.laws.rates.aggregation import GAIN_SUFFIX
from lmprogress.ledger.findings import write_findings
from lmprogress.reporting.shown import FINDINGS_TABLES

PENALTY = 0.004


@pytest.fixture(scope="session")
def settings(first_run: Checkout) -> tuple[Config, Models]:
    models = load_models(first_run.path / "config/models.yaml")
    return load_config(load_yaml(first_run.path / "config/config.yaml"), models), models


@pytest.fixture(scope="session")
def results(first_run: Checkout) -> dict[str, pd.DataFrame]:
    return {name: tables.read(first_run.path / f"results/tables/{name}.parquet", name) for name in FINDINGS_TABLES}


def renamed(frame: pd.DataFrame, old: Headline, new: Headline) -> pd.DataFrame:
    """`frame` as it is where the law and penalty of `new` take the place of those of `old`, and the reverse."""
    frame = frame.copy()
    if "specification" in frame:
        pairs = ((old.specification, new.specification), (new.specification, old.specification))
        # a law with the gain of the transformer added is named after it
        swapped = {one + more: other + more for one, other in pairs for more in ("", GAIN_SUFFIX)}
        frame["specification"] = frame["specification"].map(lambda name: swapped.get(name, name)).astype("str")
    if "penalty" in frame:
        frame["penalty"] = frame["penalty"].replace(old.penalty, new.penalty)
    return frame


def page(path: Path, results: dict[str, pd.DataFrame], headline: Headline, labels: dict[str, str]) -> str:
    return write_findings(path / "workflow/report/findings.md", results, headline, labels)


def labels_of(models: Models, old: Headline, new: Headline) -> dict[str, str]:
    labels = {name: law.label for name, law in models.specifications.items()}
    return {**labels, old.specification: labels[new.specification], new.specification: labels[old.specification]}


def another(headline: Headline, models: Models) -> Headline:
    taken = (headline.specification, headline.simple_specification)
    other = next(name for name in models.specifications if name not in taken)
    return headline.model_copy(update={"specification": other, "penalty": PENALTY})


def test_findings_are_those_of_the_main_law_and_penalty(first_run: Checkout, settings, results) -> None:
    config, models = settings
    old = config.headline
    new = another(old, models)
    labels = labels_of(models, old, old)
    told = page(first_run.path, results, old, labels)
    swapped = {name: renamed(frame, old, new) for name, frame in results.items()}
    assert f"penalty {old.penalty:g}" in told and labels[old.specification] in told
    # the same page, since the tables are the same but for names
    found = page(first_run.path, swapped, new, labels_of(models, old, new))
    assert found == told.replace(f"penalty {old.penalty:g}", f"penalty {PENALTY:g}")


def test_findings_name_the_level(first_run: Checkout, settings, results) -> None:
    config, models = settings
    headline, labels = config.headline, labels_of(models, config.headline, config.headline)
    told = page(first_run.path, results, headline, labels)
    level = f"{headline.interval_percent:g} %"
    other = page(first_run.path, results, headline.model_copy(update={"interval_percent": 80.0}), labels)
    assert told.count(f"Intervals hold {level}") == 1
    assert other == told.replace(f"Intervals hold {level}", "Intervals hold 80 %")


def test_findings_do_without_any_one_edition(first_run: Checkout, settings, results) -> None:
    config, models = settings
    headline, labels = config.headline, labels_of(models, config.headline, config.headline)
    for gone in headline.editions:
        editions = {name: about for name, about in headline.editions.items() if name != gone}
        left = {name: f[f["edition"] != gone] if "edition" in f else f for name, f in results.items()}
        changes = {
            "editions": editions,
            "edition": headline.edition if headline.edition in editions else next(iter(editions)),
            "study_edition": headline.study_edition if headline.study_edition in editions else None,
        }
        told = page(first_run.path, left, headline.model_copy(update=changes), labels)
        assert not re.search(rf"`{gone}`|\b{gone} edition\b|^\| {gone} \|", told, re.M), gone
        assert all(re.search(rf"^\| {name} \| \S", told, re.M) for name in editions), gone


def test_a_main_fit_without_replicates_is_an_error_and_no_number(first_run: Checkout, settings, results) -> None:
    config, models = settings
    fits = results["fits"]
    unsampled = next(penalty for penalty in sorted(set(fits["penalty"])) if penalty != config.fit.main.penalty)
    headline = config.headline.model_copy(update={"penalty": unsampled})
    with pytest.raises(InputError, match=r"(?s)findings\.md.*'doubling_times' does not hold.*remedy: set fit\.main"):
        page(first_run.path, results, headline, labels_of(models, headline, headline))


def texts(figure: object) -> list[str]:
    # a name that is shorter or longer breaks elsewhere
    return sorted(" ".join(text.get_text().split()) for text in figure.findobj(Text))  # type: ignore[attr-defined]


OF_EDITIONS = ("edition", "simulation")


@pytest.mark.parametrize("figure", [f for f in FIGURES if f.extent in OF_EDITIONS], ids=lambda f: f.name)
def test_figures_are_those_of_the_main_law_penalty_and_level(first_run: Checkout, settings, figure) -> None:
    config, models = settings
    old, root = config.headline, first_run.path
    new = another(old, models)
    benchmarks = load_benchmarks(root / "config/benchmarks.yaml")

    @cache
    def frame(name: str) -> pd.DataFrame:
        held = figure.files_of_tables(old.edition, ["study", "global"])[name]
        return pd.concat([tables.read_by_kind(root / path, name) for path in held])

    def shown(headline: Headline, names: list[str]) -> drawing.FigureSettings:
        def swap(laws: list[str]) -> list[str]:
            pair = {old.specification: headline.specification, headline.specification: old.specification}
            return [pair.get(law, law) for law in laws]

        labels = labels_of(models, old, headline)
        return drawing.FigureSettings(
            main=headline,
            interval_percent=headline.interval_percent,
            benchmarks={name: benchmark.name for name, benchmark in benchmarks.items()},
            reference_benchmark=next(iter(benchmarks)),
            laws={name: labels[name] for name in names},
            ho_numbers={},
            cutoffs=models.cutoffs,
            compared_laws=swap(config.fit.specifications),
            rolling_laws=swap(config.validation.rolling_shown),
            varied_laws=swap(config.sensitivity.laws),
            truths={name: truth.label for name, truth in config.simulation.truths.items()},
            notable_systems=config.figures.notable_systems,
            frontier_systems=config.gains.frontiers.systems,
            edition=old.edition,
        )

    order = list(models.specifications)
    pair = {old.specification: new.specification, new.specification: old.specification}
    names = list(figure.files_of_tables(old.edition, ["study", "global"]))
    held = {name: frame(name) for name in names}
    if figure.observations:
        observations = root / f"processed/{old.edition}/observations.parquet"
        held["fitted_observations"] = tables.read(observations, "observations")
    told = texts(drawing.draw(figure.name, held, shown(old, order)))
    swapped = {name: renamed(table, old, new) for name, table in held.items()}
    found = texts(drawing.draw(figure.name, swapped, shown(new, [pair.get(name, name) for name in order])))
    assert found == sorted(re.sub(rf"([Pp]enalty|δ) {old.penalty:g}\b", rf"\1 {PENALTY:g}", text) for text in told)
    level = replace(shown(old, order), interval_percent=80.0)
    percent = f"{old.interval_percent:g} %"
    assert texts(drawing.draw(figure.name, held, level)) == sorted(text.replace(percent, "80 %") for text in told)
