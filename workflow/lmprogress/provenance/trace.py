"""The way back from a result, an observation, a record or a reading to the places on pages that it rests on.

In: a finished run and what is meant. Out: steps, first the thing itself, last the papers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd

from lmprogress.core.schemas import table
from lmprogress.provenance.finished_run import FinishedRun
from lmprogress.provenance.identifying import FIT_KEY, Meant
from lmprogress.provenance.paper_evidence import FIELDS

_PLACE = ("page", "x0", "y0", "x1", "y1")
_RECORD = ("system", "benchmark", "perplexity", "n_parameters", "dataset_size_tokens", "publication_date", "n_epochs",
           "vocabulary_size", "architecture", "source")  # fmt: skip
Row = dict[str, Any]


@dataclass
class Step:
    """One station: its kind, what it is called, what is known of it, and rows that belong to it."""

    kind: str
    title: str
    facts: Row = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


class Trace:
    """Steps back from one thing, and the readings that they lead to."""

    def __init__(self, run: FinishedRun, meant: Meant, edition: str | None = None) -> None:
        self._run, self._only = run, edition
        self.steps: list[Step] = []
        self.reading_ids: list[str] = []
        if meant.kind == "cell":
            self._cell(meant)
        elif meant.kind == "reading":
            self._reading(meant.name)
        else:
            self._record(meant.name, meant.edition or edition)

    def _cell(self, meant: Meant) -> None:
        """The cell, the fit that it comes from, the rows of that fit and what stands behind each; or the record."""
        assert meant.row is not None and meant.column is not None, "identify gives both for a cell"
        row, schema = _present(meant.row.to_dict()), table(meant.name)
        unit = next(column.unit for column in schema.columns if column.name == meant.column)
        facts = {meant.column: meant.row[meant.column], "in": unit or None, "written by": schema.writer}
        facts |= {name: value for name, value in row.items() if name != meant.column}
        self.steps.append(Step("result", f"{meant.name}, {meant.column}", _present(facts)))
        records = [str(row[name]) for name in row if name.endswith("record_id")]
        for record_id in dict.fromkeys(records):
            self._record(record_id, self._only)
        if not records and str(row.get("edition")) in self._run.editions:
            if all(name in row for name in FIT_KEY):
                self._fit(row)
            self._observations(str(row["edition"]))

    def _fit(self, key: Row) -> None:
        fits = self._run.result("fits")
        if fits is None:
            return
        for name in FIT_KEY:
            fits = fits[fits[name] == key[name]]
        for row in cast(list[Row], fits.to_dict("records")):
            title = (
                f"{row['specification']} to {row['edition']}, penalty {row['penalty']:g}, procedure {row['procedure']}"
            )
            facts = {k: v for k, v in _present(row).items() if k not in FIT_KEY}
            law = self._run.laws.get(row["specification"], {}).get("label")
            self.steps.append(Step("fit", title, _present({"law": law}) | facts))

    def _observations(self, edition: str) -> None:
        """What the laws of an edition are fitted to, with the evidence for each value."""
        observations, evidence = self._run.observations[edition], self._run.evidence
        here = evidence[(evidence["edition"] == edition) & evidence["in_fit"].astype(bool)]
        of_perplexity = here[here["field"] == "perplexity"].set_index("record_id")["status"].to_dict()
        facts: Row = {"observations": len(observations), "papers": observations["paper_id"].nunique()}
        for name, counted in here.groupby("field")["status"]:
            facts[f"evidence for {name}"] = ", ".join(f"{n} {what}" for what, n in counted.value_counts().items())
        if here.empty:
            facts["evidence"] = "each value is a reading itself: trace a record of this edition"
        columns = ["observation_number", "record_id", "perplexity", "n_parameters", "dataset_size_tokens"]
        rows = cast(list[Row], observations[[*columns, "publication_date"]].to_dict("records"))
        for row in rows:
            if row["record_id"] in of_perplexity:
                row["perplexity_evidence"] = of_perplexity[row["record_id"]]
        self.steps.append(Step("observations", f"processed/{edition}/observations.parquet", facts, rows))

    def _record(self, record_id: str, edition: str | None) -> None:
        """In each edition that holds it: observation and decisions; then its values, evidence for them, and paper."""
        papers, told = set[str](), dict[str, list[str]]()
        for name, frame in self._run.records.items():
            if edition not in (None, name) or not (frame["record_id"] == record_id).any():
                continue
            record = _row(frame, record_id)
            papers.add(str(record["paper_id"]))
            self._observation(name, record_id)
            decisions = self._run.decisions[name]
            made = [_present(d) for d in decisions[decisions["record_id"] == record_id].to_dict("records")]
            rows = [{k: v for k, v in d.items() if k not in ("edition", "record_id")} for d in made]
            self.steps.append(Step("decisions", f"of {name}", {}, rows))
            # the same values are told once for all editions
            told.setdefault(repr(record), []).append(name)
        for names in told.values():
            record = _row(self._run.records[names[0]], record_id)
            values = {column: record[column] for column in _RECORD if column in record}
            self.steps.append(Step("record", f"{record_id} in {', '.join(names)}", values))
            self._evidence(names[0], record_id, str(record["system_id"]))
        for paper_id in sorted(papers):
            self._paper(paper_id)

    def _observation(self, edition: str, record_id: str) -> None:
        observations = self._run.observations[edition]
        found = observations[observations["record_id"] == record_id]
        if found.empty:
            self.steps.append(Step("observation", f"none: {edition} does not fit laws to the record"))
            return
        row, fits = found.iloc[0], self._run.result("fits")
        facts: Row = {"log perplexity": f"{row['log_perplexity']:.6g} nats"}
        if fits is not None:
            fits = fits[fits["edition"] == edition]
            n = fits.groupby("procedure").size().items()
            facts["enters"] = ", ".join(f"{count} fits by {procedure}" for procedure, count in n) or "no fit"
        title = f"{edition}:{row['observation_number']}, of {len(observations)}"
        self.steps.append(Step("observation", title, facts))

    def _evidence(self, edition: str, record_id: str, system_id: str) -> None:
        evidence = self._run.evidence
        mine = evidence[(evidence["edition"] == edition) & (evidence["record_id"] == record_id)]
        if not mine.empty:
            rows = [self._placed(_present(row)) for row in cast(list[Row], mine.to_dict("records"))]
            left_out = ("edition", "record_id", "paper_id", "system", "benchmark", "value", "in_fit", "sha256")
            rows = [{k: v for k, v in row.items() if k not in left_out} for row in rows]
            rows.sort(key=lambda row: list(FIELDS).index(row["field"]))
            self.steps.append(Step("evidence", "what the paper says to each value", {}, rows))
            return
        links = self._run.links
        parts = links["system_ids"].fillna("").str.split(";").map(lambda ids: system_id in ids)
        used = links[parts.astype(bool) & (links["decision"] == "used")]
        found = used.merge(self._run.readings.drop(columns=["paper_id", "quantity"]), on="reading_id")
        names = ["quantity", "detail", "value", "raw", "row_label", "column_label", "reading_id", *_PLACE, "paper_id"]
        rows = [self._placed(_present(row)) for row in cast(list[Row], found[names].to_dict("records"))]
        for row in rows:
            row.pop("paper_id")
        self.steps.append(Step("readings", "what the machine read and linked to the system", {}, rows))

    def _reading(self, reading_id: str) -> None:
        """What became of it, what rests on it, and where it stands."""
        reading = _present(_row(self._run.readings, reading_id, "reading_id"))
        links = self._run.links
        link = _present(links[links["reading_id"] == reading_id].iloc[0].to_dict())
        self.steps.append(
            Step("link", str(link["decision"]), {k: v for k, v in link.items() if k in ("system_ids", "detail")})
        )
        for system_id in str(link.get("system_ids") or "").split(";"):
            self._linked_records(system_id)
        evidence = self._run.evidence
        cited = evidence[evidence["reading_id"] == reading_id]
        rows = cast(
            list[Row], cited[["edition", "record_id", "field", "recorded", "status", "reason"]].to_dict("records")
        )
        if rows:
            self.steps.append(Step("evidence", "recorded values that it speaks to", {}, rows))
        placed = self._placed(reading)
        self.steps.append(Step("reading", reading_id, {k: v for k, v in placed.items() if k != "reading_id"}))
        self._paper(str(reading["paper_id"]))

    def _linked_records(self, system_id: str) -> None:
        for edition, records in self._run.records.items():
            for record_id in records[records["system_id"] == system_id]["record_id"]:
                self._observation(edition, str(record_id))
                made = self._run.decisions[edition]
                made = made[(made["record_id"] == record_id) & ((made["reason"] != "kept") | (made["step"] == "cap"))]
                rows = [_present(row) for row in cast(list[Row], made.to_dict("records"))]
                rows = [{k: v for k, v in row.items() if k not in ("edition", "record_id")} for row in rows]
                self.steps.append(Step("decisions", f"{record_id} in {edition}", {}, rows))

    def _placed(self, row: Row) -> Row:
        """`row` with its box in one text and the address of its page; its reading is noted."""
        row = dict(row)
        if "page" not in row or "reading_id" not in row:
            return row
        self.reading_ids.append(str(row["reading_id"]))
        box = [row.pop(name) for name in _PLACE[1:]]
        row["box"] = "{:.1f}, {:.1f} to {:.1f}, {:.1f} points from the top left".format(*box)
        if address := self._address(str(row["paper_id"]), int(row["page"])):
            row["address"] = address
        return row

    def _address(self, paper_id: str, page: int) -> str | None:
        held = self._run.papers[self._run.papers["paper_id"] == paper_id]
        if held.empty:
            return None
        paper = _present(held.iloc[0].to_dict())
        if "arxiv_id" in paper:
            return f"https://arxiv.org/pdf/{paper['arxiv_id']}#page={page}"
        return str(paper["url"]) if "url" in paper else None

    def _paper(self, paper_id: str) -> None:
        held = self._run.papers[self._run.papers["paper_id"] == paper_id]
        facts = _present(held.iloc[0].to_dict()) if not held.empty else {"paper_id": paper_id}
        status = self._run.statuses[self._run.statuses["paper_id"] == paper_id]
        facts |= {"status": "no_pdf"} if status.empty else _present(status.iloc[0].to_dict())
        title = str(facts.pop("title", paper_id))
        self.steps.append(Step("paper", title, facts))


def _row(frame: pd.DataFrame, name: str, column: str = "record_id") -> Row:
    return cast(Row, _present(frame[frame[column] == name].iloc[0].to_dict()))


def _present(row: Any) -> Row:
    """`row` without what is missing, and with plain Python values."""
    plain = {str(k): v.item() if hasattr(v, "item") else v for k, v in row.items()}
    return {k: v for k, v in plain.items() if not (v is None or v is pd.NA or v != v)}
