"""readings, raw/leaderboard.csv -> leaderboard_comparison."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.reading.leaderboard import compare_leaderboard

with logged(snakemake.log[0]):
    compared = compare_leaderboard(
        tables.read(snakemake.input.readings, "readings"), tables.read_csv(snakemake.input.leaderboard, "leaderboard")
    )
    tables.write_both({"leaderboard_comparison": compared}, snakemake.output)
