"""The reader's words and limits, checked.

In: the mappings of config/reading.yaml, prose.yaml and benchmarks.yaml. Out: a ReadingVocabulary, or an InputError.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lmprogress.core.settings import check, load_benchmarks, load_families
from lmprogress.core.settings_prose import ProseVocabulary
from lmprogress.core.yaml_files import load_yaml

Words = Annotated[tuple[str, ...], Field(min_length=1)]
Said = Literal["derived", "released", "ensemble", "scratch", "subword", "word", "renormalised", "untrained"]
Setting = Literal["zero_shot", "dynamic_evaluation", "cache", "ensemble", "fine_tuned"]


class ReadingVocabulary(BaseModel):
    """config/reading.yaml, config/prose.yaml, and the names in config/benchmarks.yaml and config/families.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    benchmarks: dict[str, Words]
    translations: dict[str, Annotated[str, Field(min_length=1)]]
    short_benchmarks: dict[str, Words]
    perplexity: Words
    other_metrics: tuple[Words, ...]
    other_columns: tuple[Words, ...]
    captions_without_results: Words
    parameters: Words
    not_parameters: Words
    sizes: Words
    size_qualities: Words
    resized: Words
    benchmark_endings: Words
    kinds_of_words: Words
    corpus_headers: Words
    unchanged_corpora: Words
    other_benchmarks: Words
    other_benchmarks_in_tables: Words
    splits: dict[Literal["test", "valid"], Words]
    not_splits: Words
    splits_in_text: dict[Literal["test", "valid"], Words]
    training: Words
    own_words: Words
    quoted_words: Words
    run_words: Words
    taken_words: Words
    baseline_words: Words
    unchanged_headers: Words
    kinds: dict[Said, Words]
    many_derived_words: Annotated[int, Field(ge=1)]
    unchanged_systems: Words
    adaptations: dict[Literal["retrieval", "adaptive_state"], Words]
    evaluated_only: Words
    trains_words: Words
    trains_not_words: Words
    families: dict[str, Words]
    citations: Words
    settings: dict[Setting, Words]
    least_perplexity: Annotated[float, Field(ge=1)]
    most_perplexity: Annotated[float, Field(gt=1)]
    least_perplexity_in_text: Annotated[float, Field(ge=1)]
    most_perplexity_in_text: Annotated[float, Field(gt=1)]
    most_pages: Annotated[int, Field(ge=1)]
    confidence: dict[str, Annotated[float, Field(ge=0, le=1)]]
    prose: ProseVocabulary

    @field_validator("citations")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
        return patterns

    @field_validator("confidence")
    @classmethod
    def _has_other(cls, confidence: dict[str, float]) -> dict[str, float]:
        if "other" not in confidence:
            raise ValueError("needs an entry 'other' for evidence that is not listed")
        return confidence


def load_reading_vocabulary(
    path: str | Path = "config/reading.yaml",
    benchmarks: str | Path = "config/benchmarks.yaml",
    prose: str | Path | None = None,
    families: str | Path | None = None,
) -> ReadingVocabulary:
    """The reader's words and limits; `prose`, `families` are the files of that name beside `path` unless given.

    Raises InputError where a file is missing or a key is wrong.
    """
    prose = prose or Path(path).with_name("prose.yaml")
    content = {
        **load_yaml(path),
        "benchmarks": {k: b.synonyms for k, b in load_benchmarks(benchmarks).items()},
        "families": {k: f.words for k, f in load_families(families or Path(path).with_name("families.yaml")).items()},
        "prose": check(ProseVocabulary, load_yaml(prose), str(prose)),
    }
    return check(ReadingVocabulary, content, str(path))
