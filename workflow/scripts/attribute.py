"""fits, coefficients, replicates, studied_systems, published -> attribution, studied_losses."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit, Specification
from lmprogress.laws.attribution import attribute, printed_pairs
from lmprogress.laws.deriving import law_of, replicate_coefficients
from lmprogress.laws.task import KEY
from lmprogress.showing.headline import main_fit

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    main = MainFit.model_validate(params.main)
    fits, coefficients, replicates = (
        main_fit(tables.read(inputs[name], name), main) for name in ("fits", "coefficients", "replicates")
    )
    shares, losses = tables.empty("attribution"), tables.empty("studied_losses")
    if len(fits):  # too few observations leave none
        fit = fits.iloc[0]
        specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
        law = law_of(fit, specifications, params.benchmarks)
        unit, theta = replicate_coefficients(law, replicates)
        shares, losses = attribute(
            {name: fit[name] for name in KEY},
            law,
            coefficients.set_index("coefficient")["estimate"][list(law.coefficients)].to_numpy(float),
            theta,
            tables.read_csv(inputs.systems, "studied_systems"),
            printed=printed_pairs(tables.read_csv(inputs.published, "published")),
            resample_unit=unit,
            interval_percent=params.interval_percent,
        )
    tables.write(shares, "attribution", snakemake.output.attribution)
    tables.write(losses, "studied_losses", snakemake.output.studied_losses)
