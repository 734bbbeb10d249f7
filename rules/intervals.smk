# Intervals: the verdict, profile likelihood, identification, simulation study.
#
# In:  processed/{edition}: observations, fits, basins, doubling times.
# Out: results/tables/: verdict, rate_tests, profile_intervals, identification, simulation; their figures.


rule judge:
    """The headline of an edition: estimate, interval by a calibrated likelihood-ratio test, p-value of no progress."""
    input:
        observations=settled(),
    output:
        verdict="processed/{edition}/verdict.parquet",
        rate_tests="processed/{edition}/rate_tests.parquet",
    log:
        "results/logs/{edition}/judge.log",
    benchmark:
        "results/benchmarks/{edition}/judge.tsv"
    wildcard_constraints:
        edition=one_of(CONFIG.judged_editions),
    params:
        laws=headline_law,
        main=CONFIG.fit.main.model_dump(mode="json"),
        verdict=CONFIG.verdict.model_dump(mode="json"),
        identification=CONFIG.intervals.identification.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
        code=code("judge"),
    script:
        "../workflow/scripts/judge.py"


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
