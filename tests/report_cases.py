"""A made-up run of any number of papers, from which reports are made in tests.

In: a number of papers. Out: a Run whose tables obey their schemas, with texts as long as those of real papers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core.schemas import table
from lmprogress.core.settings import MainFit
from lmprogress.reporting.links import Address
from lmprogress.reporting.records import EditionTables
from lmprogress.reporting.run import File, Run

BENCHMARKS = {"wt103": "WikiText-103", "wt2": "WikiText-2", "ptb": "Penn Treebank"}
ARCHITECTURES = {"transformer": "Transformer", "recurrent": "Recurrent"}
MAIN = MainFit(
    specification="benchmark_intercepts",
    penalty=0.0025,
    interval_methods={"study": "row_bootstrap_times", "global": "paper_bootstrap_rates"},
)
# what a page must show as text, never as markup
HOSTILE = '<script>alert("x")</script> & <b>LSTM</b>'


def filled(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Table `name` from rows that leave out what may be empty."""
    columns = [column.name for column in table(name).columns]
    return table(name).checked(pd.DataFrame(list(rows), columns=columns), where=name)


def paper_of(n: int) -> str:
    return f"{1500 + n % 900:04d}.{10000 + n}"


def _record(n: int, k: int, edition: str) -> dict[str, Any]:
    paper, benchmark = paper_of(n), list(BENCHMARKS)[k % 3]
    system = HOSTILE if (n, k) == (0, 0) else f"Memory-augmented LSTM {n}-{k} (dynamic evaluation, large)"
    where = f"paper {paper}; training data: training set of {benchmark} in config/benchmarks.yaml; row {n}"
    return {
        "record_id": f"{paper}/memory-augmented-lstm-{k}:{benchmark}",
        "system_id": f"{paper}/memory-augmented-lstm-{k}",
        "paper_id": paper,
        "position": 1 + 10 * n + k,
        "system": system,
        "title": f"Paper {n}: Language Modelling with Memories of Many Kinds",
        "publication_date": f"{2012 + n % 11}-{1 + n % 12:02d}-15",
        "benchmark": benchmark,
        "perplexity": 20.0 + (7 * n + 3 * k) % 90 + 0.25,
        "perplexity_benchmark": benchmark,
        "n_parameters": 1e6 * (1 + (n * k) % 700),
        "dataset_size_tokens": 929000.0 if n % 2 else 1.03e8,
        "n_epochs": 40.0,
        "architecture": "transformer" if n % 3 == 0 else "recurrent",
        "source": f"Ho et al. 2024, released table, row {n}" if edition != "extracted" else where,
    }


def _edition(edition: str, n_papers: int, systems: int) -> EditionTables:
    records, observations, decisions = [], [], []
    for n in range(n_papers):
        for k in range(systems):
            record = _record(n, k, edition)
            records.append(record)
            kept = k < 2
            decision = {"edition": edition, "step": "exclude", "record_id": record["record_id"], "source": "config"}
            decisions.append(
                {**decision, "kept": kept, "reason": "kept" if kept else "outlier"}
                | ({} if kept else {"detail": "flagged as an outlier"})
            )
            if kept:
                observations.append(_observation(record, len(observations) + 1))
    return EditionTables(
        filled("records", records), filled("observations", observations), filled("decisions", decisions)
    )


def _observation(record: Mapping[str, Any], number: int) -> dict[str, Any]:
    facts = {k: v for k, v in record.items() if k in {column.name for column in table("observations").columns}}
    return {
        **facts,
        "observation_number": number,
        "log_perplexity": 3.0,
        "publication_year": 2018.0,
        "training_compute_flop": 6.0 * record["n_parameters"] * record["dataset_size_tokens"],
        "training_compute_source": "6ND",
        "assumed_vocabulary_size": 10000.0,
        "transformer": record["architecture"] == "transformer",
    }


def _readings(n_papers: int, a_paper: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    readings, links = [], []
    for n in range(n_papers):
        for i in range(a_paper):
            paper, x0, y0 = paper_of(n), 60.0 + 40 * (i % 9), 100.0 + 8 * (i // 9)
            k, used = i % 6, i < 6
            name = f"{paper}:p{2 + i % 7}:{x0:.1f},{y0:.1f}:perplexity"
            readings.append(
                {
                    "reading_id": name, "paper_id": paper, "page": 2 + i % 7, "x0": x0, "y0": y0, "x1": x0 + 22,
                    "y1": y0 + 8, "quantity": "perplexity", "value": 20.0 + (7 * n + 3 * k) % 90 + 0.25,
                    "raw": f"{20.0 + (7 * n + 3 * k) % 90 + 0.25:.2f}", "benchmark": list(BENCHMARKS)[k % 3],
                    "split": "test" if i % 2 else "valid", "system": f"Memory-augmented LSTM {n}-{i}",
                    "own": bool(i % 3), "row_label": f"Ours | Memory-augmented LSTM {n}-{i}",
                    "column_label": "Penn Treebank | Test",
                    "table_label": "Table 2", "source": "table", "confidence": 0.93,
                }
            )  # fmt: skip
            system = f"{paper}/memory-augmented-lstm-{k}"
            links.append(
                {"reading_id": name, "paper_id": paper, "quantity": "perplexity"}
                | ({"decision": "used", "system_ids": system} if used else {"decision": "validation"})
            )
    return filled("readings", readings), filled("links", links)


def _evidence(editions: Mapping[str, EditionTables], readings: pd.DataFrame) -> pd.DataFrame:
    first = readings.drop_duplicates("paper_id").set_index("paper_id").to_dict("index")
    rows = []
    for edition, tables in editions.items():
        fitted = set(tables.observations["record_id"])
        for record in tables.records.to_dict("records"):
            found = first[record["paper_id"]]
            place = {key: found[key] for key in ("reading_id", "page", "x0", "y0", "x1", "y1", "row_label", "raw")}
            common = {
                "edition": edition, "record_id": record["record_id"], "paper_id": record["paper_id"],
                "system": record["system"], "benchmark": record["benchmark"], "in_fit": record["record_id"] in fitted,
            }  # fmt: skip
            rows.append(
                {**common, **place, "field": "perplexity", "value": record["perplexity"], "status": "confirmed",
                 "recorded": str(record["perplexity"]), "reason": "own_result", "place": "value",
                 "looked_at": "9 readings"}
            )  # fmt: skip
            rows.append(
                {**common, "field": "n_parameters", "value": record["n_parameters"], "status": "not_found",
                 "recorded": f"{record['n_parameters']:.0f}", "reason": "not_printed",
                 "looked_at": "4 counts in its rows"}
            )  # fmt: skip
    return filled("evidence", rows)


def _doubling_times(editions: Sequence[str]) -> pd.DataFrame:
    key = {"specification": MAIN.specification, "data_variant": "dataset_size", "penalty": MAIN.penalty}
    found = {"quantity": "effective_compute", "benchmark": "all", "group": "all", "method": "closed_form"}
    rows = []
    for n, edition in enumerate(editions):
        for procedure, method in MAIN.interval_methods.items():
            months = 6.25 + n + 2 * (procedure == "study")
            # the interval of the first edition's global minimum has no upper end
            high = None if n == 0 and procedure == "global" else months + 20
            rows.append(
                {**key, **found, "edition": edition, "procedure": procedure, "interval_method": method,
                 "n_replicates": 200, "n_without_progress": 5 if high is None else 0, "estimate_months": months - 0.5,
                 "median_months": months, "low_months": months / 2, "high_months": high}
            )  # fmt: skip
    return filled("doubling_times", rows)


def made_up_verdict(edition: str = "corrected", **changes: Any) -> pd.DataFrame:
    """The table verdict with one row; `changes` replace its values."""
    row = {
        "edition": edition, "specification": MAIN.specification, "estimate_months": 11.25, "low_months": 3.5,
        "high_months": 35.25, "level": 95.0, "p_no_progress": 0.016, "p_no_progress_error": 0.003,
        "no_progress_ratio": 9.0, "identified": False, "why_not": "flat_ridge", "growth_rate_per_year": 12 / 11.25,
        "correlation": 0.5, "negative_log_likelihood": -260.0, "n_data_sets": 4000, "n_laws": 9,
        "fastest_law_months": 7.75, "slowest_law_months": 16.75, "averaged_months": 11.0, "averaged_low_months": 4.0,
        "averaged_high_months": 24.0, "n_observations": 8, "n_papers": 4,
    }  # fmt: skip
    return filled("verdict", [row | changes])


def _ledger() -> dict[str, pd.DataFrame]:
    rows, verdicts = [], ("agrees", "differs", "not computed")
    for n, (name, printed) in enumerate({"median": 8.4, "low": 4.5, "high": 14.3}.items()):
        rows.append(
            {"place": n + 1, "reference_id": f"section3.1/doubling_time/{name}", "location": "section 3.1",
             "quantity": f"doubling time, {name}", "kind": "result", "unit": "months", "printed": str(printed),
             "published": printed, "relation": "equal", "tolerance": 0.05, "verdict": verdicts[n],
             **({} if n == 2 else {"reproduced": printed + n, "difference": float(n)})}
        )  # fmt: skip
    counts = [{"kind": "result", "section": "section3.1", "verdict": verdict, "numbers": 1} for verdict in verdicts]
    return {"ledger": filled("ledger", rows), "ledger_counts": filled("ledger_counts", counts)}


def made_up_run(n_papers: int, **changes: Any) -> Run:
    """A run of `n_papers` papers: two curated editions of three systems a paper and one of six that was read, with 48
    readings a paper (the corpus of the study has 50). `changes` replace fields of the Run."""
    editions = {name: _edition(name, n_papers, 3) for name in ("published", "corrected")}
    readings, links = _readings(n_papers, 48)
    evidence = _evidence(editions, readings)
    editions["extracted"] = _edition("extracted", n_papers, 6)
    places = [f"{edition}/{name}" for edition in editions for name in ("records", "observations", "decisions")]
    files = [
        File(place, place.split("/")[-1], *(f"results/tables/{place}.{kind}" for kind in ("parquet", "csv")))
        for place in [*places, "readings", "links", "doubling_times", "ledger"]
    ]  # fmt: skip
    level = changes.get("interval_percent", 95.0)
    fields: dict[str, Any] = {
        "editions": editions,
        "read_editions": ["extracted"],
        "readings": readings,
        "links": links,
        "papers": {
            paper_of(n): Address(f"Paper {n}", f"https://arxiv.org/pdf/{paper_of(n)}", None) for n in range(n_papers)
        },
        "evidence": evidence,
        "results": {
            "doubling_times": _doubling_times(list(editions)),
            "verdict": pd.concat(
                [
                    made_up_verdict(level=level),
                    made_up_verdict("published", level=level, high_months=None, why_not="no_progress_not_excluded"),
                ]
            ),
            **_ledger(),
            "claims": filled(
                "claims", [dict.fromkeys(("claim", "retelling", "statement", "why"), "news") | {"verdict": "agrees"}]
            ),
        },
        "figures": [],
        "files": files,
        "findings": "# Findings\n\nThe interval is **wide**.\n\n| edition | months |\n|---|---|\n| corrected | 7.2 |\n",
        "method": (Path(__file__).parents[1] / "docs/method.md").read_text(encoding="utf-8"),
        "main": MAIN,
        "shown_edition": "corrected",
        "interval_percent": level,
        "benchmarks": BENCHMARKS,
        "architectures": ARCHITECTURES,
    }
    return Run(**{**fields, **changes})
