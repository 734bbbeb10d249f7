"""Files that people write count by what they say: every rule that takes one marks it and carries its digest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Checkout
from typeset import CASES

# every job of the plan with its inputs that no rule makes: rule, file, whether its date is ignored, its digest
PROGRAM = """
import contextlib, io, json, sys
from pathlib import Path
from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings

with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
    settings = ConfigSettings(config=json.loads(sys.argv[1]))
    planned = api.workflow(ResourceSettings(cores=1), settings, snakefile=Path("Snakefile"))
    with contextlib.redirect_stdout(io.StringIO()):
        planned.dag().printrulegraph()
    jobs = planned._workflow.dag.jobs
    made = {str(file) for job in jobs for file in job.output}
    found = []
    for job in jobs:
        # what the engine compares: none that it takes to follow from the names of the inputs
        compared = {name: held for p in job.non_derived_params if isinstance(p, dict) for name, held in p.items()}
        found += [
            [job.rule.name, str(file), bool(file.is_ancient), compared.get(str(file))]
            for file in job.input if str(file) not in made and not str(file).endswith(".pdf")
        ]
    print(json.dumps(found))
"""


@pytest.mark.parametrize("papers", [None, "papers"])
def test_every_rule_knows_what_the_files_say_that_no_rule_makes(checkout: Checkout, papers: str | None) -> None:
    (checkout.path / "papers").mkdir()
    (checkout.path / "papers/1706.03762.pdf").write_bytes(CASES["three_horizontal_rules"].typeset()[0])
    environment = {**os.environ, "PYTHONPATH": str(checkout.path / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps({"papers": papers} if papers else {})],
        cwd=checkout.path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    found = json.loads(result.stdout)
    assert {Path(file).parts[0] for _, file, _, _ in found} == {"raw", "workflow", "docs", "CITATION.cff"}
    dated = sorted({(rule, file) for rule, file, ancient, _ in found if not ancient})
    assert dated == [], "mark these inputs as written(...), since their dates say nothing"
    unknown = sorted({(rule, file) for rule, file, _, digest in found if not digest})
    assert unknown == [], "these rules lack `content=content` among their parameters"
