"""One verdict: every page and command leads with the doubling time of the table verdict, and with no other.

In: a finished run. Out: assertions on what it printed and wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from conftest import OUTPUT, ROOT, Checkout
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.core.doubling_times import doubling_time, interval, months
from lmprogress.core.settings import Config, load_config, load_models, load_yaml
from lmprogress.laws.rates.headline import headline_doubling_times


@pytest.fixture(scope="module")
def config(first_run: Checkout) -> Config:
    models = load_models(first_run.path / "config/models.yaml")
    return load_config(load_yaml(first_run.path / "config/config.yaml"), models)


@pytest.fixture(scope="module")
def verdict(first_run: Checkout) -> pd.DataFrame:
    return tables.read(first_run.path / "results/tables/verdict.parquet", "verdict").set_index("edition", drop=False)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


# what stands first, where people look first
FIRST: dict[str, Callable[[Path], str]] = {
    "report": lambda run: text(run / "results/report/index.html").split('<h2 id="rates">')[0],
    "findings": lambda run: text(run / "results/findings.md").split("Everything below")[0],
    "closing summary": lambda run: text(run / OUTPUT).split("lmprogress: done.")[-1],
    "effective compute": lambda run: text(run / "results/figures/effective_compute.svg"),
    "compute budget": lambda run: text(run / "results/figures/compute_budget.svg"),
    "rate tests": lambda run: text(run / "results/figures/rate_tests.svg"),
}  # fmt: skip


@pytest.mark.parametrize("place", FIRST)
def test_what_stands_first_is_the_verdict(
    first_run: Checkout, config: Config, verdict: pd.DataFrame, place: str
) -> None:
    shown = verdict.loc[config.report.edition]
    words = FIRST[place](first_run.path)
    if place == "report":
        assert f"{months(shown['estimate_months'])} months <small>per doubling" in words
        assert f"interval: {interval(shown['low_months'], shown['high_months'])} months" in words
    else:
        # a legend may break the line
        assert doubling_time(shown) in words


@pytest.mark.parametrize("place", FIRST)
def test_no_other_doubling_time_stands_there(
    first_run: Checkout, config: Config, verdict: pd.DataFrame, place: str
) -> None:
    times = tables.read(first_run.path / "results/tables/doubling_times.parquet", "doubling_times")
    others = headline_doubling_times(times, config.fit.main)
    assert len(others) > 2
    said = re.findall(r"(\d+\.\d) months", FIRST[place](first_run.path))
    of_verdict = {months(value) for name in verdict if name.endswith("_months") for value in verdict[name]}
    # the study's own, as it printed it
    assert set(said) <= of_verdict | {"8.4"}
    penalised = {months(value) for name in ("median_months", "estimate_months") for value in others[name]}
    assert not set(said) & (penalised - of_verdict - {"8.4"})


def test_rates_and_budgets_are_those_of_the_verdict(
    first_run: Checkout, verdict: pd.DataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    results = first_run.path / "results/tables"
    rates = tables.read(results / "progress_rates.parquet", "progress_rates")
    ours = rates[rates["source"] == "computed here"].dropna(subset=["interval"]).set_index("rate")
    assert set(ours.index) == {f"verdict_{edition}" for edition in verdict.index}
    projection = tables.read(results / "budget_projection.parquet", "budget_projection")
    assert main(["budget", "1e24", "--verdict", str(results / "verdict.parquet")]) == 0
    printed = capsys.readouterr().out
    for edition, row in verdict.iterrows():
        assert ours.loc[f"verdict_{edition}", "months"] == row["estimate_months"]
        assert set(projection.loc[projection["edition"] == edition, "doubling_months"]) == {row["estimate_months"]}
        assert f"{edition}: {doubling_time(row)}" in printed


def test_documents_count_the_values_that_trace_to_a_page(first_run: Checkout, config: Config) -> None:
    evidence = tables.read(first_run.path / "results/tables/evidence.parquet", "evidence")
    of = evidence[(evidence["edition"] == config.report.edition) & evidence["in_fit"].astype(bool)]
    n_fitted = (of["field"] == "perplexity").sum()
    confirmed = of[of["status"] == "confirmed"]["field"].value_counts()
    traced, sizes = confirmed["perplexity"], confirmed["n_parameters"]
    told = f"{traced} of the {n_fitted} fitted perplexities and {sizes} of the parameter counts"
    assert told in " ".join(text(ROOT / "README.md").split())


def test_the_audit_in_the_documents_counts_what_the_run_counts(
    first_run: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["table-audit", str(first_run.path), "--no-effects"]) == 0
    made, kept = capsys.readouterr().out, text(ROOT / "docs/table_audit.md")
    made, kept = (page[page.index("## How often") : page.index("## What the errors move")] for page in (made, kept))
    assert made == kept
