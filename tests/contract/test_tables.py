"""The door to the files: bytes depend on the values alone, and nothing half-written stays."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest

from lmprogress.keeping import tables
from lmprogress.keeping.errors import InputError

PAPER = {
    "paper_id": "1810.06682", "title": "Trellis", "arxiv_id": "1810.06682", "url": None,
    "publication_date": "2018-10-15", "source": "test",
}  # fmt: skip


def papers(*ids: str) -> pd.DataFrame:
    return pd.DataFrame([{**PAPER, "paper_id": i} for i in ids])


def test_order_and_index_of_the_frame_do_not_show_in_the_bytes(tmp_path) -> None:
    frame = papers("b", "a", "c")
    tables.write(frame, "papers", tmp_path / "1.parquet")
    tables.write(frame.sample(frac=1, random_state=3).iloc[:, ::-1], "papers", tmp_path / "2.parquet")
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert tables.read(tmp_path / "1.parquet", "papers")["paper_id"].tolist() == ["a", "b", "c"]


def test_parquet_carries_unit_and_meaning(tmp_path) -> None:
    frame = pd.DataFrame([{"system_id": "a/b", "benchmark": "ptb", "perplexity": 60.5, "source": "test"}])
    tables.write(frame, "evaluations", tmp_path / "e.parquet")
    field = pq.read_schema(tmp_path / "e.parquet").field("perplexity")
    assert b"unit" in field.metadata
    assert field.metadata[b"description"] == b"test perplexity"


def test_a_failed_write_keeps_the_old_file(tmp_path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(papers("a"), "papers", path)
    before = path.read_bytes()

    def fail() -> None:
        with tables.replacing(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_damaged_parquet_is_told_with_a_remedy(tmp_path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(papers("a"), "papers", path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="remedy: delete the file"):
        tables.read(path, "papers")


def test_csv_gives_floats_back_exactly(tmp_path) -> None:
    frame = pd.DataFrame([{"system_id": "a/b", "benchmark": "ptb", "perplexity": 1.0 + 2**-40, "source": 'x, "y"'}])
    tables.write_csv(frame, "evaluations", tmp_path / "e.csv")
    assert tables.read_csv(tmp_path / "e.csv", "evaluations").equals(frame)


@pytest.mark.parametrize(
    ("text", "problem"),
    [(b"", "cannot be read"), (b"\xff\xfe\x00", "cannot be read"), (b'a,b\n"1,2\n', "cannot be read")],
)
def test_unreadable_csv(tmp_path, text: bytes, problem: str) -> None:
    (tmp_path / "papers.csv").write_bytes(text)
    with pytest.raises(InputError, match=problem):
        tables.read_csv(tmp_path / "papers.csv", "papers")
