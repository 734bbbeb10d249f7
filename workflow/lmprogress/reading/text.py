"""Text as a PDF holds it, made plain.

In: characters of a text layer. Out: the same in plain letters, digits and signs.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    **dict.fromkeys("‐‑‒–—―−﹣-⁃", "-"),
    **dict.fromkeys("‘’‛′`", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("∕⁄", "/"),
    "×": "x",
    "∼": "~",
    "。": ". ",
    "·": ".",
    "⋅": ".",
    "∗": "*",
    "\u00ad": "-",
    "\ufffe": "-",  # what pdfium gives for a hyphen at the end of a line
    "\x02": "-",
}
_SIGN = re.compile("[" + re.escape("".join(_SIGNS)) + "]")
# what a number may not be set together with, as the inside of a character class: letters, Chinese and Japanese signs
LETTERS = "A-Za-z\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# control, formatting, private-use and unassigned characters, but no spaces
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff"
    "\U000e0000-\U0010ffff]"
)
_SPACES = re.compile(r"\s+")


def _with_plain_signs(text: str) -> str:
    return _SIGN.sub(lambda match: _SIGNS[match[0]], text)


def plain(text: str) -> str:
    """`text` with ligatures, mathematical letters and digits (NFKC), dashes, quotes and spaces made plain.

    Lone surrogates, private-use and control characters are dropped.
    """
    if text.isascii():
        if text.isprintable():
            return text.strip() if "  " not in text else _SPACES.sub(" ", text).strip()
    else:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        text = _with_plain_signs(unicodedata.normalize("NFKC", _with_plain_signs(text)))
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def rejoined(text: str) -> str:
    """`text` with words that a line's end has hyphenated put together again."""
    return re.sub(r"(?<=[a-z])-\s*[\r\n]+\s*(?=[a-z])", "", text)
