"""records_corrected, observations of each edition, readings, paper_statuses -> evidence, its counts, contradictions."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Benchmark
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.provenance.contradictions import count_evidence, list_contradictions
from lmprogress.provenance.evidence import EditionTables, find_evidence

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    editions = {
        edition: EditionTables(tables.read(records, "records"), tables.read(observations, "observations"))
        for edition, records, observations in zip(params.editions, given.records, given.observations, strict=True)
    }
    evidence = find_evidence(
        editions,
        tables.read(given.readings, "readings"),
        tables.read(given.statuses, "paper_statuses"),
        benchmarks={name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()},
        vocabulary=ReadingVocabulary.model_validate(params.vocabulary),
        least_confidence=params.least_confidence,
    )
    evidence = tables.table("evidence").checked(evidence, snakemake.output.evidence)
    tables.write_both(
        {
            "evidence": evidence,
            "evidence_counts": count_evidence(evidence),
            "contradictions": list_contradictions(evidence),
        },
        snakemake.output,
    )
