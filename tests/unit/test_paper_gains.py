"""Gains within papers: equal size alone counts, quoted results do not, the exponent follows the best of each size."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.provenance.paper_gains import summarise_paper_gains, tabulate_paper_gains

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


def test_a_year_and_all_have_medians_over_papers_and_benchmarks() -> None:
    pairs = {("1810.06682", "2018-10-15"): 60, ("1811.00001", "2018-11-01"): 70, ("1901.02860", "2019-01-09"): 52}
    rows = [
        result(perplexity, paper_id=paper, publication_date=date)
        for (paper, date), worse in pairs.items()
        for perplexity in (50, worse)
    ]
    sizes = [result(100 * n**-0.2, n * 1e6, paper_id="1902.00001", publication_date="2019-02-01") for n in (1, 2, 4)]
    found = summarise_paper_gains(gains(*rows, *sizes))
    found = table("paper_gains_by_year").checked(found, "made").set_index("period")
    assert found["n_papers"].to_dict() == {"2018": 2, "2019": 1, "all": 3}
    assert found["papers_per_year"].to_dict() == {"2018": 2, "2019": 1, "all": 1.5}
    assert found.loc["2018", "median_gain"] == pytest.approx((math.log(60 / 50) + math.log(70 / 50)) / 2)
    assert found.loc["all", "least_gain"] == pytest.approx(math.log(60 / 50))
    assert found["n_exponents"].to_dict() == {"2018": 0, "2019": 1, "all": 1}
    assert found.loc["all", "median_exponent"] == pytest.approx(0.2) and math.isnan(found.loc["2018", "most_exponent"])
    with pytest.raises(InputError, match="period"):
        table("paper_gains_by_year").checked(found.reset_index().assign(period="18"), "made")


def test_without_results_of_equal_size_there_is_no_row() -> None:
    assert summarise_paper_gains(gains(result(50))).empty
