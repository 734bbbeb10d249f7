"""Tables of the retrieving room: how the fetching of each paper went.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import PAPER_ID

_DIGEST = r"[0-9a-f]{64}"

RETRIEVALS = Table(
    "retrievals",
    "How the fetching of each paper of the manifest went.",
    (
        PAPER_ID,
        Column("status", "string", "retrieved, at_hand (it was there already), or why there is no PDF", allowed=("retrieved", "at_hand", "no_address", "not_found", "refused", "refused_address", "redirect_loop", "too_large", "wrong_content", "truncated", "timeout", "too_many_requests", "server_error", "unreachable", "not_tried")),
        Column("detail", "string", "in words, where more is known", nullable=True),
        Column("url", "string", "address that was asked, or would be", nullable=True),
        Column("sha256", "string", "digest of the PDF", pattern=_DIGEST, nullable=True),
        Column("bytes", "integer", "size of the PDF", unit="bytes", least=0, nullable=True),
    ),
    key=("paper_id",),
    writer="retrieve",
    files=("processed/{name}",),
)
