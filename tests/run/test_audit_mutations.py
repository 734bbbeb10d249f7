"""A finished run tampered with, one thing at a time: the audit catches it, and names the file.

First without covering tracks, which the manifest shows; then with manifest and root made anew, which what follows from
what shows.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import Checkout
from lmprogress.auditing.derivations.catalogue import DEEP
from lmprogress.auditing.findings import Check
from lmprogress.auditing.manifest import check_digests
from lmprogress.auditing.page_checks import check_pages
from lmprogress.auditing.run_files import CONTENTS, MANIFEST, ROOT, SETTINGS, SOFTWARE, RunFiles
from lmprogress.auditing.settings_checks import check_settings
from lmprogress.auditing.verifying import audit, failures
from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.reporting.remaking import pages_again
from sealing import Tampered, changed, swapped

Mutation = Callable[[Tampered], None]

OBSERVATIONS = "processed/published/observations.parquet"
DECISIONS = "processed/published/decisions/cap.parquet"
EVIDENCE = "results/tables/evidence.parquet"
FITS = "processed/published/study/fits.parquet"
COEFFICIENTS = "processed/published/study/coefficients.parquet"
INTERVALS = "processed/published/study/coefficients_with_intervals.parquet"
REPLICATES = "processed/published/study/replicates.parquet"
DRAWS = "processed/published/study/doubling_time_draws.parquet"
TIMES = "processed/published/study/doubling_times.parquet"
PREDICTIONS = "processed/published/study/predictions.parquet"
READINGS = "processed/readings.parquet"
LEDGER = "results/tables/ledger.parquet"
FIGURE = "results/figures/published/perplexity_over_time"


@pytest.fixture
def run(first_run: Checkout, tmp_path: Path) -> Tampered:
    """A copy of the finished run, to tamper with."""
    return Tampered(first_run.path, tmp_path / "run")


def larger(value: object) -> float:
    return float(value) * 1.01  # type: ignore[arg-type]


def test_the_run_itself_passes(first_run: Checkout) -> None:
    checks = audit(first_run.path, checks=ALL)
    assert [failure.told() for failure in failures(checks)] == []
    # a check that looks at nothing passes too
    assert {check.name: check.items for check in checks if not check.items} == {}


def test_what_an_earlier_run_left_does_not_count(run: Tampered) -> None:
    shutil.copytree(run.path / "processed/published", run.path / "processed/former")
    run.write(f"processed/published/settled/{'0' * 64}.parquet", b"")
    run.write("processed/published/more.parquet", b"")
    # nor does what people keep beside the results, which the audit says
    run.write("results/notes.md", b"mine")
    checks = {check.name: check for check in audit(run.path)}
    assert not failures(list(checks.values()))
    assert checks["completeness"].notes == ["no part of the run: results/notes.md"]


# ---- tracks not covered: the digests --------------------------------------------------------------------------------


def edited_with_its_date_restored(run: Tampered) -> None:
    path = run.path / "results/tables/fits.csv"
    dates = path.stat()
    text = path.read_text(encoding="utf-8")
    run.write("results/tables/fits.csv", text.replace("converged", "Converged", 1).encode())
    os.utime(path, ns=(dates.st_atime_ns, dates.st_mtime_ns))


def exchanged(run: Tampered) -> None:
    one, other = run.path / COEFFICIENTS, run.path / INTERVALS
    one.rename(run.path / "spare")
    other.rename(one)
    (run.path / "spare").rename(other)


def manifest_line_removed(run: Tampered) -> None:
    lines = (run.path / MANIFEST).read_text(encoding="utf-8").splitlines(keepends=True)
    run.write(MANIFEST, "".join(line for line in lines if not line.startswith(f"{OBSERVATIONS},")).encode())


def manifest_digest_changed(run: Tampered, *, root_too: bool = False) -> None:
    listed = pd.read_csv(run.path / MANIFEST, dtype=str)
    listed.loc[listed["path"] == OBSERVATIONS, "sha256"] = "0" * 64
    run.write(MANIFEST, listed.to_csv(index=False).encode())
    if root_too:
        from lmprogress.auditing.manifest import root_digest

        run.write(ROOT, f"{root_digest(listed)}\n".encode())


UNSIGNED: dict[str, tuple[Mutation, str]] = {
    "value flipped": (lambda run: run.edit(OBSERVATIONS, changed("perplexity", larger)), OBSERVATIONS),
    "ids swapped": (lambda run: run.edit(EVIDENCE, swapped("record_id")), EVIDENCE),
    "box shifted": (lambda run: run.edit(EVIDENCE, changed("x0", larger, "x0.notna()")), EVIDENCE),
    "decision dropped": (lambda run: run.edit(DECISIONS, lambda frame: frame.iloc[1:]), DECISIONS),
    "decision doubled": (lambda run: run.edit(DECISIONS, lambda f: pd.concat([f.iloc[:1], f])), DECISIONS),
    "table edited, date restored": (edited_with_its_date_restored, "results/tables/fits.csv"),
    "point of a figure moved": (lambda run: run.replace(f"{FIGURE}.svg", "<use ", "<use  "), f"{FIGURE}.svg"),
    "manifest line removed": (manifest_line_removed, OBSERVATIONS),
    "manifest digest changed": (manifest_digest_changed, OBSERVATIONS),
    "manifest digest and root changed": (lambda run: manifest_digest_changed(run, root_too=True), OBSERVATIONS),
    "root changed": (lambda run: run.write(ROOT, b"0" * 64), ROOT),
    "root removed": (lambda run: (run.path / ROOT).unlink(), ROOT),
    "manifest emptied": (lambda run: run.write(MANIFEST, b"path\n"), MANIFEST),
    "settings edited after the run": (
        lambda run: run.replace("config/config.yaml", "interval_percent: 95", "interval_percent: 90"),
        "config/config.yaml",
    ),
    "file renamed": (lambda run: (run.path / LEDGER).rename(run.path / f"{LEDGER}.old"), LEDGER),
    "file removed": (lambda run: (run.path / f"{FIGURE}.png").unlink(), f"{FIGURE}.png"),
    "file truncated": (
        lambda run: run.write(REPLICATES, (run.path / REPLICATES).read_bytes()[:-100]),
        REPLICATES,
    ),
    "files exchanged": (exchanged, COEFFICIENTS),
    "raw value edited": (lambda run: run.replace("raw/systems.csv", "1", "2"), "raw/systems.csv"),
    "export edited": (
        lambda run: run.replace("results/provenance/prov.json", "confirmed", "not_found"),
        "results/provenance/prov.json",
    ),
}


@pytest.mark.parametrize("kind", UNSIGNED)
def test_what_changed_after_the_run_is_named(run: Tampered, kind: str) -> None:
    mutate, file = UNSIGNED[kind]
    mutate(run)
    assert file in {failure.file for failure in check_digests(RunFiles(run.path)).failures}


# ---- tracks covered: what follows from what -------------------------------------------------------------------------


def lost(frame: pd.DataFrame) -> pd.DataFrame:
    """Without one observation, the others numbered anew."""
    return frame.iloc[:-1]


def other_one_kept(frame: pd.DataFrame) -> pd.DataFrame:
    """In a decision of the cap, a record that was dropped is kept and one that was kept is dropped."""
    dropped = frame.index[~frame["kept"].astype(bool)][0]
    kept = frame.index[frame["kept"].astype(bool)][0]
    columns = ["kept", "reason", "detail", "kept_record_id", "source"]
    frame.loc[[dropped, kept], columns] = frame.loc[[kept, dropped], columns].to_numpy()
    return frame


SIGNED: dict[str, tuple[Mutation, str, str]] = {
    "perplexity of an observation": (
        lambda run: run.edit(OBSERVATIONS, changed("perplexity", larger)),
        "curation",
        OBSERVATIONS,
    ),
    "its logarithm": (
        lambda run: run.edit(OBSERVATIONS, changed("log_perplexity", larger)),
        "observations",
        OBSERVATIONS,
    ),
    "ids of two observations": (lambda run: run.edit(OBSERVATIONS, swapped("record_id")), "curation", OBSERVATIONS),
    "observation lost": (lambda run: run.edit(OBSERVATIONS, lost), "conservation", DECISIONS),
    "decision dropped": (lambda run: run.edit(DECISIONS, lambda frame: frame.iloc[1:]), "conservation", DECISIONS),
    "decision doubled": (
        lambda run: run.edit(DECISIONS, lambda f: pd.concat([f.iloc[:1], f])),
        "conservation",
        DECISIONS,
    ),
    "another record kept": (lambda run: run.edit(DECISIONS, other_one_kept), "conservation", DECISIONS),
    "record changed between two steps": (
        lambda run: run.edit("processed/corrected/records_included.parquet", changed("n_parameters", larger)),
        "curation",
        "processed/corrected/records_included.parquet",
    ),
    "record changed after raw": (
        lambda run: run.edit(
            "processed/corrected/records.parquet", changed("n_parameters", larger, "n_parameters.notna()")
        ),
        "curation",
        "processed/corrected/records.parquet",
    ),
    "correction changed": (
        lambda run: run.replace("raw/corrections.csv", ",1.28e22,", ",1.29e22,"),
        "curation",
        "processed/corrected/records_corrected.parquet",
    ),
    "link dropped": (
        lambda run: run.edit("processed/linked/links.parquet", lambda frame: frame.iloc[1:]),
        "conservation",
        "processed/linked/links.parquet",
    ),
    "candidate dropped": (
        lambda run: run.edit("results/tables/candidate_systems.parquet", lambda frame: frame.iloc[1:]),
        "conservation",
        "results/tables/candidate_systems.parquet",
    ),
    "kind of a candidate": (
        lambda run: run.edit(
            "results/tables/candidate_systems.parquet", changed("kind", lambda kind: "ensemble", "kind == 'derived'")
        ),
        "conservation",
        "results/tables/candidate_systems.parquet",
    ),
    "count of the funnel": (
        lambda run: run.edit(
            "results/tables/funnel.parquet", changed("rows", lambda n: int(str(n)) - 1, "step == 'capped'")
        ),
        "conservation",
        "results/tables/funnel.parquet",
    ),
    "coefficient": (lambda run: run.edit(COEFFICIENTS, changed("estimate", larger, "estimate != 0")), "fits", FITS),
    "mean squared error": (lambda run: run.edit(FITS, changed("mse", larger)), "fits", FITS),
    "prediction": (
        lambda run: run.edit(PREDICTIONS, changed("predicted_log_perplexity", larger)),
        "fits",
        PREDICTIONS,
    ),
    "sign in a law": (
        lambda run: run.replace("config/models.yaml", "coefficient: beta_data, sign: -1", "coefficient: beta_data"),
        "fits",
        FITS,
    ),
    "replicate": (
        lambda run: run.edit(REPLICATES, changed("estimate", larger, "estimate != 0")),
        "intervals",
        INTERVALS,
    ),
    "interval": (lambda run: run.edit(INTERVALS, changed("high", larger, "high > 0")), "intervals", INTERVALS),
    "draws of a doubling time lost": (
        lambda run: run.edit(DRAWS, lambda frame: frame[frame["specification"] != "effective_epochs"]),
        "doubling_times",
        DRAWS,
    ),
    "draw": (
        lambda run: run.edit(DRAWS, changed("growth_rate_per_year", larger, "growth_rate_per_year > 0")),
        "doubling_times",
        DRAWS,
    ),
    "doubling time": (
        lambda run: run.edit(TIMES, changed("estimate_months", larger, "estimate_months > 0")),
        "doubling_times",
        TIMES,
    ),
    "end of its interval": (
        lambda run: run.edit(TIMES, changed("high_months", larger, "high_months > 0")),
        "doubling_times",
        TIMES,
    ),
    "doubling time in the results alone": (
        lambda run: run.edit(
            "results/tables/doubling_times.parquet", changed("estimate_months", larger, "estimate_months > 0")
        ),
        "results_from_processed",
        "results/tables/doubling_times.parquet",
    ),
    "CSV but not Parquet": (
        lambda run: run.replace("results/tables/fits.csv", "converged", "Converged"),
        "csv_copies",
        "results/tables/fits.csv",
    ),
    "reading of the snapshot": (
        lambda run: run.edit("processed/readings.parquet", changed("value", larger)),
        "csv_copies",
        "raw/snapshot/readings.csv",
    ),
    "box of evidence": (lambda run: run.edit(EVIDENCE, changed("x0", larger, "x0.notna()")), "evidence", EVIDENCE),
    "status of evidence": (
        lambda run: run.edit(EVIDENCE, changed("status", lambda _: "confirmed", "status == 'contradicted'")),
        "evidence",
        EVIDENCE,
    ),
    "evidence of no paper": (
        lambda run: run.edit(EVIDENCE, changed("status", lambda _: "not_found", "status == 'no_paper'")),
        "evidence",
        EVIDENCE,
    ),
    "value in evidence": (lambda run: run.edit(EVIDENCE, changed("value", larger)), "evidence", EVIDENCE),
    "ids of two cells": (
        lambda run: run.edit(EVIDENCE, swapped("reading_id", "reading_id.notna() and field == 'perplexity'")),
        "evidence",
        EVIDENCE,
    ),
    "count of evidence": (
        lambda run: run.edit("results/tables/evidence_counts.parquet", changed("n_values", lambda n: int(str(n)) + 1)),
        "evidence",
        "results/tables/evidence_counts.parquet",
    ),
    "verdict": (
        lambda run: run.edit(LEDGER, changed("verdict", lambda _: "agrees", "verdict == 'differs'")),
        "ledger",
        LEDGER,
    ),
    "reproduced value": (
        lambda run: run.edit(LEDGER, changed("reproduced", larger, "reproduced.notna() and reproduced != 0")),
        "ledger",
        LEDGER,
    ),
    "rows reordered": (lambda run: run.edit(FITS, lambda frame: frame.iloc[::-1]), "schemas", FITS),
    "value out of range": (
        lambda run: run.edit(OBSERVATIONS, changed("n_parameters", lambda _: -1.0)),
        "schemas",
        OBSERVATIONS,
    ),
    "file truncated": (
        lambda run: run.write(REPLICATES, (run.path / REPLICATES).read_bytes()[:-100]),
        "schemas",
        REPLICATES,
    ),
    "files exchanged": (
        lambda run: (
            (run.path / "results/tables/fits.parquet").rename(run.path / "results/tables/coefficients.parquet"),
            None,
        )[1],
        "schemas",
        "results/tables/coefficients.parquet",
    ),
    "figure of another kind": (lambda run: run.write(f"{FIGURE}.png", b"%PDF-1.4"), "figures", f"{FIGURE}.png"),
    "edition removed": (
        lambda run: (run.path / OBSERVATIONS).unlink(),
        "conservation",
        OBSERVATIONS,
    ),
}


def half_again(value: object) -> float:
    return float(value) * 1.5  # type: ignore[arg-type]


def opposite(value: object) -> bool:
    return not value


def swap_figures(run: Tampered) -> None:
    """Two figures of one kind under each other's name."""
    one, other = (run.path / f"results/figures/published/{name}.png" for name in ("attribution", "sensitivity"))
    contents = one.read_bytes(), other.read_bytes()
    run.write("results/figures/published/attribution.png", contents[1])
    run.write("results/figures/published/sensitivity.png", contents[0])


def follows(
    file: str, edit: Callable[[pd.DataFrame], pd.DataFrame], check: str, caught: str = ""
) -> tuple[Mutation, str, str]:
    """A table edited, and the check that says so of it, or of the table that no longer follows from it."""
    return lambda run: run.edit(file, edit), check, caught or file


CORRECTED, RESULTS = "processed/corrected", "results/tables"
ONE_INPUT = "specification == 'compute_only' and 1 < likelihood_ratio < 9"
# what follows by laws, searches and percentiles: one number of each table that is derived again
SIGNED |= {
    "profile point": follows(
        f"{CORRECTED}/profiles.parquet", changed("likelihood_ratio", half_again, ONE_INPUT), "profiles"
    ),
    "end of a profile interval": follows(
        f"{CORRECTED}/profile_intervals.parquet",
        changed("low", lambda low: float(str(low)) - 3, "low.notna()"),
        "profiles",
    ),
    "p-value of no progress": follows(
        f"{CORRECTED}/profile_intervals.parquet",
        changed("no_progress_p_value", half_again, "no_progress_p_value > 0 and no_progress_p_value < 0.5"),
        "profiles",
    ),
    "rates of a stationary point": follows(
        f"{CORRECTED}/stationary_points.parquet", changed("growth_rate_in_data", larger), "profiles"
    ),
    "prediction of a fold": follows(
        f"{CORRECTED}/global/held_out.parquet",
        # an unpenalised law with many coefficients may be so far off in one fold that no other row counts
        changed("predicted_log_perplexity", larger, "specification == 'benchmark_intercepts'"),
        "validation",
        f"{RESULTS}/cross_validation.parquet",
    ),
    "folds of two rows": follows(
        f"{CORRECTED}/global/held_out.parquet", swapped("fold", "protocol == 'leave_one_row_out'"), "validation"
    ),
    "rank of a law": follows(
        f"{RESULTS}/cross_validation.parquet", changed("rank_high", lambda rank: float(str(rank)) + 9), "validation"
    ),
    "difference of two laws": follows(
        f"{RESULTS}/specification_comparison.parquet", changed("high", larger, "high > 0"), "validation"
    ),
    "forecast by year": follows(f"{RESULTS}/rolling_origin.parquet", changed("rmse", larger), "validation"),
    "simulated interval": follows(
        f"{CORRECTED}/simulation/main_study.parquet",
        changed("covers", opposite, "procedure == 'minimum_row_bootstrap'"),
        "simulation",
    ),
    "coverage of a procedure": follows(
        f"{RESULTS}/simulation.parquet",
        changed("coverage", lambda share: float(str(share)) / 2, "coverage > 0"),
        "simulation",
    ),
    "stationary point of a fit": follows(
        f"{CORRECTED}/global/basins.parquet", changed("estimate", larger, "estimate != 0"), "minima"
    ),
    "slopes at a fit": follows(
        "processed/published/study/fits.parquet", changed("optimality", half_again, "optimality > 1e-8"), "minima"
    ),
    "verdict on a doubling time": follows(
        f"{CORRECTED}/identification.parquet",
        changed("verdict", lambda _: "identified", "verdict != 'identified'"),
        "identification",
    ),
    "doubling time by search": follows(
        "processed/published/study/numerical_doubling_times.parquet",
        changed("median_months", larger, "median_months > 0 and method == 'numerical'"),
        "searches",
    ),
    "doubling time by the study's search": follows(
        "processed/published/study/numerical_doubling_times.parquet",
        changed("estimate_months", larger, "estimate_months > 0 and method == 'numerical_as_study'"),
        "searches",
    ),
    "draw of a best pair": follows(
        f"{CORRECTED}/global/best_draws.parquet",
        changed("growth_rate_per_year", larger, "0 < growth_rate_per_year < 10"),
        "searches",
    ),
    "draws of a best pair lost": follows(
        f"{CORRECTED}/global/best_draws.parquet", lambda frame: frame[frame["rank"] != 2], "searches"
    ),
    "pooled doubling time": follows(
        f"{CORRECTED}/global/aggregate_doubling_times.parquet",
        changed("low_months", larger, "low_months > 0"),
        "searches",
    ),
    "share of a fall of loss": follows(
        f"{CORRECTED}/study/attribution.parquet", changed("share", larger), "attribution"
    ),
    "loss of a studied system": follows(
        f"{CORRECTED}/study/studied_losses.parquet", changed("high_log_perplexity", larger), "attribution"
    ),
    "gain of the transformer": follows(
        f"{CORRECTED}/global/transformer_gains.parquet", changed("gain", larger, "0 < gain < 1e9"), "gains"
    ),
    "gains of the transformer lost": follows(
        f"{CORRECTED}/global/transformer_gains.parquet", lambda frame: frame.iloc[:0], "gains"
    ),
    "doubling time of the verdict": follows(
        f"{RESULTS}/verdict.parquet", changed("estimate_months", larger), "verdict"
    ),
    "word of the verdict": follows(f"{RESULTS}/verdict.parquet", changed("share_confirmed", larger), "verdict"),
    "p-value of a rate": follows(
        f"{RESULTS}/rate_tests.parquet", changed("p_value", larger, "p_value < 0.5"), "verdict"
    ),
    "weight of a law": follows(f"{RESULTS}/law_estimates.parquet", changed("akaike_weight", larger), "verdict"),
    "papers behind a changed verdict": follows(
        f"{RESULTS}/verdict_sensitivity.parquet",
        changed("n_observations", lambda n: int(str(n)) + 1, "kind == 'paper_left_out'"),
        "verdict",
    ),
    "paper that moves the verdict most": follows(
        f"{RESULTS}/verdict.parquet", changed("slowest_paper_months", larger), "verdict"
    ),
    "coverage of the verdict": follows(f"{RESULTS}/coverage.parquet", changed("bias", larger), "verdict"),
    "growth of effective compute": follows(
        f"{RESULTS}/effective_compute.parquet", changed("total_growth", larger), "gains"
    ),
    "point of a frontier": follows(
        f"{CORRECTED}/study/pareto_frontiers.parquet", changed("n_parameters", larger, "n_parameters > 10"), "gains"
    ),
    "point of a frontier lost": follows(
        f"{CORRECTED}/study/pareto_frontiers.parquet", lambda frame: frame.iloc[:-1], "gains"
    ),
    "gain of a split": follows(f"{RESULTS}/allocation_gains.parquet", changed("gain", larger), "gains"),
    "observed gain": follows(f"{CORRECTED}/observed_gains.parquet", changed("compute_ratio", larger), "observed_gains"),
    "observed halving time": follows(
        f"{CORRECTED}/observed_halving_times.parquet", changed("halvings_per_year", larger), "observed_gains"
    ),
    "varied doubling time": follows(
        f"{CORRECTED}/sensitivity.parquet", changed("estimate_months", larger, "estimate_months > 0"), "sensitivity"
    ),
    "varied objective": follows(
        f"{CORRECTED}/sensitivity.parquet", changed("objective", larger, "sensitivity == 'from_2018'"), "sensitivity"
    ),
    "doubling time with correlated residuals": follows(
        f"{CORRECTED}/within_paper.parquet",
        changed("estimate", larger, "quantity == 'doubling_time' and estimate > 0"),
        "sensitivity",
    ),
    "allotment of a budget": follows(
        f"{RESULTS}/allocations.parquet", changed("n_training_tokens", larger, "n_training_tokens > 0"), "budgets"
    ),
    "size of least cost": follows(
        f"{RESULTS}/inference_trade_off.parquet",
        changed("n_parameters", half_again, "n_served_tokens > 1e13"),
        "budgets",
    ),
    "score of forecasts": follows(
        f"{RESULTS}/forecast_scores.parquet", changed("coverage", lambda _: 0.123), "summaries"
    ),
    "claim": follows(f"{RESULTS}/claims.parquet", changed("computed", larger, "computed != 0"), "summaries"),
    "gain within a paper": follows(
        f"{RESULTS}/paper_gains.parquet", changed("median_gain", larger, "median_gain > 0"), "summaries"
    ),
    "error rate of readings": follows(
        f"{RESULTS}/audit.parquet", changed("errors", lambda n: int(str(n)) + 1, "field == 'any'"), "summaries"
    ),
    "paper that is another one": follows(
        "processed/paper_statuses.parquet", changed("change", lambda _: "replaced", "change == 'kept'"), "readings"
    ),
    "reading of the sample lost": follows(
        f"{RESULTS}/audit_sample.parquet", lambda frame: frame[frame["place"] != 7], "readings"
    ),
    "reading of the sample exchanged": follows(f"{RESULTS}/audit_sample.parquet", swapped("reading_id"), "readings"),
    "pair of two editions": follows(
        f"{RESULTS}/edition_differences.parquet", swapped("extracted_record_id", "status == 'same'"), "differences"
    ),
    "reason of a difference": follows(
        f"{RESULTS}/edition_differences.parquet",
        changed("reason", lambda _: "not_read", "reason == 'no_pdf'"),
        "differences",
    ),
    "minimum of a loss law": follows(
        f"{RESULTS}/reference_fits.parquet", changed("estimate", larger, "law == 'loss'"), "reference_family"
    ),
    "minimum of a score curve": follows(
        f"{RESULTS}/reference_fits.parquet", changed("estimate", larger, "law == 'score'"), "reference_family"
    ),
    "capability density": follows(
        f"{RESULTS}/densities.parquet", changed("density", larger, "status == 'computed'"), "densities"
    ),
    "record of density": follows(f"{RESULTS}/densities.parquet", changed("record", opposite), "densities"),
    "trend of density": follows(
        f"{RESULTS}/density_trend.parquet", changed("months", larger, "trend == 'net_of_tokens'"), "density_trend"
    ),
    "trend of a quantile": follows(
        f"{RESULTS}/density_trend.parquet", changed("rate_per_day", larger, "trend == 'quantile_90'"), "density_trend"
    ),
    "interval of a trend": follows(
        f"{RESULTS}/density_trend.parquet", changed("high_months", larger, "high_months > 0"), "density_trend"
    ),
    "forecast of a series": follows(
        f"{RESULTS}/forecasts.parquet", changed("low_log2", larger, "method == 'exponential_trend'"), "forecasts"
    ),
    "forecast by a law": follows(
        f"{RESULTS}/forecasts.parquet", changed("predicted_log2", larger, "method == 'compute_only'"), "forecasts"
    ),
    "forecasts by a law lost": follows(
        f"{RESULTS}/forecasts.parquet", lambda frame: frame[frame["method"] != "no_progress"], "forecasts"
    ),
    "trend of a technology extended": follows(
        f"{RESULTS}/trend_forecasts.parquet", changed("foretold", larger), "summaries"
    ),
    "break of a trend": follows(
        f"{RESULTS}/change_points.parquet", changed("doubling_before_years", larger, "break_year > 0"), "change_points"
    ),
    "false alarms": follows(
        f"{RESULTS}/change_points.parquet",
        changed("false_alarm_rate", larger, "tool == 'broken_stick' and false_alarm_rate > 0"),
        "change_points",
    ),
    "rate on the axis": follows(
        f"{RESULTS}/progress_rates.parquet",
        changed("months", larger, "months > 0 and origin == 'computed'"),
        "progress_rates",
    ),
    "rank of a pair of the study": follows(
        f"{RESULTS}/study_statistics.parquet",
        changed("value", larger, "statistic == 'rank_of_pair'"),
        "study_statistics",
    ),
    "share over replicates": follows(
        f"{RESULTS}/study_statistics.parquet",
        changed("value", lambda share: float(str(share)) / 2, "statistic == 'share_with_positive_sum' and value > 0"),
        "study_statistics",
    ),
    "data of a figure": follows(
        f"{CORRECTED}/sensitivity.parquet",
        changed("low_months", larger, "low_months > 0"),
        "figures",
        "results/figures/corrected/sensitivity.svg",
    ),
    "two figures swapped": (swap_figures, "figures", "results/figures/published/attribution.png"),
}


def relabelled(file: str, column: str, what: str, says: str) -> Mutation:
    """The unit or the description that a Parquet file gives of a column, or of itself where that is ''."""

    def mutate(run: Tampered) -> None:
        held = pq.read_table(run.path / file)
        fields = [f.with_metadata({**f.metadata, what.encode(): says}) if f.name == column else f for f in held.schema]
        about = {**held.schema.metadata, **({} if column else {what.encode(): says})}
        (run.path / file).unlink()
        pq.write_table(held.cast(pa.schema(fields, about)), run.path / file)

    return mutate


def repacked(file: str, run: Tampered) -> None:
    """Another number in the compressed table of a page."""
    text = (run.path / file).read_text(encoding="utf-8")
    held = text.split('id="data">')[1].split("<")[0]
    rows = gzip.decompress(base64.b64decode(held)).decode()
    number = re.search(r"\d\.\d", rows)
    assert number, "the page shows numbers"
    other = rows.replace(number[0], f"{number[0]}5", 1)
    run.replace(file, held, base64.b64encode(gzip.compress(other.encode(), mtime=0)).decode())


REPORT, EXPORTS = "results/report", "results/provenance"
# what people read beside the tables, by what is done to it
PAGES: dict[str, Mutation] = {
    f"{REPORT}/{file}": partial(Tampered.replace, name=f"{REPORT}/{file}", old=old, new=new)
    for file, old, new in (
        # 6.2 becomes 6.29
        ("index.html", " months <small>", "9 months <small>"),
        ("dictionary.html", "months", "weeks"),
        ("figures.html", "<figcaption>", "<figcaption >"),
        # another change than that of findings.md, which it is made from
        ("findings.html", "<li>", "<li >"),
        ("charts.js", "function", "Function"),
        ("CITATION.cff", "version: ", "version: 9"),
    )
}
PAGES |= {
    f"{REPORT}/{page}.html": partial(repacked, f"{REPORT}/{page}.html")
    for page in ("explore", "observations", "readings", "ledger", "rates")
}
PAGES |= {
    file: partial(Tampered.replace, name=file, old=old, new=new)
    for file, old, new in (
        ("results/findings.md", " %", "0 %"),
        ("results/defects.md", "agrees |", "differs |"),
        ("results/review.csv", ",ptb,", ",wt2,"),
        ("results/review/index.html", "<dt>read</dt><dd>", "<dt>read</dt><dd>1"),
    )
}
SIGNED |= {
    "replicates that the settings ask for": (
        lambda run: run.replace(SETTINGS, '"n_replicates": 100,', '"n_replicates": 1000,'),
        "settings",
        REPLICATES,
    ),
    "image in the overview": (
        lambda run: run.replace(f"{REPORT}/index.html", ";base64,UklGR", ";base64,UklGS"),
        "pages",
        f"{REPORT}/index.html",
    ),
    "value in PROV": (
        lambda run: run.replace(f"{EXPORTS}/prov.json", '"$": "', '"$": "1'),
        "exports",
        f"{EXPORTS}/prov.json",
    ),
    "step of the crate": (
        lambda run: run.replace(f"{EXPORTS}/ro-crate-metadata.json", "#step-tabulate", "#step-Tabulate"),
        "exports",
        f"{EXPORTS}/ro-crate-metadata.json",
    ),
    "unit in Croissant": (
        lambda run: run.replace(f"{EXPORTS}/croissant.json", "[months]", "[weeks]"),
        "exports",
        f"{EXPORTS}/croissant.json",
    ),
    "unit in Parquet": (relabelled(TIMES, "estimate_months", "unit", "weeks"), "schemas", TIMES),
    "meaning of a column in Parquet": (relabelled(FITS, "mse", "description", "median"), "schemas", FITS),
    "meaning of a table in Parquet": (relabelled(LEDGER, "", "description", "Numbers."), "schemas", LEDGER),
}
ALL = {**DEEP, "pages": partial(check_pages, again=pages_again)}


@pytest.mark.parametrize("kind", SIGNED)
def test_what_is_signed_anew_does_not_follow(run: Tampered, kind: str) -> None:
    mutate, name, file = SIGNED[kind]
    mutate(run)
    run.seal()
    checks: dict[str, Check] = {check.name: check for check in audit(run.path, ["digests", name], checks=ALL)}
    assert not checks["digests"].failures, "the tracks are covered"
    assert file in {failure.file for failure in checks[name].failures}


# ---- what a run holds ------------------------------------------------------------------------------------------------

# of each kind of file some
LOST = (
    *(f"{RESULTS}/{name}.*" for name in ("claims", "ledger", "contradictions", "evidence_counts", "evidence")),
    *(f"{RESULTS}/readings.csv", f"{RESULTS}/corrected/records.*", f"{CORRECTED}/global/held_out.parquet"),
    *(f"{CORRECTED}/simulation/compute_only.parquet", f"{CORRECTED}/fitted_observations.sha256"),
    *("results/figures/corrected/attribution.*", "results/figures/progress_rates.svg", "results/review.csv"),
    *("results/report/ledger.html", "results/report/charts.js", "results/findings.md"),
    # a whole edition
    *("processed/published/**/*", f"{RESULTS}/published/*", "results/figures/published/*"),
)


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "not_listed"])
def test_whatever_is_lost_is_named_though_signed_anew(run: Tampered, listed: bool) -> None:
    gone = run.remove(*LOST)
    if not listed:
        run.unlist(*gone)
    run.seal()
    digests, completeness = audit(run.path, ["digests", "completeness"])
    assert not digests.failures, "the tracks are covered"
    # observations are kept under a digest, which is gone too
    named = {name for name in gone if "/settled" not in name}
    assert {failure.file for failure in completeness.failures} - {CONTENTS} == named
    assert any(failure.file == CONTENTS for failure in completeness.failures) is not listed


@pytest.mark.parametrize("name", ["ro-crate-metadata.json", "croissant.json", "prov.json"])
def test_a_lost_export_is_named_though_signed_anew(run: Tampered, name: str) -> None:
    run.unlist(*run.remove(f"results/provenance/{name}"))
    run.seal()
    assert {failure.file for failure in check_digests(RunFiles(run.path)).failures} == {f"results/provenance/{name}"}


def test_what_no_rule_makes_is_named_though_signed_anew(run: Tampered) -> None:
    places = (
        f"{RESULTS}/numbers.parquet",
        f"{RESULTS}/published/a.csv",
        "results/figures/b.png",
        "results/report/c.js",
    )
    for name in places:
        run.write(name, (run.path / f"{RESULTS}/fits.parquet").read_bytes())
    # nothing says any longer that it is of the run
    run.unlist(f"{RESULTS}/claims.parquet")
    run.seal()
    found = {failure.file for failure in failures(audit(run.path, ["digests", "completeness"]))}
    assert found == {*places, f"{RESULTS}/claims.parquet", CONTENTS}


@pytest.mark.parametrize("content", [None, b"", b"\n"])
def test_a_run_that_does_not_say_what_it_holds_is_not_whole(run: Tampered, content: bytes | None) -> None:
    (run.path / CONTENTS).unlink()
    if content is not None:
        run.write(CONTENTS, content)
    run.seal()
    assert CONTENTS in {failure.file for failure in failures(audit(run.path, ["completeness"]))}


# ---- pages and settings ----------------------------------------------------------------------------------------------


def test_every_page_that_was_written_over_is_named(run: Tampered) -> None:
    for mutate in PAGES.values():
        mutate(run)
    run.seal()
    digests, pages = audit(run.path, ["digests", "pages"], checks=ALL)
    assert not digests.failures, "the tracks are covered"
    assert {failure.file for failure in pages.failures} == set(PAGES) and not pages.notes


def test_pages_that_other_code_wrote_are_not_compared_and_that_is_said(run: Tampered) -> None:
    software = json.loads((run.path / SOFTWARE).read_text(encoding="utf-8"))
    software["rules"]["write_report"] = "0" * 64
    run.write(SOFTWARE, json.dumps(software).encode())
    PAGES[f"{REPORT}/index.html"](run)
    (pages,) = audit(run.path, ["pages"], checks=ALL)
    assert not pages.failures and "results/report/index.html" in pages.notes[0] and "other code" in pages.notes[0]


# settings that tables count by, and what they would have to be for these tables to be wrong
COUNTED: dict[str, object] = {
    "fit.specifications": ["compute_only"],
    "fit.penalties": [0, 0.5],
    "fit.variants": [],
    "fit.global.n_starts": 7,
    "bootstrap.study.n_replicates": 1000,
    "bootstrap.study.resample_unit": "paper",
    "bootstrap.global.n_replicates": 999,
    "validation.n_starts": 5,
    "validation.rolling_starts": 9,
    "validation.rolling_years": [2019],
    "validation.cold_check.n_folds": 9,
    "intervals.profile.penalties": [0.5],
    "intervals.profile.growth_rates": [-2, 7],
    "intervals.profile.n_points": 99,
    "within_paper.n_replicates": 999,
    "sensitivity.n_replicates": 999,
    "simulation.n_data_sets": 999,
    "simulation.editions": ["published"],
    "simulation.truths": {},
    "gains.n_best": 9,
    "gains.best.n_replicates": 999,
    "gains.best.n_search_starts": 99,
    "gains.growth.last_year": 2030,
    "gains.transformer_budgets_flop": [1e22, 1e26],
    "gains.frontiers.years": [2014],
    "gains.frontiers.systems": [],
    "gains.frontiers.n_points": 9,
    "other_laws.budgets_flop": [1e22],
    "other_laws.served_tokens": [0],
    "other_laws.projected_years": [0, 1, 50],
    "other_laws.alarm_level": 0.1,
    "editions.corrected.cap.keep": 1,
    "figures.dpi": 301,
}


def test_settings_that_tables_were_not_made_with_are_named(first_run: Checkout) -> None:
    run = RunFiles(first_run.path)
    assert not check_settings(run).failures
    passed = []
    for place, value in COUNTED.items():
        run.config = json.loads((first_run.path / SETTINGS).read_text(encoding="utf-8"))
        *sections, key = place.split(".")
        section = run.config
        for name in sections:
            section = section[name]
        assert section[key] != value
        section[key] = value
        if not check_settings(run).failures:
            passed.append(place)
    assert passed == []


def test_a_file_of_settings_that_says_otherwise_is_noted(run: Tampered) -> None:
    assert not check_settings(RunFiles(run.path)).notes
    run.replace("config/config.yaml", "interval_percent: 95", "interval_percent: 90")
    (note,) = check_settings(RunFiles(run.path)).notes
    assert note.endswith(": interval_percent")


# ---- the papers ------------------------------------------------------------------------------------------------------


def test_what_was_changed_alike_everywhere_and_a_replaced_pdf_are_found_in_the_papers(
    run: Tampered, shared: Path, tmp_path: Path
) -> None:
    evidence = pd.read_parquet(run.path / EVIDENCE)
    framed = evidence[(evidence["place"] == "value") & (evidence["field"] == "perplexity")]
    moved, replaced = framed["paper_id"].drop_duplicates().iloc[:2]
    reading = framed.loc[framed["paper_id"] == moved, "reading_id"].iloc[0]
    readings = pd.read_parquet(run.path / READINGS)
    others = readings["paper_id"].eq(moved) & readings["quantity"].eq("perplexity")
    other = readings.loc[others & ~readings["reading_id"].isin(evidence["reading_id"]), "reading_id"].iloc[0]
    papers = tmp_path / "papers"
    papers.mkdir()
    for paper in (moved, replaced):
        (papers / f"{paper}.pdf").write_bytes((shared / "papers" / f"{paper}.pdf").read_bytes())
    asked = ("digests", "schemas", "csv_copies", "evidence")
    assert not failures(audit(run.path, asked, papers))

    def shifted(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[frame["reading_id"] == reading, ["y0", "y1"]] += 100
        frame.loc[frame["reading_id"] == other, ["value", "raw"]] = [101.25, "101.25"]
        return frame

    for file in (READINGS, "results/tables/readings.parquet"):
        run.edit(file, lambda frame: table("readings").checked(shifted(frame), "readings"))
    run.edit(EVIDENCE, shifted)
    snapshot = tables.read_csv(run.path / "raw/snapshot/readings.csv", "readings")
    (run.path / "raw/snapshot/readings.csv").unlink()
    tables.write_csv(
        table("readings").checked(shifted(snapshot), "readings"), "readings", run.path / "raw/snapshot/readings.csv"
    )
    with (papers / f"{replaced}.pdf").open("ab") as file:
        file.write(b"\n")
    run.seal()
    checks = audit(run.path, asked, papers)
    found = {check.name: check.failures for check in checks}
    assert [failure.told() for name in asked for failure in found[name]] == []
    assert {failure.file for failure in found["papers"]} == {READINGS, f"{replaced}.pdf"}
    # by PDFium, and by pdfplumber where its reading had agreed
    rows = {failure.row for failure in found["papers"] if failure.file == READINGS}
    assert rows == {f"reading_id={name}" for name in (reading, other)}
