"""readings, paper_statuses of every batch -> one table each; what is left of batches and papers that are gone goes."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.reading.kept_papers import orphans

with logged(snakemake.log[0]):
    gathered = {}
    for name, table in (("readings", "readings"), ("statuses", "paper_statuses")):
        together = pd.concat([tables.read(path, table) for path in snakemake.input[name]])
        gathered[table] = tables.write(together, table, snakemake.output[name])
        kept = {Path(path) for path in snakemake.input[name]}
        for orphan in {other for path in kept for other in path.parent.glob("*.parquet")} - kept:
            print(f"{orphan}: removed, its papers are no longer at hand")
            orphan.unlink()
    for orphan in orphans(Path(snakemake.params.kept), set(gathered["paper_statuses"]["paper_id"])):
        print(f"{orphan}: removed, its paper is no longer at hand")
        orphan.unlink()
