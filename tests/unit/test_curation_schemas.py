"""Each table of the chain refuses a bad row.

In: the tables of the checkout with one cell spoilt. Out: failures where the schema lets it pass.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from curated import BENCHMARKS, curated
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table


def frames() -> dict[str, pd.DataFrame]:
    chain = curated("published")
    return {
        "records": chain.steps["exclude"].records,
        "decisions": chain.steps["exclude"].decisions,
        "observations": chain.observations,
        "funnel": chain.funnel,
    }


@pytest.mark.parametrize("name", ["records", "decisions", "observations", "funnel"])
def test_good_rows_pass_in_the_order_of_the_schema(name: str) -> None:
    frame = frames()[name]
    checked = table(name).checked(frame.sample(frac=1, random_state=0), name, {"benchmark": BENCHMARKS})
    assert len(checked) == len(frame)
    assert checked.equals(table(name).checked(frame, name))


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("records", "perplexity", 0.5),
        ("records", "n_parameters", 0.0),
        ("records", "dataset_size_tokens", -1.0),
        ("records", "publication_date", "2999-01-01"),
        ("records", "title", None),
        ("records", "position", 0),
        ("decisions", "step", "forget"),
        ("decisions", "kept", None),
        ("decisions", "reason", None),
        ("observations", "log_perplexity", -0.1),
        ("observations", "dataset_size_tokens", 0.0),
        ("observations", "n_parameters", None),
        ("observations", "benchmark", "lambada"),
        ("observations", "training_compute_source", "guessed"),
        ("observations", "transformer", None),
        ("funnel", "rows", -1),
        ("funnel", "unit", "paper"),
        ("funnel", "step", None),
    ],
)
def test_bad_cell_is_refused(name: str, column: str, value: Any) -> None:
    frame = frames()[name].copy()
    frame[column] = frame[column].astype(object)
    frame.loc[3, column] = value
    with pytest.raises(InputError) as caught:
        table(name).checked(frame, name, {"benchmark": BENCHMARKS})
    assert caught.value.column == column


@pytest.mark.parametrize("name", ["records", "decisions", "observations", "funnel"])
def test_doubled_key_and_lost_column_are_refused(name: str) -> None:
    frame = frames()[name]
    with pytest.raises(InputError, match="earlier row"):
        table(name).checked(pd.concat([frame, frame.iloc[:1]], ignore_index=True), name)
    for column in table(name).columns:
        with pytest.raises(InputError, match=f"lacks this column|'{column.name}'"):
            table(name).checked(frame.drop(columns=column.name), name)
