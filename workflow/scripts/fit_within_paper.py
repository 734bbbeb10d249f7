"""papers, systems, evaluations, corrections, exclusions -> within_paper."""

from lmprogress.curation.chain import curate
from lmprogress.curation.raw import RawTables
from lmprogress.curation.variations import changed
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import (
    Architecture,
    Benchmark,
    CurationChange,
    Edition,
    StudyBootstrap,
    WithinPaper,
)
from lmprogress.laws.law_set import LawSet
from lmprogress.laws.within_paper import fit_within_paper

with logged(snakemake.log[0]):
    params, edition = snakemake.params, snakemake.wildcards.edition
    asked = WithinPaper.model_validate(params.within_paper)
    if edition not in params.study_editions:
        asked = asked.model_copy(update={"as_study": []})
    curation = curate(
        RawTables(*(tables.read_by_kind(snakemake.input[name], name) for name in RawTables._fields)),
        edition,
        changed(Edition.model_validate(params.edition_settings), CurationChange(keep="all")),
        {name: Benchmark.model_validate(b) for name, b in params.curation["benchmarks"].items()},
        {name: Architecture.model_validate(a) for name, a in params.curation["architectures"].items()},
    )
    within_paper = fit_within_paper(
        curation.observations,
        laws=LawSet.from_params(params.laws),
        settings=asked,
        study=StudyBootstrap.model_validate(params.study),
        interval_percent=params.interval_percent,
        least_observations=params.least_observations,
    )
    tables.write(within_paper, "within_paper", snakemake.output.within_paper)
