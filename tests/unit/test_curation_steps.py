"""Each step of curation on small tables whose answer is worked out by hand.

In: a few papers, systems and evaluations. Out: failures where a step does something else.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from curated import BENCHMARKS, EDITIONS, RAW, curated
from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.schemas.raw import STRENGTHS
from lmprogress.core.settings import Cap, Objection, Strength
from lmprogress.curation.assemble import assemble
from lmprogress.curation.cap import cap
from lmprogress.curation.correct import correct
from lmprogress.curation.deduplicate import deduplicate
from lmprogress.curation.exclude import exclude
from lmprogress.curation.observe import observe

CAP = Cap(unit="paper_id", keep=2, best_first="perplexity", tie_break=["benchmark", "position"])


def raw(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    """A raw table with the given cells; the others empty."""
    schema = table(name)
    ordinary = {"source": "s", "strength": "certain"}
    frame = pd.DataFrame([{**ordinary, **row} for row in rows], columns=[c.name for c in schema.columns])
    return schema.checked(frame, where=name)


def three_systems() -> dict[str, pd.DataFrame]:
    return {
        "papers": raw(
            "papers",
            {"paper_id": "a", "title": "Zebra", "publication_date": "2020-12-31"},
            {"paper_id": "b", "title": "Apple", "publication_date": "2019-01-01"},
        ),
        "systems": raw(
            "systems",
            {"system_id": "a/x", "paper_id": "a", "system": "X", "n_parameters": 3e6, "dataset_size_tokens": 2e6},
            {"system_id": "a/y", "paper_id": "a", "system": "Y", "publication_date": "2021-07-02"},
            {"system_id": "b/z", "paper_id": "b", "system": "Z", "n_parameters": 5e6, "dataset_size_tokens": 1e6},
        ),
        "evaluations": raw(
            "evaluations",
            {"system_id": "a/x", "benchmark": "ptb", "perplexity": 50},
            {"system_id": "a/x", "benchmark": "wt2", "perplexity": 40},
            {"system_id": "b/z", "benchmark": "wt103", "perplexity": 30},
        ),
    }


def records(perplexity: Any = "own") -> pd.DataFrame:
    return assemble(**three_systems(), perplexity=perplexity, edition="e", benchmarks=BENCHMARKS).records


# ---- assemble -----------------------------------------------------------------------------------------------------


def test_assemble_joins_in_order_of_systems_and_benchmarks() -> None:
    made = records()
    assert made["record_id"].tolist() == ["a/x:wt2", "a/x:ptb", "a/y:none", "b/z:wt103"]
    assert made["position"].tolist() == [1, 1, 2, 3]
    assert made["title"].tolist() == ["Zebra", "Zebra", "Zebra", "Apple"]
    assert made["publication_date"].tolist() == ["2020-12-31", "2020-12-31", "2021-07-02", "2019-01-01"]
    assert made["benchmark"].isna().tolist() == [False, False, True, False]


def test_own_and_first_reported_perplexity() -> None:
    own, first = records("own"), records("first_reported")
    assert own["perplexity"].tolist()[:2] == [40, 50]
    assert own["perplexity_benchmark"].tolist()[:2] == ["wt2", "ptb"]
    # WikiText-2 stands before Penn Treebank in the configuration, though after it in the raw table
    assert first["perplexity"].tolist()[:2] == [40, 40]
    assert first["perplexity_benchmark"].tolist()[:2] == ["wt2", "wt2"]
    assert first["perplexity"].isna().tolist() == [False, False, True, False]


def test_assemble_tells_which_perplexity_is_shown() -> None:
    made = assemble(**three_systems(), perplexity="first_reported", edition="e", benchmarks=BENCHMARKS).decisions
    other = made[made["reason"] != "kept"].set_index("record_id")
    assert other["detail"].to_dict() == {"a/x:ptb": "wt2 40 in place of ptb 50"}


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("systems", "paper_id", "c"), ("evaluations", "system_id", "a/q"), ("evaluations", "benchmark", "lambada")],
)
def test_assemble_refuses_loose_ends(name: str, column: str, value: str) -> None:
    frames = three_systems()
    frames[name].loc[1, column] = value
    with pytest.raises(InputError) as caught:
        assemble(**frames, perplexity="own", edition="e", benchmarks=BENCHMARKS)
    error = caught.value
    assert (error.file, error.row, error.column, error.value) == (f"raw/{name}.csv", 3, column, value)
    assert error.remedy


# ---- correct ------------------------------------------------------------------------------------------------------


def correction(**cells: Any) -> pd.DataFrame:
    return raw("corrections", {"editions": "e", "system_id": "a/x", "reason": "r", **cells})


def test_correct_replaces_the_value_in_every_record_of_the_system() -> None:
    made = correct(records(), correction(column="n_parameters", old_value="3000000", new_value="4e6"), edition="e")
    assert made.records["n_parameters"].fillna(0).tolist() == [4e6, 4e6, 0, 5e6]
    changed = made.decisions[made.decisions["reason"] == "corrected"].set_index("record_id")
    assert set(changed.index) == {"a/x:wt2", "a/x:ptb"}
    assert set(changed["detail"]) == {"n_parameters: 3e+06 → 4e+06"}
    assert set(changed["source"]) == {"raw/corrections.csv, line 2"}


def test_correct_fills_and_empties() -> None:
    filled = correct(records(), correction(column="study_outlier", new_value="true"), edition="e").records
    assert filled["study_outlier"].fillna(False).tolist() == [True, True, False, False]
    emptied = correct(records(), correction(column="n_parameters", old_value="3e6"), edition="e").records
    assert emptied["n_parameters"].isna().tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("column", "value", "kept", "objection"),
    [("adaptation", "cache", None, "adapted"), ("protocol", "subword", "renormalised", "subword")],
)
def test_how_a_result_was_evaluated_comes_from_corrections_and_can_be_excluded(
    column: str, value: str, kept: str | None, objection: str
) -> None:
    told = pd.concat(
        [correction(column=column, new_value=value), correction(column=column, new_value=kept, system_id="b/z")]
    )
    evaluated = correct(records(), told.reset_index(drop=True), edition="e").records
    assert evaluated[column].fillna("").tolist() == [value, value, "", kept or ""]
    left = exclude(evaluated, tables.empty("exclusions"), objections=[objection], edition="e", benchmarks=BENCHMARKS)
    assert left.records[column].fillna("").tolist() == ["", kept or ""]
    with pytest.raises(InputError, match="new_value"):
        correct(records(), correction(column=column, new_value=f"{value}s"), edition="e")


def test_results_that_nothing_says_the_protocol_of_can_be_excluded() -> None:
    protocols = pd.Series(["word", None, "renormalised", "subword"], dtype="str")
    evaluated = records().assign(protocol=protocols)
    asked: Any = {"edition": "e", "benchmarks": BENCHMARKS}
    known = exclude(evaluated, tables.empty("exclusions"), objections=["protocol_unknown"], **asked)
    assert known.records["protocol"].tolist() == ["word", "renormalised", "subword"]
    of_words = exclude(evaluated, tables.empty("exclusions"), objections=["subword", "protocol_unknown"], **asked)
    assert of_words.records["protocol"].tolist() == ["word", "renormalised"]
    assert sorted(of_words.decisions["reason"]) == ["kept", "kept", "protocol_unknown", "subword"]


@pytest.mark.parametrize("editions", ["all", "e", "other; e"])
def test_correct_listens_to_editions(editions: str) -> None:
    cells = {"editions": editions, "column": "n_parameters", "old_value": "3e6", "new_value": "4e6"}
    assert correct(records(), correction(**cells), edition="e").records["n_parameters"].iloc[0] == 4e6
    unchanged = correct(records(), correction(**{**cells, "editions": "other"}), edition="e")
    pd.testing.assert_frame_equal(unchanged.records, records())


@pytest.mark.parametrize("strength", STRENGTHS)
def test_correct_and_exclude_listen_to_strengths(strength: str) -> None:
    made, weaker = records(), [name for name in STRENGTHS if name != strength]
    mended = correction(column="n_parameters", old_value="3e6", new_value="4e6", strength=strength)
    named = raw("exclusions", {"editions": "e", "system_id": "a/x", "reason": "r", "strength": strength})
    for strengths, size, left in (([strength], 4e6, 2), (weaker, 3e6, 4), ([], 3e6, 4)):
        assert correct(made, mended, edition="e", strengths=strengths).records["n_parameters"].iloc[0] == size
        asked: Any = {"objections": ["named"], "edition": "e", "benchmarks": OWN}
        assert len(exclude(made, named, strengths=strengths, **asked).records) == left


def test_editions_correct_what_is_certain_or_likely() -> None:
    assert set(Strength.__args__) == set(STRENGTHS)
    for name, edition in EDITIONS.items():
        assert edition.strengths == ["certain", "likely"], name
    doubtful = RAW.corrections[RAW.corrections["strength"] == "doubtful"]
    assert len(doubtful)
    untouched = RAW.systems.set_index("system_id")["n_parameters"]
    made = curated("corrected").steps["correct"].records.set_index("system_id")["n_parameters"]
    for system in doubtful.loc[doubtful["column"] == "n_parameters", "system_id"]:
        assert made[system] == untouched[system]


def test_correct_follows_the_perplexity_that_the_edition_uses() -> None:
    wt2 = correction(column="perplexity", benchmark="wt2", old_value="40", new_value="41")
    ptb = correction(column="perplexity", benchmark="ptb", old_value="50", new_value="51")
    assert correct(records("own"), wt2, edition="e").records["perplexity"].tolist()[:2] == [41, 50]
    assert correct(records("first_reported"), wt2, edition="e").records["perplexity"].tolist()[:2] == [41, 41]
    assert correct(records("own"), ptb, edition="e").records["perplexity"].tolist()[:2] == [40, 51]
    assert correct(records("first_reported"), ptb, edition="e").records["perplexity"].tolist()[:2] == [40, 40]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"column": "n_parameters", "old_value": "3.1e6", "new_value": "4e6"}, "old_value"),
        ({"column": "n_parameters", "new_value": "4e6"}, "old_value"),
        ({"column": "n_epochs", "old_value": "3", "new_value": "4"}, "old_value"),
        ({"column": "n_parameters", "old_value": "3e6", "new_value": "-4e6"}, "new_value"),
        ({"column": "n_parameters", "old_value": "3e6", "new_value": "many"}, "new_value"),
        ({"column": "architecture", "new_value": "transfromer"}, "new_value"),
        ({"column": "n_parametres", "old_value": "3e6", "new_value": "4e6"}, "column"),
        ({"column": "paper_id", "old_value": "a", "new_value": "b"}, "column"),
        ({"column": "n_parameters", "benchmark": "wt2", "old_value": "3e6", "new_value": "4e6"}, "benchmark"),
        ({"column": "perplexity", "old_value": "40", "new_value": "41"}, "benchmark"),
        ({"column": "perplexity", "benchmark": "wt103", "old_value": "40", "new_value": "41"}, "benchmark"),
        ({"system_id": "a/q", "column": "n_parameters", "old_value": "3e6", "new_value": "4e6"}, "system_id"),
    ],
)
def test_correct_refuses(cells: dict[str, str], column: str) -> None:
    with pytest.raises(InputError) as caught:
        correct(records(), correction(**cells), edition="e", vocabularies={"architecture": ["transformer"]})
    assert (caught.value.file, caught.value.row, caught.value.column) == ("raw/corrections.csv", 2, column)
    assert caught.value.remedy


# ---- exclude ------------------------------------------------------------------------------------------------------


def objectionable() -> tuple[pd.DataFrame, pd.DataFrame]:
    """One record to which every objection applies, and one to which none does."""
    frames = three_systems()
    systems = frames["systems"]
    systems.loc[systems["system_id"] == "a/y", ["study_included", "study_outlier", "study_uncertain"]] = [
        False,
        True,
        True,
    ]
    systems.loc[systems["system_id"] == "a/y", "zero_shot"] = 1.0
    told = {"kind": "released", "doubt": "cannot be", "adaptation": "cache", "protocol": "subword"}
    frames["systems"] = systems.assign(
        **{
            column: [{"a/y": value, "b/z": None}.get(name) for name in systems["system_id"]]
            for column, value in told.items()
        },
        kind_because=None,
    )
    frames["systems"].loc[frames["systems"]["system_id"] == "b/z", "kind"] = "trained"
    made = assemble(**frames, perplexity="own", edition="e", benchmarks=BENCHMARKS).records
    return made[made["system_id"].isin(["a/y", "b/z"])].reset_index(drop=True), raw(
        "exclusions", {"editions": "all", "system_id": "a/y", "reason": "because"}
    )


# the study's own systems have flags, which others lack: no record meets that objection and those to a flag;
# nor is any per subword and of unknown protocol
EVERY_OBJECTION = tuple(name for name in Objection.__args__ if name not in ("not_in_study", "protocol_unknown"))
OWN = ["wt103"]


@pytest.mark.parametrize("objection", EVERY_OBJECTION)
def test_each_objection_alone_and_first(objection: str) -> None:
    made, named = objectionable()
    for order in ([objection], [objection, *EVERY_OBJECTION]):
        result = exclude(made, named, objections=order, edition="e", benchmarks=OWN)
        assert result.records["record_id"].tolist() == ["b/z:wt103"]
        assert result.decisions.set_index("record_id")["reason"].to_dict() == {
            "a/y:none": objection,
            "b/z:wt103": "kept",
        }
    spared = exclude(result.records, named.iloc[:0], objections=EVERY_OBJECTION, edition="e", benchmarks=OWN)
    assert len(spared.records) == 1


def test_no_objection_asked_excludes_nothing() -> None:
    made, named = objectionable()
    assert len(exclude(made, named, objections=[], edition="e", benchmarks=OWN).records) == 2


def test_added_systems_and_other_benchmarks_stay_out_of_an_edition_of_its_own() -> None:
    made = records()
    made["study_outlier"] = pd.array([False, False, None, False], dtype="boolean")
    asked = ["not_in_study", "other_benchmark"]
    result = exclude(made, raw("exclusions"), objections=asked, edition="e", benchmarks=["wt2"])
    assert result.records["record_id"].tolist() == ["a/x:wt2"]
    decided = result.decisions.set_index("record_id")
    assert decided["reason"].to_dict() == {
        "a/x:wt2": "kept",
        "a/x:ptb": "other_benchmark",
        "a/y:none": "not_in_study",
        "b/z:wt103": "other_benchmark",
    }
    assert decided.loc["b/z:wt103", "detail"] == "benchmark is wt103"


def test_empty_flag_counts_as_included_and_zero_tokens_do_not() -> None:
    made = records()
    made["dataset_size_tokens"] = [0.0, np.nan, 1.0, 1.0]
    kept = exclude(made, raw("exclusions"), objections=["not_included"], edition="e", benchmarks=OWN).records
    assert len(kept) == 4
    kept = exclude(
        made, raw("exclusions"), objections=["dataset_size_not_positive"], edition="e", benchmarks=OWN
    ).records
    assert kept["record_id"].tolist() == ["a/y:none", "b/z:wt103"]


def test_exclusion_of_another_edition_or_of_an_unknown_system() -> None:
    made, named = objectionable()
    elsewhere = named.assign(editions="other")
    assert len(exclude(made, elsewhere, objections=["named"], edition="e", benchmarks=OWN).records) == 2
    with pytest.raises(InputError, match=r"raw/exclusions.csv, line 2.*system_id.*a/q"):
        exclude(made, named.assign(system_id="a/q"), objections=["named"], edition="e", benchmarks=OWN)


# ---- deduplicate, cap ---------------------------------------------------------------------------------------------


def test_deduplicate_keeps_the_earlier_and_says_which() -> None:
    made = records()
    made["perplexity"] = [40.0, 40.0, 40.0, 40.0]
    result = deduplicate(
        made.sample(frac=1, random_state=0), by=["paper_id", "perplexity"], edition="e", benchmarks=BENCHMARKS
    )
    assert result.records["record_id"].tolist() == ["a/x:wt2", "b/z:wt103"]
    dropped = result.decisions[~result.decisions["kept"]].set_index("record_id")
    assert dropped["kept_record_id"].to_dict() == {"a/x:ptb": "a/x:wt2", "a/y:none": "a/x:wt2"}
    assert len(deduplicate(made, by=[], edition="e", benchmarks=BENCHMARKS).records) == 4


def test_deduplicate_takes_two_missing_values_as_equal() -> None:
    made = records().assign(n_epochs=np.nan)
    assert len(deduplicate(made, by=["n_epochs"], edition="e", benchmarks=BENCHMARKS).records) == 1


def test_deduplicate_refuses_an_unknown_column() -> None:
    with pytest.raises(InputError, match=r"editions.e.deduplicate_by.*'size'"):
        deduplicate(records(), by=["size"], edition="e", benchmarks=BENCHMARKS)


def test_cap_ranks_within_the_unit_and_orders_by_title() -> None:
    made = records()
    made["perplexity"] = [40.0, 40.0, 39.0, 99.0]
    result = cap(made, CAP, edition="e", benchmarks=BENCHMARKS)
    # Apple before Zebra; 39 first; WikiText-2 before Penn Treebank at equal perplexity, which is then one too many
    assert result.records["record_id"].tolist() == ["b/z:wt103", "a/y:none", "a/x:wt2"]
    dropped = result.decisions[~result.decisions["kept"]]
    assert dropped["record_id"].tolist() == ["a/x:ptb"]
    assert dropped["detail"].tolist() == ["rank 3 by perplexity in its paper_id; 2 are kept"]
    # the last that the paper may keep; two of its records are better
    assert dropped["kept_record_id"].tolist() == ["a/x:wt2"]
    by_system = cap(made, CAP.model_copy(update={"unit": "system_id", "keep": 1}), edition="e", benchmarks=BENCHMARKS)
    assert by_system.records["record_id"].tolist() == ["b/z:wt103", "a/y:none", "a/x:wt2"]
    uncapped = cap(made, CAP.model_copy(update={"unit": "none", "keep": 1}), edition="e", benchmarks=BENCHMARKS)
    assert len(uncapped.records) == 4


def test_cap_breaks_ties_as_told() -> None:
    made = records().assign(perplexity=7.0, title="same")
    orders = {
        ("benchmark", "position"): ["b/z:wt103", "a/x:wt2", "a/x:ptb", "a/y:none"],
        ("position", "benchmark"): ["a/x:wt2", "a/x:ptb", "a/y:none", "b/z:wt103"],
        ("record_id",): ["a/x:ptb", "a/x:wt2", "a/y:none", "b/z:wt103"],
    }
    for tie_break, expected in orders.items():
        settings = CAP.model_copy(update={"unit": "none", "tie_break": list(tie_break)})
        shuffled = made.sample(frac=1, random_state=1)
        assert cap(shuffled, settings, edition="e", benchmarks=BENCHMARKS).records["record_id"].tolist() == expected


# ---- observe ------------------------------------------------------------------------------------------------------


def test_observe_derives_what_the_laws_need() -> None:
    made = records()[lambda frame: frame["system_id"] != "a/y"].reset_index(drop=True)
    made["n_epochs"] = [10.0, np.nan, 10.0]
    made["reported_training_compute_flop"] = [np.nan, np.nan, 1e18]
    made["architecture"] = ["transformer", "recurrent", None]
    made["vocabulary_size"] = [np.nan, 267735.0, np.nan]
    seen = observe(made, ["transformer"], {"wt103": 1e5, "wt2": 2e4, "ptb": 1e4})
    assert seen["observation_number"].tolist() == [1, 2, 3]
    assert seen["log_perplexity"].tolist() == [math.log(40), math.log(50), math.log(30)]
    # the study divides by 365 in leap years too, so that the last day of 2020 is the first of 2021
    assert seen["publication_year"].tolist() == [2021.0, 2021.0, 2019.0]
    assert seen["training_compute_flop"].tolist() == [3.6e14, 3.6e13, 1e18]
    assert seen["training_compute_source"].tolist() == ["6NDE", "6ND", "reported"]
    assert seen["transformer"].tolist() == [True, False, False]
    usual = {"wt103": 1e5, "wt2": 2e4, "ptb": 1e4}
    expected = [267735.0 if i == 1 else usual[benchmark] for i, benchmark in enumerate(seen["benchmark"])]
    assert seen["assumed_vocabulary_size"].tolist() == expected


def test_observe_refuses_a_record_without_size() -> None:
    with pytest.raises(InputError, match="n_parameters"):
        observe(records().dropna(subset="benchmark").assign(n_parameters=np.nan), [], {})


# ---- all steps ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", list(EDITIONS))
def test_every_decision_has_its_schema(edition: str) -> None:
    for name, step in curated(edition).steps.items():
        pd.testing.assert_frame_equal(table("decisions").checked(step.decisions, where=name), step.decisions)
