"""Typeset papers with several tables in one frame: halves side by side, headers between the rows.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows, paper
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell


@case()
def halves_side_by_side(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Params", "PPL", "Model", "Params", "PPL"],
        ["Plain LSTM", "13M", "91.3", "Gated net", "24M", "62.4"],
        ["Tied LSTM", "9M", "84.6", "Deep net", "35M", "58.7"],
        ["Wide LSTM", "20M", "80.2", "", "", ""],
    ]
    paper(sheet, "Table 1: Test perplexity on PTB.", rows, "lcclcc", upright=(2,))
    values = (("Plain LSTM", 13e6, 91.3), ("Tied LSTM", 9e6, 84.6), ("Wide LSTM", 20e6, 80.2))
    return [
        ppl(v, "ptb", "test", label, n)
        for label, n, v in (*values, ("Gated net", 24e6, 62.4), ("Deep net", 35e6, 58.7))
    ]


@case(columns=2)
def thirds_side_by_side_without_counts(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Rate", "PPL", "Rate", "PPL", "Rate", "PPL"],
        ["low", "91.3", "mid", "84.6", "high", "80.2"],
        ["lower", "92.4", "middle", "85.1", "higher", "79.9"],
    ]
    paper(sheet, "Table 1: Test perplexity on PTB.", rows, "lclclc")
    return [
        ppl(v, "ptb", "test", label)
        for label, v in (
            ("low", 91.3),
            ("mid", 84.6),
            ("high", 80.2),
            ("lower", 92.4),
            ("middle", 85.1),
            ("higher", 79.9),
        )
    ]


@case()
def sizes_of_a_second_family_between_the_rows(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["OPT", "125M", "1.3B", "6.7B"],
        ["Full", "27.7", "14.6", "10.9"],
        ["Rounded", "37.3", "48.2", "12.1"],
        ["BLOOM", "560M", "1.7B", "7.1B"],
        ["Full", "22.4", "15.4", "11.4"],
        ["Rounded", "25.9", "16.9", "12.8"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-2.", rows, "lccc", ruled_after=(2, 3))
    values = (
        (("Full", 27.7, 14.6, 10.9), ("Rounded", 37.3, 48.2, 12.1)),
        (("Full", 22.4, 15.4, 11.4), ("Rounded", 25.9, 16.9, 12.8)),
    )
    return [
        ppl(v, "wt2", "unknown", label, n)
        for part, sizes in zip(values, ((125e6, 1.3e9, 6.7e9), (560e6, 1.7e9, 7.1e9)), strict=True)
        for label, *row in part
        for n, v in zip(sizes, row, strict=True)
    ]


@case()
def a_second_header_that_names_models(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "GPT2-small 117M", "LLaMA-7B"],
        ["Full", "37.5", "5.7"],
        ["Rounded", "41.2", "6.3"],
        ["Method", "GPT2-medium 355M", "LLaMA-13B"],
        ["Full", "26.4", "5.1"],
        ["Rounded", "28.8", "5.5"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-2.", rows, "lcc", ruled_after=(2, 3))
    return [
        ppl(v, "wt2", "unknown", label, n)
        for label, v, n in (
            ("Full", 37.5, 117e6), ("Full", 5.7, 7e9), ("Rounded", 41.2, 117e6), ("Rounded", 6.3, 7e9),
            ("Full", 26.4, 355e6), ("Full", 5.1, 13e9), ("Rounded", 28.8, 355e6), ("Rounded", 5.5, 13e9),
        )
    ]  # fmt: skip


@case()
def a_second_header_of_corpora(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "PTB", "WikiText-2"],
        ["Gated", "62.1", "71.4"],
        ["Linear", "63.4", "72.8"],
        ["Model", "WikiText-103", "enwik8"],
        ["Gated", "24.9", "12.1"],
        ["Linear", "25.6", "13.3"],
    ]
    paper(sheet, "Table 1: Test perplexity.", rows, "lcc", ruled_after=(2, 3))
    return [
        *(ppl(v, "ptb", "test", label) for label, v in (("Gated", 62.1), ("Linear", 63.4))),
        *(ppl(v, "wt2", "test", label) for label, v in (("Gated", 71.4), ("Linear", 72.8))),
        *(ppl(v, "wt103", "test", label) for label, v in (("Gated", 24.9), ("Linear", 25.6))),
    ]


@case()
def a_row_of_words_is_no_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "GatedNet", "DeepNet"],
        ["Parameters", "13M", "24M"],
        ["Optimizer", "Adam", "Ranger"],
        ["Test perplexity", "62.1", "58.7"],
    ]
    paper(sheet, "Table 1: Models of Penn Treebank.", rows, "lcc")
    return [
        ppl(62.1, "ptb", "test", "Test perplexity", 13e6, system="GatedNet"),
        ppl(58.7, "ptb", "test", "Test perplexity", 24e6, system="DeepNet"),
    ]


@case()
def a_sentence_in_place_of_values(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid PPL", "Test PPL"],
        ["Gated", "64.0", "62.1"],
        ["Linear", Cell("both grow after two epochs", across=2), None],
        ["Deep", "60.6", "58.7"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lcc")
    return [
        ppl(64.0, "ptb", "valid", "Gated"),
        ppl(62.1, "ptb", "test", "Gated"),
        ppl(60.6, "ptb", "valid", "Deep"),
        ppl(58.7, "ptb", "test", "Deep"),
    ]


@case()
def counts_before_the_names(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        [Cell("Model", across=2), None, Cell("Corpora", across=2), None],
        ["# Params", "Name", "wiki-103", "wiki-2"],
        ["81 M", "Kept", "42.7", "35.8"],
        ["119 M", "Squeezed", "40.3", "32.3"],
    ]
    paper(sheet, "Table 1: Perplexity of small models.", rows, "lccc", header=2, rules="grid")
    return [
        ppl(v, benchmark, "unknown", label, n)
        for label, n, *both in (("Kept", 81e6, 42.7, 35.8), ("Squeezed", 119e6, 40.3, 32.3))
        for benchmark, v in zip(("wt103", "wt2"), both, strict=True)
    ]


@case()
def models_named_by_their_count_alone(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Schedule", "wiki-103"],
        ["96 M", "whole epoch", "57.5"],
        ["92 M", "third of it", "45.2"],
    ]
    paper(sheet, "Table 1: Perplexity of small models.", rows, "lcc")
    return [
        ppl(57.5, "wt103", "unknown", "whole epoch", 96e6),
        ppl(45.2, "wt103", "unknown", "third of it", 92e6),
    ]
