"""A trace as text for people, or as JSON for programs.

In: the steps of a trace. Out: text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from lmprogress.curation.decisions import shown
from lmprogress.provenance.trace import Row, Step

_SHOWN_ROWS = 10
_INDENT = "  "
_FURTHER = 3 * _INDENT


def as_json(asked: str, steps: Sequence[Step], pictures: Sequence[str]) -> str:
    """All that is known, every row, keys as in the tables."""
    found: dict[str, Any] = {"id": asked, "steps": [asdict(step) for step in steps]}
    if pictures:
        found["pictures"] = list(pictures)
    return json.dumps(found, indent=2)


def as_text(asked: str, steps: Sequence[Step], *, all_rows: bool) -> str:
    """One paragraph a step, facts below each other; of many rows the first ones, unless `all_rows`."""
    lines = [asked]
    for number, step in enumerate(steps):
        lines += ["", f"{'' if number == 0 else '← '}{step.kind.upper()}  {step.title}", *_facts(step.facts)]
        rows = step.rows if all_rows else step.rows[:_SHOWN_ROWS]
        for row in rows:
            lines += _TELLERS[step.kind](row)
        if len(rows) < len(step.rows):
            lines.append(f"{_INDENT}… and {len(step.rows) - len(rows)} more: --rows lists all")
    return "\n".join(lines)


def _facts(facts: Row) -> list[str]:
    width = max((len(name) for name in facts), default=0)
    return [f"{_INDENT}{name:<{width}}  {shown(value)}" for name, value in facts.items()]


def _decision(row: Row) -> list[str]:
    verb = "keeps" if row["kept"] else "drops"
    reason = "" if row["reason"] == "kept" else f": {_words(row['reason'])}"
    more = [str(row[name]) for name in ("detail", "source") if name in row]
    more += [f"kept in its place: {row['kept_record_id']}"] if "kept_record_id" in row else []
    return [f"{_INDENT}{row['step']:<11}  {verb}{reason}" + (f" ({'; '.join(more)})" if more else "")]


def _evidence(row: Row) -> list[str]:
    if "record_id" in row:
        return [f"{_INDENT}{row['edition']}: {row['record_id']}, {row['field']} {row['recorded']}: {row['status']}"]
    lines = [f"{_INDENT}{row['field']} {row['recorded']}: {_words(row['status'])} ({_words(row['reason'])})"]
    if "raw" in row:
        lines += _printed(row)
    elif "printed_value" in row:
        lines.append(f"{_FURTHER}{shown(row['printed_value'])}")
    if "detail" in row:
        lines.append(f"{_FURTHER}{row['detail']}")
    if row["status"] == "not_found":
        lines.append(f"{_FURTHER}looked at {row['looked_at']}")
    return lines


def _reading(row: Row) -> list[str]:
    return [f"{_INDENT}{row['quantity']} {shown(row['value'])}, used as {row['detail']}", *_printed(row)]


def _printed(row: Row) -> list[str]:
    """What stands on the page, and where."""
    label = " / ".join(row[name] for name in ("row_label", "column_label") if name in row)
    where = " in the row of the box" if row.get("place") == "row" else ""
    lines = [
        f"{_FURTHER}printed “{row['raw']}”{where}, page {row['page']}" + (f", at {label}" if label else ""),
        f"{_FURTHER}box {row['box']}; reading {row['reading_id']}",
    ]
    return [*lines, f"{_FURTHER}{row['address']}"] if "address" in row else lines


def _observation(row: Row) -> list[str]:
    evidence = f" ({_words(row['perplexity_evidence'])})" if "perplexity_evidence" in row else ""
    facts = (
        f"perplexity {shown(row['perplexity'])}{evidence}",
        f"{shown(row['n_parameters'])} parameters",
        f"{shown(row['dataset_size_tokens'])} tokens",
        str(row["publication_date"]),
    )
    return [f"{_INDENT}{row['observation_number']:>4}  {row['record_id']}: {', '.join(facts)}"]


def _words(code: object) -> str:
    return str(code).replace("_", " ")


_TELLERS: dict[str, Callable[[Row], list[str]]] = {
    "evidence": _evidence,
    "decisions": _decision,
    "observations": _observation,
    "readings": _reading,
}
