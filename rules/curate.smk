# The chain of curation: assemble -> correct -> exclude -> deduplicate -> cap.
#
# In:  raw/*.csv; processed/linked/ for an edition of extracted records.
# Out: processed/{edition}/records*.parquet, observations.parquet, and a table of decisions for each step.


rule assemble:
    """One record for each system on each benchmark."""
    input:
        unpack(assembled_from),
    output:
        records="processed/{edition}/records.parquet",
        decisions="processed/{edition}/decisions/assemble.parquet",
    log:
        "results/logs/{edition}/assemble.log",
    benchmark:
        "results/benchmarks/{edition}/assemble.tsv"
    params:
        settings=edition_setting("perplexity"),
        benchmarks=list(BENCHMARKS),
        code=code("assemble"),
    script:
        "../workflow/scripts/assemble.py"


rule correct:
    """Values replaced, each with its reason."""
    input:
        records="processed/{edition}/records.parquet",
        corrections="raw/corrections.csv",
    output:
        records="processed/{edition}/records_corrected.parquet",
        decisions="processed/{edition}/decisions/correct.parquet",
    log:
        "results/logs/{edition}/correct.log",
    benchmark:
        "results/benchmarks/{edition}/correct.tsv"
    params:
        settings=edition_setting("records"),
        benchmarks=list(BENCHMARKS),
        code=code("correct"),
    script:
        "../workflow/scripts/correct.py"


rule exclude:
    """Records left out, each for the first objection that applies."""
    input:
        records="processed/{edition}/records_corrected.parquet",
        exclusions="raw/exclusions.csv",
    output:
        records="processed/{edition}/records_included.parquet",
        decisions="processed/{edition}/decisions/exclude.parquet",
    log:
        "results/logs/{edition}/exclude.log",
    benchmark:
        "results/benchmarks/{edition}/exclude.tsv"
    params:
        settings=edition_setting("exclude", "records"),
        benchmarks=lambda wildcards: list(offsets_of(wildcards.edition)),
        code=code("exclude"),
    script:
        "../workflow/scripts/exclude.py"


rule deduplicate:
    """The same result twice counts once."""
    input:
        records="processed/{edition}/records_included.parquet",
    output:
        records="processed/{edition}/records_distinct.parquet",
        decisions="processed/{edition}/decisions/deduplicate.parquet",
    log:
        "results/logs/{edition}/deduplicate.log",
    benchmark:
        "results/benchmarks/{edition}/deduplicate.tsv"
    params:
        settings=edition_setting("deduplicate_by"),
        benchmarks=list(BENCHMARKS),
        code=code("deduplicate"),
    script:
        "../workflow/scripts/deduplicate.py"


rule cap:
    """At most so many records a paper, best first: the observations that the laws are fitted to."""
    input:
        records="processed/{edition}/records_distinct.parquet",
    output:
        observations="processed/{edition}/observations.parquet",
        decisions="processed/{edition}/decisions/cap.parquet",
    log:
        "results/logs/{edition}/cap.log",
    benchmark:
        "results/benchmarks/{edition}/cap.tsv"
    params:
        settings=edition_setting("cap"),
        benchmarks=list(BENCHMARKS),
        transformers=[
            name for name, family in ARCHITECTURES.items() if family.transformer
        ],
        vocabulary_sizes={
            name: benchmark.vocabulary_size for name, benchmark in BENCHMARKS.items()
        },
        code=code("cap"),
    script:
        "../workflow/scripts/cap.py"
