"""The page of defects: every defect with its numbers, and docs/defects.md as raw/reference/defects.csv has it."""

from __future__ import annotations

import math

import pandas as pd

from conftest import ROOT
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.ledger.defects_page import write_defects

DEFECTS = tables.read_csv(ROOT / "raw/reference/defects.csv", "defects")
LEDGER = pd.DataFrame(
    {
        "quantity": [f"number {i}" for i in range(9)],
        "location": "Table 11",
        "unit": "months",
        "printed": "8.4",
        "reproduced": [8.4] * 8 + [-7.25],
        "corrected": [6.0] * 8 + [math.nan],
        "verdict": ["agrees"] * 8 + ["differs"],
        "defect": "early_stop",
    }
)


def section(page: str, defect: str) -> str:
    return next(part for part in page.split("\n## ") if f"`{defect}`" in part)


def test_the_page_of_the_documentation_is_current() -> None:
    assert (ROOT / "docs/defects.md").read_text(encoding="utf-8") == write_defects(DEFECTS)


def test_every_defect_has_its_section() -> None:
    page = write_defects(DEFECTS, LEDGER)
    assert [line.strip("`") for line in page.split("\n") if line.startswith("`")] == list(DEFECTS["defect_id"])
    assert "No published number is put down to it." in section(page, "legend_colours")


def test_what_differs_comes_first_and_agreement_is_counted() -> None:
    part = section(write_defects(DEFECTS, LEDGER), "early_stop")
    rows = [line for line in part.split("\n") if line.startswith("| number ")][1:]
    assert "Published numbers: 8 agrees, 1 differs." in part
    assert rows[0] == "| number 8 (Table 11) | months | 8.4 | −7.25 | – | differs |"
    assert rows[1] == "| number 0 (Table 11) | months | 8.4 | 8.4 | 6 | agrees |"
    assert 1 < len(rows) < 9


def test_the_command_writes_the_page(tmp_path) -> None:
    out = tmp_path / "defects.md"
    assert main(["defects", "--defects", str(ROOT / "raw/reference/defects.csv"), "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == write_defects(DEFECTS)
