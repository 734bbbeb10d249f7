# Early cut-off: what is fitted depends on what the observations say, not on when they were made.
#
# In:  processed/{edition}/observations.parquet.
# Out: processed/{edition}/observations.sha256, processed/{edition}/settled/{digest}.parquet.


wildcard_constraints:
    digest="[0-9a-f]{64}",


checkpoint digest_observations:
    """The digest of an edition's observations."""
    input:
        observations="processed/{edition}/observations.parquet",
    output:
        digest="processed/{edition}/observations.sha256",
    log:
        "results/logs/{edition}/digest_observations.log",
    benchmark:
        "results/benchmarks/{edition}/digest_observations.tsv"
    params:
        code=code("digest_observations"),
    script:
        "../workflow/scripts/digest_observations.py"


rule settle_observations:
    """An edition's observations under the name of their digest."""
    input:
        # ancient: the same digest is the same file, however often the observations are made
        observations=ancient("processed/{edition}/observations.parquet"),
    output:
        settled="processed/{edition}/settled/{digest}.parquet",
    log:
        "results/logs/{edition}/settle_observations/{digest}.log",
    benchmark:
        "results/benchmarks/{edition}/settle_observations/{digest}.tsv"
    params:
        code=code("settle_observations"),
    script:
        "../workflow/scripts/settle_observations.py"
