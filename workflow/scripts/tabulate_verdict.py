"""rate_estimates, evidence, coverage, tables behind the verdict of each edition -> verdict, those tables for all."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.laws.inference.verdict_summary import summarise_coverage, tabulate_verdict

with logged(snakemake.log[0]):
    inputs = snakemake.input
    coverage = summarise_coverage(
        tables.read_csv(inputs.coverage, "coverage_data_sets"), tables.read(inputs.repeated, "coverage_data_sets")
    )
    behind = {
        name: tables.read_parts(inputs[name], name) for name in ("rate_tests", "law_estimates", "verdict_sensitivity")
    }
    verdict = tabulate_verdict(
        tables.read_parts(inputs.rate_estimates, "rate_estimates"),
        tables.read(inputs.evidence, "evidence"),
        coverage,
        behind["verdict_sensitivity"],
    )
    tables.write_both({"verdict": verdict, "coverage": coverage, **behind}, snakemake.output)
