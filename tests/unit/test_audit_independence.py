"""The verifier shares nothing with what it verifies but the schemas of the tables."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from conftest import ROOT

ROOM = ROOT / "workflow/lmprogress/auditing"
MODULES = sorted(ROOM.rglob("*.py"))
SHARED = (
    "lmprogress.core.schemas",
    "lmprogress.core.columns",
    "lmprogress.core.errors",
    "lmprogress.core.project",
    # the names of figures, as data
    "lmprogress.figures.catalogue",
    "lmprogress.auditing",
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_import_only_schemas(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    foreign = {name for name in imported if name.startswith("lmprogress") and not name.startswith(SHARED)}
    assert not foreign
