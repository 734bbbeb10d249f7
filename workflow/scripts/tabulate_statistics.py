"""observations, held_out, doubling_time_draws, replicates, result tables, raw/reference/*.csv -> study_statistics."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import MainFit
from lmprogress.laws.attribution.attribution import printed_pairs
from lmprogress.ledger.statistics import RESULTS, tabulate_statistics

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    statistics = tabulate_statistics(
        dict(
            zip(
                params.editions, (tables.read(path, "fitted_observations") for path in inputs.observations), strict=True
            )
        ),
        [tables.read(path, "held_out") for path in inputs.held_out],
        *(
            [tables.read(path, name, specification=[params.main["specification"]]) for path in paths]
            for name, paths in (("doubling_time_draws", inputs.draws), ("replicates", inputs.replicates))
        ),
        {name: tables.read_parts(inputs[name], name) for name in RESULTS},
        tables.read_csv(inputs.systems, "studied_systems"),
        tables.read_csv(inputs.vision, "vision_models"),
        main=MainFit.model_validate(params.main),
        pairs=printed_pairs(tables.read_csv(inputs.published, "published")),
    )
    tables.write_both({"study_statistics": statistics}, snakemake.output)
