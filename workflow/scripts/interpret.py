"""fits, replicates, doubling times, best pairs -> best_draws, aggregate_doubling_times and other tables of gains."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Conversion, Frontiers, MainFit, StylisedGrowth
from lmprogress.laws.attribution.gains import Interpretation
from lmprogress.laws.attribution.interpreting import FitTables, Systems, interpret
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.rates.aggregation import best_pairs

NAMES = ("fits", "coefficients", "replicates")

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    laws = LawSet.from_params(params.laws)
    asked = Interpretation(
        laws=laws,
        main=MainFit.model_validate(params.main),
        transformer=params.transformer,
        budgets_flop=params.budgets_flop,
        conversion=Conversion.model_validate(params.conversion),
        growth=StylisedGrowth.model_validate(params.growth),
        frontiers=Frontiers.model_validate(params.frontiers),
        interval_percent=params.interval_percent,
    )
    systems = Systems(
        tables.read_csv(inputs.studied_systems, "studied_systems"),
        tables.read_csv(inputs.published, "published"),
        tables.read_csv(inputs.systems, "systems", params.vocabularies),
        tables.read_csv(inputs.evaluations, "evaluations", params.vocabularies),
    )
    # the main law as it is, and with a gain of the transformer
    of_main = {"specification": [params.main["specification"], params.transformer]}
    for procedure in params.procedures:
        fitted, best, best_with_gain = (
            FitTables(*(tables.read(inputs[f"{procedure}_{which}{name}"], name, **only) for name in NAMES))
            for which, only in (("", of_main), ("best_", {}), ("best_with_transformer_gain_", {}))
        )
        interpreted = interpret(
            fitted,
            tables.read(inputs[f"{procedure}_doubling_times"], "doubling_times"),
            best,
            best_with_gain,
            best_pairs(
                tables.read_by_kind(inputs[f"{procedure}_ranking"], params.rankings[procedure]),
                procedure,
                laws,
                params.n_best,
            ),
            systems,
            asked,
        )
        for name, frame in zip(interpreted._fields, interpreted, strict=True):
            tables.write(frame, name, snakemake.output[f"{procedure}_{name}"])
