# What a cluster changes: what stays where the workflow was started, and how the rules that share a job of the cluster run.
#
# In:  every rule, and the groups of config/profiles/slurm.
# Out: rules that are local; on one machine, all of them are anyway.

from dataclasses import replace


# a second's work, after which the engine plans anew
localrules:
    digest_observations,
    settle_observations,


if FROM_MANIFEST:

    # the nodes of a cluster seldom reach the network
    localrules:
        retrieve,


# On a node, the executor would start the workflow again for each rule of a job that several share: longer than most of
# them take. The workflow that the job has started runs them itself.
if workflow.remote_exec:
    workflow.group_settings = replace(workflow.group_settings, overwrite_groups={})
    workflow.localrules(*(rule.name for rule in workflow.rules))
