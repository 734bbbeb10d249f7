"""Systems that would enter, against those that a careful scientist would enter.

In: tests/data/candidate_systems.csv, made by hand: 24 papers before any rule on kinds, 30 labelled papers before the
rules had been tried on them, 19 (tests/data/labels_blind.csv), ten and twelve more last; the papers of ../shared.
Out: assertions on precision, recall, parameters, training data and dates.
First looks: on the 24, before any rule, 54 entered, 20 of them right, of 45; on the 30, before sizes were computed and
results compared between papers, 117 entered, 88 of them right, of 138; on the 19, 20 entered, 19 of them right, of 74;
on the ten, 37 entered, 36 of them right, of 64; on the twelve, 53 entered, 42 of them right, of 58.
After the first looks, the split of five systems, the size of four and the perplexity of one, which text and table print
differently, were found wrong in the lists, and mended there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.cli import main
from lmprogress.core import tables

LABELS = ROOT / "tests/data/candidate_systems.csv"
# papers about what is made from trained systems: quantisation, pruning, distillation, compression
DERIVING = ["2111.14836", "2206.01861", "2210.17323", "2301.12017", "2304.09145", "2305.11627", "2306.00978",
            "2306.03078", "2308.13137", "2312.17238", "2407.04965", "2412.12351", "llama3-quant"]  # fmt: skip
WITHIN = 0.05  # relative: counts that are the same, as in compare.same_within


@pytest.fixture(scope="module")
def found(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """What `lmprogress systems` says of the papers with lists."""
    out = tmp_path_factory.mktemp("systems") / "systems.csv"
    names = {path.stem for path in (shared / "labels").glob("*.json")} | set(labelled().query("enters")["paper_id"])
    labels = [str(path) for name in sorted(names) if (path := shared / f"papers/{name}.pdf").exists()]
    folders = [str(shared / "papers-more"), str(shared / "papers-later")]
    assert main(["systems", *folders, *labels, "--out", str(out)]) == 0
    return tables.read_csv(out, "candidate_systems")


def labelled() -> pd.DataFrame:
    labels = pd.read_csv(LABELS, dtype={"paper_id": str})
    return labels.assign(enters=labels["enters"].astype(str).str.lower() == "true")


def pairs(found: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series]]:
    """Each system that enters beside the labelled one of the same paper, benchmark and perplexity; each used once."""
    wanted = labelled()
    wanted, used = wanted[wanted["enters"]], set()
    for _, system in found[found["enters"]].iterrows():
        same = (wanted["paper_id"] == system["paper_id"]) & (wanted["benchmark"] == system["benchmark"])
        alike = wanted[same & ((wanted["perplexity"] - system["perplexity"]).abs() < 1e-6) & ~wanted.index.isin(used)]
        if len(alike):
            nearest = (alike["n_parameters"] - system["n_parameters"]).abs().idxmin()
            used.add(nearest)
            yield system, wanted.loc[nearest]


def test_what_enters_is_what_a_careful_scientist_enters(found: pd.DataFrame) -> None:
    labels = labelled()
    entered = found[found["enters"] & found["paper_id"].isin(labels["paper_id"])]
    right = list(pairs(found))
    names = {system["reading_id"] for system, _ in right}
    false = entered.loc[~entered["reading_id"].isin(names), ["paper_id", "system", "perplexity"]].to_dict("records")
    assert len(right) >= 0.9 * len(entered), false
    assert len(right) >= 0.75 * labels["enters"].sum(), f"{len(right)} of {labels['enters'].sum()}"


@pytest.mark.parametrize(
    ("column", "label"), [("n_parameters", "n_parameters"), ("training_tokens", "n_training_tokens")]
)
def test_parameters_and_training_data_of_what_enters(found: pd.DataFrame, column: str, label: str) -> None:
    both = list(pairs(found))
    wrong = [
        (system["paper_id"], system["system"], system[column], truth[label])
        for system, truth in both
        if abs(system[column] / truth[label] - 1) > WITHIN
    ]
    assert both and len(wrong) <= 0.05 * len(both), wrong


def test_dates_of_what_enters(found: pd.DataFrame) -> None:
    both = list(pairs(found))
    wrong = [s["paper_id"] for s, truth in both if str(s["publication_date"])[:7] != truth["publication_date"][:7]]
    assert both and len(wrong) <= 0.02 * len(both), wrong


def test_nothing_enters_of_papers_that_train_nothing(found: pd.DataFrame, shared: Path) -> None:
    index = pd.read_csv(shared / "papers-later/index.csv", dtype={"name": str})
    controls = list(index.loc[index["role"] == "control", "name"])
    told = found[found["paper_id"].isin(DERIVING)]
    assert told["paper_id"].nunique() >= 10 and len(controls) >= 10
    entered = found[found["enters"] & found["paper_id"].isin([*DERIVING, *controls])]
    assert entered.empty, entered[["paper_id", "system", "perplexity"]].to_dict("records")


def test_no_validation_result_enters(found: pd.DataFrame) -> None:
    assert (found["split"] == "valid").any() and not (found["enters"] & (found["split"] == "valid")).any()
    assert found.loc[~found["enters"], "reason"].notna().all() and found.loc[found["enters"], "reason"].isna().all()
