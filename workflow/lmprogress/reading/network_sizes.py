"""Numbers of parameters computed from the architecture of a network.

In: kind, layers, widths, vocabulary. Out: parameters of the whole language model, embeddings included.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

_GATES = {"rnn": 1, "gru": 3, "lstm": 4}
# cut-offs of the word frequencies and the factor by which each band is narrower
_BANDS, _NARROWER = (20_000, 60_000), 4


@dataclass(frozen=True, slots=True)
class Network:
    """A language model as a paper describes it; widths in units.

    `kind`: rnn, gru, lstm, transformer or transformer_xl. `embedding` and `inner` (the feed-forward width of a
    transformer): None where not stated. `adaptive`: whether input and output are adaptive.
    """

    kind: str
    layers: int
    hidden: int
    embedding: int | None = None
    inner: int | None = None
    adaptive: bool = False

    def parameters(self, vocabulary: int, *, tied: bool) -> float | None:
        """Parameters of the model over `vocabulary` entries, with or without tied input and output embeddings.

        Recurrent layers have a matrix for the input, one for the state and a bias for each gate: one gate in a plain
        network, three in a GRU (Cho et al. 2014, arXiv 1406.1078), four in an LSTM (Zaremba et al. 2014, arXiv
        1409.2329). A layer of a transformer has four square matrices for attention and two for the feed-forward part
        (Kaplan et al. 2020, arXiv 2001.08361, Table 1), a Transformer-XL one more for relative positions (Dai et al.
        2019, arXiv 1901.02860). Adaptive inputs: Baevski and Auli 2018 (arXiv 1809.10853), section 4.1.
        None where a width that matters is not known.
        """
        if self.kind in _GATES:
            return self._recurrent(vocabulary, tied=tied)
        inner, width = self.inner, self.hidden
        if inner is None:
            return None
        attention = (5 if self.kind == "transformer_xl" else 4) * width**2
        layers = self.layers * (attention + 2 * width * inner + inner + 9 * width)
        return layers + (self._adaptive(vocabulary) if self.adaptive else (1 if tied else 2) * vocabulary * width)

    def _recurrent(self, vocabulary: int, *, tied: bool) -> float:
        """Where no embedding is stated it is as wide as the layers; tied to the output, so is the last layer."""
        embedding = self.embedding or self.hidden
        widths = [embedding, *[self.hidden] * self.layers]
        if tied:
            widths[-1] = embedding
        gates = _GATES[self.kind]
        layers = sum(gates * (below * width + width**2 + width) for below, width in itertools.pairwise(widths))
        return layers + vocabulary * embedding + (0 if tied else vocabulary * self.hidden) + vocabulary

    def _adaptive(self, vocabulary: int) -> float:
        """Embeddings in bands of word frequency, each with a projection to the width of the layers; output tied."""
        edges = [0, *[cut for cut in _BANDS if cut < vocabulary], vocabulary]
        total = 0.0
        for band, (first, last) in enumerate(itertools.pairwise(edges)):
            width = self.hidden // _NARROWER**band
            total += (last - first) * width + width * self.hidden
        return total
