"""-> the script that draws the charts of the report."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.reporting.chart_library import chart_library

with logged(snakemake.log[0]), tables.replacing(snakemake.output[0]) as temporary:
    temporary.write_text(chart_library(), encoding="utf-8")
