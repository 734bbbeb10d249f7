"""How often readings are right, by what decided them: python tests/calibrate.py.

In: the papers and labels of ../shared, and tests/data/labels.csv. Out: tests/data/calibration.csv; the lines of
`confidence` for config/reading.yaml are printed.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
from scipy.stats import binomtest

from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.paper import read_paper
from scoring import cells_of, judged, load_labels

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
TABLE = ROOT / "tests/data/calibration.csv"
# On papers that shaped the rules nearly all readings are right, so that counts there alone would overstate. Before the
# labels of the twelve papers labelled last were used, 197 of their 199 readings were right: lower end of the interval.
PRIOR = 0.96
WEIGHT = 10  # readings that PRIOR is worth
EVIDENCE = ["quantity_evidence", "benchmark_evidence", "split_evidence"]


def judged_readings(shared: Path) -> pd.DataFrame:
    """The readings of all labelled papers, with columns `right`, `use` and `evidence` (the keys of `confidence`)."""
    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")
    first = cells_of(shared / "labels").assign(use="development")
    labels = pd.concat([first, load_labels(ROOT / "tests/data/labels.csv")], ignore_index=True)
    use = labels.groupby("paper_id")["use"].first()
    rows = [row for p in use.index for row in read_paper(shared / "papers" / f"{p}.pdf", p, vocabulary).readings]
    readings = judged(labels, pd.DataFrame(rows))
    evidence = readings[EVIDENCE].fillna("none").replace("section", "text").agg(" ".join, axis=1)
    return readings.assign(use=readings["paper_id"].map(use), evidence=evidence)


def tabulate(readings: pd.DataFrame) -> pd.DataFrame:
    """One row for each use of the papers and kind of evidence: readings, those right, share, its Wilson interval.

    Wilson's score interval at 95 % (Wilson 1927).
    """
    rows = []
    for (use, evidence), group in readings.groupby(["use", "evidence"], sort=True):
        n, right = len(group), int(group["right"].sum())
        interval = binomtest(right, n).proportion_ci(0.95, method="wilson")
        rows.append((use, evidence, n, right, right / n, interval.low, interval.high))
    return pd.DataFrame(rows, columns=["use", "evidence", "readings", "right", "share", "low", "high"])


def confidences(table: pd.DataFrame) -> dict[str, float]:
    """What config/reading.yaml has to hold: the share right over the papers of development, drawn towards PRIOR.

    (right + WEIGHT * PRIOR) / (readings + WEIGHT), cut to 0.01; evidence that was not met has PRIOR, as `other`.
    """
    known = table[table["use"] == "development"]
    shares = {
        row.evidence: math.floor(100 * (row.right + WEIGHT * PRIOR) / (row.readings + WEIGHT)) / 100
        for row in known.itertuples()
    }
    return {**dict(sorted(shares.items(), key=lambda item: (-item[1], item[0]))), "other": PRIOR}


if __name__ == "__main__":
    calibration = tabulate(judged_readings(SHARED))
    calibration.to_csv(TABLE, index=False, float_format="%.4f", lineterminator="\n")
    for evidence, share in confidences(calibration).items():
        print(f"  {evidence}: {share:.2f}")
