"""A check is made until it passes, and again when what it depends on has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmprogress.core.passing import unless_passed


def made(memory: Path, *state: str) -> bool:
    with unless_passed(memory, state) as unchecked:
        return unchecked


def test_a_check_that_passed_is_made_again_only_after_a_change(tmp_path: Path) -> None:
    memory = tmp_path / "of/checks"
    assert [made(memory, "a", "b"), made(memory, "a", "b"), made(memory, "ab", ""), made(memory, "a", "b")] == [
        True, False, True, True,
    ]  # fmt: skip


def test_a_check_that_failed_is_made_again(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="bad"), unless_passed(tmp_path / "checks", ["a"]):
        raise ValueError("bad")
    assert made(tmp_path / "checks", "a")


def test_where_nothing_can_be_kept_every_process_checks(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert [made(tmp_path / "file/checks", "a") for _ in range(2)] == [True, True]
