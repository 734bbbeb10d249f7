# Early cut-off: what is fitted depends on what the observations say, not on when they were made.
#
# In:  processed/{edition}/fitted_observations.parquet, varied_observations.parquet.
# Out: their digests, processed/{edition}/settled/{digest}.parquet, processed/{edition}/settled_varied/{digest}.parquet.


wildcard_constraints:
    digest="[0-9a-f]{64}",
    folder="|".join(SETTLED),


checkpoint digest_observations:
    """The digests of an edition's observations, and of those under other ways to curate."""
    input:
        **{
            folder: f"processed/{{edition}}/{table}.parquet"
            for folder, table in SETTLED.items()
        },
    output:
        **{
            folder: f"processed/{{edition}}/{table}.sha256"
            for folder, table in SETTLED.items()
        },
    log:
        "results/logs/{edition}/digest_observations.log",
    benchmark:
        "results/benchmarks/{edition}/digest_observations.tsv"
    wildcard_constraints:
        edition=one_of(EDITIONS),
    params:
        code=code("digest_observations"),
    script:
        "../workflow/scripts/digest_observations.py"


rule settle_observations:
    """An edition's observations under the name of their digest."""
    input:
        # ancient: the same digest is the same file, however often the observations are made
        observations=lambda wildcards: ancient(
            f"processed/{wildcards.edition}/{SETTLED[wildcards.folder]}.parquet"
        ),
    output:
        settled="processed/{edition}/{folder}/{digest}.parquet",
    log:
        "results/logs/{edition}/settle_observations/{folder}/{digest}.log",
    benchmark:
        "results/benchmarks/{edition}/settle_observations/{folder}/{digest}.tsv"
    wildcard_constraints:
        edition=one_of(EDITIONS),
    params:
        code=code("settle_observations"),
    script:
        "../workflow/scripts/settle_observations.py"
