"""Text as a PDF holds it, made plain.

In: characters of a text layer. Out: the same in plain letters, digits and signs.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣-⁃", "-"),
        **dict.fromkeys("‘’‛′`", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("∕⁄", "/"),
        "×": "x",
        "∼": "~",
        "·": ".",
        "⋅": ".",
        "∗": "*",
        "\u00ad": "-",
        "\ufffe": "-",  # what pdfium gives for a hyphen at the end of a line
        "\x02": "-",
    }
)
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """`text` with ligatures, mathematical letters and digits (NFKC), dashes, quotes and spaces made plain.

    Lone surrogates, private-use and control characters are dropped.
    """
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Cn"})
    return _SPACES.sub(" ", kept).strip()


def rejoined(text: str) -> str:
    """`text` with words that a line's end has hyphenated put together again."""
    return re.sub(r"(?<=[a-z])-\s*[\r\n]+\s*(?=[a-z])", "", text)
