"""Every rule downstream of the settled observations is planned anew once they are known: the graph shows it."""

from __future__ import annotations

import re

import yaml

from conftest import ROOT, Checkout

CHECKPOINT = "digest_observations"
WHOLE = {"all", "audit_run"}  # these look at every file of a run, whatever it is
# these take the funnel, which curate writes beside the observations: the same bytes run nothing again
FUNNEL = {"compare_published", "compare_progress", "tabulate_statistics"}


def edges(checkout: Checkout) -> set[tuple[str, str]]:
    """Rule -> rule that takes its output, in a copy where nothing has run."""
    text = checkout.snakemake("--rulegraph").stdout
    names = dict(re.findall(r'^\s*(\d+)\[label = "(\w+)"', text, re.M))
    found = {(names[a], names[b]) for a, b in re.findall(r"^\s*(\d+) -> (\d+)", text, re.M)}
    assert found, text
    return found


def followers(graph: set[tuple[str, str]]) -> set[str]:
    """The rules downstream of the checkpoint."""
    following, todo = set(), {CHECKPOINT}
    while todo:
        todo = {after for before, after in graph if before in todo} - following
        following |= todo
    return following


def test_all_that_follows_the_settled_observations_waits_for_their_digest(checkout: Checkout) -> None:
    graph = edges(checkout)
    waiting = {after for before, after in graph if before == CHECKPOINT}
    assert "fit" in waiting and "bootstrap" in waiting
    assert followers(graph) - waiting == set(), "these rules lack `settled=settled(...)` among their inputs"
    direct = {after for before, after in graph if before == "curate"}
    assert (direct & waiting) - WHOLE - FUNNEL == set(), "these rules take the observations by date, not as settled"


def test_groups_of_slurm_jobs_form_late_where_their_rules_wait_for_the_digest(checkout: Checkout) -> None:
    """One in a group that forms later could start on its own before, and then again with its group."""
    profile = yaml.safe_load((ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8"))
    groups = dict(entry.split("=") for entry in profile["groups"])
    said = re.search(r"KNOWN_AT_ONCE = \{(.*)\}", (ROOT / "rules/cluster.smk").read_text(encoding="utf-8"))
    assert said
    at_once = set(re.findall(r'"(\w+)"', said[1]))
    graph = edges(checkout)
    following, rules = followers(graph), {rule for edge in graph for rule in edge}
    assert {rule for rule in rules & groups.keys() if (groups[rule] in at_once) == (rule in following)} == set()
