"""Random numbers that follow from names alone, as every draw of a run does.

In: names. Out: a generator.
"""

from __future__ import annotations

import hashlib

import numpy as np


def named_generator(*names: object) -> np.random.Generator:
    """PCG64, its seed the first four bytes of the SHA-256 of the names joined by the unit separator."""
    digest = hashlib.sha256("\x1f".join(map(str, names)).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:4], "big")))
