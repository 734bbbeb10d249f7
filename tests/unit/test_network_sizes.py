"""Sizes computed from architectures, against those that papers print; and the sentences that describe them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pdfplumber
import pytest

import lmprogress
from lmprogress.reading.network_facts import PaperNetworks
from lmprogress.reading.network_sizes import Network
from lmprogress.reading.networks import described
from read_values import BENCHMARKS, linked, reading
from typeset.sheet import Sheet

PTB, WT2, WT103 = 10_000, 33_278, 267_735
LARGE = "We use 2-layer LSTMs: a medium one (650 units) and a large one (1500 units)."


@pytest.mark.parametrize(
    ("network", "vocabulary", "tied", "printed"),
    [
        # Merity et al. 2016 (arXiv 1609.07843), Table 2, of Zaremba et al. 2014
        (Network("lstm", 2, 650), PTB, False, 20e6),
        (Network("lstm", 2, 1500), PTB, False, 66e6),
        # Press and Wolf 2016 (arXiv 1608.05859), Table 4: large, tied
        (Network("lstm", 2, 1500), PTB, True, 51e6),
        # Merity et al. 2017 (arXiv 1708.02182), Tables 1 and 2
        (Network("lstm", 3, 1150, embedding=400), PTB, True, 24e6),
        (Network("lstm", 3, 1150, embedding=400), WT2, True, 33e6),
        # Baevski and Auli 2018 (arXiv 1809.10853), Table 1
        (Network("transformer", 16, 1024, inner=4096, adaptive=True), WT103, True, 247e6),
        # Dai et al. 2019 (arXiv 1901.02860), Table 1: standard
        (Network("transformer_xl", 16, 410, inner=2100), WT103, True, 151e6),
        # Radford et al. 2019, released code: 124M, 1024 positions left out here
        (Network("transformer", 12, 768, inner=3072), 50_257, True, 124e6),
    ],
)
def test_formulas_give_what_papers_print(network: Network, vocabulary: int, tied: bool, printed: float) -> None:
    assert network.parameters(vocabulary, tied=tied) == pytest.approx(printed, rel=0.05)


def test_a_transformer_of_unknown_inner_width_has_no_size() -> None:
    assert Network("transformer", 12, 768).parameters(PTB, tied=True) is None


def test_a_gru_has_three_quarters_of_the_layers_of_an_lstm() -> None:
    layers = {kind: Network(kind, 2, 500).parameters(0, tied=True) for kind in ("rnn", "gru", "lstm")}
    assert layers["gru"] == 3 * layers["rnn"] and layers["lstm"] == 4 * layers["rnn"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "The model is a two-layer LSTM with 650 units per layer.",
            [("lstm", None, {"layers": 2, "hidden_size": 650})],
        ),
        (
            "We use a three-layer LSTM with 1150 units in the hidden layer and an embedding of size 400.",
            [("lstm", None, {"layers": 3, "hidden_size": 1150, "embedding_size": 400})],
        ),
        (
            LARGE,
            [
                ("lstm", "medium", {"layers": 2, "hidden_size": 650}),
                ("lstm", "large", {"layers": 2, "hidden_size": 1500}),
            ],
        ),
        (
            "Ours is a 16-layer Transformer hidden size 1,024 and fully-connected dimension 4096.",
            [("transformer", None, {"layers": 16, "hidden_size": 1024, "inner_size": 4096})],
        ),
        ("We compare LSTM and GRU networks with two layers of 650 units.", []),
        ("The controller is a two-layer LSTM with 35 units.", []),
        ("A 2-layer LSTM with between 200 and 650 units.", []),
        ("A two-layer LSTM with 650 or 1500 units.", []),
    ],
)
def test_a_sentence_describes_a_network(sentence: str, found: list[tuple[str, str | None, dict[str, int]]]) -> None:
    assert [(d.kind, d.size, {n.quantity: n.value for n in d.numbers}) for d in described(sentence)] == found


def described_as(remarks: str, **numbers: float) -> list[dict[str, Any]]:
    return [
        reading(
            value, None, quantity=quantity, remarks=remarks, source="text", page=3, reading_id=f"{quantity} {value:g}"
        )
        for quantity, value in numbers.items()
    ]


MEDIUM = described_as("network 650:lstm:medium", layers=2, hidden_size=650)
BIG = described_as("network 1500:lstm:large", layers=2, hidden_size=1500)
PLAIN = described_as("network 650:lstm:", layers=2, hidden_size=650)
OPEN = described_as("network 650:lstm:;text:tied:tied", layers=2, hidden_size=650)
DEEP = described_as("network 1150:lstm:", layers=3, hidden_size=1150)


@pytest.mark.parametrize(
    ("label", "rows", "size"),
    [
        ("Medium LSTM", [*MEDIUM, *BIG], 20e6),
        ("Large LSTM", [*MEDIUM, *BIG], 66e6),
        ("LSTM", [*MEDIUM, *BIG], None),  # which one is not said
        ("LSTM (1500 units)", [*MEDIUM, *BIG], 66e6),
        ("LSTM", PLAIN, 20e6),
        ("GRU", PLAIN, None),
        ("LSTM with mixture of softmaxes", PLAIN, None),  # has parts that the description leaves out
        ("LSTM", OPEN, None),  # tied or not is left open
        ("LSTM, tied", OPEN, 13.3e6),
        ("LSTM (tied weights)", OPEN, None),  # of embeddings or of gates
        ("LSTM (untied weights)", OPEN, 20e6),
        ("LSTM, untied", OPEN, 20e6),
        ("LSTM", DEEP, None),  # three layers, and nothing on the width of the embeddings
        ("LSTM", [*PLAIN, *described_as("network 200:lstm:", layers=2, hidden_size=200)], None),
    ],
)
def test_a_system_gets_the_size_of_the_network_that_its_label_means(
    label: str, rows: list[dict[str, Any]], size: float | None
) -> None:
    found = PaperNetworks(rows).parameters(label, PTB)
    assert (found and found.value) == (size and pytest.approx(size, rel=0.05))
    assert not found or set(found.reading_ids) <= {row["reading_id"] for row in rows}


def test_a_computed_size_names_its_inputs_and_gives_way_to_a_printed_one() -> None:
    systems = linked(reading(80.0, "LSTM"), *PLAIN, parameters_where_one_size=False).systems
    assert systems["n_parameters"].tolist() == [pytest.approx(19_775_200)]
    assert "computed from the architecture (2 layers of 650, untied" in systems["source"][0]
    assert all(row["reading_id"] in systems["source"][0] for row in PLAIN)
    printed = linked(reading(80.0, "LSTM", n_parameters=1.5e7), *PLAIN).systems
    assert printed["n_parameters"].tolist() == [1.5e7]
    assert BENCHMARKS["ptb"].vocabulary_size == PTB


@pytest.mark.parametrize("count", ["two", "2"])
def test_layers_stand_where_they_are_printed_in_digits_or_a_word(tmp_path: Path, count: str) -> None:
    sheet = Sheet()
    # the same letters within other words before it
    sheet.paragraph("Networks of the twofold kind. Our language model is tested on Penn Treebank, with perplexity.")
    sheet.paragraph(f"The language model is an LSTM with {count} layers of 650 units and tied embeddings.")
    file = tmp_path / "paper.pdf"
    file.write_bytes(sheet.bytes())
    found = lmprogress.read_pdf(file)
    (layers,) = found[found["quantity"] == "layers"].to_dict("records")
    with pdfplumber.open(file) as pdf:
        (printed,) = pdf.pages[0].search(rf"{count}\s*layers")
    assert layers["value"] == 2 and layers["raw"] == count
    assert layers["x0"] == pytest.approx(printed["x0"], abs=2) and layers["x1"] < printed["x1"]
    assert printed["top"] < (layers["y0"] + layers["y1"]) / 2 < printed["bottom"]
