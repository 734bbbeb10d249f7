"""A run as Provenance Run Crate 0.5 on RO-Crate 1.1: the workflow, its rules, and the tables that each of them made.

In: a run and its publication. Out: the content of ro-crate-metadata.json, for the folder of the run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lmprogress.auditing.exporting import Publication
from lmprogress.auditing.run_files import SETTINGS, SOFTWARE, RunFiles
from lmprogress.core.schemas import table

_CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
_FORMATS = {
    ".csv": "text/csv", ".parquet": "application/vnd.apache.parquet", ".yaml": "application/yaml",
    ".json": "application/json", ".png": "image/png", ".pdf": "application/pdf", ".svg": "image/svg+xml",
}  # fmt: skip
_ENGINE = "https://snakemake.github.io/"
_WORKFLOW = "Snakefile"

Entity = dict[str, Any]


def ro_crate(run: RunFiles, publication: Publication) -> Entity:
    """The metadata. Paths are those of the run's folder: there, the file is a crate of it."""
    given = ("config/", "raw/", SETTINGS, SOFTWARE)
    inputs = [name for name in run if name.startswith(given) and Path(name).suffix in _FORMATS]
    results = [name for name in run if name.startswith(("results/tables/", "results/figures/"))]
    by_rule: dict[str, list[str]] = {}
    for name in results:
        if name.endswith(".parquet") and (held := run.table_name(name)):
            rule = table(held).writer.split(";")[-1].strip()
            csv = f"{name.removesuffix('.parquet')}.csv"
            by_rule.setdefault(rule, []).extend([name, csv] if csv in results else [name])
    files = [_file(run, name) for name in (*inputs, *results)]
    code = run.software.get("rules", {})
    steps = [
        _step(place, rule, names, code.get(rule))
        for place, (rule, names) in enumerate(sorted(by_rule.items()), start=1)
    ]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"A run of {publication.title}",
        "description": "Settings, software, raw tables, tables of results and figures of a finished run of the "
        "workflow, with the rule that made each table. Digests of every file stand in results/provenance/manifest.csv.",
        "datePublished": publication.date,
        "license": {"@id": publication.data_license},
        "author": [{"@id": f"#author-{place}"} for place, _ in enumerate(publication.authors)],
        "conformsTo": [{"@id": profile} for profile in _PROFILES],
        "mainEntity": {"@id": _WORKFLOW},
        "hasPart": [{"@id": _WORKFLOW}, *({"@id": file["@id"]} for file in files)],
        "mentions": [{"@id": "#run"}, {"@id": "#engine-run"}],
    }
    metadata: Entity = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": [
            {"@id": "https://w3id.org/ro/crate/1.1"},
            {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
        ],
    }
    graph = [
        metadata,
        root,
        *_profiles(),
        *_people(publication),
        *_workflow(publication, by_rule, run.software),
        *files,
    ]
    graph += _run(inputs, results, sorted(by_rule))
    graph += [entity for step in steps for entity in step]
    return {"@context": _CONTEXT, "@graph": graph}


def _profiles() -> list[Entity]:
    return [
        {"@id": address, "@type": "CreativeWork", "name": name, "version": address.rpartition("/")[2]}
        for address, name in _PROFILES.items()
    ]


def _people(publication: Publication) -> list[Entity]:
    people = [
        {"@id": f"#author-{place}", "@type": "Organization", "name": name}
        for place, name in enumerate(publication.authors)
    ]
    licenses = [
        {"@id": address, "@type": "CreativeWork", "name": address.rpartition("/")[2]}
        for address in (publication.license, publication.data_license)
    ]
    return [*people, *licenses]


def _workflow(publication: Publication, by_rule: dict[str, list[str]], software: Entity) -> list[Entity]:
    """The workflow, its engine, and what both ran on: Python, packages, platform."""
    packages = dict(software.get("packages", {}))
    snakemake, python = packages.pop("snakemake", None), software.get("python", "")
    needed = [_program("#python", *python.rpartition(" ")[::2])] if python else []
    needed += [_program(f"#package-{name}", name, version) for name, version in packages.items()]
    platform = " ".join(filter(None, software.get("platform", {}).values()))
    return [
        {
            "@id": _WORKFLOW,
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
            "name": publication.title,
            "version": publication.version,
            "license": {"@id": publication.license},
            "programmingLanguage": {"@id": "#snakemake"},
            **({"runtimePlatform": f"{python} on {platform}"} if python else {}),
            **({"softwareRequirements": [{"@id": program["@id"]} for program in needed]} if needed else {}),
            "hasPart": [{"@id": f"#rule-{rule}"} for rule in sorted(by_rule)],
            "step": [{"@id": f"#step-{rule}"} for rule in sorted(by_rule)],
        },
        {
            "@id": "#snakemake",
            "@type": "ComputerLanguage",
            "name": "Snakemake",
            "identifier": {"@id": _ENGINE},
            "url": {"@id": _ENGINE},
        },
        _program("#engine", "Snakemake", snakemake) | {"url": {"@id": _ENGINE}},
        *needed,
    ]


def _program(name: str, title: str, version: str | None) -> Entity:
    known = {"softwareVersion": version} if version else {}
    return {"@id": name, "@type": "SoftwareApplication", "name": title, **known}


def _file(run: RunFiles, name: str) -> Entity:
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "encodingFormat": _FORMATS.get(Path(name).suffix, "application/octet-stream"),
        "contentSize": str(run.size(name)),
        "sha256": run.digest(name),
    }


def _run(inputs: list[str], results: list[str], rules: list[str]) -> list[Entity]:
    return [
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": "The run of the workflow",
            "instrument": {"@id": _WORKFLOW},
            "object": [{"@id": name} for name in inputs],
            "result": [{"@id": name} for name in results],
        },
        {
            "@id": "#engine-run",
            "@type": "OrganizeAction",
            "name": "The work of Snakemake",
            "instrument": {"@id": "#engine"},
            "object": [{"@id": f"#control-{rule}"} for rule in rules],
            "result": {"@id": "#run"},
        },
    ]


def _step(place: int, rule: str, names: list[str], code: str | None) -> list[Entity]:
    """A rule as tool, whose version is the digest of its code, its step, its jobs as an action, and their control."""
    return [
        _program(f"#rule-{rule}", f"rule {rule}", code and f"sha256:{code}"),
        {
            "@id": f"#step-{rule}",
            "@type": "HowToStep",
            "position": str(place),
            "workExample": {"@id": f"#rule-{rule}"},
        },
        {
            "@id": f"#jobs-{rule}",
            "@type": "CreateAction",
            "name": f"The jobs of rule {rule}",
            "instrument": {"@id": f"#rule-{rule}"},
            "result": [{"@id": name} for name in names],
        },
        {
            "@id": f"#control-{rule}",
            "@type": "ControlAction",
            "name": f"Control of the jobs of rule {rule}",
            "instrument": {"@id": f"#step-{rule}"},
            "object": {"@id": f"#jobs-{rule}"},
        },
    ]
