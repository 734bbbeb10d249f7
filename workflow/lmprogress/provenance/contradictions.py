"""Evidence in short: how many values are confirmed, and which ones a person should look at.

In: the table evidence. Out: the tables evidence_counts and contradictions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmprogress.core.schemas.provenance import CONTRADICTIONS, EVIDENCE_COUNTS

# what the study's main law is fitted to; epochs and vocabulary enter variants of it alone
_IN_MAIN_LAW = ("perplexity", "n_parameters", "dataset_size_tokens", "publication_date")
# a value under another name on its own benchmark is left out: nearly always the table spells the name differently
_PRINTED_AS_ELSE = ("validation_result", "another_benchmark", "another_place")


def count_evidence(evidence: pd.DataFrame) -> pd.DataFrame:
    """Values, observations among them, and papers by edition, field, status and reason (schema EVIDENCE_COUNTS)."""
    counts = evidence.groupby(["edition", "field", "status", "reason"], as_index=False).agg(
        n_values=("record_id", "size"), n_in_fit=("in_fit", "sum"), n_papers=("paper_id", "nunique")
    )
    return EVIDENCE_COUNTS.checked(counts, "evidence_counts")


def list_contradictions(evidence: pd.DataFrame) -> pd.DataFrame:
    """What the papers contradict or print as something else, once for all editions (schema CONTRADICTIONS).

    First what enters a fit; then what is contradicted before what stands elsewhere; then fields of the main law; then
    the largest difference.
    """
    elsewhere = (evidence["status"] == "not_found") & evidence["reason"].isin(_PRINTED_AS_ELSE)
    found = evidence[(evidence["status"] == "contradicted") | elsewhere]
    key = ["record_id", "field", "recorded"]
    by_value = found.groupby(key, sort=False)
    found = found.assign(
        editions=by_value["edition"].transform(lambda names: ";".join(sorted(set(names)))),
        in_fit=by_value["in_fit"].transform("any"),
    ).drop_duplicates(key)
    years = (found["printed_value"] - found["value"]).abs()
    ratio = np.log((found["printed_value"] / found["value"]).to_numpy(float))
    found = found.assign(
        size=years.where(found["field"] == "publication_date", np.abs(ratio)),
        not_in_fit=~found["in_fit"].astype(bool),
        elsewhere=found["status"] != "contradicted",
        not_in_law=~found["field"].isin(_IN_MAIN_LAW),
    )
    ranked = found.sort_values(
        ["not_in_fit", "elsewhere", "not_in_law", "size", "record_id", "field"],
        ascending=[True, True, True, False, True, True],
    )
    ranked = ranked.assign(rank=range(1, len(ranked) + 1))
    return CONTRADICTIONS.checked(ranked[[column.name for column in CONTRADICTIONS.columns]], "contradictions")
