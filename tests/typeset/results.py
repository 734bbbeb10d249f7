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


# ---- layouts and notations of 2019 to 2026 --------------------------------------------------------------------------


@case(font="stix")
def sizes_under_families_beside_tall_headers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [[Cell("Precision", down=2), Cell("Method", down=2), Cell("Fern-2", across=2), None, "Fern-3"]]
    rows += [[None, None, "7B", "13B", "8B"], ["FP16", "-", "5.47", "4.88", "6.14"]]
    rows += [[Cell("W4A16\ng128", down=2), "Nearest", "5.73", "4.98", "6.73"], [None, "Ours", "5.59", "4.95", "6.41"]]
    caption = "Table 1: WikiText2 perplexity with weights of few bits."
    paper(sheet, caption, rows, "llccc", header=2, partial=((0, 2, 3),), ruled_after=(2,), shaded=(4,))
    values = (("FP16", 5.47, 4.88, 6.14), ("Nearest", 5.73, 4.98, 6.73), ("Ours", 5.59, 4.95, 6.41))
    return [
        ppl(v, "wt2", "unknown", label, n) for label, *row in values for v, n in zip(row, (7e9, 13e9, 8e9), strict=True)
    ]


@case(columns=2)
def headers_that_run_upwards(sheet: Sheet) -> list[Expected]:
    heads = [Cell(text, turned=True) for text in ("Params", "PTB test", "WikiText-103 test")]
    rows: Rows = [[6 * "\n" + "Model", *heads], ["Plain", "24M", "61.2", "34.1"], ["Gated", "23M", "57.3", "31.2"]]
    paper(sheet, "Table 1: Perplexity of two models.", rows, "lccc")
    values = (("Plain", 24e6, 61.2, 34.1), ("Gated", 23e6, 57.3, 31.2))
    return [ppl(v, b, "test", a, n) for a, n, *row in values for v, b in zip(row, ("ptb", "wt103"), strict=True)]


@case()
def continued_by_its_caption_on_a_page_that_names_no_metric(sheet: Sheet) -> list[Expected]:
    title(sheet)
    parts = (("Perplexity on Penn Treebank.", "Plain", 24, 61.2, 58.9), ("continued", "Tied", 33, 58.1, 55.7))
    for k, (caption, label, n, valid, test) in enumerate(parts):
        if k:
            sheet.new_page()
        sheet.caption(f"Table 1: {caption}")
        sheet.table(Table([["Model", "Params", "Valid", "Test"], [label, f"{n}M", f"{valid}", f"{test}"]], "lccc"))
        filler(sheet, 2)
    return [
        ppl(v, "ptb", split, label, n * 1e6, page=page)
        for page, (_, label, n, *row) in enumerate(parts, 1)
        for split, v in zip(("valid", "test"), row, strict=True)
    ]


@case()
def panels_of_one_width_under_sentences(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    parts = (("a", "Penn Treebank", 61.2, 58.8), ("b", "WikiText-2", 71.2, 68.8), ("c", "WikiText-103", 34.2, 30.8))
    for letter, name, plain, tied in parts:
        told = f"Results of both models on the test set of {name}, without any cache and with one vocabulary."
        sheet.paragraph(f"({letter}) {told}", size=9)
        sheet.table(Table([["Model", "PPL"], ["Plain", f"{plain}"], ["Tied", f"{tied}"]], "lc"))
    sheet.caption("Table 1: Perplexity on three corpora.")
    filler(sheet, 1)
    benchmarks = ("ptb", "wt2", "wt103")
    return [
        ppl(v, b, "test", label)
        for b, (_, _, *row) in zip(benchmarks, parts, strict=True)
        for label, v in zip(("Plain", "Tied"), row, strict=True)
    ]


@case()
def letters_too_near_for_spaces(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Params", "Valid", "Test"], ["Plain", "24M", "61.2", "58.8"]]
    rows += [["Tied network", "33M", "59.0", "56.8"]]
    paper(sheet, "Table 1: Perplexity on Penn Treebank.", rows, "lccc", track=1.17)
    values = (("Plain", 24e6, 61.2, 58.8), ("Tied network", 33e6, 59.0, 56.8))
    return [ppl(v, "ptb", s, a, n) for a, n, *row in values for s, v in zip(("valid", "test"), row, strict=True)]


@case(font="stix")
def two_sizes_in_one_label(sheet: Sheet) -> list[Expected]:
    values = (("Student-82M (from Teacher-124M)", 82e6, 36.3), ("Fern-7B → 5.4B", 5.4e9, 8.1))
    values += (("Fern-7B (4.9B)", 4.9e9, 9.2), ("Fern-7B and Fern-13B", None, 7.7))  # type: ignore[assignment]
    rows: Rows = [["Model", "WikiText-2 PPL"], *([label, f"{v}"] for label, _, v in values)]
    paper(sheet, "Table 1: Distilled and pruned models.", rows, "lc")
    return [ppl(v, "wt2", "unknown", label, n, system="") for label, n, v in values]


@case(font="stix")
def a_greek_letter_for_counts_in_powers_of_ten(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Layer", "θ (×10^{6})", "d_{model}", "PPL_{WT-103}"], ["Dense", "48.2", "512", "25.3_{±0.2}"]]
    rows += [["Low rank", "31.7", "512", "26.1_{±0.1}"]]
    paper(sheet, "Table 1: Number of parameters θ, width and validation perplexity.", rows, "lccc")
    return [ppl(25.3, "wt103", "valid", "Dense", 48.2e6), ppl(26.1, "wt103", "valid", "Low rank", 31.7e6)]


@case(font="stix")
def counts_about_which_rows_are_grouped(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["# Params", "Model", "Valid", "Test"]]
    expected = []
    budgets = {16e6: ((41.9, 42.8), (39.4, 40.1), (38.0, 38.9)), 44e6: ((32.3, 33.0), (30.2, 30.9), (29.1, 29.8))}
    for n, values in budgets.items():
        for k, (label, (valid, test)) in enumerate(zip(("Plain", "Gated", "Mixed"), values, strict=True)):
            rows.append([None if k else Cell(f"≈ {n / 1e6:.0f}M", down=3), label, f"{valid}", f"{test}"])
            expected += [ppl(valid, "wt103", "valid", label, n), ppl(test, "wt103", "test", label, n)]
    paper(sheet, "Table 1: Perplexity on WikiText-103 for two budgets.", rows, "clcc", ruled_after=(3,))
    return expected


@case(columns=2)
def notes_at_the_foot_of_the_page_by_digits(sheet: Sheet) -> list[Expected]:
    title(sheet)
    rows: Rows = [["Model", "Test"], ["Highway^{1}", "65.4"], ["Searched^{2}", "62.4"], ["Gated", "57.3"]]
    sheet.table(Table(rows, "lc"))
    sheet.caption("Table 1: Perplexity on Penn Treebank.")
    filler(sheet, 3)
    for mark, note in (("1", "Results reported in the original paper."), ("2", "We trained this model ourselves.")):
        sheet.put(sheet.left + 6, sheet.y + 10, f"^{{{mark}}}{note}", 8)
        sheet.skip(10)
    values = (("Highway", 65.4, False), ("Searched", 62.4, True), ("Gated", 57.3, True))
    return [ppl(v, "ptb", "test", label, own=own) for label, v, own in values]


@case()
def short_rules_that_touch_beside_a_tall_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [[Cell("Optimizer", down=2), Cell("Validation", across=2), None, Cell("Test", across=2), None]]
    rows[0].append(Cell("Params", down=2))
    rows += [[None, "Loss", "PPL", "Loss", "PPL", None], ["Momentum", "3.21", "24.8", "3.24", "25.5", "151M"]]
    rows += [["Adaptive", "3.13", "22.9", "3.16", "23.6", "151M"]]
    paper(sheet, "Table 1: WikiText-103.", rows, "lccccc", header=2, partial=((0, 1, 2), (0, 3, 4)))
    values = (("Momentum", 24.8, 25.5), ("Adaptive", 22.9, 23.6))
    return [ppl(v, "wt103", s, a, 151e6) for a, *row in values for s, v in zip(("valid", "test"), row, strict=True)]


@case()
def counts_of_all_with_a_part_in_brackets(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Params (non-emb.)", "Test"], ["Base", "151M (41M)", "24.0"]]
    rows += [["Wide", "257M (189M)", "18.7"]]
    paper(sheet, "Table 1: WikiText-103 perplexity.", rows, "lcc")
    return [ppl(24.0, "wt103", "test", "Base", 151e6), ppl(18.7, "wt103", "test", "Wide", 257e6)]


@case()
def cited_systems_across(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["", "Gated [3]", "Convolved (Hand, 2017)", "Ours"], ["# Parameters", "154M", "229M", "149M"]]
    rows += [["WikiText-103 (test)", "48.7", "37.2", "22.6"]]
    paper(sheet, "Table 1: Perplexity in comparison with earlier work.", rows, "lccc")
    values = (("Gated", 154e6, 48.7, False), ("Convolved", 229e6, 37.2, False), ("Ours", 149e6, 22.6, True))
    return [ppl(v, "wt103", "test", None, n, system=a, own=own) for a, n, v, own in values]


@case(font="stix")
def a_system_named_as_a_metric_with_its_count(sheet: Sheet) -> list[Expected]:
    values = (("Linear", 70e6, 26.1, 3), ("Gated", 72e6, 24.4, 2), ("Delta", 71e6, 23.8, 1))
    rows: Rows = [["Model", "Size", "WikiText-103"]]
    rows += [[a, f"{n / 1e6:.0f}M", f"{v}_{{({rank})}}"] for a, n, v, rank in values]
    paper(sheet, "Table 1: Test perplexity, with ranks in brackets.", rows, "lcc")
    return [ppl(v, "wt103", "test", a, n) for a, n, v, _ in values]


@case()
def a_system_named_as_a_metric_among_its_like(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Method", "WikiText-2", "PTB"], ["Rank", "9.1", "31.5"], ["Slice", "6.9", "26.8"]]
    rows += [["Block", "8.3", "29.9"], ["Gain", "1.4", "3.1"]]
    paper(sheet, "Table 1: Test perplexity of compressed models.", rows, "lcc")
    values = (("Rank", 9.1, 31.5), ("Slice", 6.9, 26.8), ("Block", 8.3, 29.9))
    return [ppl(v, b, "test", label) for label, *row in values for v, b in zip(row, ("wt2", "ptb"), strict=True)]


@case()
def a_cited_system_that_was_trained_again(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "PPL"], ["Routing (Foot et al., 2020)", "18.1"]]
    rows += [["Routing (Foot et al., 2020), re-trained", "17.9"]]
    paper(sheet, "Table 1: WikiText-103 test set.", rows, "lc")
    return [ppl(18.1, "wt103", "test", "Routing", own=False), ppl(17.9, "wt103", "test", "trained", own=True)]


@case()
def blocks_headed_by_their_size_in_the_corner(sheet: Sheet) -> list[Expected]:
    blocks = (("60M", 60e6, 71.2, 80.4, 72.9, 82.2), ("130M", 130e6, 60.1, 68.8, 61.0, 70.2))
    rows: Rows = []
    for size, _, *values in blocks:
        rows += [[Cell(size, style="B"), "PTB", "WT2"], ["Full rank", *map(str, values[:2])]]
        rows.append(["Low rank", *map(str, values[2:])])
    paper(sheet, "Table 1: Validation perplexity at two sizes.", rows, "lcc", ruled_after=(2, 3))
    return [
        ppl(v, b, "valid", label, n)
        for _, n, *values in blocks
        for v, (label, b) in zip(
            values, ((a, b) for a in ("Full rank", "Low rank") for b in ("ptb", "wt2")), strict=True
        )
    ]


@case()
def memory_in_brackets_behind_each_value(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["", "60M", "1B"], ["Full rank", "34.06 (0.36G)", "15.56 (7.80G)"]]
    rows += [["Factored", "78.18 (0.26G)", "142.53 (3.57G)"]]
    paper(sheet, "Table 1: Validation perplexity on WikiText-103, with memory in brackets.", rows, "lcc")
    values = (("Full rank", 34.06, 15.56), ("Factored", 78.18, 142.53))
    return [ppl(v, "wt103", "valid", a, n) for a, *row in values for v, n in zip(row, (60e6, 1e9), strict=True)]


@case()
def sizes_once_for_several_rows_between_labels(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Family", "Size", "Method", "PPL", "Acc."]]
    expected = []
    families = {"Fern": (("7B", 7e9, 5.47, 6.11), ("13B", 13e9, 4.88, 5.33)), "Moss": (("8B", 8e9, 6.14, 7.36),)}
    for family, sizes in families.items():
        for i, (size, n, *values) in enumerate(sizes):
            for k, (label, v) in enumerate(zip(("Dense", "Pruned"), values, strict=True)):
                first = None if i or k else Cell(family, down=2 * len(sizes))
                rows.append([first, None if k else Cell(size, down=2), label, f"{v}", f"{70 - v:.1f}"])
                expected.append(ppl(v, "wt2", "unknown", f"{family} | {size} | {label}", n, system=""))
    paper(sheet, "Table 1: WikiText-2 at 30% sparsity.", rows, "lllcc", ruled_after=(4,))
    return expected


@case(font="stix")
def ranges_behind_values_and_spaces_in_thousands(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Start", "Valid PPL", "Test PPL"], ["Uniform", "61.2 (60.8–61.9)", "58.9 (58.4, 59.6)"]]
    rows += [["None", "11 420.3", "1 093.4"]]
    paper(sheet, "Table 1: Median and range of five runs on Penn Treebank.", rows, "lcc")
    values = (("Uniform", 61.2, 58.9), ("None", 11420.3, 1093.4))
    return [ppl(v, "ptb", s, a) for a, *row in values for s, v in zip(("valid", "test"), row, strict=True)]


@case()
def a_size_behind_a_name_with_one_capital(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Group size", "32", "64"], ["Nearest", "5.72", "5.80"], ["Fitted", "5.60", "5.63"]]
    paper(sheet, "Table 1: WikiText-2 perplexity of Fern 7B for two group sizes.", rows, "lcc")
    return [ppl(float(str(v)), "wt2", "unknown", str(label), 7e9) for label, *values in rows[1:] for v in values]
