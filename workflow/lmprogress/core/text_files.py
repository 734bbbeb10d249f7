"""Text files that people write: equal whatever system they were saved on.

In: bytes, or a path. Out: text, or the digest of what a file says; InputError where it is no text.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from lmprogress.core.errors import InputError

_BINARY = (".pdf",)


def normalised(content: bytes) -> bytes:
    """`content` without byte order mark and with line ends \\n."""
    return content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def content_digest(path: str | Path) -> str:
    """SHA-256 of what the file at `path` says: of a text as `normalised`, of a PDF its bytes. Raises OSError."""
    content = Path(path).read_bytes()
    return hashlib.sha256(content if Path(path).suffix.lower() in _BINARY else normalised(content)).hexdigest()


def read_text(path: str | Path, kind: str, remedy: str) -> str:
    """The text at `path`, a `kind` of file. Raises InputError where it is missing or not UTF-8 (`remedy`)."""
    file = str(path)
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError("is missing", file=file, remedy="restore it from version control") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=file, remedy="fix its permissions") from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2]:
        raise InputError(f"cannot be read as {kind}: it is UTF-16, not UTF-8", file=file, remedy=remedy)
    content = normalised(content)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"cannot be read as {kind}: this line is not UTF-8",
            file=file,
            row=content.count(b"\n", 0, error.start) + 1,
            value=content[error.start : error.start + 1].decode("cp1252", "replace"),
            remedy=f"{remedy}; then look at the letters that are not English",
        ) from None
