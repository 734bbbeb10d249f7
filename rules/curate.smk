# The chain of curation: assemble -> correct -> exclude -> deduplicate -> cap.
#
# In:  raw/*.csv; processed/linked/ for an edition of extracted records.
# Out: processed/{edition}/records*.parquet, observations.parquet, and a table of decisions for each step.

CURATION = {
    "benchmarks": {
        name: benchmark.model_dump(mode="json")
        for name, benchmark in BENCHMARKS.items()
    },
    "architectures": {
        name: family.model_dump(mode="json") for name, family in ARCHITECTURES.items()
    },
}
# the records after each step; after the last, the observations
RECORDS_OF = {
    "assemble": "records",
    "correct": "records_corrected",
    "exclude": "records_included",
    "deduplicate": "records_distinct",
}


rule curate:
    """An edition's records and decisions after each step, and the observations that the laws are fitted to."""
    input:
        unpack(assembled_from),
        corrections="raw/corrections.csv",
        exclusions="raw/exclusions.csv",
    output:
        **{
            records: f"processed/{{edition}}/{records}.parquet"
            for records in RECORDS_OF.values()
        },
        **{step: f"processed/{{edition}}/decisions/{step}.parquet" for step in STEPS},
        observations="processed/{edition}/observations.parquet",
    log:
        "results/logs/{edition}/curate.log",
    benchmark:
        "results/benchmarks/{edition}/curate.tsv"
    params:
        edition_settings=whole_edition,
        curation=CURATION,
        records_of=RECORDS_OF,
        code=code("curate"),
    script:
        "../workflow/scripts/curate.py"
