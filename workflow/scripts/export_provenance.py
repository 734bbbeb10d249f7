"""A run that passed its audit -> its provenance as RO-Crate, Croissant and PROV-JSON."""

from pathlib import Path

from lmprogress.auditing.croissant import croissant
from lmprogress.auditing.exporting import Publication, write_json
from lmprogress.auditing.prov import prov
from lmprogress.auditing.ro_crate import ro_crate
from lmprogress.auditing.run_files import RunFiles
from lmprogress.core.joblog import logged

with logged(snakemake.log[0]):
    run, publication = RunFiles(Path()), Publication.of(Path(snakemake.input.citation))
    write_json(croissant(run, publication), snakemake.output.croissant)
    write_json(prov(run), snakemake.output.prov)
    write_json(ro_crate(run, publication), snakemake.output.ro_crate)
