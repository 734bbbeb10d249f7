"""What is said at the end of a run."""

from __future__ import annotations

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.reporting.closing import failure, nothing_to_do, success
from report_cases import filled, made_up_run

INDEX = "results/report/index.html"


def _written(folder: Path, *names: str) -> None:
    results = made_up_run(1).results
    frames = {
        **results,
        "funnel": filled(
            "funnel",
            [
                {"edition": "corrected", "step_number": n, "step": step, "unit": "record", "rows": rows, "papers": 9}
                for n, (step, rows) in enumerate({"assembled": 30, "capped": 12}.items(), 1)
            ],
        ),
    }
    for name in names:
        tables.write(frames[name], name, folder / "results/tables" / f"{name}.parquet")


def _told(folder: Path, *made: str) -> str:
    return success(folder, "corrected", "extracted", {f"results/tables/{name}.parquet" for name in made} | {INDEX})


def test_the_shown_edition_comes_first_and_infinity_is_said(tmp_path: Path) -> None:
    made = ("verdict", "ledger_counts", "funnel")
    _written(tmp_path, *made)
    (tmp_path / INDEX).parent.mkdir()
    (tmp_path / INDEX).write_text("", "utf-8")
    lines = _told(tmp_path, *made).splitlines()
    assert "11.2 months (95 %: 3.5 to 35.2), edition corrected, not identified: the interval is wide" in lines[1]
    assert "11.2 months (95 %: 3.5 to ∞), edition published, not identified: no progress is not excluded" in lines[2]
    text = "\n".join(lines)
    assert "12 observations of 9 papers" in text and "1 of 2 published results" in text
    assert lines[-1].endswith(INDEX)


def test_the_root_is_told_where_this_run_made_it(tmp_path: Path) -> None:
    root = "results/provenance/root.txt"
    (tmp_path / root).parent.mkdir(parents=True)
    (tmp_path / root).write_text(f"{'3a' * 32}\n", "ascii")
    assert "3a" * 32 in success(tmp_path, "corrected", "extracted", {root})
    assert "3a3a" not in _told(tmp_path)


def test_a_run_for_one_table_says_little(tmp_path: Path) -> None:
    assert _told(tmp_path) == "lmprogress: done."


def test_what_a_run_did_not_make_is_not_told(tmp_path: Path) -> None:
    _written(tmp_path, "verdict", "ledger_counts", "funnel")
    text = _told(tmp_path, "ledger_counts")
    assert "Doubling time  not recomputed" in text and "months (" not in text
    assert "observations of" not in text and "1 of 2 published results" in text


def test_nothing_to_do_says_so_and_where_the_report_is(tmp_path: Path) -> None:
    assert INDEX not in nothing_to_do(tmp_path) and "nothing to do" in nothing_to_do(tmp_path)
    (tmp_path / INDEX).parent.mkdir(parents=True)
    (tmp_path / INDEX).touch()
    assert nothing_to_do(tmp_path).splitlines()[-1].endswith(INDEX)


# ---- papers ---------------------------------------------------------------------------------------------------------

FILES = {
    "new.pdf": ("2105.14850", "read", None), "plain.pdf": ("2209.10655", "read", None),
    "both.pdf": ("1409.2329", "read", "its name says 2101.00001, its arXiv stamp 1409.2329"),
    "copy.pdf": ("1409.2329", "duplicate", "is the same paper as both.pdf"), "x.pdf": ("paper-0", "damaged", "no end"),
}  # fmt: skip
CHANGES = {"2105.14850": "added", "2209.10655": "added", "1409.2329": "replaced", "1609.07843": "kept"}


def _papers(folder: Path) -> set[str]:
    """Tables of a run with papers; their paths."""
    read = {paper_id: file for file, (paper_id, status, _) in FILES.items() if status == "read"}
    record = {"paper_id": "2105.14850", "system_id": "2105.14850/x"}
    ids = [f"2105.14850/x-{n}:ptb" for n in range(3)]
    rows = {
        "paper_files": [
            {"file": file, "paper_id": paper_id, "identified_by": "stamp", "status": status, "detail": detail}
            for file, (paper_id, status, detail) in FILES.items()
        ],
        "paper_statuses": [
            {"paper_id": name, "change": change, "status": "read", "file": read.get(name), "n_readings": 5}
            for name, change in CHANGES.items()
        ]
        + [{"paper_id": "paper-0", "change": "added", "status": "damaged", "file": "x.pdf", "n_readings": 0}],
        "extracted/records": [{**record, "record_id": record_id} for record_id in ids],
        "extracted/observations": [],
        "linked/links": [
            {"reading_id": "r", "paper_id": "2209.10655", "quantity": "perplexity", "decision": "quoted"},
        ],
        "extracted/decisions/exclude": [
            {"step": "exclude", "record_id": record_id, "kept": False, "reason": "parameters_unknown"}
            for record_id in ids
        ],
    }
    for place, content in rows.items():
        schema = "decisions" if "decisions" in place else place.split("/")[-1]
        # columns that are not asked for here
        rest = {"position": 1, "system": "x", "title": "X", "publication_date": "2020-01-01", "source": "a test"}
        rest |= {"edition": "extracted"}
        rest = {name: value for name, value in rest.items() if name in {c.name for c in table(schema).columns}}
        tables.write(filled(schema, [rest | row for row in content]), schema, folder / f"processed/{place}.parquet")
    return {f"processed/{place}.parquet" for place in rows}


def test_what_came_of_each_paper_is_told(tmp_path: Path) -> None:
    made = _papers(tmp_path)
    text = success(tmp_path, "corrected", "extracted", made | {"results/report/observations.html"})
    assert "Papers         3 read (2 new, 1 replaced), 1 kept, 1 failed" in text
    assert "Failed         x.pdf: damaged, no end" in text
    assert "Skipped        copy.pdf is the same paper as both.pdf" in text
    assert "both.pdf, read as 1409.2329: its name says 2101.00001" in text
    assert "2105.14850: 3 records, 0 observations: parameters unknown" in text
    assert "2209.10655: 0 records, 0 observations: quoted" in text
    assert "1409.2329 (replaced): 0 records, 0 observations: no perplexity read" in text
    assert "see results/report/observations.html#edition=extracted" in text


def test_tables_that_may_have_been_overlooked_are_told(tmp_path: Path) -> None:
    made = _papers(tmp_path) | {"processed/tables.parquet", "processed/readings.parquet"}
    place = {"page": 3, "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0, "n_rows": 6, "n_columns": 2, "n_numbers": 12}
    rows = [
        {"table_id": f"{paper_id}:p3", "paper_id": paper_id, "table_label": "Table 2", "speaks_of": "both"}
        | place | {"n_read": 12 - lacking, "n_unexplained": lacking}
        for paper_id, lacking in (("2105.14850", 8), ("2209.10655", 2), ("not-of-this-run", 12))
    ]  # fmt: skip
    read = {"quantity": "perplexity", "value": 80.0, "raw": "80", "source": "table", "confidence": 0.9}
    readings = [
        read | {name: place[name] for name in ("page", "x0", "y0", "x1", "y1")} | {"paper_id": p, "reading_id": p}
        for p in ("2105.14850", "2209.10655")
    ]
    for name, content in (("tables", rows), ("readings", readings)):
        tables.write(filled(name, content), name, tmp_path / f"processed/{name}.parquet")
    text = success(tmp_path, "corrected", "extracted", made)
    assert (
        "Tables         2105.14850, page 3, Table 2: 8 of its 12 numbers" in text and "see results/review.csv" in text
    )
    assert "2209.10655, page 3" not in text and "not-of-this-run" not in text


def test_records_that_are_not_up_to_date_are_not_told(tmp_path: Path) -> None:
    _papers(tmp_path)
    made = {"processed/paper_statuses.parquet", "processed/paper_files.parquet"}
    text = success(tmp_path, "corrected", "extracted", made)
    assert "2105.14850: 5 readings" in text and "records" not in text


def test_papers_that_the_run_was_not_asked_to_read_are_told(tmp_path: Path) -> None:
    _papers(tmp_path)
    made = {"processed/paper_statuses.parquet", "processed/paper_files.parquet", "processed/retrievals.parquet"}
    tables.write(tables.empty("paper_files"), "paper_files", tmp_path / "processed/paper_files.parquet")
    assert "Not read" not in success(tmp_path, "corrected", "extracted", made)
    (tmp_path / "raw/pdf").mkdir(parents=True)
    for name in ("2301.00001.pdf", ".hidden.pdf"):
        (tmp_path / "raw/pdf" / name).touch()
    row = {"title": "X", "publication_date": "2023-01-01", "source": "a test"}
    papers = [row | {"paper_id": name} for name in ("2301.00001", "2301.00002", "1609.07843", "with-a-system")]
    frame = table("papers").checked(filled("papers", papers), "papers")
    tables.write_csv(frame, "papers", tmp_path / "raw/papers.csv")
    system = {
        "system_id": "with-a-system/x",
        "paper_id": "with-a-system",
        "system": "X",
        "zero_shot": 0,
        "source": "a test",
    }
    tables.write_csv(filled("systems", [system]), "systems", tmp_path / "raw/systems.csv")
    changed = [
        {"paper_id": "a", "status": "changed", "detail": "not the pinned file, 00…"},
        {"paper_id": "b", "status": "at_hand"},
    ]
    tables.write(filled("retrievals", changed), "retrievals", tmp_path / "processed/retrievals.parquet")
    text = success(tmp_path, "corrected", "extracted", made)
    assert "Not read       1 PDF in raw/pdf; make run PAPERS=raw/pdf" in text
    assert "Not read       1 paper of raw/papers.csv without" in text  # 2301.00002
    assert "Changed        a.pdf: not the pinned file" in text and "b.pdf" not in text


ENGINE = """\
Error in rule fit:
    message: None
    jobid: 4
    log: results/logs/fit.log (check log file(s) for error details)
Error in rule cap:
    message: None
    log: results/logs/cap.log (check log file(s) for error details)
Error in rule fit:
    message: None
    log: results/logs/fit.log, cluster/7.log (check log file(s) for error details)
"""


def test_what_failed_is_told_with_its_reason_and_no_stack_trace(tmp_path: Path) -> None:
    (tmp_path / "results/logs").mkdir(parents=True)
    (tmp_path / "results/logs/cap.log").write_text("raw/x.csv, line 3: is not a number\nremedy: fix it\n", "utf-8")
    trace = "Traceback (most recent call last):\n" + '  File "a.py", line 1\n    x()\n' * 9 + "ValueError: no basin\n"
    (tmp_path / "results/logs/fit.log").write_text(trace, "utf-8")
    text = failure(tmp_path, ENGINE)
    assert text.count("  fit (") == text.count("  fit (results/logs/fit.log)") == 1
    assert "    ValueError: no basin" in text and "Traceback" not in text
    assert "    raw/x.csv, line 3: is not a number\n    remedy: fix it" in text


def test_a_job_that_left_no_log_is_named(tmp_path: Path) -> None:
    assert "  cap (results/logs/cap.log)" in failure(tmp_path, ENGINE)
