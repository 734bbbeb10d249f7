"""readings, paper_statuses of every batch -> one table each; batches that no paper is left in go."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    for name, table in (("readings", "readings"), ("statuses", "paper_statuses")):
        together = pd.concat([tables.read(path, table) for path in snakemake.input[name]])
        tables.write(together, table, snakemake.output[name])
        kept = {Path(path) for path in snakemake.input[name]}
        for orphan in {other for path in kept for other in path.parent.glob("*.parquet")} - kept:
            print(f"{orphan}: removed, its papers are no longer at hand")
            orphan.unlink()
