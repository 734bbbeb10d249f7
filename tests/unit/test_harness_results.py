"""`lmprogress evaluations add`: results of the harness become evaluations of training runs, or are refused."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lmprogress.cli import main

ROOT = Path(__file__).resolve().parents[2]
FALCON, FAMILY = "2311.16867", "EleutherAI/pythia-1.4b"
Json = dict[str, Any]


def since_04(model: str, parameters: int | None = None) -> Json:
    """The layout of version 0.4 and later."""
    return {
        "results": {"wikitext": {"alias": "wikitext", "word_perplexity,none": 14.72, "bits_per_byte,none": 0.7}},
        "versions": {"wikitext": 2.0},
        "n-shot": {"wikitext": 0},
        "n-samples": {"wikitext": {"original": 62, "effective": 62}},
        "config": {
            "model": "hf", "model_args": f"pretrained={model},revision=main", "limit": None,
            "model_num_parameters": parameters, "model_sha": "fedc38a16eea3bd36a96b906d78d11d2ce18ed79",
        },
        "date": 1714564800.25, "lm_eval_version": "0.4.2", "model_name": model, "chat_template": None,
    }  # fmt: skip


def before_04(model: str) -> Json:
    """The layout of earlier versions."""
    return {
        "results": {"wikitext": {"word_perplexity": 16.4, "byte_perplexity": 1.7, "bits_per_byte": 0.77}},
        "versions": {"wikitext": 1},
        "config": {"model": "hf-causal", "model_args": f"pretrained={model}", "num_fewshot": 0, "limit": None},
    }


class Project:
    """The project's own settings and raw tables, in a folder of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(ROOT / "config", path / "config")
        shutil.copytree(ROOT / "raw", path / "raw", ignore=shutil.ignore_patterns("snapshot", "pdf", "reference"))

    def add(self, said: Json | bytes, *arguments: str) -> int:
        file = self.path / "results_x.json"
        file.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
        return main(["evaluations", "add", str(file), "--by", "A. Person", *arguments])

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows after those that were there."""
        with (ROOT / f"raw/{name}.csv").open(newline="", encoding="utf-8") as file:
            n_before = len(list(csv.DictReader(file)))
        with (self.path / f"raw/{name}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))[n_before:]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def test_a_new_system_has_the_facts_of_its_family(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.add(since_04("tiiuae/falcon-7b", 7217189760)) == 1
    assert f"lmprogress add {FALCON}" in capsys.readouterr().err
    assert main(["add", FALCON, "--offline", "--title", "Falcon", "--date", "2023-11-28"]) == 0
    assert project.add(since_04("tiiuae/falcon-7b", 7217189760)) == 0
    (evaluation,), (system,) = project.rows("evaluations"), project.rows("systems")
    assert (evaluation["system_id"], evaluation["benchmark"], float(evaluation["perplexity"])) == (
        f"{FALCON}/falcon-7b", "wt2", 14.72,
    )  # fmt: skip
    for part in ("evaluated by A. Person", "0.4.2", "task wikitext version 2", "fedc38a1", "2024-05-01", "sha256 "):
        assert part in evaluation["source"]
    assert (system["paper_id"], float(system["n_parameters"]), float(system["dataset_size_tokens"])) == (
        FALCON, 7.0e9, 1.5e12,
    )  # fmt: skip
    assert system["zero_shot"] == "1"
    before = [(project.path / f"raw/{name}.csv").read_bytes() for name in ("evaluations", "systems")]
    assert project.add(since_04("tiiuae/falcon-7b", 7217189760)) == 0
    assert "stands in" in capsys.readouterr().out
    assert before == [(project.path / f"raw/{name}.csv").read_bytes() for name in ("evaluations", "systems")]


def test_a_result_is_attached_to_the_training_run_that_stands_there(project: Project) -> None:
    path = project.path / "raw/evaluations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("2205.01068/opt-6.7b,")), encoding="utf-8")
    assert project.add(before_04("facebook/opt-6.7b")) == 0
    with path.open(newline="", encoding="utf-8") as file:
        last = list(csv.DictReader(file))[-1]
    assert last["system_id"] == "2205.01068/opt-6.7b" and project.rows("systems") == []
    assert "before 0.4" in last["source"]


def test_another_value_is_not_added_beside_the_one_that_stands_there(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.add(before_04("facebook/opt-1.3b")) == 1
    said = capsys.readouterr().err
    assert "has one on wt2 already: 16.41" in said and "corrections.csv" in said
    assert project.rows("evaluations") == []


CHANGES: dict[str, Callable[[Json], object]] = {
    "limit 10": lambda said: said["config"].update(limit=10),
    "5 examples": lambda said: said["n-shot"].update(wikitext=5),
    "30 of 62 documents": lambda said: said["n-samples"]["wikitext"].update(effective=30),
    "chat_template": lambda said: said.update(chat_template="{{x}}"),
    "load_in_4bit": lambda said: said["config"].update(model_args=f"pretrained={FAMILY},load_in_4bit=True"),
    "peft=": lambda said: said["config"].update(model_args={"pretrained": FAMILY, "peft": "x/y"}),
    "revision step1000": lambda said: said["config"].update(model_args=f"pretrained={FAMILY},revision=step1000"),
    "no task that measures": lambda said: said.update(results={"lambada": {"perplexity,none": 5}}),
    "no perplexity per word": lambda said: said["results"]["wikitext"].update({"word_perplexity,none": "N/A"}),
    "names no family": lambda said: said.update(model_name="someone/thing-7b"),
    "pythia-1.4b-finetuned": lambda said: said.update(model_name="someone/pythia-1.4b-finetuned"),
    "more than Pythia and its size: tuned": lambda said: said.update(model_name="someone/tuned-pythia-1.4b"),
    "does not end in one of its sizes": lambda said: said.update(model_name="EleutherAI/pythia-5b"),
    "not in raw/papers.csv": lambda said: said.update(model_name="tiiuae/falcon-7b"),
}


@pytest.mark.parametrize("problem", CHANGES)
def test_what_cannot_be_compared_is_refused(project: Project, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = since_04(FAMILY)
    CHANGES[problem](said)
    assert project.add(said) == 1
    message = capsys.readouterr().err
    assert problem in message and "remedy" in message and "results_x.json" in message
    assert project.rows("evaluations") == project.rows("systems") == []


@pytest.mark.parametrize("content", [json.dumps(since_04(FAMILY)).encode()[:200], b"", b"[]", b"{}", b"\xff"])
def test_a_file_cut_in_half_is_refused(project: Project, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.add(content) == 1
    assert "is cut off, or is no results file" in capsys.readouterr().err
    assert project.rows("evaluations") == []


def test_a_system_can_be_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.add(since_04("someone/x"), "--system", "no/such") == 1
    assert "--system" in capsys.readouterr().err
    assert project.add(since_04("someone/x"), "--system", "2302.00845/cd-grab-wt2") == 1  # it has one on wt2
    assert project.add(since_04("someone/x"), "--system", "2102.12459/sru-large") == 0
    assert project.rows("evaluations")[0]["system_id"] == "2102.12459/sru-large"
