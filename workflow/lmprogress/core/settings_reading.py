"""The reader's words and limits, checked.

In: the mappings of config/reading.yaml, prose.yaml and benchmarks.yaml. Out: a ReadingVocabulary, or an InputError.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lmprogress.core.settings import check, load_benchmarks, load_families
from lmprogress.core.settings_prose import ProseVocabulary
from lmprogress.core.yaml_files import load_yaml

Words = Annotated[tuple[str, ...], Field(min_length=1)]
Said = Literal["derived", "released", "ensemble", "scratch", "subword", "word", "renormalised", "untrained"]
Setting = Literal["zero_shot", "dynamic_evaluation", "cache", "ensemble", "fine_tuned"]


Stated = Literal["value", "benchmark", "split", "parameters", "own"]
_EVIDENCE = (
    *("quantity_evidence", "benchmark_evidence", "split_evidence", "own_evidence", "own"),
    *("second_row", "second_column", "second_parameters", "decimals", "unit", "size_in_label"),
)


class FieldConfidence(BaseModel):
    """A logistic regression: the log odds that a field is right are `constant` and a weight for each evidence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    constant: float
    weights: dict[str, dict[str, float]]

    @field_validator("weights")
    @classmethod
    def _is_known(cls, weights: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        if unknown := sorted(set(weights) - set(_EVIDENCE)):
            raise ValueError(f"{unknown[0]} is no evidence; known are {', '.join(_EVIDENCE)}")
        return weights


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
    chosen_shares: Words
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
    confidence: dict[Stated, FieldConfidence]
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
    def _is_whole(cls, confidence: dict[Stated, FieldConfidence]) -> dict[Stated, FieldConfidence]:
        if missing := sorted(set(get_args(Stated)) - set(confidence)):
            raise ValueError(f"needs an entry {missing[0]}")
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
