"""observations, varied_observations -> within_paper."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import StudyBootstrap, WithinPaper
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.within_paper import fit_within_paper

with logged(snakemake.log[0]):
    params, edition = snakemake.params, snakemake.wildcards.edition
    asked = WithinPaper.model_validate(params.within_paper)
    if edition not in params.study_editions:
        asked = asked.model_copy(update={"as_study": []})
    observations = tables.read(snakemake.input.observations, "fitted_observations")
    varied = tables.read(snakemake.input.varied, "varied_observations")
    uncapped = varied[varied["curation"] == asked.UNCAPPED.name]
    within_paper = fit_within_paper(
        uncapped if len(uncapped) else observations,  # an edition may have no cap
        laws=LawSet.from_params(params.laws),
        settings=asked,
        study=StudyBootstrap.model_validate(params.study),
        interval_percent=params.interval_percent,
        least_observations=params.least_observations,
    )
    tables.write(within_paper, "within_paper", snakemake.output.within_paper)
