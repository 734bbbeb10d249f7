"""What papers gain over themselves: own results of equal size on one benchmark, and how loss falls with size there.

In: the table candidate_systems. Out: the tables paper_gains and paper_gains_by_year. Within a paper, tokens, protocol
and care are shared.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables

# sizes that count as equal, as a ratio
EQUAL = 1.15
# sizes that an exponent is fitted to, and the least ratio of the largest to the smallest
_LEAST_SIZES, _LEAST_SPAN = 3, 2.0


def tabulate_paper_gains(candidates: pd.DataFrame) -> pd.DataFrame:
    """For each paper and benchmark: gains of its best result at equal size, and the exponent of size.

    Own training runs alone, with a size, on the test set and without adaptation to its text. Which result is the method
    and which the baseline no table says: the next best result bounds the gain from below, the worst from above.
    """
    own = candidates[
        (candidates["kind"] == "trained")
        & (candidates["split"] == "test")
        & candidates["adaptation"].isna()
        & (candidates["n_parameters"] > 0)
        & (candidates["perplexity"] > 1)
        & candidates["publication_date"].notna()
    ]
    rows = []
    for (paper, benchmark), results in own.groupby(["paper_id", "benchmark"]):
        results = results.drop_duplicates(["system", "n_parameters", "perplexity"])
        row: dict[str, Any] = {
            "paper_id": paper,
            "benchmark": benchmark,
            "publication_date": (published := results["publication_date"].min()),
            "year": int(published[:4]),
            "n_results": len(results),
            **_gains(results),
            **_exponent(results),
        }
        if row["n_equal"] or row["n_sizes"]:
            rows.append(row)
    return tables.of_rows(rows, "paper_gains")


def summarise_paper_gains(gains: pd.DataFrame) -> pd.DataFrame:
    """The table paper_gains_by_year: medians over papers and benchmarks of each year, and of all."""
    parts = [(str(year), part) for year, part in gains.groupby("year")] + ([("all", gains)] if len(gains) else [])
    return tables.of_rows([{"period": period, **_summary(part)} for period, part in parts], "paper_gains_by_year")


def _summary(part: pd.DataFrame) -> dict[str, Any]:
    equal, sized = part[part["n_equal"] > 0], part.loc[part["n_sizes"] > 0, "exponent"]
    n_papers = equal["paper_id"].nunique()
    return {
        "n_papers": n_papers,
        "papers_per_year": n_papers / equal["year"].nunique() if n_papers else math.nan,
        **{name: equal[name].median() for name in ("least_gain", "median_gain", "most_gain")},
        "n_exponents": len(sized),
        "least_exponent": sized.min(),
        "median_exponent": sized.median(),
        "most_exponent": sized.max(),
    }


def _gains(results: pd.DataFrame) -> dict[str, Any]:
    """Of the best result over others of its size, in ln perplexity; none where no other has its size."""
    ranked = results.sort_values("perplexity", kind="stable")
    best, others = ranked.iloc[0], ranked.iloc[1:]
    ratio = others["n_parameters"] / best["n_parameters"]
    gains = np.log(others.loc[ratio.between(1 / EQUAL, EQUAL), "perplexity"] / best["perplexity"])
    if gains.empty:
        return {"n_equal": 0}
    return {"n_equal": len(gains), "least_gain": gains.min(), "median_gain": gains.median(), "most_gain": gains.max()}


def _exponent(results: pd.DataFrame) -> dict[str, Any]:
    """Of ln perplexity over ln parameters, along the best result of each size; falling loss is positive."""
    best = results.groupby("n_parameters")["perplexity"].min()
    if len(best) < _LEAST_SIZES or best.index.max() < _LEAST_SPAN * best.index.min():
        return {"n_sizes": 0, "exponent": math.nan}
    return {"n_sizes": len(best), "exponent": -np.polyfit(np.log(best.index), np.log(best), 1)[0]}
