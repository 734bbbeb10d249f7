"""Input = output + exactly one decision each, for the linking of readings and for tables that a run wrote.

In: frames. Out: an AssertionError that names the step where something is lost, doubled or undecided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from lmprogress.reading.linking import Linked


def check_links(readings: pd.DataFrame, linked: Linked) -> None:
    """Every reading has one decision; used perplexities and evaluations are the same; what is dropped says for whom."""
    links = linked.links
    assert links["reading_id"].is_unique
    assert set(links["reading_id"]) == set(readings["reading_id"])
    decided = links.merge(readings, on="reading_id", suffixes=("", "_read"))
    assert (decided["paper_id"] == decided["paper_id_read"]).all()
    assert (decided["quantity"] == decided["quantity_read"]).all()

    used = decided[(decided["decision"] == "used") & (decided["quantity"] == "perplexity")]
    made = linked.evaluations[["system_id", "benchmark", "perplexity"]]
    given = used[["system_ids", "benchmark", "value"]].set_axis(list(made.columns), axis=1)
    order = list(made.columns)
    pd.testing.assert_frame_equal(
        given.sort_values(order, ignore_index=True), made.sort_values(order, ignore_index=True), check_dtype=False
    )
    systems = set(linked.systems["system_id"])
    assert set(made["system_id"]) == systems
    named = {name for names in links["system_ids"].dropna() for name in names.split(";")}
    assert named <= systems
    assert set(linked.systems["paper_id"]) == set(linked.papers["paper_id"])

    # what lost to another run of its system names the reading that was kept, and that one is used for the system
    kept = dict(zip(used["reading_id"], used["system_ids"], strict=True))
    lost = decided[decided["decision"].isin(["duplicate_value", "not_best_run"]) & decided["system_ids"].notna()]
    for reading in lost.to_dict("records"):
        assert kept[reading["detail"].split(" gives ")[0]] == reading["system_ids"]


def check_step(step: str, incoming: Sequence[str], decisions: pd.DataFrame, outgoing: Sequence[str]) -> None:
    """`incoming` records have one decision each; those kept are `outgoing`; the others say why."""
    assert set(decisions["step"]) <= {step}, step
    assert sorted(decisions["record_id"]) == sorted(incoming), step
    kept = decisions["kept"].astype(bool)
    assert sorted(decisions.loc[kept, "record_id"]) == sorted(outgoing), step
    dropped = decisions[~kept]
    assert (dropped["reason"] != "kept").all(), step
    assert dropped[["detail", "source"]].notna().all(axis=None), step
    assert set(decisions["kept_record_id"].dropna()) <= set(outgoing), step


def check_chain(ids: Mapping[str, Sequence[str]], decisions: Mapping[str, pd.DataFrame]) -> None:
    """`ids`: the records that each step wrote, in the order of the chain; `decisions`: of each step."""
    steps = list(ids)
    for before, step in zip([steps[0], *steps], steps, strict=False):
        check_step(step, ids[before], decisions[step], ids[step])
