"""A run that passed its audit -> its manifest, and one digest over all; a run that did not ends here."""

from pathlib import Path

from lmprogress.auditing.manifest import make_manifest, root_digest
from lmprogress.auditing.run_files import RunFiles
from lmprogress.keeping import tables
from lmprogress.keeping.errors import InputError
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.schemas import table

with logged(snakemake.log[0]):
    checks = tables.read_csv(snakemake.input.checks, "audit_checks")
    failed = checks[checks["failures"] > 0]
    for row in failed.to_dict("records"):
        print(f"{row['check']}: {row['failures']} failures, first {row['detail']}")
    if len(failed):
        raise InputError(
            f"the audit of the run found {int(failed['failures'].sum())} failures",
            file=snakemake.input.checks,
            remedy="delete the files that results/logs/audit_run.log names and run again; they are made anew",
        )
    manifest = table("manifest").checked(make_manifest(RunFiles(Path())), snakemake.output.manifest)
    tables.write_csv(manifest, "manifest", snakemake.output.manifest)
    with tables.replacing(snakemake.output.root) as temporary:
        temporary.write_text(f"{root_digest(manifest)}\n", encoding="ascii")
