"""What is wrong with a file of settings: all of it at once, each with its line and what was probably meant.

In: what pydantic finds. Out: one InputError.
"""

from __future__ import annotations

import difflib
import inspect
import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from lmprogress.core.errors import InputError
from lmprogress.core.yaml_files import line_of_key, load_yaml

Keys = tuple[str | int, ...]
_COMMENTS = "the comments in the file give each key's unit and legal values"


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong: at which key, what, the value found, the names one of which may have been meant."""

    key: Keys
    problem: str
    value: object = None
    known: tuple[str, ...] = ()
    remedy: str = _COMMENTS

    @property
    def meant(self) -> str | None:
        """The known name that is nearest to what was written, where one is near."""
        written = self.value if self.value is not None else self.key[-1] if self.key else ""
        return next(iter(difflib.get_close_matches(str(written), self.known, 1)), None)


def complaints_of(error: ValidationError, model: type[BaseModel], content: Any) -> list[Complaint]:
    """What `error` says of `content`, held against `model`; the arms of a union that all fail count once."""
    found: dict[Keys, Complaint] = {}
    for each in error.errors():
        kind, context = each["type"], each.get("ctx", {})
        key = _within(content, each["loc"], missing=kind == "missing")
        problem = each["msg"].removeprefix("Value error, ").removeprefix("Input ")
        value = None if isinstance(each["input"], (Mapping, BaseModel)) else each["input"]
        known: tuple[str, ...] = ()
        if kind == "extra_forbidden":
            problem, value, known = "unknown key", None, tuple(_names(model, key[:-1]))
        elif kind == "missing":
            problem, value = "this key is missing", None
        elif kind == "literal_error":
            known = tuple(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
        if key in found:
            problem = f"{found[key].problem}, or {problem}"
        found[key] = Complaint(key, problem, value, known)
    # a key that is missing since it is misspelt is one error
    misspelt = {(*c.key[:-1], c.meant) for c in found.values() if c.problem == "unknown key" and c.meant}
    return [c for key, c in found.items() if not (key in misspelt and c.problem == "this key is missing")]


def settings_error(complaints: Sequence[Complaint], file: str) -> InputError:
    """One error for all `complaints` about the settings of `file`, in the order of its lines."""
    # what an anchor holds is wrong wherever it is used, and is mended once
    by_place = {(line_of_key(file, c.key) or c.key, c.problem, str(c.value)): c for c in reversed(complaints)}
    placed = [(line_of_key(file, c.key), c) for c in reversed(by_place.values())]
    placed.sort(key=lambda each: (each[0] is None, each[0] or 0))
    if len(placed) == 1:
        line, only = placed[0]
        problem, key = _said(only, file, line), _dotted(only.key)
        return InputError(problem, file=file, row=line, key=key, value=only.value, remedy=only.remedy)
    lines = [
        f"{f'line {line}, ' if line else ''}{_dotted(c.key)}: {_said(c, file, line)}"
        + (f" (found {c.value!r})" if c.value is not None else "")
        for line, c in placed
    ]
    remedies = "; ".join(dict.fromkeys(c.remedy for _, c in placed))
    return InputError(f"{len(lines)} errors\n  " + "\n  ".join(lines), file=file, remedy=remedies)


def _said(complaint: Complaint, file: str, line: int | None) -> str:
    """The problem, with what was probably meant, and that it came from the command line where the file is innocent."""
    text = complaint.problem
    if complaint.meant:
        text += f"; did you mean '{complaint.meant}'?"
    if complaint.key and ((line is None and complaint.problem == "unknown key") or _overridden(complaint, file)):
        text += " [given on the command line, by --config]"
    return text


def _overridden(complaint: Complaint, file: str) -> bool:
    if complaint.value is None:
        return False
    try:
        held: Any = load_yaml(file)
        for key in complaint.key:
            held = held[key]
    except (InputError, LookupError, TypeError):
        return False
    comparable = not isinstance(held, (Mapping, list)) or isinstance(complaint.value, type(held))
    return comparable and bool(held != complaint.value)


def _dotted(key: Keys) -> str:
    return ".".join(map(str, key)) or "(whole file)"


def _within(content: Any, place: Iterable[str | int], *, missing: bool) -> Keys:
    """`place` as far as `content` has it: pydantic adds the arm of a union, or that a key is meant."""
    keys: list[str | int] = []
    for key in place:
        try:
            content = content[key]
        except (LookupError, TypeError):
            return (*keys, key) if missing else tuple(keys)
        keys.append(key)
    return tuple(keys)


def _names(annotation: Any, keys: Keys) -> list[str]:
    """The names of the keys that a value of type `annotation` may have at `keys` within it."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
        if not keys:
            return list(fields)
        return _names(fields.get(str(keys[0])), keys[1:])
    arms = typing.get_args(annotation)
    if not arms:
        return []
    if typing.get_origin(annotation) is dict:
        return _names(arms[1], keys[1:])
    if typing.get_origin(annotation) in (list, tuple):
        return _names(arms[0], keys[1:])
    # a union, or a type with what it must meet
    return [name for arm in arms for name in _names(arm, keys)]
