"""template, result tables -> results/findings.md."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Headline
from lmprogress.ledger.findings import write_findings

with logged(snakemake.log[0]):
    results = {Path(path).stem: tables.read(path, Path(path).stem) for path in snakemake.input.results}
    headline = Headline.model_validate(snakemake.params.headline)
    page = write_findings(Path(snakemake.input.template), results, headline, snakemake.params.laws)
    with tables.replacing(snakemake.output[0]) as path:
        path.write_text(page, encoding="utf-8")
