"""The main law's fit, replicates and times -> attribution, studied_losses, effective_compute, pareto_frontiers."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Frontiers, MainFit, StylisedGrowth
from lmprogress.laws.attribution import attribute, printed_pairs
from lmprogress.laws.deriving import replicate_coefficients
from lmprogress.laws.effective_compute import effective_compute, pareto_frontiers
from lmprogress.laws.headline import main_fit
from lmprogress.laws.law_set import LawSet
from lmprogress.laws.task import KEY


def months_by_rates(doubling_times):
    """The doubling time of effective compute and its interval by rates; none stands for infinite, no progress."""
    by_rates = doubling_times["interval_method"].str.endswith("_rates")
    times = doubling_times[(doubling_times["quantity"] == "effective_compute") & by_rates].iloc[0]
    return {
        name: None if pd.isna(times[name]) else times[name] for name in ("estimate_months", "low_months", "high_months")
    }


def systems_with_perplexity(inputs, vocabularies, frontiers):
    """The systems whose frontiers are asked for, each with its perplexity on the benchmark of the frontiers."""
    evaluations = tables.read_csv(inputs.evaluations, "evaluations", vocabularies)
    perplexities = evaluations[evaluations["benchmark"] == frontiers.benchmark][["system_id", "perplexity"]]
    systems = tables.read_csv(inputs.systems, "systems", vocabularies).merge(perplexities, on="system_id")
    return systems[systems["system_id"].isin(frontiers.systems)]


with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    main, frontiers = MainFit.model_validate(params.main), Frontiers.model_validate(params.frontiers)
    fits, coefficients, replicates, doubling_times = (
        main_fit(tables.read(inputs[name], name), main)
        for name in ("fits", "coefficients", "replicates", "doubling_times")
    )
    frames = {
        name: tables.empty(name) for name in ("attribution", "studied_losses", "effective_compute", "pareto_frontiers")
    }
    if len(fits):  # too few observations leave none
        fit = fits.iloc[0]
        key = {name: fit[name] for name in KEY}
        law = LawSet.from_params(params.laws).law_of(fit)
        estimate = coefficients.set_index("coefficient")["estimate"][list(law.coefficients)].to_numpy(float)
        unit, theta = replicate_coefficients(replicates)
        frames["attribution"], frames["studied_losses"] = attribute(
            key,
            law,
            estimate,
            theta,
            tables.read_csv(inputs.studied_systems, "studied_systems"),
            printed=printed_pairs(tables.read_csv(inputs.published, "published")),
            resample_unit=unit,
            interval_percent=params.interval_percent,
        )
        frames["effective_compute"] = effective_compute(
            {name: key[name] for name in ("edition", "procedure")},
            StylisedGrowth.model_validate(params.growth),
            months_by_rates(doubling_times),
        )
        systems = systems_with_perplexity(inputs, params.vocabularies, frontiers)
        frames["pareto_frontiers"] = pareto_frontiers(key, law, estimate, systems, frontiers)
    for name, frame in frames.items():
        tables.write(frame, name, snakemake.output[name])
