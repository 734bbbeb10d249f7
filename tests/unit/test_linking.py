"""Readings to systems: what belongs together, what counts, where sizes and training data come from."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lmprogress.core.settings import Link
from lmprogress.curation.assemble import assemble
from lmprogress.reading.linking import Linked, link
from read_values import (
    ARCHITECTURES,
    BENCHMARKS,
    FAMILIES,
    MANIFEST,
    ORDINARY,
    PAPER,
    VOCABULARY,
    linked,
    reading,
    readings,
)


def decisions(found: Linked) -> dict[str, str]:
    return dict(zip(found.links["reading_id"], found.links["decision"], strict=True))


def sizes(found: Linked) -> dict[str, float]:
    return dict(zip(found.systems["system"], found.systems["n_parameters"], strict=True))


@pytest.mark.parametrize(
    ("change", "decision"),
    [
        ({}, "used"),
        ({"own": False}, "quoted"),
        ({"own": None}, "used"),
        ({"split": "valid"}, "validation"),
        ({"split": "unknown"}, "used"),
        ({"benchmark": "unknown"}, "unknown_benchmark"),
        ({"confidence": 0.4}, "below_confidence"),
        ({"row_label": None, "system": None}, "no_label"),
        ({"row_label": "Test perplexity", "system": "Test perplexity"}, "no_label"),
        ({"value": 0.9}, "not_a_perplexity"),
    ],
)
def test_what_speaks_against_a_reading(change: dict[str, Any], decision: str) -> None:
    assert decisions(linked({**reading(80.0), **change})) == {"r1": decision}


def test_unknown_split_does_not_count_beside_a_test_column() -> None:
    found = linked(reading(80.0, "A"), reading(90.0, "B", split="unknown"), reading(70.0, "B", split="unknown", page=6))
    assert decisions(found) == {"r1": "used", "r2": "unclear_split", "r3": "used"}


def test_best_run_of_a_label_counts() -> None:
    found = linked(reading(80.0), reading(78.0), reading(78.0, page=6), reading(79.0))
    assert decisions(found) == {"r1": "not_best_run", "r2": "used", "r3": "duplicate_value", "r4": "not_best_run"}
    assert found.evaluations["perplexity"].tolist() == [78.0]


def test_a_known_split_goes_before_a_better_value_of_unknown_split() -> None:
    found = linked(reading(80.0), reading(70.0, split="unknown", page=6))
    assert decisions(found) == {"r1": "used", "r2": "not_best_run"}


def test_label_and_size_make_a_system() -> None:
    found = linked(reading(80.0, n_parameters=2e7), reading(75.0, n_parameters=5e7))
    assert sorted(found.systems["n_parameters"]) == [2e7, 5e7]
    assert sorted(found.systems["system_id"]) == [f"{PAPER}/lstm-20m-ptb", f"{PAPER}/lstm-50m-ptb"]


def test_settings_of_evaluation_make_systems() -> None:
    found = linked(reading(80.0), reading(70.0, setting="cache"))
    assert dict(zip(found.systems["system_id"], found.systems["uses_cache"], strict=True)) == {
        f"{PAPER}/lstm-ptb": False,
        f"{PAPER}/lstm-cache-ptb": True,
    }


def test_trained_on_two_benchmarks_is_two_systems_with_their_training_sets() -> None:
    found = linked(reading(80.0), reading(90.0, benchmark="wt2"))
    sizes_of = dict(zip(found.systems["system_id"], found.systems["dataset_size_tokens"], strict=True))
    assert sizes_of == {f"{PAPER}/lstm-{name}": BENCHMARKS[name].training_tokens for name in ("ptb", "wt2")}


def test_columns_of_models_are_told_apart() -> None:
    across = [
        reading(value, "Variational", column_label=f"{column} | Test", y0=50.0)
        for value, column in ((79.0, "Medium"), (73.0, "Large"))
    ]
    assert set(linked(*across).systems["system"]) == {"Variational | Medium", "Variational | Large"}


def test_models_across_give_the_name_where_the_row_names_the_metric() -> None:
    found = linked(reading(80.0, "PTB perplexity", column_label="LSTM large"))
    assert found.systems["system"].tolist() == ["LSTM large"]


# ---- parameters -----------------------------------------------------------------------------------------------------


def said(value: float, system: str | None = None, quantity: str = "parameters", **changes: Any) -> dict[str, Any]:
    return reading(value, None, quantity=quantity, system=system, source="text", page=2, **changes)


def test_the_row_gives_the_size_before_anything_else() -> None:
    found = linked(reading(80.0, n_parameters=2e7), said(9e7, "LSTM"))
    assert sizes(found) == {"LSTM": 2e7}
    assert decisions(found)["r2"] == "not_used"


def test_another_row_of_the_label_lends_its_size() -> None:
    found = linked(reading(80.0), reading(85.0, split="valid", n_parameters=2e7, page=6))
    assert sizes(found) == {"LSTM": 2e7}
    assert "same label elsewhere (r2)" in found.systems["source"].iloc[0]


def test_two_sizes_of_a_label_lend_none() -> None:
    rows = [reading(85.0, split="valid", n_parameters=size, page=6) for size in (2e7, 5e7)]
    assert linked(reading(80.0), *rows).systems["n_parameters"].isna().all()


def test_prose_speaks_of_the_system_that_it_names() -> None:
    rows = (
        reading(80.0, "Highway LSTM large"),
        reading(90.0, "GRU"),
        said(2e7, "Highway LSTM"),
        said(3e7, "Delta net"),
    )
    found = linked(*rows)
    assert sizes(found)["Highway LSTM large"] == 2e7
    assert decisions(found)["r3"] == "used" and decisions(found)["r4"] == "not_used"
    assert found.systems.set_index("system")["n_parameters"].isna()["GRU"]
    assert linked(*rows, parameters_from_prose=False).systems["n_parameters"].isna().all()


def test_the_more_specific_statement_wins() -> None:
    found = linked(reading(80.0, "Highway LSTM large"), said(2e7, "Highway LSTM"), said(6e7, "large Highway LSTM"))
    assert sizes(found) == {"Highway LSTM large": 6e7}


def test_statements_that_disagree_give_no_size() -> None:
    assert linked(reading(80.0), said(2e7, "LSTM"), said(6e7, "LSTM")).systems["n_parameters"].isna().all()


def test_the_only_size_of_a_paper_is_its_models() -> None:
    rows = (reading(80.0), said(2e7))
    found = linked(*rows)
    assert sizes(found) == {"LSTM": 2e7}
    assert "only size in the paper (r2)" in found.systems["source"].iloc[0]
    assert linked(*rows, parameters_where_one_size=False).systems["n_parameters"].isna().all()
    assert linked(*rows, said(6e7)).systems["n_parameters"].isna().all()


def of_scales(**changes: Any) -> list[dict[str, Any]]:
    return [said(size, f"{scale} model", **changes) for scale, size in (("small", 2e7), ("big", 9e7))]


def test_a_sentence_gives_the_size_of_all_systems_of_a_scale() -> None:
    rows = [reading(80.0, "Net (small)"), reading(70.0, "Net (big)"), reading(75.0, "Net")]
    without = {"parameters_where_one_size": False}
    found = sizes(linked(*rows, *of_scales(), **without))
    assert (found["Net (small)"], found["Net (big)"]) == (2e7, 9e7) and pd.isna(found["Net"])
    other = reading(60.0, "Net (small)", benchmark="wt2")
    for told in (of_scales(), of_scales(benchmark="ptb"), of_scales(column_label="Text8")):
        found = linked(*rows, other, *told, **without).systems.set_index("training_datasets")["n_parameters"]
        assert pd.isna(found["WikiText-2"])
    assert sizes(linked(*rows, other, *of_scales(benchmark="ptb"), **without))["Net (big)"] == 9e7
    assert pd.isna(sizes(linked(*rows, *of_scales(), said(3e7, "small model"), **without))["Net (small)"])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([reading(80.0, "Net"), reading(79.0, "Net + noise")], True),
        ([reading(80.0, "Net"), reading(79.0, "Net (large)")], False),
        ([reading(80.0, "Net, 2 layers")], False),
        ([reading(80.0, "Net"), reading(79.0, "Mesh", n_parameters=3e7)], False),
        ([reading(80.0, "Net"), said(3e7, "the network")], False),
        ([reading(80.0, "Net"), reading(90.0, "Net", benchmark="wt2")], False),
    ],
)
def test_a_sentence_on_the_model_gives_the_size_of_what_is_one(rows: list[dict[str, Any]], told: bool) -> None:
    found = linked(*rows, said(2e7, "our model"), parameters_where_one_size=False)
    assert bool((found.systems["n_parameters"] == 2e7).all()) is told
    assert (found.systems["n_parameters"] == 2e7).any() == told


def test_a_cited_system_of_one_of_the_papers_own_scales_is_its_own_run() -> None:
    cited = {"own": False, "own_evidence": "citation"}
    rows = [reading(80.0, "Net", column_label="Small"), reading(85.0, "Mesh", column_label="Small", **cited)]
    assert decisions(linked(*rows, *of_scales()))["r2"] == "used"
    assert decisions(linked(*rows))["r2"] == "quoted"
    assert decisions(linked(*rows, *of_scales(benchmark="wt2")))["r2"] == "quoted"


def test_a_row_that_repeats_a_quoted_one_of_its_table_is_quoted() -> None:
    sized = {"n_parameters": 2e7, "own_evidence": "default"}
    quoted = reading(79.2, "Net [8]", **{**sized, "own": False, "raw": "79.2"})
    assert decisions(linked(quoted, reading(79.2, "Net, recomputed", raw="79.2", **sized)))["r2"] == "quoted"
    assert decisions(linked(quoted, reading(79.3, "Net, recomputed", raw="79.3", **sized)))["r2"] == "used"
    assert decisions(linked(quoted, reading(79.2, "Mesh", raw="79.2", **sized)))["r2"] == "used"


def test_an_ensemble_has_no_size_but_its_rows() -> None:
    assert linked(reading(80.0, setting="ensemble"), said(2e7)).systems["n_parameters"].isna().all()
    assert sizes(linked(reading(80.0, setting="ensemble", n_parameters=9e7), said(2e7))) == {"LSTM": 9e7}


def test_a_name_gives_its_size_unless_it_counts_tokens() -> None:
    assert sizes(linked(reading(20.0, "Net-345M", benchmark="wt103"))) == {"Net-345M": 3.45e8}
    tokens = said(1e8, quantity="training_tokens")
    assert linked(reading(20.0, "WIKI-100M", benchmark="wt103"), tokens).systems["n_parameters"].isna().all()


def test_a_value_without_size_is_no_second_result_of_one_with_size() -> None:
    found = linked(reading(80.0, "Ours"), reading(80.0, "Highway LSTM", n_parameters=2e7, page=6))
    assert decisions(found) == {"r1": "duplicate_value", "r2": "used"}


# ---- training data --------------------------------------------------------------------------------------------------


def test_what_is_added_to_a_row_is_adapted_as_that_row() -> None:
    rows = reading(60.0, "LSTM + cache", setting="cache"), reading(59.0, "+ Gate", y0=220.0, setting=None)
    found = linked(*rows, reading(58.0, "GRU", y0=240.0), reading(57.0, "+ Gate", y0=260.0))
    adapted = dict(zip(found.systems["system_id"], found.systems["adaptation"], strict=True))
    assert [a for n, a in adapted.items() if "gate" in n and "cache" in n] == ["cache"]
    assert len([a for n, a in adapted.items() if "gate" in n and "cache" not in n and not isinstance(a, str)]) == 1


def test_epochs_in_the_name_come_before_those_in_a_sentence() -> None:
    said_of_it = said(1500.0, "WeNet", quantity="epochs")
    found = linked(reading(58.0, "WeNet (6000 epochs)"), reading(60.0, "WeNet"), said_of_it)
    assert dict(zip(found.systems["system"], found.systems["n_epochs"], strict=True)) == {
        "WeNet (6000 epochs)": 6000.0, "WeNet": 1500.0
    }  # fmt: skip


def test_zero_shot_without_stated_tokens_has_unknown_data() -> None:
    found = linked(reading(30.0, setting="zero_shot"))
    assert found.systems["dataset_size_tokens"].isna().all()
    assert found.systems["zero_shot"].tolist() == [1.0]


def test_zero_shot_joins_benchmarks_and_takes_what_all_statements_say() -> None:
    tokens = [said(value, quantity="training_tokens") for value in (3e11, 3e11, 1e5)]
    rows = [reading(30.0, setting="zero_shot"), reading(20.0, setting="zero_shot", benchmark="wt103")]
    found = linked(*rows, *tokens)
    assert found.systems["dataset_size_tokens"].tolist() == [3e11]
    assert len(found.evaluations) == 2
    assert [decisions(found)[name] for name in ("r3", "r4", "r5")] == ["used", "used", "not_used"]
    disagreeing = linked(*rows, *tokens, said(5e9, quantity="training_tokens"))
    assert disagreeing.systems["dataset_size_tokens"].isna().all()


def test_what_is_also_evaluated_zero_shot_was_trained_elsewhere() -> None:
    found = linked(reading(30.0, setting="zero_shot"), reading(20.0, setting="fine_tuned"))
    assert found.systems["dataset_size_tokens"].isna().all()
    alone = linked(reading(20.0, setting="fine_tuned"))
    assert alone.systems["dataset_size_tokens"].tolist() == [BENCHMARKS["ptb"].training_tokens]


def test_more_training_data_of_the_named_system_counts_and_less_does_not() -> None:
    for stated, expected in ((4e10, 4e10), (1e5, BENCHMARKS["ptb"].training_tokens)):
        found = linked(reading(30.0), said(stated, "LSTM", quantity="training_tokens"))
        assert found.systems["dataset_size_tokens"].tolist() == [expected]


def test_training_data_of_the_family_counts_for_what_was_trained_elsewhere_alone() -> None:
    tokens = said(4e10, "Highway LSTM", quantity="training_tokens")
    found = linked(reading(30.0, "Highway LSTM deep"), tokens)
    assert found.systems["dataset_size_tokens"].tolist() == [BENCHMARKS["ptb"].training_tokens]
    elsewhere = [reading(30.0, "Highway LSTM deep", setting="zero_shot"), tokens]
    of_another = said(5e9, "Delta net", quantity="training_tokens")
    assert linked(*elsewhere, of_another).systems["dataset_size_tokens"].tolist() == [4e10]
    unnamed = said(5e9, quantity="training_tokens")
    assert linked(*elsewhere, unnamed).systems["dataset_size_tokens"].isna().all()


def test_a_system_too_large_for_the_training_set_has_unknown_data() -> None:
    limit = 100 * BENCHMARKS["ptb"].training_tokens
    for size, known in ((0.99 * limit, True), (1.01 * limit, False)):
        found = linked(reading(30.0, n_parameters=size))
        assert found.systems["dataset_size_tokens"].notna().tolist() == [known]


# ---- papers ---------------------------------------------------------------------------------------------------------

NOBODY = MANIFEST.iloc[:0]


def date(value: float, source: str) -> dict[str, Any]:
    return reading(value, None, quantity="publication_date", source=source, page=1)


def test_dates_come_from_the_manifest_and_else_from_the_paper() -> None:
    stamp, identifier = date(2018 + 39 / 365, "stamp"), date(2018 + 31 / 365, "identifier")
    assert linked(reading(80.0), stamp).papers["publication_date"].tolist() == ["2018-01-01"]
    found = linked(reading(80.0), stamp, identifier, manifest=NOBODY)
    assert found.papers["publication_date"].tolist() == ["2018-02-09"]
    assert found.papers["title"].tolist() == [PAPER]


def test_the_stamp_of_a_later_version_does_not_count() -> None:
    found = linked(reading(80.0), date(2019.5, "stamp"), date(2018 + 31 / 365, "identifier"), manifest=NOBODY)
    assert found.papers["publication_date"].tolist() == ["2018-02-01"]


def test_a_paper_without_date_gives_no_record() -> None:
    found = linked(reading(80.0), manifest=NOBODY)
    assert decisions(found) == {"r1": "no_publication_date"}
    assert len(found.systems) == len(found.papers) == 0


def test_architecture_comes_from_the_name_and_then_the_title() -> None:
    def family(name: str, title: str) -> object:
        found = linked(reading(80.0, name), manifest=MANIFEST.assign(title=title))
        return found.systems["architecture"].iloc[0]

    assert family("AWD-LSTM", "On Transformers") == "recurrent"
    assert family("Ours", "On Transformers") == "transformer"
    assert pd.isna(family("Transformer + LSTM", "On Transformers"))


# ---- whole ----------------------------------------------------------------------------------------------------------

_CELL = st.builds(
    reading,
    st.sampled_from([0.5, 60.0, 61.5, 80.0]),
    st.sampled_from(["A net", "B net", "A net (20M)", "", None]),
    benchmark=st.sampled_from(["ptb", "wt2", "wt103", "unknown"]),
    split=st.sampled_from(["test", "valid", "unknown"]),
    own=st.sampled_from([True, False, None]),
    setting=st.sampled_from([None, "cache", "zero_shot", "fine_tuned", "ensemble;cache"]),
    n_parameters=st.sampled_from([None, 2e7, 3e9]),
    paper_id=st.sampled_from([PAPER, "1802.00002"]),
    confidence=st.sampled_from([0.3, 0.9]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_CELL, max_size=14))
def test_every_reading_has_one_decision_and_every_used_one_an_evaluation(rows: list[dict[str, Any]]) -> None:
    found = linked(*rows)
    assert sorted(found.links["reading_id"]) == sorted(f"r{number}" for number in range(1, len(rows) + 1))
    assert (found.links["decision"] == "used").sum() == len(found.evaluations)
    assert set(found.evaluations["system_id"]) == set(found.systems["system_id"])
    records, _ = assemble(
        found.papers, found.systems, found.evaluations, perplexity="own", edition="x", benchmarks=list(BENCHMARKS)
    )
    assert len(records) == len(found.evaluations)


@settings(max_examples=20, deadline=None)
@given(st.lists(_CELL, min_size=2, max_size=10), st.randoms(use_true_random=False))
def test_the_order_of_readings_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    frame = readings(*rows)
    shuffled = frame.sample(frac=1, random_state=random.randrange(2**32))
    both = [
        link(
            table,
            MANIFEST,
            benchmarks=BENCHMARKS,
            architectures=ARCHITECTURES,
            vocabulary=VOCABULARY,
            families=FAMILIES,
            settings=Link(**ORDINARY),
        )
        for table in (frame, shuffled)
    ]
    for one, other in zip(*both, strict=True):
        pd.testing.assert_frame_equal(one, other)


# ---- what a system is -----------------------------------------------------------------------------------------------


def kinds(*rows: dict[str, Any], **changes: Any) -> dict[str, str]:
    later = MANIFEST.assign(publication_date="2025-01-01")
    found = linked(*rows, **{"manifest": later, **changes}).systems
    return dict(zip(found["system"], found["kind"], strict=True))


@pytest.mark.parametrize(
    ("label", "changes", "kind"),
    [
        ("LSTM", {}, "trained"),
        ("AWD-LSTM + finetune", {"setting": "fine_tuned"}, "trained"),
        ("LSTM, 4-bit", {}, "derived"),
        ("LSTM w/o pruning", {}, "trained"),
        ("LSTM ensemble", {}, "ensemble"),
        ("LSTM | model+KN5", {}, "ensemble"),
        ("LSTM | PPL (LI)", {"remarks": "short:ensemble:LI"}, "ensemble"),
        ("LSTM | PPL (LIN)", {"remarks": "short:ensemble:LI"}, "trained"),
        ("Net", {"setting": "fine_tuned", "remarks": "columns:elsewhere:c4"}, "derived"),
        ("GPT-2 medium", {}, "released"),
        ("GPT-2 medium", {"setting": "fine_tuned"}, "derived"),
        ("GPT-2 medium", {"remarks": "text:scratch:from scratch;text:trained:page 2"}, "trained"),
        ("Net", {"remarks": "title:derived:quantization;text:trained:page 2"}, "derived"),
        ("Net, full precision", {"remarks": "title:derived:quantization;text:trained:page 2"}, "trained"),
        ("Full precision", {"remarks": "title:derived:quantization;caption:family:opt"}, "released"),
        ("Net", {"remarks": "abstract:derived:prune;text:derived:prune and the like 40 times"}, "derived"),
        ("Net", {"remarks": "abstract:derived:prune;text:trained:page 2"}, "trained"),
        ("Net", {"remarks": "abstract:derived:prune;abstract:derived:quantize"}, "derived"),
        ("Net", {"remarks": "caption:released:checkpoints"}, "released"),
        ("Net", {"remarks": "caption:released:checkpoints;text:trained:page 2"}, "trained"),
        ("Net Large + Ours", {"remarks": "text:pretrained:Net Large;text:trained:page 2"}, "derived"),
        ("Net Small", {"remarks": "text:pretrained:Net Large;text:trained:page 2"}, "trained"),
        ("Net", {"remarks": "abstract:family:opt;columns:elsewhere:c4"}, "released"),
    ],
)
def test_the_kind_of_a_system(label: str, changes: dict[str, Any], kind: str) -> None:
    assert kinds(reading(30.0, label, benchmark="wt2", **changes)) == {label: kind}


def test_a_model_that_was_released_later_is_not_meant() -> None:
    rows = reading(30.0, "OPT-125M", benchmark="wt2")
    found = linked(rows, manifest=MANIFEST.assign(publication_date="2018-01-01")).systems
    assert (found["kind"].tolist(), found["protocol"].isna().all()) == (["trained"], True)


def test_what_is_added_to_a_released_model_is_not_trained() -> None:
    rows = reading(30.0, "OPT-125M", benchmark="wt2"), reading(29.0, "+ Trick", benchmark="wt2")
    assert kinds(*rows) == {"OPT-125M": "released", "+ Trick": "released"}


def test_a_word_beside_another_size_names_no_model() -> None:
    def sizes(label: str) -> list[float]:
        later = MANIFEST.assign(publication_date="2025-01-01")
        return linked(reading(4.0, label, benchmark="wt2"), manifest=later).systems["n_parameters"].dropna().tolist()

    # no LLaMA-3 either
    assert sizes("LLaMA-30B") == [FAMILIES["llama"].models[2].parameters]
    assert sizes("Mixtral") == [FAMILIES["mixtral"].models[0].parameters] and sizes("Mixtral 141B") == [1.41e11]


def test_tokens_of_all_models_count_for_each() -> None:
    elsewhere = reading(30.0, "Delta net", setting="zero_shot")
    other = said(5e9, quantity="training_tokens")
    found = linked(elsewhere, other, said(3e11, "all models", quantity="training_tokens")).systems
    assert found["dataset_size_tokens"].tolist() == [3e11]


def test_a_released_model_has_its_familys_size_tokens_and_date_but_not_in_its_own_paper() -> None:
    later = MANIFEST.assign(publication_date="2025-01-01")
    (system,) = linked(reading(27.6, "OPT-125M", benchmark="wt2"), manifest=later).systems.to_dict("records")
    family = FAMILIES["opt"]
    assert (system["n_parameters"], system["dataset_size_tokens"]) == (1.25e8, family.models[0].tokens)
    assert (system["base_model"], system["publication_date"]) == (family.name, family.publication_date.isoformat())
    own = {"paper_id": family.paper_id}
    manifest = MANIFEST.assign(**own, publication_date=family.publication_date.isoformat())
    (system,) = linked(reading(27.6, "OPT-125M", benchmark="wt2", **own), manifest=manifest).systems.to_dict("records")
    assert (system["kind"], system["publication_date"]) == ("trained", None) or pd.isna(system["publication_date"])


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"remarks": "text:trained:page 2"}, True),
        ({"remarks": None}, False),
        ({"remarks": "text:trained:page 2;columns:elsewhere:piqa"}, False),
    ],
)
def test_training_data_is_the_benchmarks_where_something_says_so(changes: dict[str, Any], known: bool) -> None:
    assert linked(reading(80.0, **changes)).systems["dataset_size_tokens"].notna().tolist() == [known]


def test_a_training_set_that_is_described_or_a_validation_result_say_so_too() -> None:
    bare = reading(80.0, remarks=None)
    described = said(9.3e5, quantity="training_tokens", benchmark="ptb")
    validated = reading(82.0, split="valid", remarks=None)
    for more in (described, validated):
        assert linked(bare, more).systems["dataset_size_tokens"].tolist() == [BENCHMARKS["ptb"].training_tokens]


@pytest.mark.parametrize(
    ("changes", "doubted"),
    [
        ({"n_parameters": 2e7}, False),
        ({"n_parameters": 7e4}, True),  # fewer than eight for each of ten thousand words
        ({"n_parameters": 2e7, "value": 5.0}, True),
        ({"n_parameters": 1e6, "value": 15.0}, True),  # no loss that a million parameters reach
        ({"n_parameters": 2e7, "value": 15.0}, False),
        ({"n_parameters": 2e7, "split": "unknown"}, True),
    ],
)
def test_what_cannot_be_is_a_doubt(changes: dict[str, Any], doubted: bool) -> None:
    validated = {"remarks": "text:trained:page 2;text:validated:page 4"}
    found = linked({**reading(80.0), **validated, **changes}, unnamed_split="convention")
    assert found.systems["doubt"].notna().tolist() == [doubted]


def test_a_much_larger_system_that_is_much_worse_casts_doubt_on_both() -> None:
    def doubts(size: float, value: float, **changes: Any) -> list[bool]:
        rows = reading(80.0, "Net", n_parameters=2e7), reading(value, "Huge", n_parameters=size, **changes)
        return linked(*rows).systems["doubt"].notna().tolist()

    assert doubts(2e8, 120.0) == [True, True]
    assert doubts(1.9e8, 120.0) == doubts(2e8, 119.0) == doubts(2e8, 120.0, table_label="Table 2") == [False, False]


VALIDATED = "text:trained:page 2;text:validated:page 4"


@pytest.mark.parametrize(
    ("more", "setting", "doubted"),
    [
        ([], "convention", None),
        ([], "doubt", "none of the results"),
        ([{"remarks": VALIDATED}], "convention", "validation results (page 4)"),
        ([{"remarks": VALIDATED}], "test", None),
        ([{"split": "valid", "table_label": "Table 9", "page": 9}], "convention", "validation results (page 9)"),
        ([{"split": "valid", "table_label": "Table 9", "page": 9, "benchmark": "unknown"}], "convention", None),
        # what the table has of a result, own or quoted, that stands elsewhere with its split, decides first
        ([{"remarks": VALIDATED}, {"row_label": "Old net [7]", "own": False, "raw": "78.40"}], "convention", None),
        ([{"row_label": "New net", "own": False, "raw": "66.50", "value": 66.5}], "doubt", "as a validation result"),
        ([{"row_label": "Old net", "own": False, "raw": "78.4"}], "doubt", "none of the results"),  # too few digits
        ([{"row_label": "Other", "own": False, "raw": "78.40"}], "doubt", "none of the results"),
    ],
)
def test_a_split_that_the_paper_does_not_name(more: list[dict[str, Any]], setting: str, doubted: str | None) -> None:
    elsewhere = {"paper_id": "1601.00001", "raw": "78.40"}
    others = [
        reading(78.4, "Old net", **elsewhere),
        reading(66.5, "New net", split="valid", **{**elsewhere, "raw": "66.50"}),
    ]
    rows = [reading(80.0, split="unknown")]
    for change in more:
        if "remarks" in change:
            rows[0] |= change
        else:
            rows.append({**reading(78.4, split="unknown"), **change})
    manifest = pd.concat([MANIFEST, MANIFEST.assign(paper_id="1601.00001", publication_date="2016-01-01")])
    systems = linked(*rows, *others, manifest=manifest, unnamed_split=setting).systems.set_index("system_id")
    found = systems.loc[f"{PAPER}/lstm-ptb"]
    assert doubted in found["doubt"] if doubted else pd.isna(found["doubt"])
    assert ("split of ptb: test" in found["source"]) == (doubted is None)


def test_a_size_behind_a_benchmarks_name_counts_where_the_paper_states_one_such_as_parameters() -> None:
    columns = {"ptb": "PTB (13M) | Test", "wt2": "WikiText-2 (35M) | Test"}
    rows = [reading(80.0, benchmark=name, column_label=label) for name, label in columns.items()]
    assert linked(*rows).systems["n_parameters"].isna().all()
    assert sorted(linked(*rows, said(3.5e7, "Delta net")).systems["n_parameters"]) == [1.3e7, 3.5e7]


def test_a_number_alone_names_a_system_of_a_printed_size_and_a_sentence_that_repeats_a_table_is_no_second() -> None:
    text = reading(80.0, "Net", source="text", page=2, table_label=None)
    rows = [reading(80.0, "LSTM"), text, reading(70.0, "7"), reading(69.0, "8", n_parameters=2e7)]
    assert decisions(linked(*rows)) == {"r1": "used", "r2": "duplicate_value", "r3": "no_label", "r4": "used"}


@pytest.mark.parametrize(
    ("change", "repeated"),
    [
        ({}, True),
        ({"n_parameters": 2.02e7}, True),  # as rounded elsewhere
        ({"n_parameters": 2.2e7}, False),
        ({"value": 80.2, "raw": "80.2"}, False),
        ({"setting": "cache"}, False),
        ({"table_label": "Table 1"}, False),  # two rows of a table are two systems
    ],
)
def test_a_system_of_another_table_under_another_name_counts_once(change: dict[str, Any], repeated: bool) -> None:
    first = reading(80.1, "LSTM", n_parameters=2e7, raw="80.1")
    second = {**reading(80.1, "Ours", n_parameters=2e7, raw="80.1", table_label="Table 4"), **change}
    assert decisions(linked(first, second)) == {"r1": "used", "r2": "duplicate_value" if repeated else "used"}
    short = {"value": 80.0, "raw": "80"}
    assert decisions(linked(first | short, second | short))["r2"] == "used"


def test_a_training_set_of_the_standard_size_is_the_benchmarks_whatever_corpus_is_named_before() -> None:
    bare = reading(80.0, remarks=None)
    for tokens, known in ((9.3e5, True), (9.5e5, False)):
        found = linked(bare, said(tokens, quantity="training_tokens", benchmark="wt2"))
        assert found.systems["dataset_size_tokens"].notna().tolist() == [known]
