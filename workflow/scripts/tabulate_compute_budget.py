"""training_runs, allocation_laws, doubling_times -> compute_budget and what goes with it."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import MainFit
from lmprogress.laws.rates.headline import headline_doubling_times
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
    times = headline_doubling_times(
        tables.read(snakemake.input.doubling_times, "doubling_times"), MainFit.model_validate(params.main)
    )
    tables.write_both(
        {
            "compute_budget": compare_runs(runs, allocations),
            "allocations": tabulate_allocations(allocations, params.budgets_flop),
            "inference_trade_off": trade_off_serving(allocations, params.budgets_flop, params.served_tokens),
            "size_trade_off": trade_off_size(allocations),
            "budget_projection": project_budgets(times, params.budgets_flop, params.projected_years),
        },
        snakemake.output,
    )
