"""fitted_observations, varied_observations -> their digests."""

from pathlib import Path

from lmprogress.core.file_digest import file_digest
from lmprogress.core.joblog import logged

with logged(snakemake.log[0]):
    for name, path in snakemake.output.items():
        Path(path).write_text(f"{file_digest(snakemake.input[name])}\n", encoding="ascii")
