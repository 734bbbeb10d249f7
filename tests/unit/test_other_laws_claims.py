"""Claims and rates: verdicts follow the numbers, units come out in months, a bad selector is told."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.other_laws.claims import check_claims
from lmprogress.other_laws.progress_rates import compare_rates, months_per_doubling
from other_laws_cases import density_trend, raw

RESULTS = {"rates": pd.DataFrame({"name": ["a", "b", "c"], "months": [12.0, 24.0, math.nan], "flag": [1, 2, 2],
                                  "since": ["2020-03-14", "2021-01-01", "2022-01-01"]})}  # fmt: skip
STATEMENT = {
    "claim": "x", "retelling": "r", "statement": "s", "stated": 12.0, "unit": "months", "relation": "equal",
    "tolerance": 0.5, "tolerance_reason": None, "table": "rates", "select": "name=a", "column": "months",
    "reduce": None, "formula": None, "why": "w",
}  # fmt: skip
TERMS = pd.DataFrame(
    [
        {"claim": "x", "term": "other", "table": "rates", "select": "name=b", "column": "months", "reduce": None},
        {"claim": "x", "term": "since", "table": "rates", "select": "name=a", "column": "since", "reduce": None},
        {"claim": "y", "term": "other", "table": "rates", "select": "name=c", "column": "months", "reduce": None},
    ]
)
FACTS = pd.DataFrame([{"fact": "memory", "value": 8.0, "source": "data sheet"}])


def checked(**changes: object) -> pd.Series:
    return check_claims(pd.DataFrame([STATEMENT | changes]), TERMS, FACTS, RESULTS).iloc[0]


@pytest.mark.parametrize(
    ("changes", "computed", "verdict"),
    [
        ({}, 12, "agrees"),
        ({"stated": 12.6}, 12, "disagrees"),
        ({"select": "name=b"}, 24, "disagrees"),
        ({"select": "name=b", "relation": "at_least"}, 24, "agrees"),
        ({"select": "name=b", "relation": "at_most"}, 24, "disagrees"),
        ({"select": "flag=2", "column": "flag", "reduce": "count", "stated": 2.0}, 2, "agrees"),
        ({"select": None, "reduce": "maximum"}, 24, "disagrees"),
        ({"stated": 0.5, "tolerance": 0, "formula": "value / other"}, 0.5, "agrees"),
        ({"select": "flag=2;name=b", "stated": 41.4, "formula": "100 * (2 ** (12 / value) - 1)"}, 41.42, "agrees"),
        ({"stated": 2020.5, "formula": "since + log10(10 ** (value / 24))"}, 2020.7, "agrees"),
        ({"stated": 4.0, "formula": "value - memory"}, 4, "agrees"),
        ({"table": "claim_facts", "select": "fact=memory", "column": "value", "stated": 8.0}, 8, "agrees"),
    ],
)
def test_verdicts(changes: dict[str, object], computed: float, verdict: str) -> None:
    row = checked(**changes)
    assert row["computed"] == pytest.approx(computed, abs=0.01)
    assert row["verdict"] == verdict


@pytest.mark.parametrize("changes", [{"table": "not_there"}, {"select": "name=z"}, {"select": "name=c"}])
def test_what_is_not_there_is_not_computed(changes: dict[str, object]) -> None:
    row = checked(**changes)
    assert math.isnan(row["computed"])
    assert row["verdict"] == "not computed"


def test_what_has_no_table_is_not_checkable() -> None:
    row = checked(**dict.fromkeys(("table", "select", "column", "stated", "unit", "relation", "tolerance")))
    assert math.isnan(row["computed"]) and row["verdict"] == "not checkable"


def test_sources_are_those_of_the_row_and_of_facts_in_the_formula() -> None:
    assert pd.isna(checked()["source"])
    assert checked(formula="value - memory")["source"] == "data sheet"
    assert checked(table="claim_facts", select="fact=memory", column="value")["source"] == "data sheet"


@pytest.mark.parametrize("formula", ["value + months", "value +", "value.real()", "value; 1", "__import__('os')"])
def test_a_formula_that_cannot_be_evaluated_names_the_claim(formula: str) -> None:
    with pytest.raises(InputError, match=r"claims\.csv, x.*cannot be evaluated"):
        checked(formula=formula)


SELECTING = [
    row for file in ("claims", "claim_terms") for row in raw(file).to_dict("records") if isinstance(row["table"], str)
]


@pytest.mark.parametrize("row", SELECTING, ids=lambda row: "-".join(filter(None, (row["claim"], row.get("term")))))
def test_every_claim_points_to_a_column_that_its_table_has(row: dict[str, object]) -> None:
    schema = table(str(row["table"]).rpartition("/")[2])
    conditions = str(row["select"]).split(";") if isinstance(row["select"], str) else []
    for name, wanted in (c.split("=", 1) for c in conditions):
        column = schema.column(name)
        assert not column.allowed or wanted in column.allowed, name
    assert schema.column(str(row["column"])).kind in ("float", "integer", "date")


def test_each_term_is_named_in_the_formula_of_its_claim() -> None:
    formulas = raw("claims").set_index("claim")["formula"]
    for row in raw("claim_terms").to_dict("records"):
        assert row["term"] in re.findall(r"\w+", formulas[row["claim"]]), row


@pytest.mark.parametrize("changes", [{"select": "flag=2"}, {"select": "nobody=1"}, {"column": "weeks"}])
def test_a_bad_selector_names_the_claim(changes: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"claims\.csv, x"):
        checked(**changes)


@pytest.mark.parametrize(
    ("value", "unit", "period", "months"),
    [
        (8.4, "months", None, 8.4),
        (2.0, "factor_per_year", None, 12),
        (44.0, "factor_over_period", 7.0, 16),  # Hernandez and Brown 2020: 44-fold from 2012 to 2019, 16 months
        (0.007, "log_per_day", None, 3.25),  # Densing Law: 99 days
    ],
)
def test_units_come_out_in_months(value: float, unit: str, period: float | None, months: float) -> None:
    assert months_per_doubling(value, unit, period) == pytest.approx(months, rel=0.05)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (-28.6, "months"),
        (1.0, "factor_per_year"),
        (0.9, "factor_over_period"),
        (0.0, "log_per_day"),
        (-1e-4, "log_per_day"),
    ],
)
def test_no_growth_is_an_infinite_time(value: float, unit: str) -> None:
    assert months_per_doubling(value, unit, 7.0) == math.inf


def test_an_interval_with_no_growth_keeps_its_infinite_end() -> None:
    published = raw("published_rates").iloc[[0]]
    rows = [
        published.assign(rate="times", value=60.0, low=-28.6, high=43.8, unit="months"),
        published.assign(rate="factors", value=1.2, low=0.8, high=2.0, unit="factor_per_year"),
        published.assign(rate="decline", value=0.9, low=0.5, high=0.95, unit="factor_per_year"),
    ]
    found = rates(pd.concat(rows)).loc[["times", "factors", "decline"], ["months", "low", "high"]]
    expected = [[60.0, 43.8, np.nan], [12 / math.log2(1.2), 12.0, np.nan], [np.nan, np.nan, np.nan]]
    assert found.to_numpy(float) == pytest.approx(np.array(expected), nan_ok=True)


def rates(published: pd.DataFrame | None = None) -> pd.DataFrame:
    times = {"edition": "corrected", "level": 95.0}
    months = {"estimate_months": 6.0, "low_months": math.nan, "high_months": math.nan}
    bends = pd.DataFrame(
        {"series": ["processor_clock", "density"], "tool": "broken_stick", "break_year": 2005.0,
         "doubling_before_years": 2.5}
    )  # fmt: skip
    return compare_rates(
        raw("published_rates") if published is None else published, pd.DataFrame([times | months]),
        density_trend().reset_index(), bends, [], {"corrected": "2012–2023"}, 95,
    ).set_index("rate")  # fmt: skip


def test_all_rates_stand_on_one_axis() -> None:
    found = rates()
    assert set(raw("published_rates")["rate"]) < set(found.index)
    # a larger factor a year is the faster end: 5.84 [3.95, 8.64] a year
    rosetta = found.loc["rosetta"]
    assert rosetta["low"] < rosetta["months"] < rosetta["high"]
    assert rosetta["months"] == pytest.approx(12 / math.log2(5.84))
    assert found.loc["processor_clock_before_break", "months"] == 30
    assert "density_before_break" not in found.index
    ours = found.loc["verdict_corrected"]
    assert ours["months"] == 6
    assert math.isnan(ours["low"]) and math.isnan(ours["high"])
