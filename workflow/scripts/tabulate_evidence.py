"""evidence -> evidence_counts, contradictions."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.provenance.contradictions import count_evidence, list_contradictions

with logged(snakemake.log[0]):
    evidence = tables.read(snakemake.input.evidence, "evidence")
    for name, frame in (
        ("evidence_counts", count_evidence(evidence)),
        ("contradictions", list_contradictions(evidence)),
    ):
        written = tables.write(frame, name, snakemake.output[name])
        tables.write_csv(written, name, snakemake.output[f"{name}_csv"])
