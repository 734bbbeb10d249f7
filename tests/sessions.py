"""Documents that can be followed: sessions of commands with what they print, and edits of files, read from Markdown.

In: a Markdown file and a folder. Out: the folder as it is for someone who did what the document says; else a failure.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from markdown_it import MarkdownIt

# how a document names the file that the block after it belongs to
_FILE = re.compile(r"(a new file|at the end of|in)\s`([^`]+)`:$", re.IGNORECASE)
# what is only looked at: drawings, formulas, and commands that are not for a test
_SHOWN = ("", "sh")


@dataclass(frozen=True)
class Command:
    """A line typed at the prompt, and what it prints; `...` stands for anything."""

    place: str
    text: str
    printed: str

    def follow(self, folder: Path) -> None:
        """Run it in `folder`; it must end well and print what the document shows."""
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONPATH": str(folder / "workflow"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        result = subprocess.run(
            ["bash", "-o", "pipefail", "-c", self.text],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if result.returncode:
            _fail(self, f"ends with status {result.returncode}", result.stdout)
        if not printed_as(self.printed, result.stdout):
            _fail(self, f"should print\n{self.printed}\nand prints", result.stdout)


@dataclass(frozen=True)
class Edit:
    """A change of one file: text that is new, that comes at the end, or that a diff shows."""

    place: str
    how: str
    file: str
    text: str

    def follow(self, folder: Path) -> None:
        """Change the file in `folder`."""
        path = folder / self.file
        if self.how == "a new file":
            if path.exists() or not path.parent.is_dir():
                _fail(self, "cannot be new here", str(path))
            path.write_text(self.text, encoding="utf-8")
            return
        held = path.read_text(encoding="utf-8")
        if self.how == "at the end of":
            # a function stands apart from the one before it
            apart = "\n\n" if path.suffix == ".py" else ""
            path.write_text(held + apart + self.text, encoding="utf-8")
            return
        old, new = ("".join(line[1:] for line in self.text.splitlines(True) if line[0] != sign) for sign in "+-")
        if held.count(old) != 1:
            _fail(self, f"shows lines that the file holds {held.count(old)} times", old)
        path.write_text(held.replace(old, new), encoding="utf-8")


Step = Command | Edit


def steps(document: Path, heading: str | None = None) -> list[Step]:
    """What `document` tells to do, in its order, in the section under `heading` where one is given.

    A block of the language `console` is a session, one without a language or in `sh` is only shown, and any other is an
    edit of the file that the words before it name ("In `file`:").
    """
    found: list[Step] = []
    section = words = ""
    tokens = MarkdownIt("commonmark").parse(document.read_text(encoding="utf-8"))
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline" and before is not None and before.type == "heading_open":
            section = token.content
        elif token.type == "inline":
            words = token.content
        elif token.type == "fence" and heading in (None, section) and token.map:
            place = f"{document.name}, line {token.map[0] + 1}"
            named = _FILE.search(words)
            if token.info == "console":
                found += _session(place, token.content)
            elif named:
                found.append(Edit(place, named[1].lower(), named[2], token.content))
            elif token.info not in _SHOWN:
                pytest.fail(f"{place}: nothing says which file this belongs to, as in: At the end of `file`:")
            words = ""
    return found


def _session(place: str, text: str) -> list[Command]:
    typed: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            typed.append(([line[2:]], []))
        elif line.startswith("> ") and typed and not typed[-1][1]:
            typed[-1][0].append(line[2:])
        elif typed:
            typed[-1][1].append(line)
        else:
            pytest.fail(f"{place}: a session starts with a prompt, not with {line!r}")
    return [Command(place, "\n".join(command), "\n".join(printed)) for command, printed in typed]


def printed_as(shown: str, printed: str) -> bool:
    """Whether `printed` is what `shown` says, where `...` stands for anything."""
    shown, printed = ("\n".join(line.rstrip() for line in text.strip().splitlines()) for text in (shown, printed))
    pattern = ".*".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


def follow(what: Sequence[Step], folder: Path) -> None:
    """Do every step in `folder`, in order."""
    assert what, "nothing to follow"
    for step in what:
        step.follow(folder)


def _fail(step: Step, what: str, text: str) -> NoReturn:
    pytest.fail(f"{step.place}: {getattr(step, 'file', '')}{getattr(step, 'text', '')[:300]}\n{what}\n{text[-4000:]}")
