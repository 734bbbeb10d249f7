# Doubling times over the best laws together, attribution, gains and effective compute.
#
# In:  processed/{edition}/{procedure}/*.parquet, processed/{edition}/cross_validation, raw/reference/*.csv.
# Out: results/tables and results/figures of them.

GAIN_TABLES = [
    "aggregate_doubling_times",
    "attribution",
    "studied_losses",
    "transformer_gains",
    "effective_compute",
    "pareto_frontiers",
    "observed_gains",
    "observed_halving_times",
]
RESULT_TABLES += GAIN_TABLES + ["allocation_gains"]
GAIN_FIGURES = [
    "doubling_times",
    "attribution",
    "transformer_gains",
    "effective_compute",
    "pareto_frontiers",
]
RESULT_FIGURES += GAIN_FIGURES
RANKINGS = {"study": "published", "global": "cross_validation"}
# the study's own list, and the one that held-out papers give
RANKING_FILES = {
    "study": "raw/reference/published.csv",
    "global": "processed/{edition}/cross_validation.parquet",
}
# Laws for which the study's notebooks had drawn before, from the same stream: the transformer's before the aggregate.
LAWS_BEFORE = {"best": 1, "best_with_transformer_gain": 0}
REFERENCE_BENCHMARK = next(name for name, offset in OFFSETS.items() if offset is None)
LAW_LABELS = {
    name: f"{law.ho_number}. {law.label}" if law.ho_number else law.label
    for name, law in MODELS.specifications.items()
    if name in [*CONFIG.fit.specifications, *CONFIG.fit.variants]
}


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
        code=code("bootstrap_best"),
    script:
        "../workflow/scripts/bootstrap_best.py"


rule aggregate:
    """What the best pairs say: doubling times together and each by itself, and what the transformer is worth."""
    input:
        **{
            f"{laws}_{name}": f"processed/{{edition}}/{{procedure}}/{laws}/{name}.parquet"
            for laws in LAWS_BEFORE
            for name in ("fits", "coefficients", "replicates")
        },
        settled=settled(),
        fits="processed/{edition}/{procedure}/fits.parquet",
        coefficients="processed/{edition}/{procedure}/coefficients.parquet",
        replicates="processed/{edition}/{procedure}/replicates.parquet",
        doubling_times="processed/{edition}/{procedure}/doubling_times.parquet",
        ranking=lambda wildcards: RANKING_FILES[wildcards.procedure],
    output:
        draws="processed/{edition}/{procedure}/best_draws.parquet",
        doubling_times="processed/{edition}/{procedure}/aggregate_doubling_times.parquet",
        transformer_gains="processed/{edition}/{procedure}/transformer_gains.parquet",
    log:
        "results/logs/{edition}/{procedure}/aggregate.log",
    benchmark:
        "results/benchmarks/{edition}/{procedure}/aggregate.tsv"
    params:
        laws=laws,
        ranking=lambda wildcards: RANKINGS[wildcards.procedure],
        n_best=CONFIG.gains.n_best,
        transformer="transformer_gain",
        main=CONFIG.fit.main.model_dump(mode="json"),
        budgets_flop=CONFIG.gains.transformer_budgets_flop,
        growth=CONFIG.gains.growth.model_dump(mode="json"),
        conversion=CONFIG.gains.conversion.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        code=code("aggregate"),
    script:
        "../workflow/scripts/aggregate.py"


rule interpret:
    """What the main law says: shares of progress between systems, growth of effective compute, frontiers."""
    input:
        settled=settled(),
        fits="processed/{edition}/{procedure}/fits.parquet",
        coefficients="processed/{edition}/{procedure}/coefficients.parquet",
        replicates="processed/{edition}/{procedure}/replicates.parquet",
        doubling_times="processed/{edition}/{procedure}/doubling_times.parquet",
        studied_systems="raw/reference/studied_systems.csv",
        published="raw/reference/published.csv",
        systems="raw/systems.csv",
        evaluations="raw/evaluations.csv",
    output:
        attribution="processed/{edition}/{procedure}/attribution.parquet",
        studied_losses="processed/{edition}/{procedure}/studied_losses.parquet",
        effective_compute="processed/{edition}/{procedure}/effective_compute.parquet",
        pareto_frontiers="processed/{edition}/{procedure}/pareto_frontiers.parquet",
    log:
        "results/logs/{edition}/{procedure}/interpret.log",
    benchmark:
        "results/benchmarks/{edition}/{procedure}/interpret.tsv"
    params:
        laws=laws,
        vocabularies={
            "benchmark": list(BENCHMARKS),
            "architecture": list(ARCHITECTURES),
        },
        main=CONFIG.fit.main.model_dump(mode="json"),
        growth=CONFIG.gains.growth.model_dump(mode="json"),
        frontiers=CONFIG.gains.frontiers.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
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
        published="raw/reference/published.csv",
        allocations="raw/reference/compared_allocations.csv",
    output:
        multiext("results/tables/allocation_gains", parquet=".parquet", csv=".csv"),
    log:
        "results/logs/tabulate_allocation_gains.log",
    benchmark:
        "results/benchmarks/tabulate_allocation_gains.tsv"
    params:
        code=code("tabulate_allocation_gains"),
    script:
        "../workflow/scripts/tabulate_allocation_gains.py"


rule tabulate_gains:
    """Tables of gains of every edition and procedure side by side."""
    input:
        **{
            name: each_fit(f"processed/{{edition}}/{{procedure}}/{name}.parquet")
            for name in GAIN_TABLES
            if not name.startswith("observed")
        },
        **{
            name: expand(f"processed/{{edition}}/{name}.parquet", edition=EDITIONS)
            for name in GAIN_TABLES
            if name.startswith("observed")
        },
        settled=settled(*EDITIONS),
    output:
        **{name: f"results/tables/{name}.parquet" for name in GAIN_TABLES},
        **{f"{name}_csv": f"results/tables/{name}.csv" for name in GAIN_TABLES},
    log:
        "results/logs/tabulate_gains.log",
    benchmark:
        "results/benchmarks/tabulate_gains.tsv"
    params:
        tables=GAIN_TABLES,
        code=code("tabulate_gains"),
    script:
        "../workflow/scripts/tabulate_gains.py"


rule plot_doubling_times:
    """Doubling times of every law at the main penalty, in closed form and by search."""
    input:
        settled=settled(),
        tables=expand(
            "processed/{{edition}}/{procedure}/{kind}.parquet",
            procedure=PROCEDURES,
            kind=["doubling_times", "numerical_doubling_times"],
        ),
    output:
        pdf="results/figures/{edition}/doubling_times.pdf",
        svg="results/figures/{edition}/doubling_times.svg",
        png=report(
            "results/figures/{edition}/doubling_times.png",
            caption="../workflow/report/doubling_times.rst",
            category="Rate of progress",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_doubling_times.log",
    benchmark:
        "results/benchmarks/{edition}/plot_doubling_times.tsv"
    params:
        labels=LAW_LABELS,
        main=CONFIG.fit.main.model_dump(mode="json"),
        reference=REFERENCE_BENCHMARK,
        interval_percent=CONFIG.interval_percent,
        dpi=CONFIG.figures.dpi,
        code=code("plot_doubling_times"),
    script:
        "../workflow/scripts/plot_doubling_times.py"


rule plot_attribution:
    """Shares of parameters, data and algorithms between the study's systems."""
    input:
        settled=settled(),
        attribution=expand(
            "processed/{{edition}}/{procedure}/attribution.parquet",
            procedure=PROCEDURES,
        ),
        published="raw/reference/published.csv",
        systems="raw/reference/studied_systems.csv",
    output:
        pdf="results/figures/{edition}/attribution.pdf",
        svg="results/figures/{edition}/attribution.svg",
        png=report(
            "results/figures/{edition}/attribution.png",
            caption="../workflow/report/attribution.rst",
            category="Attribution",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_attribution.log",
    benchmark:
        "results/benchmarks/{edition}/plot_attribution.tsv"
    params:
        interval_percent=CONFIG.interval_percent,
        dpi=CONFIG.figures.dpi,
        code=code("plot_attribution"),
    script:
        "../workflow/scripts/plot_attribution.py"


rule plot_transformer_gains:
    """What the transformer is worth in compute, by law."""
    input:
        settled=settled(),
        tables=expand(
            "processed/{{edition}}/{procedure}/transformer_gains.parquet",
            procedure=PROCEDURES,
        ),
    output:
        pdf="results/figures/{edition}/transformer_gains.pdf",
        svg="results/figures/{edition}/transformer_gains.svg",
        png=report(
            "results/figures/{edition}/transformer_gains.png",
            caption="../workflow/report/transformer_gains.rst",
            category="Gains",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_transformer_gains.log",
    benchmark:
        "results/benchmarks/{edition}/plot_transformer_gains.tsv"
    params:
        labels=LAW_LABELS,
        interval_percent=CONFIG.interval_percent,
        dpi=CONFIG.figures.dpi,
        code=code("plot_transformer_gains"),
    script:
        "../workflow/scripts/plot_transformer_gains.py"


rule plot_effective_compute:
    """Stylised growth of effective compute."""
    input:
        settled=settled(),
        tables=expand(
            "processed/{{edition}}/{procedure}/effective_compute.parquet",
            procedure=PROCEDURES,
        ),
    output:
        pdf="results/figures/{edition}/effective_compute.pdf",
        svg="results/figures/{edition}/effective_compute.svg",
        png=report(
            "results/figures/{edition}/effective_compute.png",
            caption="../workflow/report/effective_compute.rst",
            category="Gains",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_effective_compute.log",
    benchmark:
        "results/benchmarks/{edition}/plot_effective_compute.tsv"
    params:
        dpi=CONFIG.figures.dpi,
        code=code("plot_effective_compute"),
    script:
        "../workflow/scripts/plot_effective_compute.py"


rule plot_pareto_frontiers:
    """Parameters and tokens that reach a perplexity, by year."""
    input:
        settled=settled(),
        frontiers=expand(
            "processed/{{edition}}/{procedure}/pareto_frontiers.parquet",
            procedure=PROCEDURES,
        ),
        systems="raw/systems.csv",
    output:
        pdf="results/figures/{edition}/pareto_frontiers.pdf",
        svg="results/figures/{edition}/pareto_frontiers.svg",
        png=report(
            "results/figures/{edition}/pareto_frontiers.png",
            caption="../workflow/report/pareto_frontiers.rst",
            category="Gains",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_pareto_frontiers.log",
    benchmark:
        "results/benchmarks/{edition}/plot_pareto_frontiers.tsv"
    params:
        systems=CONFIG.gains.frontiers.systems,
        vocabularies={
            "benchmark": list(BENCHMARKS),
            "architecture": list(ARCHITECTURES),
        },
        dpi=CONFIG.figures.dpi,
        code=code("plot_pareto_frontiers"),
    script:
        "../workflow/scripts/plot_pareto_frontiers.py"
