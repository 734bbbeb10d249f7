"""The manifest of a finished run: every file with its digest, and one digest over all.

In: the folder of a run. Out: results/provenance/manifest.csv and root.txt; what has changed since.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import MANIFEST, ROOT, RunFiles, role

COLUMNS = ("path", "sha256", "bytes", "role")
_AGAIN = "if the change was meant, let the run finish (make run), which writes a new manifest; else restore the file"


def make_manifest(run: RunFiles) -> pd.DataFrame:
    """One row for each file of the run (schema MANIFEST)."""
    rows = [(name, run.digest(name), run.size(name), role(name)) for name in run]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def root_digest(manifest: pd.DataFrame) -> str:
    """SHA-256 over the sorted lines "path sha256 bytes role" of a manifest, 64 hexadecimal digits."""
    lines = sorted(" ".join(str(row[name]) for name in COLUMNS) for row in manifest.to_dict("records"))
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def check_digests(run: RunFiles) -> Check:
    """Every file against the manifest, both ways, and the manifest against its root."""
    check = Check("digests", "files against results/provenance/manifest.csv, and that against root.txt")
    if not run.has(MANIFEST) or not run.has(ROOT):
        missing = MANIFEST if not run.has(MANIFEST) else ROOT
        check.fail(missing, "", "is missing: the run did not end, or the file was removed", "make run")
        return check
    listed = run.csv(MANIFEST)
    if list(listed.columns) != list(COLUMNS) or listed.isna().any(axis=None) or not listed["path"].is_unique:
        check.fail(MANIFEST, "", f"is no manifest: its columns are {', '.join(COLUMNS)}, each path once", "make run")
        return check
    said = (run.folder / ROOT).read_text(encoding="utf-8").strip()
    if said != root_digest(listed):
        check.fail(ROOT, "", f"is {said[:12]}…, but the manifest gives {root_digest(listed)[:12]}…", _AGAIN)
    expected = {str(name): row for name, row in listed.set_index("path").to_dict("index").items()}
    check.items = len(expected) + 1
    for name in sorted(set(expected) - set(run)):
        check.fail(name, "", "is in the manifest, but not there", _AGAIN)
    for name in run:
        if name not in expected:
            check.fail(name, "", "is not in the manifest", _AGAIN)
            continue
        row = expected[name]
        for column, held in (("sha256", run.digest(name)), ("bytes", str(run.size(name))), ("role", role(name))):
            if row[column] != held:
                check.fail(name, "", f"{column} is {held[:12]}, in the manifest {row[column][:12]}", _AGAIN)
                break
    return check
