"""The workflow as Snakemake's own checkers see it, and what every rule must have."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Checkout
from lmprogress.core.code_digest import _module

RULES = sorted((ROOT / "rules").glob("*.smk"))
# the reason stands at the head of the Snakefile: one locked environment serves every rule
ACCEPTED = {"Specify a conda environment or container for each rule."}


def test_lint_finds_nothing_but_what_the_snakefile_explains(checkout: Checkout) -> None:
    found = re.findall(r"^    \* (.+?):?$", checkout.snakemake("--lint", "-s", "workflow/Snakefile").stdout, re.M)
    assert {lint.rstrip(":") for lint in found} == ACCEPTED
    assert "conda" in (ROOT / "Snakefile").read_text(encoding="utf-8")


def test_snakefmt_changes_nothing() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "snakefmt", "--check", "Snakefile", "rules"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr


def rules() -> list[tuple[str, str]]:
    found = []
    for path in RULES:
        # a rule may stand within a condition, further to the right
        text = path.read_text(encoding="utf-8")
        for rule in re.finditer(r"^( *)(?:rule|checkpoint) (\w+):\n(.*?)(?=^(?! *$)(?!\1 )|\Z)", text, re.M | re.S):
            found.append((rule[2], re.sub(rf"^{rule[1]}", "", rule[3], flags=re.M)))
    return found


@pytest.mark.parametrize(("name", "body"), rules())
def test_every_rule_has_what_it_needs(name: str, body: str) -> None:
    assert re.match(r'    """.+"""\n', body), "a docstring"
    for part in ("log:", "benchmark:", "script:", f'code=code("{name}")', f"workflow/scripts/{name}.py"):
        assert part in body, part
    assert (ROOT / f"workflow/scripts/{name}.py").is_file()


def test_every_script_has_a_rule() -> None:
    scripts = {path.stem for path in (ROOT / "workflow/scripts").glob("*.py")}
    assert scripts == {name for name, _ in rules()}


def test_rules_that_take_over_another_have_files_of_their_own() -> None:
    """Their script, its digest and all parameters but those named are the other's."""
    text = "".join(path.read_text(encoding="utf-8") for path in RULES)
    found = re.findall(r"^use rule (\w+) as (\w+) with:\n((?: .*\n|\n)+)", text, re.M)
    assert found
    for other, name, body in found:
        assert {other} <= {rule for rule, _ in rules()}
        for part in ("input:", "output:", f"{name}.log", f"{name}.tsv"):
            assert part in body, (name, part)


def test_statistics_reach_no_code_of_figures() -> None:
    """A new colour must not fit a law again: the digest of a rule counts all that its script can reach."""
    # the audit writes the pages again
    pages = {"plot_figures", "write_report", "audit_run"}
    for script in (ROOT / "workflow/scripts").glob("*.py"):
        reached, todo = set[Path](), {script}
        while todo:
            reached |= todo
            todo = {file for path in todo for file in _module(path)[1]} - reached
        # the catalogue draws nothing: it names figures, which the audit looks for
        drawing = {path.stem for path in reached if path.parent.name == "figures"} - {"__init__", "catalogue"}
        assert bool(drawing) == (script.stem in pages), (script.stem, drawing)
