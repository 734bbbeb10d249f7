"""Sentences of our own, each with what it states and what it does not.

In: sentences. Out: assertions on counts, systems, perplexities, sentence ends.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmprogress.core.settings_reading import ReadingVocabulary, load_reading_vocabulary
from lmprogress.reading.naming import Name, Names
from lmprogress.reading.prose_counts import CountReader
from lmprogress.reading.prose_results import ResultReader
from lmprogress.reading.sentences import Splitter, mended
from lmprogress.reading.words import lexicon

CONFIG = Path(__file__).resolve().parents[2] / "config"


@pytest.fixture(scope="module")
def vocabulary() -> ReadingVocabulary:
    return load_reading_vocabulary(CONFIG / "reading.yaml", CONFIG / "benchmarks.yaml")


@pytest.fixture(scope="module")
def counts(vocabulary: ReadingVocabulary) -> CountReader:
    return CountReader(vocabulary, Names(vocabulary))


@pytest.fixture(scope="module")
def results(vocabulary: ReadingVocabulary) -> ResultReader:
    return ResultReader(vocabulary, Names(vocabulary), lexicon(vocabulary))


# ---- counts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("We train a QuxLSTM with 24M parameters.", [(24e6, "QuxLSTM")]),
        ("The FooFormer has 1.5 billion parameters in 48 layers.", [(1.5e9, "FooFormer")]),
        ("FooFormer (257M) needs less time.", [(257e6, "FooFormer")]),
        ("FooFormer (Doe et al., 2019) (178B parameters) came later.", [(178e9, "FooFormer")]),
        ("It resembles FooFormer, a 175 billion parameter Transformer trained on text.", [(175e9, "FooFormer")]),
        ("They train a 530B-parameter FooFormer for a month.", [(530e9, "FooFormer")]),
        ("We fine-tune a 17 billion parameter GPT model called Bar-NLG.", [(17e9, "Bar-NLG")]),
        ("We compare FooFormer-175B with the rest.", [(175e9, "FooFormer-175B")]),
        ("The 7.1B model is the best of them.", [(7.1e9, "7.1B model")]),
        ("Our model has 24.2M parameters.", [(24.2e6, "Our model")]),
        ("FooLSTM and BarLSTM have 10 and 24 million weights, respectively.", [(10e6, "FooLSTM"), (24e6, "BarLSTM")]),
        ("The QuxLSTM has 6,320,000 parameters.", [(6.32e6, "QuxLSTM")]),
        ("The number of parameters of QuxLSTM is about 20M.", [(20e6, "QuxLSTM")]),
        (
            "Settings are small (around 38M parameters) and big (242M parameters).",
            [(38e6, "small model"), (242e6, "big model")],
        ),
        ("The medium-sized network has about 20M parameters.", [(20e6, "medium model")]),
    ],
)
def test_parameters(counts: CountReader, sentence: str, stated: list[tuple[float, str]]) -> None:
    assert [(c.value, c.system) for c in counts.counts(sentence, [])] == stated


@pytest.mark.parametrize(
    ("sentence", "corpora"),
    [
        (
            "For PTB, this is a model with 24M parameters, while for WikiText-2, it is a model with 35M parameters.",
            ["PTB", "WikiText-2"],
        ),
        ("On WikiText-2 and PTB we use a model with 24M parameters.", ["PTB, WikiText-2"]),
        ("We use a model with 24M parameters.", ["WikiText-103"]),
    ],
)
def test_whose_corpus_a_size_is_of(counts: CountReader, sentence: str, corpora: list[str]) -> None:
    assert [c.corpus for c in counts.counts(sentence, [Name("WikiText-103", 0, 12)])] == corpora


@pytest.mark.parametrize(
    "sentence",
    [
        "QuxLSTM needs 13M fewer parameters than BarLSTM.",
        "This reduces the model by 24M parameters.",
        "QuxLSTM adds an additional 10M parameters.",
        "QuxLSTM spends 26M parameters in the embedding layer.",
        "Models with fewer than 20M parameters are left out.",
        "Sizes range from 44 million to 280 billion parameters.",
        "Groups of 9 parameters share one statistic.",
        "QuxLSTM holds float32 parameters.",
        "QuxLSTM (12M images) is a classifier of pictures.",
        "QuxLSTM runs 3M steps in 5 hours.",
    ],
)
def test_what_is_no_model_size_is_refused(counts: CountReader, sentence: str) -> None:
    assert [c for c in counts.counts(sentence, []) if c.quantity == "parameters"] == []


@given(
    st.floats(0.2, 900).map(lambda x: round(x, 1)),
    st.sampled_from([("M", 1e6), ("B", 1e9), (" million", 1e6), (" billion", 1e9)]),
    st.sampled_from(["The QuxLSTM has {} parameters.", "A {} parameter QuxLSTM wins.", "QuxLSTM ({} params) wins."]),
)
def test_every_count_is_read_with_its_unit(
    counts: CountReader, number: float, unit: tuple[str, float], form: str
) -> None:
    found = counts.counts(form.format(f"{number:g}{unit[0]}"), [])
    assert [c.value for c in found] == [pytest.approx(number * unit[1])]
    assert found[0].system == "QuxLSTM"


@pytest.mark.parametrize(
    ("sentence", "quantity", "value", "system", "corpus"),
    [
        ("FooFormer is trained on 300 billion tokens.", "training_tokens", 300e9, "FooFormer", None),
        ("WikiText-103 contains 103M tokens and has a vocabulary.", "training_tokens", 103e6, None, "WikiText-103"),
        ("PTB consists of 929k training, 73k validation words.", "training_tokens", 929e3, None, "PTB"),
        ("WikiText-2 is twice the size of PTB.", None, None, None, None),
        ("FooFormer is trained for 500 epochs on PTB.", "epochs", 500, "FooFormer", "PTB"),
        ("PTB has a vocabulary of 10,000 words.", "vocabulary", 10000, None, "PTB"),
        ("PTB uses a 10k word vocabulary.", "vocabulary", 10000, None, "PTB"),
    ],
)
def test_training_data(
    counts: CountReader, sentence: str, quantity: str | None, value: float, system: str | None, corpus: str | None
) -> None:
    expected = [(quantity, value, system, corpus)] if quantity else []
    assert [(c.quantity, c.value, c.system, c.corpus) for c in counts.counts(sentence, [])] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "FooFormer is trained with a batch size of 460K tokens.",
        "Training uses a vocabulary of unknown size and batches of 500K tokens.",
        "PTB has 730k validation words.",
        "Training reads 500K tokens per batch.",
        "FooFormer is trained with a datastore of 1.6B tokens.",
        "FooFormer is trained with a learning rate that decays every 10 epochs.",
        "FooFormer is fine-tuned for 3 epochs.",
        "Training stops after 5 epochs without gain.",
    ],
)
def test_what_is_no_training_data_is_refused(counts: CountReader, sentence: str) -> None:
    assert counts.counts(sentence, []) == []


# ---- perplexities ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "stated"),
    [
        ("QuxLSTM achieves a test perplexity of 52.8 on Penn Treebank.", [(52.8, "ptb", "test")]),
        ("On PTB, QuxLSTM gets 67.9/65.4 validation/test perplexity.", [(67.9, "ptb", "valid"), (65.4, "ptb", "test")]),
        (
            "We reach perplexities on Penn Treebank and WikiText-2 of 51.1 and 44.3 respectively.",
            [(51.1, "ptb", "unknown"), (44.3, "wt2", "unknown")],
        ),
        ("QuxLSTM (10.8 ppl) leads on WikiText-103.", [(10.8, "wt103", "unknown")]),
        (
            "The perplexity falls from 90.6 to 65.4 on Penn Treebank.",
            [(90.6, "ptb", "unknown"), (65.4, "ptb", "unknown")],
        ),
    ],
)
def test_perplexities(results: ResultReader, sentence: str, stated: list[tuple[float, str, str]]) -> None:
    assert [(r.value, r.benchmark, r.split) for r in results.results(sentence, [], None)] == stated


@pytest.mark.parametrize(
    "sentence",
    [
        "On PTB the perplexity improves by 12.3.",
        "QuxLSTM is 12.5 perplexity points better on PTB.",
        "On PTB perplexity falls by 12.5% while speed rises.",
        "On PTB we reach 1.19 bits, not perplexity, at 12.5 nats.",
        "On PTB the perplexity lies between 50.1 and 60.2.",
        "On PTB the training perplexity is 29.5.",
        "On enwik8 the perplexity is 29.5.",
        "The perplexity is 29.5.",
        "On PTB, Table 12.3 lists perplexities.",
        "On PTB 20 layers lower the perplexity.",
    ],
)
def test_what_is_no_perplexity_is_refused(results: ResultReader, sentence: str) -> None:
    assert results.results(sentence, [], None) == []


def test_the_sentence_goes_before_those_around_and_those_before_the_paper(results: ResultReader) -> None:
    named = "The test perplexity on WikiText-2 is 65.8."
    bare = "The test perplexity is 65.8."
    told = [(r.benchmark, r.benchmark_evidence) for r in results.results(named, ["ptb"], "wt103")]
    told += [(r.benchmark, r.benchmark_evidence) for r in results.results(bare, ["wt103", "ptb"], "wt103")]
    told += [(r.benchmark, r.benchmark_evidence) for r in results.results(bare, [], "wt103")]
    assert told == [("wt2", "text"), ("ptb", "section"), ("wt103", "paper")]


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("Our QuxLSTM achieves a perplexity of 57.3 on PTB.", [True]),
        ("We reach a new state-of-the-art perplexity of 15.8 on WikiText-103.", [True]),
        ("Doe et al. (2017) report a perplexity of 57.3 on PTB.", [False]),
        ("We improve the perplexity of Doe et al. (2017) on PTB from 69.5 to 68.7.", [False, True]),
        ("It beats the previous best perplexity of 57.3 on PTB.", [False]),
    ],
)
def test_own_or_quoted(results: ResultReader, sentence: str, own: list[bool]) -> None:
    assert [r.own for r in results.results(sentence, [], None)] == own


# ---- sentences ------------------------------------------------------------------------------------------------------


def split(*pages: str) -> list[list[str]]:
    splitter = Splitter(["al", "fig", "vs"])
    return [[" ".join(s.raw.split()) for s in splitter.sentences(page)] for page in pages]


def test_sentences_end_at_stops_but_not_at_abbreviations_or_decimals() -> None:
    page = "Doe et al. (2017) reach 77.3 (with tying). See Fig. 3 for more.2 The rest is\nof no use."
    assert split(page) == [
        ["Doe et al. (2017) reach 77.3 (with tying).", "See Fig. 3 for more.", "The rest is of no use."]
    ]


def test_lines_of_tables_are_left_out() -> None:
    page = "The results follow below\nQuxLSTM 24M 60.0 57.3\nBarLSTM (large) 66M 82.2 78.4\nand show that size matters."
    assert split(page) == [["The results follow below", "and show that size matters."]]


def test_references_are_left_out_up_to_the_appendix() -> None:
    entries = "\n".join(f"Doe, J. A model with {k}M parameters. 20{k:02d}." for k in range(10, 20))
    pages = split(f"We conclude.\nReferences\n{entries}", f"{entries}\nA Training Details\nWe train two models.")
    assert pages == [["We conclude."], ["A Training Details We train two models."]]


def test_every_sentence_stands_where_it_says() -> None:
    page = "One model has 3M weights. Another\nhas 4M weights.\n1 2 3\nThe last one has none."
    assert [page[s.start : s.start + len(s.raw)] for s in Splitter(["al"]).sentences(page)] == [
        s.raw for s in Splitter(["al"]).sentences(page)
    ]


def test_words_broken_at_the_end_of_a_line_are_put_together() -> None:
    known = {"parameters", "transformer"}
    assert mended("24M pa-rameters of a multi-head Transform-er", known.__contains__) == (
        "24M parameters of a multi-head Transformer"
    )
    assert mended("24M param-\neters", known.__contains__) == "24M parameters"
