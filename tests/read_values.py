"""Readings made by hand, and the systems linked from them, for tests of what follows the reading.

In: what differs from an ordinary reading of a test perplexity. Out: frames after schema READINGS, linked tables.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from conftest import ROOT
from lmprogress.core.schemas.reading import READINGS
from lmprogress.core.settings import Link, load_architectures, load_benchmarks, load_families
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.linking import Linked, link

PAPER = "1801.00001"
BENCHMARKS = load_benchmarks(ROOT / "config/benchmarks.yaml")
ARCHITECTURES = load_architectures(ROOT / "config/architectures.yaml")
FAMILIES = load_families(ROOT / "config/families.yaml")
VOCABULARY = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")
ORDINARY: dict[str, Any] = {
    "least_confidence": 0.5,
    "parameters_from_prose": True,
    "parameters_where_one_size": True,
    "unnamed_split": "test",
    "most_parameters_per_token": 100,
    "least_parameters_per_token": 5e-5,
    "least_embedding": 8,
    "least_loss": {"constant": 1.69, "scale": 406.4, "exponent": 0.34, "share": 0.5},
    "outclassed": {"larger": 10, "worse": 1.5},
}
MANIFEST = pd.DataFrame(
    {
        "paper_id": [PAPER],
        "title": ["A Paper"],
        "arxiv_id": [PAPER],
        "url": [None],
        "publication_date": ["2018-01-01"],
        "source": ["by hand"],
    }
)


def linked(*rows: dict[str, Any], manifest: pd.DataFrame = MANIFEST, **changes: Any) -> Linked:
    return link(
        readings(*rows),
        manifest,
        benchmarks=BENCHMARKS,
        architectures=ARCHITECTURES,
        vocabulary=VOCABULARY,
        families=FAMILIES,
        settings=Link(**{**ORDINARY, **changes}),
    )


def reading(value: float, label: str | None = "LSTM", **changes: Any) -> dict[str, Any]:
    """One reading: by default the paper's own test perplexity on Penn Treebank in Table 1 of page 5."""
    row: dict[str, Any] = {column.name: None for column in READINGS.columns}
    row |= {"paper_id": PAPER, "page": 5, "x0": 300.0, "y0": 100.0, "x1": 320.0, "y1": 108.0, "source": "table"}
    row |= {"quantity": "perplexity", "value": value, "raw": f"{value:g}", "benchmark": "ptb", "split": "test"}
    row |= {"row_label": label, "column_label": "Test", "system": label, "table_label": "Table 1", "own": True}
    row |= {"remarks": "text:trained:page 2"}
    row |= {"confidence": 0.95, **changes}
    if row["quantity"] != "perplexity":
        row |= {
            name: None
            for name in ("benchmark", "split", "own", "column_label", "table_label", "remarks")
            if name not in changes
        }
    return row


def readings(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows on lines of their own, with identifiers 'r1', 'r2' … unless they have one; checked."""
    frame = pd.DataFrame(rows, columns=[column.name for column in READINGS.columns])
    names = [f"r{number}" for number in range(1, len(frame) + 1)]
    frame["reading_id"] = frame["reading_id"].where(frame["reading_id"].notna(), names)
    frame["y0"] += [10.0 * number if y == 100.0 else 0.0 for number, y in enumerate(frame["y0"])]
    return READINGS.checked(frame, "readings of a test")
