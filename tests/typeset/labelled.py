"""Typeset papers for what papers labelled blind showed: repeated headers, counts in brackets, lists of corpora.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows, filler, paper, title, valid_test
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table

PAIR = (("Gated", 24.9), ("Linear", 25.6))
PAIR_ROWS: Rows = [["Gated", "24.9"], ["Linear", "25.6"]]


# ---- values ---------------------------------------------------------------------------------------------------------


@case()
def a_change_in_percent_behind_each_value(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Perplexity", "Gain"], ["4-gram", "142.04", "-"]]
    rows += [["Network", "140.06 (-1.4%)", "1.4%"], ["Ensemble", "134.80 (-5.1 %)", "5.1%"]]
    paper(sheet, "Table 1: Test set perplexities on the Penn Treebank.", rows)
    return [ppl(v, "ptb", "test", label) for label, v in (("4-gram", 142.04), ("Network", 140.06), ("Ensemble", 134.8))]


@case()
def whole_numbers_tell_the_rows_apart(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Top", "Middle", "Bottom", "Valid", "Test"]]
    values = (("15", "0", "0", 56.2, 54.3), ("15", "5", "0", 55.3, 53.5), ("10", "5", "5", 54.9, 53.2))
    rows += [[*numbers, f"{valid}", f"{test}"] for *numbers, valid, test in values]
    paper(sheet, "Table 1: Perplexities on the PTB dataset with distributions from each layer.", rows, "ccccc")
    return [
        ppl(v, "ptb", split, " ".join(map(str, numbers)), system="")
        for *numbers, valid, test in values
        for split, v in (("valid", valid), ("test", test))
    ]


# ---- headers --------------------------------------------------------------------------------------------------------


@case()
def a_header_of_two_lines_printed_again(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Models", Cell("GPT-base (117M)", across=2), None], ["Tasks", "PTB", "WikiText-2"]]
    rows += [["Full", "19.31", "21.02"], ["Rounded", "22.17", "27.28"]]
    rows += [["Models", Cell("GPT-large (355M)", across=2), None], ["Tasks", "PTB", "WikiText-2"]]
    rows += [["Full", "15.92", "16.43"], ["Rounded", "17.69", "19.51"]]
    paper(sheet, "Table 1: Test perplexity of both models.", rows, header=2, ruled_after=(3, 5))
    values = (
        (117e6, (("Full", 19.31, 21.02), ("Rounded", 22.17, 27.28))),
        (355e6, (("Full", 15.92, 16.43), ("Rounded", 17.69, 19.51))),
    )
    return [
        ppl(v, b, "test", label, n)
        for n, part in values
        for label, *row in part
        for b, v in zip(("ptb", "wt2"), row, strict=True)
    ]


@case()
def a_heading_with_a_number_between_the_rows(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Depth", "Perplexity"], [Cell("Uniform scaling", across=3), None, None]]
    rows += [["R1", "43", "56.19"], ["R2", "115", "48.58"]]
    rows += [[Cell("Varying depth (see Eq. 4)", across=3), None, None], ["R3", "92", "46.30"], ["R4", "158", "41.18"]]
    paper(sheet, "Table 1: Ablations on WikiText-103.", rows, "lcc", ruled_after=(1, 3, 4))
    values = (("Uniform scaling | R1", 56.19), ("Uniform scaling | R2", 48.58))
    values += (("Varying depth (see Eq. 4) | R3", 46.3), ("Varying depth (see Eq. 4) | R4", 41.18))
    return [ppl(v, "wt103", "unknown", label) for label, v in values]


@case()
def headings_in_a_table_without_rules(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Valid", "Test"], [Cell("Small, 10M parameters", across=3), None, None]]
    rows += [["Plain", "91.3", "87.5"], ["Tied", "84.6", "81.2"]]
    rows += [[Cell("Large, 24M parameters", across=3), None, None], ["Plain", "82.8", "79.4"], ["Tied", "76.7", "73.6"]]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows, rules="none")
    small, large = (("Plain", 91.3, 87.5), ("Tied", 84.6, 81.2)), (("Plain", 82.8, 79.4), ("Tied", 76.7, 73.6))
    return [*valid_test(small, "ptb", n_parameters=10e6), *valid_test(large, "ptb", n_parameters=24e6)]


@case()
def a_row_of_growing_numbers_is_a_second_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Block", Cell("WikiText-2 perplexity", across=4), None, None, None], ["size", "4", "8", "16", "32"]]
    rows += [["4", "13.58", "13.63", "13.72", "13.82"], ["8", "13.63", "13.64", "13.65", "13.67"]]
    paper(sheet, "Table 1: Test perplexity by both sizes of a block.", rows, "ccccc")
    return [
        ppl(float(v), "wt2", "test", str(label), system="")
        for label, *values in (rows[2], rows[3])
        for v in values
        if v
    ]


# ---- counts ---------------------------------------------------------------------------------------------------------


@case()
def counts_in_brackets_behind_the_corpus(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "WikiText-2 (13M)", "WikiText-103 (148M)"],
        ["Gated", "120.5", "32.9"],
        ["Linear", "117.6", "26.1"],
    ]
    paper(sheet, "Table 1: Test perplexity. The number of model parameters is shown in brackets.", rows)
    values = (("Gated", 120.5, 32.9), ("Linear", 117.6, 26.1))
    return [
        ppl(v, b, "test", label, n)
        for label, *row in values
        for b, n, v in zip(("wt2", "wt103"), (13e6, 148e6), row, strict=True)
    ]


@case()
def tokens_in_brackets_behind_the_corpus(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "WikiText-2 (2M)", "WikiText-103 (103M)"],
        ["Gated", "120.5", "32.9"],
        ["Linear", "117.6", "26.1"],
    ]
    paper(sheet, "Table 1: Test perplexity on two corpora of different size.", rows)
    return [
        ppl(v, b, "test", label)
        for label, *row in (("Gated", 120.5, 32.9), ("Linear", 117.6, 26.1))
        for b, v in zip(("wt2", "wt103"), row, strict=True)
    ]


@case()
def a_count_of_all_beside_a_count_of_a_part(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Perplexity", "Params (blocks)", "Params (all)"]]
    rows += [["Gated", "24.9", "41.1M", "151.1M"], ["Linear", "25.6", "34.3M", "144.4M"]]
    paper(sheet, "Table 1: Test perplexity on WikiText-103.", rows, "lccc")
    return [ppl(24.9, "wt103", "test", "Gated", 151.1e6), ppl(25.6, "wt103", "test", "Linear", 144.4e6)]


@case()
def a_size_behind_a_space_in_the_caption(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Method", "PPL"], ["Full", "27.65"], ["Rounded", "37.28"]]
    paper(sheet, "Table 1: Perplexity of OPT 125M on WikiText-2.", rows, "lc")
    return [ppl(27.65, "wt2", "unknown", "Full", 125e6), ppl(37.28, "wt2", "unknown", "Rounded", 125e6)]


@case()
def a_size_centred_before_the_labels(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.caption("Table 1: Perplexity of both sizes on WikiText-2.")
    rows: Rows = [["Size", "Method", "PPL"]]
    rows += [
        [Cell("7B", down=4), "Full", "5.68"],
        [None, "Spared", "5.73"],
        [None, "Rounded", "6.43"],
        [None, "Fitted", "5.87"],
    ]
    rows += [
        [Cell("13B", down=4), "Full", "5.09"],
        [None, "Spared", "5.13"],
        [None, "Rounded", "5.55"],
        [None, "Fitted", "5.22"],
    ]
    sheet.table(Table(rows, "clc", ruled_after=(0, 4)))
    filler(sheet, 2)
    values = ((7e9, (5.68, 5.73, 6.43, 5.87)), (13e9, (5.09, 5.13, 5.55, 5.22)))
    return [
        ppl(v, "wt2", "unknown", label, n)
        for n, part in values
        for label, v in zip(("Full", "Spared", "Rounded", "Fitted"), part, strict=True)
    ]


# ---- corpora --------------------------------------------------------------------------------------------------------


@case()
def rows_are_corpora_and_nothing_names_the_metric(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("All results are perplexities.")
    filler(sheet, 1)
    sheet.caption("Table 1: The first layers of the model in the sparse pattern.")
    rows: Rows = [["Corpus", "dense", "half", "full"], ["raw-WikiText2", "8.34", "8.22", "8.74"]]
    rows += [["PTB", "12.01", "12.15", "13.25"], ["C4-subset", "10.13", "10.22", "10.92"]]
    sheet.table(Table(rows, "lccc"))
    filler(sheet, 2)
    values = (("wt2", (8.34, 8.22, 8.74)), ("ptb", (12.01, 12.15, 13.25)))
    return [
        ppl(v, b, "unknown", "", system=system)
        for b, part in values
        for system, v in zip(("dense", "half", "full"), part, strict=True)
    ]


@case()
def rows_of_settings_for_each_corpus_are_no_results(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("All results are perplexities.")
    sheet.caption("Table 1: How training differs between the corpora.")
    rows: Rows = [
        ["Corpus", "Layers", "Batch", "Dropout"],
        ["WikiText-2", "16", "64", "0.25"],
        ["PTB", "12", "32", "0.45"],
    ]
    sheet.table(Table(rows, "lccc"))
    filler(sheet, 2)
    return []


@case()
def a_short_name_under_another_corpus(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "WikiText2", "Dolma\nBooks", "Dolma\nWiki"],
        ["Full", "5.54", "6.79", "5.69"],
        ["Sparse", "5.71", "6.99", "5.87"],
    ]
    paper(sheet, "Table 1: Perplexity of both systems.", rows, "lccc")
    return [ppl(5.54, "wt2", "unknown", "Full"), ppl(5.71, "wt2", "unknown", "Sparse")]


@case()
def an_average_over_two_corpora(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Method", "Average PPL"], ["Full", "28.78"], ["Sparse", "16.97"]]
    paper(sheet, "Table 1: We report the average perplexity of WikiText2 and C4.", rows, "lc")
    return []


@case()
def domains_with_names_of_two_letters(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We test on the IT corpus and the Law corpus, and in the next section on WikiText-103.")
    sheet.caption("Table 1: Test perplexity of two domains. Sizes are those of the training data.")
    rows: Rows = [
        ["Model", "IT", "Law"],
        ["#sent", "222,927", "467,309"],
        ["Gated", "66.49", "19.93"],
        ["Linear", "53.69", "19.43"],
    ]
    sheet.table(Table(rows, "lcc"))
    filler(sheet, 1)
    return []


# ---- captions -------------------------------------------------------------------------------------------------------


@case(columns=2)
def a_caption_across_both_columns(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "WikiText-2", "WikiText-103"], ["Gated", "30.6", "35.8"], ["Linear", "32.4", "35.5"]]
    title(sheet)
    width = 2 * sheet.column_width + 18
    sheet.paragraph(
        "Table 1: Performance of language models in both settings, all of which are trained only on the corpus of this "
        "work and evaluated on the books, WikiText2 and WikiText103 test sets, as perplexity.",
        size=9, width=width,
    )  # fmt: skip
    sheet.skip(6)
    sheet.table(Table(rows, "lcc"), width=width)
    filler(sheet, 14)
    return [
        ppl(v, b, "test", label)
        for label, *row in (("Gated", 30.6, 35.8), ("Linear", 32.4, 35.5))
        for b, v in zip(("wt2", "wt103"), row, strict=True)
    ]
