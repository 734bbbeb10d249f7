"""Bad settings: every error of a file at once, each with its line and what was probably meant."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from lmprogress.core.errors import InputError
from lmprogress.core.settings import load_architectures, load_benchmarks, load_config, load_models
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.core.yaml_files import line_of_key, load_yaml


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of config/."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    return tmp_path / "config"


def load(config: Path) -> None:
    load_config(load_yaml(config / "config.yaml"), load_models(config / "models.yaml"), str(config / "config.yaml"))
    load_architectures(config / "architectures.yaml")
    load_reading_vocabulary(config / "reading.yaml", config / "benchmarks.yaml")


def refused(act: Callable[[], object]) -> InputError:
    with pytest.raises(InputError) as caught:
        act()
    return caught.value


def replace(file: Path, *changes: tuple[str, str]) -> list[int]:
    """Replace the first of each text; the lines at which they stood."""
    text, lines = file.read_text(encoding="utf-8"), []
    for old, new in changes:
        assert old in text, old
        lines.append(text[: text.index(old)].count("\n") + 1)
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    return lines


def test_the_settings_as_they_are_pass(config: Path) -> None:
    load(config)


def test_all_errors_of_a_file_come_at_once_with_their_lines(config: Path) -> None:
    file = config / "config.yaml"
    lines = replace(
        file,
        ("unit: paper_id", "unit: paper"),
        ("keep: 3", "keep: three"),
        ("interval_percent: 95", "interval_percentt: 95"),
        ("dpi: 300", "dpii: 300"),
    )
    error = refused(lambda: load(config))
    said = str(error).splitlines()
    assert said[0] == f"{file}: 4 errors"
    for line, key, problem in zip(
        lines,
        ("editions.published.cap.unit", "editions.published.cap.keep", "interval_percentt", "figures.dpii"),
        ("did you mean 'paper_id'?", "found 'three'", "did you mean 'interval_percent'?", "did you mean 'dpi'?"),
        strict=True,
    ):
        assert [each for each in said if f"line {line}, {key}: " in each and problem in each], (line, key, said)
    assert sum("remedy:" in each for each in said) == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "said"),
    [
        ("config.yaml", "reading:", "readings:", "readings", "did you mean 'reading'?"),
        ("config.yaml", "    - hicks_neutral\n", "    - hicks_neutrall\n", None, "did you mean 'hicks_neutral'?"),
        ("models.yaml", "    label:", "    lable:", None, "did you mean 'label'?"),
        ("models.yaml", "column: time", "column: tme", None, "did you mean 'time'?"),
        ("benchmarks.yaml", "  synonyms:", "  synonym:", None, "did you mean 'synonyms'?"),
        ("architectures.yaml", ", transformer:", ", transformr:", None, "did you mean 'transformer'?"),
        ("reading.yaml", "most_pages:", "most_page:", "most_page", "did you mean 'most_pages'?"),
        ("prose.yaml", "most_epochs:", "most_epoch:", "most_epoch", "did you mean 'most_epochs'?"),
    ],
)
def test_a_misspelt_name_is_told_with_the_one_that_was_meant(
    config: Path, file: str, old: str, new: str, key: str | None, said: str
) -> None:
    (line,) = replace(config / file, (old, new))
    error = refused(lambda: load(config))
    assert (error.file, said in error.problem) == (str(config / file), True), str(error)
    assert error.row == line
    assert key is None or error.key == key
    assert "command line" not in error.problem


def test_errors_of_several_entries_come_together(config: Path) -> None:
    text = (config / "benchmarks.yaml").read_text(encoding="utf-8")
    (config / "benchmarks.yaml").write_text(text.replace("training_tokens:", "tokens:"), encoding="utf-8")
    error = refused(lambda: load_benchmarks(config / "benchmarks.yaml"))
    assert re.match(r"\d+ errors", error.problem)
    assert error.problem.count("unknown key") == text.count("training_tokens:") > 1


def test_what_an_anchor_holds_is_told_once(config: Path) -> None:
    text = (config / "config.yaml").read_text(encoding="utf-8")
    assert text.count("*cap") > 0
    replace(config / "config.yaml", ("keep: 3", "keep: 0"))
    assert "errors" not in refused(lambda: load(config)).problem


@pytest.mark.parametrize("file", ["config", "models", "benchmarks", "architectures", "reading", "prose"])
def test_a_key_that_stands_twice_is_refused(config: Path, file: str) -> None:
    path = config / f"{file}.yaml"
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    key = re.findall(r"^(\w+):", text, re.M)[0]
    path.write_text(f"{text}{key}: 1\n", encoding="utf-8")
    error = refused(lambda: load(config))
    first = text[: re.search(rf"^{key}:", text, re.M).start()].count("\n") + 1  # type: ignore[union-attr]
    assert (error.file, error.key, error.row) == (str(path), key, text.count("\n") + 1)
    assert f"line {first}" in error.problem


def test_a_key_that_stands_twice_below_is_refused_too(config: Path) -> None:
    (line,) = replace(config / "config.yaml", ("  dpi: 300", "  dpi: 300\n  dpi: 90"))
    error = refused(lambda: load(config))
    assert (error.key, error.row) == ("dpi", line + 1)


def test_a_setting_of_the_command_line_is_named_as_such(config: Path) -> None:
    models, file = load_models(config / "models.yaml"), str(config / "config.yaml")
    content = load_yaml(file)
    for changed in ({**content, "papres": "x"}, {**content, "interval_percent": 195}):
        error = refused(lambda changed=changed: load_config(changed, models, file))  # type: ignore[misc]
        assert "command line" in error.problem, str(error)


@pytest.mark.parametrize(("encoding", "said"), [("utf-16", "UTF-16"), ("cp1252", "not UTF-8")])
def test_a_file_in_another_encoding_is_refused(config: Path, encoding: str, said: str) -> None:
    text = (config / "config.yaml").read_text(encoding="utf-8").encode("ascii", "ignore").decode()
    (config / "config.yaml").write_bytes(f"# é\n{text}".encode(encoding))
    assert said in refused(lambda: load(config)).problem


def test_byte_order_mark_and_line_ends_change_no_setting(config: Path) -> None:
    for path in config.glob("*.yaml"):
        before = load_yaml(path)
        text = path.read_bytes()
        path.write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
        assert load_yaml(path) == before


def test_the_line_of_a_key_is_that_of_an_editor(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("a: 1\nb:\n  - {c: 1}\n  -\n    d: 2\n", encoding="utf-8")
    assert [line_of_key(file, keys) for keys in (["a"], ["b"], ["b", 0, "c"], ["b", 1, "d"], ["b", 2], ["e"])] == [
        1, 2, 3, 5, None, None,
    ]  # fmt: skip
