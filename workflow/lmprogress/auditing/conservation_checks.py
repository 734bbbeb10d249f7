"""Nothing is lost on the way: raw tables -> records -> steps of curation -> observations, and readings -> links.

In: a run. Out: checks `conservation`, `curation`, `observations`.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check, differs
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable
from lmprogress.core.schemas import table

_WRITTEN = {
    "assemble": "records",
    "correct": "records_corrected",
    "exclude": "records_included",
    "deduplicate": "records_distinct",
    "cap": "observations",
}
_REDECIDE = "delete the tables of the edition in processed/ and run again"
# facts that verdicts tell of a system, and raw/systems.csv does not
_OF_VERDICTS = ("kind", "protocol", "adaptation")
_FLOP = 6  # operations per parameter and token; Kaplan et al. 2020 (arXiv 2001.08361), section 2.1


def check_conservation(run: RunFiles) -> Check:
    """Per edition and step: each id that comes in has exactly one decision, and what is kept goes out."""
    check = Check("conservation", "ids in = one decision each; ids kept = ids out, by edition and step")
    for edition in sorted(set(run.config["editions"]) - set(run.editions)):
        check.fail(f"processed/{edition}/observations.parquet", "", "is missing, but the settings have the edition")
    for edition in run.editions:
        frames = {step: readable(run, f"processed/{edition}/{name}.parquet") for step, name in _WRITTEN.items()}
        incoming = _assembled(run, edition)
        for step, frame in frames.items():
            file = f"processed/{edition}/decisions/{step}.parquet"
            decisions = readable(run, file)
            if frame is None or decisions is None:
                check.fail(
                    file if decisions is None else f"processed/{edition}/{_WRITTEN[step]}.parquet", "", "is missing"
                )
                continue
            out = frame["record_id"]
            decided, kept = decisions["record_id"], decisions["kept"].to_numpy(bool)
            check.items += len(incoming)
            check.covers(file, "edition", "step", "record_id", "kept", "kept_record_id")
            if wrong := set(decisions["step"]) - {step} or set(decisions["edition"]) - {edition}:
                check.fail(file, "", f"holds decisions of {', '.join(sorted(wrong))}", _REDECIDE)
            for found, problem in (
                (decided[decided.duplicated()], "has two decisions"),
                (set(incoming) - set(decided), "came in, but has no decision"),
                (set(decided) - set(incoming), "has a decision, but did not come in"),
                (set(decided[kept]) - set(out), f"was kept, but is not in {_WRITTEN[step]}"),
                (set(out) - set(decided[kept]), f"is in {_WRITTEN[step]}, but was not kept"),
                (set(decisions["kept_record_id"].dropna()) - set(out), "stands for another record, but was not kept"),
                (decided[~kept & (decisions["reason"] == "kept")], "was dropped with the reason 'kept'"),
                (decided[~kept & decisions["source"].isna()], "was dropped, but nothing is named that decided it"),
            ):
                for record in sorted(found):
                    check.fail(file, f"record_id={record}", problem, _REDECIDE)
            incoming = out
        _check_funnel(check, run, edition, frames)
    _check_links(check, run)
    return check


def _assembled(run: RunFiles, edition: str) -> pd.Series:
    """The ids that the raw or the linked tables give: one for each evaluation, or for a system that has none."""
    systems, evaluations, _ = _sources(run, edition)
    if systems is None or evaluations is None:
        return pd.Series(dtype=str)
    alone = systems.loc[~systems["system_id"].isin(evaluations["system_id"]), "system_id"] + ":none"
    return pd.concat([evaluations["system_id"] + ":" + evaluations["benchmark"], alone], ignore_index=True)


def _sources(run: RunFiles, edition: str) -> tuple[pd.DataFrame | None, pd.DataFrame | None, str]:
    records = run.config["editions"][edition].get("records", "curated")
    if records == "extracted":
        names = [f"processed/linked/{name}.parquet" for name in ("linked_systems", "evaluations")]
        return readable(run, names[0]), readable(run, names[1]), "processed/linked"
    systems, evaluations = run.csv("raw/systems.csv"), run.csv("raw/evaluations.csv")
    if records == "reviewed":
        verdicts = run.csv("raw/verdicts.csv").rename(columns={"training_tokens": "dataset_size_tokens"})
        last = verdicts.iloc[verdicts["number"].astype(int).argsort()].drop_duplicates("reading_id", keep="last")
        let_in = last[last["verdict"] != "reject"]
        systems = pd.concat([systems, let_in[[*_OF_VERDICTS, *systems.columns.intersection(let_in.columns)]]])
        evaluations = pd.concat([evaluations, let_in[["system_id", "benchmark", "perplexity"]]])
    return systems, evaluations, "raw"


def _check_funnel(check: Check, run: RunFiles, edition: str, frames: dict[str, pd.DataFrame | None]) -> None:
    funnel = readable(run, "results/tables/funnel.parquet")
    first, distinct, last = frames["assemble"], frames["deduplicate"], frames["cap"]
    if funnel is None or first is None or distinct is None or last is None:
        return
    named = {"stacked": None, "deduplicated": distinct, "capped": last}
    lines = funnel[funnel["edition"] == edition].set_index("step")
    check.covers("results/tables/funnel.parquet", "edition", "step", "rows", "papers")
    for step, frame in named.items():
        if frame is None:
            continue
        for column, follows in (("rows", len(frame)), ("papers", frame["paper_id"].nunique())):
            check.items += 1
            if step not in lines.index or lines.loc[step, column] != follows:
                check.fail(
                    "results/tables/funnel.parquet", f"edition={edition}, step={step}", f"{column} is not {follows}"
                )


def _check_links(check: Check, run: RunFiles) -> None:
    file = "processed/linked/links.parquet"
    readings, links = readable(run, "processed/readings.parquet"), readable(run, file)
    if readings is not None and links is not None:
        columns = ["paper_id", "quantity"]
        check.equal(file, links[["reading_id", *columns]], readings[["reading_id", *columns]], ["reading_id"])
    _check_candidates(check, run, links)


def _check_candidates(check: Check, run: RunFiles, links: pd.DataFrame | None) -> None:
    """Each linked evaluation is a candidate system, as is each quoted or validation result; reasons fit `enters`."""
    file = "results/tables/candidate_systems.parquet"
    candidates, evaluations = readable(run, file), readable(run, "processed/linked/evaluations.parquet")
    systems = readable(run, "processed/linked/linked_systems.parquet")
    if candidates is None or evaluations is None or systems is None or links is None:
        check.fail(file, "", "cannot be checked: it, or what it follows from, is missing or cannot be read")
        return
    formed = set(evaluations["source"].str.removeprefix("reading "))
    told = links[(links["quantity"] == "perplexity") & links["decision"].isin(["quoted", "validation"])]
    listed, enter = set(candidates["reading_id"]), candidates["enters"].to_numpy(bool)
    check.items += len(candidates)
    check.covers(file, "reading_id", "enters", "reason", "kind")
    kinds = systems.set_index("system_id")["kind"].reindex(evaluations["system_id"]).to_numpy()
    kind_of = dict(zip(evaluations["source"].str.removeprefix("reading "), kinds, strict=True))
    follows = candidates["reading_id"].map(kind_of)
    for found, problem in (
        (formed - listed, "gave a system, but is no candidate"),
        (set(told["reading_id"]) - listed, "is quoted or of the validation set, but is no candidate"),
        (set(candidates.loc[enter, "reading_id"]) - formed, "enters, but gave no system"),
        (candidates.loc[enter != candidates["reason"].isna(), "reading_id"], "enters against a reason, or not without"),
        (
            candidates.loc[follows.notna() & (follows != candidates["kind"]), "reading_id"],
            "has another kind than its system",
        ),
    ):
        for reading in sorted(found):
            check.fail(file, f"reading_id={reading}", problem, "delete it and run again")


def check_curation(run: RunFiles) -> Check:
    """Values on the way: raw -> records -> corrected by raw/corrections.csv -> unchanged; the best ones are kept."""
    check = Check("curation", "values of records against raw tables, corrections and the step before")
    corrections = run.csv("raw/corrections.csv")
    for edition in run.editions:
        settings = run.config["editions"][edition]
        extracted = settings.get("records", "curated") == "extracted"
        frames = {step: readable(run, f"processed/{edition}/{name}.parquet") for step, name in _WRITTEN.items()}
        if any(frame is None for frame in frames.values()):
            continue
        steps = {step: frame.set_index("record_id") for step, frame in frames.items() if frame is not None}
        if not all(frame.index.is_unique for frame in steps.values()):
            continue  # told by `schemas`
        _check_facts(check, run, edition, steps["assemble"])
        expected = steps["assemble"].copy()
        if not extracted:
            strengths = settings.get("strengths", ["certain", "likely"])
            names = {edition, settings.get("extends")}
            _apply(corrections[corrections["strength"].isin(strengths)], names, expected)
            _same(check, f"processed/{edition}/records_corrected.parquet", steps["correct"], expected)
        for before, step in (("correct", "exclude"), ("exclude", "deduplicate"), ("deduplicate", "cap")):
            _same(check, f"processed/{edition}/{_WRITTEN[step]}.parquet", steps[step], steps[before])
        _check_cap(check, edition, settings["cap"], steps["deduplicate"], steps["cap"])
    return check


def _check_facts(check: Check, run: RunFiles, edition: str, records: pd.DataFrame) -> None:
    systems, evaluations, place = _sources(run, edition)
    if systems is None or evaluations is None:
        return
    file = f"processed/{edition}/records.parquet"
    facts = systems.set_index("system_id")
    known = records[records["system_id"].isin(facts.index)]
    for column in [c for c in facts.columns if c in records.columns and c not in ("source", "publication_date")]:
        follows = _typed(facts[column].reindex(known["system_id"]), known[column])
        check.items += len(known)
        check.covers(file, "system_id", column)
        for row in np.flatnonzero(
            differs(known[column].reset_index(drop=True), follows.reset_index(drop=True))
        ).tolist():
            check.fail(file, f"record_id={known.index[row]}", f"{column} is not that of {place}/systems")
    given = evaluations.set_index(evaluations["system_id"] + ":" + evaluations["benchmark"])["perplexity"].astype(float)
    if not given.index.is_unique:
        return
    source = records["system_id"] + ":" + records["perplexity_benchmark"].fillna("none")
    follows = given.reindex(source).set_axis(records.index)
    check.items += len(records)
    check.covers(file, "perplexity", "perplexity_benchmark")
    for row in np.flatnonzero(differs(records["perplexity"], follows)).tolist():
        check.fail(file, f"record_id={records.index[row]}", f"perplexity is not that of {place}/evaluations")


def _typed(text: pd.Series, like: pd.Series) -> pd.Series:
    """Strings of a CSV as the kind of column that `like` is; other columns as they are."""
    if pd.api.types.is_numeric_dtype(like) and not pd.api.types.is_bool_dtype(like):
        return pd.to_numeric(text)
    words = {"true": True, "false": False}
    return text.map(lambda value: words.get(value, value) if isinstance(value, str) else value)


def _apply(corrections: pd.DataFrame, names: set[str | None], records: pd.DataFrame) -> None:
    """Apply to `records` the `corrections` of all editions, and of those called one of `names`."""
    for row in corrections.to_dict("records"):
        named = str(row["editions"]).replace(",", ";").split(";")
        if names.isdisjoint(name.strip() for name in named) and row["editions"] != "all":
            continue
        column = row["column"]
        own = records["system_id"] == row["system_id"]
        if isinstance(row["benchmark"], str):
            own &= records["perplexity_benchmark"] == row["benchmark"]
        records.loc[own, column] = _typed(pd.Series([row["new_value"]]), records[column]).iloc[0]


def _same(check: Check, file: str, after: pd.DataFrame, before: pd.DataFrame) -> None:
    """The rows of `after` hold the values of the same rows of `before`."""
    common = after.index.intersection(before.index)
    check.items += len(common)
    after, before = after.loc[common], before.loc[common]
    for column in [name for name in before.columns if name in after.columns]:
        check.covers(file, "record_id", column)
        for row in np.flatnonzero(differs(after[column], before[column])).tolist():
            check.fail(file, f"record_id={common[row]}", f"{column} is not what the step before and corrections give")


def _check_cap(check: Check, edition: str, cap: dict[str, object], before: pd.DataFrame, after: pd.DataFrame) -> None:
    unit, keep, ranked = str(cap["unit"]), int(str(cap["keep"])), str(cap["best_first"])
    if unit == "none":
        return
    file = f"processed/{edition}/observations.parquet"
    stays, rank = before.index.isin(after.index), before[ranked].to_numpy(float)
    for name, rows in before.groupby(unit).indices.items():
        kept, own = stays[rows], rank[rows]
        check.items += 1
        if kept.sum() != min(keep, len(rows)):
            check.fail(
                file, f"{unit}={name}", f"has {kept.sum()} rows of {len(rows)}, at most {keep} are kept", _REDECIDE
            )
        elif (~kept).any() and own[kept].max() > own[~kept].min():
            check.fail(file, f"{unit}={name}", f"a row with a smaller {ranked} was dropped", _REDECIDE)


def check_observations(run: RunFiles) -> Check:
    """What observations add to records, recomputed: logarithm, decimal year, compute, vocabulary, transformer."""
    check = Check("observations", "derived columns of observations, recomputed")
    benchmarks, families = run.yaml("config/benchmarks.yaml"), run.yaml("config/architectures.yaml")
    for edition in run.editions:
        file = f"processed/{edition}/observations.parquet"
        held, records = readable(run, file), readable(run, f"processed/{edition}/records_distinct.parquet")
        if held is None or records is None or not records["record_id"].is_unique:
            continue
        reported = records.set_index("record_id")["reported_training_compute_flop"].reindex(held["record_id"])
        rows: list[dict[str, object]] = []
        for row, flop in zip(held.to_dict("records"), reported, strict=True):
            year, month, day = map(int, row["publication_date"].split("-"))
            leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
            lengths = (31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
            epochs = 1.0 if pd.isna(row["n_epochs"]) else row["n_epochs"]
            size = row["vocabulary_size"]
            rows.append(
                {
                    "record_id": row["record_id"],
                    "observation_number": len(rows) + 1,
                    "log_perplexity": math.log(row["perplexity"]),
                    "publication_year": year + (sum(lengths[: month - 1]) + day - 1) / 365,
                    "training_compute_flop": _FLOP * row["n_parameters"] * row["dataset_size_tokens"] * epochs
                    if pd.isna(flop)
                    else flop,
                    "training_compute_source": "reported"
                    if pd.notna(flop)
                    else ("6ND" if pd.isna(row["n_epochs"]) else "6NDE"),
                    "assumed_vocabulary_size": benchmarks[row["benchmark"]]["vocabulary_size"]
                    if pd.isna(size)
                    else size,
                    "transformer": bool(families.get(row["architecture"], {}).get("transformer", False)),
                }
            )
        columns = list(rows[0]) if rows else [column.name for column in table("observations").columns]
        follows = pd.DataFrame(rows, columns=columns)
        check.equal(file, held[columns], follows, ["record_id"], relative=1e-12)
    return check
