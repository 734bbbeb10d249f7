"""Tables of the retrieving room: how the fetching of each paper went.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import PAPER_ID

_DIGEST = r"[0-9a-f]{64}"

DISCOVERIES = Table(
    "discoveries",
    "Papers that may hold results on the benchmarks, and why: found by a search of arXiv, or named in a file.",
    (
        Column("paper", "string", "arXiv identifier without version; else address, else title"),
        Column("status", "string", "candidate; in_manifest (raw/papers.csv has it); withdrawn (no version has a PDF); not_found (arXiv has no such paper); no_identifier (its PDF has to be added by hand)", allowed=("candidate", "in_manifest", "withdrawn", "not_found", "no_identifier")),
        Column("title", "string", "its title", nullable=True),
        Column("publication_date", "date", "date of its first version", nullable=True),
        Column("version", "integer", "arXiv's latest version that has a PDF", least=1, nullable=True),
        Column("reason", "string", "words of the settings that its title or abstract has; where it was named"),
        Column("found_by", "string", "search, or the name of a file"),
    ),
    key=("paper",),
    writer="lmprogress discover",
)

RETRIEVALS = Table(
    "retrievals",
    "How the fetching of each paper of the manifest went.",
    (
        PAPER_ID,
        Column("status", "string", "retrieved, at_hand (it was there already), changed (there, but not the pinned file), or why there is no PDF", allowed=("retrieved", "at_hand", "changed", "no_address", "not_found", "refused", "refused_address", "redirect_loop", "too_large", "wrong_content", "truncated", "timeout", "too_many_requests", "server_error", "unreachable", "not_tried")),
        Column("detail", "string", "in words, where more is known", nullable=True),
        Column("url", "string", "address that was asked, or would be", nullable=True),
        Column("sha256", "string", "digest of the PDF", pattern=_DIGEST, nullable=True),
        Column("bytes", "integer", "size of the PDF", unit="bytes", least=0, nullable=True),
    ),
    key=("paper_id",),
    writer="retrieve",
    files=("processed/{name}",),
)
