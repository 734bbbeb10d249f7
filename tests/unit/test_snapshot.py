"""The snapshot gives back what was kept, and tells every row that came, went or changed."""

from __future__ import annotations

import pandas as pd

from lmprogress.core.schemas import table
from lmprogress.reading.gathering import Snapshot
from lmprogress.reading.snapshot import differences, read_snapshot, write_snapshot


def frame(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    columns = [column.name for column in table(name).columns]
    return table(name).checked(pd.DataFrame(rows, columns=columns), "a test")


READING = {
    "reading_id": "1810.06682:p1:1.0,2.0:perplexity", "paper_id": "1810.06682", "page": 1,
    "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0, "quantity": "perplexity", "value": 54.19, "raw": "54.19",
    "benchmark": "ptb", "split": "test", "row_label": "", "own": None, "source": "table", "confidence": 0.9,
}  # fmt: skip
STATUS = {"paper_id": "1810.06682", "change": "kept", "status": "read", "n_readings": 1}

ACCOUNT = {
    "table_id": "1810.06682:p1:1.0,2.0:table", "paper_id": "1810.06682", "page": 1, "x0": 1.0, "y0": 2.0, "x1": 3.0,
    "y1": 4.0, "caption_start": "Table 1: Perplexity.", "n_rows": 1, "n_columns": 2, "n_numbers": 2, "n_read": 1,
    "reasons": "parameters: 1", "n_unexplained": 0,
}  # fmt: skip


def test_kept_readings_do_not_differ_from_themselves(tmp_path) -> None:
    written = Snapshot(frame("readings", READING), frame("paper_statuses", STATUS), frame("tables", ACCOUNT))
    write_snapshot(written, tmp_path)
    for name, kept, frame_ in zip(Snapshot._fields, read_snapshot(tmp_path), written, strict=True):
        assert list(differences(name, kept, frame_)) == [] and len(kept) == 1


def test_what_came_went_and_changed_is_told() -> None:
    other = {**READING, "reading_id": "1810.06682:p2:1.0,2.0:perplexity", "page": 2}
    changed = {**READING, "value": 54.2, "own": True}
    lines = list(differences("readings", frame("readings", READING), frame("readings", changed, other)))
    assert [line[0] for line in lines] == ["+", "~"]
    assert "p2" in lines[0]
    assert "value 54.19 → 54.2" in lines[1].replace("np.float64(", "").replace(")", "")
    assert "own" in lines[1]
    assert [
        line[0] for line in differences("readings", frame("readings", READING, other), frame("readings", READING))
    ] == ["-"]
