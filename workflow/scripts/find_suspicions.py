"""Raw tables, observations, readings, evidence -> suspicions, suspicion_counts, table_audit."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Architecture, Benchmark, Family
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.curation.assemble import assemble
from lmprogress.curation.raw import RawTables, read_raw
from lmprogress.provenance.matching import Names
from lmprogress.provenance.suspecting import Context
from lmprogress.provenance.suspicions import count_suspicions, find_suspicions
from lmprogress.provenance.table_audit import audit_table
from lmprogress.reading.words import lexicon

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    benchmarks = {name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()}
    raw = read_raw({name: str(path) for name, path in given.items() if name in RawTables._fields})
    records = assemble(
        raw.papers, raw.systems, raw.evaluations, perplexity="own", edition="study", benchmarks=list(benchmarks)
    ).records
    fitted = {record for path in given.observations for record in tables.read(path, "observations")["record_id"]}
    context = Context.of(
        records,
        tables.read(given.readings, "readings"),
        # a run without an edition of the study's table has no evidence for it
        tables.read(given.evidence, "evidence", edition=params.editions)
        if params.editions
        else tables.empty("evidence"),
        names=Names(benchmarks, lexicon(ReadingVocabulary.model_validate(params.vocabulary))),
        benchmarks=benchmarks,
        families={name: Family.model_validate(f) for name, f in params.families.items()},
        architectures={name: Architecture.model_validate(a) for name, a in params.architectures.items()},
        least_confidence=params.least_confidence,
        same_within=params.same_within,
        most_parameters_per_token=params.most_parameters_per_token,
    )
    suspicions = find_suspicions(context, raw.corrections, raw.exclusions, fitted=fitted)
    tables.write_both(
        {
            "suspicions": suspicions,
            "suspicion_counts": count_suspicions(context, suspicions, raw.corrections, raw.exclusions),
            "table_audit": audit_table(context, suspicions, raw.corrections, raw.exclusions, fitted=fitted),
        },
        snakemake.output,
    )
