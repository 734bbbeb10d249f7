"""How right readings are: matched one to one with cells labelled by hand.

In: readings and labels (one row a cell). Out: counts of cells, found, readings, and agreement over the cells found.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from lmprogress.core.settings_reading import Stated
from lmprogress.reading.confidence import stated

FIELDS = get_args(Stated)


@dataclass(frozen=True)
class Score:
    """Counts over one or more papers."""

    counts: Counter[str]

    def share(self, part: str, of: str) -> float:
        """`part` over `of`; 1 where there is nothing to find."""
        return self.counts[part] / self.counts[of] if self.counts[of] else 1.0


def load_labels(path: Path) -> pd.DataFrame:
    """The labelled cells; a paper without any is one row without value."""
    return pd.read_csv(path, dtype={"paper_id": str, "row": str, "row_path": str, "model": str, "raw": str})


def cells_of(folder: Path) -> pd.DataFrame:
    """The cells in a folder of label files, one JSON a paper, in the columns of tests/data/labels.csv."""
    rows = []
    for path in sorted(folder.glob("*.json")):
        paper = json.loads(path.read_text(encoding="utf-8"))
        for kind in ("tables", "tables_nonstandard"):
            for told in paper.get(kind, []):
                in_table = str(told.get("split_source") or "caption").startswith("caption")
                for cell in told["cells"]:
                    rows.append(
                        {
                            "paper_id": paper["paper"],
                            "page": told["page"],
                            "row": cell["row"],
                            "row_path": " | ".join(cell.get("row_path") or []),
                            "model": cell.get("model"),
                            "benchmark": cell["benchmark"],
                            "split": cell["split"],
                            "benchmark_printed": not cell.get("benchmark_inferred"),
                            "split_printed": in_table and not cell.get("split_inferred"),
                            "value": cell["value"],
                            "n_parameters": cell.get("params"),
                            "own": cell.get("own"),
                            "standard": kind == "tables",
                        }
                    )
    return pd.DataFrame(rows)


def _plain(text: object) -> str:
    return re.sub(r"[^a-z0-9]+", "", str(text).lower()) if isinstance(text, str) else ""


def same_label(reading: object, cell: pd.Series) -> bool:
    """A reading's row label names the row, the model or the path of the cell."""
    said = _plain(reading)
    parts = str(cell["row_path"]).split(" | ") if isinstance(cell["row_path"], str) else []
    names = [n for n in map(_plain, [cell["row"], cell["model"], cell["row_path"], *parts]) if n]
    if not names:
        return not said
    return any(
        said == n or (len(n) > 3 and n in said) or difflib.SequenceMatcher(None, said, n).ratio() >= 0.8 for n in names
    )


def _agrees(cell: pd.Series, reading: pd.Series) -> bool:
    if reading["page"] != cell["page"] or abs(reading["value"] - cell["value"]) > 1e-6 * max(1, cell["value"]):
        return False
    benchmark, split = reading["benchmark"], reading["split"]
    return (benchmark == cell["benchmark"] or (not cell["benchmark_printed"] and benchmark == "unknown")) and (
        split == cell["split"] or cell["split"] == "unknown" or (not cell["split_printed"] and split == "unknown")
    )


def score_paper(cells: pd.DataFrame, readings: pd.DataFrame) -> Score:
    """Cells of one paper against its perplexity readings from tables; each cell and each reading counts once.

    Readings of cells that are not standard (losses, buckets) are neither right nor wrong.
    """
    counts: Counter[str] = Counter()
    wanted = cells[cells["value"].notna() & cells["standard"]]
    spared = Counter(round(v, 6) for v in cells.loc[~cells["standard"], "value"])
    guessing = not wanted.empty and not wanted["benchmark_printed"].all()
    left = readings[(readings["benchmark"] != "unknown") | guessing]
    free = dict(left.iterrows())
    counts["cells"] = len(wanted)
    for _, cell in wanted.iterrows():
        fitting = [(not same_label(r["row_label"], cell), key) for key, r in free.items() if _agrees(cell, r)]
        if not fitting:
            continue
        reading = free.pop(min(fitting)[1])
        counts["found"] += 1
        counts["label"] += same_label(reading["row_label"], cell)
        if pd.notna(cell["n_parameters"]):
            counts["with_parameters"] += 1
            counts["parameters"] += abs(reading["n_parameters"] / cell["n_parameters"] - 1) < 0.005
        if pd.notna(cell["own"]):
            counts["with_own"] += 1
            counts["own"] += pd.notna(reading["own"]) and bool(reading["own"]) == bool(cell["own"])
    wrong = 0
    for reading in free.values():
        value = round(float(reading["value"]), 6)
        if spared[value] > 0:
            spared[value] -= 1
        else:
            wrong += 1
    counts["readings"] = counts["found"] + wrong
    return Score(counts)


def score(labels: pd.DataFrame, readings: pd.DataFrame) -> dict[str, Score]:
    """The score of each labelled paper, and of all together under 'all'."""
    tables = readings[(readings["quantity"] == "perplexity") & (readings["source"] == "table")]
    scores = {
        str(paper): score_paper(cells, tables[tables["paper_id"] == paper])
        for paper, cells in labels.groupby("paper_id")
    }
    total: Counter[str] = Counter()
    for one in scores.values():
        total.update(one.counts)
    return {**scores, "all": Score(total)}


def judged(cells: pd.DataFrame, readings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each perplexity reading of a table of one paper, whether what it states is right: columns of FIELDS.

    Matched by page and value, first those that agree in benchmark, split and label. A reading that no cell holds is
    wrong in value and benchmark, and nothing is said of its other fields; one of a cell that is not standard, or that
    claims no benchmark, is left out. None: not stated, or not labelled.
    """
    spared = Counter(round(v, 6) for v in cells.loc[~cells["standard"], "value"])
    free = dict(cells[cells["value"].notna() & cells["standard"]].iterrows())
    left = [row for row in readings if row["source"] == "table" and row["quantity"] == "perplexity"]
    found: list[dict[str, Any]] = []
    for agreeing, labelled in ((True, True), (True, False), (False, False)):
        rest = []
        for row in left:
            one = pd.Series(row)
            fitting = [
                key
                for key, cell in free.items()
                if cell["page"] == row["page"]
                and abs(row["value"] - cell["value"]) <= 1e-6 * max(1, cell["value"])
                and (not agreeing or _agrees(cell, one))
                and (not labelled or same_label(row["row_label"], cell))
            ]
            if fitting:
                found.append({"reading": row, **_judgement(free.pop(fitting[0]), row)})
            else:
                rest.append(row)
        left = rest
    for row in left:
        value = round(float(row["value"]), 6)
        if spared[value] > 0:
            spared[value] -= 1
        elif row["benchmark"] != "unknown":
            found.append({"reading": row, **dict.fromkeys(FIELDS), "value": False, "benchmark": False})
    return found


def _judgement(cell: pd.Series, row: dict[str, Any]) -> dict[str, bool | None]:
    says, counted, own = stated(row), pd.notna(cell["n_parameters"]), pd.notna(cell["own"])
    return {
        "value": True,
        "benchmark": bool(row["benchmark"] == cell["benchmark"]) if says["benchmark"] else None,
        "split": bool(cell["split"] in (row["split"], "unknown")) if says["split"] else None,
        "parameters": abs(row["n_parameters"] / cell["n_parameters"] - 1) < 0.005
        if says["parameters"] and counted
        else None,
        "own": bool(row["own"]) == bool(cell["own"]) if says["own"] and own else None,
    }
