"""rate_estimates, rate_tests, law_estimates, evidence, coverage -> verdict, rate_tests, law_estimates, coverage."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.laws.inference.verdict_summary import summarise_coverage, tabulate_verdict

with logged(snakemake.log[0]):
    inputs = snakemake.input
    coverage = summarise_coverage(
        tables.read_csv(inputs.coverage, "coverage_data_sets"), tables.read(inputs.repeated, "coverage_data_sets")
    )
    names = ("rate_tests", "law_estimates")
    tables.write_both(
        {
            "verdict": tabulate_verdict(
                tables.read_parts(inputs.rate_estimates, "rate_estimates"),
                tables.read(inputs.evidence, "evidence"),
                coverage,
            ),
            "coverage": coverage,
            **{name: tables.read_parts(inputs[name], name) for name in names},
        },
        snakemake.output,
    )
