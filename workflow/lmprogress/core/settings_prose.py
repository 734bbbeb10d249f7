"""The words by which the reader understands running text, checked.

In: the mapping of config/prose.yaml. Out: a ProseVocabulary, or a validation error that the caller names the file of.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

Words = Annotated[tuple[str, ...], Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Kind = Literal[
    "parameters",
    "size",
    "training_tokens",
    "epochs",
    "vocabulary",
    "perplexity_text",
    "network",
    "perplexity_section",
    "perplexity_paper",
    "stamp",
    "stamp_of_later_version",
    "identifier",
]


class ProseVocabulary(BaseModel):
    """config/prose.yaml: what makes a number in a sentence a quantity, what takes it away, and what names a system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    parameter_words: Words
    parameter_qualities: Words
    parameter_headings: Words
    not_whole_models: Words
    differences: Words
    model_words: Words
    not_sizes: Words
    token_words: Words
    token_qualities: Words
    not_training_data: Words
    training_words: Words
    corpora: Words
    epoch_leads: Words
    not_training_epochs: Words
    perplexity_differences_before: Words
    perplexity_differences_after: Words
    units_of_other_metrics: Words
    not_systems: Words
    system_sizes: Words
    unnamed_systems: Words
    reference_words: Words
    abbreviations: Words
    least_parameters: Annotated[float, Field(gt=0)]
    least_training_tokens: Annotated[float, Field(gt=0)]
    most_epochs: Annotated[float, Field(gt=1)]
    least_vocabulary: Annotated[float, Field(gt=0)]
    most_vocabulary: Annotated[float, Field(gt=0)]
    confidence: dict[Kind, Share]
    confidence_without_system: Share

    @field_validator("confidence")
    @classmethod
    def _is_whole(cls, confidence: dict[Kind, float]) -> dict[Kind, float]:
        if missing := sorted(set(get_args(Kind)) - set(confidence)):
            raise ValueError(f"needs an entry {missing[0]}")
        return confidence
