"""Descriptions of networks in running text: kind, layers and widths that one sentence states together.

In: a sentence. Out: the networks that it describes, with the place of each number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORDS = {"one": 1, "single": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_KINDS = {
    "transformer_xl": re.compile(r"Transformer-?\s?XL", re.IGNORECASE),
    "transformer": re.compile(r"\bTransformers?\b(?!-?\s?XL)", re.IGNORECASE),
    "lstm": re.compile(r"\bLSTMs?\b"),
    "gru": re.compile(r"\bGRUs?\b"),
    "rnn": re.compile(r"\b(?:vanilla|simple|Elman|plain) (?:RNN|recurrent)"),
}
# what else may have layers and units in a paper on language models
_OTHERS = re.compile(
    r"\b(?:CNN|convolution\w*|QRNN|RHN|highway|encoder(?! and decoder)|bidirectional|SRU|BERT\w*|controller|policy"
    r"|discriminator|classifier|speech|translation|teacher|student|character\w*)\b",
    re.IGNORECASE,
)
_LANGUAGE_MODEL = re.compile(r"\blanguage\smodel|\bLMs?\b|\bperplexit")
_N = r"(?P<n>\d{1,3}(?:,\s?\d{3})|\d+)"
_IS = r"(?:\s(?:of|is|are|was|to|equals?|set)\b|\s?[=:])*\s?"
_LAYERS = re.compile(
    rf"\b(?P<n>\d{{1,2}}|{'|'.join(_WORDS)})[\s-]?(?:(?:hidden|stacked|recurrent|LSTM|GRU|transformer|identical)[\s-])*"
    r"layer(?:s|ed)?\b(?!\s(?:MLP|perceptron|normali))",
    re.IGNORECASE,
)
_UNITS = re.compile(
    rf"\b{_N}\s(?:(?:hidden|LSTM|GRU|recurrent|memory)\s)*(?:units|cells|neurons|nodes)\b"
    rf"|\b{_N.replace('?P<n>', '?P<m>')}(?:-dimensional)?\shidden\s(?:size|states?|dimensions?)\b"
    r"|\bhidden\s(?:layers?\s|state\s|unit\s)?(?:size|dimension|dimensionality|width)s?"
    rf"{_IS}{_N.replace('?P<n>', '?P<k>')}\b",
    re.IGNORECASE,
)
_MODEL_WIDTH = re.compile(
    rf"\b(?:model\s(?:size|dimension|width)|d_?model|embedding\ssize|hidden\ssize){_IS}{_N}\b", re.IGNORECASE
)
_EMBEDDING = re.compile(
    rf"\bembeddings?\s(?:layers?\s)?(?:of\s)?(?:size|dimension|dimensionality|width)s?{_IS}{_N}\b"
    rf"|\b{_N.replace('?P<n>', '?P<m>')}[\s-]dimensional\s(?:word\s)?embeddings?\b",
    re.IGNORECASE,
)
_INNER = re.compile(
    r"\b(?:feed-?\s?forward|fully-?\s?connected|inner(?:-layer)?|intermediate|mlp hidden|FFN|FF)\s?"
    rf"(?:inner\s|network\s|layers?\s|hidden\s)*(?:size|dimension|dimensionality|width|dim)?{_IS}{_N}\b"
    rf"|\b{_N.replace('?P<n>', '?P<m>')}\s(?:intermediate|feed-?\s?forward)(?:\s(?:FF|size|dimension))?\b",
    re.IGNORECASE,
)
_SIZE = re.compile(r"\b(small|medium|large|big|base)\b", re.IGNORECASE)
_TIED = re.compile(
    r"\b(?:tied|tying|ties?|sharing|shared?)\b[^.]{0,60}\b(?:embedding|softmax|encoder and decoder|input and output)"
    r"|\b(?:embedding|weight)s?[\s-](?:tying|tied|sharing)|tied (?:embedding|weight)",
    re.IGNORECASE,
)
_ADAPTIVE = re.compile(r"\badaptive\s(?:input|embedding|softmax)", re.IGNORECASE)
_RANGE = re.compile(r"\b(?:between|ranging|from|swept|sweep\w*|search\w*|tried|vary|varied|or)\b", re.IGNORECASE)


class Number(NamedTuple):
    """A number of a description: what it counts, its value, and from `start` to `end` of the sentence."""

    quantity: str
    value: int
    start: int
    end: int


class Described(NamedTuple):
    """A network that a sentence describes: its kind, word of size, whether tied or adaptive, and the numbers."""

    kind: str
    size: str | None
    tied: bool
    adaptive: bool
    numbers: tuple[Number, ...]


def of_language_models(text: str) -> bool:
    """Whether `text` speaks of language models."""
    return bool(_LANGUAGE_MODEL.search(text))


def ties_embeddings(text: str) -> bool:
    """Whether `text` speaks of tied input and output embeddings."""
    return bool(_TIED.search(text))


def described(sentence: str) -> list[Described]:
    """The networks whose kind, layers and width `sentence` states; none where it speaks of several kinds or ranges."""
    kinds = [kind for kind, words in _KINDS.items() if words.search(sentence)]
    if len(kinds) != 1 or _OTHERS.search(sentence):
        return []
    kind = kinds[0]
    layers = list(_numbers(_LAYERS, "layers", sentence))
    widths = list(_numbers(_UNITS if kind in ("lstm", "gru", "rnn") else _MODEL_WIDTH, "hidden_size", sentence))
    if not widths and kind.startswith("transformer"):
        widths = list(_numbers(_UNITS, "hidden_size", sentence))
    if not layers or not widths or _RANGE.search(sentence, max(0, widths[0].start - 24), widths[-1].end):
        return []
    more = [
        *list(_numbers(_EMBEDDING, "embedding_size", sentence))[:2],
        *list(_numbers(_INNER, "inner_size", sentence))[:2],
    ]
    more = [n for n in more if all(n.start != width.start for width in widths)]
    tied, adaptive = bool(_TIED.search(sentence)), bool(_ADAPTIVE.search(sentence))
    if len({n.value for n in widths}) == 1 and len({n.value for n in layers}) == 1:
        sizes = {m[0].lower() for m in _SIZE.finditer(sentence)}
        size = sizes.pop() if len(sizes) == 1 else None
        once = {n.quantity for n in more}
        if len(once) < len(more):
            return []
        return [Described(kind, size, tied, adaptive, (layers[0], widths[0], *more))]
    if more:
        return []
    found = []
    for place, width in enumerate(widths):
        before = widths[place - 1].end if place else 0
        words = [m[0].lower() for m in _SIZE.finditer(sentence, before, width.start)]
        near = [n for n in layers if before <= n.start < width.start] or layers[:1]
        if not words or (len({n.value for n in layers}) > 1 and near[0].start < before):
            return []
        found.append(Described(kind, words[-1], tied, adaptive, (near[-1], width)))
    return found if len({each.size for each in found}) == len(found) else []


def _numbers(pattern: re.Pattern[str], quantity: str, sentence: str) -> Iterator[Number]:
    for match in pattern.finditer(sentence):
        name = next(name for name, value in match.groupdict().items() if value)
        text = match[name].lower()
        value = _WORDS.get(text) or int(re.sub(r"[,\s]", "", text))
        if value:
            yield Number(quantity, value, *match.span(name))
