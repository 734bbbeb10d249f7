"""Typeset papers that measure perplexity on more than our benchmarks, or not only perplexity.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import LARGE_CORPUS, SMALL_CORPUS, Rows, filler, paper, title, valid_test, value_rows, value_table
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table


def _two_columns(sheet: Sheet, first: str, second: str, caption: str, before: str = "") -> list[Expected]:
    """Perplexities on `first`, a benchmark of ours, and on `second`, which is none."""
    rows: Rows = [["Model", first, second], ["Gated", "24.9", "13.1"], ["Linear", "25.6", "17.4"]]
    title(sheet)
    filler(sheet, 1)
    if before:
        sheet.paragraph(before)
    sheet.caption(caption)
    sheet.table(Table(rows, "lcc"))
    filler(sheet, 1)
    return [ppl(24.9, "wt103", "test", "Gated"), ppl(25.6, "wt103", "test", "Linear")]


# ---- another corpus -------------------------------------------------------------------------------------------------


@case()
def a_known_name_with_a_letter_behind_it(sheet: Sheet) -> list[Expected]:
    return _two_columns(sheet, "WikiText-103", "WikiText-S", "Table 1: Test perplexity on both corpora.")


@case()
def a_known_name_with_a_word_behind_it(sheet: Sheet) -> list[Expected]:
    return _two_columns(sheet, "WT103", "PTB-\nSentences", "Table 1: Test perplexity on both corpora.")


@case()
def a_known_name_with_a_part_of_it_behind_it(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "PTB-valid", "PTB-test"], *value_rows(SMALL_CORPUS)]
    paper(sheet, "Table 1: Perplexity.", rows, "lcc")
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def a_group_of_rows_on_a_variant(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        [Cell("WikiText-2", across=3), None, None],
        *value_rows(LARGE_CORPUS),
        [Cell("WikiText-F", across=3), None, None],
        ["Plain LSTM", "60.8", "50.9"],
    ]
    paper(sheet, "Table 1: Perplexity on both corpora.", rows, "lcc", ruled_after=(1, 3, 4))
    return valid_test(LARGE_CORPUS, "wt2")


def _unknown_corpora(sheet: Sheet, names: tuple[str, str], sentence: str) -> list[Expected]:
    """A table on two corpora that nobody knows in a paper that speaks of Penn Treebank else."""
    title(sheet)
    sheet.paragraph("We train on Penn Treebank first. Penn Treebank is small, and results on Penn Treebank vary.")
    sheet.paragraph(sentence)
    sheet.caption("Table 1: Test perplexity of both models.")
    sheet.table(Table([["Model", *names], ["Plain LSTM", "66.3", "159.7"], ["Gated LSTM", "64.7", "148.8"]], "lcc"))
    sheet.caption("Table 2: Penn Treebank.")
    sheet.table(value_table(SMALL_CORPUS))
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def columns_of_corpora_that_only_the_text_names(sheet: Sheet) -> list[Expected]:
    sentence = "Next come transcripts: the Couples Therapy Corpus and the Cancer Interaction Dataset, both of talks."
    return _unknown_corpora(sheet, ("CoupTher", "Cancer"), sentence)


@case()
def columns_of_domains_that_only_the_text_names(sheet: Sheet) -> list[Expected]:
    return _unknown_corpora(sheet, ("Patents", "Laws"), "We move to the Patents domain, and to that of statutes.")


@case()
def models_across_are_no_corpora(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We compare the Gated network on the Penn Treebank dataset with the Linear one.")
    rows: Rows = [["Depth", "Gated", "Linear"], ["six layers", "66.3", "69.7"], ["ten layers", "64.7", "68.8"]]
    sheet.caption("Table 1: Test perplexity on Penn Treebank.")
    sheet.table(Table(rows, "lcc"))
    return [
        ppl(value, "ptb", "test", label, system="")
        for label, *values in (("six layers", 66.3, 69.7), ("ten layers", 64.7, 68.8))
        for value in values
    ]


@case()
def what_each_row_was_tested_on(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Trained on", "Tested on", "PPL (valid / test)"],
        ["clean", "Original", "40.2 / 37.5"],
        ["clean", "Speech noise", "110.0 / 92.9"],
        ["noisy", "Original", "46.1 / 42.1"],
        ["noisy", "Typing noise", "52.9 / 49.1"],
    ]
    paper(sheet, "Table 1: The model on Penn Treebank with and without noise.", rows, "llc")
    return [
        ppl(value, "ptb", split, label, system="")
        for label, *both in (("clean | Original", 40.2, 37.5), ("noisy | Original", 46.1, 42.1))
        for split, value in zip(("valid", "test"), both, strict=True)
    ]


@case()
def perplexity_on_some_words_only(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test ppl.", "Freq. ppl.", "Rare ppl."],
        ["Plain LSTM", "87.5", "29.7", "766.5"],
        ["Tied LSTM", "81.2", "31.3", "899.8"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lccc")
    return [ppl(87.5, "ptb", "test", "Plain LSTM"), ppl(81.2, "ptb", "test", "Tied LSTM")]


@case()
def perplexity_by_the_frequency_of_words(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "> 10K", "1K-10K", "100-1K", "< 100", "All"],
        ["Plain LSTM", "12.1", "219", "1197", "9725", "36.4"],
        ["Gated LSTM", "7.8", "61.2", "188", "1123", "18.3"],
    ]
    paper(sheet, "Table 1: WikiText-103 test perplexity broken down by word frequency buckets.", rows, "lccccc")
    return [ppl(36.4, "wt103", "test", "Plain LSTM"), ppl(18.3, "wt103", "test", "Gated LSTM")]


@case()
def rows_of_function_words(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Words", "Plain LSTM", "Tied LSTM"],
        ["All words", "87.5", "81.2"],
        ["Function words", "14.2", "13.9"],
        ["Named entities", "1204.5", "1101.7"],
    ]
    paper(sheet, "Table 1: Test perplexity on PTB.", rows, "lcc")
    return [
        ppl(87.5, "ptb", "test", "All words", system=""),
        ppl(81.2, "ptb", "test", "All words", system=""),
    ]


@case()
def made_up_data_in_a_paper_on_the_treebank(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We train on Penn Treebank first. Penn Treebank is small, and results on Penn Treebank vary.")
    sheet.caption("Table 1: Fine-tuning (synthetic data).")
    sheet.table(Table([["Model", "Test ppl."], ["Start", "84.9"], ["Tuned", "84.8"]], "lc"))
    filler(sheet, 1)
    return []


@case()
def two_corpora_in_the_sentence_that_cites_the_table(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("Penn Treebank is small. All tuning is done on Penn Treebank, as Penn Treebank is quick.")
    sheet.paragraph("On WikiText-2 and Penn Treebank, Table 1 shows a gain.")
    filler(sheet, 1)
    sheet.caption("Table 1: Comparison of both models.")
    sheet.table(Table([["Model", "Test PPL"], ["Plain", "84.9"], ["Tied", "81.8"]], "lc"))
    filler(sheet, 1)
    return [ppl(84.9, "unknown", "test", "Plain"), ppl(81.8, "unknown", "test", "Tied")]


# ---- another quantity -----------------------------------------------------------------------------------------------


def _beside_perplexity(sheet: Sheet, header: str, values: tuple[str, str]) -> list[Expected]:
    """A column under `header` beside one of perplexities, in a table whose caption speaks of perplexity."""
    rows: Rows = [["Model", "Test PPL", header], ["Gated", "24.9", values[0]], ["Linear", "25.6", values[1]]]
    paper(sheet, "Table 1: Test perplexity on WikiText-103 and what it costs.", rows, "lcc")
    return [ppl(24.9, "wt103", "test", "Gated"), ppl(25.6, "wt103", "test", "Linear")]


@case()
def energy_beside_perplexity(sheet: Sheet) -> list[Expected]:
    return _beside_perplexity(sheet, "Energy (kJ)", ("52.6", "47.1"))


@case()
def a_quantity_that_nobody_knows_beside_perplexity(sheet: Sheet) -> list[Expected]:
    return _beside_perplexity(sheet, "Heat (mW)", ("318.2", "290.4"))


@case()
def a_name_without_unit_beside_perplexity(sheet: Sheet) -> list[Expected]:
    return _beside_perplexity(sheet, "Smoothness", ("12.62", "14.71"))


@case()
def sizes_that_hold_the_name_of_a_corpus(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Method", "560M", "1.1B", "1.7B", "7.1B"],
        ["Full", "22.4", "17.7", "15.4", "11.4"],
        ["Rounded", "25.9", "22.0", "16.9", "12.1"],
    ]
    paper(sheet, "Table 1: Perplexity of a family of models on WikiText2.", rows, "lcccc")
    return [
        ppl(value, "wt2", "unknown", label, size)
        for label, *values in (("Full", 22.4, 17.7, 15.4, 11.4), ("Rounded", 25.9, 22.0, 16.9, 12.1))
        for size, value in zip((560e6, 1.1e9, 1.7e9, 7.1e9), values, strict=True)
    ]


@case()
def a_tool_that_holds_the_name_of_a_split(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "PPL (lm-eval-harness)"], ["OPT-1.3B", "16.4"], ["OPT-13B", "11.5"]]
    paper(sheet, "Table 1: WikiText-2.", rows, "lc")
    return [ppl(16.4, "wt2", "unknown", "OPT-1.3B", 1.3e9), ppl(11.5, "wt2", "unknown", "OPT-13B", 13e9)]
