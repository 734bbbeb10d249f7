"""observations -> their digest."""

from pathlib import Path

from lmprogress.keeping.file_digest import file_digest
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    Path(snakemake.output.digest).write_text(f"{file_digest(snakemake.input.observations)}\n", encoding="ascii")
