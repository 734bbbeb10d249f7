"""Tables in the order of their keys: however the rows came, whatever the key is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table

SCHEMA = table("replicates")


def frame(n_replicates: int = 12) -> pd.DataFrame:
    """Rows of two laws, one of them without a number in the study, in the order of the key."""
    parts = [
        pd.DataFrame(
            {
                "edition": "published",
                "ho_number": number,
                "specification": specification,
                "data_variant": "dataset_size",
                "penalty": 0.0025,
                "procedure": "global",
                "resample_unit": "paper",
                "replicate": np.repeat(np.arange(n_replicates), 2),
                "number": np.tile([1, 2], n_replicates),
                "coefficient": np.tile(["a", "b"], n_replicates),
                "estimate": 1.0,
                "objective": 0.05,
                "status": "converged",
            }
        )
        for specification, number in (("benchmark_intercepts", 7), ("ähnlich", None), ("Zoneout", None))
    ]
    return pd.concat(parts, ignore_index=True)


def by_pandas(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(list(SCHEMA.order or SCHEMA.key), kind="stable", ignore_index=True)


@pytest.mark.parametrize("seed", [None, 0, 1])
def test_rows_come_in_the_order_of_the_key(seed: int | None) -> None:
    rows = by_pandas(frame())
    given = rows if seed is None else rows.sample(frac=1, random_state=seed)
    found = SCHEMA.checked(given, "here")
    pd.testing.assert_frame_equal(found, SCHEMA.checked(rows, "here"))
    assert (
        found[list(SCHEMA.key)].astype(str).to_numpy().tolist()
        == rows[list(SCHEMA.key)].astype({"penalty": float}).astype(str).to_numpy().tolist()
    )


@pytest.mark.parametrize("place", [0, 7, -1])
def test_a_key_that_stands_twice_is_refused_in_ordered_rows_too(place: int) -> None:
    rows = by_pandas(frame())
    doubled = by_pandas(pd.concat([rows, rows.iloc[[place]]]))
    with pytest.raises(InputError, match="stands in an earlier row"):
        SCHEMA.checked(doubled, "here")


def test_one_row_that_is_out_of_order_is_put_right() -> None:
    rows = by_pandas(frame())
    order = [*range(5), 6, 5, *range(7, len(rows))]
    pd.testing.assert_frame_equal(SCHEMA.checked(rows.iloc[order], "here"), SCHEMA.checked(rows, "here"))
