"""A run that passed its audit -> its manifest, and one digest over all."""

from pathlib import Path

from lmprogress.auditing.manifest import make_manifest, root_digest
from lmprogress.auditing.run_files import RunFiles
from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.schemas import table

with logged(snakemake.log[0]):
    manifest = table("manifest").checked(make_manifest(RunFiles(Path())), snakemake.output.manifest)
    tables.write_csv(manifest, "manifest", snakemake.output.manifest)
    with tables.replacing(snakemake.output.root) as temporary:
        temporary.write_text(f"{root_digest(manifest)}\n", encoding="ascii")
