"""Typeset papers for what tables of our own, made like those of papers not at hand, showed.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows, filler, paper, title
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table

# ---- counts ---------------------------------------------------------------------------------------------------------


@case()
def a_row_of_counts_for_each_corpus(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["", "Gated", "Linear"], ["Parameters, PTB (millions)", "24", "23"], ["PTB test", "58.1", "58.9"]]
    rows += [["Parameters, WT2 (millions)", "33", "35"], ["WT2 test", "65.8", "66.3"]]
    paper(sheet, "Table 1: Perplexity of both networks.", rows)
    values = ((58.1, "ptb", 24e6), (58.9, "ptb", 23e6), (65.8, "wt2", 33e6), (66.3, "wt2", 35e6))
    return [ppl(v, benchmark, "test", None, n) for v, benchmark, n in values]


@case(font="song")
def a_chinese_row_of_counts(sheet: Sheet) -> list[Expected]:
    sheet.paragraph("结果如表1所示。")
    sheet.caption("表1 WikiText-103测试集困惑度")
    rows: Rows = [["", "基线模型", "本文模型"], ["参数量(百万)", "151", "147"], ["困惑度", "24.1", "22.4"]]
    sheet.table(Table(rows, "lcc"))
    return [ppl(24.1, "wt103", "test", None, 151e6), ppl(22.4, "wt103", "test", None, 147e6)]


@case(font="stix")
def groups_headed_by_their_count(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "WikiText-103", "WikiText-2", "PTB"]]
    expected = []
    for heading, n, first in (("≈ 24M parameters", 24e6, 34.1), ("1.3B params, 100B tokens", 1.3e9, 15.4)):
        rows.append([Cell(heading, across=4), None, None, None])
        for label, shift in (("Plain", 0.0), ("Gated", -1.6)):
            values = [round(k * first + shift, 1) for k in (1, 2, 3)]
            rows.append([label, *map(str, values)])
            expected += [ppl(v, b, "test", label, n) for v, b in zip(values, ("wt103", "wt2", "ptb"), strict=True)]
    paper(sheet, "Table 1: Test perplexity at two budgets.", rows, "lccc", ruled_after=(1, 3, 4))
    return expected


@case(font="stix")
def a_sign_for_counts_that_the_caption_explains(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Embedding", "N (×10^{6})", "Disk (MB)", "PTB test PPL"]]
    rows += [["Full", "66.0", "264.0", "78.3"], ["Low rank", "41.5", "166.0", "79.9"]]
    paper(sheet, "Table 1: Embeddings; N is the number of parameters.", rows, "lccc")
    return [ppl(78.3, "ptb", "test", "Full", 66e6), ppl(79.9, "ptb", "test", "Low rank", 41.5e6)]


@case()
def counts_with_and_without_embeddings(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Params w/o emb.", "Params w/ emb.", "Test PPL"]]
    rows += [["Tied", "18.9M", "151 mil.", "24.0"], ["Deep", "41.2M", "173 mil.", "22.8"]]
    paper(sheet, "Table 1: WikiText-103.", rows, "lccc")
    return [ppl(24.0, "wt103", "test", "Tied", 151e6), ppl(22.8, "wt103", "test", "Deep", 173e6)]


@case()
def one_count_in_the_caption_with_hyphens(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Positions", "Test"], ["Learned", "25.0"], ["Rotary", "24.0"]]
    paper(sheet, "Table 1: Perplexity of a 44-million-parameter model on WikiText-103.", rows, "lc")
    return [ppl(25.0, "wt103", "test", "Learned", 44e6), ppl(24.0, "wt103", "test", "Rotary", 44e6)]


@case()
def layers_that_were_removed_take_the_size_away(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Removed layers", "0", "2", "4"], ["Last first", "10.9", "13.2", "19.5"]]
    paper(sheet, "Table 1: Perplexity of Fern-6.7B on WikiText-2.", rows, "lccc")
    return [ppl(v, "wt2", "unknown", "Last first") for v in (10.9, 13.2, 19.5)]


# ---- headers --------------------------------------------------------------------------------------------------------


def _under_a_property(sheet: Sheet, word: str, values: tuple[str, ...]) -> Rows:
    rows: Rows = [["Method", Cell(word, across=len(values)), *[None] * (len(values) - 1)], ["", *values]]
    rows += [["Plain", "20.9", "36.2", "73.1"], ["Ours", "20.1", "25.4", "32.2"]]
    caption = "Table 1: Test perplexity on WikiText-2."
    paper(sheet, caption, rows, "lccc", header=2, partial=((0, 1, 3),))
    return rows


@case()
def values_of_a_share_under_its_word(sheet: Sheet) -> list[Expected]:
    rows = _under_a_property(sheet, "Sparsity", ("50%", "60%", "70%"))
    return [ppl(float(str(t)), "wt2", "test", str(r[0])) for r in rows[2:] for t in r[1:]]


@case()
def sizes_under_their_word(sheet: Sheet) -> list[Expected]:
    rows = _under_a_property(sheet, "Model size", ("1.3B", "355M", "125M"))
    return [
        ppl(float(str(t)), "wt2", "test", str(r[0]), n)
        for r in rows[2:]
        for t, n in zip(r[1:], (1.3e9, 355e6, 125e6), strict=True)
    ]


@case(font="stix")
def the_mean_and_its_spread_in_the_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Seed 1", "Seed 2", "Mean ± std"], ["Tied", "61.2", "61.9", "61.5 ± 0.6"]]
    rows += [["Gated", "58.4", "58.1", "58.2 ± 0.4"]]
    paper(sheet, "Table 1: Test perplexity on Penn Treebank.", rows, "lccc")
    return [ppl(v, "ptb", "test", "Tied") for v in (61.2, 61.9, 61.5)] + [
        ppl(v, "ptb", "test", "Gated") for v in (58.4, 58.1, 58.2)
    ]


@case()
def lengths_of_training_and_test_beside_perplexity(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Positions", "Train L", "Test L", "Test PPL"], ["Learned", "512", "512", "20.5"]]
    rows += [["Rotary", "512", "2048", "23.9"], ["Biased", "512", "3072", "19.1"]]
    paper(sheet, "Table 1: Extrapolation on WikiText-103.", rows, "lccc")
    return [ppl(v, "wt103", "test", label) for label, v in (("Learned", 20.5), ("Rotary", 23.9), ("Biased", 19.1))]


# ---- values ---------------------------------------------------------------------------------------------------------


@case()
def the_test_value_in_brackets_as_the_header_says(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "WikiText-103", "PTB"], ["", "dev (test)", "dev (test)"]]
    rows += [["Plain", "23.1 (24.0)", "56.7 (54.5)"], ["Shared", "22.4 (23.3)", "55.9 (53.8)"]]
    paper(sheet, "Table 1: Perplexities.", rows, "lcc", header=2)
    values = (("Plain", 23.1, 24.0, 56.7, 54.5), ("Shared", 22.4, 23.3, 55.9, 53.8))
    places = (("wt103", "valid"), ("wt103", "test"), ("ptb", "valid"), ("ptb", "test"))
    return [ppl(v, *place, label) for label, *row in values for v, place in zip(row, places, strict=True)]


@case(font="stix")
def a_change_behind_an_arrow_and_an_interval(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "PTB", "WT2"], ["Base", "58.3", "65.8 [65.1, 66.5]"]]
    rows += [["+ mixing", "56.9 ↓1.4", "63.9"], ["+ sharing", "56.1 ↓2.2", "63.0"]]
    paper(sheet, "Table 1: Test perplexities.", rows)
    values = (("Base", 58.3, 65.8), ("mixing", 56.9, 63.9), ("sharing", 56.1, 63.0))
    return [ppl(v, b, "test", label) for label, *row in values for b, v in zip(("ptb", "wt2"), row, strict=True)]


# ---- corpora --------------------------------------------------------------------------------------------------------


@case()
def corpora_of_training_down_and_of_evaluation_across(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Trained on", "WikiText-103", "News", "Law"], ["WikiText-103", "19.4", "88.2", "104.3"]]
    rows += [["News", "61.7", "24.9", "95.8"], ["All", "21.0", "27.3", "17.9"]]
    paper(sheet, "Table 1: Test perplexity.", rows, "lccc")
    return [ppl(v, "wt103", "test", label) for label, v in (("WikiText-103", 19.4), ("News", 61.7), ("All", 21.0))]


@case()
def names_of_its_own_that_the_caption_spells_out(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "W103", "LD", "P"], ["Tied", "29.4", "75.8", "58.3"], ["Deep", "26.7", "62.0", "55.1"]]
    paper(sheet, "Table 1: Test perplexity on WikiText-103 (W103), LAMBADA (LD) and Penn Treebank (P).", rows, "lccc")
    values = (("Tied", 29.4, 58.3), ("Deep", 26.7, 55.1))
    return [ppl(v, b, "test", label) for label, *row in values for b, v in zip(("wt103", "ptb"), row, strict=True)]


@case()
def the_head_and_the_tail_of_the_vocabulary(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Overall", "Head", "Torso", "Tail"], ["Tied", "29.4", "8.2", "61.7", "810.5"]]
    rows += [["Deep", "26.7", "7.9", "52.2", "644.0"]]
    paper(sheet, "Table 1: WikiText-103 test perplexity by part of the vocabulary.", rows, "lcccc")
    return [ppl(29.4, "wt103", "test", "Tied"), ppl(26.7, "wt103", "test", "Deep")]


# ---- places ---------------------------------------------------------------------------------------------------------


@case(columns=2)
def no_rules_and_a_paragraph_in_the_next_column(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    rows: Rows = [["Model", "Size", "Test"], ["Variational\n(Hand and Foot, 2016)", "66M", "73.4"]]
    rows += [["Searched\n(Leg and Eye, 2017)", "25M", "64.0"], ["This work", "24M", "58.3"]]
    sheet.table(Table(rows, "lcc", rules="none"))
    sheet.caption("Table 1: Single model perplexity on the Penn Treebank (word level).")
    filler(sheet, 2)
    sheet.next_column()
    filler(sheet, 5)
    return [
        ppl(73.4, "ptb", "test", "Variational", 66e6, own=False),
        ppl(64.0, "ptb", "test", "Searched", 25e6, own=False),
        ppl(58.3, "ptb", "test", "This work", 24e6, own=True),
    ]


# ---- origins --------------------------------------------------------------------------------------------------------


@case()
def notes_under_the_table_by_letters(sheet: Sheet) -> list[Expected]:
    marks = ("a", "b")
    title(sheet)
    filler(sheet, 1)
    sheet.caption("Table 1: Test perplexity on WikiText-103.")
    rows: Rows = [["Model", "PPL"], [f"Packed^{{{marks[0]}}}", "17.1"], [f"Parted^{{{marks[1]}}}", "18.6"]]
    sheet.table(Table([*rows, ["Searched (Leg '17)", "19.0"], ["Gated", "16.9"]], "lc"))
    for mark, note in zip(marks, ("Results as reported in the original paper.", "Trained by us."), strict=True):
        sheet.put(sheet.left + 110, sheet.y, f"^{{{mark}}} {note}", 8)
        sheet.skip(10)
    sheet.skip(8)
    filler(sheet, 1)
    values = (("Packed", 17.1, False), ("Parted", 18.6, True), ("Searched", 19.0, False), ("Gated", 16.9, True))
    return [ppl(v, "wt103", "test", label, own=own) for label, v, own in values]
