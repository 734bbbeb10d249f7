"""Typeset papers for whose results a table shows: the paper's own, or another's.

In: a sheet. Out: drawings, and the readings that each must give.
"""

from __future__ import annotations

from typeset.blocks import Rows, paper
from typeset.expected import Expected, case, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell

Owned = list[tuple[str, float, bool]]  # label, perplexity, own


def _owned(sheet: Sheet, caption: str, values: Owned, labels: dict[str, str] | None = None) -> list[Expected]:
    """One test perplexity a row; `labels` are printed instead of those of `values`."""
    rows: Rows = [["Model", "Test PPL"], *([(labels or {}).get(label, label), f"{v:.1f}"] for label, v, _ in values)]
    paper(sheet, caption, rows, "lc")
    return [ppl(v, "ptb", "test", label, system="", own=own) for label, v, own in values]


# ---- a method that the authors ran ----------------------------------------------------------------------------------


def _methods(
    sheet: Sheet, model: str, cite: tuple[str, str], caption: str = "Table 1: Quantization."
) -> list[Expected]:
    rows: Rows = [
        ["Method", "Bits", f"{model} (PPL)"],
        ["Full precision", "16", "9.1"],
        [f"Rounding {cite[0]}", "4", "9.9"],
        [f"Rounding {cite[0]}", "3", "12.4"],
        [f"Scaling {cite[1]}", "4", "9.6"],
    ]
    paper(sheet, f"{caption} WikiText-2.", rows, "lcc")
    values = (("Full precision", 9.1), ("Rounding", 9.9), ("Rounding", 12.4), ("Scaling", 9.6))
    return [ppl(v, "wt2", "unknown", label, 8e9, own=True) for label, v in values]


@case()
def cited_methods_on_a_model_in_the_header(sheet: Sheet) -> list[Expected]:
    return _methods(sheet, "LLaMA3-8B", ("[10]", "[11]"))


@case()
def cited_methods_by_author_on_a_model_in_the_header(sheet: Sheet) -> list[Expected]:
    return _methods(sheet, "Qwen-8B", ("(Hand et al., 2023)", "(Foot & Arm, 2024)"))


@case()
def cited_methods_on_a_model_in_the_caption(sheet: Sheet) -> list[Expected]:
    return _methods(sheet, "Result", ("[10]", "[11]"), "Table 1: Methods on the Falcon-8B model.")


@case()
def cited_models_that_name_their_own_size(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "PPL"],
        ["Gated-151M [7]", "24.0"],
        ["Linear-247M [9]", "18.7"],
        ["Deep (ours)", "17.9"],
    ]
    paper(sheet, "Table 1: WikiText-103, next to GPT2-117M.", rows, "lc")
    values = (("Gated-151M", 24.0, 151e6, False), ("Linear-247M", 18.7, 247e6, False))
    return [
        *(ppl(v, "wt103", "unknown", label, n, own=own) for label, v, n, own in values),
        ppl(17.9, "wt103", "unknown", "Deep (ours)", own=True),
    ]


# ---- marks and notes ------------------------------------------------------------------------------------------------


@case(font="stix")
def a_dagger_for_reported_results(sheet: Sheet) -> list[Expected]:
    values: Owned = [("Backoff †", 141.2, False), ("Forest †", 131.9, False), ("Gated", 114.5, True)]
    return _owned(sheet, "Table 1: Penn Treebank. †: As reported by Hand et al. (2011).", values)


@case(font="stix")
def a_star_for_runs_of_the_authors(sheet: Sheet) -> list[Expected]:
    values: Owned = [("Gated [3]", 62.1, False), ("Linear∗ [4]", 63.4, True), ("Deep", 60.2, True)]
    return _owned(sheet, "Table 1: Penn Treebank. ∗ marks our own implementation.", values)


@case(font="stix")
def two_marks_that_mean_two_things(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. Results with † were re-run by us, those with ‡ are taken from Hand (2019)."
    values: Owned = [("Gated †", 62.1, True), ("Linear ‡", 63.4, False), ("Deep", 60.2, True)]
    return _owned(sheet, caption, values)


@case(font="stix")
def a_mark_that_says_nothing_of_whose_it_is(sheet: Sheet) -> list[Expected]:
    values: Owned = [("Gated †", 62.1, True), ("Deep", 60.2, True)]
    return _owned(sheet, "Table 1: Penn Treebank. † needs twice the memory.", values)


# ---- a caption that names systems -----------------------------------------------------------------------------------


@case()
def a_baseline_cited_in_the_caption_alone(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. SlimNet is the base model in Hand and Foot (2019)."
    return _owned(sheet, caption, [("SlimNet", 62.1, False), ("SlimNet + gate", 60.2, True)])


@case()
def numbers_of_one_system_taken_from_its_paper(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. The size and results of BigNet are from (Hand et al., 2019)."
    return _owned(sheet, caption, [("BigNet", 62.1, False), ("Gated", 60.2, True)])


@case()
def a_cited_system_that_the_caption_says_was_run(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. SlimNet is run as benchmark."
    return _owned(sheet, caption, [("SlimNet (Hand et al., 2019)", 62.1, True), ("Gated", 60.2, True)])


@case(font="stix")
def a_system_that_only_its_marked_row_reproduces(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. † For SlimNet, we reproduce results with its public code."
    values: Owned = [("SlimNet (Hand et al., 2019)", 62.1, False), ("SlimNet (our impl.) †", 62.9, True)]
    return _owned(sheet, caption, values)


@case()
def baselines_from_another_paper_beside_our_own(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. Results of other models are taken from [7]."
    values: Owned = [("Gated", 62.1, False), ("Linear", 63.4, False), ("Deep (ours)", 60.2, True)]
    return _owned(sheet, caption, values)


@case()
def all_cited_models_retrained(sheet: Sheet) -> list[Expected]:
    caption = "Table 1: Penn Treebank. All models were re-trained under one budget."
    return _owned(sheet, caption, [("Gated [7]", 62.1, True), ("Linear [8]", 63.4, True), ("Deep", 60.2, True)])


# ---- labels ---------------------------------------------------------------------------------------------------------


@case()
def words_for_whose_it_is_in_the_label(sheet: Sheet) -> list[Expected]:
    values: Owned = [
        ("Gated, original paper", 62.1, False),
        ("Gated (paper)", 62.3, False),
        ("Gated (replication of Hand et al., 2019)", 63.4, True),
        ("Gated, code of Hand et al. (2019)", 63.1, True),
        ("Deep", 60.2, True),
    ]
    return _owned(sheet, "Table 1: Penn Treebank.", values)


@case()
def a_citation_alone(sheet: Sheet) -> list[Expected]:
    values: Owned = [("[47]", 62.1, False), ("[12, 13]", 63.4, False), ("Deep", 60.2, True)]
    return _owned(sheet, "Table 1: Penn Treebank.", values)


@case()
def numbered_citations_in_a_column(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Ref.", "Test PPL"],
        ["Gated", "[47]", "62.1"],
        ["Linear", "[3]", "63.4"],
        ["Deep", "", "60.2"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lcc")
    values: Owned = [("Gated", 62.1, False), ("Linear", 63.4, False), ("Deep", 60.2, True)]
    return [ppl(v, "ptb", "test", label, system="", own=own) for label, v, own in values]


@case()
def a_group_of_quoted_rows_ends_at_the_next_heading(sheet: Sheet) -> list[Expected]:
    rows: Rows = [
        ["Model", "Test PPL"],
        [Cell("Published results", across=2), None],
        ["Gated", "62.1"],
        [Cell("Under one budget", across=2), None],
        ["Gated", "63.4"],
    ]
    paper(sheet, "Table 1: Penn Treebank.", rows, "lc", ruled_after=(2,))
    return [ppl(62.1, "ptb", "test", "Gated", own=False), ppl(63.4, "ptb", "test", "Gated", own=True)]
