# Figures, each as PDF, SVG and PNG, drawn as workflow/lmprogress/figures/catalogue.py lists them.
#
# In:  processed/{edition}, results/tables.
# Out: results/figures/{edition}/ and results/figures/. A job draws all figures of an edition: most of its time is start-up.


rule plot_figures:
    """The figures of an edition."""
    input:
        figure_inputs("edition"),
        settled=settled(),
    output:
        **figure_files("edition"),
    log:
        "results/logs/{edition}/plot_figures.log",
    benchmark:
        "results/benchmarks/{edition}/plot_figures.tsv"
    params:
        extent="edition",
        procedures=PROCEDURES,
        shown=FIGURE_SETTINGS,
        dpi=CONFIG.figures.dpi,
        credit=credit(ours("CITATION.cff")),
        content=content,
        code=code("plot_figures"),
    script:
        "../workflow/scripts/plot_figures.py"


use rule plot_figures as plot_simulation with:
    input:
        figure_inputs("simulation"),
        settled=settled(*CONFIG.simulation.editions),
    output:
        **figure_files("simulation"),
    log:
        "results/logs/{edition}/plot_simulation.log",
    benchmark:
        "results/benchmarks/{edition}/plot_simulation.tsv"
    wildcard_constraints:
        edition=one_of(CONFIG.simulation.editions),
    params:
        extent="simulation",


use rule plot_figures as plot_overall with:
    input:
        figure_inputs("overall"),
        settled=settled(*EDITIONS),
    output:
        **figure_files("overall"),
    log:
        "results/logs/plot_overall.log",
    benchmark:
        "results/benchmarks/plot_overall.tsv"
    params:
        extent="overall",


use rule plot_figures as plot_other_laws with:
    input:
        figure_inputs("other_laws"),
        settled=settled(CONFIG.compare.curated),
    output:
        **figure_files("other_laws"),
    log:
        "results/logs/plot_other_laws.log",
    benchmark:
        "results/benchmarks/plot_other_laws.tsv"
    params:
        extent="other_laws",
