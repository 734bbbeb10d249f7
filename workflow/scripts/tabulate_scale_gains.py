"""scaling_runs, allocation_laws, published, published_gains -> results/tables/scale_gains."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.laws.attribution.gains import published_laws
from lmprogress.other_laws.compute_budget import read_allocations
from lmprogress.other_laws.scale_gains import tabulate_scale_gains

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    runs = tables.read_csv(inputs.scaling_runs, "scaling_runs")
    _, kaplan = published_laws(tables.read_csv(inputs.published, "published"))
    gains = tabulate_scale_gains(
        runs[runs["benchmark"] == params.benchmark],
        read_allocations(tables.read_csv(inputs.allocation_laws, "allocation_laws")),
        kaplan.best_split,
        tables.read_csv(inputs.published_gains, "published_gains"),
        params.scale_budgets_flop,
        params.interval_percent,
    )
    tables.write_both({"scale_gains": gains}, snakemake.output)
