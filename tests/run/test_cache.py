"""The cache tells the truth: a change runs again what depends on it, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import Checkout
from lmprogress.auditing.contents import expected_files
from lmprogress.auditing.run_files import CONTENTS, RunFiles
from lmprogress.auditing.verifying import audit, failures

# what seals a run: it looks at every file, so any change runs it again
CLOSING = {"write_settings", "audit_run", "export_provenance", "seal_run", "write_report", "tabulate_records"}
RECORDS_OF_JOBS = ("results/logs/", "results/benchmarks/")
FITTING = {"fit", "bootstrap", "validate", "vary", "profile", "simulate", "fit_within_paper"}


def changed(finished: Checkout) -> set[str]:
    """The rules that a run would now do, but those that seal it."""
    return set(finished.planned()) - CLOSING


def test_a_finished_run_plans_nothing(finished: Checkout) -> None:
    assert finished.planned() == {}


def test_figure_setting_redraws_figures_only(finished: Checkout) -> None:
    finished.replace("config/config.yaml", "dpi: 72", "dpi: 80")
    assert {name.split("_")[0] for name in changed(finished)} == {"plot"}


def test_interval_setting_leaves_the_fits_alone(finished: Checkout) -> None:
    finished.replace("config/config.yaml", "interval_percent: 95", "interval_percent: 90")
    planned = changed(finished)
    assert {"derive", "tabulate", "plot_figures"} <= planned
    assert not {"fit", "bootstrap", "validate", "read_papers", "curate"} & planned


def test_setting_of_one_edition_leaves_the_others_alone(finished: Checkout) -> None:
    finished.replace(
        "config/config.yaml",
        "    deduplicate_by: []\n",
        "    deduplicate_by: [paper_id, benchmark, perplexity]\n",
    )
    assert finished.planned()["curate"] == 1


def test_bootstrap_setting_of_one_procedure_leaves_the_other_alone(finished: Checkout) -> None:
    finished.replace("config/config.yaml", "n_replicates: 100\n    seed: 0", "n_replicates: 99\n    seed: 0")
    planned = finished.planned()
    assert planned["bootstrap"] == 3  # three editions
    assert "fit" not in planned


def test_edit_of_an_imported_module_runs_its_stages(finished: Checkout) -> None:
    module = finished.path / "workflow/lmprogress/laws/rates/progress.py"
    module.write_text(module.read_text() + "\nADDED = 1\n")
    planned = changed(finished)
    assert {"derive", "tabulate"} <= planned
    assert not {"fit", "bootstrap", "curate"} & planned


def test_edit_of_a_module_imported_by_a_module_counts(finished: Checkout) -> None:
    module = finished.path / "workflow/lmprogress/laws/solver/estimation.py"
    module.write_text(module.read_text() + "\nADDED = 1\n")
    planned = changed(finished)
    assert planned >= FITTING
    assert "curate" not in planned


def test_edit_of_a_script_runs_its_rule(finished: Checkout) -> None:
    finished.replace("workflow/scripts/compare_editions.py", "with logged(", "added = 1\nwith logged(")
    planned = changed(finished)
    assert "compare_editions" in planned
    assert not {"curate", *FITTING, "tabulate"} & planned


def test_docstrings_comments_and_dates_run_nothing(finished: Checkout) -> None:
    for file in ("workflow/lmprogress/laws/solver/estimation.py", "workflow/scripts/fit.py"):
        path = finished.path / file
        text = path.read_text()
        assert text.startswith('"""')
        path.write_text('"""Another first line.\n\n' + text[3:] + "\n# a comment\n")
    for path in written(finished):
        path.touch()
    assert finished.planned() == {}


def written(checkout: Checkout) -> list[Path]:
    """What people write, but code."""
    found = [path for part in ("raw", "config") for path in (checkout.path / part).rglob("*") if path.is_file()]
    found += [path for path in (checkout.path / "workflow/report").iterdir() if path.is_file()]
    found += (checkout.path / "workflow/lmprogress/reporting/templates").iterdir()
    return [*found, checkout.path / "CITATION.cff", checkout.path / "docs/method.md"]


def test_byte_order_marks_and_line_ends_run_nothing(finished: Checkout) -> None:
    for path in written(finished):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert finished.planned() == {}
    # nor do they break the seal
    assert not failures(audit(finished.path, ["digests", "figures"]))


def test_a_remark_in_the_settings_seals_the_run_again_and_runs_nothing_else(finished: Checkout) -> None:
    with (finished.path / "config/config.yaml").open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    assert failures(audit(finished.path, ["digests"]))
    assert set(finished.planned()) == {"audit_run", "export_provenance", "seal_run"}
    assert finished.snakemake("--cores", "2").returncode == 0
    assert not failures(audit(finished.path, ["digests"]))


def test_whatever_the_manifest_lists_seals_the_run_again(finished: Checkout) -> None:
    """Files of raw and config that no other rule takes: edited, added, removed."""
    readme, added = finished.path / "raw/README.md", finished.path / "raw/notes {1}.txt"
    text = readme.read_text(encoding="utf-8")
    changes = (
        lambda: readme.write_text(f"{text}\n", encoding="utf-8"),
        lambda: (readme.write_text(text, encoding="utf-8"), added.touch()),
        lambda: (added.unlink(), readme.unlink()),
    )
    for change in changes:
        change()
        assert failures(audit(finished.path, ["digests"]))
        assert set(finished.planned()) == {"audit_run", "export_provenance", "seal_run"}


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        ("raw/evaluations.csv", {"curate", "vary", "fit_within_paper", "interpret"}),
        ("raw/reference/published.csv", {"compare_published", "tabulate_statistics"}),
        ("raw/snapshot/readings.csv", {"gather"}),
        ("CITATION.cff", {"write_report", "export_provenance"}),
        ("workflow/lmprogress/reporting/templates/base.html", {"write_report"}),
    ],
)
def test_an_edit_that_keeps_the_date_counts(finished: Checkout, file: str, rules: set[str]) -> None:
    """As cp -p, rsync and tar leave it: as old as it was. tests/contract/test_source_files.py has every file."""
    path = finished.path / file
    before, text = path.stat(), path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        changed = re.sub(r"^(\w+)", r'"\1"', text)
    else:
        changed = text + ("# another remark\n" if path.suffix in (".yaml", ".cff") else "\n")
    path.write_text(changed, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert rules <= set(finished.planned())


def test_raw_value_runs_what_depends_on_it(finished: Checkout) -> None:
    exclusions = finished.path / "raw/exclusions.csv"
    lines = exclusions.read_text().splitlines()
    exclusions.write_text("\n".join(lines[:-1]) + "\n")
    planned = finished.planned()
    assert planned["curate"] == 4  # four editions
    assert not {"link", "read_papers"} & set(planned)


def asked_for(finished: Checkout) -> set[str]:
    """Every file that the rule `all` asks for."""
    told = finished.snakemake("--dry-run", "--force", "--cores", "1").stdout
    (inputs,) = re.findall(r"^rule all:\n    input: (.+)$", told, re.M)
    return set(inputs.split(", "))


def left_by(finished: Checkout) -> set[str]:
    """Every file that a run leaves, but logs and benchmarks."""
    return {name for name in finished.files("processed", "results") if not name.startswith(RECORDS_OF_JOBS)}


def test_every_file_that_a_run_leaves_is_asked_for(finished: Checkout) -> None:
    """And so is made again when it is deleted, whatever else is there."""
    asked = asked_for(finished)
    assert left_by(finished) == asked
    # the run says the same, observations aside, which are kept under their digest
    listed = (finished.path / CONTENTS).read_text(encoding="utf-8").splitlines()
    assert set(listed) == {name for name in asked if "/settled" not in name}
    # and so does the audit, from schemas and settings
    assert expected_files(RunFiles(finished.path)) == set(listed)


def test_a_deleted_file_is_made_again_by_its_rule(finished: Checkout) -> None:
    """Of files that no other rule takes, and of those that others took, whose own files are there still."""
    for name, rule in {
        "results/tables/evidence.csv": "find_evidence",
        "results/report/ledger.html": "write_report",
        "results/provenance/prov.json": "export_provenance",
        "processed/corrected/profiles.parquet": "profile",
        "processed/extracted/study/held_out.parquet": "validate",
    }.items():
        path = finished.path / name
        path.rename(finished.path / "spare")
        assert rule in finished.planned(), name
        (finished.path / "spare").rename(path)
    assert finished.planned() == {}


def test_deleted_results_are_made_again_to_the_same_bytes(finished: Checkout) -> None:
    before = finished.files("processed", "results")
    # what costs least to make again: one edition's figures, pages, and what gathers tables
    for folder in ("figures/published", "report", "provenance", "review"):
        shutil.rmtree(finished.path / "results" / folder)
    for path in (finished.path / "results/tables").glob("[a-g]*.*"):
        path.unlink()
    (finished.path / "processed/corrected/observed_gains.parquet").unlink()
    result = finished.snakemake("--cores", "2")
    assert result.returncode == 0, result.stdout[-4000:]
    after = finished.files("processed", "results")
    assert {
        name for name in before if not name.startswith(RECORDS_OF_JOBS) and after.get(name) != before[name]
    } == set()
    assert not failures(audit(finished.path))
    assert finished.planned() == {}
