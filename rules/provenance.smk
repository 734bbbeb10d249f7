# Evidence: each recorded value beside what its paper prints; values that are probably wrong.
#
# In:  processed/{edition} of the curated editions, processed/readings.parquet, processed/paper_statuses.parquet, raw/.
# Out: results/tables: evidence, evidence_counts and contradictions; suspicions, suspicion_counts, table_audit.

# whose observations are meant where a suspicion says that a value enters a fit
SUSPECTED = [
    edition for edition in CURATED_EDITIONS if edition == CONFIG.report.study_edition
]


rule find_evidence:
    """Each value of each curated record: confirmed, contradicted, not found, or no paper; counts, and what to look at."""
    input:
        records=expand(
            "processed/{edition}/records_corrected.parquet",
            edition=CURATED_EDITIONS,
        ),
        observations=expand(
            "processed/{edition}/observations.parquet", edition=CURATED_EDITIONS
        ),
        readings="processed/readings.parquet",
        statuses="processed/paper_statuses.parquet",
    output:
        **both("evidence", "evidence_counts", "contradictions"),
    log:
        "results/logs/find_evidence.log",
    benchmark:
        "results/benchmarks/find_evidence.tsv"
    params:
        editions=CURATED_EDITIONS,
        benchmarks={
            name: benchmark.model_dump(mode="json")
            for name, benchmark in BENCHMARKS.items()
        },
        vocabulary=READING_VOCABULARY,
        least_confidence=CONFIG.link.least_confidence,
        code=code("find_evidence"),
    script:
        "../workflow/scripts/find_evidence.py"


rule find_suspicions:
    """Values of the curated table that a check suspects; what that finds of known errors; each value's standing."""
    input:
        papers=written("raw/papers.csv"),
        systems=written("raw/systems.csv"),
        evaluations=written("raw/evaluations.csv"),
        corrections=written("raw/corrections.csv"),
        exclusions=written("raw/exclusions.csv"),
        observations=expand(
            "processed/{edition}/observations.parquet", edition=SUSPECTED
        ),
        readings="processed/readings.parquet",
        evidence="results/tables/evidence.parquet",
    output:
        **both("suspicions", "suspicion_counts", "table_audit"),
    log:
        "results/logs/find_suspicions.log",
    benchmark:
        "results/benchmarks/find_suspicions.tsv"
    params:
        editions=SUSPECTED,
        benchmarks={
            name: benchmark.model_dump(mode="json")
            for name, benchmark in BENCHMARKS.items()
        },
        families={
            name: family.model_dump(mode="json") for name, family in FAMILIES.items()
        },
        architectures={
            name: family.model_dump(mode="json")
            for name, family in ARCHITECTURES.items()
        },
        vocabulary=READING_VOCABULARY,
        least_confidence=CONFIG.link.least_confidence,
        same_within=CONFIG.compare.same_within,
        most_parameters_per_token=CONFIG.link.most_parameters_per_token,
        content=content,
        code=code("find_suspicions"),
    script:
        "../workflow/scripts/find_suspicions.py"
