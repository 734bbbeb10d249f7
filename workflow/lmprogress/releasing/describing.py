"""What a release says of itself: metadata of each table, citation, deposit, dataset card.

In: a release, schemas, the citation of the project. Out: plain data and text, the same for the same run.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.auditing.exporting import Publication
from lmprogress.auditing.run_files import RunFiles
from lmprogress.core.columns import Table
from lmprogress.core.doubling_times import doubling_time

_LICENSE_ID = re.compile(r"[^/]+$")
_STUDY_ARXIV = re.compile(r"arXiv:(\S+)")
# the tables that a card offers by name, where the run has them
_CARD_TABLES = ("verdict", "doubling_times", "readings", "candidate_systems", "evidence", "ledger")


@dataclass(frozen=True)
class Release:
    """A version of the data, its date (ISO), the root over the files of its run, and its headline (schema RELEASES)."""

    version: str
    date: str
    root: str
    publication: Publication
    headline: pd.DataFrame

    @property
    def licence(self) -> str:
        """SPDX identifier of the licence of the data."""
        found = _LICENSE_ID.search(self.publication.data_license)
        return found[0] if found else self.publication.data_license


def table_metadata(name: str, schema: Table, release: Release, digest: str) -> dict[str, Any]:
    """Of the CSV `name`: title, description, source, licence, version, and each column with unit and meaning."""
    return {
        "title": schema.name.replace("_", " "),
        "file": Path(name).name,
        "description": schema.description,
        "source": f"{schema.writer}; {release.publication.title}" if name.startswith("results/") else schema.writer,
        "based_on": release.publication.study,
        "licence": release.licence,
        "version": release.version,
        "date": release.date,
        "sha256": digest,
        "key": list(schema.key),
        "columns": [
            {
                "name": column.name,
                "type": column.kind,
                "unit": column.unit or None,
                "description": column.description,
                "may_be_empty": column.nullable,
            }
            for column in schema.columns
        ],
    }


def citation(project: Path, release: Release) -> str:
    """The project's CITATION.cff with version and date of the release."""
    text = project.read_text(encoding="utf-8")
    text = re.sub(r"^version: .*$", f"version: {json.dumps(release.version)}", text, count=1, flags=re.M)
    return re.sub(r"^date-released: .*$", f'date-released: "{release.date}"', text, count=1, flags=re.M)


def bibtex(release: Release) -> str:
    """The release and the study that it is based on, as BibTeX."""
    published = release.publication
    study = _STUDY_ARXIV.search(published.study)
    entry = {
        "author": " and ".join(f"{{{name}}}" for name in published.authors),
        "title": f"{{{published.data_title}}}",
        "version": release.version,
        "year": release.date[:4],
        "month": str(int(release.date[5:7])),
        "note": f"root {release.root}",
    }
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in entry.items())
    text = f"@dataset{{lmprogress_{re.sub(r'[^0-9a-z]', '_', release.version)},\n{fields}}}\n"
    if study:
        authors, _, rest = published.study.partition(": ")
        title, _, year = rest.partition(" (")
        names = " and ".join(authors.split(", "))
        text += (
            f"\n@misc{{ho2024algorithmic,\n  author = {{{names}}},\n  title = {{{{{title}}}}},\n"
            f"  year = {{{year[:4]}}},\n  eprint = {{{study[1]}}},\n  archiveprefix = {{arXiv}},\n}}\n"
        )
    return text


def zenodo(release: Release) -> dict[str, Any]:
    """The metadata of a deposit at Zenodo, as its file .zenodo.json has them."""
    published = release.publication
    study = _STUDY_ARXIV.search(published.study)
    return {
        "title": f"{published.data_title}, version {release.version}",
        "upload_type": "dataset",
        "publication_date": release.date,
        "version": release.version,
        "description": f"<p>{_sentence(release)}</p><p>Root of the run: {release.root}</p>",
        "creators": [{"name": name} for name in published.authors],
        "access_right": "open",
        "license": release.licence.lower(),
        "keywords": ["language models", "algorithmic progress", "perplexity", "scaling laws"],
        "related_identifiers": [
            {"identifier": f"arXiv:{study[1]}", "relation": "isDerivedFrom", "resource_type": "publication-preprint"}
        ]
        if study
        else [],
    }


def card(release: Release, run: RunFiles) -> str:
    """The dataset card: front matter as the Hugging Face Hub reads it, then what is in the release."""
    held = [name for name in _CARD_TABLES if run.has(f"results/tables/{name}.parquet")]
    editions = [name for name in run.editions if run.has(f"results/tables/{name}/observations.parquet")]
    places = [(name, f"results/tables/{name}.parquet") for name in held]
    places += [(f"observations_{name}", f"results/tables/{name}/observations.parquet") for name in editions]
    configs = "".join(f"  - config_name: {name}\n    data_files: {path}\n" for name, path in places)
    lines = "".join(
        f"| {row['edition']} | {doubling_time(row)} | {'yes' if row['identified'] else 'no'} |"
        f" {row['n_observations']} | {row['n_papers']} |\n"
        for row in release.headline.to_dict("records")
    )
    return f"""---
pretty_name: {json.dumps(release.publication.data_title)}
license: {release.licence.lower()}
language: [en]
tags: [language-models, scaling-laws, algorithmic-progress, perplexity]
configs:
{configs}---

# {release.publication.data_title}

Version {release.version}, {release.date}. Root of the run, over `results/provenance/manifest.csv`: `{release.root}`.

{_sentence(release)}

| edition | doubling time | identified | observations | papers |
|---|---|---|---|---|
{lines}
Not identified means that the data do not tell the rate from others of the interval, or from no progress.

| what | where |
|---|---|
| tables, as CSV and Parquet; beside each CSV its `.metadata.json` | `results/tables/`, `raw/` |
| every table and column | `data_dictionary.md` |
| what changed since the release before | `CHANGES.md` |
| the report | `results/report/index.html` |
| settings, software, manifest, RO-Crate, Croissant, PROV | `results/provenance/`, `config/` |
| how to cite | `CITATION.cff`, `CITATION.bib` |

Facts come from the papers that each row names; {release.publication.study}. Licence of the data: {release.licence}.
To verify this folder: `lmprogress audit FOLDER`; to compare it with another release: `lmprogress diff FOLDER FOLDER`.
"""


def _sentence(release: Release) -> str:
    told = "; ".join(f"{row['edition']}: {doubling_time(row)}" for row in release.headline.to_dict("records"))
    return f"Time in which progress of the algorithms of language models doubles effective compute, by edition: {told}."
