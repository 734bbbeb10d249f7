"""The command `lmprogress table-audit`.

In: arguments, a finished run. Out: the page on errors of the study's table as a file, or on the terminal.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from lmprogress.core.settings import Architecture, Benchmark, Config
    from lmprogress.curation.raw import RawTables


def add_table_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser(
        "table-audit",
        help="write the page on errors of the study's table, as Markdown",
        description="Counts the errors of the study's table by field, standing, benchmark and year, and fits the laws "
        "of the headline with each correction alone, which takes a minute.",
    )
    command.add_argument("run_folder", nargs="?", type=Path, default=Path(), metavar="RUN_FOLDER", help="default: here")
    command.add_argument("--out", type=Path, metavar="FILE.md", help="default: the terminal")
    command.add_argument("--no-effects", action="store_true", help="leave out what each error moves, which needs fits")
    command.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    import pandas as pd

    from lmprogress.core import tables
    from lmprogress.core.project import in_project
    from lmprogress.core.replacing import replacing
    from lmprogress.core.settings import load_config, load_models, load_yaml
    from lmprogress.reporting.table_audit_page import write_table_audit

    config = load_config(load_yaml(in_project("config/config.yaml")), load_models(in_project("config/models.yaml")))
    audit = tables.read(parsed.run_folder / "results/tables/table_audit.parquet", "table_audit")
    raw = _tables()
    effects = tables.read(parsed.run_folder / "results/tables/correction_effects.parquet", "correction_effects")
    if not parsed.no_effects:
        effects = pd.concat([effects, _effects(config, *raw)])
    main = config.fit.main.specification
    page = write_table_audit(audit, effects, main, config.interval_percent, _protocols(config, *raw))
    if parsed.out is None:
        print(page, end="")
        return 0
    with replacing(parsed.out) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return 0


def _tables() -> tuple[RawTables, dict[str, Benchmark], dict[str, Architecture]]:
    from lmprogress.core.project import in_project
    from lmprogress.core.settings import load_architectures, load_benchmarks
    from lmprogress.curation.raw import load_raw

    benchmarks = load_benchmarks(in_project("config/benchmarks.yaml"))
    architectures = load_architectures(in_project("config/architectures.yaml"))
    return load_raw(in_project("raw"), list(benchmarks), list(architectures)), benchmarks, architectures


def _protocols(
    config: Config, raw: RawTables, benchmarks: dict[str, Benchmark], architectures: dict[str, Architecture]
) -> pd.Series:
    from lmprogress.curation.chain import curate

    made = curate(raw, config.report.edition, config.editions[config.report.edition], benchmarks, architectures)
    protocols = made.steps["exclude"].records.set_index("record_id")["protocol"]
    return protocols.loc[made.observations["record_id"]]


def _effects(
    config: Config, raw: RawTables, benchmarks: dict[str, Benchmark], architectures: dict[str, Architecture]
) -> pd.DataFrame:
    from lmprogress.core.project import in_project
    from lmprogress.core.settings import load_models
    from lmprogress.laws.correction_effects import correction_effects
    from lmprogress.laws.fits.law_set import LawSet

    models = load_models(in_project("config/models.yaml"))
    laws = {config.fit.main.specification: [0.0], config.simulation.simple_specification: [0.0]}
    offsets = {name: benchmark.offset for name, benchmark in benchmarks.items()}
    specifications = {name: models.specifications[name] for name in laws}
    return correction_effects(
        raw,
        config.editions[config.report.edition],
        laws=LawSet(config.report.edition, specifications, laws, models.data_variants, offsets),
        benchmarks=benchmarks,
        architectures=architectures,
        n_starts=config.sensitivity.search_starts,
        least_observations=config.fit.least_observations,
        systems=True,
    )
