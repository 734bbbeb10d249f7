"""What a setting says is not typed again in what people read, nor in the code that makes it."""

from __future__ import annotations

import re

from conftest import ROOT
from lmprogress.core.settings import load_config, load_models, load_yaml

CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), load_models(ROOT / "config/models.yaml"))
FILES = [
    path
    for folder in ("rules", "workflow")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".smk", ".py", ".md", ".rst", ".html", ".js") and "egg-info" not in str(path)
]
MAIN = CONFIG.headline
# a number of the study as its place in raw/reference names it; the study's own interval
ALLOWED = ("table11/7/0.0025", "What the study printed: median and 95 % interval")
TAIL = (100 - MAIN.interval_percent) / 2
TYPED = "|".join(
    (
        rf"\b({MAIN.specification}|{MAIN.simple_specification})\b",
        rf"(?<![\d.]){re.escape(f'{MAIN.penalty:g}')}(?!\d)",
        rf"\b{MAIN.interval_percent:g} ?(%|percent)",
        rf"\b({TAIL:g}|{100 - TAIL:g})th percentile",
        rf"\bedition=({'|'.join(CONFIG.editions)})\b",
    )
)


def typed_again(text: str) -> list[str]:
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    return [match[0] for match in re.finditer(TYPED, text)]


def test_the_search_finds_what_it_looks_for() -> None:
    for text in (f'penalty={MAIN.penalty}"', f'"{MAIN.specification}"', f"{MAIN.interval_percent:g} % interval"):
        assert typed_again(text), text


def test_no_setting_is_typed_again() -> None:
    found = {str(path.relative_to(ROOT)): typed_again(path.read_text(encoding="utf-8")) for path in FILES}
    assert len(found) > 300
    assert {name: typed for name, typed in found.items() if typed} == {}
