"""Tables in parts, of each edition and procedure -> the same in one, for people: Parquet and CSV."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.joblog import logged

with logged(snakemake.log[0]):
    for name, path in snakemake.output.items():
        if not name.endswith("_csv"):
            table = Path(path).stem
            whole = tables.read_parts(snakemake.input[name], table)
            tables.write_csv(tables.write(whole, table, path), table, snakemake.output[f"{name}_csv"])
