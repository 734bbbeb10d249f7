"""Typeset papers for what the last papers labelled blind showed: blocks under a header of their own, pairs of columns.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows, filler, paper, title
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table

# ---- layouts --------------------------------------------------------------------------------------------------------


@case(font="stix")
def a_second_block_under_other_spanning_headers(sheet: Sheet) -> list[Expected]:
    blocks = (("Bits", "WikiText2"), ("C4", "PTB"))
    values = (((8.5, 6.5, 3.58, 3.63), (5.75, 4.75, 3.65, 3.66)), ((5.65, 5.67, 6.93, 6.96), (5.68, 5.69, 7.02, 7.05)))
    rows: Rows = []
    for heads, block in zip(blocks, values, strict=True):
        rows.append(["", Cell(heads[0], across=2), None, Cell(heads[1], across=2), None])
        rows += [[f"Width {k}", *(f"{v:.2f}" for v in row)] for k, row in enumerate(block)]
    paper(
        sheet,
        "Table 1: Perplexity of two block sizes, by corpus.",
        rows,
        "lcccc",
        ruled_after=(2, 3),
        upright=(0, 2, 4),
    )
    first, second = values
    return [ppl(v, "wt2", "unknown", f"Width {k}") for k, row in enumerate(first) for v in row[2:]] + [
        ppl(v, "ptb", "unknown", f"Width {k}") for k, row in enumerate(second) for v in row[2:]
    ]


@case()
def two_tables_beside_each_other_under_one_caption(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    small: Rows = [["Halved", "125M", "350M"], ["Dense", "27.66", "22.00"], ["Thinned", "36.85", "31.58"]]
    large: Rows = [["Model", "Kept", "1.3B", "2.7B", "6.7B"], ["Dense", "100%", "14.62", "12.47", "10.86"]]
    large += [["Thinned", "50%", "17.46", "13.48", "11.55"], ["Thinned", "25%", "19.12", "14.98", "12.56"]]
    width = sheet.column_width
    sheet.put(sheet.left + 0.5 * width - 80, sheet.y + 9, "Table 1. Perplexity on WikiText-2.", 9)
    sheet.skip(20)
    top = sheet.y
    sheet.table(Table(small, "lcc"), x=sheet.left + 0.2 * width, width=0.22 * width)
    sheet.y = top
    sheet.table(Table(large, "lcccc"), x=sheet.left + 0.46 * width, width=0.34 * width)
    filler(sheet, 2)
    sizes = {"125M": 125e6, "350M": 350e6, "1.3B": 1.3e9, "2.7B": 2.7e9, "6.7B": 6.7e9}
    return [
        ppl(float(text), "wt2", "unknown", row[0], sizes[head])
        for rows in (small, large)
        for row in rows[1:]
        for head, text in zip(rows[0], row, strict=True)
        if head in sizes
    ]


@case()
def a_cell_on_two_lines_beside_its_row(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Task", "Ours", "SoTA", "Model"],
        ["Digits (acc.)", "99.0", "99.1", "Dilated"],
        ["Word PTB (ppl)", "88.68", "47.7", "Mixture of many heads\nand more of them"],
        ["Word Wiki-103 (ppl)", "45.19", "40.4", "Networks with cache\nof a large size"],
    ]
    paper(sheet, "Table 1: The best results for each task.", rows, "lccc", rules="grid", middle=True)
    values = (("ptb", "Word PTB (ppl)", 88.68, 47.7), ("wt103", "Word Wiki-103 (ppl)", 45.19, 40.4))
    return [
        ppl(v, b, "unknown", label, system="", own=own)
        for b, label, *row in values
        for v, own in zip(row, (True, False), strict=True)
    ]


# ---- counts ---------------------------------------------------------------------------------------------------------


@case()
def counts_behind_the_results_of_each_corpus(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", Cell("PTB", across=2), None, Cell("WikiText-2", across=2), None]]
    rows += [["", "PPL", "#param", "PPL", "#param"]]
    rows += [["Deep", "103.0", "9.3M", "127.1", "21.3M"], ["Wide", "93.8", "13.5M", "108.5", "25.5M"]]
    paper(sheet, "Table 1: Models of both depths.", rows, "lcccc", header=2, partial=((0, 1, 2), (0, 3, 4)))
    values = (("Deep", 103.0, 9.3e6, 127.1, 21.3e6), ("Wide", 93.8, 13.5e6, 108.5, 25.5e6))
    return [ppl(v, "ptb", "unknown", label, n) for label, v, n, *_ in values] + [
        ppl(v, "wt2", "unknown", label, n) for label, *_, v, n in values
    ]


@case()
def counts_behind_results_under_one_word(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Task", "Gated", "Size", "Linear", "Size"]]
    rows += [
        ["Word PTB (ppl)", "88.68", "13M", "91.7", "22M"],
        ["Word Wiki-103 (ppl)", "45.19", "148M", "48.4", "160M"],
    ]
    paper(sheet, "Table 1: Results for each task.", rows, "lcccc")
    values = (("ptb", 88.68, 13e6, 91.7, 22e6), ("wt103", 45.19, 148e6, 48.4, 160e6))
    return [ppl(v, b, "unknown", None, n) for b, v, n, *_ in values] + [
        ppl(v, b, "unknown", None, n) for b, *_, v, n in values
    ]


@case(font="stix")
def a_size_in_the_corner(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["OPT-175B", "dense", "half", "full"],
        ["WikiText2", "8.34", "8.22", "8.74"],
        ["PTB", "12.01", "12.15", "13.25"],
    ]
    paper(sheet, "Table 1: Perplexity by the fraction of layers.", rows, "lccc")
    values = (("wt2", (8.34, 8.22, 8.74)), ("ptb", (12.01, 12.15, 13.25)))
    return [ppl(v, b, "unknown", None, 175e9) for b, row in values for v in row]


# ---- meanings -------------------------------------------------------------------------------------------------------


@case(font="stix")
def a_bit_width_in_the_caption(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("The perplexity on WikiText-2 suffers from few bits.")
    rows: Rows = [["Precision", "PIQA ↑", "WikiText-2 ↓"], ["W16A16", "66.3", "21.5"], ["W8A8", "64.1", "26.2"]]
    sheet.caption("Table 1: Results where WxAy stands for x-/y-bit weights and inputs; all are zero-shot.")
    sheet.table(Table(rows, "lcc"))
    filler(sheet, 1)
    return [ppl(21.5, "wt2", "unknown", "W16A16"), ppl(26.2, "wt2", "unknown", "W8A8")]


@case()
def neither_of_two_settings(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Test"], ["Deep", "55.97"], ["Wide + dynamical evaluation", "47.69"]]
    paper(
        sheet, "Table 1: Test perplexity on PTB without finetuning or dynamical evaluation where not said.", rows, "lc"
    )
    return [
        ppl(55.97, "ptb", "test", "Deep", setting=""),
        ppl(47.69, "ptb", "test", "Wide", setting="dynamic_evaluation"),
    ]


@case()
def a_setting_taken_from_another_paper(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test"],
        ["Deep (Hand et al. (2017) hyper-parameters)", "58.95"],
        ["Deep (Hand et al., 2017)", "57.3"],
    ]
    paper(sheet, "Table 1: Test perplexity on PTB.", rows, "lc")
    return [ppl(58.95, "ptb", "test", "hyper", own=True), ppl(57.3, "ptb", "test", "Deep", own=False)]


@case()
def columns_marked_as_earlier_work(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["", "Gated", "Linear", "§"], ["PTB", "117.7", "112.0", "123.4"]]
    caption = "Table 1: Test perplexity of both networks. § The previous state of the art with shallow networks."
    paper(sheet, caption, rows, "lccc")
    return [ppl(v, "ptb", "test", None, own=own) for v, own in ((117.7, True), (112.0, True), (123.4, False))]
