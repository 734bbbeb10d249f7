"""Typeset papers for cells that stand for several columns or rows, and for labels that hold numbers.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import SMALL_CORPUS, Rows, paper, title, valid_test
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table


@case()
def headers_centred_over_bare_columns(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("Plain", across=3), None, None, Cell("Gated", across=3), None, None],
        ["Depth", "2", "3", "4", "2", "3", "4"],
        ["# of param. (M)", "20.7", "23.5", "26.4", Cell("25.3", across=3), None, None],
        ["Perplexity", "73.4", "69.8", "68.3", "69.2", "67.4", "66.1"],
    ]
    paper(sheet, "Table 1: Results on the Penn Treebank dataset.", rows, "lcccccc", upright=(0, 3, 6))
    counts = (20.7e6, 23.5e6, 26.4e6, 25.3e6, 25.3e6, 25.3e6)
    values = (73.4, 69.8, 68.3, 69.2, 67.4, 66.1)
    systems = ("Plain",) * 3 + ("Gated",) * 3
    return [
        ppl(value, "ptb", "unknown", "Perplexity", count, system=system)
        for value, count, system in zip(values, counts, systems, strict=True)
    ]


@case()
def parameters_centred_on_three_rows(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Params", "Valid", "Test"],
        ["Plain LSTM", Cell("24M", down=3), "91.3", "87.5"],
        ["Tied LSTM", None, "84.6", "81.2"],
        ["Gated LSTM", None, "83.9", "80.6"],
        ["Wide LSTM", "54M", "82.7", "79.8"],
    ]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows, "lccc", ruled_after=(3,))
    return [
        *valid_test((*SMALL_CORPUS, ("Gated LSTM", 83.9, 80.6)), "ptb", n_parameters=24e6),
        *valid_test((("Wide LSTM", 82.7, 79.8),), "ptb", n_parameters=54e6),
    ]


@case()
def a_spanning_header_set_too_wide(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("Training time", across=3), None, None],
        ["Model", "Hours", "Valid", "Test"],
        ["Plain LSTM", "10.5", "91.3", "87.5"],
        ["Tied LSTM", "12.5", "84.6", "81.2"],
    ]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows, "lccc", header=2, partial=((0, 1, 3),))
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def a_label_that_speaks_of_test_time(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "PPL Sparse", "PPL Dense"],
        ["Fast weights", "22.4", "15.9"],
        ["Test-time only", "24.1", "16.7"],
    ]
    paper(sheet, "Table 1: Dev set WikiText-103 perplexities of ablations.", rows, "lll")
    values = (("Fast weights", 22.4), ("Fast weights", 15.9), ("Test-time only", 24.1), ("Test-time only", 16.7))
    return [ppl(value, "wt103", "valid", label) for label, value in values]


@case()
def sizes_in_group_labels(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "Case", "Test"],
        ["117M:", "1: Baseline", "27.78"],
        ["", "2: Warmup", "27.74"],
        ["1.5B:", "3: Baseline", "13.89"],
        ["", "4: Warmup", "13.72"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-103.", rows, "rlc", ruled_after=(2,))
    return [
        ppl(27.78, "wt103", "test", "1: Baseline", 117e6),
        ppl(27.74, "wt103", "test", "2: Warmup", 117e6),
        ppl(13.89, "wt103", "test", "3: Baseline", 1.5e9),
        ppl(13.72, "wt103", "test", "4: Warmup", 1.5e9),
    ]


@case()
def sizes_before_the_names_of_systems(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Task", "Metric", "6.7B re-run", "13B tuned", "300M tokens"],
        ["PTB", "perplexity", "13.5", "11.4", "25.6"],
        ["WikiText-103", "perplexity", "9.13", "8.56", "21.7"],
    ]
    paper(sheet, "Table 1: Results of three models.", rows, "llccc")
    systems = (("re-run", 6.7e9), ("tuned", 13e9), ("tokens", None))
    results = (("ptb", "PTB", (13.5, 11.4, 25.6)), ("wt103", "WikiText-103", (9.13, 8.56, 21.7)))
    return [
        ppl(value, benchmark, "unknown", label, count, system=system)
        for benchmark, label, values in results
        for value, (system, count) in zip(values, systems, strict=True)
    ]


@case()
def references_in_the_last_column(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Perplexity", "Reference"],
        ["Plain LSTM", "61.2/58.8", "Young et al. (2017)"],
        ["Tied LSTM", "60.1/57.9", "Section 4"],
    ]
    paper(sheet, "Table 1: Validation/test perplexity on PTB.", rows, "lcc")
    return [
        *valid_test((("Plain LSTM", 61.2, 58.8),), "ptb", own=False),
        *valid_test((("Tied LSTM", 60.1, 57.9),), "ptb", own=True),
    ]


@case()
def trainable_parameters(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test", "# Trainable Params"],
        ["Plain LSTM", "91.3", "87.5", "247M"],
        ["Tied LSTM", "84.6", "81.2", "257M"],
    ]
    paper(sheet, "Table 1: Perplexity on PTB.", rows, "lccr")
    return [
        *valid_test(SMALL_CORPUS[:1], "ptb", n_parameters=247e6),
        *valid_test(SMALL_CORPUS[1:], "ptb", n_parameters=257e6),
    ]


@case()
def corpora_named_by_their_size(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We also measure perplexity beyond WikiText-103; see Table 1 for both corpora.")
    sheet.caption("Table 1: Perplexity of the same model.")
    rows: Rows = [["Corpus", "Valid", "Test"], ["Wikipedia 5.5B", "60.8", "50.9"], ["Wiki-20M", "70.8", "69.4"]]
    sheet.table(Table(rows, "lcc"))
    return []


@case()
def two_variants_in_one_cell(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "75% / + Distil", "25% / + Distil"],
        ["Soft", "16.754 / 16.950", "19.948 / 19.473"],
        ["Random", "16.574 / 16.823", "20.444 / 19.798"],
    ]
    paper(sheet, "Table 1: Perplexity on the validation set of WikiText-103 for what is left.", rows, "lcc")
    soft, random = (16.754, 16.95, 19.948, 19.473), (16.574, 16.823, 20.444, 19.798)
    return [
        ppl(value, "wt103", "valid", label)
        for label, values in (("Soft", soft), ("Random", random))
        for value in values
    ]
