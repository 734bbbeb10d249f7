"""What changed since the release before, and how much of the headline's move is data and how much method.

In: two runs. Out: CHANGES.md.
"""

from __future__ import annotations

import math

import pandas as pd

from lmprogress.auditing.diff_command import told_differences
from lmprogress.auditing.differing import headline
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable
from lmprogress.core.doubling_times import interval, months
from lmprogress.core.settings import load_config, load_models
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.law_average import has_single_rate
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.rates.progress import doubling_time_months

_MOST_ROWS = 50
_FITTED = "fitted_observations"


def changes(before: RunFiles | None, after: RunFiles, version: str) -> str:
    """The text of CHANGES.md of release `version`; `before` is the run before, if any."""
    if before is None:
        return f"# Changes in {version}\n\nThe first release.\n"
    parts = "\n".join(
        _part(row["edition"], row["before"], row["after"], before, after) for row in headline(before, after)
    )
    told = told_differences(before, after, _MOST_ROWS)
    return f"""# Changes in {version}

## Headline

Doubling time in months. Method is what code and settings of this release give on the observations of the one before,
less what that one gave; data is the rest.

| edition | before | this release | by method | by data |
|---|---|---|---|---|
{parts}

## Tables

Rows added (+), removed (-) and cells changed (~), with the reason where a run recorded one.

```text
{told}
```
"""


def _part(
    edition: str,
    old: dict[str, float | None] | None,
    new: dict[str, float | None] | None,
    before: RunFiles,
    after: RunFiles,
) -> str:
    if old is None or new is None:
        return f"| {edition} | {_months(old)} | {_months(new)} | | |"
    was, became = (_number(row["estimate_months"]) for row in (old, new))
    if before.settled_digest(edition, _FITTED) == after.settled_digest(edition, _FITTED):
        between: float | None = became
    else:
        between = estimate_on(before, after, edition)
    method, data = (_moved(one, other) for one, other in ((was, between), (between, became)))
    return f"| {edition} | {_months(old)} | {_months(new)} | {method} | {data} |"


def estimate_on(observed: RunFiles, made: RunFiles, edition: str) -> float | None:
    """The verdict's estimate by this code with the settings of `made`, on the observations of `observed`.

    Months, infinite without progress; None where the law has no single rate or there are too few observations.
    """
    digest = observed.settled_digest(edition, _FITTED)
    frame = readable(observed, f"processed/{edition}/settled/{digest}.parquet")
    if frame is None:
        return None
    models = load_models(made.folder / "config/models.yaml")
    config = load_config(made.config, models, "results/provenance/settings.json")
    name = config.fit.main.specification
    known = made.offsets(edition)
    offsets = {made.reference_benchmark(edition): None, **known}
    order = [benchmark for benchmark in made.yaml("config/benchmarks.yaml") if benchmark in offsets]
    laws = LawSet(
        edition,
        {name: models.specifications[name]},
        {name: [0]},
        models.data_variants,
        {benchmark: offsets[benchmark] for benchmark in order},
        config.fit.main,
    )
    for _, law, rows in laws.fittable(frame, config.fit.least_observations):
        if has_single_rate(law):
            model = RateModel(law, rows)
            starts = named_generator("verdict starts", edition, name)
            found = model.stationary(model.response, config.verdict.n_starts, starts)
            return doubling_time_months(model.rate(found.points[0]))
    return None


def _number(value: float | None) -> float:
    return math.inf if value is None or pd.isna(value) else value


def _moved(one: float | None, other: float | None) -> str:
    if one is None or other is None:
        return "not known"
    if one == other:
        return "0"
    if math.isinf(one) or math.isinf(other):
        return f"{months(one)} → {months(other)}"
    return f"{other - one:+.2g}".replace("-", "−")


def _months(row: dict[str, float | None] | None) -> str:
    if row is None:
        return "none"
    return f"{months(row['estimate_months'])} ({interval(row['low_months'], row['high_months'])})"
