"""published_rates, claims, tables of results -> progress_rates, claims."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.other_laws.claims import check_claims
from lmprogress.other_laws.progress_rates import compare_rates

with logged(snakemake.log[0]):
    params = snakemake.params
    claimed = tables.read_by_name(snakemake.input.claimed)
    dates = {
        edition: tables.read(path, "fitted_observations")["publication_year"]
        for edition, path in zip(params.editions, snakemake.input.observations, strict=True)
    }
    rates = compare_rates(
        tables.read_csv(snakemake.input.published_rates, "published_rates"),
        tables.read(snakemake.input.verdict, "verdict"),
        tables.read(snakemake.input.density_trend, "density_trend"),
        tables.read(snakemake.input.change_points, "change_points"),
        {edition: f"{years.min():.0f}–{years.max():.0f}" for edition, years in dates.items() if len(years)},
        params.interval_percent,
    )
    claims = check_claims(
        tables.read_csv(snakemake.input.claims, "claim_statements"), {**claimed, "progress_rates": rates}
    )
    tables.write_both({"progress_rates": rates, "claims": claims}, snakemake.output)
