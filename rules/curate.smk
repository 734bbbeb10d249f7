# The chain of curation: assemble -> correct -> exclude -> deduplicate -> cap.
#
# In:  raw/*.csv; processed/linked/ for an edition of extracted records.
# Out: processed/{edition}/records*.parquet, observations.parquet, and a table of decisions for each step; what laws
#      read of the observations, and of those of other ways to curate.

# the records after each step; after the last, the observations
RECORDS_OF = {
    "assemble": "records",
    "correct": "records_corrected",
    "exclude": "records_included",
    "deduplicate": "records_distinct",
}
CURATED_FROM = dict(
    corrections=written("raw/corrections.csv"), exclusions=written("raw/exclusions.csv")
)
CURATED_WITH = dict(
    settings=whole_edition,
    benchmarks={
        name: benchmark.model_dump(mode="json")
        for name, benchmark in BENCHMARKS.items()
    },
    architectures={
        name: family.model_dump(mode="json") for name, family in ARCHITECTURES.items()
    },
)


rule curate:
    """An edition's records and decisions after each step, and the observations that the laws are fitted to."""
    input:
        unpack(assembled_from),
        **CURATED_FROM,
    output:
        **{
            records: f"processed/{{edition}}/{records}.parquet"
            for records in RECORDS_OF.values()
        },
        **{step: f"processed/{{edition}}/decisions/{step}.parquet" for step in STEPS},
        observations="processed/{edition}/observations.parquet",
        fitted="processed/{edition}/fitted_observations.parquet",
        funnel="processed/{edition}/funnel.parquet",
    log:
        "results/logs/{edition}/curate.log",
    benchmark:
        "results/benchmarks/{edition}/curate.tsv"
    wildcard_constraints:
        edition=one_of(EDITIONS),
    params:
        **CURATED_WITH,
        records_of=RECORDS_OF,
        content=content,
        code=code("curate"),
    script:
        "../workflow/scripts/curate.py"


rule vary_curation:
    """The observations under each other way to curate that an analysis asks for."""
    input:
        unpack(assembled_from),
        **CURATED_FROM,
    output:
        varied="processed/{edition}/varied_observations.parquet",
    log:
        "results/logs/{edition}/vary_curation.log",
    benchmark:
        "results/benchmarks/{edition}/vary_curation.tsv"
    wildcard_constraints:
        edition=one_of(EDITIONS),
    params:
        **CURATED_WITH,
        changes=curation_changes,
        content=content,
        code=code("vary_curation"),
    script:
        "../workflow/scripts/vary_curation.py"
