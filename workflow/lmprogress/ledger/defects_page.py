"""The page of defects: what the study's code, data and text do, and what that moves.

In: the frames defects and, of a finished run, ledger. Out: the page as Markdown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

_INTRODUCTION = """# Defects and peculiarities of the study

What the released code, the data and the text of Ho et al. 2024, *Algorithmic progress in language models*
(arXiv 2403.05812), do that is not as described, or not as it should be. Each is kept in the edition `published` with
the procedure `study`, so that the printed numbers are found again, and corrected in the edition `corrected` with the
procedure `global`. Where a number is not found again and the reason is not known, this is said.
"""
_WITHOUT_NUMBERS = """
Published, reproduced and corrected values beside each defect are in `results/defects.md` of a finished run. This page
is written by `lmprogress defects --out docs/defects.md` from `raw/reference/defects.csv`.
"""
_WITH_NUMBERS = """
Reproduced is the value computed in the study's way, corrected the one with defects corrected; – is infinite or not
computed. Only some of the agreeing numbers are shown; `results/tables/ledger.csv` has all.
"""
_PARTS = (
    ("what", "What it does"),
    ("effect", "What it moves"),
    ("reproduced", "Reproduced"),
    ("corrected", "Corrected"),
    ("location", "Where"),
    ("source", "Source"),
)
# agreeing numbers shown of each defect
_AGREEING = 5


def write_defects(defects: pd.DataFrame, ledger: pd.DataFrame | None = None) -> str:
    """One section for each defect in the order of `defects`; with `ledger`, its numbers under it.

    Numbers that differ come first and are all there.
    """
    lines = [_INTRODUCTION + (_WITHOUT_NUMBERS if ledger is None else _WITH_NUMBERS)]
    for defect in defects.to_dict("records"):
        lines += [f"## {defect['title']}", "", f"`{defect['defect_id']}`", ""]
        lines += [f"- **{label}**: {defect[column]}" for column, label in _PARTS]
        lines.append("")
        if ledger is not None:
            lines += _numbers(ledger[ledger["defect"] == defect["defect_id"]])
    return "\n".join(lines).rstrip("\n") + "\n"


def _numbers(rows: pd.DataFrame) -> Iterator[str]:
    if rows.empty:
        yield from ("No published number is put down to it.", "")
        return
    counts = rows["verdict"].value_counts()
    yield from ("Published numbers: " + ", ".join(f"{counts[v]} {v}" for v in sorted(counts.index)) + ".", "")
    agreeing = rows["verdict"] == "agrees"
    shown = pd.concat([rows[~agreeing], rows[agreeing].head(_AGREEING)])
    yield "| number | unit | published | reproduced | corrected | |"
    yield "|---|---|---|---|---|---|"
    for row in shown.to_dict("records"):
        name, values = f"{row['quantity']} ({row['location']})", (row["reproduced"], row["corrected"])
        cells = (name, row["unit"], row["printed"], *map(_number, values), row["verdict"])
        yield f"| {' | '.join(cells)} |"
    yield ""


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.5g}".replace("-", "−")
