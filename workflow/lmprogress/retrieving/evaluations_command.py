"""The command `lmprogress evaluations add`: perplexities of released models that one has measured oneself.

In: results of lm-evaluation-harness. Out: rows of raw/evaluations.csv and, where the model is new, of raw/systems.csv;
exit status 1 where one of the files was not added.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project

if TYPE_CHECKING:
    import pandas as pd

    from lmprogress.core.settings import Family, ReleasedModel
    from lmprogress.reading.kinds import Kinds
    from lmprogress.retrieving.harness_results import HarnessResult

_SYSTEMS, _EVALUATIONS = "raw/systems.csv", "raw/evaluations.csv"
# what a repository's name adds to that of its model
_FORM = re.compile(r"-(?:hf|base)$", re.IGNORECASE)
_SIZE = re.compile(r"(?<=\d)[mb]\b")
_VERSION = re.compile(r"-v\d+(?:\.\d+)*$", re.IGNORECASE)


class Attached(NamedTuple):
    """A training run of a family, by the name of a model."""

    family: Family
    model: ReleasedModel


def add_evaluations(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("evaluations", help="add evaluations made with lm-evaluation-harness")
    command.add_argument("what", choices=["add"], help="add: rows of raw/evaluations.csv")
    command.add_argument("files", nargs="+", type=Path, metavar="RESULTS.json", help="results of the harness")
    command.add_argument("--by", required=True, metavar="NAME", help="who evaluated: the owner of the files")
    command.add_argument(
        "--system", metavar="SYSTEM_ID", help="the system of raw/systems.csv, where the model's name does not tell"
    )
    command.set_defaults(run=_add)


def _add(parsed: argparse.Namespace) -> int:
    # imported here, so that --help starts at once
    from lmprogress.core.settings import load_benchmarks, load_families
    from lmprogress.core.settings_reading import load_reading_vocabulary
    from lmprogress.reading.kinds import Kinds
    from lmprogress.reading.words import lexicon
    from lmprogress.retrieving.harness_results import read_results

    by = " ".join(parsed.by.split())
    if not by:
        raise InputError("is empty", file="--by", remedy="give the name of who evaluated")
    benchmarks = load_benchmarks(in_project("config/benchmarks.yaml"))
    families = load_families(in_project("config/families.yaml"))
    kinds = Kinds("", lexicon(load_reading_vocabulary()), families)
    failed = False
    for file in parsed.files:
        try:
            for result in read_results(file, benchmarks, by):
                print(f"{file}: {_entered(result, parsed.system, kinds, families, file)}")
        except InputError as error:
            print(f"lmprogress: not added: {error}", file=sys.stderr)
            failed = True
    return int(failed)


def _entered(result: HarnessResult, named: str | None, kinds: Kinds, families: Mapping[str, Family], file: Path) -> str:
    """Enter a result; what is to be said of it. Raises InputError, and changes nothing, where it has no place."""
    from lmprogress.core import tables
    from lmprogress.curation.raw import line_of
    from lmprogress.retrieving.manifest import append_row, locked

    with locked(in_project(_EVALUATIONS)):
        systems, evaluations = tables.read_csv(_SYSTEMS, "systems"), tables.read_csv(_EVALUATIONS, "evaluations")
        attached = None
        if named:
            if named not in set(systems["system_id"]):
                raise InputError("is not in raw/systems.csv", file="--system", value=named, remedy="correct the id")
            system_id = named
        else:
            attached = training_run(result, kinds, families, file)
            system_id = _system_id(attached, systems, kinds, families, file)
        standing = evaluations[(evaluations["system_id"] == system_id) & (evaluations["benchmark"] == result.benchmark)]
        if len(standing):
            held, place = standing.iloc[0], f"{_EVALUATIONS}, line {line_of(int(standing.index[0]))}"
            if held["source"] == result.source:
                return f"stands in {place} already"
            raise InputError(
                f"{system_id} has one on {result.benchmark} already: {held['perplexity']:g}, {held['source'][:80]}",
                file=place, value=result.perplexity, remedy="if it is wrong, add a row to raw/corrections.csv",
            )  # fmt: skip
        new = attached is not None and system_id not in set(systems["system_id"])
        if attached and new:
            append_row(Path(_SYSTEMS), _system_row(system_id, attached), "systems")
        row = {
            "system_id": system_id,
            "benchmark": result.benchmark,
            "perplexity": repr(result.perplexity),
            "source": result.source,
        }
        line = append_row(Path(_EVALUATIONS), row, "evaluations")
    added = f"{result.perplexity:g} on {result.benchmark} added as {system_id}, {_EVALUATIONS}, line {line}"
    return added + (f"; a new system of {_SYSTEMS}" if new else "")


def training_run(result: HarnessResult, kinds: Kinds, families: Mapping[str, Family], file: Path) -> Attached:
    """The training run whose weights were evaluated, by the name of the model and its parameters.

    Raises InputError where the name names no family and size, or says more than these: a model fine-tuned or changed.
    """
    owner, _, name = result.model.rstrip("/").rpartition("/")
    attached = _named(name, owner, result.n_parameters, kinds, families)
    if isinstance(attached, Attached):
        return attached
    raise InputError(
        f"{attached}: no training run is known that it is the result of", file=str(file), value=result.model,
        remedy="name its system of raw/systems.csv (--system), or add its family to config/families.yaml",
    )  # fmt: skip


def _named(
    name: str, owner: str, parameters: float | None, kinds: Kinds, families: Mapping[str, Family]
) -> Attached | str:
    """The training run that `name` names, or why it names none."""
    from lmprogress.reading.kinds import Kind
    from lmprogress.reading.system_names import words

    label = _SIZE.sub(lambda size: size[0].upper(), _FORM.sub("", _VERSION.sub("", name.replace("_", "-"))))
    family = kinds.family(label)
    if family is None:
        return "names no family of config/families.yaml"
    told = {"row_label": label, "column_label": None}
    model = kinds.model(Kind("released", "", family), told, parameters)
    if model is None:
        return f"names {families[family].name}, but does not end in one of its sizes"
    known = words(families[family].name) | words(" ".join(families[family].words)) | words(owner)
    sizes = set(re.findall(r"\d+(?:\.\d+)?[mb]?|[mb]\b", label.lower())) | set(model.names)
    more = words(label) - known - sizes - {part for size in sizes for part in words(size)}
    if more:
        return f"says more than {families[family].name} and its size: {', '.join(sorted(more))}"
    return Attached(families[family], model)


def _system_id(
    attached: Attached, systems: pd.DataFrame, kinds: Kinds, families: Mapping[str, Family], file: Path
) -> str:
    """The system of raw/systems.csv that is this training run; else the id of a new one, of the family's own paper."""
    from lmprogress.core import tables
    from lmprogress.reading.system_names import slug

    held = [
        system_id
        for system_id, name, parameters in zip(
            systems["system_id"], systems["system"], systems["n_parameters"], strict=True
        )
        if _named(str(name), "", float(parameters) if parameters == parameters else None, kinds, families) == attached
    ]
    if len(held) > 1:
        raise InputError(
            f"several systems are this training run: {', '.join(held)}", file=str(file),
            remedy="name one of them: --system",
        )  # fmt: skip
    if held:
        return held[0]
    paper = attached.family.paper_id
    if paper not in set(tables.read_csv(in_project("raw/papers.csv"), "papers")["paper_id"]):
        raise InputError(
            f"the paper of {attached.family.name}, {paper}, is not in raw/papers.csv", file=str(file),
            remedy=f"lmprogress add {paper}",
        )  # fmt: skip
    return f"{paper}/{slug(_system_name(attached))}"


def _system_name(attached: Attached) -> str:
    size = attached.model.parameters
    return f"{attached.family.name} {f'{size / 1e9:.3g}B' if size >= 1e9 else f'{size / 1e6:.3g}M'}"


def _system_row(system_id: str, attached: Attached) -> dict[str, str | None]:
    family, model = attached
    return {
        "system_id": system_id,
        "paper_id": family.paper_id,
        "system": _system_name(attached),
        "publication_date": family.publication_date.isoformat(),
        "n_parameters": f"{model.parameters:g}",
        "dataset_size_tokens": f"{model.tokens:g}" if model.tokens else None,
        "zero_shot": "1",
        "uses_cache": "false",
        "architecture": "transformer",
        "source": f"config/families.yaml: {family.source}",
    }
