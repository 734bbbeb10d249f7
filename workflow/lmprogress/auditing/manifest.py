"""The manifest of a finished run: every file with its digest, and one digest over all.

In: the folder of a run. Out: results/provenance/manifest.csv and root.txt; what has changed since.
"""

from __future__ import annotations

import hashlib

import pandas as pd

from lmprogress.auditing.contents import AFTERWARDS
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import MANIFEST, ROOT, RunFiles, role

COLUMNS = ("path", "sha256", "bytes", "role")
_SEAL = "if the change was meant, make run, which seals the run again; else restore the file"
_REMAKE = "delete it, then make run, which makes it again"


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
        check.fail(ROOT, "", f"is {said[:12]}…, but the manifest gives {root_digest(listed)[:12]}…", _REMAKE)
    expected = {str(name): row for name, row in listed.set_index("path").to_dict("index").items()}
    check.items = len(expected) + 1
    for name in sorted(set(expected) - set(run)):
        check.fail(name, "", "is in the manifest, but not there", _remedy(name, "make run, which makes it again"))
    for name in sorted(AFTERWARDS - set(run) - set(expected) - {MANIFEST, ROOT}):
        check.fail(name, "", "is neither there nor in the manifest, though every run has it", "make run")
    for name in run:
        if name not in expected:
            check.fail(name, "", "is not in the manifest", _remedy(name))
            continue
        row = expected[name]
        for column, held in (("sha256", run.digest(name)), ("bytes", str(run.size(name))), ("role", role(name))):
            if row[column] != held:
                check.fail(name, "", f"{column} is {held[:12]}, in the manifest {row[column][:12]}", _remedy(name))
                break
    return check


def _remedy(name: str, made: str = _REMAKE) -> str:
    """What to do about a file that is not as it was: people write some, rules make the others."""
    return _SEAL if name.startswith(("config/", "raw/")) else made
