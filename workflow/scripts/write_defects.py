"""defects, ledger -> results/defects.md."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.ledger.defects_page import write_defects

with logged(snakemake.log[0]):
    page = write_defects(
        tables.read_csv(snakemake.input.defects, "defects"), tables.read(snakemake.input.ledger, "ledger")
    )
    with tables.replacing(snakemake.output[0]) as path:
        path.write_text(page, encoding="utf-8")
