"""The catalogue of figures: each has its caption and function, and is drawn from the tables that it names alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.settings import IntervalMethod, MainFit
from lmprogress.figures import drawing
from lmprogress.figures.catalogue import FIGURES, CataloguedFigure

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
    assert [text.get_text() for text in drawn.texts] == ["Too few observations"]
    assert not drawn.axes


def test_laws_are_numbered_as_in_the_study() -> None:
    settings = drawing.FigureSettings(**{**vars(SETTINGS), "laws": {"law": "A law", "other": "Another"}})
    assert settings.numbered_laws == {"law": "7. A law", "other": "Another"}
