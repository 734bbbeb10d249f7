"""Everything that a run made -> results/report."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.reporting.loading import load_run
from lmprogress.reporting.report import report

with logged(snakemake.log[0]):
    given, params, folder = snakemake.input, snakemake.params, Path(snakemake.output.index).parent
    run = load_run(given, figures=params.figures, files=params.files, settings=params.settings)
    for name, text in report(run, folder, Path(given.citation)).items():
        with tables.replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()) / 1000:.0f} kB")
