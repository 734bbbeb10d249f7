"""Typeset papers for how values, labels and words are printed.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from collections.abc import Callable

from typeset.blocks import SMALL_CORPUS, Rows, Values, filler, paper, title, valid_test, value_table
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table


@case()
def validation_and_test_in_one_cell(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Penn Treebank", "WikiText-2"],
        ["Tied LSTM", "60.0/57.3", "68.6/65.8"],
        ["Mixture of softmaxes", "56.5 / 54.4", "63.9 / 61.5"],
    ]
    paper(sheet, "Table 1: Perplexity (validation/test) on two corpora.", rows)
    return [
        ppl(60.0, "ptb", "valid", "Tied LSTM"),
        ppl(57.3, "ptb", "test", "Tied LSTM"),
        ppl(68.6, "wt2", "valid", "Tied LSTM"),
        ppl(65.8, "wt2", "test", "Tied LSTM"),
        ppl(56.5, "ptb", "valid", "Mixture of softmaxes"),
        ppl(54.4, "ptb", "test", "Mixture of softmaxes"),
        ppl(63.9, "wt2", "valid", "Mixture of softmaxes"),
        ppl(61.5, "wt2", "test", "Mixture of softmaxes"),
    ]


@case()
def test_before_validation_in_one_cell(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "test/valid ppl"], ["Tied LSTM", "57.3/60.0"], ["Mixture of softmaxes", "54.4/56.5"]]
    paper(sheet, "Table 1: Results on the Penn Treebank.", rows, "lc")
    return [
        ppl(57.3, "ptb", "test", "Tied LSTM"),
        ppl(60.0, "ptb", "valid", "Tied LSTM"),
        ppl(54.4, "ptb", "test", "Mixture of softmaxes"),
        ppl(56.5, "ptb", "valid", "Mixture of softmaxes"),
    ]


@case()
def spreads_after_plus_minus_and_in_brackets(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Transformer", "17.9±0.1", "18.3±0.1"],
        ["Gated transformer", "17.2 ± 0.05", "17.7 ± 0.04"],
        ["Memory transformer", "16.8 (0.2)", "17.4 (0.1)"],
        ["Wide transformer", "16.4±.2", "16.9±.1"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-103, mean and deviation over five seeds.", rows)
    values = (
        ("Transformer", 17.9, 18.3),
        ("Gated transformer", 17.2, 17.7),
        ("Memory transformer", 16.8, 17.4),
        ("Wide transformer", 16.4, 16.9),
    )
    return valid_test(values, "wt103")


@case()
def decimal_commas(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Validation", "Test"],
        ["Transformer", "23,91", "24,53"],
        ["Deep transformer", "18,2", "18,7"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-103.", rows)
    return [
        ppl(23.91, "wt103", "valid", "Transformer"),
        ppl(24.53, "wt103", "test", "Transformer"),
        ppl(18.2, "wt103", "valid", "Deep transformer"),
        ppl(18.7, "wt103", "test", "Deep transformer"),
    ]


@case()
def thousands_and_whole_numbers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Validation", "Test"],
        ["Uniform mixture", "1,024", "1,037.5"],
        ["Unigram cache", "689", "645"],
        ["Trigram", "148.3", "141"],
    ]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows)
    return [
        ppl(1024, "ptb", "valid", "Uniform mixture"),
        ppl(1037.5, "ptb", "test", "Uniform mixture"),
        ppl(689, "ptb", "valid", "Unigram cache"),
        ppl(645, "ptb", "test", "Unigram cache"),
        ppl(148.3, "ptb", "valid", "Trigram"),
        ppl(141, "ptb", "test", "Trigram"),
    ]


@case(font="stix")
def bold_as_mathematical_digits(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Tied LSTM", "60.0", "57.3"],
        ["𝐎𝐮𝐫 mixture", "𝟓𝟔.𝟓", "𝟱𝟰.𝟰"],
        ["Zoneout LSTM", Cell("58.2", style="B"), Cell("55.9", style="B")],
    ]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows)
    values = (("Tied LSTM", 60.0, 57.3), ("Our mixture", 56.5, 54.4), ("Zoneout LSTM", 58.2, 55.9))
    return valid_test(values, "ptb")


@case(font="stix")
def daggers_and_citation_marks(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Params", "Test PPL"],
        ["Tied LSTM^{†}", "24M", "57.3^{†}"],
        ["Zoneout LSTM [17]", "24M^{‡}", "†58.8"],
        ["Mixture of softmaxes^{12}", "22M", "54.4*"],
        ["Wide mixture", "∼30M", "53.9^{a}"],
    ]
    paper(
        sheet,
        "Table 1: Perplexity on the Penn Treebank. †: with fine-tuning. ‡: as we count. *: five seeds. a: our run.",
        rows,
    )
    return [
        ppl(57.3, "ptb", "test", "Tied LSTM", n_parameters=24e6),
        ppl(58.8, "ptb", "test", "Zoneout LSTM", n_parameters=24e6, own=False),
        ppl(54.4, "ptb", "test", "Mixture of softmaxes", n_parameters=22e6),
        ppl(53.9, "ptb", "test", "Wide mixture", n_parameters=30e6),
    ]


@case(font="stix")
def ligatures_in_labels_and_captions(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Diﬀerential memory", "24.0", "24.9"],
        ["Eﬃcient ﬁlter network", "22.1", "22.8"],
    ]
    paper(sheet, "Table 1: Perplexity of eﬃcient models on WikiText-103 after ﬁve epochs.", rows)
    values = (("Differential memory", 24.0, 24.9), ("Efficient filter network", 22.1, 22.8))
    return valid_test(values, "wt103")


@case()
def hyphenated_words_in_caption_and_label(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.caption(
        "Table 1: A comparison of all models that share one vocabulary and one schedule, given as perplex-\n"
        "ity on the validation and test sets of the Penn Tree-\nbank."
    )
    rows: Rows = [
        ["Model", "Validation", "Test"],
        ["Long short-term memory with regu-\nlarised embeddings", "80.6", "77.1"],
        ["Gated convolution", "84.9", "81.3"],
    ]
    sheet.table(Table(rows, "lcc"))
    filler(sheet, 2)
    return [
        ppl(80.6, "ptb", "valid", "Long short-term memory with regu"),
        ppl(77.1, "ptb", "test", "Long short-term memory with regu"),
        ppl(84.9, "ptb", "valid", "Gated convolution"),
        ppl(81.3, "ptb", "test", "Gated convolution"),
    ]


@case()
def a_benchmark_broken_at_the_end_of_a_line(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.caption(
        "Table 1: Perplexity of models that share one vocabulary and one schedule of training, on WikiText-\n"
        "103, validation and test."
    )
    sheet.table(value_table((("Transformer", 24.0, 24.9), ("Gated", 22.1, 22.8))))
    filler(sheet, 2)
    values = (("Transformer", 24.0, 24.9), ("Gated", 22.1, 22.8))
    return valid_test(values, "wt103")


@case(font="stix")
def arrows_and_powers_in_headers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "#Params (×10^{6})", "Valid PPL ↓", "Test PPL (↓)"],
        ["Transformer", "41.5", "24.0", "24.9"],
        ["Deep transformer", "257", "17.8", "18.3"],
    ]
    paper(sheet, "Table 1: WikiText-103; lower is better.", rows, "lccc")
    return [
        ppl(24.0, "wt103", "valid", "Transformer", n_parameters=41.5e6),
        ppl(24.9, "wt103", "test", "Transformer", n_parameters=41.5e6),
        ppl(17.8, "wt103", "valid", "Deep transformer", n_parameters=257e6),
        ppl(18.3, "wt103", "test", "Deep transformer", n_parameters=257e6),
    ]


@case(font="stix")
def mathematical_labels(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "θ", "Test PPL"],
        ["LSTM (λ = 0.5)", "24M", "81.2"],
        ["LSTM (λ = 0.9)", "24M", "79.6"],
        ["LSTM + n × m memory", "31M", "77.4"],
    ]
    paper(sheet, "Table 1: Penn Treebank results; θ counts the parameters.", rows)
    return [
        ppl(81.2, "ptb", "test", "LSTM (λ = 0.5)", n_parameters=24e6),
        ppl(79.6, "ptb", "test", "LSTM (λ = 0.9)", n_parameters=24e6),
        ppl(77.4, "ptb", "test", "memory", n_parameters=31e6),
    ]


@case(font="stix")
def letters_of_which_half_a_code_is_left(sheet: Sheet) -> list[Expected]:
    sheet.maim("𝜆")
    rows: Rows = [["Model", "Valid", "Test"], ["𝜆 network", "24.0", "24.9"], ["𝜆𝜆 deep network", "22.1", "22.8"]]
    paper(sheet, "Table 1: Perplexity on WikiText-103 for two values of 𝜆.", rows)
    return valid_test((("network", 24.0, 24.9), ("deep network", 22.1, 22.8)), "wt103")


def _with_hidden_row(sheet: Sheet, hidden: str) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Plain LSTM", "91.3", "87.5"],
        [Cell("Older LSTM", hidden=hidden), Cell("95.7", hidden=hidden), Cell("92.4", hidden=hidden)],
        ["Tied LSTM", "84.6", "81.2"],
    ]
    paper(sheet, "Table 1: Perplexity on Penn Treebank.", rows)
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def a_row_in_white(sheet: Sheet) -> list[Expected]:
    return _with_hidden_row(sheet, "white")


@case()
def a_row_in_invisible_letters(sheet: Sheet) -> list[Expected]:
    return _with_hidden_row(sheet, "invisible")


@case()
def a_table_behind_a_figure(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    top = sheet.y
    sheet.table(value_table((("Older LSTM", 95.7, 92.4), ("Oldest LSTM", 99.8, 97.1))))
    sheet.cover(sheet.left + 60, top, sheet.left + sheet.column_width - 60, sheet.y)
    sheet.caption("Figure 1: The cell of the tied network.")
    filler(sheet, 1)
    sheet.caption("Table 1: Perplexity on Penn Treebank.")
    sheet.table(value_table(SMALL_CORPUS))
    filler(sheet, 1)
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def text_outside_of_the_page(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.caption("Table 1: Perplexity on Penn Treebank.")
    sheet.put(-90, sheet.y + 27, "92.4", 9)
    sheet.put(640, sheet.y + 27, "95.7", 9)
    sheet.table(value_table(SMALL_CORPUS))
    filler(sheet, 2)
    return valid_test(SMALL_CORPUS, "ptb")


BROKEN = (
    ("Transformer (Vaswani et al., 2017)", 48.7, 47.9),
    ("Gated transformer", 24.0, 23.1),
    ("Our large model", 8.3, 7.7),
)


def _as_printed(values: Values, printed: Callable[[float], str]) -> Rows:
    return [["Model", "Valid PPL", "Test PPL"], *([m, printed(v), printed(t)] for m, v, t in values)]


@case()
def letters_set_apart(sheet: Sheet) -> list[Expected]:
    paper(sheet, "Table 1: Perplexity on WikiText-103.", _as_printed(BROKEN, str), track=1.6, gap=24.0)
    return valid_test(BROKEN, "wt103")


@case()
def letters_set_further_apart_without_rules(sheet: Sheet) -> list[Expected]:
    paper(sheet, "Table 1: Perplexity on WikiText-103.", _as_printed(BROKEN, str), track=2.1, gap=30.0, rules="none")
    return valid_test(BROKEN, "wt103")


@case()
def a_space_after_the_decimal_point(sheet: Sheet) -> list[Expected]:
    rows = _as_printed(BROKEN, lambda v: str(v).replace(".", ". "))
    paper(sheet, "Table 1: Perplexity on WikiText-103. 3 networks.", rows)
    return valid_test(BROKEN, "wt103")


@case()
def a_space_before_the_decimal_point_on_a_grid(sheet: Sheet) -> list[Expected]:
    rows = _as_printed(BROKEN, lambda v: str(v).replace(".", " ."))
    paper(sheet, "Table 1: Perplexity on WikiText-103.", rows, "lrr", rules="grid")
    return valid_test(BROKEN, "wt103")


@case()
def middle_dots_as_decimal_points(sheet: Sheet) -> list[Expected]:
    paper(sheet, "Table 1: Perplexity on WikiText-103.", _as_printed(BROKEN, lambda v: str(v).replace(".", "·")))
    return valid_test(BROKEN, "wt103")


@case()
def powers_of_ten(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "WikiText-2", "PTB"],
        ["Rounding, 4 bits", "48.17", "57.30"],
        ["Rounding, 3 bits", "1.3e4", "1.4e+3"],
        ["Rounding, 2 bits", "1.9×10^{3}", "1.8 × 10^{4}"],
        ["Ternary", "571.", "107"],
        ["Binary", "2.1·10^{2}", "7.3E3"],
    ]
    paper(sheet, "Table 1: Perplexity of compressed networks.", rows)
    values = (
        ("Rounding, 4 bits", 48.17, 57.3), ("Rounding, 3 bits", 1.3e4, 1.4e3), ("Rounding, 2 bits", 1.9e3, 1.8e4),
        ("Ternary", 571.0, 107.0), ("Binary", 210.0, 7300.0),
    )  # fmt: skip
    return [
        ppl(value, benchmark, "unknown", label)
        for label, *both in values
        for benchmark, value in zip(("wt2", "ptb"), both, strict=True)
    ]


@case()
def labels_that_are_powers_and_spreads_in_brackets(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("RNN", across=2), None, Cell("LSTM", across=2), None],
        ["", "plain", "gated", "plain", "gated"],
        ["5.0 × 10^{-4}", "186.1 ± (6.2)", "184.2 ± (6.5)", "106.1 ± (1.0)", "105.6 ± (1.2)"],
        ["1.0 × 10^{-4}", "181.0 ± (3.8)", "177.4 ± (7.0)", "104.6 ± (1.4)", "102.5 ± (1.0)"],
        ["1.0 × 10^{-5}", "180.4 ± (3.3)", "177.2 ± (4.5)", "104.5 ± (1.4)", "101.5 ± (0.8)"],
    ]
    paper(sheet, "Table 1: Mean (± deviation) validation perplexities on WikiText-2.", rows, "lcccc", header=2)
    values = ((186.1, 184.2, 106.1, 105.6), (181.0, 177.4, 104.6, 102.5), (180.4, 177.2, 104.5, 101.5))
    return [Expected("perplexity", value, "wt2", "valid", n_parameters=None) for row in values for value in row]


@case()
def whole_numbers_beside_whole_sizes(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "# hidden", "context", "Valid", "Test"],
        ["Plain network", "100", "4", "152", "141"],
        ["Mixed network", "200", "5", "139", "131"],
        ["Wide network", "500", "8", "128", "122"],
    ]
    paper(sheet, "Table 1: Perplexities of networks of several sizes on the Penn Treebank.", rows, "lcccc")
    return valid_test((("Plain network", 152, 141), ("Mixed network", 139, 131), ("Wide network", 128, 122)), "ptb")


@case()
def whole_numbers_under_the_metric(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Context", "Hidden units", "Perplexity"],
        ["4", "100", "152"],
        ["5", "200", "139"],
        ["8", "500", "128"],
    ]
    paper(sheet, "Table 1: Networks of several sizes on the Penn Treebank test set.", rows, "ccc", rules="lines")
    return [ppl(value, "ptb", "test", label) for label, value in (("4", 152), ("5", 139), ("8", 128))]
