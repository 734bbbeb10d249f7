"""Rooms of the package: none imports what stands above it, so there is no circle."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from conftest import ROOT

PACKAGE = ROOT / "workflow/lmprogress"
# from below: each may import those before it
FLOORS = (
    ("core",),
    ("curation", "reading", "laws.model"),
    ("retrieving", "provenance", "laws.solver", "laws.study"),
    ("laws.fits",),
    ("laws.rates", "other_laws"),
    ("laws.inference", "laws.cross_validation", "laws.attribution", "ledger"),
    ("laws", "figures"),
    ("reporting", "auditing", "notebook"),
    ("releasing",),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}


def room(module: str) -> str:
    """The room of a module of the package, by its name: `laws` has rooms of its own."""
    parts = module.split(".")[1:]
    within_laws = parts[0] == "laws" and len(parts) > 1 and (PACKAGE / "laws" / parts[1]).is_dir()
    return ".".join(parts[: 2 if within_laws else 1])


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    names |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return {name for name in names if name.startswith("lmprogress.")}


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.stem == "cli"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_imports_what_stands_below_it(path: Path) -> None:
    own = room(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    others = {room(module) for module in imported(path)} - {own}
    assert {other for other in others if FLOOR[other] >= FLOOR[own]} == set()
