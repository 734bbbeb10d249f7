"""papers -> their PDFs where they are not at hand, retrievals."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Retrieval
from lmprogress.retrieving.fetching import Fetcher
from lmprogress.retrieving.retrieve import retrieve

with logged(snakemake.log[0]):
    settings = Retrieval.model_validate(snakemake.params.settings)
    retrievals = retrieve(
        tables.read_csv(snakemake.input.papers, "papers"),
        Path(snakemake.params.folder),
        settings,
        Fetcher(settings),
        told=lambda status: print(f"{status['paper_id']}: {status['status']} {status['detail'] or ''}", flush=True),
    )
    tables.write(retrievals, "retrievals", snakemake.output.retrievals)
