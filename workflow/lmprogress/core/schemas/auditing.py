"""Tables of the audit: what was checked, and the manifest of a finished run.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import RESULT

AUDIT_CHECKS = Table(
    "audit_checks",
    "What the audit of a run checked, and what failed.",
    (
        Column("place", "integer", "place of the check, from 1", least=1),
        Column("check", "string", "the check"),
        Column("items", "integer", "files, rows, cells or boxes looked at", least=0),
        Column("failures", "integer", "those that do not hold", least=0),
        Column("detail", "string", "what is compared; where it fails, the first failure"),
    ),
    key=("check",),
    order=("place",),
    writer="audit_run",
    files=(RESULT,),
)

MANIFEST = Table(
    "manifest",
    "Every file of a finished run with its digest.",
    (
        Column("path", "string", "the file, from the folder of the run"),
        Column("sha256", "string", "digest of its bytes", pattern=r"[0-9a-f]{64}"),
        Column("bytes", "integer", "its size", unit="bytes", least=0),
        Column("role", "string", "what it is in the run", allowed=("setting", "raw", "processed", "result", "figure", "report", "export")),
    ),
    key=("path",),
    writer="seal_run",
    files=("results/provenance/{name}.csv",),
)
