"""Documents name what is there: files, headings, commands, settings; and the reader of sessions tells when they do not.

In: the documents of the checkout, small documents made here. Out: assertions.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from conftest import ROOT
from lmprogress.cli import main
from sessions import follow, printed_as, steps

DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), ROOT / "config/README.md", ROOT / "raw/README.md"]
PICTURE = ROOT / "docs/rate_tests.svg"


def fences(document: Path, language: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(document.read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == language]


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for address in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")):
        name, _, heading = address.partition("#")
        if "://" not in address:
            target = document.parent / name if name else document
            assert target.exists(), address
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
            assert not heading or heading in map(anchor, headings), address


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_that_are_only_shown_exist(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in "".join(fences(document, "sh")).splitlines():
        program, command = line.split()[:2]
        if program == "make":
            assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M), line
        else:
            assert program == "lmprogress", line
            with pytest.raises(SystemExit, match="0"):
                main([command, "--help"])


def test_the_map_of_outputs_names_what_the_workflow_makes() -> None:
    # those of an edition stand below its name
    rules = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "Snakefile", *ROOT.glob("rules/*.smk")])
    tables = re.findall(r"`(?:results/tables/)?(\w+)\.csv`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(tables) > 20
    for table in tables:
        assert f'"{table}"' in rules or f"/{table}" in rules, table


def test_the_headline_is_that_of_the_picture() -> None:
    (drawn,) = re.findall(r"<!-- corrected: (.+?) months (.+?) -->", PICTURE.read_text(encoding="utf-8"))
    opening = (ROOT / "README.md").read_text(encoding="utf-8").split("![")[0]
    assert f"**{drawn[0]} months** {drawn[1]}" in opening
    # nothing else is set as a headline
    assert [bold for bold in re.findall(r"\*\*([^*]+)\*\*", opening) if re.search(r"\d", bold)] == [
        f"{drawn[0]} months"
    ]
    assert PICTURE.stat().st_size < 300_000


def test_settings_are_all_named() -> None:
    page = (ROOT / "config/README.md").read_text(encoding="utf-8")
    names = {path.name for path in (ROOT / "config").glob("*.yaml")}
    sections = set(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")))
    assert {name for name in names | sections if f"`{name}`" not in page} == set()


def test_what_the_catalogue_of_workflows_asks_for_is_there() -> None:
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text(encoding="utf-8"))["usage"]
    assert set(usage) == {"mandatory-flags", "software-stack-deployment", "report"}
    # it says of itself how rules get their software, and whether the engine makes a report
    rules = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("rules/*.smk"))
    assert usage["software-stack-deployment"]["conda"] == bool(re.search(r"^ +conda:", rules, re.M))
    assert usage["report"] == ("report(" in rules)
    text = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    assert "snakemake" in text
    assert "workflow" in text
    assert (ROOT / "Snakefile").is_file()


def test_hooks_of_a_commit_are_locked_tools_that_lint_asks_too() -> None:
    lint = re.search(r"^lint:.*\n((?:\t.+\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    lock = (ROOT / "envs/dev.lock.txt").read_text(encoding="utf-8")
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        command = hook["entry"].removeprefix(".venv/bin/")
        tool = command.split()[0]
        assert lint is not None
        assert f"\t$(BIN)/{command}" in lint[1]
        assert f"\n{tool}=={importlib.metadata.version(tool)} " in lock


# ---- the reader of sessions -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n...\nd", "a\nb\nc\nd\n", True),
        ("a ... c  ", "a b c", True),
        ("...", "", True),
        ("", "", True),
        ("", "surprise", False),
        ("a", "a\nb", False),
        ("a.c", "abc", False),
        ("a\n...\nd", "a\nb", False),
    ],
)
def test_what_is_printed_must_be_what_is_shown(shown: str, printed: str, same: bool) -> None:
    assert printed_as(shown, printed) == same


GOOD = """\
## One

At the end of `list.csv`:

```csv
c,3
```

In
`list.csv`:

```diff
 a,1
-b,2
+b,4
```

A new file `new.txt`:

```text
new
```

```console
$ cat list.csv \\
>     new.txt
a,1
...
new
```

## Two

```console
$ exit 3
```
"""


def followed(text: str, folder: Path, heading: str | None = "One") -> Path:
    document, project = folder / "page.md", folder / "project"
    document.write_text(text, encoding="utf-8")
    project.mkdir()
    (project / "list.csv").write_text("a,1\nb,2\n", encoding="utf-8")
    follow(steps(document, heading), project)
    return project


def test_a_document_is_followed_to_the_letter(tmp_path: Path) -> None:
    project = followed(GOOD, tmp_path)
    assert (project / "list.csv").read_text(encoding="utf-8") == "a,1\nb,4\nc,3\n"
    assert (project / "new.txt").read_text(encoding="utf-8") == "new\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("-b,2", "-b,3", "shows lines that the file holds 0 times"),
        ("c,3", "a,1\nb,2", "shows lines that the file holds 2 times"),
        ("A new file `new.txt`:", "A new file `list.csv`:", "cannot be new here"),
        ("A new file `new.txt`:", "A new file:", "nothing says which file"),
        ("a,1\n...\nnew", "a,1\nnew", "should print"),
        ("cat list.csv", "cat list.tsv", "ends with status 1"),
        ("$ cat", "cat", "starts with a prompt"),
    ],
)
def test_a_document_that_is_wrong_fails(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(pytest.fail.Exception, match=message):
        followed(GOOD.replace(old, new), tmp_path)


def test_a_command_that_ends_badly_fails(tmp_path: Path) -> None:
    line = GOOD[: GOOD.rindex("```console")].count("\n") + 1
    with pytest.raises(pytest.fail.Exception, match=f"page.md, line {line}: exit 3\nends with status 3"):
        followed(GOOD, tmp_path, "Two")
