"""Small papers typeset by a program from known numbers, each with the readings that a reader must give."""

from typeset import (
    blind,
    captions,
    chinese,
    continued,
    corpora,
    counts,
    labelled,
    layouts,
    meanings,
    notations,
    origins,
    running_text,
    spread,
    subtables,
    told,
    variants,
)
from typeset.expected import CASES, PERPLEXITY, Case, Expected

__all__ = [
    "CASES",
    "PERPLEXITY",
    "Case",
    "Expected",
    "blind",
    "captions",
    "chinese",
    "continued",
    "corpora",
    "counts",
    "labelled",
    "layouts",
    "meanings",
    "notations",
    "origins",
    "running_text",
    "spread",
    "subtables",
    "told",
    "variants",
]
