"""readings, raw/papers.csv -> papers, systems, evaluations, links."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Architecture, Benchmark, Link
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.linking import link

with logged(snakemake.log[0]):
    params = snakemake.params
    linked = link(
        tables.read(snakemake.input.readings, "readings"),
        tables.read_csv(snakemake.input.papers, "papers"),
        benchmarks={name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()},
        architectures={name: Architecture.model_validate(a) for name, a in params.architectures.items()},
        vocabulary=ReadingVocabulary.model_validate(params.vocabulary),
        settings=Link.model_validate(params.settings),
    )
    for name, frame in linked._asdict().items():
        tables.write(frame, name, snakemake.output[name])
