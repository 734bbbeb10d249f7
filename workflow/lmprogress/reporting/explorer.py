"""The explorer: the page on which a reader chooses otherwise, and the laws are fitted again.

In: a run, its raw tables and settings. Out: HTML; everything that the choices need stands within the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core.doubling_times import months
from lmprogress.core.settings import Architecture, Benchmark, Config, Edition, Models
from lmprogress.curation.choices import OBJECTIONS, corrected_by_strength, with_objections
from lmprogress.curation.raw import RawTables
from lmprogress.laws.rates.progress import doubling_time_months
from lmprogress.reporting.compact import compact, packed, plain
from lmprogress.reporting.headline import published_rate
from lmprogress.reporting.pages import render
from lmprogress.reporting.run import Run, file_links

# what a reader may ask of records; all other objections are the edition's
_TOGGLED = ("zero_shot", "adapted", "subword", "protocol_unknown", "outlier", "uncertain")
_FACTS = (
    "record_id", "paper_id", "system", "title", "benchmark", "perplexity", "publication_date", "year", "n_parameters",
    "dataset_size_tokens", "n_epochs", "vocabulary_size", "transformer", "met", "twin", "rank", "unit",
)  # fmt: skip
_KEY = ("edition", "specification", "penalty", "procedure", "sensitivity", "label")
_TABLES = ("verdict", "law_estimates", "doubling_times", "sensitivity", "rate_tests")


def explorer_settings(
    config: Config, models: Models, benchmarks: Mapping[str, Benchmark], architectures: Mapping[str, Architecture]
) -> dict[str, Any]:
    """What the explorer takes from the settings, as plain data."""
    limits = config.intervals.identification
    fitted = [*config.fit.specifications, *config.fit.variants]
    return {
        "laws": {name: models.specifications[name].model_dump(mode="json") for name in fitted},
        "names": {name: models.printed_names[name] for name in fitted},
        "variants": {name: variant.model_dump(mode="json") for name, variant in models.data_variants.items()},
        # others have no fits to choose among
        "editions": {name: config.editions[name].model_dump(mode="json") for name in config.fitted_editions},
        "benchmarks": {name: benchmark.model_dump(mode="json") for name, benchmark in benchmarks.items()},
        "architectures": {name: family.model_dump(mode="json") for name, family in architectures.items()},
        "penalties": config.fit.penalties,
        "variations": {name: each.model_dump(mode="json") for name, each in config.sensitivity.variations.items()},
        "varied": config.sensitivity.laws,
        "least_observations": config.fit.least_observations,
        "wide_interval": limits.wide_interval,
        "slowest_months": limits.slowest_months,
    }


def explorer_page(run: Run, folder: Path) -> str:
    """The page; says so where the run holds no raw tables."""
    asked = ("observations", "records", *_TABLES)
    found = multiverse(run)
    return render(
        "explore.html",
        "explore.html",
        tables_digest=run.tables_digest,
        multiverse=found and found[1],
        data=run.explored and packed(explorer_data(run, run.explored["raw"], run.explored["settings"])),
        files=[file_links(file, folder) for file in run.files if file.schema in asked],
        level=f"{run.interval_percent:g}",
    )


def explorer_data(run: Run, raw: RawTables, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the page computes with, as plain data."""
    benchmarks = {name: Benchmark.model_validate(each) for name, each in settings["benchmarks"].items()}
    architectures = {name: Architecture.model_validate(each) for name, each in settings["architectures"].items()}
    editions = {
        name: _edition(name, Edition.model_validate(edition), run, raw, benchmarks, architectures)
        for name, edition in settings["editions"].items()
        if name in run.editions
    }
    printed, verdict = published_rate(run.results.get("ledger")), run.results.get("verdict")
    tests = run.results.get("rate_tests")
    # matplotlib, which rules that ask for settings do not need
    from lmprogress.figures import style

    marks = style.marks(list(run.benchmarks)).values()
    return {
        **{name: settings[name] for name in ("laws", "names", "variants", "penalties", "variations", "varied")},
        **{name: settings[name] for name in ("least_observations", "wide_interval", "slowest_months")},
        "offsets": [[name, benchmark.offset] for name, benchmark in benchmarks.items()],
        "vocabularies": {name: benchmark.vocabulary_size for name, benchmark in benchmarks.items()},
        "benchmarks": {name: benchmark.name for name, benchmark in benchmarks.items()},
        "colours": [mark.colour for mark in marks],
        "objections": OBJECTIONS,
        "toggled": _TOGGLED,
        "editions": editions,
        "about": dict(run.about),
        "shown_edition": run.shown_edition,
        "main": run.main.model_dump(mode="json"),
        "level": run.interval_percent,
        "verdicts": [] if verdict is None else [_plain(row) for row in verdict.to_dict("records")],
        "rate_tests": None if tests is None else compact(tests[["edition", "growth_rate_per_year", "p_value"]]),
        "combinations": compact(combinations(run.results, run.main.interval_methods)),
        "study": printed and vars(printed),
        "tables_digest": run.tables_digest,
    }


def _edition(
    name: str,
    edition: Edition,
    run: Run,
    raw: RawTables,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
) -> dict[str, Any]:
    """The records of one edition that a choice can let in, and what other corrections make of them."""
    transformers = [family for family, about in architectures.items() if about.transformer]

    def judged(as_asked: Edition, records: pd.DataFrame) -> pd.DataFrame:
        told = with_objections(records, raw.exclusions, name, as_asked, list(benchmarks), transformers)
        return told[list(_FACTS)].set_index("record_id", drop=False)

    own, others = judged(edition, run.editions[name].records), {}
    if edition.records == "curated":
        for as_asked, records in corrected_by_strength(raw, name, edition, benchmarks, architectures):
            others[" ".join(as_asked.strengths)] = judged(as_asked, records)
    # what no choice lets in is left away
    never = sum(2 ** OBJECTIONS.index(each) for each in edition.exclude if each not in _TOGGLED)
    eligible = pd.concat([rows.loc[rows["met"] & never == 0, "record_id"] for rows in (own, *others.values())])
    own = own[own["record_id"].isin(eligible)]
    return {
        "rows": compact(own),
        "others": {strengths: compact(_changed(own, rows)) for strengths, rows in others.items()},
        "strengths": " ".join(edition.strengths),
        "asked": edition.exclude,
        "benchmarks": edition.benchmarks or list(benchmarks),
        "keep": "all" if edition.cap.unit == "none" else edition.cap.keep,
    }


def _changed(own: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Those of `others` that differ from the same records in `own`; both have the record as index."""
    others = others.loc[own.index]
    return others[~(others.eq(own) | (others.isna() & own.isna())).all(axis=1)]


def combinations(results: Mapping[str, pd.DataFrame], interval_methods: Mapping[Any, str]) -> pd.DataFrame:
    """Every doubling time of effective compute that the run holds: one row for each combination of choices.

    Columns _KEY, then estimate, low, high: doublings a year, zero where there is no progress. procedure: study, global,
    or likelihood (residuals correlated within papers, no penalty). sensitivity is empty where nothing is varied.
    """
    parts = []
    times, varied = results.get("doubling_times"), results.get("sensitivity")
    if times is not None:
        shared = times[(times["quantity"] == "effective_compute") & (times["method"] == "closed_form")]
        parts.append(shared.assign(sensitivity="", label=""))
    if varied is not None:
        # the fits of the whole edition stand in the other table
        changed = varied[(varied["sensitivity"] != "baseline") & (varied["status"] != "too few observations")]
        parts.append(changed[changed["method"] == "closed_form"])
    found = [_rates(_one_interval(part, interval_methods)) for part in parts]
    for name in ("law_estimates", "verdict"):
        if name in results:
            judged = results[name].assign(penalty=0.0, procedure="likelihood", sensitivity="", label="")
            found.append(_rates(judged))
    if not found:
        return pd.DataFrame(columns=[*_KEY, "estimate", "low", "high"])
    # the verdict stands among the laws as well, there without an interval
    return pd.concat(found).drop_duplicates(list(_KEY), keep="last").sort_values(list(_KEY), ignore_index=True)


class Multiverse(NamedTuple):
    """How many combinations there are, how many of them show no progress, and between which months half of them lie."""

    n: int
    none: int
    low: str
    high: str


def multiverse(run: Run) -> tuple[pd.DataFrame, Multiverse] | None:
    """The combinations of `run` and what they say together; None where it has none."""
    found = combinations(run.results, run.main.interval_methods)
    if found.empty:
        return None
    low, high = (doubling_time_months(float(found["estimate"].quantile(share))) for share in (0.75, 0.25))
    return found, Multiverse(len(found), int((found["estimate"] <= 0).sum()), months(low), months(high))


def _one_interval(times: pd.DataFrame, interval_methods: Mapping[Any, str]) -> pd.DataFrame:
    """One row for each fit with a single rate: with the interval that its procedure is shown with, else without."""
    times = times[(times["benchmark"] == "all") & (times["group"] == "all")]
    shown = times["interval_method"] == times["procedure"].map(dict(interval_methods))
    best = times.assign(_shown=shown).sort_values("_shown", kind="stable")
    best = best.drop_duplicates(list(_KEY), keep="last")
    unknown = best["interval_method"] == "none"
    return best.assign(low=_growth(best["high_months"]).mask(unknown), high=_growth(best["low_months"]).mask(unknown))


def _rates(frame: pd.DataFrame) -> pd.DataFrame:
    made = frame.assign(estimate=_growth(frame["estimate_months"]))
    if "low" not in made:
        judged = "low_months" in made
        # an end that the tests do not bound is missing
        made = made.assign(
            low=_growth(made["high_months"]) if judged else float("nan"),
            high=12 / made["low_months"] if judged else float("nan"),
        )
    return made[[*_KEY, "estimate", "low", "high"]]


def _growth(months: pd.Series) -> pd.Series:
    """Doublings a year; no progress, or less, is zero."""
    return (12 / months.where(months > 0)).fillna(0.0)


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): plain(value) for name, value in row.items()}
