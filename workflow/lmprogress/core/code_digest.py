"""A digest of the code that a script can reach, so that a rule runs again when any of it changes.

In: a script. Out: a hexadecimal digest of the syntax trees, without docstrings and comments, of the script and of
every module of this package that it imports directly or through others, and of the versions of the libraries used.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = "lmprogress"


@cache
def code_digest(script: str | Path) -> str:
    """SHA-256 over what the script at `script` can execute. Raises SyntaxError where a module does not parse."""
    parts, libraries = _reached(Path(script))
    digest = hashlib.sha256(parts)
    for library in sorted(libraries - sys.stdlib_module_names):
        digest.update(f"{library}=={_version(library)}\0".encode())
    return digest.hexdigest()


@cache
def source_digest(module: str | Path) -> str:
    """The same over the package's own code alone, without the versions of libraries."""
    return hashlib.sha256(_reached(Path(module))[0]).hexdigest()


def library_versions(scripts: Iterable[str | Path]) -> dict[str, str]:
    """The version of each installed package that the scripts, and what they reach, import; by its name."""
    imported = {library for script in scripts for library in _reached(Path(script))[1]} - sys.stdlib_module_names
    names = {name for library in imported for name in _distributions().get(library, [])}
    return {name: importlib.metadata.version(name) for name in sorted(names, key=str.lower)}


def _reached(path: Path) -> tuple[bytes, set[str]]:
    """What the file at `path`, and all of this package that it imports, says; and the libraries that they import."""
    parts, libraries = [], set[str]()
    todo, seen = [path], set[Path]()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        said, own, foreign = _module(path)
        todo.extend(own)
        libraries |= foreign
        # the name of a module matters, where it is stored does not
        parts.append((path.stem, path.parent.name, said))
    return "".join("\0".join(part) for part in sorted(parts)).encode(), libraries


@cache
def _module(path: Path) -> tuple[str, frozenset[Path], frozenset[str]]:
    """What the module at `path` says, files of this package that it imports, libraries; read once for all scripts."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    names = _imported(tree)
    own = {file for name in names if name.split(".")[0] == PACKAGE for file in _files(name)}
    libraries = {name.split(".")[0] for name in names if name.split(".")[0] != PACKAGE}
    return ast.dump(_without_docstrings(tree)), frozenset(own), frozenset(libraries)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Every statement below `node`; expressions, which hold most nodes and no import or docstring, are passed over."""
    for part in ("body", "handlers", "cases", "orelse", "finalbody"):
        for child in getattr(node, part, []):
            if isinstance(child, ast.stmt):
                yield child
            yield from _statements(child)


def _imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # each name may itself be a module
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _files(name: str) -> list[Path]:
    """The files that importing `name` executes: the module, if it is one, and the packages above it."""
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None and spec.origin is not None, "the package is installed"
    directory = Path(spec.origin).parent
    files = [directory / "__init__.py"]
    for part in name.split(".")[1:]:
        package, module = directory / part / "__init__.py", directory / f"{part}.py"
        if package.is_file():
            files.append(package)
            directory = package.parent
        elif module.is_file():
            files.append(module)
            break
        else:
            break
    return files


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in [tree, *_statements(tree)]:
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", None), str):
                node.body = node.body[1:]
    return tree


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(importlib.metadata.packages_distributions())


@cache
def _version(library: str) -> str:
    names = sorted(set(_distributions().get(library, [])))
    return ",".join(f"{name} {importlib.metadata.version(name)}" for name in names) or "none"
