# Intervals: the verdict, profile likelihood, identification, simulation study.
#
# In:  processed/{edition}: observations, fits, basins, doubling times.
# Out: results/tables/: verdict, rate_tests, law_estimates, verdict_sensitivity, coverage, profile_intervals, identification,
#      simulation; their figures.


rule judge:
    """The headline of an edition: estimate, interval by a calibrated likelihood-ratio test, p-value of no progress."""
    input:
        observations=settled(),
    output:
        rate_estimates="processed/{edition}/rate_estimates.parquet",
        rate_tests="processed/{edition}/rate_tests.parquet",
        law_estimates="processed/{edition}/law_estimates.parquet",
    log:
        "results/logs/{edition}/judge.log",
    benchmark:
        "results/benchmarks/{edition}/judge.tsv"
    wildcard_constraints:
        edition=one_of(CONFIG.judged_editions),
    params:
        laws=unpenalised_laws,
        main=CONFIG.fit.main.model_dump(mode="json"),
        verdict=CONFIG.verdict.model_dump(mode="json"),
        identification=CONFIG.intervals.identification.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
        code=code("judge"),
    script:
        "../workflow/scripts/judge.py"


# whose verdict is made again under other choices
VARIED_EDITIONS = [
    edition for edition in CONFIG.judged_editions if edition in FITTED_EDITIONS
]


rule vary_verdict:
    """The headline's estimate without each paper, with one choice changed at a time, and with other exponents."""
    input:
        observations=settled(),
        varied=settled_varied,
        published=written("raw/reference/published.csv"),
        experiments=written("raw/other_laws/scaling_runs.csv"),
    output:
        sensitivity="processed/{edition}/verdict_sensitivity.parquet",
    log:
        "results/logs/{edition}/vary_verdict.log",
    benchmark:
        "results/benchmarks/{edition}/vary_verdict.tsv"
    wildcard_constraints:
        edition=one_of(VARIED_EDITIONS),
    params:
        sensitivity=CONFIG.sensitivity.model_dump(mode="json"),
        laws=varied_laws,
        main=CONFIG.fit.main.model_dump(mode="json"),
        scale=CONFIG.scale_dependence.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
        content=content,
        code=code("vary_verdict"),
    script:
        "../workflow/scripts/vary_verdict.py"


rule study_coverage:
    """Data sets simulated from a known law, and the verdict's test of its rate; `_full` has all those of the study."""
    input:
        observations=settled(),
        coefficients="processed/{edition}/study/coefficients.parquet",
    output:
        data_sets="processed/{edition}/coverage{extent}/{truth}.parquet",
    log:
        "results/logs/{edition}/coverage{extent}/{truth}.log",
    benchmark:
        "results/benchmarks/{edition}/coverage{extent}/{truth}.tsv"
    wildcard_constraints:
        edition=one_of(CONFIG.coverage.editions),
        extent="|_full",
        truth=one_of(CONFIG.coverage.truths),
    params:
        laws=laws,
        main=CONFIG.fit.main.model_dump(mode="json"),
        coverage=CONFIG.coverage.model_dump(mode="json"),
        verdict=CONFIG.verdict.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
        n_data_sets=lambda wildcards: (
            CONFIG.coverage.n_data_sets_full
            if wildcards.extent
            else CONFIG.coverage.n_data_sets
        ),
        n_intervals=lambda wildcards: (
            CONFIG.coverage.n_intervals_full if wildcards.extent else 0
        ),
        code=code("study_coverage"),
    script:
        "../workflow/scripts/study_coverage.py"


rule gather_coverage:
    """The simulated data sets of all laws; those of `_full` are kept in raw/reference/coverage.csv (make coverage-study)."""
    input:
        settled=settled(*CONFIG.coverage.editions),
        data_sets=expand(
            "processed/{edition}/coverage{extent}/{truth}.parquet",
            edition=CONFIG.coverage.editions,
            truth=CONFIG.coverage.truths,
            allow_missing=True,
        ),
    output:
        coverage_data_sets="results/tables/coverage_data_sets{extent}.parquet",
        coverage_data_sets_csv="results/tables/coverage_data_sets{extent}.csv",
    log:
        "results/logs/gather_coverage{extent}.log",
    benchmark:
        "results/benchmarks/gather_coverage{extent}.tsv"
    wildcard_constraints:
        extent="|_full",
    params:
        code=code("gather_coverage"),
    script:
        "../workflow/scripts/gather_coverage.py"


rule tabulate_verdict:
    """The headline of each edition, with the tests and the other laws behind it."""
    input:
        **{
            table: expand(
                f"processed/{{edition}}/{table}.parquet",
                edition=CONFIG.judged_editions,
            )
            for table in ("rate_estimates", "rate_tests", "law_estimates")
        },
        verdict_sensitivity=expand(
            "processed/{edition}/verdict_sensitivity.parquet",
            edition=VARIED_EDITIONS,
        ),
        settled=settled(*EDITIONS),
        evidence="results/tables/evidence.parquet",
        coverage=written("raw/reference/coverage.csv"),
        repeated="results/tables/coverage_data_sets.parquet",
    output:
        **both(
            "verdict", "rate_tests", "law_estimates", "verdict_sensitivity", "coverage"
        ),
    log:
        "results/logs/tabulate_verdict.log",
    benchmark:
        "results/benchmarks/tabulate_verdict.tsv"
    params:
        content=content,
        code=code("tabulate_verdict"),
    script:
        "../workflow/scripts/tabulate_verdict.py"


rule profile:
    """Profile likelihood of rates of progress."""
    input:
        observations=settled(),
        fits=expand(
            "processed/{{edition}}/{procedure}/fits.parquet", procedure=PROCEDURES
        ),
        coefficients=expand(
            "processed/{{edition}}/{procedure}/coefficients.parquet",
            procedure=PROCEDURES,
        ),
        basins="processed/{edition}/global/basins.parquet",
    output:
        surface="processed/{edition}/rate_surface.parquet",
        stationary_points="processed/{edition}/stationary_points.parquet",
        profiles="processed/{edition}/profiles.parquet",
        intervals="processed/{edition}/profile_intervals.parquet",
    log:
        "results/logs/{edition}/profile.log",
    benchmark:
        "results/benchmarks/{edition}/profile.tsv"
    params:
        laws=laws,
        profile=CONFIG.intervals.profile.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        code=code("profile"),
    script:
        "../workflow/scripts/profile.py"


rule identify:
    """Whether the data identify the doubling time, law by law."""
    input:
        observations=settled(),
        fits="processed/{edition}/global/fits.parquet",
        basins="processed/{edition}/global/basins.parquet",
        doubling_times=[
            "processed/{edition}/global/doubling_times.parquet",
            "processed/{edition}/global/numerical_doubling_times.parquet",
        ],
        profile_intervals="processed/{edition}/profile_intervals.parquet",
    output:
        identification="processed/{edition}/identification.parquet",
    log:
        "results/logs/{edition}/identify.log",
    benchmark:
        "results/benchmarks/{edition}/identify.tsv"
    params:
        laws=laws,
        identification=CONFIG.intervals.identification.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        code=code("identify"),
    script:
        "../workflow/scripts/identify.py"


rule simulate:
    """Data sets drawn from a known law, and what each procedure makes of them; `_full` has the study's bootstrap too."""
    input:
        observations=settled(),
        fits=expand(
            "processed/{{edition}}/{procedure}/fits.parquet", procedure=PROCEDURES
        ),
        coefficients=expand(
            "processed/{{edition}}/{procedure}/coefficients.parquet",
            procedure=PROCEDURES,
        ),
        basins="processed/{edition}/global/basins.parquet",
    output:
        simulated_fits="processed/{edition}/simulation{extent}/{truth}.parquet",
    log:
        "results/logs/{edition}/simulation{extent}/{truth}.log",
    benchmark:
        "results/benchmarks/{edition}/simulation{extent}/{truth}.tsv"
    wildcard_constraints:
        edition=one_of(CONFIG.simulation.editions),
        extent="|_full",
        truth=one_of(CONFIG.simulation.truths),
    params:
        laws=laws,
        main=CONFIG.fit.main.model_dump(mode="json"),
        simulation=CONFIG.simulation.model_dump(mode="json"),
        profile=CONFIG.intervals.profile.model_dump(mode="json"),
        n_study_bootstraps=lambda wildcards: (
            CONFIG.simulation.n_study_bootstraps if wildcards.extent else 0
        ),
        n_study_replicates=CONFIG.bootstrap.study.n_replicates,
        interval_percent=CONFIG.interval_percent,
        code=code("simulate"),
    script:
        "../workflow/scripts/simulate.py"


rule tabulate_simulation:
    """Bias and coverage of each procedure under each truth."""
    input:
        settled=settled(*CONFIG.simulation.editions),
        simulated_fits=simulated(
            "processed/{edition}/simulation{extent}/{truth}.parquet"
        ),
    output:
        simulation="results/tables/simulation{extent}.parquet",
        simulation_csv="results/tables/simulation{extent}.csv",
    log:
        "results/logs/tabulate_simulation{extent}.log",
    benchmark:
        "results/benchmarks/tabulate_simulation{extent}.tsv"
    wildcard_constraints:
        extent="|_full",
    params:
        code=code("tabulate_simulation"),
    script:
        "../workflow/scripts/tabulate_simulation.py"
