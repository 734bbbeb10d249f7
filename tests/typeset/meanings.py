"""Typeset papers for what numbers mean: quantity, benchmark, split, parameters, own or quoted.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import LARGE_CORPUS, SMALL_CORPUS, Rows, filler, paper, title, valid_test, value_rows, value_table
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table

# ---- where the benchmark stands -------------------------------------------------------------------------------------


@case()
def the_benchmark_in_the_caption(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Perplexity"], ["Plain LSTM", "99.1"], ["Tied LSTM", "91.7"]]
    paper(sheet, "Table 1: Comparison of models on the test set of WikiText-2.", rows, "lc")
    return [ppl(99.1, "wt2", "test", "Plain LSTM"), ppl(91.7, "wt2", "test", "Tied LSTM")]


@case()
def the_benchmark_in_the_header(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "PTB", "WT2", "WT103"],
        ["Plain LSTM", "87.5", "99.1", "48.7"],
        ["Tied LSTM", "81.2", "91.7", "44.9"],
    ]
    paper(sheet, "Table 1: Test perplexity on each corpus.", rows, "lccc")
    return [
        ppl(value, benchmark, "test", label)
        for label, *values in (("Plain LSTM", 87.5, 99.1, 48.7), ("Tied LSTM", 81.2, 91.7, 44.9))
        for benchmark, value in zip(("ptb", "wt2", "wt103"), values, strict=True)
    ]


@case()
def the_benchmark_in_the_rows(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Corpus", "Model", "Valid PPL", "Test PPL"],
        ["PTB", "Plain LSTM", "91.3", "87.5"],
        ["PTB", "Tied LSTM", "84.6", "81.2"],
        ["WikiText-2", "Plain LSTM", "104.2", "99.1"],
        ["WikiText-2", "Tied LSTM", "96.5", "91.7"],
    ]
    paper(sheet, "Table 1: Results of both models.", rows, "llcc", ruled_after=(2,))
    return valid_test(SMALL_CORPUS, "ptb") + valid_test(LARGE_CORPUS, "wt2")


@case()
def the_benchmark_in_row_groups(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid PPL", "Test PPL"],
        [Cell("Penn Treebank", across=3), None, None],
        *value_rows(SMALL_CORPUS),
        [Cell("WikiText-2", across=3), None, None],
        *value_rows(LARGE_CORPUS),
    ]
    paper(sheet, "Table 1: Results of both models.", rows, "lcc", ruled_after=(1, 3, 4))
    return valid_test(SMALL_CORPUS, "ptb") + valid_test(LARGE_CORPUS, "wt2")


@case()
def the_benchmark_in_the_section_title(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.heading("4 Experiments")
    filler(sheet, 1)
    sheet.heading("4.1 Word-level modelling of Penn Treebank")
    sheet.paragraph("Table 1 lists the perplexities of all models after the last epoch.")
    filler(sheet, 1)
    sheet.table(value_table(SMALL_CORPUS))
    sheet.caption("Table 1: Perplexity of each model.")
    filler(sheet, 1)
    sheet.heading("4.2 Modelling of WikiText-2")
    sheet.paragraph("Perplexities on the larger corpus are in Table 2.")
    sheet.table(value_table(LARGE_CORPUS))
    sheet.caption("Table 2: Perplexity of each model.")
    filler(sheet, 1)
    return valid_test(SMALL_CORPUS, "ptb") + valid_test(LARGE_CORPUS, "wt2")


@case()
def the_benchmark_in_the_sentence_that_cites_the_table(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.heading("3 Data")
    sheet.paragraph("We train on WikiText-2 and on WikiText-103.")
    filler(sheet, 1)
    sheet.heading("4 Results")
    sheet.paragraph("As Table 1 shows, depth helps on WikiText-103: each added layer lowers the perplexity.")
    filler(sheet, 2)
    sheet.table(value_table((("Shallow", 25.3, 26.0), ("Deep", 21.8, 22.4))))
    sheet.caption("Table 1: Perplexity against depth.")
    filler(sheet, 1)
    return [
        ppl(25.3, "wt103", "valid", "Shallow"),
        ppl(26.0, "wt103", "test", "Shallow"),
        ppl(21.8, "wt103", "valid", "Deep"),
        ppl(22.4, "wt103", "test", "Deep"),
    ]


@case()
def a_table_that_only_another_page_explains(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.heading("4 Results")
    sheet.paragraph("We measure test perplexity on WikiText-103. Table 1 compares four depths of one network.")
    filler(sheet, 3)
    sheet.new_page()
    sheet.table(Table([["Depth", "Test"], ["six layers", "26.0"], ["twelve layers", "22.4"]], "lc"))
    sheet.caption("Table 1: Comparison of depths.")
    filler(sheet, 3)
    return [ppl(26.0, "wt103", "test", "six layers", page=2), ppl(22.4, "wt103", "test", "twelve layers", page=2)]


@case()
def no_split_named_anywhere(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "PPL"], ["Plain LSTM", "99.1"], ["Tied LSTM", "91.7"]]
    paper(sheet, "Table 1: Perplexity on WikiText-2.", rows, "lc")
    return [ppl(99.1, "wt2", "unknown", "Plain LSTM"), ppl(91.7, "wt2", "unknown", "Tied LSTM")]


# ---- what is no perplexity on a benchmark of ours -------------------------------------------------------------------


@case()
def bits_per_character(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Valid", "Test"], ["Plain LSTM", "5.38", "5.33"], ["Tied LSTM", "5.29", "5.24"]]
    paper(sheet, "Table 1: Bits per character (BPC) on the Penn Treebank.", rows, "lcc")
    return []


@case()
def character_level_treebank(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Valid", "Test"], ["Plain LSTM", "6.38", "6.33"], ["Tied LSTM", "6.29", "6.24"]]
    paper(sheet, "Table 1: Perplexity on character-level Penn Treebank.", rows, "lcc")
    return []


@case()
def nats_and_cross_entropy(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "NLL (nats)", "Cross-entropy (bits)"],
        ["Transformer", "5.18", "7.47"],
        ["Gated", "5.09", "7.34"],
    ]
    paper(sheet, "Table 1: Log-likelihood per word on the WikiText-103 test set.", rows, "lcc")
    return []


@case()
def accuracy_beside_perplexity(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "LAMBADA (ACC)", "WikiText2 (PPL)", "CBT-CN (ACC)"],
        ["Small", "45.99", "29.41", "87.65"],
        ["Large", "63.24", "18.34", "93.30"],
    ]
    paper(sheet, "Table 1: Zero-shot results on many tasks.", rows, "lccc")
    return [ppl(29.41, "wt2", "unknown", "Small"), ppl(18.34, "wt2", "unknown", "Large")]


@case()
def speed_memory_and_time_beside_perplexity(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Tokens/s", "Memory (GB)", "Hours", "Valid PPL"],
        ["Transformer", "3215.4", "14.2", "31.5", "24.0"],
        ["Gated", "2890.7", "15.8", "36.0", "22.1"],
    ]
    paper(sheet, "Table 1: Speed and perplexity on WikiText-103.", rows, "lcccc")
    return [ppl(24.0, "wt103", "valid", "Transformer"), ppl(22.1, "wt103", "valid", "Gated")]


@case()
def corpus_statistics(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", "Penn Treebank", "WikiText-2", "WikiText-103"],
        ["Training tokens", "929,590", "2,088,628", "103,227,021"],
        ["Test tokens", "82,430", "245,569", "245,569"],
        ["Vocabulary", "10,000", "33,278", "267,735"],
        ["OOV (%)", "4.8", "2.6", "0.4"],
        ["Words per sentence", "21.1", "24.4", "25.8"],
    ]
    paper(sheet, "Table 1: Statistics of the corpora on which we measure perplexity.", rows, "lccc")
    return []


@case()
def other_corpora_beside_ours(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "enwik8 (bpc)", "One Billion Word (ppl)", "WikiText-103 (ppl)", "PG-19 (ppl)"],
        ["Base", "1.06", "23.5", "24.0", "36.3"],
        ["Large", "0.99", "21.8", "18.3", "33.6"],
    ]
    paper(sheet, "Table 1: Test results on four corpora.", rows, "lcccc")
    return [ppl(24.0, "wt103", "test", "Base"), ppl(18.3, "wt103", "test", "Large")]


@case()
def one_billion_word_alone(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("We also report on Penn Treebank in the appendix.")
    filler(sheet, 1)
    sheet.caption("Table 1: Test perplexity on the One Billion Word benchmark.")
    sheet.table(Table([["Model", "Test PPL"], ["Base", "23.5"], ["Large", "21.8"]], "lc"))
    filler(sheet, 2)
    return []


@case()
def training_perplexity(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Train", "Valid", "Test"],
        ["Plain LSTM", "41.7", "91.3", "87.5"],
        ["Tied LSTM", "47.2", "84.6", "81.2"],
    ]
    paper(sheet, "Table 1: Perplexity on Penn Treebank.", rows, "lccc")
    return valid_test(SMALL_CORPUS, "ptb")


@case()
def hyperparameters_beside_perplexity(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Layers", "Hidden units", "Dropout", "Epochs", "Test perplexity"],
        ["2", "650", "0.50", "39", "87.5"],
        ["2", "1500", "0.65", "55", "81.2"],
    ]
    paper(sheet, "Table 1: Settings of the search on the Penn Treebank.", rows, "ccccc")
    return [Expected("perplexity", value, "ptb", "test", page=1) for value in (87.5, 81.2)]


@case()
def a_relative_gain_in_per_cent(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test PPL", "Gain (%)", "Rel. size"],
        ["Plain LSTM", "87.5", "-", "1.0"],
        ["Tied LSTM", "81.2", "7.2", "0.85"],
        ["Zoneout", "76.8", "12.2", "0.85"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lccc")
    return [
        ppl(87.5, "ptb", "test", "Plain LSTM"),
        ppl(81.2, "ptb", "test", "Tied LSTM"),
        ppl(76.8, "ptb", "test", "Zoneout"),
    ]


@case()
def differences_beside_perplexity(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test PPL", "Difference"],
        ["Plain LSTM", "87.5", "-"],
        ["Tied LSTM", "81.2", "-6.3"],
        ["Zoneout LSTM", "76.8", "-10.7"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows)
    values = (("Plain LSTM", 87.5), ("Tied LSTM", 81.2), ("Zoneout LSTM", 76.8))
    return [ppl(value, "ptb", "test", label) for label, value in values]


@case()
def a_plot_is_no_table(sheet: Sheet) -> list[Expected]:
    title(sheet)
    filler(sheet, 1)
    x, y = sheet.left + 130, sheet.y + 10
    sheet.rule(x, y, x, y + 150)
    sheet.rule(x, y + 150, x + 220, y + 150)
    for i in range(5):
        sheet.put(x - 25, y + 148 - 30 * i, f"{50 + 10 * i:.1f}", 8)
        sheet.put(x + 10 + 45 * i, y + 162, f"{20.5 + 20 * i:.1f}", 8)
        sheet.rule(x, y + 146 - 30 * i, x + 220, y + 146 - 30 * i, 0.2)
        sheet.rule(x + 20 + 40 * i, y + 20 + 25 * i, x + 60 + 40 * i, y + 40 + 22 * i, 1.0)
    sheet.put(x + 60, y + 176, "parameters (millions)", 8)
    sheet.put_turned(x - 34, y + 110, "test perplexity", 8)
    sheet.y = y + 184
    sheet.caption("Figure 1: Test perplexity on the Penn Treebank.")
    filler(sheet, 2)
    return []


@case()
def an_algorithm_between_rules_is_no_table(sheet: Sheet) -> list[Expected]:
    title(sheet)
    sheet.paragraph("Algorithm 1 lowers perplexity on Penn Treebank; its constants are those of the test runs.")
    left, right = sheet.left, sheet.left + sheet.column_width
    sheet.skip(6)
    sheet.rule(left, sheet.y, right, sheet.y, 0.8)
    sheet.paragraph("Algorithm 1 Averaged descent on the Penn Treebank")
    sheet.rule(left, sheet.y, right, sheet.y)
    sheet.paragraph("1: set the rate to 30.0 and the decay to 12.5\n2: while test perplexity is above 60.0 do")
    sheet.paragraph("3: halve the rate, at least 10.5\n4: end while")
    sheet.rule(left, sheet.y, right, sheet.y, 0.8)
    sheet.skip(8)
    filler(sheet, 2)
    return []


# ---- settings of an evaluation --------------------------------------------------------------------------------------


@case()
def settings_in_labels(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test PPL"],
        ["Tied LSTM", "81.2"],
        ["Tied LSTM + neural cache", "76.4"],
        ["Tied LSTM + dynamic evaluation", "74.9"],
        ["Ensemble of 10 tied LSTMs", "72.7"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lc")
    return [
        ppl(81.2, "ptb", "test", "Tied LSTM", setting=""),
        ppl(76.4, "ptb", "test", "Tied LSTM + neural cache", setting="cache"),
        ppl(74.9, "ptb", "test", "Tied LSTM + dynamic evaluation", setting="dynamic_evaluation"),
        ppl(72.7, "ptb", "test", "Ensemble of 10 tied LSTMs", setting="ensemble"),
    ]


@case()
def a_setting_that_a_mark_stands_for(sheet: Sheet) -> list[Expected]:
    rows: Rows = [["Model", "Test PPL"], ["Tied LSTM", "81.2"], ["Tied LSTM*", "74.9"], ["Split LSTM", "79.3"]]
    paper(sheet, "Table 1: Penn Treebank. * indicates using dynamic evaluation.", rows, "lc")
    return [
        ppl(81.2, "ptb", "test", "Tied LSTM", setting=""),
        ppl(74.9, "ptb", "test", "Tied LSTM*", setting="dynamic_evaluation"),
        ppl(79.3, "ptb", "test", "Split LSTM", setting=""),
    ]


@case()
def settings_in_headers(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("Zero-shot", across=2), None, Cell("Fine-tuned", across=2), None],
        ["Model", "PTB", "WikiText-103", "PTB", "WikiText-103"],
        ["Small", "65.9", "37.5", "51.3", "24.6"],
        ["Large", "40.3", "22.1", "36.8", "17.2"],
    ]
    short = ((0, 1, 2), (0, 3, 4))
    paper(sheet, "Table 1: Test perplexity before and after fine-tuning.", rows, "lcccc", header=2, partial=short)
    places = (("ptb", "zero_shot"), ("wt103", "zero_shot"), ("ptb", "fine_tuned"), ("wt103", "fine_tuned"))
    return [
        ppl(value, benchmark, "test", label, setting=setting)
        for label, *values in (("Small", 65.9, 37.5, 51.3, 24.6), ("Large", 40.3, 22.1, 36.8, 17.2))
        for (benchmark, setting), value in zip(places, values, strict=True)
    ]


# ---- parameters -----------------------------------------------------------------------------------------------------


def _sized(
    sheet: Sheet, header: str, printed: tuple[str, str, str], counts: tuple[float, float, float]
) -> list[Expected]:
    labels, values = ("Small", "Medium", "Large"), (24.9, 21.3, 18.7)
    rows: Rows = [["Model", header, "Test PPL"]]
    rows += [[label, size, f"{value:.1f}"] for label, size, value in zip(labels, printed, values, strict=True)]
    paper(sheet, "Table 1: Results on WikiText-103.", rows, "lcc")
    return [
        ppl(value, "wt103", "test", label, n_parameters=n)
        for label, value, n in zip(labels, values, counts, strict=True)
    ]


@case()
def parameters_in_millions_by_the_header(sheet: Sheet) -> list[Expected]:
    return _sized(sheet, "Params (M)", ("44", "151.5", "257"), (44e6, 151.5e6, 257e6))


@case()
def parameters_with_units_in_the_cells(sheet: Sheet) -> list[Expected]:
    return _sized(sheet, "# Parameters", ("850K", "151M", "1.5B"), (850e3, 151e6, 1.5e9))


@case()
def parameters_in_billions_by_the_header(sheet: Sheet) -> list[Expected]:
    return _sized(sheet, "Parameters (B)", ("0.35", "2.5", "8.3"), (0.35e9, 2.5e9, 8.3e9))


@case()
def parameters_in_thousands_by_the_header(sheet: Sheet) -> list[Expected]:
    return _sized(sheet, "#Params [K]", ("640", "890", "1,240"), (640e3, 890e3, 1.24e6))


@case()
def parameters_in_full(sheet: Sheet) -> list[Expected]:
    return _sized(sheet, "Number of parameters", ("6,320,000", "44,100,512", "257,000,000"), (6.32e6, 44100512, 257e6))


@case()
def parameters_in_the_label(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Valid", "Test"],
        ["Tied LSTM (24M)", "84.6", "81.2"],
        ["Transformer-XL 151M", "24.0", "24.9"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-103.", rows, "lcc")
    return [
        ppl(84.6, "wt103", "valid", "Tied LSTM", n_parameters=24e6),
        ppl(81.2, "wt103", "test", "Tied LSTM", n_parameters=24e6),
        ppl(24.0, "wt103", "valid", "Transformer-XL", n_parameters=151e6),
        ppl(24.9, "wt103", "test", "Transformer-XL", n_parameters=151e6),
    ]


@case()
def parameters_of_each_benchmark_in_their_own_columns(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["", Cell("Penn Treebank", across=2), None, Cell("WikiText-2", across=2), None],
        ["Model", "Params", "Test", "Params", "Test"],
        ["Plain LSTM", "20M", "87.5", "28M", "99.1"],
        ["Tied LSTM", "14M", "81.2", "-", "91.7"],
    ]
    paper(sheet, "Table 1: Perplexity on two corpora.", rows, "lcccc", header=2, partial=((0, 1, 2), (0, 3, 4)))
    return [
        ppl(87.5, "ptb", "test", "Plain LSTM", n_parameters=20e6),
        ppl(99.1, "wt2", "test", "Plain LSTM", n_parameters=28e6),
        ppl(81.2, "ptb", "test", "Tied LSTM", n_parameters=14e6),
        ppl(91.7, "wt2", "test", "Tied LSTM"),
    ]


@case()
def embedding_sizes_are_no_parameter_counts(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Embedding params", "Hidden size", "Test PPL"],
        ["Plain LSTM", "6.5M", "650", "87.5"],
        ["Tied LSTM", "15M", "1500", "81.2"],
    ]
    paper(sheet, "Table 1: Penn Treebank results.", rows, "lccc")
    return [ppl(87.5, "ptb", "test", "Plain LSTM"), ppl(81.2, "ptb", "test", "Tied LSTM")]


# ---- own or quoted --------------------------------------------------------------------------------------------------


@case()
def quoted_rows_with_author_and_year(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test"],
        ["Zaremba et al. (2014) - LSTM (large)", "78.4"],
        ["Tied LSTM (Press & Wolf, 2016)", "73.2"],
        ["Zilly et al. 2016, highway network", "65.4"],
        ["Deep memory", "63.1"],
        ["Deep memory + tied embeddings (ours)", "61.8"],
    ]
    paper(sheet, "Table 1: Perplexity on the Penn Treebank test set.", rows, "lc", ruled_after=(3,))
    return [
        ppl(78.4, "ptb", "test", "LSTM (large)", own=False),
        ppl(73.2, "ptb", "test", "Tied LSTM", own=False),
        ppl(65.4, "ptb", "test", "highway network", own=False),
        ppl(63.1, "ptb", "test", "Deep memory", own=True),
        ppl(61.8, "ptb", "test", "Deep memory + tied embeddings", own=True),
    ]


@case()
def quoted_rows_with_numbered_citations(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test"],
        ["LSTM [38]", "48.7"],
        ["Gated convolution [7, 12]", "44.9"],
        ["Our transformer", "24.0"],
        ["Our transformer, deep", "18.3"],
    ]
    paper(sheet, "Table 1: Test perplexity on WikiText-103.", rows, "lc")
    return [
        ppl(48.7, "wt103", "test", "LSTM", own=False),
        ppl(44.9, "wt103", "test", "Gated convolution", own=False),
        ppl(24.0, "wt103", "test", "Our transformer", own=True),
        ppl(18.3, "wt103", "test", "Our transformer, deep", own=True),
    ]


@case()
def quoted_rows_under_a_heading(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test"],
        [Cell("Previous work", across=2, style="I"), None],
        ["LSTM", "48.7"],
        ["Gated convolution", "44.9"],
        [Cell("This work", across=2, style="I"), None],
        ["Transformer", "24.0"],
        ["Deep transformer", "18.3"],
    ]
    paper(sheet, "Table 1: Test perplexity on WikiText-103.", rows, "lc", ruled_after=(3,))
    return [
        ppl(48.7, "wt103", "test", "LSTM", own=False),
        ppl(44.9, "wt103", "test", "Gated convolution", own=False),
        ppl(24.0, "wt103", "test", "Transformer", own=True),
        ppl(18.3, "wt103", "test", "Deep transformer", own=True),
    ]


@case()
def citations_in_a_column_of_their_own(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Source", "Valid", "Test"],
        ["LSTM", "Grave et al. (2017)", "49.2", "48.7"],
        ["Gated convolution", "Dauphin et al. (2017)", "45.6", "44.9"],
        ["Transformer", "this work", "23.3", "24.0"],
    ]
    paper(sheet, "Table 1: Perplexity on WikiText-103.", rows, "llcc")
    return [
        p
        for label, v, t, own in (
            ("LSTM", 49.2, 48.7, False),
            ("Gated convolution", 45.6, 44.9, False),
            ("Transformer", 23.3, 24.0, True),
        )
        for p in (ppl(v, "wt103", "valid", label, own=own), ppl(t, "wt103", "test", label, own=own))
    ]
