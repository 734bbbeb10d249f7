"""What is printed comes out on every terminal, whatever its encoding.

In: stdout and stderr. Out: the same, where a character that the encoding lacks is written in other words.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata

# typography has plain forms; what else there is comes out without accents, or escaped as in Python
_PLAIN = {
    "×": "x", "·": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "±": "+-", "≈": "~", "≤": "<=", "≥": ">=", "∞": "inf",
    "“": '"', "”": '"', "’": "'", "‘": "'", "…": "...", "←": "<-", "→": "->", "†": "+", "‡": "++", "§": "section ",
}  # fmt: skip
_HANDLER = "lmprogress.plain"


def print_anywhere() -> None:
    """Let stdout and stderr of this process write plain forms of what their encoding lacks, in place of raising."""
    codecs.register_error(_HANDLER, _plain)
    for stream in (sys.stdout, sys.stderr):
        # a stream that a test or a notebook put there may not be reconfigurable
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors=_HANDLER)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_form, error.object[error.start : error.end])), error.end


def _form(character: str) -> str:
    """`character` in ASCII."""
    if character in _PLAIN:
        return _PLAIN[character]
    letters = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")
    return letters or character.encode("ascii", "backslashreplace").decode("ascii")
