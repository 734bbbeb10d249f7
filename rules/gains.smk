# Doubling times over the best laws together, attribution, gains and effective compute.
#
# In:  processed/{edition}/{procedure}/*.parquet, processed/{edition}/cross_validation, raw/reference/*.csv.
# Out: results/tables and results/figures of them.

RANKINGS = {"study": "published", "global": "cross_validation"}
# the study's own list, and the one that held-out papers give
RANKING_FILES = {
    "study": written("raw/reference/published.csv"),
    "global": "processed/{edition}/cross_validation.parquet",
}
# Laws for which the study's notebooks had drawn before, from the same stream: the transformer's before the aggregate.
LAWS_BEFORE = {"best": 1, "best_with_transformer_gain": 0}


rule bootstrap_best:
    """The best pairs of specification and penalty on resampled rows or papers, as they are and with a transformer gain."""
    input:
        observations=settled(),
        ranking=lambda wildcards: RANKING_FILES[wildcards.procedure],
    output:
        **{
            f"{laws}_{name}": f"processed/{{edition}}/{{procedure}}/{laws}/{name}.parquet"
            for laws in LAWS_BEFORE
            for name in ("fits", "coefficients", "replicates")
        },
    log:
        "results/logs/{edition}/{procedure}/bootstrap_best.log",
    benchmark:
        "results/benchmarks/{edition}/{procedure}/bootstrap_best.tsv"
    params:
        laws=laws,
        least_observations=CONFIG.fit.least_observations,
        ranking=lambda wildcards: RANKINGS[wildcards.procedure],
        n_best=CONFIG.gains.n_best,
        resampled=lambda wildcards: wildcards.procedure == "global"
        or wildcards.edition in CONFIG.gains.best_as_study,
        laws_before=LAWS_BEFORE,
        search=procedure_settings(CONFIG.fit),
        bootstrap=procedure_settings(CONFIG.bootstrap),
        effort=CONFIG.gains.best.model_dump(mode="json"),
        content=content,
        code=code("bootstrap_best"),
    script:
        "../workflow/scripts/bootstrap_best.py"


rule interpret:
    """What fits say: the best pairs' doubling times together, shares of progress, gains, effective compute, frontiers."""
    input:
        **by_procedure("fits", "coefficients", "replicates", "doubling_times"),
        **by_procedure(
            *(
                f"{laws}/{name}"
                for laws in LAWS_BEFORE
                for name in ("fits", "coefficients", "replicates")
            )
        ),
        **{f"{procedure}_ranking": path for procedure, path in RANKING_FILES.items()},
        settled=settled(),
        studied_systems=written("raw/reference/studied_systems.csv"),
        published=written("raw/reference/published.csv"),
        systems=written("raw/systems.csv"),
        evaluations=written("raw/evaluations.csv"),
    output:
        **by_procedure(
            "best_draws",
            "aggregate_doubling_times",
            "transformer_gains",
            "attribution",
            "studied_losses",
            "pareto_frontiers",
        ),
    log:
        "results/logs/{edition}/interpret.log",
    benchmark:
        "results/benchmarks/{edition}/interpret.tsv"
    params:
        procedures=PROCEDURES,
        laws=laws,
        rankings=RANKINGS,
        n_best=CONFIG.gains.n_best,
        transformer="transformer_gain",
        vocabularies={
            "benchmark": list(BENCHMARKS),
            "architecture": list(ARCHITECTURES),
        },
        main=CONFIG.fit.main.model_dump(mode="json"),
        budgets_flop=CONFIG.gains.transformer_budgets_flop,
        growth=CONFIG.gains.growth.model_dump(mode="json"),
        frontiers=CONFIG.gains.frontiers.model_dump(mode="json"),
        conversion=CONFIG.gains.conversion.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        content=content,
        code=code("interpret"),
    script:
        "../workflow/scripts/interpret.py"


rule observe_gains:
    """How much less compute later systems needed, without any law."""
    input:
        observations=settled(),
    output:
        gains="processed/{edition}/observed_gains.parquet",
        halving_times="processed/{edition}/observed_halving_times.parquet",
    log:
        "results/logs/{edition}/observe_gains.log",
    benchmark:
        "results/benchmarks/{edition}/observe_gains.tsv"
    params:
        bands=[band.model_dump(mode="json") for band in CONFIG.gains.observed_bands],
        code=code("observe_gains"),
    script:
        "../workflow/scripts/observe_gains.py"


rule tabulate_allocation_gains:
    """What splitting compute as Hoffmann et al. do is worth."""
    input:
        published=written("raw/reference/published.csv"),
        allocations=written("raw/reference/compared_allocations.csv"),
    output:
        **both("allocation_gains"),
    log:
        "results/logs/tabulate_allocation_gains.log",
    benchmark:
        "results/benchmarks/tabulate_allocation_gains.tsv"
    params:
        content=content,
        code=code("tabulate_allocation_gains"),
    script:
        "../workflow/scripts/tabulate_allocation_gains.py"
