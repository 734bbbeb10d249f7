"""The page on errors of the study's table, and the sets of corrections whose effect it shows."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from curated import EDITIONS, RAW, curated
from laws_cases import law_set
from lmprogress.core.settings import load_models
from lmprogress.curation.observe import fitted
from lmprogress.laws import correction_effects
from lmprogress.reporting.table_audit_page import write_table_audit

LAWS = ("benchmark_intercepts", "compute_only")
MODELS = load_models(ROOT / "config/models.yaml")
OF = {law: law_set({law: MODELS.specifications[law]}, MODELS.data_variants, (0.0,), "corrected") for law in LAWS}


def value(number: int, verdict: str = "kept", strength: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "record_id": f"p/s{number}:ptb", "system_id": f"p/s{number}", "benchmark": "ptb", "field": "n_parameters",
        "publication_date": "2018-01-02", "value": "2e7", "status": "confirmed", "verdict": verdict,
        "new_value": "3e7" if verdict == "replaced" else None, "strength": strength, "because": "a | b",
        "source": "page 3", "in_fit": number < 10, **more,
    }  # fmt: skip


def effect(kind: str, name: str, months: float, adapted: bool = True) -> dict[str, Any]:
    return {"kind": kind, "name": name, "adapted": adapted, "n_observations": 200, "estimate_months": months}


EFFECTS = pd.DataFrame(
    [
        {**row, "specification": law, **({} if law == LAWS[0] else {"estimate_months": 9.0})}
        for law in LAWS
        for row in (
        *(effect("none", "none", 9.0, adapted) for adapted in (True, False)),
        *(effect("strength", "likely", 9.5, adapted) for adapted in (True, False)),
        effect("field", "n_parameters", 6.5),
        effect("field", "zero_shot", 9.0),
        effect("system", "p/s1", math.nan),
        )
    ]
)  # fmt: skip


def test_errors_are_counted_with_exact_intervals_and_doubts_apart() -> None:
    values = [value(0, "replaced", "certain"), value(1, "replaced", "doubtful"), *(value(n) for n in range(2, 20))]
    page = write_table_audit(pd.DataFrame(values), EFFECTS, LAWS[0], 95)
    # Clopper and Pearson: 1 of 20, and 1 of 10
    assert "| parameters | 20 | 1 | 5.0 % [0.1, 24.9] | 1 | 10 | 1 | 10.0 % [0.3, 44.5] |" in page
    assert "Of 10 systems that the study fits, 1 have an error" in page
    assert "| 2018 | 20 | 1 |" in page and "of the parameter counts 10." in page
    assert "| `p/s0:ptb` | n_parameters | 2e7 | 3e7 | certain | yes | a / b | page 3 |" in page


def test_values_that_no_paper_is_asked_for_are_counted() -> None:
    values = [
        value(0),
        value(1, field="zero_shot", status="not_asked"),
        value(2, field="zero_shot", status="not_asked"),
    ]
    assert "are checked: zero shot (2)." in write_table_audit(pd.DataFrame(values), EFFECTS, LAWS[0], 95)
    assert "No paper is asked" not in write_table_audit(pd.DataFrame(values[:1]), EFFECTS, LAWS[0], 95)


def test_protocols_of_fitted_results_are_counted() -> None:
    told = pd.Series(["word", None, "subword", "word", "renormalised", None, "word"])
    page = write_table_audit(pd.DataFrame([value(0)]), EFFECTS, LAWS[0], 95, told)
    assert "Of the 7 results that the edition `corrected` fits, 3 are perplexities per word, 1 of subwords" in page
    assert "1 per subword; of 2 nothing says which" in page


def test_what_errors_move_is_shown_against_none() -> None:
    page = write_table_audit(pd.DataFrame([value(0)]), EFFECTS, LAWS[0], 95)
    assert "| certain and likely | 200 | 9.50 | 9.00 | 200 | 9.50 | 9.00 |" in page
    assert "| parameters | 200 | 6.50 | −2.50 | 9.00 | +0.00 |" in page
    assert "| p/s1 | 200 | none | – | 9.00 | +0.00 |" in page
    assert "zero shot" not in page


def test_each_set_holds_its_own_corrections_alone() -> None:
    sets = list(correction_effects._sets(RAW, EDITIONS["corrected"], "corrected"))
    always = RAW.corrections["editions"].eq("all").sum()
    for kind, name, corrections, exclusions, _ in sets:
        own = corrections[corrections["editions"] != "all"]
        left_out = exclusions[exclusions["editions"] != "all"]
        assert len(corrections) - len(own) == always
        if kind == "none":
            assert own.empty and left_out.empty
        if kind == "system":
            assert set(own["system_id"]) | set(left_out["system_id"]) == {name}
        if kind == "field":
            assert set(own["column"]) == ({name} if name != correction_effects.EXCLUSIONS else set())
    alone = sum(len(corrections) - always for kind, _, corrections, _, _ in sets if kind == "system")
    together = next(c for kind, name, c, _, adapted in sets if (kind, name, adapted) == ("strength", "likely", True))
    assert alone == len(together) - always > 0


@pytest.mark.parametrize("law", LAWS)
def test_the_estimate_is_that_of_a_longer_search(law: str) -> None:
    prepared = OF[law].prepared(law, fitted(curated("corrected").observations))
    months = correction_effects._months(law, *prepared, 5)
    assert months == pytest.approx(correction_effects._months(law, *prepared, 30), rel=1e-6)
