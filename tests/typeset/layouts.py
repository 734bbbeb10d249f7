"""Typeset papers for where cells stand: rules, columns of the page, spans, groups, captions.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from functools import partial

from typeset.blocks import LARGE_CORPUS, SMALL_CORPUS, Rows, filler, paper, title, valid_test, value_rows, value_table
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table

FOUR_SYSTEMS = (
    ("Small LSTM", 118.4, 113.9),
    ("Medium LSTM", 87.6, 83.2),
    ("Large LSTM", 82.3, 78.9),
    ("Gated convolution", 80.7, 77.4),
)


def _plain_paper(sheet: Sheet, **table: object) -> list[Expected]:
    """Four systems with validation and test values on one benchmark, under a caption."""
    title(sheet)
    filler(sheet, 2)
    sheet.caption("Table 1: Word-level perplexity on the Penn Treebank validation and test sets.")
    rows: Rows = [["Model", "Validation", "Test"], *value_rows(FOUR_SYSTEMS)]
    sheet.table(Table(rows, "lcc", **table))  # type: ignore[arg-type]
    filler(sheet, 3)
    return valid_test(FOUR_SYSTEMS, "ptb", own=True)


@case()
def three_horizontal_rules(sheet: Sheet) -> list[Expected]:
    return _plain_paper(sheet)


@case()
def full_grid(sheet: Sheet) -> list[Expected]:
    return _plain_paper(sheet, rules="grid")


@case()
def a_rule_under_every_row(sheet: Sheet) -> list[Expected]:
    return _plain_paper(sheet, rules="lines")


@case()
def an_upright_rule_after_the_labels(sheet: Sheet) -> list[Expected]:
    return _plain_paper(sheet, upright=(0,))


@case()
def no_rules_at_all(sheet: Sheet) -> list[Expected]:
    return _plain_paper(sheet, rules="none")


@case()
def tight_columns(sheet: Sheet) -> list[Expected]:
    return _plain_paper(sheet, gap=4.0, size=8.0)


@case()
def numbers_flush_right(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.caption("Table 1: Perplexity on WikiText-103, validation and test.")
    rows = (("Recurrent baseline", 148.7, 151.2), ("Compact transformer", 24.0, 24.9), ("Deep transformer", 9.8, 10.3))
    sheet.table(Table([["Model", "Valid", "Test"], *value_rows(rows)], "lrr"))
    filler(sheet, 2)
    return valid_test(rows, "wt103")


@case(columns=2)
def two_column_page_with_a_table_in_each(sheet: Sheet) -> list[Expected]:
    left = (*SMALL_CORPUS, ("Zoneout LSTM", 79.9, 76.8))
    right = (*LARGE_CORPUS, ("Zoneout LSTM", 90.4, 86.0))
    title(sheet)
    filler(sheet, 1)
    top = sheet.y
    for rows, name in ((left, "Penn Treebank"), (right, "WikiText-2")):
        sheet.y = top
        sheet.caption(f"Table {1 if rows is left else 2}: Perplexity on {name}.")
        sheet.table(value_table(rows))
        filler(sheet, 3)
        if rows is left:
            sheet.next_column()
            filler(sheet, 1)
    return valid_test(left, "ptb") + valid_test(right, "wt2")


@case(columns=2)
def a_table_across_two_columns(sheet: Sheet) -> list[Expected]:
    body = (("Stacked LSTM", 25, 81.9, 78.4, 93.6, 89.2), ("Transformer, 12 layers", 31, 76.1, 73.0, 84.5, 80.8))
    rows: Rows = [
        ["", "", Cell("Penn Treebank", across=2), None, Cell("WikiText-2", across=2), None],
        ["Model", "Parameters", "Validation", "Test", "Validation", "Test"],
        *([label, f"{n}M", *(f"{v:.1f}" for v in values)] for label, n, *values in body),
    ]
    table = Table(rows, "lccccc", header=2, partial=((0, 2, 3), (0, 4, 5)), gap=20.0)
    wide = 2 * sheet.column_width + sheet.gutter
    sheet.table(table, width=wide)
    sheet.caption("Table 1: Perplexities of both models.", width=wide)
    top = sheet.y
    title(sheet)
    filler(sheet, 3)
    sheet.next_column()
    sheet.y = top
    filler(sheet, 4)
    places = (("ptb", "valid"), ("ptb", "test"), ("wt2", "valid"), ("wt2", "test"))
    return [
        ppl(value, *place, label, n_parameters=n * 1e6)
        for label, n, *values in body
        for place, value in zip(places, values, strict=True)
    ]


@case()
def two_tables_side_by_side(sheet: Sheet) -> list[Expected]:
    left, right = SMALL_CORPUS, LARGE_CORPUS
    title(sheet)
    filler(sheet, 2)
    top = sheet.y
    half = sheet.column_width / 2 - 10
    for number, rows, name, x in (
        (1, left, "Penn Treebank", sheet.left),
        (2, right, "WikiText-2", sheet.left + half + 20),
    ):
        sheet.y = top
        sheet.table(value_table(rows), x=x, width=half)
        sheet.caption(f"Table {number}: Perplexity on {name}.", x=x, width=half)
    filler(sheet, 3)
    return valid_test(left, "ptb") + valid_test(right, "wt2")


@case()
def two_panels_under_one_caption(sheet: Sheet) -> list[Expected]:
    left, right = SMALL_CORPUS, LARGE_CORPUS
    title(sheet)
    filler(sheet, 1)
    top = sheet.y
    half = sheet.column_width / 2 - 10
    for rows, name, x in ((left, "(a) Penn Treebank", sheet.left), (right, "(b) WikiText-2", sheet.left + half + 20)):
        sheet.y = top
        sheet.table(value_table(rows), x=x, width=half)
        sheet.put(x + (half - sheet.width(name, 9)) / 2, sheet.y + 10, name, 9)
        sheet.skip(14)
    sheet.caption("Table 1: Perplexities of plain and tied models on two corpora.")
    filler(sheet, 2)
    return valid_test(left, "ptb") + valid_test(right, "wt2")


@case()
def wrapped_labels(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test perplexity"],
        ["Recurrent highway network with\ntied embeddings and zoneout", "88.1"],
        ["Long short-term memory", "99.3"],
        ["Long short-term memory with\na sparse output layer", "91.6"],
        ["Quasi-recurrent network", "94.8"],
    ]
    paper(sheet, "Table 1: Perplexity on the WikiText-2 test set.", rows, "lc")
    return [
        ppl(88.1, "wt2", "test", "Recurrent highway network with tied embeddings and zoneout"),
        ppl(99.3, "wt2", "test", "Long short-term memory"),
        ppl(91.6, "wt2", "test", "Long short-term memory with a sparse output layer"),
        ppl(94.8, "wt2", "test", "Quasi-recurrent network"),
    ]


@case()
def wrapped_labels_with_values_in_the_middle(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Recurrent highway network with\ntied embeddings and zoneout", "90.4", "86.3"],
        ["Mixture of softmaxes over\na deep recurrent network", "79.7", "76.2"],
    ]
    sheet.table(Table(rows, "lcc", rules="lines", middle=True))
    sheet.caption("Table 1: Perplexity on WikiText-2.")
    filler(sheet, 2)
    first = "Recurrent highway network with tied embeddings and zoneout"
    second = "Mixture of softmaxes over a deep recurrent network"
    return valid_test(((first, 90.4, 86.3), (second, 79.7, 76.2)), "wt2")


@case()
def wrapped_headers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Penn Treebank\ntest\nperplexity", "WikiText-2\ntest\nperplexity", "Training\ntime\n(hours)"],
        ["Plain LSTM", "87.5", "99.1", "12.5"],
        ["Tied LSTM", "81.2", "91.7", "14.0"],
    ]
    paper(sheet, "Table 1: Results of all models.", rows, "lccc")
    return [
        ppl(87.5, "ptb", "test", "Plain LSTM"),
        ppl(99.1, "wt2", "test", "Plain LSTM"),
        ppl(81.2, "ptb", "test", "Tied LSTM"),
        ppl(91.7, "wt2", "test", "Tied LSTM"),
    ]


def _two_benchmarks(sheet: Sheet, **table: object) -> list[Expected]:
    rows: Rows = [
        ["", Cell("PTB", across=2), None, Cell("WT2", across=2), None],
        ["Model", "Valid", "Test", "Valid", "Test"],
        ["Plain LSTM", "91.3", "87.5", "104.2", "99.1"],
        ["Tied LSTM", "84.6", "81.2", "96.5", "91.7"],
        ["Zoneout LSTM", "79.9", "76.8", "90.4", "86.0"],
    ]
    paper(sheet, "Table 1: Perplexity of each model.", rows, "lcccc", header=2, **table)
    left = (*SMALL_CORPUS, ("Zoneout LSTM", 79.9, 76.8))
    right = (*LARGE_CORPUS, ("Zoneout LSTM", 90.4, 86.0))
    return valid_test(left, "ptb") + valid_test(right, "wt2")


@case()
def spanning_headers_with_short_rules(sheet: Sheet) -> list[Expected]:
    return _two_benchmarks(sheet, partial=((0, 1, 2), (0, 3, 4)))


@case()
def spanning_headers_without_short_rules(sheet: Sheet) -> list[Expected]:
    return _two_benchmarks(sheet)


@case()
def spanning_headers_in_a_full_grid(sheet: Sheet) -> list[Expected]:
    return _two_benchmarks(sheet, rules="grid")


@case()
def three_header_rows(sheet: Sheet) -> list[Expected]:
    span = Cell("Penn Treebank", across=4)
    rows: Rows = [
        ["", span, None, None, None],
        ["", Cell("static", across=2), None, Cell("dynamic", across=2), None],
        ["Model", "valid", "test", "valid", "test"],
        ["Plain LSTM", "91.3", "87.5", "85.2", "81.9"],
        ["Tied LSTM", "84.6", "81.2", "78.8", "75.1"],
    ]
    short = ((0, 1, 4), (1, 1, 2), (1, 3, 4))
    paper(sheet, "Table 1: Perplexity before and after dynamic evaluation.", rows, "lcccc", header=3, partial=short)
    values = (
        ("Plain LSTM", 91.3, 87.5),
        ("Tied LSTM", 84.6, 81.2),
        ("Plain LSTM", 85.2, 81.9),
        ("Tied LSTM", 78.8, 75.1),
    )
    return valid_test(values, "ptb")


@case()
def row_groups_with_headings(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        [Cell("Small, 10M parameters", across=3, style="I"), None, None],
        *value_rows(SMALL_CORPUS),
        [Cell("Large, 24M parameters", across=3, style="I"), None, None],
        ["Plain LSTM", "82.8", "79.4"],
        ["Tied LSTM", "76.7", "73.6"],
    ]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows, "lcc", ruled_after=(3,))
    large = (("Plain LSTM", 82.8, 79.4), ("Tied LSTM", 76.7, 73.6))
    return [
        ppl(value, "ptb", split, f"{group} {label}", system=label, n_parameters=n)
        for group, values, n in (("Small, 10M parameters", SMALL_CORPUS, 10e6), ("Large, 24M parameters", large, 24e6))
        for label, valid, test in values
        for split, value in (("valid", valid), ("test", test))
    ]


@case()
def rotated_group_labels(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "Model", "Valid", "Test"],
        [Cell("small", down=3, turned=True), "Plain LSTM", "104.2", "99.1"],
        [None, "Tied LSTM", "96.5", "91.7"],
        [None, "Zoneout LSTM", "90.4", "86.0"],
        [Cell("large", down=3, turned=True), "Plain LSTM", "97.3", "92.9"],
        [None, "Tied LSTM", "88.6", "84.2"],
        [None, "Zoneout LSTM", "83.1", "79.5"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-2, valid and test.", rows, "clcc", ruled_after=(3,))
    small = (*LARGE_CORPUS, ("Zoneout LSTM", 90.4, 86.0))
    large = (("Plain LSTM", 97.3, 92.9), ("Tied LSTM", 88.6, 84.2), ("Zoneout LSTM", 83.1, 79.5))
    return [
        ppl(value, "wt2", split, f"{group} {label}", system=label)
        for group, rows_ in (("small", small), ("large", large))
        for label, valid, test in rows_
        for split, value in (("valid", valid), ("test", test))
    ]


@case()
def blank_cells_and_dashes(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("PTB", across=2), None, Cell("WikiText-2", across=2), None, Cell("WikiText-103", across=2), None],
        ["Model", "Valid", "Test", "Valid", "Test", "Valid", "Test"],
        ["Plain LSTM", "", "87.5", "-", "99.1", "", ""],
        ["Tied LSTM", "84.6", "", "96.5", "", "", "44.9"],
        ["Transformer", "", "", "", "", "23.8", "24.6"],
        ["Ensemble of both", "-", "-", "-", "85.3", "-", "-"],
    ]
    short = ((0, 1, 2), (0, 3, 4), (0, 5, 6))
    paper(sheet, "Table 1: Perplexity of each model on three corpora.", rows, "lcccccc", header=2, partial=short)
    return [
        ppl(87.5, "ptb", "test", "Plain LSTM"),
        ppl(99.1, "wt2", "test", "Plain LSTM"),
        ppl(84.6, "ptb", "valid", "Tied LSTM"),
        ppl(96.5, "wt2", "valid", "Tied LSTM"),
        ppl(44.9, "wt103", "test", "Tied LSTM"),
        ppl(23.8, "wt103", "valid", "Transformer"),
        ppl(24.6, "wt103", "test", "Transformer"),
        ppl(85.3, "wt2", "test", "Ensemble of both"),
    ]


@case()
def labels_that_are_numbers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Layers", "Hidden units", "Valid PPL", "Test PPL"],
        ["2", "650", "87.6", "83.2"],
        ["3", "1150", "68.6", "65.8"],
        ["4", "1500", "66.1", "63.9"],
    ]
    paper(sheet, "Table 1: Depth and width on WikiText-2.", rows, "cccc")
    values = (("2", 87.6, 83.2), ("3", 68.6, 65.8), ("4", 66.1, 63.9))
    return valid_test(values, "wt2", system="")


@case()
def groups_parted_by_a_rule_alone(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Valid", "Test"], *value_rows(FOUR_SYSTEMS)]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank.", rows, ruled_after=(2, 3))
    return valid_test(FOUR_SYSTEMS, "ptb")


@case()
def headers_of_one_column_beside_spanning_ones(sheet: Sheet) -> list[Expected]:
    two = partial(Cell, down=2)
    rows: Rows = [
        [two("Model"), two("Params"), Cell("Penn Treebank", across=2), None, two("Test PPL\non WT2")],
        [None, None, "Valid", "Test", None],
        ["Plain LSTM", "20M", "91.3", "87.5", "99.1"],
        ["Tied LSTM", "14M", "84.6", "81.2", "91.7"],
    ]
    paper(sheet, "Table 1: Perplexity on two corpora.", rows, "lcccc", header=2, partial=((0, 2, 3),))
    return [
        ppl(value, *place, label, n_parameters=n)
        for label, n, *values in (("Plain LSTM", 20e6, 91.3, 87.5, 99.1), ("Tied LSTM", 14e6, 84.6, 81.2, 91.7))
        for place, value in zip((("ptb", "valid"), ("ptb", "test"), ("wt2", "test")), values, strict=True)
    ]


_SIZES = (("Plain LSTM", "small", 104.2, 99.1), ("Plain LSTM", "large", 97.3, 92.9),
          ("Tied LSTM", "small", 96.5, 91.7), ("Tied LSTM", "large", 88.6, 84.2))  # fmt: skip


def _printed_once(sheet: Sheet, first: list[str | Cell | None]) -> list[Expected]:
    rows: Rows = [["Model", "Size", "Valid", "Test"]]
    rows += [[a, size, f"{v:.1f}", f"{t:.1f}"] for a, (_, size, v, t) in zip(first, _SIZES, strict=True)]
    paper(sheet, "Table 1: Perplexity on WikiText-2.", rows, "llcc", ruled_after=(2,))
    return [
        ppl(value, "wt2", split, f"{label} {size}", system=label)
        for label, size, valid, test in _SIZES
        for split, value in (("valid", valid), ("test", test))
    ]


@case()
def labels_printed_once_in_the_first_row(sheet: Sheet) -> list[Expected]:
    return _printed_once(sheet, ["Plain LSTM", "", "Tied LSTM", ""])


@case()
def labels_printed_once_in_the_middle(sheet: Sheet) -> list[Expected]:
    return _printed_once(sheet, [Cell("Plain LSTM", down=2), None, Cell("Tied LSTM", down=2), None])


@case()
def transposed_table(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "Plain LSTM", "Tied LSTM", "Zoneout LSTM"],
        ["PTB valid", "91.3", "84.6", "79.9"],
        ["PTB test", "87.5", "81.2", "76.8"],
        ["WT2 valid", "104.2", "96.5", "90.4"],
        ["WT2 test", "99.1", "91.7", "86.0"],
    ]
    paper(sheet, "Table 1: Perplexity of the three models.", rows, "lccc")
    places = (("ptb", "valid"), ("ptb", "test"), ("wt2", "valid"), ("wt2", "test"))
    return [
        ppl(float(value), *place, row[0], system=system)
        for place, row in zip(places, rows[1:], strict=True)
        for system, value in zip(rows[0][1:], row[1:], strict=True)
    ]


@case()
def transposed_table_with_parameters(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "6 layers", "12 layers", "24 layers"],
        ["Parameters", "44M", "117M", "345M"],
        ["Valid perplexity", "29.8", "23.6", "19.4"],
        ["Test perplexity", "30.7", "24.4", "20.1"],
    ]
    paper(sheet, "Table 1: WikiText-103 results by depth of the network.", rows, "lccc")
    found = []
    for j, n in ((1, 44e6), (2, 117e6), (3, 345e6)):
        for i, split in ((2, "valid"), (3, "test")):
            found.append(ppl(float(rows[i][j]), "wt103", split, rows[i][0], system=rows[0][j], n_parameters=n))
    return found


def _two_stacked(sheet: Sheet, above: bool) -> list[Expected]:
    upper, lower = SMALL_CORPUS, LARGE_CORPUS
    title(sheet)
    filler(sheet, 1)
    for number, rows, name in ((1, upper, "Penn Treebank"), (2, lower, "WikiText-2")):
        caption = f"Table {number}: Perplexity on {name}."
        if above:
            sheet.caption(caption)
        sheet.table(value_table(rows))
        if not above:
            sheet.caption(caption)
    filler(sheet, 2)
    return valid_test(upper, "ptb") + valid_test(lower, "wt2")


@case()
def stacked_tables_with_captions_above(sheet: Sheet) -> list[Expected]:
    return _two_stacked(sheet, above=True)


@case()
def stacked_tables_with_captions_below(sheet: Sheet) -> list[Expected]:
    return _two_stacked(sheet, above=False)


@case(columns=2)
def a_table_at_the_top_of_the_next_column(sheet: Sheet) -> list[Expected]:
    rows = (*SMALL_CORPUS, ("Zoneout LSTM", 79.9, 76.8))
    title(sheet)
    sheet.paragraph("Results on the Penn Treebank are in Table 1 at the top of the next column.")
    filler(sheet, 9)
    sheet.next_column()
    sheet.table(value_table(rows))
    sheet.caption("Table 1: Perplexity of each model on the word-level Penn Treebank.")
    filler(sheet, 6)
    return valid_test(rows, "ptb")


@case()
def a_table_with_text_beside_it(sheet: Sheet) -> list[Expected]:
    rows = (*SMALL_CORPUS, ("Zoneout LSTM", 79.9, 76.8))
    title(sheet)
    filler(sheet, 2)
    top = sheet.y
    half = sheet.column_width / 2
    filler(sheet, 2, width=half - 20)
    bottom = sheet.y
    sheet.y = top
    sheet.caption("Table 1: Perplexity on Penn Treebank.", x=sheet.left + half, width=half)
    sheet.table(value_table(rows), x=sheet.left + half, width=half)
    sheet.y = bottom
    filler(sheet, 2)
    return valid_test(rows, "ptb")


@case()
def a_table_turned_on_its_page(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.new_page()
    rows: Rows = [["Model", "Validation", "Test"], *value_rows(FOUR_SYSTEMS)]
    sheet.table_turned(
        Table(rows, "lcc", gap=40.0), "Table 1: Perplexity on the Penn Treebank validation and test sets."
    )
    return valid_test(FOUR_SYSTEMS, "ptb", page=2)


@case()
def a_page_shown_turned(sheet: Sheet) -> list[Expected]:
    found = _plain_paper(sheet)
    sheet.turn_page(90)
    return found


@case()
def a_turned_table_on_a_page_shown_turned(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 2)
    sheet.new_page()
    rows: Rows = [["Model", "Validation", "Test"], *value_rows(FOUR_SYSTEMS)]
    sheet.table_turned(
        Table(rows, "lcc", gap=40.0), "Table 1: Perplexity on the Penn Treebank validation and test sets."
    )
    sheet.turn_page(90)
    return valid_test(FOUR_SYSTEMS, "ptb", page=2)
