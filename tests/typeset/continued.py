"""Typeset papers for tables that go on from one page to the next.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from dataclasses import replace

from typeset.blocks import LARGE_CORPUS, Rows, Values, filler, title, value_rows
from typeset.expected import Expected, case, ppl
from typeset.sheet import HEIGHT, Sheet
from typeset.tables import Cell, Table

MORE: Values = (("Gated LSTM", 92.8, 88.4), ("Our wide LSTM", 90.1, 85.7))
HEADER: Rows = [["Model", "Valid PPL", "Test PPL"]]


def _expected(first: Values, second: Values) -> list[Expected]:
    return [
        ppl(value, "wt103", split, label, page=page)
        for page, values in ((1, first), (2, second))
        for label, *both in values
        for split, value in zip(("valid", "test"), both, strict=True)
    ]


def _parts(
    sheet: Sheet, first: Rows, second: Rows, told: str = "", *, caption_last: bool = False, **table: object
) -> None:
    """A table at the foot of one page and at the head of the next; `told` stands above the second part."""
    title(sheet)
    sheet.paragraph("The Penn Treebank is small. On the Penn Treebank and on enwik8 the perplexity is lower.")
    filler(sheet, 3)
    caption = "Table 1: Perplexity on WikiText-103. Lower is better."
    whole = Table([*first, *second], "lcc", gap=30.0, **table)  # type: ignore[arg-type]
    sheet.y = HEIGHT - 130 - 12 * len(first)
    if not caption_last:
        sheet.caption(caption)
    sheet.table(replace(whole, rows=first))
    sheet.put(300, HEIGHT - 40, "7", 10)
    sheet.new_page()
    sheet.put(sheet.left, 40, "DEEPER MEMORIES", 9)
    if told:
        sheet.caption(told)
    sheet.table(replace(whole, rows=second, header=0 if second[0] != HEADER[0] else 1))
    if caption_last:
        sheet.caption(caption)
    filler(sheet, 3)


@case()
def continued_without_a_header(sheet: Sheet) -> list[Expected]:
    _parts(sheet, [*HEADER, *value_rows(LARGE_CORPUS)], value_rows(MORE))
    return _expected(LARGE_CORPUS, MORE)


@case()
def continued_without_a_header_on_a_grid(sheet: Sheet) -> list[Expected]:
    _parts(sheet, [*HEADER, *value_rows(LARGE_CORPUS)], value_rows(MORE), rules="grid")
    return _expected(LARGE_CORPUS, MORE)


@case()
def continued_under_a_title_of_its_own(sheet: Sheet) -> list[Expected]:
    _parts(sheet, [*HEADER, *value_rows(LARGE_CORPUS)], [*HEADER, *value_rows(MORE)], "Table 1 (continued)")
    return _expected(LARGE_CORPUS, MORE)


@case()
def continued_with_the_caption_under_the_last_part(sheet: Sheet) -> list[Expected]:
    _parts(sheet, [*HEADER, *value_rows(LARGE_CORPUS)], [*HEADER, *value_rows(MORE)], caption_last=True)
    return _expected(LARGE_CORPUS, MORE)


@case()
def continued_without_rules(sheet: Sheet) -> list[Expected]:
    _parts(sheet, [*HEADER, *value_rows(LARGE_CORPUS)], value_rows(MORE), rules="none")
    return _expected(LARGE_CORPUS, MORE)


@case()
def another_table_at_the_head_of_the_next_page(sheet: Sheet) -> list[Expected]:
    other: Rows = [["Model", "Epochs", "Layers"], ["Plain LSTM", "12.5", "3.0"], ["Tied LSTM", "17.5", "4.0"]]
    _parts(sheet, [*HEADER, *value_rows(LARGE_CORPUS)], other, "Table 2: How each network was trained.")
    return _expected(LARGE_CORPUS, ())


@case()
def a_group_that_goes_on_over_the_page(sheet: Sheet) -> list[Expected]:
    first: Rows = [*HEADER, [Cell("Recurrent", across=3), None, None], *value_rows(LARGE_CORPUS)]
    _parts(sheet, first, value_rows(MORE))
    return _expected(tuple((f"Recurrent | {m}", v, t) for m, v, t in LARGE_CORPUS), MORE)
