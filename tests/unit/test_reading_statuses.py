"""Papers that cannot be read cost one status each, and the other papers nothing.

In: broken files beside a good paper. Out: assertions on statuses, readings and exit statuses.
"""

from __future__ import annotations

import faulthandler
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
import yaml

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.file_digest import file_digest
from lmprogress.core.settings import ReadingLimits
from lmprogress.core.settings_reading import ReadingVocabulary, load_reading_vocabulary
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.papers_at_hand import PdfFile, find_pdfs
from typeset import CASES, broken

CONFIG = Path(__file__).resolve().parents[2] / "config"
LIMITS = ReadingLimits(seconds=4, megabytes=600)
GOOD, EXPECTED = CASES["three_horizontal_rules"].typeset()

# what stands in a folder of papers, and the status that each must get
FILES = {
    "cut-short": (broken.cut_short(GOOD), "damaged"),
    "empty": (broken.empty_file(), "not_a_pdf"),
    "first-good": (GOOD, "read"),
    "garbage": (broken.garbage(), "damaged"),
    "half": (GOOD[: len(GOOD) // 2], "damaged"),
    "inflated": (broken.inflated(1000), "out_of_memory"),
    "locked": (broken.encrypted("a password"), "encrypted"),
    "locked-against-changes": (broken.encrypted(None), "no_tables"),
    "many-pages": (broken.raw_pdf(10_000), "too_many_pages"),
    "middle-good": (GOOD, "read"),
    "no-page": (broken.raw_pdf(0), "damaged"),
    "picture": (broken.picture_only(), "no_text_layer"),
    "slow": (broken.raw_pdf(100, broken.crowded_page(700)), "timeout"),
    "text-alone": (broken.text_without_table(), "no_tables"),
    "web-page": (broken.web_page(), "not_a_pdf"),
    "z-last-good": (GOOD, "read"),
}
STATUSES = {paper_id: status for paper_id, (_, status) in FILES.items()}


@pytest.fixture(scope="module")
def vocabulary() -> ReadingVocabulary:
    return load_reading_vocabulary(CONFIG / "reading.yaml", CONFIG / "benchmarks.yaml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all files, and one that is no paper by its name."""
    path = tmp_path_factory.mktemp("papers")
    for paper_id, (content, _) in FILES.items():
        (path / f"{paper_id}.pdf").write_bytes(content)
    (path / "notes.txt").write_text("not a paper", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def read_twice(folder: Path, vocabulary: ReadingVocabulary) -> list[tuple[pd.DataFrame, ...]]:
    """The folder read by one process at a time, and by two."""
    faulthandler.disable()  # one of the processes is ended by the PDF library, which is no news here
    return [read_corpus(find_pdfs([folder]), vocabulary, LIMITS, jobs=jobs) for jobs in (1, 2)]


def one_paper(
    path: Path, vocabulary: ReadingVocabulary, limits: ReadingLimits = LIMITS
) -> tuple[pd.DataFrame, pd.Series]:
    """Readings and the status of one file."""
    readings, statuses, _ = read_corpus([PdfFile("paper", path)], vocabulary, limits)
    assert len(statuses) == 1
    return readings, statuses.iloc[0]


def command_line(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `lmprogress read`."""
    return subprocess.run(
        [sys.executable, "-m", "lmprogress.cli", "read", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's configuration with the limits of these tests."""
    path = tmp_path_factory.mktemp("config")
    for file in CONFIG.glob("*.yaml"):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if file.name == "config.yaml":
            content["reading"]["limits"] = LIMITS.model_dump()
        (path / file.name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


# ---- statuses -------------------------------------------------------------------------------------------------------


def test_the_same_is_said_of_a_file_whatever_was_read_before_it(
    folder: Path, read_twice: Sequence[tuple[pd.DataFrame, ...]], vocabulary: ReadingVocabulary
) -> None:
    together = read_twice[0][1].set_index("file")["detail"]
    for paper_id in ("garbage", "locked", "no-page"):
        _, alone = one_paper(folder / f"{paper_id}.pdf", vocabulary)
        assert alone["detail"] == together[f"{paper_id}.pdf"]


@pytest.mark.parametrize("paper_id", FILES)
def test_each_file_gets_its_one_status(paper_id: str, read_twice: Sequence[tuple[pd.DataFrame, ...]]) -> None:
    for _, statuses, _ in read_twice:
        own = statuses[statuses["file"] == f"{paper_id}.pdf"]
        assert list(own["status"]) == [STATUSES[paper_id]], own["detail"].tolist()


def test_only_the_files_that_are_papers_by_name_get_a_status(
    read_twice: Sequence[tuple[pd.DataFrame, ...]],
) -> None:
    for _, statuses, _ in read_twice:
        assert sorted(statuses["file"]) == sorted(f"{name}.pdf" for name in FILES)


def test_the_other_papers_are_read_all_the_same(read_twice: Sequence[tuple[pd.DataFrame, ...]]) -> None:
    for readings, statuses, _ in read_twice:
        perplexities = readings[readings["quantity"] == "perplexity"]
        for row in statuses.itertuples():
            found = perplexities[perplexities["paper_id"] == row.sha256]["value"]
            wanted = [e.value for e in EXPECTED] if row.status == "read" else []
            assert sorted(found) == sorted(wanted), row.file
        counted = readings["paper_id"].value_counts()
        for row in statuses.itertuples():
            assert row.n_readings == counted.get(row.sha256, 0), row.file


def test_two_jobs_give_what_one_gives(read_twice: Sequence[tuple[pd.DataFrame, ...]]) -> None:
    for one, two in zip(*read_twice, strict=True):
        assert len(one) > 0
        pd.testing.assert_frame_equal(one, two)


def test_what_went_wrong_is_said(read_twice: Sequence[tuple[pd.DataFrame, ...]]) -> None:
    statuses = read_twice[0][1].set_index("file")
    for paper_id in ("cut-short", "inflated", "locked", "many-pages", "no-page", "slow", "web-page"):
        detail = statuses.loc[f"{paper_id}.pdf", "detail"]
        assert isinstance(detail, str) and len(detail) > 10, paper_id
        assert "success" not in detail.lower(), paper_id


def test_a_file_that_has_gone_meanwhile_is_missing(tmp_path: Path, vocabulary: ReadingVocabulary) -> None:
    good = tmp_path / "good.pdf"
    good.write_bytes(GOOD)
    papers = [PdfFile("gone", tmp_path / "gone.pdf"), PdfFile("good", good)]
    readings, statuses, _ = read_corpus(papers, vocabulary, LIMITS)
    assert dict(zip(statuses["file"], statuses["status"], strict=True)) == {"gone": "missing", "good": "read"}
    assert set(readings["paper_id"]) == {file_digest(good)}


def test_a_folder_that_is_named_as_a_paper_is_damaged(tmp_path: Path, vocabulary: ReadingVocabulary) -> None:
    (tmp_path / "paper.pdf").mkdir()
    readings, status = one_paper(tmp_path / "paper.pdf", vocabulary)
    assert status["status"] == "damaged" and readings.empty


def test_more_time_reads_what_less_time_does_not(tmp_path: Path, vocabulary: ReadingVocabulary) -> None:
    """The limit is what ends the reading: the same file under two limits."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(broken.raw_pdf(5, broken.crowded_page(100)))
    _, patient = one_paper(path, vocabulary, ReadingLimits(seconds=120, megabytes=1000))
    _, hasty = one_paper(path, vocabulary, ReadingLimits(seconds=0.05, megabytes=1000))
    assert (patient["status"] != "timeout", hasty["status"]) == (True, "timeout")


def test_a_pdf_under_another_ending_is_read_when_it_is_named(tmp_path: Path, vocabulary: ReadingVocabulary) -> None:
    path = tmp_path / "paper.dat"
    path.write_bytes(GOOD)
    readings, statuses, _ = read_corpus(find_pdfs([path]), vocabulary, LIMITS)
    assert list(statuses["status"]) == ["read"]
    assert sum(readings["quantity"] == "perplexity") == len(EXPECTED)


def test_a_pdf_with_its_ending_in_capital_letters_is_found(tmp_path: Path) -> None:
    (tmp_path / "1609.01234v2.PDF").write_bytes(GOOD)
    assert find_pdfs([tmp_path]) == [PdfFile("1609.01234v2.PDF", tmp_path / "1609.01234v2.PDF")]


def test_a_folder_without_papers_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a paper", encoding="utf-8")
    with pytest.raises(InputError, match=r"\.pdf"):
        find_pdfs([tmp_path])


# ---- the command ----------------------------------------------------------------------------------------------------


def test_the_command_ends_well_and_writes_the_same_bytes_for_any_number_of_jobs(
    folder: Path, config: Path, tmp_path: Path
) -> None:
    written = []
    for jobs in (1, 2):
        out = tmp_path / f"jobs{jobs}" / "readings.parquet"
        result = command_line(folder, "--out", out, "--jobs", str(jobs), "--config", config)
        assert result.returncode == 0, result.stderr
        assert "Traceback" not in result.stderr
        statuses = out.with_suffix(".statuses.parquet")
        written.append((out.read_bytes(), statuses.read_bytes()))
        read = tables.read(statuses, "paper_statuses")
        # three files of the same bytes are one paper
        same = {name for name in STATUSES if "good" in name}
        expected = {f"{name}.pdf": status for name, status in STATUSES.items() if name not in same - {"first-good"}}
        assert dict(zip(read["file"], read["status"], strict=True)) == expected
        assert result.stderr.count("not read, is the same paper as first-good.pdf") == 2
        for name, status in STATUSES.items():
            told = f"{name}.pdf: {status}" in result.stderr
            assert told == (status not in {"read", "no_tables"}), result.stderr
    assert written[0] == written[1]


@pytest.mark.parametrize("where", ["below a file", "a folder", "statuses below a file"])
def test_an_output_that_cannot_be_written_is_told_and_nothing_is_left(where: str, config: Path, tmp_path: Path) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(GOOD)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    arguments = {
        "below a file": ["--out", tmp_path / "file" / "readings.parquet"],
        "a folder": ["--out", tmp_path / "folder"],
        "statuses below a file": ["--out", tmp_path / "r.parquet", "--statuses", tmp_path / "file" / "s.parquet"],
    }[where]
    before = sorted(tmp_path.rglob("*"))
    result = command_line(paper, "--config", config, *arguments)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr and result.stderr.startswith("lmprogress: "), result.stderr
    assert ("file" if "file" in where else "folder") in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_lone_paper_without_readings_gets_its_status(config: Path, tmp_path: Path) -> None:
    (tmp_path / "locked.pdf").write_bytes(FILES["locked"][0])
    out = tmp_path / "readings.parquet"
    ended = command_line(tmp_path / "locked.pdf", "--config", config, "--out", out)
    assert ended.returncode == 0, ended.stderr
    assert pd.read_parquet(out).empty
    assert pd.read_parquet(tmp_path / "readings.statuses.parquet")["status"].tolist() == ["encrypted"]


def test_no_paper_at_the_place_named_is_told(config: Path, tmp_path: Path) -> None:
    result = command_line(tmp_path / "nowhere", "--out", tmp_path / "readings.parquet", "--config", config)
    assert result.returncode == 1
    assert result.stderr.startswith("lmprogress: ") and "nowhere" in result.stderr
    assert not (tmp_path / "readings.parquet").exists()
