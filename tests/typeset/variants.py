"""Typeset papers for tables that say less, or say it elsewhere, than most: short names, ablations, asides, pairs.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import LARGE_CORPUS, SMALL_CORPUS, Rows, filler, paper, title, valid_test, value_rows, value_table
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell


@case()
def a_short_name_that_the_caption_explains(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid PPL", "Test PPL"],
        [Cell("Wikitext", across=3), None, None],
        *value_rows(LARGE_CORPUS),
        [Cell("PG-19", across=3), None, None],
        ["Plain LSTM", "60.8", "50.9"],
    ]
    paper(sheet, "Table 1: Results on Wikitext-103 and PG-19.", rows, "lcc", ruled_after=(1, 3, 4))
    return valid_test(LARGE_CORPUS, "wt103")


@case()
def an_ablation_of_properties(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "PTB", "WT2"],
        ["Tied LSTM", "81.2", "91.7"],
        ["- dropout", "87.5", "99.1"],
        ["- weight decay", "84.3", "95.6"],
        ["depth=10", "82.6", "92.8"],
    ]
    paper(sheet, "Table 1: Test perplexity without parts of the model.", rows, "lcc")
    values = (
        ("Tied LSTM", 81.2, 91.7),
        ("dropout", 87.5, 99.1),
        ("weight decay", 84.3, 95.6),
        ("depth=10", 82.6, 92.8),
    )
    return [ppl(v, b, "test", label) for label, *both in values for b, v in zip(("ptb", "wt2"), both, strict=True)]


@case()
def headers_a_word_space_apart(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Depth of the net", Cell("Validation set", across=2), None, Cell("Test set", across=2), None],
        ["", "with gate", "w/o gate", "with gate", "w/o gate"],
        ["depth=10", "67.5", "67.9", "65.0", "65.4"],
        ["depth=20", "65.6", "66.4", "62.9", "63.2"],
    ]
    paper(sheet, "Table 1: Perplexity on the PTB dataset.", rows, "lllll", header=2, gap=3.0)
    return [
        ppl(value, "ptb", split, label)
        for label, *values in (("depth=10", 67.5, 67.9, 65.0, 65.4), ("depth=20", 65.6, 66.4, 62.9, 63.2))
        for split, value in zip(("valid", "valid", "test", "test"), values, strict=True)
    ]


@case()
def a_metric_hyphenated_in_the_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Parame-\nters, M", "Test per-\nplexity"],
        ["Plain LSTM", "4.6", "87.5"],
        ["Tied LSTM", "9.8", "81.2"],
    ]
    paper(sheet, "Table 1: Models of both depths on PTB.", rows, "lcc")
    return [
        ppl(87.5, "ptb", "test", "Plain LSTM", 4.6e6),
        ppl(81.2, "ptb", "test", "Tied LSTM", 9.8e6),
    ]


@case()
def the_parameters_of_a_part_beside_those_of_the_whole(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Parameters\n(M)", "Output layer\nparameters (M)", "Test\nperplexity"],
        ["Plain LSTM", "4.64", "2.0", "87.5"],
        ["Tied LSTM", "19.7", "6.5", "81.2"],
    ]
    paper(sheet, "Table 1: Models of both depths on PTB.", rows, "lccc")
    return [
        ppl(87.5, "ptb", "test", "Plain LSTM", 4.64e6),
        ppl(81.2, "ptb", "test", "Tied LSTM", 19.7e6),
    ]


@case()
def pairs_in_brackets(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Perplexity (validate, test)", "Width"],
        ["Plain LSTM", "(91.3,  87.5)", "830"],
        ["Tied LSTM", "(84.6,  81.2)", "517"],
    ]
    paper(sheet, "Table 1: Sparse networks on PTB.", rows, "lcc")
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def a_label_of_two_lines_around_its_values(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Plain LSTM", "91.3", "87.5"],
        ["Tied LSTM without\nstaged training", "84.6", "81.2"],
    ]
    paper(sheet, "Table 1: Perplexity on PTB.", rows, "lcc", ruled_after=(1,), middle=True)
    return [
        *valid_test(SMALL_CORPUS[:1], "ptb"),
        ppl(84.6, "ptb", "valid", "Tied LSTM without staged training"),
        ppl(81.2, "ptb", "test", "Tied LSTM without staged training"),
    ]


@case()
def no_word_of_the_metric_in_the_table(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We show the perplexities of the baselines on PTB in Table 1.")
    filler(sheet, 1)
    sheet.caption("Table 1: Comparison with the baselines on PTB. AL is trained with an augmented loss function.")
    sheet.table(value_table(SMALL_CORPUS))
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def another_corpus_named_in_an_aside(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph(
        "We measure perplexity on WikiText-2 in all that follows. WikiText-2 is small. WikiText-2 is public."
    )
    sheet.paragraph("The gain holds on the Toronto Book Corpus; see the appendix. Table 1 shows our results.")
    sheet.caption("Table 1: Perplexity of both models.")
    sheet.table(value_table(LARGE_CORPUS))
    return valid_test(LARGE_CORPUS, "wt2")


@case()
def divergences_on_the_corpus(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("Perplexity alone hides how far apart the predictions are; Table 1 shows it for PTB.")
    sheet.caption("Table 1: Expected pairwise KL divergence on PTB.")
    sheet.table(value_table((("Plain LSTM", 5.87, 5.76), ("Tied LSTM", 5.95, 5.86))))
    return []
