"""The files of a finished run, and its tables read without the pipeline's own door.

In: the folder of a run. Out: paths with roles and digests; frames.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from lmprogress.core.errors import InputError

MANIFEST = "results/provenance/manifest.csv"
ROOT = "results/provenance/root.txt"
SETTINGS = "results/provenance/settings.json"
SOFTWARE = "results/provenance/software.json"
PAPERS_FOLDER = "results/provenance/papers_folder.txt"
CONTENTS = "results/provenance/contents.txt"
# what differs between two equal runs, or between machines, what is written from the papers' own files, what is made by
# those who ask for it by name or was set aside, and what holds the digests; what papers gave is kept under seals of its
# own, which change with the reader's code where no table does
_LEFT_OUT = (
    *("results/logs/", "results/benchmarks/", "results/trace/", "results/set_aside/"),
    *("results/tables/simulation_full", "results/tables/coverage_data_sets_full"),
    *("raw/pdf/", "processed/kept_papers/", MANIFEST, ROOT, PAPERS_FOLDER),
)
# what a release says of a table, beside it
_DESCRIBED = ".csv.metadata.json"
# what people write: how it was saved is no change of what it says
_WRITTEN = ("config/", "raw/")
_ROLES = (
    (SETTINGS, "setting"),
    (SOFTWARE, "setting"),
    ("config/", "setting"),
    ("raw/", "raw"),
    ("processed/", "processed"),
    ("results/tables/", "result"),
    ("results/figures/", "figure"),
    ("results/report/", "report"),
    ("results/provenance/", "export"),
    ("results/", "result"),
)


# an apostrophe, followed by others or not, before what a spreadsheet would take for a formula
GUARDED = r"^'('*[=+\-@\t\r\n＝＋－＠])"
# folders of tables kept under their digest, and the table
SETTLED = {"settled": "fitted_observations", "settled_varied": "varied_observations"}
# the parser in C where it is there: a tenth of the time
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RunFiles:
    """The folder of a run. Nothing is cached between two of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: dict[str, pa.Table] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._settings: dict[str, Any] = {}
        # what several checks make of the same tables
        self.kept: dict[str, dict[Any, Any]] = {}

    def __iter__(self) -> Iterator[str]:
        """Every file that counts, as a path relative to the folder, sorted."""
        return iter(self.paths)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Files of config and raw, and those of processed and results that the run holds; no logs, no PDFs; sorted."""
        return tuple(name for name in self._found if self._counts(name))

    @cached_property
    def contents(self) -> frozenset[str] | None:
        """What the run says that its rules make; folders of files end with a slash. None where it does not say."""
        try:
            return frozenset((self.folder / CONTENTS).read_text(encoding="utf-8").splitlines())
        except (OSError, UnicodeDecodeError):
            return None

    @cached_property
    def strays(self) -> list[str]:
        """Files that no rule makes, in those folders of results that the run fills; sorted."""
        filled = tuple(f"results/{name.split('/')[1]}/" for name in self.contents or () if _in_folder_of_results(name))
        return [name for name in self._uncounted if name.startswith(filled)]

    @cached_property
    def others(self) -> list[str]:
        """Files elsewhere in results that no rule makes; sorted."""
        strays = set(self.strays)
        return [name for name in self._uncounted if name not in strays]

    @cached_property
    def _uncounted(self) -> list[str]:
        counted = set(self.paths)
        return [name for name in self._found if name.startswith("results/") and name not in counted]

    @cached_property
    def _found(self) -> list[str]:
        found = []
        for part in ("config", "raw", "processed", "results"):
            for path in (self.folder / part).rglob("*"):
                name = path.relative_to(self.folder).as_posix()
                hidden = any(piece.startswith(".") for piece in name.split("/"))
                paper = part == "raw" and path.suffix.lower() == ".pdf"
                said = name.startswith(_LEFT_OUT) or name.endswith(_DESCRIBED)
                if path.is_file() and not hidden and not paper and not said:
                    found.append(name)
        return sorted(found)

    def matching(self, pattern: str) -> list[str]:
        """Paths of the run that the glob `pattern` matches, sorted."""
        known = set(self.paths)
        named = (path.relative_to(self.folder).as_posix() for path in self.folder.glob(pattern))
        return sorted(name for name in named if name in known)

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return (self.folder / name).is_file()

    def content(self, name: str) -> bytes:
        """Bytes of a file; of a text that people write without a byte order mark and with line feeds alone."""
        held = (self.folder / name).read_bytes()
        if name.startswith(_WRITTEN):
            return held.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        return held

    def digest(self, name: str) -> str:
        """SHA-256 of the `content` of a file, 64 hexadecimal digits."""
        return hashlib.sha256(self.content(name)).hexdigest()

    def size(self, name: str) -> int:
        """Bytes of the `content` of a file."""
        return len(self.content(name))

    def table_name(self, name: str) -> str | None:
        """The table that a Parquet file says it holds; None where it cannot be read or says nothing."""
        try:
            about = pq.read_schema(self.folder / name).metadata or {}
        except (OSError, pa.ArrowException):
            return None
        return about.get(b"table", b"").decode() or None

    def arrow(self, name: str) -> pa.Table:
        """A Parquet file with its texts as codes; read once. Raises OSError or ArrowException where it cannot be."""
        if name not in self._tables:
            with pq.ParquetFile(self.folder / name) as plain:
                about = plain.metadata
                texts = [column.name for column in plain.schema_arrow if pa.types.is_string(column.type)]
            # of small files, which most are, far cheaper than read_table
            with pq.ParquetFile(self.folder / name, metadata=about, read_dictionary=texts) as coded:
                self._tables[name] = coded.read(use_threads=False).unify_dictionaries()
        return self._tables[name]

    def parquet(self, name: str) -> pd.DataFrame:
        """A Parquet file as a frame; made once. Raises as `arrow` does."""
        if name not in self._frames:
            held = self.arrow(name)
            plain = [
                pa.field(column.name, pa.string()) if pa.types.is_dictionary(column.type) else column
                for column in held.schema
            ]
            self._frames[name] = held.cast(pa.schema(plain)).to_pandas()
        return self._frames[name]

    def coded(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of a Parquet file, texts as categories: of a long table far cheaper. Raises as `arrow` does."""
        return self.arrow(name).select(list(columns)).to_pandas()

    def csv(self, name: str) -> pd.DataFrame:
        """A CSV file as strings, empty cells missing, without the apostrophe before what would be a formula."""
        held = pd.read_csv(self.folder / name, dtype=str, keep_default_na=False, na_values=[""])
        return held.assign(**{n: held[n].str.replace(GUARDED, r"\1", regex=True) for n in held.columns})

    def yaml(self, name: str) -> Any:
        """A YAML file; read once."""
        if name not in self._settings:
            self._settings[name] = yaml.load((self.folder / name).read_text(encoding="utf-8"), _Loader)
        return self._settings[name]

    @cached_property
    def config(self) -> dict[str, Any]:
        """The settings that the run was made with. Raises InputError where it does not say."""
        try:
            return dict(json.loads((self.folder / SETTINGS).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise InputError(
                "does not say what the run was made with", file=str(self.folder / SETTINGS), remedy="make run"
            ) from error

    @cached_property
    def software(self) -> dict[str, Any]:
        """What the run was made by; empty where it does not say, as runs of earlier versions do not."""
        path = self.folder / SOFTWARE
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}

    @cached_property
    def editions(self) -> list[str]:
        """Editions of the settings that have observations."""
        return [name for name in self.config["editions"] if self.has(f"processed/{name}/observations.parquet")]

    def offsets(self, edition: str) -> dict[str, str]:
        """Suffix of the coefficients of each benchmark that laws of `edition` know, but of the reference."""
        return {name: benchmark["offset"] for name, benchmark in self._benchmarks(edition) if benchmark.get("offset")}

    def reference_benchmark(self, edition: str) -> str:
        """The benchmark of `edition` that the others are offset from."""
        return next(name for name, benchmark in self._benchmarks(edition) if not benchmark.get("offset"))

    def _benchmarks(self, edition: str) -> list[tuple[str, dict[str, Any]]]:
        known = self.yaml("config/benchmarks.yaml")
        return [(name, known[name]) for name in self.config["editions"][edition].get("benchmarks") or known]

    def settled_digest(self, edition: str, table: str) -> str | None:
        """The digest that a table of observations of `edition` is kept under; None where there is none."""
        try:
            return (self.folder / f"processed/{edition}/{table}.sha256").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _counts(self, name: str) -> bool:
        """Whether a file is part of the run: given, made by a rule, or observations under their present digest."""
        if self.contents is None or name.startswith(_WRITTEN) or name in self.contents:
            return True
        parts = Path(name).parts
        if len(parts) == 4 and parts[0] == "processed" and parts[2] in SETTLED:
            edition = parts[1]
            current = self.settled_digest(edition, SETTLED[parts[2]]) == Path(name).stem
            return current and edition in self.config["editions"]
        return any(name.startswith(folder) for folder in self.contents if folder.endswith("/"))


def _in_folder_of_results(name: str) -> bool:
    return name.startswith("results/") and name.count("/") > 1


def role(name: str) -> str:
    """What a file is in the run: setting, raw, processed, result, figure, report or export."""
    return next(found for prefix, found in _ROLES if name.startswith(prefix))
