"""Gains within papers: equal size alone counts, quoted results do not, the exponent follows the best of each size."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from lmprogress.provenance.paper_gains import tabulate_paper_gains

RESULT = {"paper_id": "1810.06682", "benchmark": "ptb", "split": "test", "kind": "trained", "adaptation": None,
          "publication_date": "2018-10-15"}  # fmt: skip


def gains(*results: dict[str, object]) -> pd.DataFrame:
    rows = [{**RESULT, "system": str(n)} | result for n, result in enumerate(results)]
    return tabulate_paper_gains(pd.DataFrame(rows))


def result(perplexity: float, n_parameters: float = 1e7, **changes: object) -> dict[str, object]:
    return {"perplexity": perplexity, "n_parameters": n_parameters, **changes}


def test_the_next_best_and_the_worst_of_equal_size_bound_the_gain() -> None:
    (row,) = gains(result(50), result(60), result(55, 1.1e7), result(80, 3e7)).to_dict("records")
    assert row["n_results"] == 4 and row["n_equal"] == 2
    assert row["least_gain"] == pytest.approx(math.log(55 / 50))
    assert row["most_gain"] == pytest.approx(math.log(60 / 50))


@pytest.mark.parametrize(
    "changes", [{"kind": "quoted"}, {"adaptation": "cache"}, {"split": "valid"}, {"n_parameters": math.nan}]
)
def test_what_is_no_own_test_result_with_a_size_does_not_count(changes: dict[str, object]) -> None:
    assert gains(result(50), result(60) | changes).empty


def test_the_exponent_follows_the_best_result_of_each_size() -> None:
    sizes = [result(100 * size**-0.1, size * 1e6) for size in (1, 2, 4)]
    (row,) = gains(*sizes, result(200, 2e6)).to_dict("records")
    assert row["n_sizes"] == 3
    assert row["exponent"] == pytest.approx(0.1)


def test_a_narrow_range_of_sizes_has_no_exponent() -> None:
    (row,) = gains(*(result(50 - n, 1e7 * (1 + 0.05 * n)) for n in range(3))).to_dict("records")
    assert row["n_sizes"] == 0 and math.isnan(row["exponent"])
