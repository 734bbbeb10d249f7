"""published_rates, timed_records, claims with terms and facts, tables of results -> progress_rates, claims."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.other_laws.claims import check_claims
from lmprogress.other_laws.progress_rates import compare_rates
from lmprogress.other_laws.timed_records import timed_rates

with logged(snakemake.log[0]):
    params = snakemake.params
    claimed = tables.read_by_name(snakemake.input.claimed)
    raw = {name: tables.read_csv(snakemake.input[name], name) for name in params.claimed_raw}
    observations = {
        edition: tables.read(path, "fitted_observations")
        for edition, path in zip(params.editions, snakemake.input.observations, strict=True)
    }
    rates = compare_rates(
        tables.read_csv(snakemake.input.published_rates, "published_rates"),
        tables.read(snakemake.input.verdict, "verdict"),
        tables.read(snakemake.input.density_trend, "density_trend"),
        tables.read(snakemake.input.change_points, "change_points"),
        timed_rates(
            tables.read_csv(snakemake.input.timed_records, "timed_records"),
            params.n_replicates,
            params.interval_percent,
        ),
        {
            edition: f"{frame['publication_year'].min():.0f}–{frame['publication_year'].max():.0f}"
            for edition, frame in observations.items()
            if len(frame)
        },
        params.interval_percent,
    )
    claimed |= {f"{edition}/observations": frame for edition, frame in observations.items()}
    claims = check_claims(
        tables.read_csv(snakemake.input.claims, "claim_statements"),
        tables.read_csv(snakemake.input.claim_terms, "claim_terms"),
        tables.read_csv(snakemake.input.claim_facts, "claim_facts"),
        {**claimed, **raw, "progress_rates": rates},
    )
    tables.write_both({"progress_rates": rates, "claims": claims}, snakemake.output)
