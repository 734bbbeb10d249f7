# lmprogress: from raw tables and papers to the rate of algorithmic progress in language models.
#
# In:  config/*.yaml and raw/*.csv, checked before anything runs.
# Out: results/tables and results/figures; processed/ holds what lies between and can be deleted at any time.
#
# `snakemake --lint` asks for a conda environment or a container for each rule. All rules share one environment, locked
# with hashes in envs/run.lock.txt and made by `make`: an environment a rule would lock the same versions many times.


include: "rules/common.smk"
include: "rules/inputs.smk"
include: "rules/retrieve.smk"
include: "rules/read.smk"
include: "rules/link.smk"
include: "rules/curate.smk"
include: "rules/settle.smk"
include: "rules/provenance.smk"
include: "rules/fit.smk"
include: "rules/intervals.smk"
include: "rules/sensitivity.smk"
include: "rules/validate.smk"
include: "rules/gains.smk"
include: "rules/summarise.smk"
include: "rules/figures.smk"
include: "rules/other_laws.smk"
include: "rules/ledger.smk"
include: "rules/report.smk"
include: "rules/closing.smk"
include: "rules/audit.smk"
include: "rules/cluster.smk"


wildcard_constraints:
    # of rules that say nothing else
    edition="|".join(FITTED_EDITIONS),
    procedure="study|global",


rule all:
    """Every stage, every table and every figure."""
    default_target: True
    input:
        every_settled,
        every_output(),
