"""A release: every file of a finished run, with what archives and readers need beside it.

In: the folder of a sealed run, a version. Out: a folder <date>-<version>, the link `latest`, rows of table `releases`.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lmprogress.auditing.exporting import Publication, as_json
from lmprogress.auditing.manifest import check_digests
from lmprogress.auditing.run_files import MANIFEST, PAPERS_FOLDER, ROOT, RunFiles
from lmprogress.auditing.table_checks import readable
from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import all_tables, table
from lmprogress.releasing.changes import changes
from lmprogress.releasing.describing import Release, bibtex, card, citation, table_metadata, zenodo
from lmprogress.reporting.dictionary import dictionary

RELEASES = "raw/releases.csv"
LATEST = "latest"
_VERSION = re.compile(r"\d+(?:\.\d+)*(?:[-.]?[a-z]+\d*)?")
# of the project, beside what the run made: what a crate and a citation refer to
_BESIDE = ("Snakefile", "LICENSE")
_MADE = ("results/tables/", "raw/")


class Frozen(NamedTuple):
    """The folder of a release, its rows of table `releases`, and the release that its CHANGES.md starts from."""

    folder: Path
    rows: pd.DataFrame
    before: Path | None


def freeze(project: Path, version: str, date: str, out: Path, before: Path | None = None) -> Frozen:
    """Freeze the run in `project` as `version` of `date` (ISO) below `out`.

    before: the release to compare with (default: the one that `latest` names). Nothing is left where it fails.
    Raises InputError where the run is not whole, or the version is there already.
    """
    run = RunFiles(project)
    known = tables.read_csv(project / RELEASES, "releases")
    _check_version(version, known, out)
    check_sealed(run)
    verdict = readable(run, "results/tables/verdict.parquet")
    if verdict is None or verdict.empty:
        raise InputError("has no verdict to release", file=str(project), remedy="make run")
    root = (project / ROOT).read_text(encoding="ascii").strip()
    rows = _rows(verdict, version, date, root)
    if before is None and (out / LATEST).is_dir():
        before = (out / LATEST).resolve()
    folder, temporary = out / f"{date}-{version}", out / f".{date}-{version}.incomplete"
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        for name in (*run.paths, MANIFEST, ROOT, PAPERS_FOLDER, *_BESIDE):
            if (project / name).is_file():
                (temporary / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(project / name, temporary / name)
        release = Release(version, date, root, Publication.of(project / "CITATION.cff"), rows)
        for name, text in _texts(run, release, before).items():
            (temporary / name).write_text(text, encoding="utf-8")
        temporary.rename(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    _point(out / LATEST, folder)
    return Frozen(folder, rows, before)


def check_sealed(run: RunFiles) -> None:
    """Raises InputError where a file of `run` is missing or not as the run left it."""
    checked = check_digests(run)
    if checked.failures:
        first = checked.failures[0]
        raise InputError(
            f"{len(checked.failures)} files are not as the run left them; the first: {first.file} {first.problem}",
            file=str(run.folder), remedy="make run, which makes and seals them again",
        )  # fmt: skip


def enter(project: Path, rows: pd.DataFrame) -> None:
    """Add `rows` to the releases of the project (schema RELEASES)."""
    known = tables.read_csv(project / RELEASES, "releases")
    held = table("releases").checked(
        tables.of_rows([*tables.to_rows(known), *tables.to_rows(rows)], "releases"), RELEASES
    )
    tables.write_csv(held, "releases", project / RELEASES)


def _check_version(version: str, known: pd.DataFrame, out: Path) -> None:
    if not _VERSION.fullmatch(version):
        raise InputError("is no version", file="VERSION", value=version, remedy="give one such as 1.2 or 2026.11")
    if version in set(known["version"]):
        raise InputError("is released already", file=RELEASES, column="version", value=version, remedy="give another")
    if taken := sorted(out.glob(f"????-??-??-{version}")):
        raise InputError("is there already", file=str(taken[0]), remedy="give another version, or remove that folder")


def _rows(verdict: pd.DataFrame, version: str, date: str, root: str) -> pd.DataFrame:
    wanted = [column.name for column in table("releases").columns]
    rows = verdict.assign(version=version, date=date, root=root)[wanted]
    return table("releases").checked(rows, "the release")


def _texts(run: RunFiles, release: Release, before: Path | None) -> dict[str, str]:
    """What stands beside the files of the run: text by path."""
    texts = {}
    schemas = {schema.name for schema in all_tables()}
    for name in run.paths:
        if name.startswith(_MADE) and name.endswith(".csv"):
            twin = f"{name.removesuffix('.csv')}.parquet"
            held = run.table_name(twin) if run.has(twin) else Path(name).stem
            if held in schemas:
                texts[f"{name}.metadata.json"] = as_json(table_metadata(name, table(held), release, run.digest(name)))
    return texts | {
        "README.md": card(release, run),
        "CITATION.cff": citation(run.folder / "CITATION.cff", release),
        "CITATION.bib": bibtex(release),
        ".zenodo.json": as_json(zenodo(release)),
        "data_dictionary.md": dictionary(),
        "CHANGES.md": changes(RunFiles(before) if before else None, run, release.version),
    }


def _point(link: Path, folder: Path) -> None:
    """Have `link` name `folder` beside it, at once."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(folder.name)
    os.replace(new, link)
