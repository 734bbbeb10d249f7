"""What is kept of a paper gives what reading it gave, and only while everything agrees.

In: typeset papers. Out: assertions on frames and on which papers were read.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lmprogress.core.file_digest import file_digest
from lmprogress.core.settings import ReadingLimits
from lmprogress.core.settings_reading import ReadingVocabulary, load_reading_vocabulary
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.kept_papers import KeptPapers, orphans, other_batches, reader_digest
from lmprogress.reading.papers_at_hand import PdfFile, find_pdfs
from typeset import CASES, broken

CONFIG = Path(__file__).resolve().parents[2] / "config"
LIMITS = ReadingLimits(seconds=20, megabytes=1000)


@pytest.fixture(scope="module")
def vocabulary() -> ReadingVocabulary:
    return load_reading_vocabulary(CONFIG / "reading.yaml", CONFIG / "benchmarks.yaml")


@pytest.fixture
def papers(tmp_path: Path) -> list[PdfFile]:
    """Papers that are read, one without a table, and one that cannot be opened."""
    folder = tmp_path / "papers"
    folder.mkdir()
    contents = [case.typeset()[0] for case in list(CASES.values())[:2]]
    for number, content in enumerate([*contents, broken.text_without_table(), broken.web_page()]):
        (folder / f"paper-{number}.pdf").write_bytes(content)
    return find_pdfs([folder])


def test_kept_papers_give_what_reading_gives(
    papers: list[PdfFile], vocabulary: ReadingVocabulary, tmp_path: Path
) -> None:
    plain = read_corpus(papers, vocabulary, LIMITS)
    assert len(plain[0]) > 5 and set(plain[1]["status"]) == {"read", "no_tables", "not_a_pdf"}
    for reused in (set(), {file_digest(paper.path) for paper in papers}):
        kept = KeptPapers(tmp_path / "kept", "a reader")
        for frame, expected in zip(read_corpus(papers, vocabulary, LIMITS, kept=kept), plain, strict=True):
            pd.testing.assert_frame_equal(frame, expected, check_exact=True)
        assert kept.reused == reused


def test_a_paper_is_found_only_as_it_was_kept(tmp_path: Path) -> None:
    row, status = {"paper_id": "one", "value": 0.1 + 0.2, "own": None}, {"status": "read", "n_readings": 1}
    account = {"table_id": "one:p1:1.0,2.0:table", "n_numbers": 3}
    kept = KeptPapers(tmp_path, "a reader")
    others = [
        (KeptPapers(tmp_path, "another reader"), "a" * 64),
        (kept, "b" * 64),
    ]
    for keeper, sha256 in others:
        kept.keep("a" * 64, [row], [account], status)
        assert KeptPapers(tmp_path, "a reader").find("a" * 64) == ([row], [account], status)
        assert kept.find(None) is None
        (tmp_path / f"{'a' * 64}.json").rename(tmp_path / f"{sha256}.json")
        assert keeper.find(sha256) is None
        assert list(tmp_path.iterdir()) == []
    assert kept.reused == set()


def test_the_reader_is_all_that_decides_what_a_paper_gives() -> None:
    parts = {"code": "c", "vocabulary": {"words": ["a", "b"]}, "limits": {"seconds": 1}}
    other = [
        {**parts, "code": "d"},
        {**parts, "vocabulary": {"words": ["b", "a"]}},
        {**parts, "limits": {"seconds": 2}},
    ]
    assert len({reader_digest(**each) for each in (parts, *other)}) == 4
    assert reader_digest(**parts) == reader_digest(**dict(reversed(parts.items())))


def test_what_ended_a_reading_from_outside_is_not_kept(vocabulary: ReadingVocabulary, tmp_path: Path) -> None:
    (tmp_path / "slow.pdf").write_bytes(broken.raw_pdf(5, broken.crowded_page(100)))
    slow, gone = PdfFile("slow", tmp_path / "slow.pdf"), PdfFile("gone", tmp_path / "gone.pdf")
    kept = KeptPapers(tmp_path / "kept", "a reader")
    _, statuses, _ = read_corpus([gone, slow], vocabulary, ReadingLimits(seconds=0.05, megabytes=1000), kept=kept)
    assert list(statuses["status"]) == ["missing", "timeout"]
    assert not kept.folder.exists()
    # with the same reader, so that time alone decides
    _, statuses, _ = read_corpus([slow], vocabulary, LIMITS, kept=kept)
    assert list(statuses["status"]) == ["no_tables"]
    assert kept.reused == set() and kept.find(statuses["sha256"][0]) is not None


def test_a_file_replaced_while_it_is_read_is_not_kept(
    papers: list[PdfFile], vocabulary: ReadingVocabulary, tmp_path: Path
) -> None:
    kept = KeptPapers(tmp_path / "kept", "a reader")

    def replace_last(status: dict[str, object]) -> None:
        with papers[-1].path.open("ab") as file:
            file.write(b"%")

    read_corpus(papers, vocabulary, LIMITS, kept=kept, told=replace_last)
    assert {path.stem for path in kept.folder.iterdir()} == {file_digest(paper.path) for paper in papers[:-1]}


def test_orphans_are_of_papers_gone_and_of_jobs_killed(tmp_path: Path) -> None:
    for name in ("a.json", "b.json", ".a.json.x1y2", "b.parquet"):
        (tmp_path / name).touch()
    assert [path.name for path in orphans(tmp_path, {"a"})] == [".a.json.x1y2", "b.json"]


def test_batches_without_papers_are_others(tmp_path: Path) -> None:
    for name in ("readings/1.parquet", "readings/2.parquet", "read_files/1.parquet", "readings/1.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    folders, batches = (tmp_path / "readings", tmp_path / "read_files"), {tmp_path / "readings/2.parquet"}
    assert other_batches(folders, batches) == [tmp_path / "read_files/1.parquet", tmp_path / "readings/1.parquet"]


def test_a_log_says_what_was_read_and_what_was_kept(
    papers: list[PdfFile], vocabulary: ReadingVocabulary, tmp_path: Path
) -> None:
    lines = list[str]()
    for _ in range(2):
        kept = KeptPapers(tmp_path / "kept", "a reader")
        _, files, _ = read_corpus(papers[:1], vocabulary, LIMITS, kept=kept)
        lines += [kept.line(status) for status in files.to_dict("records")]
    assert lines[1] == f"{lines[0]}, kept"
