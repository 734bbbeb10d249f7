"""Tables, and the observations of an edition -> its figures, or those of all editions together."""

from pathlib import Path

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import MainFit
from lmprogress.figures.catalogue import figures
from lmprogress.figures.drawing import FigureSettings, draw
from lmprogress.figures.saving import save

with logged(snakemake.log[0]):
    params, edition = snakemake.params, snakemake.wildcards.get("edition")
    shown = {**params.shown, "main": MainFit.model_validate(params.shown["main"]), "edition": edition}
    settings = FigureSettings(**shown)
    for figure in figures(params.extent):
        print(f"figure {figure.name}")
        files = figure.files_of_tables(edition, params.procedures)
        if figure.observations:
            files["fitted_observations"] = [snakemake.input.settled]
        frames = {name: pd.concat([tables.read_by_kind(path, name) for path in held]) for name, held in files.items()}
        # an edition's figure names the observations that it follows from, whether it shows them or not
        data = {path for held in files.values() for path in held}
        if params.extent == "edition":
            data.add(snakemake.input.settled)
        stem = Path(snakemake.output[f"{figure.name}_png"]).with_suffix("")
        footer = figure.footer(edition, params.credit)
        save(draw(figure.name, frames, settings), stem, params.dpi, data, footer)
