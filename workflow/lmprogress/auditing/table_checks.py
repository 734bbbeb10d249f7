"""Tables as their schemas have them, and copies of a table that must say the same.

In: a run. Out: checks `schemas`, `csv_copies` and `results_from_processed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.csv import ConvertOptions, ParseOptions, read_csv

from lmprogress.auditing.findings import Check, differs
from lmprogress.auditing.run_files import GUARDED, SETTLED, RunFiles
from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas import all_tables, table

_KNOWN = {schema.name for schema in all_tables()}
_EXACT_NAMES = ("results/tables/", "processed/linked/")
# tables of results that are put together from others than those of their name
_SOURCES = {
    "coefficients": ("processed/*/*/coefficients_with_intervals.parquet",),
    "doubling_times": ("processed/*/*/doubling_times.parquet", "processed/*/*/numerical_doubling_times.parquet"),
}
_WHOLE = (
    *(
        "fits",
        "readings",
        "links",
        "paper_statuses",
        "paper_files",
        "tables",
        "sensitivity",
        "sensitivity_coefficients",
        "within_paper",
    ),
    *("rate_tests", "law_estimates", "verdict_sensitivity"),
    *("rolling_rates", "profile_intervals", "identification", "aggregate_doubling_times", "attribution"),
    *("studied_losses", "transformer_gains", "pareto_frontiers"),
    *("observed_gains", "observed_halving_times"),
)


def check_schemas(run: RunFiles) -> Check:
    """Columns, units, meanings, kinds, ranges, forms, keys and order of every Parquet file."""
    check = Check("schemas", "columns, units, meanings, ranges, keys and order of every table")
    vocabularies = {
        "benchmark": set(run.yaml("config/benchmarks.yaml")),
        "architecture": set(run.yaml("config/architectures.yaml")),
    }
    for name in [n for n in run if n.endswith(".parquet")]:
        holds = run.table_name(name)
        check.items += 1
        if holds not in _KNOWN:
            check.fail(name, "", "is not a readable table of the project" if holds is None else f"holds '{holds}'")
        elif name.startswith(_EXACT_NAMES) and Path(name).stem != holds:
            check.fail(name, "", f"holds the table '{holds}'")
        else:
            try:
                held = run.arrow(name)
            except (OSError, pa.ArrowException) as error:
                check.fail(name, "", f"cannot be read: {error}")
                continue
            schema = table(holds)
            check.items += len(held)
            for column, problem in _mislabelled(pq.read_schema(run.folder / name), schema):
                check.fail(name, column, problem)
            # a reading may be of a benchmark that the settings do not know
            legal = {
                **vocabularies,
                "benchmark": vocabularies["benchmark"] | ({"unknown"} if holds == "readings" else set()),
            }
            for row, problem in _breaches(held, schema, legal):
                check.fail(name, row, problem)
    return check


def _mislabelled(held: pa.Schema, schema: Table) -> Iterator[tuple[str, str]]:
    """Where a file says other units and meanings than the schema: the column, or '' for the table; and what it says."""
    said = {"": dict(held.metadata or {}), **{f.name: dict(f.metadata or {}) for f in held}}
    meant = {"": {"description": schema.description}}
    meant |= {c.name: {"description": c.description, "unit": c.unit} for c in schema.columns}
    for column, words in meant.items():
        for name, word in words.items():
            told = said.get(column, {}).get(name.encode(), b"").decode("utf-8", "replace")
            if column in said and told != word:
                yield f"column {column}" if column else "", f"gives the {name} {told!r}, not {word!r}"


def _breaches(held: pa.Table, schema: Table, vocabularies: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    names = [column.name for column in schema.columns]
    if held.column_names != names:
        yield "", f"has the columns {', '.join(held.column_names)}, not {', '.join(names)}"
        return
    for column in schema.columns:
        values = held[column.name]
        for place in np.flatnonzero(_bad(values, column, vocabularies))[:3].tolist():
            legal = column.legal() or f"a {column.kind}"
            yield f"row {place + 1}", f"{column.name} is {values[place].as_py()!r}, not {legal}"
    ranks = {name: _ranks(held[name]) for name in {*schema.key, *(schema.order or schema.key)}}
    for place in _doubled([ranks[name] for name in schema.key])[:3]:
        yield f"row {place + 1}", f"has the key ({', '.join(schema.key)}) of an earlier row"
    order = list(schema.order or schema.key)
    _, falls = _steps([ranks[name] for name in order])
    if len(moved := np.flatnonzero(falls)):
        yield f"row {moved[0] + 2}", f"is not in the order of {', '.join(order)}"


def _ranks(values: pa.ChunkedArray) -> np.ndarray:
    """Numbers in the order of the values, (n,), equal for equal ones; the missing come last."""
    if pa.types.is_dictionary(values.type):
        whole = values.combine_chunks()
        texts = np.array(whole.dictionary.to_pylist(), object)
        of_text = np.empty(len(texts) + 1)
        of_text[np.argsort(texts)] = np.arange(len(texts))
        of_text[-1] = np.inf
        return of_text[whole.indices.fill_null(len(texts)).to_numpy()]
    numbers = values.to_numpy().astype(float)
    return np.unique(numbers, return_inverse=True)[1].astype(float) if np.isnan(numbers).any() else numbers


def _steps(columns: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Where a row is after the one before it and where before it, (n - 1,): the first column that differs decides."""
    rises = np.zeros(max(len(columns[0]) - 1, 0), bool)
    falls = rises.copy()
    for ranks in columns:
        open_ = ~(rises | falls)
        rises |= open_ & (ranks[1:] > ranks[:-1])
        falls |= open_ & (ranks[1:] < ranks[:-1])
    return rises, falls


def _doubled(columns: Sequence[np.ndarray]) -> list[int]:
    """Places of rows that are equal to an earlier one."""
    rises, falls = _steps(columns)
    if rises.all():
        return []
    order = np.lexsort(columns[::-1])
    rises, falls = _steps([ranks[order] for ranks in columns])
    return sorted(order[1:][~(rises | falls)].tolist())


def _bad(values: pa.ChunkedArray, column: Column, vocabularies: dict[str, set[str]]) -> np.ndarray:
    if column.kind in ("float", "integer"):
        return _bad_numbers(values, column)
    missing = values.is_null().to_numpy()
    bad = missing & (not column.nullable)
    if column.kind == "boolean":
        return bad if pa.types.is_boolean(values.type) else ~missing
    if not pa.types.is_dictionary(values.type):
        return ~missing
    allowed = set(column.allowed) or (vocabularies.get(column.vocabulary, set()) if column.vocabulary else set())
    form = re.compile(r"\d{4}-\d{2}-\d{2}" if column.kind == "date" else column.pattern or "")
    checked = column.kind == "date" or bool(column.pattern)
    whole = values.combine_chunks()
    wrong = [
        (bool(allowed) and text not in allowed) or (checked and not form.fullmatch(text))
        for text in whole.dictionary.to_pylist()
    ]
    return bad | np.array([*wrong, False])[whole.indices.fill_null(len(wrong)).to_numpy()]


def _bad_numbers(values: pa.ChunkedArray, column: Column) -> np.ndarray:
    if not (pa.types.is_floating(values.type) or pa.types.is_integer(values.type)):
        return ~values.is_null().to_numpy()
    number = values.to_numpy().astype(float)
    missing = np.isnan(number)
    bad = missing & (not column.nullable)
    with np.errstate(invalid="ignore"):
        if column.kind == "integer":
            bad |= ~missing & (number != np.floor(number))
        if not column.may_be_infinite:
            bad |= np.isinf(number)
        if column.above is not None:
            bad |= ~missing & ~(number > column.above)
        if column.least is not None:
            bad |= ~missing & ~(number >= column.least)
        if column.most is not None:
            bad |= ~missing & ~(number <= column.most)
    return bad


def check_csv_copies(run: RunFiles) -> Check:
    """Every CSV of results against the Parquet file of its name, and each of those has one."""
    check = Check("csv_copies", "cells of each CSV of results/tables against its Parquet file")
    pairs = {name: f"{name[:-4]}.parquet" for name in run.matching("results/tables/**/*.csv")}
    pairs |= {f"{name[:-8]}.csv": name for name in run.matching("results/tables/**/*.parquet")}
    if not run.config.get("papers"):
        pairs["raw/snapshot/readings.csv"] = "processed/readings.parquet"
        pairs["raw/snapshot/paper_statuses.csv"] = "processed/paper_statuses.parquet"
        pairs["raw/snapshot/tables.csv"] = "processed/tables.parquet"
    for csv, parquet in sorted(pairs.items()):
        for name in (csv, parquet):
            if not run.has(name):
                check.fail(name, "", f"is missing beside {parquet if name == csv else csv}")
        if not run.has(csv) or (frame := readable(run, parquet)) is None:
            continue
        check.items += len(frame)
        if _says_the_same(run, csv, parquet):
            continue
        text = run.csv(csv)
        if list(text.columns) != list(frame.columns) or len(text) != len(frame):
            check.fail(csv, "", f"has {len(text)} rows, {parquet} has {len(frame)}, or other columns")
            continue
        for column in frame.columns:
            held = frame[column]
            if pd.api.types.is_bool_dtype(held.dropna().infer_objects()) and len(held.dropna()):
                held = held.map({True: "true", False: "false"})
            told = text[column]
            if pd.api.types.is_numeric_dtype(held):
                told = pd.to_numeric(told, errors="coerce")
            for place in np.flatnonzero(differs(told, held))[:3]:
                problem = f"{column} is {text[column].iloc[place]}, but {parquet} says {held.iloc[place]}"
                check.fail(csv, f"line {place + 2}", problem)
    return check


def _says_the_same(run: RunFiles, csv: str, parquet: str) -> bool:
    """Whether a CSV gives exactly the table of its Parquet file: quick where it does, silent where it does not."""
    held = run.arrow(parquet)
    types = {c.name: pa.string() if pa.types.is_dictionary(c.type) else c.type for c in held.schema}
    try:
        told = read_csv(
            run.folder / csv,
            parse_options=ParseOptions(newlines_in_values=True),
            convert_options=ConvertOptions(column_types=types, null_values=[""], strings_can_be_null=True),
        )
    except (OSError, pa.ArrowException):
        return False
    if told.column_names != held.column_names or len(told) != len(held):
        return False
    for column in held.schema:
        one, other = told[column.name], held[column.name]
        if pa.types.is_dictionary(column.type):
            one = pc.replace_substring_regex(one, GUARDED, r"\1")
            other = other.cast(pa.string())
        if one.type != other.type or one.null_count != other.null_count:
            return False
        # a missing cell beside one that is not counts as missing, and so does not pass
        if pc.sum(pc.equal(one, other)).as_py() != (len(one) - one.null_count or None):
            return False
    return True


def check_results(run: RunFiles) -> Check:
    """Tables of results that gather tables of `processed` hold the same rows, no more and no fewer."""
    check = Check("results_from_processed", "rows of results/tables against those of processed/")
    sources = {f"results/tables/{name}.parquet": patterns for name, patterns in _SOURCES.items()}
    for name in _WHOLE:
        sources[f"results/tables/{name}.parquet"] = (
            f"processed/{name}.parquet", f"processed/linked/{name}.parquet",
            f"processed/*/{name}.parquet", f"processed/*/*/{name}.parquet",
        )  # fmt: skip
    for edition in run.editions:
        place, made = f"results/tables/{edition}", f"processed/{edition}"
        sources[f"{place}/records.parquet"] = (f"{made}/records_corrected.parquet",)
        sources[f"{place}/observations.parquet"] = (f"{made}/observations.parquet",)
        sources[f"{place}/decisions.parquet"] = (f"{made}/decisions/*.parquet",)
        sources[f"{made}/fitted_observations.parquet"] = (f"{made}/observations.parquet",)
    for result, patterns in sources.items():
        parts = [name for pattern in patterns for name in run.matching(pattern)]
        frames = [frame for name in parts if (frame := readable(run, name)) is not None]
        if not run.has(result) or not frames or (found := readable(run, result)) is None:
            continue
        schema = table(run.table_name(result) or Path(result).stem)
        check.equal(result, found, pd.concat(frames)[list(found.columns)], schema.key)
    for edition in run.editions:
        for folder, name in SETTLED.items():
            digest = f"processed/{edition}/{name}.sha256"
            if not run.has(digest):
                continue
            check.items += 1
            said = (run.folder / digest).read_text(encoding="ascii").strip()
            if said != run.digest(f"processed/{edition}/{name}.parquet"):
                check.fail(digest, "", "is not the digest of the observations")
            settled = f"processed/{edition}/{folder}/{said}.parquet"
            if run.has(settled) and run.digest(settled) != said:
                check.fail(settled, "", "does not have the digest of its name")
    return check


def readable(run: RunFiles, name: str, coded: Sequence[str] = ()) -> pd.DataFrame | None:
    """A Parquet file as a frame; None where it cannot be read, which the check `schemas` tells.

    coded: these columns alone, texts as categories.
    """
    if not run.has(name):
        return None
    try:
        return run.coded(name, coded) if coded else run.parquet(name)
    except (OSError, pa.ArrowException):
        return None
