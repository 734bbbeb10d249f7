"""records, decisions of each edition -> results/tables/funnel."""

import pandas as pd

from lmprogress.curation.funnel import tabulate_funnel
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    decisions = pd.concat([tables.read(path, "decisions") for path in snakemake.input.decisions])
    rows = [
        tabulate_funnel(
            tables.read(path, "records"),
            decisions[decisions.edition == edition],
            edition=edition,
            objections=objections,
        )
        for path, (edition, objections) in zip(
            snakemake.input.records, snakemake.params.objections.items(), strict=True
        )
    ]
    tables.write_both({"funnel": pd.concat(rows)}, snakemake.output)
