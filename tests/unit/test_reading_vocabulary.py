"""Words of the vocabulary in texts that hold them by chance: sizes, bit widths, names of tools, units.

In: config/reading.yaml. Out: assertions.
"""

from __future__ import annotations

from itertools import product

import pytest
from test_reading_layouts import CONFIG

from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.remarks import PaperRemarks
from lmprogress.reading.words import Lexicon

NUMBERS = ("1", "1.1", "1.3", "2.7", "6.7", "7", "7.1", "13", "30.0", "65", "175", "350", "0.5")
FAMILIES = ("Pythia", "Llama-3.2", "OPT", "bloom", "Qwen2.5", "GPT2-medium", "falcon")
SIZES = [
    form.format(n=n, unit=unit, family=family)
    for n, unit, family in product(NUMBERS, ("B", "M", "b", "m"), FAMILIES)
    for form in (
        "{n}{unit}",
        "{family}-{n}{unit}",
        "{family} {n}{unit}",
        "{family} ({n}{unit})",
        "{family}-{n}{unit}-chat",
    )
]
BIT_WIDTHS = [
    *("W4A16", "w4", "#W", "#A", "#G", "#w", "W/A", "3 bit", "4-bit", "2.5bits", "INT8", "FP16", "BF16", "NF4", "E4M3"),
    *("W8A8", "w3-g128", "g128", "W2A16g64", "Group size", "group-size", "KV size", "KV cache size", "1b", "b=4"),
]
TOOLS = [
    *("lm-eval-harness", "LM-Eval", "lm-evaluation-harness", "eval-harness", "EleutherAI/lm-eval", "simple-evals"),
    *("AutoGPTQ", "bitsandbytes", "llama.cpp", "vLLM", "TensorRT-LLM", "DeepSpeed", "HF Transformers", "OpenCompass"),
    *("test-suite", "lighteval", "DeepSpeed-Chat", "PyTorch", "Triton", "TR-XL", "Train-free"),
]
UNITS = ["kJ", "mJ", "GB/s", "tok/s", "ms", "kWh", "W", "TFLOPS", "mm2", "MHz", "GiB", "J/token", "pJ", "$/h"]
COLUMNS = [f"{word} ({unit})" for word in ("Energy", "Power", "Area", "Traffic") for unit in UNITS]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(load_reading_vocabulary(CONFIG / "reading.yaml", CONFIG / "benchmarks.yaml"))


@pytest.mark.parametrize("texts", [SIZES, BIT_WIDTHS, TOOLS, UNITS, COLUMNS], ids=lambda texts: texts[0])
def test_no_word_means_a_benchmark_a_split_a_perplexity_or_parameters(lexicon: Lexicon, texts: list[str]) -> None:
    meant = {
        text: told
        for text in texts
        if (
            told := [
                *lexicon.benchmarks(text),
                *lexicon.shortened(text),
                *lexicon.splits(text),
                *(["perplexity"] if "perplexity" in lexicon.metrics(text) else []),
                *(["parameters"] if lexicon.is_parameters(text) else []),
            ]
        )
    }
    assert meant == {}


def test_the_same_words_count_where_they_stand_for_themselves(lexicon: Lexicon) -> None:
    assert lexicon.benchmarks("1B word") == lexicon.benchmarks("LM1B") == ["other"]
    assert lexicon.splits("Eval") == lexicon.splits("eval ppl (↓)") == ["valid"]
    assert lexicon.splits("Tr. PPL") == ["train"]
    assert lexicon.is_parameters("# of params (M)")
    assert lexicon.is_size("#W") and lexicon.is_size("Model size (M)") and not lexicon.is_size("Group size")


def test_a_size_is_read_off_a_label_once(lexicon: Lexicon) -> None:
    read = {text: lexicon.sizes(text) for text in SIZES}
    assert {text for text, sizes in read.items() if len(sizes) != 1} == set()
    assert all(raw in text and raw[-1].lower() in "mb" for text, ((_, raw),) in read.items())


def test_nothing_else_is_a_size(lexicon: Lexicon) -> None:
    texts = {*BIT_WIDTHS, *TOOLS, *COLUMNS, "300B tokens", "(2M steps)", "(Merity et al., 2017b)"} - {"1b"}
    assert {text: sizes for text in sorted(texts) if (sizes := lexicon.sizes(text))} == {}


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("The validation perplexity of our model matches the baseline.", True),
        ("Table 2 has perplexities on the dev set.", True),
        ("Figure 3: Valid PPL over steps.", True),
        ("The learning rate is halved when validation accuracy plateaus.", False),
        ("The test perplexity is 78.4.", False),
        ("Perplexities on dev clean and dev other are those of transcribed speech.", False),
    ],
)
def test_a_validation_perplexity_is_remarked_where_no_split_is_named(
    lexicon: Lexicon, sentence: str, told: bool
) -> None:
    said = PaperRemarks(["A title", f"We compare models. {sentence} All else is as before."], lexicon)
    assert said.of_paper("ptb", "unknown") == ("text:validated:page 2" if told else None)
    assert said.of_paper("ptb", "test") is None


@pytest.mark.parametrize(
    ("text", "anew"),
    [
        ("All models were trained for ten epochs from scratch.", True),
        ("We retrain it from scratch.", True),
        ("It is fine-tuned rather than training it from scratch.", False),
        ("It starts from the pre-trained Net and not from scratch.", False),
        ("The architecture is designed from scratch.", False),
        ("Weights are randomly initialized.", True),
    ],
)
def test_what_is_trained_from_scratch(lexicon: Lexicon, text: str, anew: bool) -> None:
    assert bool(lexicon.begun_anew(text)) == anew
