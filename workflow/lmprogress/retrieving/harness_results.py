"""Results of EleutherAI's lm-evaluation-harness, as both of its layouts give them.

In: results_*.json. Out: perplexities per word with what they were measured on, or InputError where they cannot be
compared with others.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmprogress.core.errors import InputError
from lmprogress.core.settings import Benchmark

# per word, whatever the tokens; since 0.4 a metric is named with its filter
_METRICS = ("word_perplexity,none", "word_perplexity")
# arguments of a model that is no longer the one that was released
_CHANGED_BY = (
    "peft",
    "delta",
    "load_in_8bit",
    "load_in_4bit",
    "gptq",
    "autogptq",
    "gptqmodel",
    "quantization",
    "gguf_file",
)
_OFF = ("", "false", "none", "0")
_RELEASED = ("main", "")


@dataclass(frozen=True)
class HarnessResult:
    """A word-level perplexity of a model without examples, on the whole test set of `benchmark`."""

    benchmark: str
    perplexity: float
    model: str
    n_parameters: float | None
    source: str


def read_results(path: Path, benchmarks: Mapping[str, Benchmark], by: str) -> list[HarnessResult]:
    """The results of the file at `path` on those of `benchmarks` that a task of the harness measures.

    by: who evaluated. Raises InputError where the file is cut or none of the harness, or where limit, examples,
    prompts, a changed model or another revision make a result incomparable.
    """
    try:
        content = path.read_bytes()
        said = json.loads(content)
        tasks = said["results"]
        config = said.get("config") or {}
        arguments = _arguments(config.get("model_args"))
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", file=str(path), remedy="name a results file of the harness"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            "is cut off, or is no results file of lm-evaluation-harness", file=str(path),
            remedy="copy it again: results_*.json, as the harness wrote it",
        ) from None  # fmt: skip
    wanted = {task: name for name, benchmark in benchmarks.items() for task in benchmark.harness_tasks}
    held = [(task, wanted[task]) for task in tasks if task in wanted]
    if not held:
        raise InputError(
            "has no task that measures a benchmark", file=str(path), value=", ".join(map(str, tasks))[:200],
            remedy=f"evaluate with --tasks {','.join(wanted)}",
        )  # fmt: skip
    for problem in _problems(said, config, arguments, [task for task, _ in held]):
        raise InputError(
            f"cannot be compared: {problem}", file=str(path),
            remedy="evaluate the released model again, whole, without limit and examples",
        )  # fmt: skip
    model = str(said.get("model_name") or arguments.get("pretrained") or arguments.get("model") or "")
    if not model:
        raise InputError(
            "does not say which model", file=str(path), key="config.model_args", remedy="give pretrained=…"
        )
    parameters = config.get("model_num_parameters")
    digest = hashlib.sha256(content).hexdigest()
    return [
        HarnessResult(
            benchmark,
            _perplexity(tasks[task], str(path), task),
            model,
            float(parameters) if isinstance(parameters, int | float) and parameters > 0 else None,
            _source(said, config, task, model, by, digest),
        )
        for task, benchmark in held
    ]


def _arguments(said: Any) -> dict[str, str]:
    """The arguments of the model: a mapping, or the text "pretrained=x,revision=y"."""
    if isinstance(said, Mapping):
        return {str(name): str(value) for name, value in said.items()}
    return dict(part.split("=", 1) for part in str(said or "").split(",") if "=" in part)


def _problems(
    said: Mapping[str, Any], config: Mapping[str, Any], arguments: Mapping[str, str], tasks: list[str]
) -> Iterator[str]:
    if config.get("limit") not in (None, "None"):
        yield f"only a part of the test set was evaluated (limit {config['limit']})"
    shots = said.get("n-shot", {})
    for task in tasks:
        given = shots.get(task, config.get("num_fewshot"))
        if given not in (None, 0):
            yield f"{given} examples were shown (task {task})"
        counts = said.get("n-samples", {}).get(task, {})
        if counts.get("effective") != counts.get("original"):
            yield f"{counts.get('effective')} of {counts.get('original')} documents were evaluated (task {task})"
    for name in ("system_instruction", "chat_template", "fewshot_as_multiturn"):
        if said.get(name):
            yield f"a prompt was put before the text ({name})"
    for name, value in arguments.items():
        if name in _CHANGED_BY and value.lower() not in _OFF:
            yield f"the model was changed ({name}={value})"
    revision = _revision(config, arguments)
    if revision not in _RELEASED:
        yield f"revision {revision} is not the model that was released"


def _revision(config: Mapping[str, Any], arguments: Mapping[str, str]) -> str:
    return str(config.get("model_revision") or arguments.get("revision") or "main")


def _perplexity(metrics: Mapping[str, Any], file: str, task: str) -> float:
    value = next((metrics[name] for name in _METRICS if name in metrics), None)
    if not isinstance(value, int | float) or not math.isfinite(value) or value <= 1:
        raise InputError(
            "gives no perplexity per word", file=file, key=f"results.{task}.word_perplexity", value=value,
            remedy="evaluate again, with the task as the harness defines it",
        )  # fmt: skip
    return float(value)


def _source(said: Mapping[str, Any], config: Mapping[str, Any], task: str, model: str, by: str, digest: str) -> str:
    release = said.get("lm_eval_version") or said.get("git_hash")
    version = f" {release}" if release else " before 0.4" if "word_perplexity" in said["results"][task] else ""
    of_task = said.get("versions", {}).get(task)
    revision = str(config.get("model_sha") or "main")[:12]
    date = said.get("date")
    day = (
        datetime.datetime.fromtimestamp(date, datetime.UTC).date().isoformat()
        if isinstance(date, int | float)
        else None
    )
    parts = [
        f"{model} at {revision}",
        f"lm-evaluation-harness{version}",
        f"task {task}" + (f" version {of_task}" if of_task is not None else ""),
        "0-shot",
        "perplexity per word",
        *([day] if day else []),
        f"sha256 {digest}",
    ]
    return f"evaluated by {by}: " + ", ".join(re.sub(r"[\s,]+", " ", part) for part in parts)
