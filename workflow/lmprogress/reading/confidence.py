"""How sure a reading is: of its value, its benchmark, its split, its parameters, and own or quoted.

In: rows of table `readings`, the weights in config/reading.yaml. Out: their columns `confidence` and `*_confidence`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lmprogress.core.settings_reading import FieldConfidence, Stated

_DECIMAL = re.compile(r"\d[.,·]\d")
_LETTER = re.compile(r"[^\W\d_]")
_AS_READ = (
    *("quantity_evidence", "benchmark_evidence", "split_evidence", "own_evidence"),
    *("second_row", "second_column", "second_parameters"),
)
_SURE, _UNSURE = 0.99, 0.01  # more is never said: no set of labelled papers could show it


def evidence(row: Mapping[str, Any]) -> dict[str, str]:
    """What decided a reading and how it is printed, in words; "none" where there is nothing."""
    count, label = row["n_parameters_raw"], row["row_label"]
    return {name: row[name] or "none" for name in _AS_READ} | {
        "decimals": "yes" if _DECIMAL.search(row["raw"]) else "no",
        "unit": "yes" if count and _LETTER.search(count) else "no",
        "size_in_label": "yes" if count and label and count in label else "no",
        "own": {True: "own", False: "quoted", None: "none"}[row["own"]],
    }


def stated(row: Mapping[str, Any]) -> dict[Stated, bool]:
    """The fields that a perplexity of a table states something about."""
    return {
        "value": True,
        "benchmark": row["benchmark"] != "unknown",
        "split": row["split"] != "unknown",
        "parameters": row["n_parameters"] is not None,
        "own": row["own"] is not None,
    }


def probability(field: FieldConfidence, found: Mapping[str, str]) -> float:
    """The probability that a field is right, by logistic regression: rounded down to 0.01, between 0.01 and 0.99."""
    score = field.constant + sum(weights.get(found[name], 0.0) for name, weights in field.weights.items())
    return min(max(math.floor(100 / (1 + math.exp(-score))) / 100, _UNSURE), _SURE)


def rate(rows: Sequence[dict[str, Any]], fields: Mapping[Stated, FieldConfidence]) -> None:
    """Fill the confidences of the perplexities that were read in tables, for each field that they state.

    `confidence` is the least of those for value, benchmark and split.
    """
    for row in rows:
        if row["source"] != "table" or row["quantity"] != "perplexity":
            continue
        found, says = evidence(row), stated(row)
        sure = {name: probability(fields[name], found) for name in fields if says[name]}
        row |= {f"{name}_confidence": share for name, share in sure.items()}
        row["confidence"] = min(share for name, share in sure.items() if name not in ("parameters", "own"))
