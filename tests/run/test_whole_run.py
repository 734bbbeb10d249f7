"""The main job: everything is made, a second run does nothing, and bytes do not depend on the number of jobs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from conftest import ROOT, Checkout, copy_checkout
from light import shorten


def test_every_table_and_figure_is_there(first_run: Checkout) -> None:
    made = first_run.files("results/tables", "results/figures")
    tables = {name.split("/")[-1] for name in made if name.startswith("results/tables")}
    for table in ("funnel", "fits", "coefficients", "doubling_times", "edition_differences", "audit"):
        assert {f"{table}.csv", f"{table}.parquet"} <= tables
    for edition in ("published", "corrected", "extracted"):
        for figure in ("perplexity_over_time", "doubling_time_distribution", "predicted_against_actual"):
            for kind, magic in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<?xml")):
                assert made[f"results/figures/{edition}/{figure}.{kind}"].startswith(magic)


def test_second_run_does_nothing(finished: Checkout) -> None:
    before = finished.files("processed", "results")
    result = finished.snakemake("--cores", "8")
    assert result.returncode == 0, result.stdout
    assert "Nothing to be done" in result.stdout
    assert finished.files("processed", "results") == before


def test_bytes_do_not_depend_on_the_number_of_jobs(first_run: Checkout, tmp_path: Path) -> None:
    # one edition, from readings to its intervals, and the tests of the headline, one job at a time
    alone = shorten(copy_checkout(ROOT, tmp_path / "alone"))
    made = first_run.files("processed/extracted", "processed/corrected")
    theirs = {
        name: content
        for name, content in made.items()
        if (name.startswith("processed/extracted/") and "/settled/" not in name) or name.endswith("/rate_tests.parquet")
    }
    assert len(theirs) > 30
    result = alone.snakemake("--cores", "1", *theirs)
    assert result.returncode == 0, result.stdout[-6000:]
    ours = alone.files("processed/extracted", "processed/corrected")
    assert [name for name in theirs if ours.get(name) != theirs[name]] == []


def test_nothing_in_the_tables_names_the_machine(first_run: Checkout) -> None:
    for name, content in first_run.files("processed", "results/tables", "results/figures").items():
        assert str(first_run.path).encode() not in content, name
        assert b"/home/" not in content and b"/tmp/" not in content, name


def test_the_engines_own_report_holds_every_figure_with_its_caption(first_run: Checkout, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = first_run.snakemake("--report", str(page))
    assert result.returncode == 0, result.stdout
    results, categories = (_script(page, name) for name in ("results", "categories"))
    figures = {name for name in first_run.files("results/figures") if name.endswith(".png")}
    assert set(results) == figures
    assert all(len(shown["caption"]) > 100 for shown in results.values())
    assert {name for parts in categories.values() for names in parts.values() for name in names} == figures
    assert len(categories) > 3


def _script(page: Path, name: str) -> dict[str, Any]:
    """What the script `name` of a report assigns."""
    found = re.search(
        rf'<script id="{name}">\s*var {name} = (.*?);?\s*</script>', page.read_text(encoding="utf-8"), re.S
    )
    assert found
    content = json.loads(found[1])
    assert isinstance(content, dict)
    return content
