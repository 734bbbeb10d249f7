"""Results that other papers print too: they are quoted, or their size is what those who quote them print."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from read_values import MANIFEST, PAPER, linked, reading

EARLIER, LATER = "1601.00001", "1901.00001"
PAPERS = pd.concat(
    [
        MANIFEST.assign(paper_id=paper, arxiv_id=paper, publication_date=date)
        for paper, date in ((EARLIER, "2016-01-01"), (PAPER, "2018-01-01"), (LATER, "2019-01-01"))
    ],
    ignore_index=True,
)


def result(value: float, label: str, paper: str = PAPER, **changes: Any) -> dict[str, Any]:
    return reading(value, label, raw=f"{value:.1f}", paper_id=paper, own_evidence="default", **changes)


def of_paper(*rows: dict[str, Any]) -> pd.DataFrame:
    systems = linked(*rows, manifest=PAPERS, parameters_where_one_size=False).systems
    return systems[systems["paper_id"] == PAPER]


OURS = result(78.4, "Delta Net", n_parameters=2e7)


@pytest.mark.parametrize(
    ("other", "quoted"),
    [
        (result(78.4, "Delta Net", EARLIER, n_parameters=2e7), True),
        (result(78.4, "Delta Net", EARLIER), True),
        (result(78.4, "Delta Net, deep", EARLIER, n_parameters=2.02e7), True),  # same size, a word in common
        (result(78.4, "Delta Net", EARLIER, n_parameters=5e7), False),
        (result(78.4, "Gamma Net", EARLIER, n_parameters=5e7), False),
        (result(78.5, "Delta Net", EARLIER, n_parameters=2e7), False),
        (result(78.4, "Delta Net", EARLIER, n_parameters=2e7, benchmark="wt2"), False),
        (result(78.4, "Delta Net", EARLIER, n_parameters=2e7, split="valid"), False),
        (result(78.4, "Delta Net", LATER, n_parameters=2e7), False),  # which has it from here
        # a later version of an earlier paper may quote this one
        (result(78.4, "Delta Net (Ours et al., 2018)", EARLIER, n_parameters=2e7, own=False), False),
        (result(78.4, "Delta Net (Theirs et al., 2015)", EARLIER, n_parameters=2e7, own=False), True),
    ],
)
def test_a_result_that_an_earlier_paper_has_is_quoted(other: dict[str, Any], quoted: bool) -> None:
    assert of_paper(OURS, other).empty == quoted


def test_an_architecture_alone_and_a_whole_number_are_no_sign_of_quoting() -> None:
    lstm = [result(78.4, "LSTM", paper, n_parameters=2e7) for paper in (PAPER, EARLIER)]
    assert len(of_paper(*lstm)) == 1
    whole = [{**result(114.0, "Delta Net", paper, n_parameters=2e7), "raw": "114"} for paper in (PAPER, EARLIER)]
    assert len(of_paper(*whole)) == 1


def test_what_the_paper_calls_its_own_is_its_own() -> None:
    ours = {**OURS, "own_evidence": "wording"}
    assert len(of_paper(ours, result(78.4, "Delta Net", EARLIER, n_parameters=2e7))) == 1


def quoting(label: str = "Delta Net (Ours et al., 2018)", **changes: Any) -> dict[str, Any]:
    return result(78.4, label, LATER, **{"n_parameters": 2.4e7, "own": False, **changes})


@pytest.mark.parametrize(
    ("rows", "size"),
    [
        ([quoting()], 2.4e7),
        ([quoting(), quoting("Delta Net", n_parameters=2.45e7, page=9)], 2.4e7),
        ([quoting(), quoting("Delta Net", n_parameters=5e7, page=9)], None),  # they disagree
        ([quoting("Gamma Net")], None),
        ([quoting("Delta Net, tied")], None),  # has another size
        ([quoting(own=True)], None),
        ([quoting(benchmark="wt2")], None),
    ],
)
def test_a_size_that_all_who_quote_the_result_print_is_its_size(rows: list[dict[str, Any]], size: float | None) -> None:
    systems = of_paper(result(78.4, "Delta Net"), *rows)
    assert systems["n_parameters"].tolist() == [pytest.approx(size)] if size else systems["n_parameters"].isna().all()
    assert f"quoted by {LATER}" in systems["source"].iloc[0] or not size
