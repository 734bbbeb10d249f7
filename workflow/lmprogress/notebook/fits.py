"""A law fitted in a notebook, by the same functions and settings as in a run.

In: observations. Out: doubling time with its interval, coefficients, residuals, figures.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.project import project_file
from lmprogress.core.schemas.curation import FITTED_OBSERVATIONS
from lmprogress.core.settings import (
    Benchmark,
    Config,
    GlobalBootstrap,
    MainFit,
    Models,
    StudyBootstrap,
    load_architectures,
    load_benchmarks,
    load_config,
    load_models,
    load_yaml,
)
from lmprogress.curation.observe import fitted, observe
from lmprogress.laws.rates.headline import headline_doubling_times
from lmprogress.notebook.frames import with_units

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lmprogress.laws.fits.fitting import Fitted
    from lmprogress.laws.rates.deriving import Derived

# what an observation needs; the rest follows, or may be unknown
NEEDED = ("paper_id", "benchmark", "perplexity", "publication_date", "n_parameters", "dataset_size_tokens")
_OPTIONAL: dict[str, Any] = {
    "n_epochs": math.nan,
    "vocabulary_size": math.nan,
    "zero_shot": math.nan,
    "training_compute_flop": math.nan,
    "architecture": None,
    "uses_cache": None,
    "protocol": None,
    "adaptation": None,
}
_OF_COEFFICIENTS = ("coefficient", "estimate", "standard_error", "low", "high")
_IN_NATS = ("log_perplexity", "predicted_log_perplexity", "residual")
_OF_RESIDUALS = ("observation_number", "record_id", "benchmark", *_IN_NATS)
# of observations that no run made
_EDITION = "notebook"


@dataclass(frozen=True)
class Fit:
    """A fitted law.

    law, penalty (squared nats), procedure: what was fitted, and how.
    months: doubling time of effective compute; infinite where the fit shows no progress, nan where the law has no rate.
    median, interval: over the replicates, in months; an end is infinite where replicates show no progress. None without
    replicates. interval_percent: the level.
    quality: the row of the table fits (objective, mse, r2, optimality and more).
    coefficients: estimates with standard errors and intervals.
    residuals: measured less predicted log perplexity of each observation, nats.
    doubling_times: every quantity, benchmark and kind of interval.
    The frames' `attrs` hold units.
    """

    law: str
    penalty: float
    procedure: str
    months: float
    median: float | None
    interval: tuple[float, float] | None
    interval_percent: float
    quality: pd.Series = field(repr=False)
    coefficients: pd.DataFrame = field(repr=False)
    residuals: pd.DataFrame = field(repr=False)
    doubling_times: pd.DataFrame = field(repr=False)
    _fits: pd.DataFrame = field(repr=False)
    _draws: pd.DataFrame = field(repr=False)
    _headline: pd.DataFrame = field(repr=False)
    _benchmarks: Mapping[str, str] = field(repr=False)

    def figure(self, kind: Literal["predictions", "doubling_time"] = "predictions") -> Figure:
        """Predicted against measured log perplexity, or the doubling time over the replicates.

        Raises InputError for the second where there are no replicates, or the law has no rate in closed form.
        """
        from lmprogress.figures.fit_figures import plot_doubling_time_distribution, plot_predicted_against_actual

        if kind == "predictions":
            predictions = self.residuals.assign(procedure=self.procedure)
            return plot_predicted_against_actual(predictions, self._fits, self._benchmarks)
        draws = self._draws.merge(self._headline[["procedure", "quantity", "benchmark", "group"]])
        return plot_doubling_time_distribution(draws, self._headline, interval_percent=self.interval_percent)


def fit(
    observations: pd.DataFrame,
    law: str = "main",
    penalty: float | None = None,
    *,
    procedure: Literal["study", "global"] = "global",
    n_replicates: int | None = None,
    interval_percent: float | None = None,
    config: str | Path | None = None,
) -> Fit:
    """Fit a law to `observations`, those of a run (Run.observations) or a table of one's own.

    One's own needs paper_id, benchmark, perplexity, publication_date (YYYY-MM-DD), n_parameters and dataset_size_tokens
    (tokens counted once); it may hold n_epochs, vocabulary_size, architecture and training_compute_flop. law: a name of
    config/models.yaml, or main. penalty: weight of the L1 penalty, squared nats (default: that of the main fit).
    procedure: global (minimum from many starts, resampled by paper) or study (SLSQP from zero, resampled by row).
    n_replicates: of the bootstrap; by default as many as in a run, with the same effort; 0 for none. interval_percent:
    by default that of the settings. config: a folder of settings; by default that of the current folder if it is one of
    lmprogress, otherwise the one that comes with the package.

    Equal input gives equal output, and observations of a run give its numbers. Raises InputError for a law, benchmark
    or column that is not there, and for too few observations.
    """
    from lmprogress.laws.fits.fitting import fit as fit_laws
    from lmprogress.laws.fits.law_set import LawSet
    from lmprogress.laws.inference.bootstrapping import bootstrap
    from lmprogress.laws.rates.deriving import derive, derive_numerically
    from lmprogress.laws.rates.progress import has_closed_form

    settings, models, benchmarks = _settings(Path(config) if config else None)
    main = settings.fit.main
    name = main.specification if law == "main" else law
    if name not in models.specifications:
        raise InputError(
            "is no law", file="config/models.yaml", value=law,
            remedy=f"use main, or one of {', '.join(models.specifications)}",
        )  # fmt: skip
    specification = models.specifications[name]
    weight = main.penalty if penalty is None else penalty
    if not weight >= 0:
        raise InputError("must not be negative", file="penalty", value=penalty, remedy="give squared nats, ≥ 0")
    percent = settings.interval_percent if interval_percent is None else interval_percent
    rows = _completed(observations, benchmarks, config)
    laws = LawSet(
        str(observations.attrs.get("edition", _EDITION)),
        {name: specification},
        {name: [weight]},
        models.data_variants,
        _offsets(rows, benchmarks),
    )
    search = settings.fit.global_
    # what jobs print is for their logs
    with contextlib.redirect_stdout(io.StringIO()) as said:
        found = fit_laws(rows, procedure=procedure, laws=laws, search=search)
    if found.fits.empty:
        raise InputError(
            said.getvalue().strip() or "is not fitted", file="observations",
            remedy="give more rows, or another law: this one leaves out rows that lack what it needs",
        )  # fmt: skip
    n_rows, n_coefficients = (int(found.fits[name].iloc[0]) for name in ("n_observations", "n_coefficients"))
    if n_rows <= n_coefficients:
        raise InputError(
            f"are too few: {n_rows} rows for {n_coefficients} coefficients", file="observations",
            remedy="give more rows, or fit a law with fewer coefficients",
        )  # fmt: skip
    replicates = tables.empty("replicates")
    if n_replicates != 0:
        resampling = settings.bootstrap.global_ if procedure == "global" else settings.bootstrap.study
        if n_replicates is None:
            laws = replace(laws, main=main)
        else:
            resampling = _with_replicates(resampling, n_replicates)
        replicates = bootstrap(rows, found.fits, found.basins, laws=laws, settings=resampling, search=search)
    derived = derive(found.coefficients, replicates, laws=laws, interval_percent=percent)
    if not has_closed_form(specification):
        searched = derive_numerically(
            found.fits, found.coefficients, replicates, laws=laws, conversion=settings.gains.conversion,
            as_study=(), interval_percent=percent,
        )  # fmt: skip
        derived = derived._replace(doubling_times=searched)
    chosen = main.model_copy(update={"specification": name, "penalty": weight})
    return _fit(found, derived, chosen, percent, procedure, benchmarks)


def _fit(
    found: Fitted,
    derived: Derived,
    chosen: MainFit,
    percent: float,
    procedure: str,
    benchmarks: Mapping[str, Benchmark],
) -> Fit:
    times = derived.doubling_times
    # a law without a closed form has one method alone, the search
    shown = headline_doubling_times(times.assign(method="closed_form"), chosen) if len(times) else times
    first = times[times["quantity"] == "effective_compute"].head(1) if len(times) else times
    row = (shown if len(shown) else first).to_dict("records")
    residuals = found.predictions.assign(
        residual=found.predictions["log_perplexity"] - found.predictions["predicted_log_perplexity"]
    )
    residuals = residuals[list(_OF_RESIDUALS)]
    residuals.attrs["units"] = dict.fromkeys(_IN_NATS, "nats")
    return Fit(
        law=chosen.specification,
        penalty=chosen.penalty,
        procedure=procedure,
        months=_months(row[0]["estimate_months"]) if row else math.nan,
        median=_months(row[0]["median_months"]) if len(shown) else None,
        interval=(_months(row[0]["low_months"]), _months(row[0]["high_months"])) if len(shown) else None,
        interval_percent=percent,
        quality=found.fits.iloc[0],
        coefficients=with_units(derived.coefficients[list(_OF_COEFFICIENTS)], "coefficients"),
        residuals=residuals,
        doubling_times=with_units(times, "doubling_times"),
        _fits=found.fits,
        _draws=derived.draws,
        _headline=shown,
        _benchmarks={name: benchmark.name for name, benchmark in benchmarks.items()},
    )  # fmt: skip


def _months(months: float | None) -> float:
    """An empty doubling time is infinite."""
    return math.inf if months is None or math.isnan(months) else float(months)


def _settings(folder: Path | None) -> tuple[Config, Models, dict[str, Benchmark]]:
    def place(name: str) -> Path:
        return folder / name if folder else project_file(f"config/{name}")

    models = load_models(place("models.yaml"))
    settings = load_config(load_yaml(place("config.yaml")), models, str(place("config.yaml")))
    return settings, models, load_benchmarks(place("benchmarks.yaml"))


def _with_replicates(
    resampling: StudyBootstrap | GlobalBootstrap, n_replicates: int
) -> StudyBootstrap | GlobalBootstrap:
    if n_replicates < 2:
        raise InputError("must be 0, or at least 2", file="n_replicates", value=n_replicates, remedy="give more")
    return resampling.model_copy(update={"n_replicates": n_replicates})


def _offsets(rows: pd.DataFrame, benchmarks: Mapping[str, Benchmark]) -> dict[str, str | None]:
    """Suffix of the coefficients of each benchmark that has rows; the first of them is the reference."""
    present = [name for name in benchmarks if (rows["benchmark"] == name).any()]
    return {name: None if name == present[0] else benchmarks[name].offset or name for name in present}


def _completed(
    observations: pd.DataFrame, benchmarks: Mapping[str, Benchmark], config: str | Path | None
) -> pd.DataFrame:
    """`observations` with all that laws read (schema FITTED_OBSERVATIONS)."""
    if lacking := [name for name in NEEDED if name not in observations]:
        raise InputError(
            f"lack the column{'s' * (len(lacking) > 1)} {', '.join(lacking)}", file="observations",
            remedy=f"give {', '.join(NEEDED)}",
        )  # fmt: skip
    if observations.empty:
        raise InputError("have no rows", file="observations", remedy="give a row for each system and benchmark")
    unknown = observations.loc[~observations["benchmark"].isin(list(benchmarks)), "benchmark"]
    if len(unknown):
        raise InputError(
            "is no benchmark", file="observations", row=f"row {unknown.index[0]}", column="benchmark",
            value=unknown.iloc[0],
            remedy=f"use one of {', '.join(benchmarks)}, or add it to config/benchmarks.yaml",
        )  # fmt: skip
    plain = observations.reset_index(drop=True)
    plain.attrs = {}
    names = [column.name for column in FITTED_OBSERVATIONS.columns]
    if all(name in plain for name in names):
        return FITTED_OBSERVATIONS.checked(plain[names], "observations")
    place = Path(config) / "architectures.yaml" if config else project_file("config/architectures.yaml")
    given = plain.assign(**{name: value for name, value in _OPTIONAL.items() if name not in plain})
    numbers = [str(n) for n in range(1, len(given) + 1)]
    given["system_id"] = given["paper_id"].astype(str) + "/row-" + pd.Series(numbers)
    given["record_id"] = given["system_id"] + ":" + given["benchmark"]
    given["reported_training_compute_flop"] = given["training_compute_flop"]
    given = given.assign(system=given["system_id"], title=given["paper_id"], source="given to fit")
    given["perplexity_benchmark"] = given["benchmark"]
    transformers = [name for name, family in load_architectures(place).items() if family.transformer]
    return fitted(observe(given, transformers, {name: each.vocabulary_size for name, each in benchmarks.items()}))
