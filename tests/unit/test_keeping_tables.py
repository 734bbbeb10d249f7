"""Files that a killed process left half-written are taken away, and nothing else is."""

from __future__ import annotations

from pathlib import Path

from lmprogress.core.replacing import remove_abandoned, replacing


def test_what_a_killed_process_left_is_removed_and_the_rest_stays(tmp_path: Path) -> None:
    folder = tmp_path / "processed/corrected"
    folder.mkdir(parents=True)
    kept = [folder / name for name in ("fits.parquet", ".gitkeep", "a.b.c", ".hidden.txt")]
    for path in kept:
        path.write_text("whole", encoding="utf-8")
    writer = replacing(folder / "fits.parquet")
    writer.__enter__().write_text("half", encoding="utf-8")  # and killed here: the block never ends
    assert len(list(folder.iterdir())) == len(kept) + 1
    remove_abandoned(tmp_path / "processed", tmp_path / "no folder")
    assert sorted(folder.iterdir()) == sorted(kept)
