# What a cluster changes: what stays where the workflow was started, and how the rules that share a job of the cluster run.
#
# In:  every rule, and the groups of config/profiles/slurm.
# Out: rules that are local; on one machine, all of them are anyway.

from dataclasses import replace


# a second's work: what the run was made with
localrules:
    write_settings,


# a second's work, after which Snakemake replans
localrules:
    digest_observations,
    settle_observations,


if FROM_MANIFEST:

    # the nodes of a cluster seldom reach the network
    localrules:
        retrieve,


# Snakemake replans once the observations are known, and loses track of rules that shared a job in the old plan
# (Snakemake 9.27, its issues 1628 and 4202). So those groups form in the new plan only: until then, `Awaiting` gives none.
# Nothing of them can start before, since here every law waits for the observations of every edition (inputs.smk).
KNOWN_AT_ONCE = {"reading", "curation", "records"}


class Awaiting(str):
    """The name of a group that forms once the observations of every edition are known."""

    def __call__(self, wildcards):
        await_every_edition()
        return str(self)


_shared = workflow.group_settings.overwrite_groups
_shared = {
    name: shared if shared in KNOWN_AT_ONCE else Awaiting(shared)
    for name, shared in _shared.items()
}
workflow.group_settings = replace(workflow.group_settings, overwrite_groups=_shared)


# On a node, the executor would start the workflow again for each rule of a job that several share, which takes longer
# than most of them do. The workflow that the job has started runs them itself.
if workflow.remote_exec:
    workflow.group_settings = replace(workflow.group_settings, overwrite_groups={})
    workflow.localrules(*(rule.name for rule in workflow.rules))
