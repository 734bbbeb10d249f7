"""Typeset papers for counts of parameters: which column, row, label or line holds them, and what only looks like them.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows, paper
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell

_FOUR_BITS = ((4, 9.3, 11.8), (3, 10.6, 14.2))  # bits, perplexity on WikiText-2, perplexity on PTB


def _quantised(sheet: Sheet, bits: str, model: str, method: str = "Rounding", unit: str = "") -> list[Expected]:
    """Bit widths under the header `bits`, the model's name with its size over the values."""
    rows: Rows = [
        ["", "", Cell(f"{model} ↓", across=2), None],
        ["Method", bits, "WikiText2", "PTB"],
        *([method, f"{b}{unit}", f"{w:.1f}", f"{p:.1f}"] for b, w, p in _FOUR_BITS),
    ]
    paper(sheet, "Table 1: Perplexity after quantization.", rows, "lccc", header=2, partial=((0, 2, 3),))
    return [
        ppl(value, benchmark, "unknown", method, n_parameters=1.3e9)
        for _, *both in _FOUR_BITS
        for benchmark, value in zip(("wt2", "ptb"), both, strict=True)
    ]


@case(font="stix")
def bit_widths_under_a_capital_w(sheet: Sheet) -> list[Expected]:
    return _quantised(sheet, "#W", "OPT-1.3B")


@case(font="stix")
def bit_widths_under_a_word(sheet: Sheet) -> list[Expected]:
    return _quantised(sheet, "Weights", "pythia-1.3b")


@case(font="stix")
def group_sizes_that_carry_no_unit(sheet: Sheet) -> list[Expected]:
    return _quantised(sheet, "Group size", "Llama-1.3B", "Clipping")


@case(font="stix")
def state_sizes_in_millions(sheet: Sheet) -> list[Expected]:
    return _quantised(sheet, "State size", "RWKV-1.3B", "Eviction", "M")


@case(font="stix")
def cache_sizes_in_millions_of_bytes(sheet: Sheet) -> list[Expected]:
    return _quantised(sheet, "KV size (M)", "OPT 1.3B", "Eviction")


@case()
def sizes_with_their_unit_in_the_cells(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Size", "Test PPL"], ["Plain LSTM", "24M", "87.5"], ["Tied LSTM", "17.5M", "81.2"]]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lcc")
    return [ppl(87.5, "ptb", "test", "Plain LSTM", 24e6), ppl(81.2, "ptb", "test", "Tied LSTM", 17.5e6)]


@case()
def weights_left_after_pruning_with_their_share(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "Weights (M)", "FLOPs left", "Test PPL"],
        ["Original", "66.0M (100%)", "100%", "78.6"],
        ["Grown", "20.6M (31.2%)", "12%", "78.7"],
    ]
    paper(sheet, "Table 1: Sparse networks on PTB.", rows, "lccc")
    return [ppl(78.6, "ptb", "test", "Original", 66e6), ppl(78.7, "ptb", "test", "Grown", 20.6e6)]


@case()
def shares_under_a_header_of_parameters(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Method", "Params kept", "Test PPL"], ["Whole", "100%", "78.6"], ["Thinned", "10%", "81.7"]]
    paper(sheet, "Table 1: Thinned networks on PTB.", rows, "lcc")
    return [ppl(78.6, "ptb", "test", "Whole"), ppl(81.7, "ptb", "test", "Thinned")]


@case()
def a_header_between_the_two_lines_of_its_neighbours(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "#Params\nM", "C4", "WikiText\n103", "Penn\nTreebank", "Dolma"],
        ["Gated", "169.4", "26.25", "29.18", "38.45", "17.04"],
        ["Linear", "162.2", "24.64", "23.16", "31.56", "15.10"],
    ]
    paper(sheet, "Table 1: Perplexity of next tokens on each corpus.", rows, "lccccc", middle=True)
    return [
        ppl(value, benchmark, "unknown", label, n)
        for label, n, *both in (("Gated", 169.4e6, 29.18, 38.45), ("Linear", 162.2e6, 23.16, 31.56))
        for benchmark, value in zip(("wt103", "ptb"), both, strict=True)
    ]


@case()
def headers_of_one_two_and_three_lines(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Number\nof params\n(M)", "Energy\n(kJ)", "PTB", "WikiText\n2"],
        ["Plain LSTM", "13", "52.5", "87.5", "99.1"],
        ["Tied LSTM", "9", "47.1", "81.2", "91.7"],
    ]
    paper(sheet, "Table 1: Test perplexity of both models.", rows, "lcccc", middle=True)
    return [
        ppl(value, benchmark, "test", label, n)
        for label, n, *both in (("Plain LSTM", 13e6, 87.5, 99.1), ("Tied LSTM", 9e6, 81.2, 91.7))
        for benchmark, value in zip(("ptb", "wt2"), both, strict=True)
    ]


@case()
def counts_without_any_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "", Cell("Penn Treebank", across=2), None],
        ["", "", "Val.", "Test"],
        ["Plain LSTM", "22M", "91.3", "87.5"],
        ["Tied LSTM", "24M", "84.6", "81.2"],
    ]
    paper(sheet, "Table 1: Perplexity of both models.", rows, "lccc", header=2, partial=((0, 2, 3),))
    return [
        ppl(value, "ptb", split, label, n)
        for label, n, *both in (("Plain LSTM", 22e6, 91.3, 87.5), ("Tied LSTM", 24e6, 84.6, 81.2))
        for split, value in zip(("valid", "test"), both, strict=True)
    ]


@case()
def counts_of_two_ways_each_with_its_own_remark(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Mixture", "PPL", "NoP", "PPL (interp.)", "NoP (interp.)"],
        ["Feedforward", "117", "5.27M", "120", "6.10M"],
        ["Recurrent", "109", "5.18M", "119", "5.05M"],
    ]
    paper(sheet, "Table 1: Mixtures on the PTB test set.", rows, "lcccc")
    return [
        ppl(value, "ptb", "test", label, n)
        for label, *pairs in (
            ("Feedforward", (117, 5.27e6), (120, 6.10e6)),
            ("Recurrent", (109, 5.18e6), (119, 5.05e6)),
        )
        for value, n in pairs
    ]


@case()
def the_total_under_the_parameters_of_each_part(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("Parameters (in millions)", across=3), None, None, ""],
        ["Model", "Input", "Context", "Total", "Test PPL"],
        ["Shallow", "36.25", "69.20", "105.45", "28.1"],
        ["Deep", "36.25", "103.08", "139.33", "27.1"],
    ]
    paper(sheet, "Table 1: WikiText-103.", rows, "lcccc", header=2, partial=((0, 1, 3),))
    return [ppl(28.1, "wt103", "test", "Shallow", 105.45e6), ppl(27.1, "wt103", "test", "Deep", 139.33e6)]


@case()
def trainable_counts_of_an_adapter_beside_the_size_in_the_label(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "# Trainable params", "PPL"],
        ["LLaMA-7B + low rank", "4.2M", "6.3"],
        ["OPT-13B + low rank", "6.6M", "9.8"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-2.", rows, "lcc")
    return [
        ppl(6.3, "wt2", "unknown", "LLaMA-7B + low rank", 7e9),
        ppl(9.8, "wt2", "unknown", "OPT-13B + low rank", 13e9),
    ]


@case()
def a_count_near_the_size_in_its_group(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "#Params (M)", "Test PPL"],
        [Cell("125M models", across=3), None, None],
        ["Gated", "169.4", "26.2"],
        ["Linear", "162.2", "24.6"],
    ]
    paper(sheet, "Table 1: WikiText-103.", rows, "lcc", ruled_after=(1,))
    return [ppl(26.2, "wt103", "test", "Gated", 169.4e6), ppl(24.6, "wt103", "test", "Linear", 162.2e6)]


def _in_caption(sheet: Sheet, caption: str, count: float | None, labels: tuple[str, str] = ("Plain", "Tied")) -> list:
    rows: Rows = [["Model", "Test PPL"], [labels[0], "58.3"], [labels[1], "56.1"]]
    paper(sheet, caption, rows, "lc")
    return [ppl(58.3, "ptb", "test", labels[0], count), ppl(56.1, "ptb", "test", labels[1], count)]


@case()
def one_count_in_the_caption(sheet: Sheet) -> list[Expected]:
    return _in_caption(sheet, "Table 1: Penn Treebank. All models have 24M parameters.", 24e6)


@case()
def one_count_in_the_caption_in_words(sheet: Sheet) -> list[Expected]:
    return _in_caption(sheet, "Table 1: Ablation of a 35 million parameter model on Penn Treebank.", 35e6)


@case()
def a_size_in_the_name_that_the_caption_gives(sheet: Sheet) -> list[Expected]:
    return _in_caption(sheet, "Table 1: Quantization of OPT-6.7B on the Penn Treebank.", 6.7e9)


@case()
def two_counts_in_the_caption_are_none(sheet: Sheet) -> list[Expected]:
    return _in_caption(sheet, "Table 1: Penn Treebank. Models have 24M parameters or 35M parameters.", None)


@case()
def a_bound_in_the_caption_is_no_count(sheet: Sheet) -> list[Expected]:
    return _in_caption(sheet, "Table 1: Models with fewer than 25M parameters on Penn Treebank.", None)


@case()
def a_pruned_system_keeps_its_name_but_not_its_size(sheet: Sheet) -> list[Expected]:
    return _in_caption(sheet, "Table 1: Pruning of LLaMA-7B measured on Penn Treebank.", None)


@case()
def tokens_in_a_label_are_no_parameters(sheet: Sheet) -> list[Expected]:
    labels = ("Plain (300B tokens)", "Tied, 2B words")
    return _in_caption(sheet, "Table 1: Penn Treebank.", None, labels)


@case()
def sizes_in_names_with_more_behind_them(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "PPL"],
        ["Llama-2-7b-chat", "7.1"],
        ["GPT2-medium 355M*", "22.8"],
        ["OPT-1.3B [8]", "14.6"],
        ["Mistral (7B), 4 bits", "5.4"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-2.", rows, "lc")
    return [
        ppl(7.1, "wt2", "unknown", "Llama-2-7b-chat", 7e9),
        ppl(22.8, "wt2", "unknown", "GPT2-medium 355M", 355e6),
        ppl(14.6, "wt2", "unknown", "OPT-1.3B", 1.3e9),
        ppl(5.4, "wt2", "unknown", "Mistral (7B)", 7e9),
    ]


@case()
def a_year_with_a_letter_is_no_size(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test PPL"],
        ["Pointer network (Merity et al., 2017b)", "70.9"],
        ["Gated (Grave et al., 2016m)", "72.1"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lc")
    return [ppl(70.9, "ptb", "test", "Pointer network"), ppl(72.1, "ptb", "test", "Gated")]
