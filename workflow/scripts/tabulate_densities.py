"""raw tables of density -> reference_fits, densities, compressed_models, density_trend."""

import datetime

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.other_laws.densities import compare_compressed, tabulate_densities
from lmprogress.other_laws.density_trends import tabulate_density_trend
from lmprogress.other_laws.reference_family import fit_reference_family

with logged(snakemake.log[0]):
    raw, params = {name: tables.read_csv(path, name) for name, path in snakemake.input.items()}, snakemake.params
    models = raw["density_models"]
    family, fits = fit_reference_family(
        raw["reference_losses"], raw["reference_scores"], raw["reference_curves"], params.n_starts
    )
    densities = tabulate_densities(models, raw["benchmark_scores"], family, params.reference_tokens)
    trend = tabulate_density_trend(
        densities,
        models,
        raw["inference_prices"],
        raw["published_slopes"],
        trend_ends=[datetime.date.fromisoformat(end) for end in params.trend_ends],
        recent_from=datetime.date.fromisoformat(params.recent_from),
        moore_years=params.moore_years,
        n_replicates=params.n_replicates,
        interval_percent=params.interval_percent,
    )
    tables.write_both(
        {
            "reference_fits": fits,
            "densities": densities,
            "compressed_models": compare_compressed(models),
            "density_trend": trend,
        },
        snakemake.output,
    )
