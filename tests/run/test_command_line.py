"""Every subcommand under encodings that lack its characters, and in folders that are not the project's.

In: a finished run, a typeset paper. Out: what the commands print, and how they end.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
from PIL import Image

from conftest import ROOT, Checkout, copy_checkout
from lmprogress.cli import command_line
from lmprogress.core import tables
from lmprogress.releasing.publishing import LIST, publish
from typeset import CASES

PAPER = "1609.07843"


def subcommands() -> set[str]:
    (choices,) = (a.choices for a in command_line()._actions if isinstance(a, argparse._SubParsersAction))
    return set(choices)


def said(folder: Path, *arguments: str | bytes, encoding: str = "utf-8", python: str = sys.executable):
    """What `lmprogress` does in `folder`, its words decoded from `encoding`."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = str(ROOT / "workflow") if python == sys.executable else ""
    command = [python, "-m", "lmprogress.cli", *arguments]
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    ended.stdout, ended.stderr = ended.stdout.decode(encoding), ended.stderr.decode(encoding)
    return ended


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "papers" / f"{PAPER}.pdf"
    path.parent.mkdir()
    path.write_bytes(CASES["three_horizontal_rules"].typeset()[0])
    return path


# by subcommand: its arguments in the folder of a finished run, given a paper, and the exit status
COMMANDS: dict[str, tuple[Callable[[Path], list[str]], int]] = {
    "read": (lambda paper: [str(paper), "--out", str(paper.parent / "é.parquet")], 0),
    "systems": (lambda paper: [str(paper), "--out", str(paper.parent / "é.csv")], 0),
    "snapshot": (lambda paper: ["check", str(paper)], 1),
    "review": (lambda paper: [str(paper), "--out", str(paper.parent / "é.html")], 0),
    "discover": (lambda paper: ["--list", str(paper.parent / "é.txt")], 1),
    "accept": (lambda paper: [str(paper.parent / "é.csv")], 1),
    "add": (lambda paper: [PAPER, "--offline"], 0),
    "evaluations": (lambda paper: ["add", str(paper.parent / "é.json"), "--by", "Zoë"], 1),
    "budget": (lambda paper: ["1e24", "--served", "1e12"], 0),
    "trace": (lambda paper: ["corrected:17"], 0),
    "open": (lambda paper: ["é"], 1),
    "audit": (lambda paper: ["--check", "conservation"], 0),
    "diff": (lambda paper: [".", "."], 0),
    "release": (lambda paper: ["é"], 1),
    "publish": (lambda paper: [str(paper.parent / "é"), "--address", "é"], 1),
    "dictionary": (lambda paper: [], 0),
    "defects": (lambda paper: [], 0),
    "table-audit": (lambda paper: ["--no-effects"], 0),
}


def test_no_subcommand_is_forgotten() -> None:
    assert COMMANDS.keys() == subcommands()


@pytest.mark.parametrize(
    ("name", "encoding"), [*((name, "ascii") for name in COMMANDS), ("trace", "latin-1"), ("trace", "cp1252")]
)
def test_each_says_as_much_in_an_encoding_that_lacks_its_characters(
    first_run: Checkout, paper: Path, name: str, encoding: str
) -> None:
    arguments, status = COMMANDS[name]
    plain, whole = (said(first_run.path, name, *arguments(paper), encoding=e) for e in (encoding, "utf-8"))
    assert (plain.returncode, whole.returncode) == (status, status), plain.stderr + whole.stderr
    told = [(ended.stdout + ended.stderr).splitlines() for ended in (plain, whole)]
    assert len(told[0]) == len(told[1]) > 0
    assert "Traceback" not in plain.stderr


def test_what_programs_read_is_the_same_in_every_encoding(first_run: Checkout) -> None:
    for arguments in (["trace", "headline", "--json"], ["audit", "--check", "conservation", "--json"]):
        plain, whole = (said(first_run.path, *arguments, encoding=encoding).stdout for encoding in ("ascii", "utf-8"))
        assert json.loads(plain) == json.loads(whole)


def test_the_site_of_a_run_holds_what_its_pages_link_to(first_run: Checkout, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(first_run.path, site, "https://example.org/lm")
    pages = {
        path.name: re.sub(r"(<script[^>]*>).*?</script>", r"\1", path.read_text("utf-8"), flags=re.S)
        for path in site.glob("*.html")
    }
    assert pages.keys() > {path.name for path in (first_run.path / "results/report").glob("*.html")}
    linked = {
        (name, unquote(unescape(a)))
        for name, page in pages.items()
        for a in re.findall(r'\b(?:href|src)="([^"#]+)', page)
    }
    inside = {(name, address) for name, address in linked if not re.match(r"\w+:", address)}
    assert {address for _, address in inside} > {
        "tables/verdict.csv",
        "provenance/root.txt",
        "releases.html",
        "charts.js",
    }
    assert [link for link in sorted(inside) if not (site / link[1]).is_file()] == []
    for name, page in pages.items():
        assert '<meta name="description" content="How fast' in page
        address = f"https://example.org/lm/{'' if name == 'index.html' else name}"
        assert f'<link rel="canonical" href="{address}">' in page
        assert f"<loc>{address}</loc>" in (site / "sitemap.xml").read_text("utf-8")
        assert '<meta property="og:image" content="https://example.org/lm/preview.png">' in page
    with Image.open(site / "preview.png") as preview:
        assert preview.size == (1200, 630)
    sums = dict(line.split("  ")[::-1] for line in (site / LIST).read_text("utf-8").splitlines())
    there = {
        p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in site.rglob("*")
        if p.is_file()
    }
    assert sums == {name: digest for name, digest in there.items() if name != LIST}


def test_plain_forms_read_as_they_are_meant(tmp_path: Path) -> None:
    plain, whole = (said(tmp_path, "budget", "1e24", encoding=encoding).stdout for encoding in ("ascii", "utf-8"))
    assert plain == whole.replace("×", "x").replace("–", "-") != whole


def test_a_name_that_is_no_text_is_printed(paper: Path) -> None:
    out = os.fsencode(paper.parent) + b"/\xff.parquet"
    ended = said(paper.parent, "read", str(paper), "--out", out)
    assert ended.returncode == 0, ended.stderr
    assert r"\udcff.parquet" in ended.stdout


# ---- elsewhere ------------------------------------------------------------------------------------------------------


def test_reading_and_budgets_need_no_folder_of_the_project(paper: Path, tmp_path: Path) -> None:
    for folder in (ROOT, paper.parent):
        assert said(folder, "read", str(paper), "--out", str(tmp_path / f"{folder.name}.parquet")).returncode == 0
    here, elsewhere = (tables.read(tmp_path / f"{folder.name}.parquet", "readings") for folder in (ROOT, paper.parent))
    assert not here.empty
    pd.testing.assert_frame_equal(here, elsewhere)
    assert "Hoffmann et al. 2022" in said(tmp_path, "budget", "1e24").stdout


def test_a_paper_without_results_is_named(paper: Path, tmp_path: Path) -> None:
    (paper.parent / "tokens alone.pdf").write_bytes(CASES["training_tokens_in_prose"].typeset()[0])
    ended = said(tmp_path, "systems", str(paper.parent), "--out", "systems.csv")
    assert ended.returncode == 0, ended.stderr
    found = tables.read_csv(tmp_path / "systems.csv", "candidate_systems")
    entering = int(found["enters"].sum())
    assert f"papers: 2, candidate systems: {len(found)}, of which enter: {entering}\n" in ended.stdout
    assert len(found) and set(found["paper_id"]) == {PAPER}
    (silent,) = (line for line in ended.stderr.splitlines() if line.startswith("no result of a benchmark in: "))
    assert PAPER not in silent and silent.count(",") == 0


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - {"read", "systems", "review", "budget", "dictionary"}))
def test_the_others_say_that_this_is_not_the_folder(name: str, paper: Path, tmp_path: Path) -> None:
    # as in another workflow of the same layout
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("samples: all\n", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    ended = said(tmp_path, name, *COMMANDS[name][0](paper))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"lmprogress: {tmp_path}: this is not an lmprogress folder\n"), ended.stderr
    assert f"{ROOT}\n" in ended.stderr and "version control" not in ended.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_folder_that_lacks_one_file_is_told_which(checkout: Checkout, paper: Path) -> None:
    (checkout.path / "config/config.yaml").unlink()
    ended = said(checkout.path, "read", str(paper), "--out", str(paper.parent / "readings.parquet"))
    assert "config/config.yaml: is missing" in ended.stderr, ended.stderr


def test_settings_of_the_folder_come_before_those_of_the_package(checkout: Checkout, paper: Path) -> None:
    checkout.replace("config/config.yaml", "    seconds: 60\n", "    second: 60\n")
    ended = said(checkout.path, "read", str(paper), "--out", str(paper.parent / "readings.parquet"))
    assert "second" in ended.stderr and ended.returncode == 1


def test_a_package_that_is_no_checkout_brings_what_they_need(paper: Path, tmp_path: Path) -> None:
    source = copy_checkout(ROOT, tmp_path / "source", ("workflow", "config", "raw", "pyproject.toml", "LICENSE")).path
    shutil.copy(ROOT / "README.md", source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    built = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(source)]
    subprocess.run(built, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if name.endswith((".pdf", "systems.csv"))]
    shutil.rmtree(source)
    own = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(own)], check=True)
    python = own / "bin/python"
    (packages,) = own.glob("lib/python3*/site-packages")
    # all but the package itself comes from the environment of the tests
    (packages / "tests.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path), "utf-8")
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(wheel)], check=True, capture_output=True)
    ended = said(tmp_path, "read", str(paper), "--out", str(tmp_path / "readings.parquet"), python=str(python))
    assert ended.returncode == 0, ended.stderr
    assert len(tables.read(tmp_path / "readings.parquet", "readings")) > 0
    budget = said(tmp_path, "budget", "1e24", python=str(python))
    assert "Hoffmann et al. 2022" in budget.stdout, budget.stderr
    refused = said(tmp_path, "trace", "corrected:17", python=str(python))
    assert "this is not an lmprogress folder" in refused.stderr and "Snakefile" in refused.stderr
