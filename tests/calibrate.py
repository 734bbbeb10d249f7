"""How sure a reading is, and what to expect of a new paper, from first looks: python tests/calibrate.py.

A first look is what the reader of its day read in labelled papers that no rule had been made with. Written is
tests/data/calibration.csv; printed, the lines of `confidence` in config/reading.yaml and two tables of docs/reading.md.

With a name, the date and a file of labels, a new set is looked at and added to tests/data/first_look*.csv before:
python tests/calibrate.py NAME 2026-11-30 tests/data/labels_NAME.csv
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import binomtest

from lmprogress.core.schemas import table
from lmprogress.core.settings_reading import FieldConfidence, load_reading_vocabulary
from lmprogress.reading.confidence import evidence, probability
from lmprogress.reading.paper import read_paper
from scoring import Score, judged, load_labels, score

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
DATA = ROOT / "tests/data"
LOOKS = DATA / "first_looks.csv"  # one row a paper: counts of cells and readings
READINGS = DATA / "first_look_readings.csv"  # one row a reading: its evidence, and whether each field is right
TABLE = DATA / "calibration.csv"

# which evidence may speak on which field
EVIDENCE = {
    "value": ("quantity_evidence", "benchmark_evidence", "split_evidence", "decimals", "second_row"),
    "benchmark": ("quantity_evidence", "benchmark_evidence", "split_evidence", "decimals", "second_column"),
    "split": ("benchmark_evidence", "split_evidence", "second_column"),
    "parameters": ("unit", "size_in_label", "second_row", "second_parameters"),
    "own": ("own", "own_evidence", "second_row"),
}
# precisions of normal priors, around 0, of a weight and of the constant
RIDGE, RIDGE_OF_CONSTANT = 1.0, 0.04
MOST_STEPS, CONVERGED = 50, 1e-8
BINS = (0.0, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99)
COLUMNS = [column.name for column in table("readings").columns]
COUNTS = ("cells", "found", "readings", "label", "with_parameters", "parameters", "with_own", "own")
SHARES = {
    "recall": ("found", "cells"),
    "precision": ("found", "readings"),
    "row label": ("label", "found"),
    "parameters": ("parameters", "with_parameters"),
    "own or quoted": ("own", "with_own"),
}


# ---- first looks ----------------------------------------------------------------------------------------------------


def look(name: str, date: str, labels: pd.DataFrame, read: dict[str, Sequence[dict[str, Any]]]) -> None:
    """Add a set of labelled papers, with the readings of each, to the files of first looks."""
    told, counted = [], []
    for paper, cells in labels.groupby("paper_id"):
        rows = read[str(paper)]
        one = score(cells, pd.DataFrame(rows, columns=COLUMNS).astype({"n_parameters": float}))["all"]
        counted.append({"set": name, "date": date, "paper_id": paper, **{k: one.counts[k] for k in COUNTS}})
        for verdict in judged(cells, rows):
            told.append({"set": name, "paper_id": paper, **evidence(verdict.pop("reading")), **_columns(verdict)})
    for path, new in ((LOOKS, counted), (READINGS, told)):
        old = [pd.read_csv(path, dtype=str, keep_default_na=False)] if path.exists() else []
        every = pd.concat([*old, pd.DataFrame(new).astype(object)])
        every.to_csv(path, index=False, lineterminator="\n")


def _columns(verdict: dict[str, bool | None]) -> dict[str, str]:
    return {f"{name}_right": "" if right is None else str(right).lower() for name, right in verdict.items()}


def expected(looks: pd.DataFrame) -> pd.DataFrame:
    """Shares over cells and as means over papers, of each set and of all: what to expect of a new paper."""
    rows = []
    for name, group in [*looks.groupby("set", sort=False), ("all", looks)]:
        total = Score(group[list(COUNTS)].sum())
        of_papers = [Score(row) for _, row in group.iterrows()]
        row = {"set": name, "papers": len(group), "cells": total.counts["cells"]}
        for share, (part, of) in SHARES.items():
            held = [one.share(part, of) for one in of_papers if one.counts[of]]
            row |= {share: total.share(part, of), f"{share}, papers": sum(held) / len(held)}
        rows.append(row)
    return pd.DataFrame(rows)


# ---- confidence -----------------------------------------------------------------------------------------------------


def labelled(readings: pd.DataFrame, field: str) -> pd.DataFrame:
    """The readings of which is known whether `field` is right, with columns `right` and `weight`.

    Papers differ in their number of readings, and errors come by table: a paper counts by the root of that number.
    """
    rows = readings[readings[f"{field}_right"] != ""]
    size = rows.groupby("paper_id")["paper_id"].transform("size")
    return rows.assign(right=rows[f"{field}_right"] == "true", weight=size**-0.5)


def fit(rows: pd.DataFrame, names: Sequence[str]) -> FieldConfidence:
    """Logistic regression of `right` on indicators of the evidence, with a ridge, by Newton's method.

    le Cessie and van Houwelingen 1992. Readings of the same evidence count together.
    """
    rows = rows.groupby([*names, "right"], as_index=False)["weight"].sum()
    levels = [(name, level) for name in names for level in sorted(rows[name].unique())]
    design = np.column_stack([np.ones(len(rows)), *(rows[name] == level for name, level in levels)]).astype(float)
    weight, right = rows["weight"].to_numpy(), rows["right"].to_numpy(float)
    ridge = np.r_[RIDGE_OF_CONSTANT, np.full(len(levels), RIDGE)]
    beta = np.zeros(len(ridge))
    for _ in range(MOST_STEPS):
        share = expit(design @ beta)
        slope = design.T @ (weight * (share - right)) + ridge * beta
        step = np.linalg.solve(design.T @ (design * (weight * share * (1 - share))[:, None]) + np.diag(ridge), slope)
        beta -= step
        if abs(step).max() < CONVERGED:
            break
    else:
        raise RuntimeError(f"no convergence within {MOST_STEPS} steps")
    weights: dict[str, dict[str, float]] = {name: {} for name in names}
    for (name, level), value in zip(levels, beta[1:], strict=True):
        weights[name][level] = round(float(value), 2) + 0.0
    return FieldConfidence(constant=round(float(beta[0]), 2), weights=weights)


def left_out(rows: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """The confidence of each reading by a fit to the other papers."""
    said = pd.Series(0.0, rows.index)
    for _, paper in rows.groupby("paper_id"):
        fitted = fit(rows.drop(paper.index), names)
        said[paper.index] = [probability(fitted, row) for row in paper[list(names)].to_dict("records")]
    return said


def risk_coverage(said: pd.Series, right: pd.Series) -> float:
    """The area under the risk-coverage curve (Geifman and El-Yaniv 2017): the mean share of errors among the surest.

    Over all numbers of readings kept, by falling confidence; readings of one confidence count as drawn at random.
    """
    by = pd.DataFrame({"said": said, "wrong": (~right).astype(float)})
    by["wrong"] = by.groupby("said")["wrong"].transform("mean")
    wrong = by.sort_values("said", ascending=False, kind="stable")["wrong"].to_numpy()
    return float((wrong.cumsum() / np.arange(1, len(wrong) + 1)).mean())


def calibration(readings: pd.DataFrame) -> pd.DataFrame:
    """Of each field, on papers left out: readings and those right by confidence stated; then all, and the area.

    `low`, `high`: Wilson's score interval at 95 % (Wilson 1927). `area`: of the risk-coverage curve; `area_unranked`:
    the share of errors, which is the area of a constant confidence.
    """
    rows = []
    for field, names in EVIDENCE.items():
        known = labelled(readings, field)
        said = left_out(known, names)
        least = pd.Series(np.array(BINS)[np.searchsorted(BINS, said, side="right") - 1], known.index)
        for low, group in [*known.groupby(least), ("all", known)]:
            n, right = len(group), int(group["right"].sum())
            interval = binomtest(right, n).proportion_ci(0.95, method="wilson")
            row = {"field": field, "from": low, "papers": group["paper_id"].nunique(), "readings": n, "right": right}
            row |= {"share": right / n, "low": interval.low, "high": interval.high, "stated": said[group.index].mean()}
            if low == "all":
                row |= {"area": risk_coverage(said, known["right"]), "area_unranked": 1 - right / n}
            rows.append(row)
    return pd.DataFrame(rows)


# ---- what is printed ------------------------------------------------------------------------------------------------


def lines_of_settings(readings: pd.DataFrame) -> list[str]:
    """The entry `confidence` of config/reading.yaml."""
    lines = ["confidence:"]
    for field, names in EVIDENCE.items():
        fitted = fit(labelled(readings, field), names)
        lines += [f"  {field}:", f"    constant: {fitted.constant:g}", "    weights:"]
        for name, weights in fitted.weights.items():
            told = ", ".join(f"{_quoted(level)}: {value:g}" for level, value in weights.items())
            lines.append(f"      {name}: {{{told}}}")
    return lines


def _quoted(level: str) -> str:
    return f'"{level}"' if level in ("yes", "no") else level


def lines_of_table(calibrated: pd.DataFrame) -> list[str]:
    """The reliability table of docs/reading.md."""
    lines = []
    for row in calibrated.to_dict("records"):
        told = f"| {row['field']} | {row['from']} | {row['papers']} | {row['readings']} | {row['share']:.3f} |"
        told += f" {row['low']:.3f} to {row['high']:.3f} |"
        area = f" {row['area']:.4f} | {row['area_unranked']:.4f} |" if row["from"] == "all" else " | |"
        lines.append(told + area)
    return lines


def lines_of_looks(looks: pd.DataFrame) -> list[str]:
    """The table of docs/reading.md on what to expect of a new paper: over cells / as means over papers."""
    shares = [[f"{row[name]:.3f} / {row[f'{name}, papers']:.3f}" for name in SHARES] for _, row in looks.iterrows()]
    heads = zip(looks["set"], looks["papers"], looks["cells"], strict=True)
    return [
        f"| {' | '.join([name, str(n), f'{cells:,}', *told])} |"
        for (name, n, cells), told in zip(heads, shares, strict=True)
    ]


def read_labelled(labels: pd.DataFrame) -> dict[str, Sequence[dict[str, Any]]]:
    """What today's reader reads in the labelled papers of ../shared; of a paper labelled in part, on those pages."""
    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")
    paths = {path.stem: path for path in sorted(SHARED.glob("papers*/*.pdf"))}
    read: dict[str, Sequence[dict[str, Any]]] = {}
    for paper, cells in labels.groupby("paper_id"):
        rows = read_paper(paths[str(paper)], str(paper), vocabulary, again=True).readings
        pages = set(cells["page"]) if cells["use"].iloc[0].endswith("_pages") else {row["page"] for row in rows}
        read[str(paper)] = [row for row in rows if row["page"] in pages]
    return read


def main() -> None:
    """Add the set that is named, if one is, and calibrate."""
    if len(sys.argv) == 4:
        name, date, path = sys.argv[1:]
        labels = load_labels(Path(path))
        look(name, date, labels, read_labelled(labels))
    readings = pd.read_csv(READINGS, dtype=str, keep_default_na=False)
    calibrated = calibration(readings)
    calibrated.to_csv(TABLE, index=False, float_format="%.4f", lineterminator="\n")
    looks = expected(pd.read_csv(LOOKS, dtype={"paper_id": str}))
    print("\n".join([*lines_of_settings(readings), *lines_of_table(calibrated), *lines_of_looks(looks)]))


if __name__ == "__main__":
    main()
