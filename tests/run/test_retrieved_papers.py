"""Papers fetched by the run itself from a server on this machine: what is there is not fetched again."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import yaml

from mini_project import MiniProject, mini_project, paper
from misbehaving_server import serving

TARGETS = ("processed/extracted/study/fits.parquet", "processed/retrievals.parquet", "processed/paper_statuses.parquet")
KNOWN = ("1609.07843", "1707.05589")


def arxiv_alone(project: MiniProject) -> None:
    """Take from the manifest every address that is not arXiv's, so that no other machine is asked, and what is pinned:
    the papers served are others."""
    path = project.path / "raw/papers.csv"
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        free = [{**row, "version": "", "sha256": ""} for row in rows]
        writer.writerows(row if row["arxiv_id"] else {**row, "url": ""} for row in free)


def run(project: MiniProject) -> str:
    result = project.snakemake("--cores", "2", *TARGETS)
    assert result.returncode == 0, result.stdout[-4000:]
    return result.stdout


def papers_read(project: MiniProject) -> set[str]:
    statuses = pd.read_parquet(project.path / "processed/paper_statuses.parquet")
    return set(statuses.loc[statuses["file"].notna(), "paper_id"])


def test_papers_of_the_manifest_are_fetched_once(tmp_path: Path) -> None:
    project = mini_project(tmp_path / "checkout", "arxiv")
    arxiv_alone(project)
    with serving(b"") as server:
        server.papers = {paper_id: paper(number) for number, paper_id in enumerate(KNOWN)}
        file = project.path / "config/config.yaml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        config["reading"]["batches"] = 4
        config["retrieval"] |= {
            "seconds_between_requests": 0, "attempts": 1, "private_addresses": True,
            "arxiv_pdfs": f"{server.address}/pdf/", "arxiv_interface": f"{server.address}/api/query",
        }  # fmt: skip
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        run(project)
        folder = project.path / "raw/pdf"
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            f"{paper_id}.pdf": content for paper_id, content in server.papers.items()
        }
        retrievals = pd.read_parquet(project.path / "processed/retrievals.parquet").set_index("paper_id")["status"]
        assert set(retrievals) == {"retrieved", "not_found", "no_address"}
        assert set(retrievals[retrievals == "retrieved"].index) == set(KNOWN)
        assert papers_read(project) == set(KNOWN)
        assert "Nothing to be done" in run(project)

        server.papers["2401.00001"] = paper(3)
        server.asked.clear()
        project.add("2401.00001", "--title", "A new paper")
        output = run(project)
        assert "read_papers" in output
        assert "/pdf/2401.00001" in server.paths
        assert {f"/pdf/{paper_id}" for paper_id in KNOWN} & set(server.paths) == set()
        assert papers_read(project) == {*KNOWN, "2401.00001"}
        assert "Nothing to be done" in run(project)
