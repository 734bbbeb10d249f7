"""How many rows and papers are left after each step of curation.

In: the assembled records and every decision of one edition. Out: the table of the funnel.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lmprogress.core.schemas.curation import FUNNEL


def tabulate_funnel(
    assembled: pd.DataFrame, decisions: pd.DataFrame, *, objections: Sequence[str], edition: str
) -> pd.DataFrame:
    """One line for the assembled table, each objection in the order asked, deduplication and cap (schema FUNNEL).

    Lines count systems up to the objection `no_perplexity`; from the line `stacked` on they count records, one for
    each system on each benchmark, as the study stacks its table there. Without that objection the table is
    stacked at once. `decisions` holds those of the steps exclude, deduplicate and cap.
    """
    dropped = decisions[~decisions["kept"].astype(bool)].set_index("record_id")
    reason_of = {step: dropped.loc[dropped["step"] == step, "reason"] for step in ("exclude", "deduplicate", "cap")}
    stacks_after = objections.index("no_perplexity") + 1 if "no_perplexity" in objections else 0
    left, unit = assembled[["record_id", "system_id", "paper_id"]], "system"
    lines: list[tuple[str, str, int, int]] = []

    def count(step: str) -> None:
        rows = left["system_id"].nunique() if unit == "system" else len(left)
        lines.append((step, unit, rows, left["paper_id"].nunique()))

    def drop(gone: pd.Index) -> pd.DataFrame:
        return left[~left["record_id"].isin(gone)]

    count("assembled")
    for number in range(len(objections) + 1):
        if number == stacks_after:
            unit = "record"
            count("stacked")
        if number < len(objections):
            reasons = reason_of["exclude"]
            left = drop(reasons.index[reasons == objections[number]])
            count(objections[number])
    for step, name in (("deduplicate", "deduplicated"), ("cap", "capped")):
        left = drop(reason_of[step].index)
        count(name)
    funnel = pd.DataFrame(lines, columns=["step", "unit", "rows", "papers"])
    funnel.insert(0, "edition", edition)
    funnel.insert(1, "step_number", range(1, len(funnel) + 1))
    return FUNNEL.checked(funnel, where=f"funnel of {edition}")
