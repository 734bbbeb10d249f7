"""`lmprogress accept` and the edition of reviewed records: what a person decides enters, and nothing else does.

In: candidate systems with verdicts, in a folder with the project's raw tables. Out: failures where one is lost, or
taken silently.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS, RAW, curated
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.curation.accepted import accepted, present_editions
from lmprogress.curation.chain import Curation, curate

PAPER = "1902.02380"  # of the manifest
READ: dict[str, Any] = {
    "paper_id": PAPER, "system": "LSTM", "benchmark": "ptb", "split": "test", "perplexity": 60.5, "n_parameters": 2.4e7,
    "training_tokens": 929590.0, "kind": "trained", "protocol": None, "adaptation": None, "architecture": "recurrent",
    "publication_date": "2019-02-06", "enters": True, "reason": None, "confidence": 0.95, "page": 5, "source": "page 5",
}  # fmt: skip
ROWS = {
    "r1": READ,
    "r2": READ | {"system": "LSTM", "perplexity": 58.8, "n_parameters": None},
    "r3": READ | {"system": "other", "perplexity": 71.0, "kind": "derived"},
}
DECIDED = {"verdict": "accept", "why": "Table 2 prints both", "by": "a person"}


class Folder:
    """A folder of the project with three candidate systems, r1 to r3, of which the second has no size."""

    def __init__(self, path: Path) -> None:
        self.path, self.file = path, path / "decided.csv"
        for folder in ("config", "raw"):
            (path / folder).mkdir()
        for name in ("config", "models", "reading", "benchmarks", "architectures"):
            shutil.copy(ROOT / f"config/{name}.yaml", path / "config")
        for name in ("papers", "systems"):
            shutil.copy(ROOT / f"raw/{name}.csv", path / "raw")
        tables.write_csv(tables.empty("verdicts"), "verdicts", path / "raw/verdicts.csv")
        self.read(ROWS)

    def read(self, rows: dict[str, dict[str, Any]]) -> None:
        """The candidate systems are these from now on."""
        frame = pd.DataFrame([{"reading_id": name, **row} for name, row in rows.items()])
        tables.write_both(
            {"candidate_systems": frame},
            {"candidate_systems": str(self.path / "x.parquet"),
             "candidate_systems_csv": str(self.path / "results/tables/candidate_systems.csv")},
        )  # fmt: skip

    def decide(self, *rows: dict[str, Any]) -> int:
        """Accept a file of these rows; the exit status."""
        known = [{"reading_id": "r1", **ROWS[row.get("reading_id", "r1")], **DECIDED, **row} for row in rows]
        pd.DataFrame(known).to_csv(self.file, index=False)
        return main(["accept", str(self.file)])

    @property
    def verdicts(self) -> pd.DataFrame:
        return tables.read_csv(self.path / "raw/verdicts.csv", "verdicts")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)


def reviewed(verdicts: pd.DataFrame) -> Curation:
    """The edition of the checkout with these verdicts in place of its own."""
    raw = RAW._replace(verdicts=verdicts)
    return curate(raw, "reviewed", EDITIONS["reviewed"], BENCHMARK_SETTINGS, ARCHITECTURES)


def test_what_is_accepted_enters_and_a_later_verdict_undoes_it(folder: Folder) -> None:
    sized = {"reading_id": "r2", "verdict": "correct", "n_parameters": 2.5e7}
    assert folder.decide({}, sized, {"reading_id": "r3", "verdict": "reject"}) == 0
    first = (folder.path / "raw/verdicts.csv").read_bytes()
    rows = folder.verdicts
    assert rows["system_id"].tolist() == [f"{PAPER}/lstm", f"{PAPER}/lstm-2", f"{PAPER}/other"]
    assert rows["was"].fillna("").tolist() == ["", "n_parameters=", ""] and rows["by"].eq("a person").all()
    records = reviewed(rows).steps["exclude"].records.set_index("record_id")
    new = records.loc[records["system_id"].isin(rows["system_id"])]
    assert new["n_parameters"].to_dict() == {f"{PAPER}/lstm:ptb": 2.4e7, f"{PAPER}/lstm-2:ptb": 2.5e7}
    assert new["source"].iloc[0] == f"raw/verdicts.csv, line 2: {PAPER}, page 5"
    # the same file again adds nothing
    assert main(["accept", "decided.csv"]) == 0 and (folder.path / "raw/verdicts.csv").read_bytes() == first
    assert folder.decide({"verdict": "reject", "why": "it is an ensemble"}) == 0
    later = (folder.path / "raw/verdicts.csv").read_bytes()
    assert later.startswith(first) and folder.verdicts["system_id"].iloc[-1] == f"{PAPER}/lstm"
    assert accepted(folder.verdicts)["reading_id"].tolist() == ["r2"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{}, {"verdict": "reject"}], "is decided twice: accept in line 3, reject"),
        ([{"reading_id": "r1", "perplexity": 60.4}], "is not what is read: 60.5"),
        ([{"reading_id": "r1", "perplexity": 60.4, "verdict": "reject"}], "is not what is read: 60.5"),
        ([{"verdict": "correct"}], "corrects nothing"),
        ([{"verdict": "correct", "paper_id": "1909.01792"}], "but for the paper"),
        ([{"reading_id": "r2"}], "column 'n_parameters': an accepted system needs it"),
        ([{"reading_id": "r3"}], "an accepted system is trained"),
        ([{"why": ""}], "who decided, and why"),
        ([{"verdict": "yes"}], "unknown value"),
        ([{"benchmark": "lm1b", "verdict": "correct"}], "unknown benchmark"),
        ([{"n_params": 1e6}], "has no such column"),
    ],
)  # fmt: skip
def test_what_cannot_be_accepted_is_told_and_nothing_is_written(
    folder: Folder, capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]], told: str
) -> None:
    before = (folder.path / "raw/verdicts.csv").read_bytes()
    assert folder.decide({"reading_id": "r3", "verdict": "reject"} if "r3" not in str(rows) else {}, *rows) == 1
    error = capsys.readouterr().err
    assert told in error and "remedy" in error and "decided.csv" in error
    assert (folder.path / "raw/verdicts.csv").read_bytes() == before


def test_a_verdict_on_what_is_no_longer_read_is_refused(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.read({"r2": ROWS["r2"]})
    assert folder.decide({}) == 1
    assert "is no candidate system: it is not read so" in capsys.readouterr().err


def test_a_paper_outside_the_manifest_is_refused(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    elsewhere = READ | {"paper_id": "2999.00001"}
    folder.read({"r1": elsewhere})
    assert folder.decide({"paper_id": "2999.00001"}) == 1
    assert "lmprogress add 2999.00001" in capsys.readouterr().err


def test_the_study_s_own_row_stays_where_the_same_result_is_accepted(folder: Folder) -> None:
    own = curated("corrected").steps["exclude"].records.iloc[0]
    known = ["paper_id", "benchmark", "perplexity"]
    same = READ | own[known].to_dict() | {"n_parameters": 1.01 * own["n_parameters"]}
    folder.read({"r1": same})
    assert folder.decide(same) == 0
    decisions = reviewed(folder.verdicts).steps["deduplicate"].decisions
    (dropped,) = decisions[~decisions["kept"]].to_dict("records")
    assert dropped["record_id"].startswith(f"{own['paper_id']}/lstm") and dropped["kept_record_id"] == own["record_id"]


def test_the_edition_is_there_once_a_system_is_accepted(folder: Folder) -> None:
    config = load_config(load_yaml(ROOT / "config/config.yaml"), load_models(ROOT / "config/models.yaml"))
    assert "reviewed" not in present_editions(config, folder.verdicts).judged_editions
    folder.decide({"reading_id": "r3", "verdict": "reject"})
    assert "reviewed" not in present_editions(config, folder.verdicts).editions
    folder.decide({})
    assert "reviewed" in present_editions(config, folder.verdicts).judged_editions


def test_without_verdicts_it_has_the_rows_of_the_edition_that_it_extends() -> None:
    rows = reviewed(tables.empty("verdicts")).observations
    pd.testing.assert_frame_equal(rows, curated("corrected").observations)
