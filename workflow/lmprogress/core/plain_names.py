"""Names as they are read: without the LaTeX that papers and tables write them in.

In: a name. Out: the name in Unicode.
"""

from __future__ import annotations

import re
import unicodedata

# a pair of dollar signs without a command is money
_MATH = re.compile(r"\$([^$]*\\[^$]*)\$")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s*")
_SYMBOLS = {"infty": "∞", "times": "×", "pm": "±", "rightarrow": "→", "ell": "ℓ"}


def plain_name(name: str) -> str:
    """`name` with what stands between dollar signs in Unicode: "$\\infty$-former" is "∞-former"."""
    return _MATH.sub(lambda found: re.sub(r"[{}^_]", "", _COMMAND.sub(_symbol, found[1])), name)


def _symbol(found: re.Match[str]) -> str:
    """A symbol or Greek letter; of other commands, such as \\text, what they are applied to."""
    command = found[1]
    if command in _SYMBOLS:
        return _SYMBOLS[command]
    case = "CAPITAL" if command[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {case} LETTER {command.upper()}")
    except KeyError:
        return ""
