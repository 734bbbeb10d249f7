# Other laws of progress: density, compute budgets, extrapolation on trial, rates on one axis, claims.
#
# In:  raw/other_laws/*.csv, results/tables/doubling_times, observations of the curated edition that is compared.
# Out: results/tables and results/figures.


rule tabulate_densities:
    """Capability densities of models by Densing Law, and their trends."""
    input:
        **other_laws_raw(
            "reference_losses",
            "reference_scores",
            "reference_curves",
            "density_models",
            "benchmark_scores",
            "inference_prices",
            "published_slopes",
        ),
    output:
        **both("reference_fits", "densities", "compressed_models", "density_trend"),
    log:
        "results/logs/tabulate_densities.log",
    benchmark:
        "results/benchmarks/tabulate_densities.tsv"
    params:
        **other_laws_settings(
            "n_starts",
            "reference_tokens",
            "trend_ends",
            "recent_from",
            "moore_years",
            "n_replicates",
        ),
        interval_percent=CONFIG.interval_percent,
        content=content,
        code=code("tabulate_densities"),
    script:
        "../workflow/scripts/tabulate_densities.py"


rule tabulate_compute_budget:
    """Training runs and budgets by each law of allocation, serving, and progress over the years."""
    input:
        **other_laws_raw("training_runs", "allocation_laws"),
        settled=settled(*EDITIONS),
        verdict="results/tables/verdict.parquet",
    output:
        **both(
            "effective_compute",
            "compute_budget",
            "allocations",
            "inference_trade_off",
            "size_trade_off",
            "budget_projection",
        ),
    log:
        "results/logs/tabulate_compute_budget.log",
    benchmark:
        "results/benchmarks/tabulate_compute_budget.tsv"
    params:
        **other_laws_settings("budgets_flop", "served_tokens", "projected_years"),
        editions=EDITIONS,
        growth=CONFIG.gains.growth.model_dump(mode="json"),
        content=content,
        code=code("tabulate_compute_budget"),
    script:
        "../workflow/scripts/tabulate_compute_budget.py"


rule tabulate_scale_gains:
    """What an algorithm saves as a function of training compute, by irreducible loss."""
    input:
        **other_laws_raw("scaling_runs", "allocation_laws", "published_gains"),
        published=written("raw/reference/published.csv"),
    output:
        **both("scale_gains"),
    log:
        "results/logs/tabulate_scale_gains.log",
    benchmark:
        "results/benchmarks/tabulate_scale_gains.tsv"
    params:
        **other_laws_settings("scale_budgets_flop"),
        benchmark=next(name for name, offset in OFFSETS.items() if offset is None),
        interval_percent=CONFIG.interval_percent,
        content=content,
        code=code("tabulate_scale_gains"),
    script:
        "../workflow/scripts/tabulate_scale_gains.py"


rule tabulate_forecasts:
    """Forecasts from rolling origins, scored, and tools that watch for a slowdown."""
    input:
        **other_laws_raw("technology_series", "inference_prices", "timed_records"),
        densities="results/tables/densities.parquet",
        observations=settled(CONFIG.compare.curated),
    output:
        **both("forecasts", "forecast_scores", "trend_forecasts", "change_points"),
    log:
        "results/logs/tabulate_forecasts.log",
    benchmark:
        "results/benchmarks/tabulate_forecasts.tsv"
    params:
        **other_laws_settings(
            "watched_to",
            "trend_windows",
            "least_history",
            "n_permutations",
            "n_simulations",
            "alarm_level",
        ),
        laws=law_set(
            CONFIG.compare.curated,
            {
                name: [CONFIG.fit.main.penalty]
                for name in CONFIG.other_laws.law_specifications
            },
        ),
        penalty=CONFIG.fit.main.penalty,
        search={
            **CONFIG.fit.global_.model_dump(mode="json"),
            "n_starts": CONFIG.other_laws.n_starts,
        },
        least_observations=CONFIG.fit.least_observations,
        content=content,
        code=code("tabulate_forecasts"),
    script:
        "../workflow/scripts/tabulate_forecasts.py"


rule compare_progress:
    """Every rate of progress on one axis, and statements of retellings beside computed values."""
    input:
        **other_laws_raw(
            "published_rates",
            "timed_records",
            "claims",
            "claim_terms",
            "claim_facts",
            *CLAIMED_RAW,
        ),
        verdict="results/tables/verdict.parquet",
        density_trend="results/tables/density_trend.parquet",
        change_points="results/tables/change_points.parquet",
        observations=settled(*EDITIONS),
        claimed=selected_tables(CLAIMED_TABLES, "progress_rates", "claims"),
    output:
        **both("progress_rates", "claims"),
    log:
        "results/logs/compare_progress.log",
    benchmark:
        "results/benchmarks/compare_progress.tsv"
    params:
        **other_laws_settings("n_replicates"),
        editions=EDITIONS,
        interval_percent=CONFIG.interval_percent,
        claimed_raw=CLAIMED_RAW,
        content=content,
        code=code("compare_progress"),
    script:
        "../workflow/scripts/compare_progress.py"
