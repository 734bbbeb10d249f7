"""Raw tables: written by people.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import (
    ADAPTATION,
    ARCHITECTURE,
    BENCHMARK,
    EDITION,
    N_PARAMETERS,
    PAPER_ID,
    PERPLEXITY,
    PROTOCOL,
    PUBLICATION_DATE,
    SOURCE,
    SYSTEM,
    SYSTEM_FACTS,
    SYSTEM_ID,
    TITLE,
)

# how well a correction or exclusion is known, strongest first
STRENGTHS = ("certain", "likely", "doubtful")
_STRENGTH = Column(
    "strength",
    "string",
    "certain: printed in the paper; likely: computed, or quoted by another paper; doubtful: neither, or open to dispute",
    allowed=STRENGTHS,
)

PAPERS = Table(
    "papers",
    "Papers: where to find each, and when it was published.",
    (
        PAPER_ID,
        TITLE,
        Column("arxiv_id", "string", "arXiv identifier without version", pattern=r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}", nullable=True),
        Column("url", "string", "address of the paper", pattern=r"https?://\S+", nullable=True),
        PUBLICATION_DATE,
        Column("version", "integer", "arXiv's version of the PDF that is pinned; empty for the latest", least=1, nullable=True),
        Column("sha256", "string", "digest of the PDF that is pinned", pattern=r"[0-9a-f]{64}", nullable=True),
        SOURCE,
    ),
    key=("paper_id",),
    writer="raw/papers.csv, by hand",
    files=("processed/linked/{name}",),
)

SYSTEMS = Table(
    "systems",
    "Systems: what was trained, on how much, and the study's flags.",
    (
        SYSTEM_ID,
        PAPER_ID,
        SYSTEM,
        Column("publication_date", "date", "date of publication, only where it differs from the paper's", nullable=True),
        *SYSTEM_FACTS,
        SOURCE,
    ),
    key=("system_id",),
    writer="raw/systems.csv, by hand",
)

EVALUATIONS = Table(
    "evaluations",
    "Evaluations: one perplexity of one system on one benchmark.",
    (SYSTEM_ID, BENCHMARK, PERPLEXITY, SOURCE),
    key=("system_id", "benchmark"),
    writer="raw/evaluations.csv, by hand",
    files=("processed/linked/{name}",),
)

CORRECTIONS = Table(
    "corrections",
    "Corrections: one value of one system or evaluation replaced, with the reason.",
    (
        Column("editions", "string", "editions that it applies to, separated by ';', or 'all'"),
        SYSTEM_ID,
        Column("benchmark", "string", "the benchmark, where the column is perplexity", vocabulary="benchmark", nullable=True),
        Column("column", "string", "the column of raw/systems.csv, adaptation (how the system adapts to the test text), protocol (what its perplexity is a mean of), or perplexity"),
        Column("old_value", "string", "the value that is replaced; the run stops where it is another; empty for no value", nullable=True),
        Column("new_value", "string", "the value that takes its place; empty for no value", nullable=True),
        _STRENGTH,
        Column("reason", "string", "why, in a sentence"),
        SOURCE,
    ),
    key=("editions", "system_id", "benchmark", "column"),
    writer="raw/corrections.csv, by hand",
)

EXCLUSIONS = Table(
    "exclusions",
    "Exclusions: a system left out by name, with the reason.",
    (
        Column("editions", "string", "editions that it applies to, separated by ';', or 'all'"),
        SYSTEM_ID,
        _STRENGTH,
        Column("reason", "string", "why, in a sentence"),
        SOURCE,
    ),
    key=("editions", "system_id"),
    writer="raw/exclusions.csv, by hand",
)

_JUDGED_FIELDS = "quantity|value|benchmark|split|own|row_label|n_parameters"

AUDIT_VERDICTS = Table(
    "audit_verdicts",
    "Verdicts of people on sampled readings, each against the page; a reading that says anything else has to be judged again.",
    (
        PAPER_ID,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("value", "float", "the value read", unit="1"),
        Column("benchmark", "string", "the benchmark read, or unknown"),
        Column("split", "string", "the split read"),
        Column("own", "boolean", "whether it was read as the paper's own result", nullable=True),
        Column("row_label", "string", "the row's label as read", nullable=True),
        Column("n_parameters", "float", "the parameters read in its row", unit="parameters", nullable=True),
        Column("verdict", "string", "what the page says", allowed=("right", "wrong")),
        Column("wrong", "string", "what is wrong, separated by ';': quantity, value, benchmark, split, own, row_label, n_parameters", pattern=rf"({_JUDGED_FIELDS})(;({_JUDGED_FIELDS}))*", nullable=True),
        Column("by", "string", "who judged"),
    ),
    key=("paper_id", "page", "value", "benchmark", "split", "own", "row_label", "n_parameters"),
    writer="raw/audit_verdicts.csv, by hand",
)

# what a candidate system is read as, and a person decides on
_DECIDED = (
    PAPER_ID,
    Column("system", "string", "name of the system, as printed", nullable=True),
    BENCHMARK,
    Column("split", "string", "the part of the benchmark", allowed=("test", "valid", "unknown"), nullable=True),
    PERPLEXITY,
    N_PARAMETERS,
    Column("training_tokens", "float", "tokens in the training data, each counted once", unit="tokens", least=0, nullable=True),
    Column("kind", "string", "as in candidate_systems", allowed=("trained", "released", "derived", "ensemble", "untrained", "quoted"), nullable=True),
    PROTOCOL,
    ADAPTATION,
    ARCHITECTURE,
    Column("publication_date", "date", "date of publication; empty: that of its paper", nullable=True),
)
DECIDED = tuple(column.name for column in _DECIDED)

VERDICTS = Table(
    "verdicts",
    "Verdicts of people on candidate systems, each against the page. Of several on one reading the last one counts.",
    (
        Column("number", "integer", "place in the order of the verdicts, from 1", least=1),
        Column("decided_on", "date", "day of the verdict"),
        Column("by", "string", "who decided"),
        Column("verdict", "string", "accept: enters as read; correct: enters with values of `was` replaced; reject: does not enter", allowed=("accept", "correct", "reject")),
        Column("reading_id", "string", "the reading of its perplexity"),
        SYSTEM_ID,
        *_DECIDED,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("was", "string", "what was read in place of each corrected value, as column=value; joined by '; '", nullable=True),
        Column("why", "string", "what on the page decided it, in a sentence"),
    ),
    key=("number",),
    writer="lmprogress accept; rows are added, never changed",
)

EPOCH_NAMES = Table(
    "epoch_names",
    "The systems that Epoch AI's table of notable models has too, under which name: a key to join the two.",
    (
        SYSTEM_ID,
        Column("epoch_model", "string", "its name in that table, column Model"),
        Column("match", "string", "exact: the same paper and the same letters and digits; reviewed: the same paper and size, names compared by a person", allowed=("exact", "reviewed")),
        SOURCE,
    ),
    key=("system_id",),
    writer="raw/epoch_names.csv, by hand",
)

RELEASES = Table(
    "releases",
    "Releases: the headline of each edition and the root of the run that was frozen.",
    (
        Column("version", "string", "the version"),
        Column("date", "date", "its date"),
        EDITION,
        Column("estimate_months", "float", "doubling time of effective compute; empty for infinite", unit="months", above=0, nullable=True),
        Column("low_months", "float", "lower end of its interval; empty where the data do not bound it", unit="months", above=0, nullable=True),
        Column("high_months", "float", "upper end of its interval; empty for infinite", unit="months", above=0, nullable=True),
        Column("level", "float", "level of the interval", unit="percent", above=0, most=100),
        Column("identified", "boolean", "the data identify the doubling time"),
        Column("n_observations", "integer", "observations", unit="rows", least=1),
        Column("n_papers", "integer", "their papers", unit="papers", least=1),
        Column("root", "string", "root digest of the run", pattern=r"[0-9a-f]{64}"),
    ),
    key=("version", "edition"),
    order=("date", "version", "edition"),
    writer="lmprogress release",
)

LEADERBOARD = Table(
    "leaderboard",
    "Perplexities of a leaderboard kept by hand, independent of the study and of the reader.",
    (
        Column("system", "string", "its name there"),
        Column("paper_id", "string", "the paper that it names, as in table papers; empty where that is not known", nullable=True),
        Column("benchmark", "string", "the benchmark", vocabulary="benchmark"),
        Column("split", "string", "the part of the benchmark", allowed=("test", "valid")),
        Column("perplexity", "float", "its perplexity", unit="1", least=1),
        Column("n_parameters", "float", "its parameters", unit="parameters", above=0, nullable=True),
        Column("source", "string", "where it is from, with its licence"),
    ),
    key=("system", "benchmark", "split"),
    writer="raw/leaderboard.csv, by hand",
)
