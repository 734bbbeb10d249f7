"""The ledger: what is selected, what agrees, what is refused."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.selecting import Selector
from lmprogress.ledger.comparing import compare_published, tabulate_agreement
from lmprogress.ledger.reference_tables import check_reference_tables

DEFECTS = tables.read_csv(ROOT / "raw/reference/defects.csv", "defects")
PUBLISHED = tables.read_csv(ROOT / "raw/reference/published.csv", "published")
FITS = pd.DataFrame(
    {
        "edition": ["published", "published", "corrected"],
        "penalty": [0.0, 0.0025, 0.0025],
        "kept": [True, False, True],
        "objective": [0.0463, 0.05181292650905, math.nan],
    }
)


def selector(select: str, column: str | None = "objective", reduce: str | None = None) -> Selector:
    return Selector("fits", select, column, reduce, "published.csv", "here/it/is")


def published(**changes: object) -> pd.DataFrame:
    row = PUBLISHED[PUBLISHED["table"].notna()].iloc[[0]].copy()
    given = {
        "table": "fits",
        "select": "edition=published;penalty=0.0025",
        "column": "objective",
        "value": 0.0518,
        "printed": "0.0518",
        "tolerance": 5e-5,
        "relation": "equal",
        "unit": "squared nats",
        "corrected_select": None,
        "defect": None,
        "transform": None,
        "reduce": None,
    }
    return row.assign(**{**given, **changes})


def verdict(**changes: object) -> str:
    ledger = compare_published(published(**changes), DEFECTS, {"fits": FITS})
    return table("ledger").checked(ledger, "ledger")["verdict"].item()


def test_one_row_is_chosen_by_text_number_and_flag() -> None:
    assert selector("edition=published;penalty=0.0025").value(FITS) == 0.05181292650905
    assert selector("edition=published;kept=true").value(FITS) == 0.0463
    with pytest.raises(InputError, match=r"published.csv, here/it/is.*finds no row in the table 'fits'"):
        selector("edition=extracted").value(FITS)
    assert math.isnan(selector("edition=extracted").value_or_nan(FITS))
    assert math.isnan(selector("edition=corrected").value(FITS))


def test_several_rows_need_a_reduction() -> None:
    with pytest.raises(InputError, match=r"published.csv, here/it/is.*leaves 2 rows"):
        selector("edition=published").value(FITS)
    assert selector("edition=published", reduce="maximum").value(FITS) == 0.05181292650905
    assert selector("edition=published", reduce="minimum").value(FITS) == 0.0463
    assert selector("edition=published", column=None, reduce="count").value(FITS) == 2


def test_an_unknown_column_names_those_that_there_are() -> None:
    with pytest.raises(InputError, match=r"(?s)no column 'editon'.*edition, penalty"):
        selector("editon=published").value(FITS)


@pytest.mark.parametrize(
    ("relation", "value", "expected"),
    [("equal", 0.0518, "agrees"), ("equal", 0.0519, "differs"), ("equal", 0.0517, "differs"),
     ("at_most", 0.06, "agrees"), ("at_most", 0.05, "differs"), ("at_least", 0.05, "agrees"),
     ("at_least", 0.06, "differs")],
)  # fmt: skip
def test_agreement_is_on_the_side_that_the_study_states(relation: str, value: float, expected: str) -> None:
    assert verdict(relation=relation, value=value) == expected


def test_what_has_no_computed_value_is_not_computed() -> None:
    assert verdict(table="attribution") == "not computed"
    assert verdict(table=None, select=None, column=None) == "not computed"
    assert verdict(select="edition=corrected;penalty=0.0025") == "not computed"


def test_a_transform_and_a_corrected_value() -> None:
    row = published(
        transform="percent",
        value=5.18,
        tolerance=0.005,
        corrected_select="edition=published;penalty=0",
        defect="early_stop",
    )
    found = compare_published(row, DEFECTS, {"fits": FITS}).iloc[0]
    assert (found["verdict"], found["corrected"]) == ("agrees", pytest.approx(4.63))
    assert found["explanation"] == DEFECTS.set_index("defect_id")["title"]["early_stop"]


@pytest.mark.parametrize(
    ("transform", "expected"), [("power_of_two", 2**0.5), ("rate_to_months", 24.0), ("months_to_years", 0.5 / 12)]
)
def test_rates_become_factors_and_times(transform: str, expected: float) -> None:
    frame = FITS.assign(objective=0.5)
    row = published(transform=transform, select="edition=published;penalty=0")
    assert compare_published(row, DEFECTS, {"fits": frame})["reproduced"].item() == pytest.approx(expected)


def test_every_published_number_stands_in_the_ledger_once() -> None:
    ledger = compare_published(PUBLISHED, DEFECTS, {})
    assert ledger["reference_id"].tolist() == PUBLISHED["reference_id"].tolist()
    assert tabulate_agreement(ledger)["numbers"].sum() == len(PUBLISHED)


def test_an_unknown_defect_is_refused_before_anything_runs(tmp_path) -> None:
    for name in ("published", "defects", "studied_systems", "compared_allocations", "vision_models", "coverage"):
        text = (ROOT / f"raw/reference/{name}.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}.csv").write_text(text.replace("early_stop", "early_end") if name == "published" else text)
    assert check_reference_tables(ROOT / "raw/reference")
    with pytest.raises(InputError, match=r"no such defect.*early_end"):
        check_reference_tables(tmp_path)
