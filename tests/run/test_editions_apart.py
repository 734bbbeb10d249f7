"""Editions stand apart: what changes in one fits no other again, and each has the laws that its settings name."""

from __future__ import annotations

import re

import pandas as pd

from conftest import Checkout

READ = "extracted"
CURATED = ("published", "corrected")
DIGESTS = [
    f"processed/{edition}/{table}.sha256"
    for edition in (READ, *CURATED, "reviewed")
    for table in ("fitted_observations", "varied_observations")
]
# what rests on the curated editions alone, whatever its name
OF_CURATED = {"simulate", "tabulate_simulation", "plot_simulation", "tabulate_forecasts"}


def digested(checkout: Checkout) -> Checkout:
    """`checkout` after the digests of observations, from which on a run plans what is fitted."""
    result = checkout.snakemake("--cores", "2", *DIGESTS)
    assert result.returncode == 0, result.stdout[-4000:]
    return checkout


def jobs(checkout: Checkout) -> set[tuple[str, str | None]]:
    """Rule and edition of each job that a run would now do."""
    result = checkout.snakemake("--dry-run", "--cores", "1")
    assert result.returncode == 0, result.stdout
    found = set()
    for block in re.split(r"\n(?=(?:local)?(?:rule|checkpoint) \w+:\n)", result.stdout)[1:]:
        rule, block = re.match(r"(?:local)?(?:rule|checkpoint) (\w+):\n(.*?)(?:\n\n|$)", block, re.S).groups()  # type: ignore[union-attr]
        edition = re.search(r"wildcards: .*?edition=(\w+)", block)
        found.add((rule, edition[1] if edition else None))
    return found


def edit(checkout: Checkout, file: str, change: dict[str, str], **where: str) -> None:
    """Set columns of the rows of a CSV in which others have the given values; there must be one at least."""
    path = checkout.path / file
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    chosen = pd.Series(True, index=frame.index)
    for name, value in where.items():
        chosen &= frame[name] == value
    assert chosen.any(), where
    for name, value in change.items():
        frame.loc[chosen, name] = value
    frame.to_csv(path, index=False, lineterminator="\n")


def test_another_observation_of_the_read_edition_fits_no_other(finished: Checkout) -> None:
    row = pd.read_parquet(finished.path / f"processed/{READ}/observations.parquet").iloc[0]
    readings = pd.read_csv(finished.path / "raw/snapshot/readings.csv", dtype=str, keep_default_na=False)
    of_row = (readings["paper_id"] == row["paper_id"]) & (readings["quantity"] == "perplexity")
    printed = next(value for value in readings.loc[of_row, "value"] if float(value) == row["perplexity"])
    edit(
        finished,
        "raw/snapshot/readings.csv",
        {"value": str(row["perplexity"] * 1.01)},
        paper_id=row["paper_id"],
        quantity="perplexity",
        value=printed,
    )
    planned = jobs(digested(finished))
    assert {("fit", READ), ("bootstrap_best", READ), ("vary", READ), ("interpret", READ)} <= planned
    assert {(rule, edition) for rule, edition in planned if edition in CURATED} == set()
    assert {rule for rule, _ in planned} & OF_CURATED == set()


def test_another_title_and_address_of_a_paper_fit_nothing(finished: Checkout) -> None:
    paper = pd.read_parquet(finished.path / "processed/corrected/observations.parquet").iloc[0]
    # the same place in the alphabet, which is the order of the fit
    said = {"title": f"{paper['title']}, revised", "url": "https://example.org/another"}
    edit(finished, "raw/papers.csv", said, paper_id=paper["paper_id"])
    planned = {rule for rule, _ in jobs(digested(finished))}
    assert "tabulate_records" in planned  # where people read it
    laws = {"settle_observations", "fit", "bootstrap", "validate", "vary", "fit_within_paper", "profile", "simulate"}
    assert planned & {*laws, "derive", "interpret", "bootstrap_best", "plot_figures", "tabulate"} == set()
