"""The tables of results as a Croissant data set: each CSV with its digest, and its columns with kind and meaning.

In: a run and its publication. Out: the content of croissant.json.
"""

from __future__ import annotations

from typing import Any

from lmprogress.auditing.exporting import Publication
from lmprogress.auditing.run_files import RunFiles
from lmprogress.core.schemas import table

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_KINDS = {"string": "sc:Text", "float": "sc:Float", "integer": "sc:Integer", "boolean": "sc:Boolean", "date": "sc:Text"}
_BASE = "results/tables/"


def croissant(run: RunFiles, publication: Publication) -> dict[str, Any]:
    """The metadata. contentUrl is relative to this file, in results/provenance."""
    names = [name for name in run.matching("results/tables/**/*.parquet") if run.has(_csv(name))]
    tables = [(_csv(name), run.table_name(name)) for name in names]
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "lmprogress",
        "description": "Tables of a run of lmprogress: the rate of algorithmic progress in language models, and the "
        "evidence that it rests on.",
        "license": publication.data_license,
        "url": "./",
        "version": publication.version,
        "datePublished": publication.date,
        "citeAs": f"{', '.join(publication.authors)}: {publication.data_title}, version {publication.version}; "
        f"with the study: {publication.study}",
        "creator": [{"@type": "sc:Organization", "name": name} for name in publication.authors],
        "distribution": [_file(run, csv) for csv, _ in sorted(tables)],
        "recordSet": [_records(csv, held) for csv, held in sorted(tables) if held],
    }


def _csv(name: str) -> str:
    return f"{name.removesuffix('.parquet')}.csv"


def _id(csv: str) -> str:
    return csv.removeprefix(_BASE).removesuffix(".csv").replace("/", "-")


def _file(run: RunFiles, csv: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": f"{_id(csv)}.csv",
        "name": f"{_id(csv)}.csv",
        "contentUrl": f"../tables/{csv.removeprefix(_BASE)}",
        "contentSize": f"{run.size(csv)} B",
        "encodingFormat": "text/csv",
        "sha256": run.digest(csv),
    }


def _records(csv: str, held: str) -> dict[str, Any]:
    schema = table(held)
    name = _id(csv)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": schema.description,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column.name}",
                "name": column.name,
                "description": column.description + (f" [{column.unit}]" if column.unit else ""),
                "dataType": _KINDS[column.kind],
                "source": {"fileObject": {"@id": f"{name}.csv"}, "extract": {"column": column.name}},
            }
            for column in schema.columns
        ],
    }
