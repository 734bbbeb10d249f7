"""The catalogue of figures: each has its caption and function, and is drawn from the tables that it names alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.settings import IntervalMethod, MainFit
from lmprogress.figures import drawing
from lmprogress.figures.catalogue import FIGURES, CataloguedFigure, credit

NAMES = [figure.name for figure in FIGURES]
PROCEDURES = ["study", "global"]
KINDS = ("", "numerical_")
METHODS: dict[Literal["study", "global"], IntervalMethod] = {
    "study": "row_bootstrap_times",
    "global": "paper_bootstrap_rates",
}
SETTINGS = drawing.FigureSettings(
    main=MainFit(specification="law", penalty=0.0025, interval_methods=METHODS),
    interval_percent=95,
    benchmarks={"wt103": "WikiText-103"},
    reference_benchmark="wt103",
    laws={"law": "A law"},
    ho_numbers={"law": 7},
    cutoffs={"law": 2016},
    compared_laws=["law"],
    rolling_laws=["law"],
    varied_laws=["law"],
    truths={},
    notable_systems=[],
    frontier_systems=[],
    edition="corrected",
)


def test_each_figure_has_one_entry_one_caption_and_one_function() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert sorted(NAMES) == sorted(path.stem for path in (ROOT / "workflow/report").glob("*.rst"))
    module = ast.parse(Path(drawing.__file__).read_text(encoding="utf-8"))
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    assert functions == {*NAMES, "draw"}


def test_the_catalogue_loads_nothing_that_draws() -> None:
    """The workflow reads it each time that it starts."""
    program = "import sys, lmprogress.figures.catalogue as c; assert c.FIGURES; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT / "workflow", capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_files_of_both_procedures_are_one_table() -> None:
    figure = CataloguedFigure(
        "name",
        "Category",
        (
            "processed/{edition}/{procedure}/doubling_times.parquet",
            "processed/{edition}/{procedure}/numerical_doubling_times.parquet",
            "raw/systems.csv",
        ),
    )
    place = "processed/corrected"
    assert figure.files_of_tables("corrected", PROCEDURES) == {
        "doubling_times": [
            f"{place}/{procedure}/{kind}doubling_times.parquet"
            for procedure in PROCEDURES
            for kind in ("", "numerical_")
        ],
        "systems": ["raw/systems.csv"],
    }


OF_EDITIONS = ("edition", "simulation")


@pytest.mark.parametrize("figure", [f for f in FIGURES if f.extent in OF_EDITIONS], ids=lambda f: f.name)
def test_an_edition_without_rows_has_a_figure_that_says_so(figure: CataloguedFigure) -> None:
    """Drawn from the tables of the catalogue: another one would be a KeyError, or a file that no input names."""
    named = [
        *figure.files_of_tables("corrected", PROCEDURES),
        *(["fitted_observations"] if figure.observations else []),
    ]
    drawn = drawing.draw(figure.name, {table: tables.empty(table) for table in named}, SETTINGS)
    assert [text.get_text() for text in drawn.texts] == ["Too few observations,\nor laws that are not fitted here"]
    assert not drawn.axes


def test_laws_are_numbered_as_in_the_study() -> None:
    settings = drawing.FigureSettings(**{**vars(SETTINGS), "laws": {"law": "A law", "other": "Another"}})
    assert settings.numbered_laws == {"law": "7. A law", "other": "Another"}


def frontiers(verdict: str, specification: str = "law") -> dict[str, pd.DataFrame]:
    lines = [
        {"procedure": procedure, "system_id": "a/x", "perplexity": 20.0, "year": 2020.0, "point": point,
         "n_training_tokens": 10.0**point, "n_parameters": 1e9}
        for procedure in PROCEDURES for point in (8, 9)
    ]  # fmt: skip
    systems = {"system_id": ["a/x"], "system": ["X"], "n_parameters": [1e9], "dataset_size_tokens": [3e8]}
    identified = {"specification": [specification], "penalty": [0.0025], "verdict": [verdict]}
    return {
        "pareto_frontiers": pd.DataFrame(lines), "systems": pd.DataFrame(systems),
        "identification": pd.DataFrame(identified),
    }  # fmt: skip


def test_what_an_edition_cannot_show_is_stamped_or_withheld() -> None:
    settings = replace(SETTINGS, frontier_systems=["a/x"])
    stamps = {}
    for verdict in ("identified", "several_basins", "no_progress_not_excluded"):
        drawn = drawing.draw("pareto_frontiers", frontiers(verdict), settings)
        stamps[verdict] = [text.get_text() for axes in drawn.axes for text in axes.texts if text.get_gid() == "stamp"]
        # in each row of panels
        assert sorted(mark.get_text() for mark in drawn.artists) == (["a", "b"] if drawn.axes else [])
    assert stamps["identified"] == []
    assert stamps["several_basins"] == 2 * ["not identified:\nseveral minima, nearly as good"]
    assert not drawn.axes and "Withheld: no progress not excluded" in drawn.texts[0].get_text()
    # the verdict on another law does not count
    assert drawing.draw("pareto_frontiers", frontiers("no_progress_not_excluded", "other"), settings).axes


def test_a_figure_says_what_it_is_and_whose() -> None:
    said = credit(ROOT / "CITATION.cff")
    assert said.startswith("lmprogress 0.") and said.endswith("CC BY 4.0")
    assert "Ho et al. 2024 (arXiv 2403.05812)" in said
    (ridge,) = (figure for figure in FIGURES if figure.name == "rate_ridge")
    assert ridge.footer("corrected", said) == f"Rate ridge, edition corrected · {said}"
