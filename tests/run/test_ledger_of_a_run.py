"""The ledger that a whole run wrote: what is computed, what agrees, and a reason for all that does not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from conftest import Checkout
from lmprogress.core import tables


@pytest.fixture
def ledger(first_run: Checkout) -> pd.DataFrame:
    return tables.read(first_run.path / "results/tables/ledger.parquet", "ledger")


def test_nearly_every_result_of_the_study_is_computed(ledger: pd.DataFrame) -> None:
    results = ledger[ledger["kind"] == "result"]
    computed = results[results["verdict"] != "not computed"]
    assert len(computed) >= 150
    assert len(computed) / len(results) > 0.95
    assert (computed["verdict"] == "agrees").mean() > 0.85


def test_table_11_agrees_in_all_its_cells(ledger: pd.DataFrame) -> None:
    cells = ledger[ledger["location"] == "Table 11"]
    assert len(cells) == 120
    assert cells.loc[cells["verdict"] != "agrees", "reference_id"].tolist() == []


def test_what_differs_names_a_defect(ledger: pd.DataFrame) -> None:
    differing = ledger[ledger["verdict"] == "differs"]
    assert len(differing)
    assert differing.loc[differing["explanation"].isna(), "reference_id"].tolist() == []


def test_what_has_a_selector_has_a_value(ledger: pd.DataFrame) -> None:
    selected = ledger[ledger["table"].notna()]
    assert selected.loc[selected["verdict"] == "not computed", "reference_id"].tolist() == []


def test_the_page_of_defects_has_the_values_of_the_run(first_run: Checkout, ledger: pd.DataFrame) -> None:
    page = (first_run.path / "results/defects.md").read_text(encoding="utf-8")
    model_18 = ledger.set_index("reference_id").loc["table11/18/0"]
    assert f"| {model_18['printed']} | {model_18['reproduced']:.5g} | {model_18['corrected']:.5g} | agrees |" in page


def test_a_claim_and_a_row_of_the_ledger_on_one_number_agree(first_run: Checkout, ledger: pd.DataFrame) -> None:
    claims = tables.read(first_run.path / "results/tables/claims.parquet", "claims")
    pairs = claims.merge(ledger, left_on=["table", "stated", "relation"], right_on=["table", "published", "relation"],
                         suffixes=("_claim", ""))  # fmt: skip
    # the same number of the same table, whatever words select it
    pairs = pairs[np.isclose(pairs["computed"], pairs["reproduced"], rtol=1e-12)]
    assert {"doubling_8_4", "aggregate_7_8", "aggregate_high_17_6"} <= set(pairs["claim"])
    said = pairs["verdict_claim"].map({"agrees": "agrees", "disagrees": "differs"})
    assert pairs.loc[said != pairs["verdict"], ["claim", "reference_id"]].to_numpy().tolist() == []
