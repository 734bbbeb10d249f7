"""Every rule downstream of the settled observations is planned anew once they are known: the graph shows it."""

from __future__ import annotations

import re

from conftest import Checkout

CHECKPOINT = "digest_observations"
WHOLE = {"all", "audit_run"}  # these look at every file of a run, whatever it is


def edges(checkout: Checkout) -> set[tuple[str, str]]:
    """Rule -> rule that takes its output, in a copy where nothing has run."""
    text = checkout.snakemake("--rulegraph").stdout
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', text, re.M))
    found = {(names[a], names[b]) for a, b in re.findall(r"^\s*(\d+) -> (\d+)", text, re.M)}
    assert found, text
    return found


def test_all_that_follows_the_settled_observations_waits_for_their_digest(checkout: Checkout) -> None:
    graph = edges(checkout)
    waiting = {after for before, after in graph if before == CHECKPOINT}
    assert "fit" in waiting and "bootstrap" in waiting
    following, todo = set(), {CHECKPOINT}
    while todo:
        todo = {after for before, after in graph if before in todo} - following
        following |= todo
    assert following - waiting == set(), "these rules lack `settled=settled(...)` among their inputs"
    direct = {after for before, after in graph if before == "cap"}
    assert (direct & waiting) - WHOLE == set(), "these rules take the observations by date, not as settled"
