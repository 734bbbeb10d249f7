"""Everything that a run made -> results/report."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.reporting.charts import library
from lmprogress.reporting.loading import load_figures, load_run
from lmprogress.reporting.report import pages
from lmprogress.reporting.run import File

with logged(snakemake.log[0]):
    given, params, folder = snakemake.input, snakemake.params, Path(snakemake.output.index).parent
    run = load_run(
        given,
        figures=load_figures(params.figures, params.shown_edition),
        files=[File(**file) for file in params.files],
        main=MainFit.model_validate(params.main),
        editions=params.editions,
        read_editions=params.read_editions,
        shown_edition=params.shown_edition,
        interval_percent=params.interval_percent,
        about=params.about,
        benchmarks=params.benchmarks,
        architectures=params.architectures,
    )
    written = {**pages(run, folder), "charts.js": library(), "CITATION.cff": Path(given.citation).read_text("utf-8")}
    for name, text in written.items():
        with tables.replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
        print(f"{name}: {len(text.encode()) / 1000:.0f} kB")
