"""Which software a run is made by.

In: the scripts of its rules, the lock file. Out: plain data, equal on machines of one kind.
"""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lmprogress.core.code_digest import PACKAGE, code_digest, library_versions
from lmprogress.core.text_files import content_digest


def software(scripts: Mapping[str, Path], lock: Path) -> dict[str, Any]:
    """Versions, and the digest of the code of each rule, whose script is given by its name.

    lock: SHA-256 of what the lock file says; None where there is none. Nothing tells two machines of one kind apart:
    neither their names nor their processors.
    """
    return {
        PACKAGE: _installed(PACKAGE),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": {
            "system": platform.system(),
            "machine": platform.machine(),
            "libc": " ".join(platform.libc_ver()).strip() or None,
        },
        "lock": content_digest(lock) if lock.is_file() else None,
        "packages": {"snakemake": _installed("snakemake"), **library_versions(scripts.values())},
        "rules": {rule: code_digest(script) for rule, script in sorted(scripts.items())},
    }


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
