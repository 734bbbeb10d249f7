# What is fitted depends on what the observations say, not on when they were made.
#
# In:  processed/{edition}/observations.sha256, raw/papers.csv, raw/systems.csv.
# Out: settled(), the observations under the name of their digest; await_every_edition() for a cluster; varied_from()
#      and papers_with_systems() for rules that curate anew.
#
# The engine plans to run again whatever is downstream of a job that runs. A checkpoint makes it plan anew once the
# digest of the observations is known: where it is the old one, the file of that name is there already, and nothing
# that takes it runs. A job keeps the reason that it had in the first plan unless one of its own inputs waits for the
# checkpoint, so every rule downstream names `settled` among its inputs.

import hashlib

from lmprogress.keeping import tables

_papers, _systems = (
    tables.read_csv(f"raw/{name}.csv", name) for name in ("papers", "systems")
)
_papers = _papers[_papers["paper_id"].isin(_systems["paper_id"])]
WRITTEN_PAPERS = hashlib.sha256(_papers.to_csv(index=False).encode()).hexdigest()


def await_every_edition():
    """Have the engine plan again once the observations of every edition are known, where they are not yet."""
    for edition in EDITIONS:
        checkpoints.digest_observations.get(edition=edition)


def settled(*editions):
    """Give the observations of `editions`, or of the wildcard's, under their digest once that is known."""

    def named(wildcards):
        if workflow.group_settings.overwrite_groups:
            # rules that share a job on a cluster are planned with every edition known, or not at all (cluster.smk)
            await_every_edition()
        paths = []
        for edition in editions or [wildcards.edition]:
            digested = checkpoints.digest_observations.get(edition=edition).output
            digest = Path(digested.digest).read_text(encoding="ascii").strip()
            paths.append(f"processed/{edition}/settled/{digest}.parquet")
        return paths if len(paths) > 1 else paths[0]

    return named


def varied_from(wildcards):
    """Name what the edition is assembled from, where written papers count by those with systems alone."""
    named = assembled_from(wildcards)
    if CONFIG.editions[wildcards.edition].records == "curated":
        # their digest is a parameter: a paper added without a system changes nothing that is fitted
        named["papers"] = ancient(named["papers"])
    return named


def papers_with_systems(wildcards):
    """Give the digest of the written papers that have systems; nothing for an edition of extracted records."""
    if CONFIG.editions[wildcards.edition].records == "curated":
        return WRITTEN_PAPERS
    return None
