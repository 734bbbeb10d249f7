"""`lmprogress diff`: what was changed between two runs is told, with its reason, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, Checkout
from lmprogress.auditing.run_files import SETTINGS, SOFTWARE
from lmprogress.cli import main
from sealing import Tampered, changed

OBSERVATIONS = "processed/corrected/observations.parquet"
CAP = "processed/corrected/decisions/cap.parquet"
VERDICT = "results/tables/verdict.parquet"


@pytest.fixture
def after(first_run: Checkout, tmp_path: Path) -> Tampered:
    return Tampered(first_run.path, tmp_path / "after")


def test_a_run_does_not_differ_from_itself(
    first_run: Checkout, after: Tampered, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", str(first_run.path), str(after.path)]) == 0
    told = capsys.readouterr().out
    assert "0 tables differ" in told and "→" not in told
    assert "made with the same settings and software" in told


def test_rows_and_cells_are_told_with_reasons(
    first_run: Checkout, after: Tampered, capsys: pytest.CaptureFixture[str]
) -> None:
    observations = pd.read_parquet(first_run.path / OBSERVATIONS)
    gone, other = observations["record_id"].iloc[[-1, 0]]

    def dropped(frame: pd.DataFrame) -> pd.DataFrame:
        row = frame["record_id"] == gone
        frame.loc[row, ["kept", "reason", "detail"]] = [False, "beyond_cap", "rank 4"]
        return frame

    after.edit(OBSERVATIONS, lambda frame: changed("perplexity", lambda _: 12.5)(frame.iloc[:-1].copy()))
    after.edit(CAP, dropped)
    assert main(["diff", str(first_run.path), str(after.path), "--json"]) == 1
    found = {table["file"]: table for table in json.loads(capsys.readouterr().out)["tables"]}
    assert set(found) == {OBSERVATIONS, CAP}
    assert found[OBSERVATIONS]["removed"] == [{"key": {"record_id": gone}, "not_after": "cap: beyond_cap (rank 4)"}]
    assert [(row["key"], row["column"], row["after"]) for row in found[OBSERVATIONS]["changed"]] == [
        ({"record_id": other}, "perplexity", 12.5)
    ]
    # the other way round the row is new, for the same reason
    assert main(["diff", str(after.path), str(first_run.path)]) == 1
    assert f"+ {gone}  (cap: beyond_cap (rank 4))" in capsys.readouterr().out


def test_the_headline_is_told_when_it_moves(
    first_run: Checkout, after: Tampered, capsys: pytest.CaptureFixture[str]
) -> None:
    after.edit(VERDICT, changed("estimate_months", lambda _: 1.25, "edition == 'corrected'"))
    assert main(["diff", str(first_run.path), str(after.path)]) == 1
    moved = [line for line in capsys.readouterr().out.splitlines() if "→ 1.25 [" in line]
    assert [line.split()[0] for line in moved] == ["corrected"]


def test_settings_versions_and_code_that_changed_are_named(
    first_run: Checkout, after: Tampered, capsys: pytest.CaptureFixture[str]
) -> None:
    software, settings = (json.loads((after.path / name).read_text(encoding="utf-8")) for name in (SOFTWARE, SETTINGS))
    scipy, starts = software["packages"]["scipy"], settings["fit"]["global"]["n_starts"]
    software["packages"]["scipy"] = "0.1"
    software["rules"]["fit"] = "0" * 64
    settings["fit"]["global"]["n_starts"] = 1
    after.write(SOFTWARE, json.dumps(software).encode())
    after.write(SETTINGS, json.dumps(settings).encode())
    assert main(["diff", str(first_run.path), str(after.path)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert f"  packages.scipy: {scipy} → 0.1" in told and "  other code in fit" in told
    assert f"  settings: fit.global.n_starts: {starts} → 1" in told
    (after.path / SOFTWARE).unlink()
    main(["diff", str(first_run.path), str(after.path), "--json"])
    made = json.loads(capsys.readouterr().out)["made_otherwise"]
    assert made[SOFTWARE] == {"before": "there", "after": None} and "packages.scipy" not in made


def test_a_folder_without_a_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(tmp_path), str(tmp_path)]) == 1
    assert "this is not an lmprogress folder" in capsys.readouterr().err
    shutil.copytree(ROOT / "config", tmp_path / "config")
    assert main(["diff", str(tmp_path), str(tmp_path)]) == 1
    assert "holds no finished run" in capsys.readouterr().err
