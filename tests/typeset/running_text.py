"""Typeset papers for what stands beside the tables: parameters, training tokens and results in prose, dates.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import filler, title
from typeset.expected import Expected, case, ppl
from typeset.sheet import HEIGHT, Sheet


def _text(quantity: str, value: float, system: str | None = None, source: str = "text") -> Expected:
    return Expected(quantity, value, system=system, source=source)


@case()
def parameters_in_prose(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    sheet.paragraph("Our Deep Memory model with 24M parameters is trained on one machine.")
    sheet.paragraph("The largest network, Wide Memory, has 1.5 billion parameters in 48 layers.")
    filler(sheet, 1)
    return [_text("parameters", 24e6, "Deep Memory"), _text("parameters", 1.5e9, "Wide Memory")]


@case()
def training_tokens_in_prose(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    sheet.paragraph("Wide Memory is trained on 300 billion tokens of text from the web.")
    filler(sheet, 1)
    return [_text("training_tokens", 300e9, "Wide Memory")]


@case()
def epochs_in_prose(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    sheet.paragraph("All language models are trained for 40 epochs on the Penn Treebank.")
    filler(sheet, 1)
    return [_text("epochs", 40)]


@case()
def results_in_prose(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    sheet.paragraph("On the Penn Treebank, Deep Memory reaches a test perplexity of 57.3 and needs no cache.")
    filler(sheet, 1)
    return [ppl(57.3, "ptb", "test", "", system="Deep Memory", source="text")]


@case()
def both_parts_in_prose(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We reach a perplexity of 61.4 on the validation set and 58.9 on the test set of Penn Treebank.")
    filler(sheet, 1)
    return [ppl(v, "ptb", s, "", system="", source="text") for s, v in (("valid", 61.4), ("test", 58.9))]


@case()
def the_stamp_on_the_side_of_the_first_page(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 3)
    sheet.put_turned(28, HEIGHT * 0.68, "arXiv:1609.01234v2  [cs.CL]  26 Sep 2016", 20)
    return [
        _text("publication_date", 2016 + 269 / 366, source="stamp"),  # the 270th day
        _text("publication_date", 2016 + 8.5 / 12, source="identifier"),  # some day of September
    ]
