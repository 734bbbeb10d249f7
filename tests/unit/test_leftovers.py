"""What earlier runs left in results/ goes: removed where they sealed it, set aside where they did not."""

from __future__ import annotations

from pathlib import Path

from lmprogress.core.file_digest import file_digest
from lmprogress.core.leftovers import clear_leftovers

MADE = {
    "processed/a.parquet",
    "results/findings.md",
    "results/figures/overall.png",
    "results/report/crops",
    "results/provenance/manifest.csv",
}


def write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def seal(folder: Path, *names: str) -> None:
    lines = ["path,sha256", *(f"{name},{file_digest(folder / name)}" for name in names)]
    write(folder, "results/provenance/manifest.csv")
    (folder / "results/provenance/manifest.csv").write_text("\n".join(lines) + "\n")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_was_sealed_is_removed_and_what_is_unknown_is_set_aside(tmp_path: Path) -> None:
    former = [f"results/figures/former/{n}.png" for n in range(5)]
    own, edited = "results/figures/own.png", "results/figures/edited.png"
    kept = {"results/figures/overall.png", "results/report/crops/paper/1.png", "results/.hidden/x", "results/notes.md",
            "results/mine/table.csv", "processed/former/a.parquet", "results/logs/a.log"}  # fmt: skip
    write(tmp_path, *former, own, edited, *kept)
    seal(tmp_path, *former, edited, *kept)
    (tmp_path / edited).write_text("edited since")
    told = clear_leftovers(tmp_path, MADE)
    assert "results/figures/former/ (5 files)" in next(told)
    assert set(former) <= files(tmp_path), "nothing goes before it is said"
    assert own in (second := next(told)) and edited in second
    assert list(told) == []
    aside = {"results/set_aside/figures/own.png", "results/set_aside/figures/edited.png"}
    assert files(tmp_path) == kept | aside | {"results/provenance/manifest.csv"}
    assert not (tmp_path / "results/figures/former").exists()
    # what is set aside stays, and makes room for no other
    write(tmp_path, own)
    list(clear_leftovers(tmp_path, MADE))
    assert files(tmp_path) >= aside | {"results/set_aside/figures/own-2.png"}


def test_without_a_manifest_nothing_is_removed(tmp_path: Path) -> None:
    write(tmp_path, "results/report/crops/1.png", "results/report/old.html", "results/figures/a/b.png")
    # folders that are empty, but for what the engine puts into those that a rule made
    write(tmp_path, "results/report/crops/.snakemake_timestamp", "results/figures/c/.snakemake_timestamp")
    assert len(list(clear_leftovers(tmp_path, MADE - {"results/report/crops"} | {"results/report/index.html"}))) == 1
    assert files(tmp_path) == {
        "results/set_aside/report/crops/1.png", "results/set_aside/report/old.html", "results/set_aside/figures/a/b.png"
    }  # fmt: skip
    assert not (tmp_path / "results/report/crops").exists() and not (tmp_path / "results/figures/c").exists()
    assert not list(clear_leftovers(tmp_path, MADE))
