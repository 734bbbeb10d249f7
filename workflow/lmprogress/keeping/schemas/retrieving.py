"""Tables of the retrieving room: how the fetching of each paper went, and which PDFs are others than before.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.keeping.columns import Column, Table
from lmprogress.keeping.schemas.shared import PAPER_ID

_DIGEST = r"[0-9a-f]{64}"

RETRIEVALS = Table(
    "retrievals",
    "How the fetching of each paper of the manifest went.",
    (
        PAPER_ID,
        Column(
            "status",
            "string",
            "retrieved, at_hand (it was there already), or why there is no PDF",
            allowed=(
                "retrieved",
                "at_hand",
                "no_address",
                "not_found",
                "refused",
                "refused_address",
                "redirect_loop",
                "too_large",
                "wrong_content",
                "truncated",
                "timeout",
                "too_many_requests",
                "server_error",
                "unreachable",
                "not_tried",
            ),
        ),
        Column("detail", "string", "in words, where more is known", nullable=True),
        Column("url", "string", "address that was asked, or would be", nullable=True),
        Column("sha256", "string", "digest of the PDF", pattern=_DIGEST, nullable=True),
        Column("bytes", "integer", "size of the PDF", unit="bytes", least=0, nullable=True),
    ),
    key=("paper_id",),
    writer="retrieve",
)

PAPER_CHANGES = Table(
    "paper_changes",
    "The papers of this run beside those of the snapshot: which came, which went, which PDF is another one.",
    (
        PAPER_ID,
        Column(
            "change",
            "string",
            "same (the same PDF), replaced (another PDF), added, or withdrawn",
            allowed=("same", "replaced", "added", "withdrawn"),
        ),
        Column("status", "string", "how the reading went; empty for a withdrawn paper", nullable=True),
        Column("n_readings", "integer", "readings", least=0, nullable=True),
        Column("sha256", "string", "digest of the PDF", pattern=_DIGEST, nullable=True),
        Column("snapshot_status", "string", "the same of the snapshot; empty for an added paper", nullable=True),
        Column("snapshot_n_readings", "integer", "the same of the snapshot", least=0, nullable=True),
        Column("snapshot_sha256", "string", "the same of the snapshot", pattern=_DIGEST, nullable=True),
    ),
    key=("paper_id",),
    writer="compare_papers",
)
