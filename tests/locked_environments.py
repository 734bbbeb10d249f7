"""Environments made from lock files outside the Makefile: those of the validators.

In: a lock file with hashes. Out: the Python of an environment that holds it and nothing else.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def make_environment(folder: Path, lock: Path, python: str = sys.executable) -> Path:
    """Make a fresh environment in `folder` from `lock`. Raises CalledProcessError, with what pip said in `stderr`."""
    subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True, capture_output=True, text=True)
    own = folder / "bin/python"
    # a lock is complete, so nothing is to be resolved: pip would ask the index for extras, and stop at a newer release
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    pip = [str(own), "-m", "pip", "install", *options, "-r", str(lock)]
    subprocess.run(pip, check=True, capture_output=True, text=True)
    return own
