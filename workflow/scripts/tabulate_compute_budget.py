"""training_runs, allocation_laws, verdict -> effective_compute, compute_budget and what goes with it."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import StylisedGrowth
from lmprogress.laws.rates.effective_compute import effective_compute
from lmprogress.other_laws.compute_budget import (
    compare_runs,
    project_budgets,
    read_allocations,
    tabulate_allocations,
    trade_off_serving,
    trade_off_size,
)

with logged(snakemake.log[0]):
    params = snakemake.params
    allocations = read_allocations(tables.read_csv(snakemake.input.allocation_laws, "allocation_laws"))
    runs = tables.read_csv(snakemake.input.training_runs, "training_runs")
    verdict = tables.read(snakemake.input.verdict, "verdict")
    tables.write_both(
        {
            "effective_compute": effective_compute(
                StylisedGrowth.model_validate(params.growth), verdict, params.editions
            ),
            "compute_budget": compare_runs(runs, allocations),
            "allocations": tabulate_allocations(allocations, params.budgets_flop),
            "inference_trade_off": trade_off_serving(allocations, params.budgets_flop, params.served_tokens),
            "size_trade_off": trade_off_size(allocations),
            "budget_projection": project_budgets(verdict, params.budgets_flop, params.projected_years),
        },
        snakemake.output,
    )
