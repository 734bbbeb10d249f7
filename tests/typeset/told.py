"""Typeset papers for tables whose corpus or metric is told briefly, elsewhere, or for some of the rows alone.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from collections.abc import Sequence

from typeset.blocks import LARGE_CORPUS, Rows, filler, paper, title, valid_test, value_table
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table


def _by_columns(rows: Sequence[tuple[str, Sequence[float]]], places: Sequence[tuple[str, str]]) -> list[Expected]:
    return [
        ppl(value, benchmark, split, label)
        for label, values in rows
        for value, (benchmark, split) in zip(values, places, strict=True)
    ]


@case()
def corpora_named_as_files(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Dataset", "Llama", "Mamba"],
        ["c4_en_val", "15.92", "16.65"],
        ["redpajama_val_books", "9.73", "9.72"],
        ["ptb_val", "19.37", "16.05"],
        ["wikitext_103_val", "11.74", "11.76"],
    ]
    paper(sheet, "Table 1: PPL evaluations on the respective validation datasets.", rows, rules="none")
    return [
        ppl(value, benchmark, "valid", label, system=system)
        for label, benchmark, values in (
            ("ptb_val", "ptb", (19.37, 16.05)),
            ("wikitext_103_val", "wt103", (11.74, 11.76)),
        )
        for system, value in zip(("Llama", "Mamba"), values, strict=True)
    ]


@case()
def a_shorter_name_that_the_paper_explains(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "Wiki.", "PTB", "C4"],
        ["Rounding", "25.9", "31.2", "24.1"],
        ["Second order", "11.4", "15.6", "13.2"],
    ]
    title(sheet)
    sheet.paragraph(
        "All networks are evaluated on WikiText-2, on the Penn Treebank and on a part of C4, by perplexity."
    )
    filler(sheet, 1)
    sheet.new_page()
    filler(sheet, 2)
    sheet.new_page()
    sheet.caption("Table 1: Perplexity of two ways to round the weights.")
    sheet.table(Table(rows, "lccc"))
    places = (("wt2", "unknown"), ("ptb", "unknown"))
    values = (("Rounding", (25.9, 31.2)), ("Second order", (11.4, 15.6)))
    return [
        ppl(value, benchmark, split, label, page=3)
        for label, both in values
        for value, (benchmark, split) in zip(both, places, strict=True)
    ]


@case(font="stix")
def arrows_instead_of_the_metric(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Ratio", "Method", "WikiText2 ↓", "PTB↓", "BoolQ", "PIQA ↑"],
        ["Ratio = 0%", "Dense", "12.62", "22.14", "73.18", "78.35"],
        [Cell("Ratio = 20%", down=2), "Magnitude", "8360.30", "10651.30", "57.06", "75.68"],
        [None, "Dependency", "17.58", "30.11", "64.62", "77.20"],
    ]
    title(sheet)
    sheet.paragraph("We report perplexity where a text is modelled and accuracy where a question is answered.")
    sheet.new_page()
    sheet.caption("Table 1: Zero-shot performance of the compressed network.")
    sheet.table(Table(rows, "llcccc", ruled_after=(2,)))
    filler(sheet, 2)
    return [
        ppl(value, benchmark, "unknown", label, page=2)
        for label, both in (("Dense", (12.62, 22.14)), ("Magnitude", (8360.3, 10651.3)), ("Dependency", (17.58, 30.11)))
        for value, benchmark in zip(both, ("wt2", "ptb"), strict=True)
    ]


@case(font="stix")
def arrows_after_short_names(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "Wiki↓", "PTB↓", "ARC-e↑", "Avg.↑"],
        ["Dense", "5.68", "8.80", "67.45", "63.25"],
        ["Sparse", "7.26", "12.56", "60.94", "58.10"],
        ["Failed", "68378.42", "79942.47", "28.58", "38.32"],
    ]
    title(sheet)
    sheet.paragraph("Perplexity is measured on WikiText-2 and on the Penn Treebank, accuracy on the others.")
    filler(sheet, 1)
    sheet.caption("Table 1: Results of one-shot pruning.")
    sheet.table(Table(rows, "lcccc"))
    filler(sheet, 1)
    values = (("Dense", (5.68, 8.8)), ("Sparse", (7.26, 12.56)), ("Failed", (68378.42, 79942.47)))
    return _by_columns(values, (("wt2", "unknown"), ("ptb", "unknown")))


@case()
def bit_widths_in_headers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "FP16", "4-bit", "3 bits", "2.5bit"],
        ["Small network", "8.34", "9.18", "9.58", "11.68"],
        ["Large network", "8.11", "8.83", "9.17", "10.64"],
    ]
    paper(sheet, "Table 1: Weights of fewer bits; perplexity on WikiText2.", rows, "lcccc")
    values = (("Small network", (8.34, 9.18, 9.58, 11.68)), ("Large network", (8.11, 8.83, 9.17, 10.64)))
    return _by_columns(values, [("wt2", "unknown")] * 4)


@case()
def shares_of_pruned_weights_in_headers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "Dense", "Sparsity = 50%", "Sparsity = 60%"],
        ["Magnitude", "27.65", "193.0", "920.1"],
        ["Second order", "27.65", "36.85", "59.45"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText2.", rows, "lccc")
    values = (("Magnitude", (27.65, 193.0, 920.1)), ("Second order", (27.65, 36.85, 59.45)))
    return _by_columns(values, [("wt2", "unknown")] * 3)


@case()
def a_table_without_its_corpus_and_groups_of_several_lines(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph(
        "Language modelling is measured by perplexity on Penn Treebank. The Penn Treebank is split as usual."
    )
    filler(sheet, 1)
    rows: Rows = [
        ["Ablation\nstudy", "Experiment\ndetail", "Validation\nPPL", "Test\nPPL", "F1"],
        [Cell("Layer for\nsupervision", down=3), "1st layer", "58.0", "55.6", "57.7"],
        [None, "2nd layer", "57.8", "55.5", "59.7"],
        [None, "3rd layer", "57.9", "55.7", "61.3"],
        [Cell("Tree\nstructure", down=2), "No parse tree", "58.3", "55.9", "39.0"],
        [None, "Random tree", "60.2", "57.5", "32.4"],
    ]
    sheet.caption("Table 1: Perplexity and unlabelled parsing F1 in ablation studies.")
    sheet.table(Table(rows, "llccc", ruled_after=(3,)))
    filler(sheet, 1)
    values = (
        ("Layer for supervision | 1st layer", (58.0, 55.6)), ("Layer for supervision | 2nd layer", (57.8, 55.5)),
        ("Layer for supervision | 3rd layer", (57.9, 55.7)), ("Tree structure | No parse tree", (58.3, 55.9)),
        ("Tree structure | Random tree", (60.2, 57.5)),
    )  # fmt: skip
    return _by_columns(values, (("ptb", "valid"), ("ptb", "test")))


@case()
def a_corpus_that_running_text_names(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    sheet.paragraph("Table 1 compares both networks on WikiText-103; other corpora behave alike.")
    sheet.caption("Table 1: Perplexity of both networks.")
    sheet.table(value_table(LARGE_CORPUS, rules="grid"))
    filler(sheet, 2)
    return valid_test(LARGE_CORPUS, "wt103")


@case(font="stix")
def a_heading_of_the_metric_that_other_metrics_end(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "Dense", "Sparse"],
        [Cell("PPL", across=3, style="B"), None, None],
        ["WikiText-2", "5.68", "7.26"],
        ["PTB", "8.80", "12.56"],
        ["Pass@1 ↑", "31.20", "28.70"],
        ["Pass@10", "45.10", "41.90"],
        ["Latency (ms)", "19.40", "12.30"],
    ]
    paper(sheet, "Table 1: What pruning costs.", rows, ruled_after=(4,))
    return [
        ppl(value, benchmark, "unknown", label, system=system)
        for label, benchmark, values in (("WikiText-2", "wt2", (5.68, 7.26)), ("PTB", "ptb", (8.8, 12.56)))
        for system, value in zip(("Dense", "Sparse"), values, strict=True)
    ]


@case()
def an_indented_group_that_a_flush_row_ends(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Measure", "Dense", "Sparse"],
        ["Perplexity on PTB", "", ""],
        [Cell("valid", indent=9.0), "61.2", "63.4"],
        [Cell("test", indent=9.0), "58.8", "60.9"],
        ["Rouge-2", "41.3", "39.8"],
        ["Human judges", "3.90", "3.70"],
    ]
    paper(sheet, "Table 1: Both networks by what was measured.", rows)
    return [
        ppl(value, "ptb", split, split, system=system)
        for split, values in (("valid", (61.2, 63.4)), ("test", (58.8, 60.9)))
        for system, value in zip(("Dense", "Sparse"), values, strict=True)
    ]
