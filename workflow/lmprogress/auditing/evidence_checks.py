"""Evidence against readings, and the ledger against the numbers that it compares.

In: a run. Out: checks `evidence`, `ledger`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_PLACE = ("page", "x0", "y0", "x1", "y1")
_EVIDENCE = "results/tables/evidence.parquet"
_LEDGER = "results/tables/ledger.parquet"
_READABLE = ("read", "no_tables")
_TRANSFORMS = {
    "percent": lambda x: 100 * x,
    "exp": math.exp,
    "months_to_years": lambda x: x / 12,
    "power_of_two": lambda x: 2**x,
    "rate_to_months": lambda x: 12 / x,
}


def check_evidence(run: RunFiles) -> Check:
    """Each value's status follows from the record, the reading that it names, and the status of the paper."""
    check = Check("evidence", "values, boxes and statuses of evidence against records, readings and papers")
    evidence, readings = readable(run, _EVIDENCE), readable(run, "processed/readings.parquet")
    statuses = readable(run, "processed/paper_statuses.parquet")
    if evidence is None or readings is None or statuses is None or not readings["reading_id"].is_unique:
        return check
    status_of = statuses.drop_duplicates("paper_id").set_index("paper_id")[["status", "sha256"]].to_dict("index")
    reading_of = readings.set_index("reading_id").to_dict("index")
    held: dict[tuple[str, str], dict[str, Any]] = {}
    fitted: dict[str, set[str]] = {}
    for edition in evidence["edition"].unique():
        records = readable(run, f"processed/{edition}/records_corrected.parquet")
        observations = readable(run, f"processed/{edition}/observations.parquet")
        if records is None or observations is None:
            return check
        held |= {(edition, row["record_id"]): row for row in records.to_dict("records")}
        fitted[edition] = set(observations["record_id"])
    check.covers(_EVIDENCE, "edition", "record_id", "paper_id", "field", "value", "status", "printed_value", "raw")
    check.covers(_EVIDENCE, "reading_id", "in_fit", "sha256", *_PLACE)
    for row in evidence.to_dict("records"):
        check.items += 1
        record = held.get((row["edition"], row["record_id"]))
        for problem in _problems(row, record, fitted[row["edition"]], status_of, reading_of):
            named = ", ".join(f"{name}={row[name]}" for name in ("edition", "record_id", "field"))
            check.fail(_EVIDENCE, named, problem)
    _check_complete(check, evidence, held)
    _check_counts(check, run, evidence)
    return check


def _problems(
    row: Mapping[Any, Any],
    record: Mapping[Any, Any] | None,
    fitted: set[str],
    status_of: Mapping[Any, Any],
    reading_of: Mapping[Any, Any],
) -> list[str]:
    if record is None:
        return ["is of no record"]
    found = []
    if not _same(row["value"], _year(record[row["field"]])):
        found.append(f"value is {row['value']}, the record has {record[row['field']]}")
    if bool(row["in_fit"]) != (row["record_id"] in fitted):
        found.append(f"in_fit is {row['in_fit']}, the observations say otherwise")
    paper = status_of.get(row["paper_id"])
    if not _same(row["sha256"], paper["sha256"] if paper else None):
        found.append("sha256 is not that of paper_statuses")
    opened = paper is not None and paper["status"] in _READABLE
    if opened == (row["status"] == "no_paper"):
        found.append(f"status is {row['status']}, but the paper was {'read' if opened else 'not read'}")
    if isinstance(row["reading_id"], str):
        reading = reading_of.get(row["reading_id"])
        if reading is None or reading["paper_id"] != row["paper_id"]:
            return [*found, "its reading is not there, or of another paper"]
        found += [f"{name} is not that of its reading" for name in _PLACE if not _same(row[name], reading[name])]
        if row["place"] == "value" and row["raw"] not in (reading["raw"], reading["n_parameters_raw"]):
            found.append(f"raw is {row['raw']!r}, its reading has {reading['raw']!r}")
        if row["place"] == "value" and not any(
            _same(row["printed_value"], reading[name]) for name in ("value", "n_parameters")
        ):
            found.append(f"printed_value is {row['printed_value']}, its reading has {reading['value']}")
    elif any(pd.notna(row[name]) for name in _PLACE):
        found.append("has a place, but no reading")
    if row["status"] == "confirmed" and not _rounds_to(row):
        found.append(f"is confirmed, but {row['value']} and {row['printed_value']} differ by more than rounding")
    if row["reason"] == "before_the_benchmark":
        if row["value"] > row["printed_value"]:
            found.append(f"is after its benchmark, {row['printed_value']}")
    elif row["status"] == "contradicted" and _same(row["value"], row["printed_value"]):
        found.append(f"is contradicted by the same value, {row['printed_value']}")
    return found


def _year(value: object) -> object:
    """A date as a decimal year, as the study counts it; anything else as it is."""
    if not isinstance(value, str):
        return value
    date = pd.Timestamp(value)
    return date.year + (date.day_of_year - 1) / 365


def _same(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return math.isclose(float(one), float(other), rel_tol=1e-12)


def _rounds_to(row: Mapping[Any, Any]) -> bool:
    """Whether the recorded and the printed number can be one, rounded or cut: less apart than the coarser last digit.

    A date is confirmed by one of the same half year: papers have several versions.
    """
    recorded, printed = row["value"], row["printed_value"]
    if row["field"] == "publication_date":
        return pd.notna(printed) and abs(recorded - printed) <= 0.5
    return pd.notna(printed) and abs(recorded - printed) <= max(_unit(row["recorded"]), _unit(row["raw"], printed))


def _unit(text: object, value: float | None = None) -> float:
    """The unit of the last digit of the first number in `text`, which means `value`: 1e6 for "103M", 0.1 for "58.3"."""
    match = re.search(r"(\d[\d,]*)(\.\d+)?(?:e([+-]?\d+))?|(\.\d+)", str(text))
    if match is None:
        return 0.0
    whole, fraction = (match[1] or "").replace(",", ""), match[2] or match[4] or ""
    mantissa = float(f"{whole or 0}{fraction}")
    scale = 10.0 ** int(match[3] or 0) if value is None or not mantissa else value / mantissa
    trailing = 0 if fraction or value is not None else len(whole) - len(whole.rstrip("0"))
    return float(scale * 10.0 ** (trailing - max(len(fraction) - 1, 0)))


def _check_complete(check: Check, evidence: pd.DataFrame, held: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    asked = set(zip(evidence["edition"], evidence["record_id"], evidence["field"], strict=True))
    for (edition, name), record in held.items():
        for field in evidence["field"].unique():
            if pd.notna(record[field]) and (edition, name, field) not in asked:
                check.fail(_EVIDENCE, f"edition={edition}, record_id={name}, field={field}", "is missing")


def _check_counts(check: Check, run: RunFiles, evidence: pd.DataFrame) -> None:
    key = ["edition", "field", "status", "reason"]
    counts = readable(run, "results/tables/evidence_counts.parquet")
    if counts is not None:
        groups = evidence.groupby(key)
        follows = pd.DataFrame(
            {"n_values": groups.size(), "n_in_fit": groups["in_fit"].sum(), "n_papers": groups["paper_id"].nunique()}
        ).reset_index()
        check.equal("results/tables/evidence_counts.parquet", counts, follows, key)
    file = "results/tables/contradictions.parquet"
    listed = readable(run, file)
    if listed is not None:
        known = evidence.assign(named=evidence["record_id"] + "\0" + evidence["field"])
        values: dict[str, set[float]] = {}
        for name, value in zip(known["named"], known["printed_value"], strict=True):
            values.setdefault(name, set()).add(value)
        check.covers(file, "record_id", "field", "printed_value")
        for row in listed.to_dict("records"):
            check.items += 1
            if row["reason"] != "another_training_set" and row["printed_value"] not in values.get(
                f"{row['record_id']}\0{row['field']}", ()
            ):
                check.fail(file, f"rank={row['rank']}", "its printed value is not in evidence")
        contradicted = set(known.loc[known["status"] == "contradicted", "named"])
        for name in sorted(contradicted - set(listed["record_id"] + "\0" + listed["field"])):
            check.fail(file, name.replace("\0", " "), "is contradicted in evidence, but not listed")


def check_ledger(run: RunFiles) -> Check:
    """Each line of the ledger: published as in raw, reproduced as in its table, verdict as both say; and the counts."""
    check = Check("ledger", "published, reproduced and corrected values, differences, verdicts and counts")
    ledger = readable(run, _LEDGER)
    if ledger is None:
        return check
    published = run.csv("raw/reference/published.csv").set_index("reference_id")
    for number in ("value", "tolerance"):
        published[number] = published[number].astype(float)
    for row in ledger.to_dict("records"):
        check.items += 1
        named = f"reference_id={row['reference_id']}"
        if row["reference_id"] not in published.index:
            check.fail(_LEDGER, named, "is not in raw/reference/published.csv")
            continue
        said = published.loc[row["reference_id"]]
        expected: dict[str, Any] = {
            "published": said["value"], "tolerance": said["tolerance"], "relation": said["relation"],
            "reproduced": selected(run, said, "select"), "corrected": selected(run, said, "corrected_select"),
            "difference": row["reproduced"] - row["published"], "verdict": _verdict(row),
        }  # fmt: skip
        check.covers(_LEDGER, "reference_id", *expected)
        for name, value in expected.items():
            if not _same(row[name], value):
                check.fail(_LEDGER, named, f"{name} is {row[name]}, but {value} follows")
    for name in sorted(set(published.index) - set(ledger["reference_id"])):
        check.fail(_LEDGER, f"reference_id={name}", "is in raw/reference/published.csv, but not in the ledger")
    counts = readable(run, "results/tables/ledger_counts.parquet")
    if counts is not None:
        key = ["kind", "section", "verdict"]
        sections = ledger.assign(section=ledger["reference_id"].str.partition("/")[0])
        follows = sections.groupby(key).size().rename("numbers").reset_index()
        check.equal("results/tables/ledger_counts.parquet", counts, follows, key)
    return check


def _verdict(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["reproduced"]):
        return "not computed"
    over = row["reproduced"] - row["published"]
    apart = {"equal": abs(over), "at_most": over, "at_least": -over}[row["relation"]]
    return "agrees" if apart <= row["tolerance"] * (1 + 1e-9) else "differs"


def selected(run: RunFiles, said: Mapping[Any, Any], key: str) -> float:
    """The value that a line of raw/reference/published.csv or raw/other_laws/claims.csv selects, a date as a decimal
    year; missing where there is none."""
    file = f"results/tables/{said['table']}.parquet"
    if not isinstance(said[key], str) or not isinstance(said["table"], str) or (frame := _frame(run, file)) is None:
        return math.nan
    kept = run.kept.setdefault(f"{file}/meets", {})
    chosen = np.ones(len(frame), bool)
    for condition in filter(None, said[key].split(";")):
        if condition not in kept:
            name, _, wanted = condition.partition("=")
            kept[condition] = _meets(frame[name], wanted)
        chosen &= kept[condition]
    if said["reduce"] == "count":
        return float(chosen.sum())
    cells = frame.loc[chosen, said["column"]].dropna()
    if cells.empty:
        return math.nan
    if pd.api.types.is_string_dtype(cells):
        days = pd.to_datetime(cells)
        cells = days.dt.year + (days.dt.day_of_year - 1) / 365
    value = {"minimum": cells.min, "maximum": cells.max}.get(str(said["reduce"]), lambda: cells.iloc[0])()
    transform = said["transform"]
    return float(_TRANSFORMS[transform](float(value)) if isinstance(transform, str) else value)


def _frame(run: RunFiles, file: str) -> pd.DataFrame | None:
    """A table of results, or the raw table of other laws that has its name."""
    raw = f"raw/other_laws/{PurePath(file).stem}.csv"
    if run.has(file) or not run.has(raw):
        return readable(run, file)
    held = run.csv(raw)
    numbers = held.apply(pd.to_numeric, errors="coerce")
    whole = [name for name in held.columns if numbers[name].notna().equals(held[name].notna())]
    return pd.concat([held.drop(columns=whole), numbers[whole]], axis=1)


def _meets(cells: pd.Series, wanted: str) -> np.ndarray:
    """Where a column has the value that a condition names, (n,)."""
    if pd.api.types.is_bool_dtype(cells):
        return (cells == (wanted == "true")).to_numpy(bool)
    if pd.api.types.is_numeric_dtype(cells):
        return np.isclose(cells.to_numpy(float, na_value=np.nan), float(wanted), rtol=1e-9, atol=0)
    return (cells == wanted).to_numpy(bool)
