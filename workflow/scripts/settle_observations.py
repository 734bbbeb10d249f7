"""observations -> the same under the name of their digest; what stood there under another digest goes."""

from pathlib import Path

from lmprogress.core.errors import InputError
from lmprogress.core.file_digest import file_digest
from lmprogress.core.joblog import logged
from lmprogress.core.replacing import replacing

with logged(snakemake.log[0]):
    source, target = Path(snakemake.input.observations), Path(snakemake.output.settled)
    if file_digest(source) != snakemake.wildcards.digest:
        raise InputError(
            "has another digest than its name says", file=str(source), remedy="run again: it is then settled"
        )
    with replacing(target) as temporary:
        temporary.write_bytes(source.read_bytes())
    for other in target.parent.glob("*.parquet"):
        if other != target:
            other.unlink()
