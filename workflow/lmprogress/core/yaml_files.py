"""YAML files of settings: their mapping, and the line at which each key stands.

In: a path. Out: plain data, a line, or an InputError.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lmprogress.core.errors import InputError
from lmprogress.core.text_files import read_text

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MEND = "correct the line; indent with spaces, and put a space after each colon"


class _Unique(_Loader):  # type: ignore[valid-type, misc]
    """A loader that refuses a key which stands twice in one mapping; YAML's own would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[Hashable, int] = {}
        for key, _ in node.value:
            name, line = key.value, key.start_mark.line + 1
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if name in seen:
                    raise _Twice(name, seen[name], line)
                seen[name] = line
        made: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return made


class _Twice(Exception):
    """A key's name, its first line and its second."""


def load_yaml(path: str | Path) -> dict[str, Any]:
    """The mapping in the YAML file at `path`. Raises InputError where it is missing, malformed, or says a key twice."""
    text = read_text(path, "YAML", "save it as UTF-8")
    try:
        content = yaml.load(text, _Unique)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            f"is not valid YAML: {getattr(error, 'problem', error)}",
            file=str(path),
            row=mark.line + 1 if mark else None,
            remedy=_MEND,
        ) from error
    except _Twice as error:
        name, first, second = error.args
        raise InputError(
            f"this key stands in line {first} already",
            file=str(path),
            row=second,
            key=name,
            remedy="remove one of the two; they may differ",
        ) from None
    if not isinstance(content, dict):
        raise InputError("must hold keys and values", file=str(path), remedy="restore it from version control")
    return content


def line_of_key(path: str | Path, keys: Sequence[str | int]) -> int | None:
    """The line at which the place `keys` (names, and numbers within lists) begins; None where there is no such."""
    node = _nodes(str(path))
    line = None
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = [(name, value) for name, value in node.value if name.value == str(key)]
            if not found:
                return None
            name, node = found[-1]
            line = name.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            return None
    return line


@cache
def _nodes(path: str) -> yaml.Node | None:
    try:
        return yaml.compose(read_text(path, "YAML", ""), _Loader)
    except (InputError, yaml.YAMLError):
        return None
