"""Tables of the reading wing: what a machine read from a paper, and how that went.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.raw import SYSTEMS
from lmprogress.core.schemas.shared import (
    ADAPTATION,
    ARCHITECTURE,
    LINKED_FACTS,
    N_PARAMETERS,
    PAPER_ID,
    PROTOCOL,
    RESULT,
)

# what a second, independent reader (pdfplumber) finds on the same page
_SECOND = ("agrees", "differs", "not_found")

READINGS = Table(
    "readings",
    "One value that the machine read in a paper, with its place on the page and what it was taken to mean.",
    (
        Column("reading_id", "string", "one reading: paper_id:p<page>:<x0>,<y0>:<quantity>, made unique by a suffix where a cell holds several values"),
        PAPER_ID,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("x0", "float", "left edge of the value", unit="points from the left of the page"),
        Column("y0", "float", "upper edge of the value", unit="points from the top of the page"),
        Column("x1", "float", "right edge of the value", unit="points from the left of the page"),
        Column("y1", "float", "lower edge of the value", unit="points from the top of the page"),
        Column("quantity", "string", "what the value is", allowed=("perplexity", "parameters", "training_tokens", "epochs", "vocabulary", "layers", "hidden_size", "embedding_size", "inner_size", "publication_date")),
        Column("value", "float", "the value; a date as decimal year", unit="1, parameters, tokens, epochs, entries, layers, units or years, after the quantity"),
        Column("raw", "string", "the text of the value as printed"),
        Column("benchmark", "string", "the benchmark, or unknown", vocabulary="benchmark", nullable=True),
        Column("split", "string", "the part of the benchmark", allowed=("test", "valid", "unknown"), nullable=True),
        Column("row_label", "string", "label of the value's row, row groups first, joined by ' | '", nullable=True),
        Column("column_label", "string", "label of the value's column, from the top down, joined by ' | '", nullable=True),
        Column("system", "string", "name of the system that the value belongs to, as printed", nullable=True),
        Column("table_label", "string", "label of the table as printed, such as Table 3", nullable=True),
        Column("n_parameters", "float", "parameter count that the table prints for the value's row", unit="parameters", above=0, nullable=True),
        Column("n_parameters_raw", "string", "that count as printed", nullable=True),
        Column("own", "boolean", "true where the paper reports its own result, false where it quotes another's", nullable=True),
        Column("setting", "string", "how it was evaluated, joined by ';': zero_shot, dynamic_evaluation, cache, ensemble, fine_tuned", nullable=True),
        Column("remarks", "string", "for a perplexity, what the paper says of where its system comes from, as place:meaning:word joined by ';'; places are title, abstract, caption, row (the caption on its row), columns (of other corpora beside it), text, short (an abbreviation that the text introduces); meanings derived, released, ensemble, untrained, scratch, subword, word, renormalised, elsewhere (measured on corpora that nothing is trained on), family (of released models), pretrained (a model by its name), trained (on the benchmark), validated (a validation perplexity, told where no split is named); for the layers and widths of a network, its kind, size, and whether embeddings are tied or adaptive", nullable=True),
        Column("source", "string", "where it stands", allowed=("table", "text", "stamp", "identifier")),
        Column("quantity_evidence", "string", "what decided the quantity: header, caption, row, group, section, text, unit", nullable=True),
        Column("benchmark_evidence", "string", "what decided the benchmark: header, caption, row, group, section, text; paper: what it speaks of most", nullable=True),
        Column("split_evidence", "string", "what decided the split: header, caption, row, group, section, text", nullable=True),
        Column("own_evidence", "string", "what decided own or quoted: citation, mark, header (a column of what was applied), model (a method applied to it), group, caption, wording, default", nullable=True),
        Column("second_value", "string", "of a value in a table, whether a second reader (pdfplumber) finds the same number in its box; empty if not asked, or if it cannot read the page", allowed=_SECOND, nullable=True),
        Column("second_row", "string", "whether it finds the end of row_label beside the value", allowed=("agrees", "differs"), nullable=True),
        Column("second_column", "string", "whether it finds the end of column_label above the value", allowed=("agrees", "differs"), nullable=True),
        Column("second_parameters", "string", "whether it finds n_parameters_raw beside or above the value; the count may be told elsewhere", allowed=("agrees", "not_found"), nullable=True),
        Column("confidence", "float", "of a perplexity in a table, the least of value_, benchmark_ and split_confidence; of others, the share of such readings that are right", least=0, most=1, unit="1"),
        Column("value_confidence", "float", "of a perplexity in a table, the probability that it is one and has this value", least=0, most=1, unit="1", nullable=True),
        Column("benchmark_confidence", "float", "the probability that the benchmark is right, where one is stated", least=0, most=1, unit="1", nullable=True),
        Column("split_confidence", "float", "the probability that the split is right, where one is stated", least=0, most=1, unit="1", nullable=True),
        Column("parameters_confidence", "float", "the probability that n_parameters is right, where it is stated", least=0, most=1, unit="1", nullable=True),
        Column("own_confidence", "float", "the probability that own is right, where it is stated", least=0, most=1, unit="1", nullable=True),
    ),
    key=("reading_id",),
    order=("paper_id", "page", "y0", "x0", "reading_id"),
    writer="read",
    files=("processed/{name}", RESULT),
)

# why a number of a table was not read as a perplexity; Left of reading/quantity.py, and `label`
_REASONS = ("parameters", "other_quantity", "other_benchmark", "training", "share", "whole_numbers", "not_about_perplexity", "out_of_range", "not_told", "not_readable", "label")

TABLES = Table(
    "tables",
    "Each table on the pages that were looked at: how many numbers it prints, how many were read as perplexities, and why the others were not.",
    (
        Column("table_id", "string", "the table: paper_id:p<page>:<x0>,<y0>:table"),
        PAPER_ID,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("x0", "float", "left edge of the table, or of the caption where no table was found", unit="points from the left of the page"),
        Column("y0", "float", "upper edge", unit="points from the top of the page"),
        Column("x1", "float", "right edge", unit="points from the left of the page"),
        Column("y1", "float", "lower edge", unit="points from the top of the page"),
        Column("table_label", "string", "label of the table as printed, such as Table 3", nullable=True),
        Column("caption_start", "string", "the first ten words of its caption", nullable=True),
        Column("speaks_of", "string", "what its caption, headers and labels name: perplexity, a benchmark, or both", allowed=("perplexity", "benchmark", "both"), nullable=True),
        Column("n_rows", "integer", "rows with a number", least=0),
        Column("n_columns", "integer", "columns with a number, without those of labels", least=0),
        Column("n_numbers", "integer", "cells with a number, in labels and headers as well; 0: no numbers in columns were found", least=0),
        Column("n_read", "integer", "cells read as perplexities", least=0),
        Column("reasons", "string", f"why the other cells were not read, with their number, joined by '; ': {', '.join(_REASONS)}", pattern=rf"(?:{'|'.join(_REASONS)}): \d+(?:; (?:{'|'.join(_REASONS)}): \d+)*", nullable=True),
        Column("n_unexplained", "integer", "cells neither read nor left for a reason", least=0),
        Column("n_numbers_again", "integer", "numbers that a second reader (pdfplumber) finds in the table's place, all those of a cell; empty if not asked, or if it cannot read the page", least=0, nullable=True),
    ),
    key=("table_id",),
    order=("paper_id", "page", "y0", "x0", "table_id"),
    writer="read",
    files=("processed/{name}", RESULT),
)

_DIGEST = r"[0-9a-f]{64}"
# statuses of what could be read
READ = ("read", "no_tables")
_STATUSES = (
    *READ,
    "no_text_layer",
    "encrypted",
    "damaged",
    "timeout",
    "out_of_memory",
    "too_many_pages",
    "not_a_pdf",
    "missing",
)
_DETAIL = Column("detail", "string", "in words, where more is known", nullable=True)
_N_PAGES = Column("n_pages", "integer", "pages of the PDF", least=0, nullable=True)
_N_PAGES_READ = Column("n_pages_read", "integer", "pages whose geometry was looked at", least=0, nullable=True)
_N_READINGS = Column("n_readings", "integer", "readings", least=0)
_FILE = Column("file", "string", "name of the PDF in its folder, control characters escaped")
_SHA256 = Column("sha256", "string", "digest of the PDF", pattern=_DIGEST, nullable=True)
_BYTES = Column("bytes", "integer", "size of the PDF", unit="bytes", least=0, nullable=True)

READ_FILES = Table(
    "read_files",
    "How the reading of each file went, and what the file says of the paper that it is.",
    (
        _FILE,
        Column("status", "string", "read, or why not", allowed=_STATUSES),
        _DETAIL,
        _N_PAGES,
        _N_PAGES_READ,
        _N_READINGS,
        _SHA256,
        _BYTES,
        Column("stamp", "string", "identifier in arXiv's stamp on page 1, without version", nullable=True),
        Column("stamp_version", "integer", "version in that stamp", least=1, nullable=True),
        # no column of kind date: that refuses what is in the future
        Column("stamp_date", "string", "date in that stamp, YYYY-MM-DD", pattern=r"\d{4}-\d\d-\d\d", nullable=True),
        Column("dois", "string", "DOIs printed on page 1, separated by spaces", nullable=True),
        Column("title", "string", "title in the PDF's metadata", nullable=True),
        Column("first_lines", "string", "the first lines of page 1", nullable=True),
        Column("width", "float", "width of page 1", unit="points", nullable=True),
        Column("height", "float", "height of page 1", unit="points", nullable=True),
    ),
    key=("file",),
    writer="read_papers",
)

PAPER_FILES = Table(
    "paper_files",
    "Available files: the paper each is, how it was identified, and whether it was read.",
    (
        _FILE,
        PAPER_ID,
        Column("identified_by", "string", "how the paper is known: digest (a PDF of the snapshot), stamp (arXiv's, on page 1), doi or title (of raw/papers.csv), name (of the file), content (a new paper, named after its title and digest)", allowed=("digest", "stamp", "doi", "title", "name", "content")),
        Column("status", "string", "read, or why not; duplicate: another file of the paper is read", allowed=(*_STATUSES, "duplicate")),
        _DETAIL,
        _SHA256,
        _BYTES,
    ),
    key=("file",),
    writer="gather",
    files=("processed/{name}", RESULT),
)

PAPER_STATUSES = Table(
    "paper_statuses",
    "Each paper: where its readings come from, and how the reading went.",
    (
        PAPER_ID,
        Column("change", "string", "kept: not read, its readings are those of raw/snapshot; read in this run: same (the PDF of the snapshot), replaced (another PDF), added (not in the snapshot); withdrawn: in the snapshot, without a file in a run with papers_only", allowed=("kept", "same", "replaced", "added", "withdrawn")),
        Column("status", "string", "read, or why not", allowed=(*_STATUSES, "withdrawn")),
        _DETAIL,
        Column("file", "string", "name of the PDF that was read; empty where it is kept", nullable=True),
        _N_PAGES,
        _N_PAGES_READ,
        _N_READINGS,
        Column("n_readings_gone", "integer", "readings of the snapshot that this PDF does not give; empty where it was not read, or added", least=0, nullable=True),
        Column("n_readings_new", "integer", "readings that the snapshot does not have", least=0, nullable=True),
        _SHA256,
        _BYTES,
    ),
    key=("paper_id",),
    writer="gather",
    files=("processed/{name}", RESULT),
)

LINKS = Table(
    "links",
    "What became of each reading: the systems that it went into, or why it went into none.",
    (
        Column("reading_id", "string", "the reading"),
        PAPER_ID,
        Column("quantity", "string", "what the value is"),
        Column("decision", "string", "used; or for a perplexity the first thing that spoke against it (below_confidence, unknown_benchmark, quoted, validation, unclear_split: a test column stands beside it, not_a_perplexity, no_label, no_publication_date, duplicate_value, not_best_run); not_used for other quantities that no system needed", allowed=("used", "below_confidence", "unknown_benchmark", "quoted", "validation", "unclear_split", "not_a_perplexity", "no_label", "no_publication_date", "duplicate_value", "not_best_run", "not_used")),
        Column("system_ids", "string", "the systems that it belongs to, separated by ';'", nullable=True),
        Column("detail", "string", "what it was used for, or the reading that was preferred", nullable=True),
    ),
    key=("reading_id",),
    writer="link",
    files=("processed/linked/{name}", RESULT),
)

LINKED_SYSTEMS = Table(
    "linked_systems",
    "Systems linked from readings: as in the table systems, with what each is and what speaks against its values.",
    (*SYSTEMS.columns, *LINKED_FACTS),
    key=("system_id",),
    writer="link",
    files=("processed/linked/{name}",),
)

CANDIDATE_SYSTEMS = Table(
    "candidate_systems",
    "Each system that a paper gives a perplexity of, and whether it enters the edition of extracted records, or why not.",
    (
        Column("reading_id", "string", "the reading of its perplexity"),
        PAPER_ID,
        Column("system", "string", "name of the system, as printed", nullable=True),
        Column("benchmark", "string", "the benchmark", vocabulary="benchmark"),
        Column("split", "string", "the part of the benchmark", allowed=("test", "valid", "unknown"), nullable=True),
        Column("perplexity", "float", "the perplexity", unit="1 (per word or token, as printed)"),
        N_PARAMETERS,
        Column("training_tokens", "float", "tokens in the training data, each counted once", unit="tokens", least=0, nullable=True),
        Column("kind", "string", "as in linked_systems, or quoted: the result of another paper; empty where no system was formed", allowed=("trained", "released", "derived", "ensemble", "untrained", "quoted"), nullable=True),
        PROTOCOL,
        ADAPTATION,
        ARCHITECTURE,
        Column("publication_date", "date", "date of the first version; of a released model its own; empty where nothing tells", nullable=True),
        Column("enters", "boolean", "true where curation keeps it, before duplicates and the cap"),
        Column("reason", "string", "what speaks against it; empty where it enters", nullable=True),
        Column("confidence", "float", "share of such readings of a perplexity that are right", least=0, most=1, unit="1"),
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("source", "string", "what parameters, training data and kind rest on", nullable=True),
    ),
    key=("reading_id",),
    order=("paper_id", "page", "reading_id"),
    writer="link",
    files=(RESULT,),
)

_GAIN = "ln of its perplexity over that of the best"

PAPER_GAINS = Table(
    "paper_gains",
    "Own results of each paper on each benchmark: gains at equal size (within 15 %), and the exponent of size.",
    (
        PAPER_ID,
        Column("benchmark", "string", "the benchmark", vocabulary="benchmark"),
        Column("publication_date", "date", "date of the first version"),
        Column("year", "integer", "its year", least=1980),
        Column("n_results", "integer", "own training runs with a size, on the test set, not adapted to its text", unit="results", least=1),
        Column("n_equal", "integer", "of them of the size of the best, the best aside", unit="results", least=0),
        Column("least_gain", "float", f"of the next best of its size: {_GAIN}", unit="nats", least=0, nullable=True),
        Column("median_gain", "float", f"of the median of its size: {_GAIN}", unit="nats", least=0, nullable=True),
        Column("most_gain", "float", f"of the worst of its size: {_GAIN}", unit="nats", least=0, nullable=True),
        Column("n_sizes", "integer", "different sizes that the exponent is fitted to; 0 where they are fewer than 3 or less than twofold", unit="sizes", least=0),
        Column("exponent", "float", "fall of ln perplexity with ln parameters, along the best of each size", unit="1", nullable=True),
    ),
    key=("paper_id", "benchmark"),
    order=("publication_date", "paper_id", "benchmark"),
    writer="link",
    files=(RESULT,),
)

_MEDIAN = "median over papers and benchmarks"

PAPER_GAINS_BY_YEAR = Table(
    "paper_gains_by_year",
    "The table paper_gains summed up, by year of publication and in all.",
    (
        Column("period", "string", "year of publication, or all", pattern=r"\d{4}|all"),
        Column("n_papers", "integer", "papers with own results of equal size", unit="papers", least=0),
        Column("papers_per_year", "float", "the same over the years in which there are any; empty where there are none", unit="papers/year", above=0, nullable=True),
        Column("least_gain", "float", f"over the next best of equal size, in ln perplexity: {_MEDIAN}", unit="nats", least=0, nullable=True),
        Column("median_gain", "float", f"over the median of equal size: {_MEDIAN}", unit="nats", least=0, nullable=True),
        Column("most_gain", "float", f"over the worst of equal size: {_MEDIAN}", unit="nats", least=0, nullable=True),
        Column("n_exponents", "integer", "exponents of size", least=0),
        Column("least_exponent", "float", "the smallest of them", unit="1", nullable=True),
        Column("median_exponent", "float", "their median", unit="1", nullable=True),
        Column("most_exponent", "float", "the largest of them", unit="1", nullable=True),
    ),
    key=("period",),
    writer="link",
    files=(RESULT,),
)
