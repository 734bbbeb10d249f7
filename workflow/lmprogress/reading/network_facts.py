"""The size of a system that a paper does not print, computed from the network that its text describes.

In: readings of layers and widths. Out: numbers of parameters with the readings that they were computed from.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lmprogress.reading.network_sizes import Network
from lmprogress.reading.system_facts import Fact
from lmprogress.reading.text import plain

Reading = Mapping[str, Any]
DESCRIBING = ("layers", "hidden_size", "embedding_size", "inner_size")
# two-layer LSTMs follow Zaremba et al. 2014 (arXiv 1409.2329), whose embeddings are as wide as the layers; where there
# are more or fewer layers, narrower embeddings (Merity et al. 2017, arXiv 1708.02182) or none are as common
_LAYERS_OF_ZAREMBA = 2
# they may be those of gates or masks: Gal and Ghahramani 2015 (arXiv 1512.05287), section 4
_TIED_WEIGHTS = re.compile(r"\btied weights?\b")
_UNTIED, _TIED = re.compile(r"\b(?:un-?\s?tied|not tied)\b"), re.compile(r"\b(?:tied|tying|\+?\s?wt)\b")
_UNITS = re.compile(r"\b(\d{2,5})[\s-](?:hidden )?(?:units|cells|neurons)\b")
_SIZE = re.compile(r"\b(?:small|medium|large|big|base|tiny)\b")
_KINDS = {
    "lstm": re.compile(r"lstm"),
    "gru": re.compile(r"\bgrus?\b"),
    "rnn": re.compile(r"(?<![a-z])rnns?\b"),
    "transformer_xl": re.compile(r"transformer-?\s?xl|\bxl\b"),
    "transformer": re.compile(r"transformer(?!-?\s?xl)"),
}
# what a label may name that has another number of parameters than the network that the text describes
_CHANGED = re.compile(
    r"qrnn|rhn|highway|cnn|conv|mixture|\bmo[sce]\b|pointer|bidirectional|lora|adapter|\bnas\b|\benas\b|\bdarts\b|recurrent"
    r"|\bhyper|memory|compress|share|low.?rank|factor|tensor|prun|quanti|sparse|distil"
)


class _Described(NamedTuple):
    network: Network
    size: str | None
    tied: bool | None
    reading_ids: tuple[str, ...]


class PaperNetworks:
    """The networks that one paper describes."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        parts: defaultdict[tuple[Any, ...], dict[str, Reading]] = defaultdict(dict)
        for reading in readings:
            if reading["quantity"] in DESCRIBING and reading["remarks"]:
                parts[reading["page"], str(reading["remarks"]).partition(";")[0]].setdefault(
                    reading["quantity"], reading
                )
        found = [_described(remark, numbers) for (_, remark), numbers in parts.items()]
        self._all = [each for each in found if each]

    def parameters(self, label: str, vocabulary: int) -> Fact | None:
        """Parameters of the system that `label` names over `vocabulary` entries, where the text describes it alone.

        The description has the size or the number of units that the label states, or the label states none and the
        paper describes one such network. None where whether the embeddings are tied would have to be guessed, and for
        a label that names a part which the description leaves out.
        """
        text = plain(label).lower()
        if _CHANGED.search(text):
            return None
        kinds = [kind for kind, words in _KINDS.items() if words.search(text)]
        sizes, units = set(_SIZE.findall(text)), {int(n) for n in _UNITS.findall(text)}
        fitting = [
            each
            for each in self._all
            if (not kinds or each.network.kind in kinds)
            and (each.network.hidden in units if units else each.size in sizes if sizes else not each.size)
        ]
        if len({each.network for each in fitting}) != 1:
            return None
        described = fitting[0]
        tied = False if _UNTIED.search(text) else True if _TIED.search(text) else described.tied
        if tied and _TIED_WEIGHTS.search(text) and not described.tied:
            tied = None
        network = described.network
        if tied is None and not network.adaptive:
            return None
        if network.kind in ("lstm", "gru", "rnn") and not network.embedding and network.layers != _LAYERS_OF_ZAREMBA:
            return None
        parameters = network.parameters(vocabulary, tied=bool(tied))
        if parameters is None:
            return None
        how = "adaptive" if network.adaptive else "tied" if tied else "untied"
        network_told = f"{network.layers} layers of {network.hidden}, {how} embeddings of {vocabulary:g}"
        return Fact(parameters, f"computed from the architecture ({network_told})", described.reading_ids)


def _described(remark: str, numbers: Mapping[str, Reading]) -> _Described | None:
    if not {"layers", "hidden_size"} <= numbers.keys():
        return None
    _, kind, said = remark.split(":", 2)
    words = said.split()
    value = {quantity: int(reading["value"]) for quantity, reading in numbers.items()}
    network = Network(
        kind,
        value["layers"],
        value["hidden_size"],
        value.get("embedding_size"),
        value.get("inner_size"),
        "adaptive" in words,
    )
    size = next((word for word in words if word not in ("tied", "adaptive")), None)
    # a paper that speaks of tying, but not here, leaves open whether this network is tied; so does one on transformers,
    # which are often tied without a word
    unsaid = kind.startswith("transformer") or any("text:tied" in str(r["remarks"]) for r in numbers.values())
    tied = True if "tied" in words else None if unsaid else False
    return _Described(network, size, tied, tuple(str(reading["reading_id"]) for reading in numbers.values()))
