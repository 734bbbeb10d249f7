"""A digest of the code that a script can reach, so that a rule runs again when any of it changes.

In: a script. Out: a hexadecimal digest of the syntax trees, without docstrings and comments, of the script and of
every module of this package that it imports directly or through others, and of the versions of the libraries used.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lmprogress.core.replacing import replacing

PACKAGE = "lmprogress"
# what modules say, by their content, kept for the processes that follow: to parse all of them takes seconds
_KEPT = Path(__file__).parent / "__pycache__/modules.json"
_MOST_KEPT = 2000


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
    _keep()
    return "".join("\0".join(part) for part in sorted(parts)).encode(), libraries


@cache
def _module(path: Path) -> tuple[str, frozenset[Path], frozenset[str]]:
    """Digest of what the module at `path` says, files of this package that it imports, libraries."""
    content = path.read_bytes()
    key, kept = hashlib.sha256(_manner() + content).hexdigest(), _kept()
    if key not in kept:
        tree = ast.parse(content, filename=str(path))
        names = sorted(_imported(tree))
        kept[key] = [hashlib.sha256(ast.dump(_without_docstrings(tree)).encode()).hexdigest(), *names]
        _NEW.append(key)
    said, *names = kept[key]
    own = {file for name in names if name.split(".")[0] == PACKAGE for file in _files(name)}
    libraries = {name.split(".")[0] for name in names if name.split(".")[0] != PACKAGE}
    return said, frozenset(own), frozenset(libraries)


# keys of modules parsed by this process and not kept yet
_NEW: list[str] = []


@cache
def _manner() -> bytes:
    """What the digest of a module depends on besides its content: Python, and how this file takes it."""
    return sys.version.encode() + Path(__file__).read_bytes()


@cache
def _kept() -> dict[str, list[str]]:
    """By content: the digest of a module, then the names that it imports; none where nothing can be read."""
    try:
        return dict(json.loads(_KEPT.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _keep() -> None:
    if _NEW:
        _NEW.clear()
        newest = dict(list(_kept().items())[-_MOST_KEPT:])
        with contextlib.suppress(OSError), replacing(_KEPT) as temporary:
            temporary.write_text(json.dumps(newest), encoding="utf-8")


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
