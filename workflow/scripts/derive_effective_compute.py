"""fits, coefficients, doubling_times, systems -> effective_compute, pareto_frontiers."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Frontiers, MainFit, Specification, StylisedGrowth
from lmprogress.laws.deriving import law_of
from lmprogress.laws.effective_compute import effective_compute, pareto_frontiers
from lmprogress.laws.task import KEY
from lmprogress.showing.headline import main_fit

with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    main, frontiers = MainFit.model_validate(params.main), Frontiers.model_validate(params.frontiers)
    fits, coefficients, times = (
        main_fit(tables.read(inputs[name], name), main) for name in ("fits", "coefficients", "doubling_times")
    )
    times = times[(times["quantity"] == "effective_compute") & times["interval_method"].str.endswith("_rates")]
    growth, points = tables.empty("effective_compute"), tables.empty("pareto_frontiers")
    if len(fits):  # too few observations leave none
        months = times.iloc[0][["estimate_months", "low_months", "high_months"]].astype(float)
        growth = effective_compute(
            {"edition": wildcards.edition, "procedure": wildcards.procedure},
            StylisedGrowth.model_validate(params.growth),
            {name: value if value == value else None for name, value in months.items()},
        )
        fit = fits.iloc[0]
        specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
        law = law_of(fit, specifications, params.benchmarks)
        perplexities = tables.read_csv(inputs.evaluations, "evaluations", params.vocabularies)
        perplexities = perplexities[perplexities["benchmark"] == frontiers.benchmark][["system_id", "perplexity"]]
        systems = tables.read_csv(inputs.systems, "systems", params.vocabularies).merge(perplexities, on="system_id")
        points = pareto_frontiers(
            {name: fit[name] for name in KEY},
            law,
            coefficients.set_index("coefficient")["estimate"][list(law.coefficients)].to_numpy(float),
            systems[systems["system_id"].isin(frontiers.systems)],
            frontiers,
        )
    tables.write(growth, "effective_compute", snakemake.output.effective_compute)
    tables.write(points, "pareto_frontiers", snakemake.output.pareto_frontiers)
