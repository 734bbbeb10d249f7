"""Typeset papers for captions and titles that stand close to other text, are set wide, or serve several tables.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import LARGE_CORPUS, SMALL_CORPUS, filler, title, valid_test, value_table
from typeset.expected import Expected, case
from typeset.sheet import Sheet

THIRD = (("Plain LSTM", 71.4, 68.2), ("Tied LSTM", 66.9, 64.3))


def _side_by_side(sheet: Sheet, captions: tuple[str, str], gap: float, *, above: bool) -> None:
    """Two small tables with captions on the same lines, `gap` points apart."""
    title(sheet)
    filler(sheet, 2)
    top, bottom, half = sheet.y, sheet.y, (sheet.column_width - gap) / 2
    for caption, rows, x in zip(
        captions, (SMALL_CORPUS, LARGE_CORPUS), (sheet.left, sheet.left + half + gap), strict=True
    ):
        sheet.y = top
        if above:
            sheet.paragraph(caption, size=9, x=x, width=half)
            sheet.y = top + 40
        sheet.table(value_table(rows), x=x, width=half)
        if not above:
            sheet.paragraph(caption, size=9, x=x, width=half)
        bottom = max(bottom, sheet.y)
    sheet.y = bottom
    filler(sheet, 3)


@case()
def captions_on_the_same_lines(sheet: Sheet) -> list[Expected]:
    captions = (
        "Table 1: Perplexity of both networks, trained with the same schedule on the smaller of two corpora, "
        "which is the Penn Treebank.",
        "Table 2: Perplexity of the same networks on WikiText-2. Lower is better; see the text for what differs.",
    )
    _side_by_side(sheet, captions, 4.5, above=True)
    return valid_test(SMALL_CORPUS, "ptb") + valid_test(LARGE_CORPUS, "wt2")


@case()
def captions_on_the_same_lines_below(sheet: Sheet) -> list[Expected]:
    captions = (
        "Table 1. Networks of both depths on PTB, perplexity.",
        "Table 2. The same on the raw text of WikiText-2, perplexity of words; the schedule is that of Table 1 but "
        "for the number of steps.",
    )
    _side_by_side(sheet, captions, 8.0, above=False)
    return valid_test(SMALL_CORPUS, "ptb") + valid_test(LARGE_CORPUS, "wt2")


def _text_beside(sheet: Sheet, shift: float, *, left: bool) -> list[Expected]:
    """A table and its caption with running text beside them, `shift` points lower, across a narrow gutter."""
    title(sheet)
    sheet.paragraph("On enwik8 and on the Penn Treebank the gain is as large, which we do not show here.")
    filler(sheet, 1)
    top, half, gutter = sheet.y, 200.0, 8.5
    wide = sheet.column_width - half - gutter
    x = sheet.left if left else sheet.left + wide + gutter
    sheet.paragraph(
        "Table 1: Language modelling on WikiText-103. Average perplexity of the best of four variants of each network; "
        "see the appendix for all of them.",
        size=9, x=x, width=half,
    )  # fmt: skip
    sheet.table(value_table(LARGE_CORPUS), x=x, width=half)
    sheet.y = top + shift
    for _ in range(3):
        sheet.paragraph(
            "On enwik8 a memory of five slots does as well as one of forty on the Penn Treebank. This confirms that a "
            "small memory is enough, and that more of it helps with a task of another kind alone.",
            x=sheet.left + half + gutter if left else sheet.left, width=wide,
        )  # fmt: skip
    filler(sheet, 2)
    return valid_test(LARGE_CORPUS, "wt103")


@case()
def a_caption_left_of_running_text(sheet: Sheet) -> list[Expected]:
    return _text_beside(sheet, 1.1, left=True)


@case()
def a_caption_right_of_running_text(sheet: Sheet) -> list[Expected]:
    return _text_beside(sheet, 0.0, left=False)


def _set_wide(sheet: Sheet, lines: tuple[str, ...], after_label: float) -> None:
    """A caption whose lines are justified with wide spaces, in the first of two columns."""
    for i, line in enumerate(lines):
        x, text = sheet.left, line
        if i == 0:
            label, _, text = line.partition(": ")
            sheet.put(x, sheet.y + 8, f"{label}:", 9, space=0.28 * 9 * after_label)
            x += sheet.width(f"{label}:", 9) + 0.28 * 9 * (2 * after_label)
        words = text.split(" ")
        free = sheet.left + sheet.column_width - x - sum(sheet.width(w, 9) for w in words)
        sheet.put(x, sheet.y + 8, text, 9, space=free / (len(words) - 1))
        sheet.skip(11)
    sheet.skip(4)


@case(columns=2)
def a_caption_set_wide(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 3)
    sheet.paragraph("The Penn Treebank is small; on the Penn Treebank and on enwik8 the loss is lower.")
    sheet.table(value_table(LARGE_CORPUS))
    lines = (
        "Table 1: Language modelling perplexity of both", "on the WikiText-103 test set (lower is better).",
        "The first network has 3,072 units, the second 2,048.",
    )  # fmt: skip
    _set_wide(sheet, lines, 3.0)
    filler(sheet, 8)
    sheet.next_column()
    filler(sheet, 12)
    return valid_test(LARGE_CORPUS, "wt103")


def _panels(sheet: Sheet, titles: tuple[str, str, str], *, above: bool) -> list[Expected]:
    """Three panels, one over two, each with its own title, under one caption that names all corpora."""
    title(sheet)
    filler(sheet, 1)
    half = sheet.column_width / 2 - 10
    places = ((sheet.left, sheet.column_width), (sheet.left, half), (sheet.left + half + 20, half))
    top = sheet.y
    for i, (rows, (x, wide)) in enumerate(zip((SMALL_CORPUS, LARGE_CORPUS, THIRD), places, strict=True)):
        if i == 2:
            sheet.y = top
        else:
            top = sheet.y
        for put_title in (above, not above):
            if put_title:
                sheet.paragraph(titles[i], size=9, x=x, width=wide)
            else:
                sheet.table(value_table(rows), x=x, width=wide)
    sheet.skip(4)
    sheet.caption(
        "Table 1: Perplexity of both networks on the Penn Treebank, WikiText-2 and WikiText-103. All of them were "
        "trained with the same schedule; the shares of the vocabulary that were left out are given in the appendix."
    )
    filler(sheet, 2)
    return valid_test(SMALL_CORPUS, "ptb") + valid_test(LARGE_CORPUS, "wt2") + valid_test(THIRD, "wt103")


@case()
def panels_with_long_titles_below(sheet: Sheet) -> list[Expected]:
    titles = (
        "(a) Both networks (ours) on the validation and test sets of PTB. For this one we use two processors.",
        "(b) Comparison with existing work on the WikiText-2 corpus of words",
        "(c) Comparison with existing work of the same size on WikiText-103",
    )
    return _panels(sheet, titles, above=False)


@case()
def panels_with_long_titles_above(sheet: Sheet) -> list[Expected]:
    titles = (
        "a) Plain and tied networks after forty epochs on Penn Treebank",
        "b) Plain and tied networks after ten epochs on the whole of WikiText-2",
        "c) Plain and tied networks after ten epochs on WikiText-103",
    )
    return _panels(sheet, titles, above=True)


@case()
def a_rule_under_the_running_head(sheet: Sheet) -> list[Expected]:
    sheet.put(sheet.left, 34, "Published as a paper of a conference", 9)
    sheet.rule(sheet.left, 39, sheet.left + sheet.column_width, 39)
    sheet.y = 84
    sheet.put(sheet.left, sheet.y + 8, "A.3  Additional results for the generation of language", 10)
    sheet.skip(18)
    sheet.paragraph("Tables 1 and 2 show additional results for the same tasks.")
    sheet.table(value_table(LARGE_CORPUS, gap=118.0))
    sheet.caption("Table 1: Perplexity on WikiText-2.")
    filler(sheet, 3)
    return valid_test(LARGE_CORPUS, "wt2")


@case()
def a_line_of_text_that_begins_with_a_label(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph(
        "We measure what the networks lose on the WikiText-103 corpus of long articles, as is shown at length in"
    )
    sheet.skip(-4)
    sheet.paragraph("Table 1. It is evident that the loss of the compressed network stays close to that of the whole.")
    sheet.table(value_table(SMALL_CORPUS))
    sheet.caption("Table 1. Perplexity on PTB.")
    filler(sheet, 2)
    return valid_test(SMALL_CORPUS, "ptb")
