# What single choices do: other rows, another cap, another law; and correlation within papers.
#
# In:  processed/{edition}/settled, settled_varied, processed/{edition}/{procedure}; raw/.
# Out: processed/{edition}/sensitivity*.parquet, within_paper.parquet; results/tables and results/figures of the same;
#      results/tables/correction_effects.


rule vary:
    """Doubling times with one choice changed at a time, by both procedures."""
    input:
        observations=settled(),
        varied=settled_varied,
        fits=expand(
            "processed/{{edition}}/{procedure}/fits.parquet", procedure=PROCEDURES
        ),
        coefficients=expand(
            "processed/{{edition}}/{procedure}/coefficients_with_intervals.parquet",
            procedure=PROCEDURES,
        ),
        doubling_times=expand(
            "processed/{{edition}}/{procedure}/doubling_times.parquet",
            procedure=PROCEDURES,
        ),
    output:
        sensitivity="processed/{edition}/sensitivity.parquet",
        coefficients="processed/{edition}/sensitivity_coefficients.parquet",
    log:
        "results/logs/{edition}/vary.log",
    benchmark:
        "results/benchmarks/{edition}/vary.tsv"
    params:
        sensitivity=CONFIG.sensitivity.model_dump(mode="json"),
        laws=laws_at_main_penalty(CONFIG.sensitivity.specifications),
        penalty=CONFIG.fit.main.penalty,
        search=CONFIG.fit.global_.model_dump(mode="json"),
        bootstrap=CONFIG.bootstrap.model_dump(mode="json", by_alias=True),
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
        procedures=PROCEDURES,
        code=code("vary"),
    script:
        "../workflow/scripts/vary.py"


rule fit_within_paper:
    """All records of a paper, with residuals that share a correlation within it."""
    input:
        observations=settled(),
        varied=settled_varied,
    output:
        within_paper="processed/{edition}/within_paper.parquet",
    log:
        "results/logs/{edition}/fit_within_paper.log",
    benchmark:
        "results/benchmarks/{edition}/fit_within_paper.tsv"
    params:
        within_paper=CONFIG.within_paper.model_dump(mode="json"),
        study_editions=CONFIG.sensitivity.study_editions,
        laws=laws_at_main_penalty(CONFIG.within_paper.specifications),
        study=CONFIG.bootstrap.study.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        least_observations=CONFIG.fit.least_observations,
        code=code("fit_within_paper"),
    script:
        "../workflow/scripts/fit_within_paper.py"


rule try_corrections:
    """The headline's estimate with some corrections of the study's table, or none."""
    input:
        papers=written("raw/papers.csv"),
        systems=written("raw/systems.csv"),
        evaluations=written("raw/evaluations.csv"),
        corrections=written("raw/corrections.csv"),
        exclusions=written("raw/exclusions.csv"),
    output:
        **both("correction_effects"),
    log:
        "results/logs/try_corrections.log",
    benchmark:
        "results/benchmarks/try_corrections.tsv"
    params:
        # none where the report shows an edition that the corrections do not make
        edition=(
            CONFIG.editions[CONFIG.report.edition].model_dump(mode="json")
            if CONFIG.report.edition in CURATED_EDITIONS
            else {}
        ),
        laws=corrected_laws,
        benchmarks={
            name: benchmark.model_dump(mode="json")
            for name, benchmark in BENCHMARKS.items()
        },
        architectures={
            name: family.model_dump(mode="json")
            for name, family in ARCHITECTURES.items()
        },
        n_starts=CONFIG.sensitivity.search_starts,
        least_observations=CONFIG.fit.least_observations,
        content=content,
        code=code("try_corrections"),
    script:
        "../workflow/scripts/try_corrections.py"
