"""What goes wrong under a run: killed, disk full or read-only, two at once, a damaged table, papers made to harm.

Real processes in a small project; afterwards a plain run gives the bytes of an undisturbed one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from mini_project import PAPERS, TARGETS, MiniProject, mini_project
from typeset import broken


def wait_for(process: subprocess.Popen[bytes], done: Callable[[], bool]) -> None:
    """Until `done`; the process must still be at work then."""
    for _ in range(6000):
        if done():
            break
        time.sleep(0.05)
    assert process.poll() is None


@contextmanager
def mounted(path: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A file system of its own at `path`; gives a function that changes its options. Skips where it is not allowed."""
    path.mkdir(parents=True, exist_ok=True)
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(path)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        pytest.skip(f"a file system of limited size cannot be mounted here: {made.stderr.strip()}")
    try:
        yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", str(path)], check=True) and None
    finally:
        subprocess.run(["umount", str(path)], check=True)


def same(ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_killed_at_any_moment_and_never_two_at_once(mini_run: MiniProject, tmp_path: Path) -> None:
    project = mini_project(tmp_path / "checkout")
    processed = project.path / "processed"
    moments = (
        lambda: any(processed.glob("readings/*.parquet")),
        lambda: (processed / "corrected/observations.parquet").exists(),
        lambda: any(processed.glob("*/study/fits.parquet")),
    )
    for moment in moments:
        process = project.start()
        wait_for(process, moment)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    process = project.start()
    wait_for(process, lambda: str(process.pid) in lock(project))
    second = project.snakemake("--cores", "1", *TARGETS)
    assert second.returncode != 0
    assert f"another run is at work in this folder, as process {process.pid}" in second.stdout
    assert "remedy: wait" in second.stdout and "Traceback" not in second.stdout
    assert process.wait() == 0
    same(project.results(), mini_run.results())
    assert project.run() == {}


def lock(project: MiniProject) -> str:
    path = project.path / ".snakemake/run.lock"
    return path.read_text(encoding="ascii") if path.exists() else ""


def test_full_disk_then_room(mini_run: MiniProject, tmp_path: Path) -> None:
    project = mini_project(tmp_path / "checkout")
    with mounted(project.path / "processed", "60k") as remount:
        result = project.snakemake("--cores", "2", *TARGETS)
        assert result.returncode != 0
        assert "No space left on device" in result.stdout
        assert "remedy: " in result.stdout
        remount("size=100m")
        project.run()
        same(project.results(), mini_run.results())


def test_read_only_then_writable(mini: MiniProject, mini_run: MiniProject) -> None:
    with mounted(mini.path / "processed", "100m") as remount:
        remount("ro")
        result = mini.snakemake("--cores", "2", *TARGETS)
        assert result.returncode != 0
        assert "Read-only file system" in result.stdout
        assert "processed" in result.stdout
    same(mini.results(), mini_run.results())
    assert mini.run() == {}


@pytest.mark.parametrize(
    ("table", "lost"),
    [
        ("readings.parquet", "processed/linked/links.parquet"),
        ("corrected/records_corrected.parquet", "results/tables/funnel.csv"),
    ],
)
def test_damaged_table_is_named_and_made_again(mini: MiniProject, mini_run: MiniProject, table: str, lost: str) -> None:
    damaged = mini.path / "processed" / table
    content = bytearray(damaged.read_bytes())
    content[len(content) // 3 :] = b"\0" * (len(content) - len(content) // 3)
    damaged.write_bytes(content)
    (mini.path / lost).unlink()
    result = mini.snakemake("--cores", "2", *TARGETS)
    assert result.returncode != 0
    assert f"processed/{table}: is not a readable Parquet file" in result.stdout
    assert "remedy: delete the file and run again" in result.stdout
    damaged.unlink()
    # what nothing else waits for is made when it is asked for by name, as the rule `all` does
    mini.run(*sorted(mini_run.results().keys() - mini.results().keys()))
    same(mini.results(), mini_run.results())


def looped(what: str) -> bytes:
    """A PDF whose objects lead back to themselves."""
    objects = {
        "pages": {2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"},
        "parent": {5: b"<< /Type /Page /Parent 5 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"},
        "form": {
            3: b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 3 0 R >> >> "
            b"/Length 5 >>\nstream\n/F Do\nendstream",
            5: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R "
            b"/Resources << /XObject << /F 3 0 R >> >> >>",
        },
        "length": {4: b"<< /Length 4 0 R >>\nstream\n/F Do\nendstream"},
    }[what]
    pdf = broken.raw_pdf(1, b"/F Do /F Do")
    parts = []
    for part in pdf.split(b"endobj\n"):
        number = part.split(b" 0 obj\n")[0].rsplit(b"\n", 1)[-1]
        changed = objects.get(int(number)) if number.isdigit() else None
        parts.append(number + b" 0 obj\n" + changed + b"\n" if changed else part)
    return b"%PDF-1.4\n" + b"endobj\n".join(parts).removeprefix(b"%PDF-1.4\n")


def test_papers_made_to_harm_cost_one_status_each(mini: MiniProject) -> None:
    before = pd.read_parquet(mini.path / "processed/readings.parquet")
    harmful = {
        "loop-of-pages": looped("pages"),
        "loop-of-parents": looped("parent"),
        "loop-of-forms": looped("form"),
        "loop-of-lengths": looped("length"),
        "loop-of-tables": broken.raw_pdf(1).replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
        "bomb": broken.inflated(2000),
        "pages": broken.raw_pdf(10_000),
        "locked": broken.encrypted("a password"),
        "empty": broken.empty_file(),
        "web-page": broken.web_page(),
    }
    for name, content in harmful.items():
        (mini.path / f"papers/{name}.pdf").write_bytes(content)
    os.mkfifo(mini.path / "papers/pipe.pdf")
    (mini.path / "papers/folder.pdf").mkdir()
    (mini.path / "papers/dangling.pdf").symlink_to("/no/such/paper.pdf")
    outside = set(mini.path.parent.iterdir())
    result = mini.snakemake("--cores", "2", *TARGETS)
    assert result.returncode == 0, result.stdout[-4000:]
    files = pd.read_parquet(mini.path / "processed/paper_files.parquet").set_index("file")["status"]
    assert set(files.index) == {f"{name}.pdf" for name in (*harmful, *PAPERS)}
    assert files[[f"{name}.pdf" for name in PAPERS]].eq("read").all()
    assert not files[[f"{name}.pdf" for name in harmful]].eq("read").any()
    statuses = pd.read_parquet(mini.path / "processed/paper_statuses.parquet").set_index("paper_id")["status"]
    assert statuses[list(PAPERS)].eq("read").all()
    after = pd.read_parquet(mini.path / "processed/readings.parquet")
    pd.testing.assert_frame_equal(after[after["paper_id"].isin(PAPERS)].reset_index(drop=True), before)
    assert set(mini.path.parent.iterdir()) == outside
