"""Records that something speaks against, left out: the first objection that applies is the reason.

In: records, raw/exclusions.csv, and the objections in the order in which they are asked. Out: records and decisions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from lmprogress.core.schemas.raw import STRENGTHS
from lmprogress.curation.decisions import KEPT, Curated, decide, shown
from lmprogress.curation.raw import applying, line_of, refuse_unknown

# the column in which each objection is seen; `named` is seen in raw/exclusions.csv
_SEEN_IN = {
    "not_in_study": "study_outlier",
    "parameters_unknown": "n_parameters",
    "dataset_size_not_positive": "dataset_size_tokens",
    "not_included": "study_included",
    "outlier": "study_outlier",
    "no_perplexity": "perplexity",
    "other_benchmark": "benchmark",
    "uncertain": "study_uncertain",
    "zero_shot": "zero_shot",
    "not_trained": "kind",
    "doubted": "doubt",
    "adapted": "adaptation",
    "subword": "protocol",
    "protocol_unknown": "protocol",
}


def exclude(
    records: pd.DataFrame,
    exclusions: pd.DataFrame,
    *,
    objections: Sequence[str],
    edition: str,
    benchmarks: Sequence[str],
    strengths: Collection[str] = STRENGTHS,
    extracted: bool = False,
) -> Curated:
    """`records` without those that one of `objections` applies to (released code of Ho et al. 2024).

    not_in_study: the study's flags are empty. parameters_unknown: no number of parameters. dataset_size_not_positive:
    missing or zero. not_included: the study's flag is false (empty counts as included). outlier, uncertain: the
    study's flag is true. no_perplexity: none on any benchmark. other_benchmark: measured on one that is not among
    `benchmarks`. zero_shot: evaluated without any training on the benchmark (the study's in-between 0.5 is not).
    named: listed in raw/exclusions.csv for this edition with one of `strengths`. adapted: to the test text.
    subword: perplexity per subword. protocol_unknown: nothing says whether it is per word or per subword. For extracted
    records also not_trained (the kind is not trained) and doubted (an implausible value); records written by people
    have neither of these two columns filled.
    Raises InputError for an exclusion of an unknown system, unless the records are `extracted`: their systems come
    and go with the papers at hand.
    """
    here = applying(exclusions, edition, strengths, extracted=extracted)
    if not extracted:
        known = {*records["system_id"], *exclusions["system_id"][~here]}
        refuse_unknown(
            exclusions, "exclusions", "system_id", known, "correct the id, or add the system to raw/systems.csv"
        )
    named = exclusions.assign(line=[line_of(row) for row in range(len(exclusions))])[here]
    named = named.drop_duplicates("system_id").set_index("system_id")

    reason = pd.Series(KEPT, index=records.index, dtype="str")
    detail = pd.Series(None, index=records.index, dtype="str")
    source = pd.Series(None, index=records.index, dtype="str")
    for objection in objections:
        met = (reason == KEPT) & applies_to(records, objection, set(named.index), benchmarks)
        reason = reason.mask(met, objection)
        if objection == "named":
            system = records["system_id"]
            detail = detail.mask(met, system.map(named["reason"]))
            source = source.mask(met, "raw/exclusions.csv, line " + system.map(named["line"]).astype("str"))
        else:
            column = _SEEN_IN[objection]
            detail = detail.mask(met, f"{column} is " + records[column].map(shown).astype("str"))
            file = "evaluations" if objection in ("no_perplexity", "other_benchmark") else "systems"
            place = "" if extracted else f"raw/{file}.csv: "
            source = source.mask(met, place + records["source"])
    return decide(
        records, "exclude", edition, kept=(reason == KEPT).to_numpy(bool), reason=reason, detail=detail, source=source
    )


def applies_to(records: pd.DataFrame, objection: str, named: set[str], benchmarks: Sequence[str]) -> pd.Series:
    """Whether `objection` (as in `exclude`) applies to each of `records`; `named` are the systems excluded by name."""
    values = records["system_id"] if objection == "named" else records[_SEEN_IN[objection]]
    if objection in ("not_in_study", "parameters_unknown", "no_perplexity", "protocol_unknown"):
        return values.isna()
    if objection in ("doubted", "adapted"):
        return values.notna()
    if objection == "not_trained":
        return values.notna() & (values != "trained")
    if objection == "subword":
        return values == "subword"
    if objection == "other_benchmark":
        return ~values.isin(benchmarks)
    if objection == "dataset_size_not_positive":
        return ~(values > 0)
    if objection == "zero_shot":
        return values == 1
    if objection == "not_included":
        return ~values.fillna(True).astype(bool)
    if objection == "named":
        return values.isin(named)
    return values.fillna(False).astype(bool)
