"""readings, raw/papers.csv -> papers, systems, evaluations, links, candidate_systems, paper_gains and by year."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Architecture, Benchmark, Edition, Family, Link
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.provenance.candidates import list_candidates
from lmprogress.provenance.paper_gains import summarise_paper_gains, tabulate_paper_gains
from lmprogress.reading.linking import link

with logged(snakemake.log[0]):
    params = snakemake.params
    readings = tables.read(snakemake.input.readings, "readings")
    benchmarks = {name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()}
    architectures = {name: Architecture.model_validate(a) for name, a in params.architectures.items()}
    linked = link(
        readings,
        tables.read_csv(snakemake.input.papers, "papers"),
        benchmarks=benchmarks,
        architectures=architectures,
        vocabulary=ReadingVocabulary.model_validate(params.vocabulary),
        families={name: Family.model_validate(f) for name, f in params.families.items()},
        settings=Link.model_validate(params.settings),
    )
    edition = Edition.model_validate(params.edition)
    candidates = list_candidates(readings, linked, edition, benchmarks, architectures)
    tables.write(candidates, "candidate_systems", snakemake.output.candidates)
    tables.write_csv(candidates, "candidate_systems", snakemake.output.candidates_csv)
    gains = tabulate_paper_gains(candidates)
    tables.write_both({"paper_gains": gains, "paper_gains_by_year": summarise_paper_gains(gains)}, snakemake.output)
    for name, frame in linked._asdict().items():
        tables.write(frame, "linked_systems" if name == "systems" else name, snakemake.output[name])
