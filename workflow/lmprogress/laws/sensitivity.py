"""Doubling times with one choice of the study changed: other rows, another cap, other units, law or penalty.

In: observations of each variation, and the main run's tables. Out: frames sensitivity and sensitivity_coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import (
    Bootstrap,
    CurationChange,
    GlobalBootstrap,
    GlobalSearch,
    RowChoice,
    Sensitivity,
    StudyBootstrap,
    Variation,
)
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Procedure
from lmprogress.laws.inference.bootstrapping import bootstrap
from lmprogress.laws.model.training_data import usable
from lmprogress.laws.rates.deriving import derive
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE


class Fits(NamedTuple):
    """Tables of one procedure: fits, coefficients with intervals, doubling_times."""

    fits: pd.DataFrame
    coefficients: pd.DataFrame
    doubling_times: pd.DataFrame

    def of(self, specification: str, penalty: float) -> Fits:
        """The rows of one specification at one penalty."""
        # numbers first: they are compared faster than names
        at_penalty = (frame[frame["penalty"] == penalty] for frame in self)
        return Fits(*(frame[frame["specification"] == specification] for frame in at_penalty))


class Settings(NamedTuple):
    """How every variation is fitted.

    varied: the specifications varied; those and what takes their place, where it is in `laws`. penalty: of the main
    fit. bootstraps: for each procedure that is resampled its
    settings; study_laws: those of the laws on which the study's is. interval_percent: width of the central interval,
    percent. least_observations: fewer are not fitted.
    """

    varied: Sequence[str]
    laws: LawSet
    penalty: float
    search: GlobalSearch
    bootstraps: Mapping[Procedure, StudyBootstrap | GlobalBootstrap]
    study_laws: Sequence[str]
    interval_percent: float
    least_observations: int


class Varied(NamedTuple):
    """Frames of the tables sensitivity and sensitivity_coefficients."""

    sensitivity: pd.DataFrame
    coefficients: pd.DataFrame


def vary(
    observations: Mapping[str, pd.DataFrame],
    variations: Mapping[str, Variation],
    main: Mapping[Procedure, Fits],
    *,
    settings: Settings,
) -> Varied:
    """Each of `variations` that the edition is asked, fitted by both procedures, with intervals.

    observations: by variation; those without are left out. main: the fits of the whole edition; a variation that
    changes neither rows nor penalty is taken from there where it was resampled there. A fit that is not resampled has
    no interval. A law without enough rows has the status `too few observations` and no numbers.
    """
    edition = settings.laws.edition
    sensitivity, coefficients = [tables.empty("sensitivity")], [tables.empty("sensitivity_coefficients")]
    for place, (name, variation) in enumerate(variations.items(), start=1):
        if name not in observations or edition not in (variation.editions or [edition]):
            continue
        rows = choose(observations[name], variation.rows, settings.laws.offsets)
        units = variation.units.model_dump(exclude_none=True)
        same_rows = variation.curation == CurationChange() and variation.rows == RowChoice() and not units
        in_units = settings._replace(laws=replace(settings.laws, units=units))
        laws = variation.laws or {law: law for law in settings.varied}
        for law, specification in laws.items():
            if specification not in settings.laws.specifications:
                continue
            about: dict[str, Any] = {
                "edition": edition,
                "sensitivity": name,
                "place": place,
                "label": variation.label,
                "heading": variation.heading,
                "law": law,
            }
            for penalty in variation.penalties or [settings.penalty]:
                for procedure in main:
                    found = main[procedure].of(specification, penalty)
                    if not same_rows or (found.doubling_times["n_replicates"] == 0).all():
                        found = _fitted(rows, law, specification, penalty, procedure, in_units)
                    if found.fits.empty:
                        sensitivity.append(_not_fitted(about, rows, specification, penalty, procedure, settings))
                        continue
                    sensitivity.append(_summary(found).assign(**about))
                    coefficients.append(found.coefficients.assign(**about))
    columns = tables.empty("sensitivity_coefficients").columns
    return Varied(pd.concat(sensitivity), pd.concat(coefficients)[columns])


def observations_of(
    variations: Mapping[str, Variation], own: pd.DataFrame, varied: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The observations of each of `variations` (schema FITTED_OBSERVATIONS), out of those of every way to curate.

    own: the edition's. varied: schema VARIED_OBSERVATIONS; a variation whose curation is not there changes nothing.
    """
    by_curation = {str(name): rows.drop(columns="curation") for name, rows in varied.groupby("curation", sort=False)}
    by_curation[CurationChange().name] = own
    found = {name: by_curation.get(variation.curation.name) for name, variation in variations.items()}
    return {name: rows for name, rows in found.items() if rows is not None}


def resampled(
    asked: Sensitivity, bootstraps: Bootstrap, edition: str
) -> dict[Procedure, StudyBootstrap | GlobalBootstrap]:
    """The bootstraps that `edition` gets: the converged one everywhere, the study's where it is asked for."""
    effort = {"n_replicates": asked.n_replicates, "n_starts": asked.n_starts, "main": None}
    chosen: dict[Procedure, StudyBootstrap | GlobalBootstrap] = {"global": bootstraps.global_.model_copy(update=effort)}
    if edition in asked.study_editions:
        chosen["study"] = bootstraps.study
    return chosen


def choose(observations: pd.DataFrame, rows: RowChoice, offsets: Mapping[str, str | None]) -> pd.DataFrame:
    """The observations that `rows` asks for. Raises InputError for an unknown benchmark."""
    if rows.benchmark is not None and rows.benchmark not in offsets:
        raise InputError(
            "is not a known benchmark",
            file="config/config.yaml",
            column="sensitivity.variations, rows.benchmark",
            value=rows.benchmark,
            remedy=f"use one of {', '.join(offsets)}, or add it to config/benchmarks.yaml",
        )
    chosen = observations
    if rows.benchmark is not None:
        chosen = chosen[chosen["benchmark"] == rows.benchmark]
    if rows.transformer is not None:
        chosen = chosen[chosen["transformer"] == rows.transformer]
    if rows.from_year is not None:
        chosen = chosen[chosen["publication_year"] >= rows.from_year]
    return chosen


def present_offsets(offsets: Mapping[str, str | None], rows: pd.DataFrame) -> dict[str, str | None]:
    """The offsets of the benchmarks in `rows`; the first of them is the reference where the usual one is not there."""
    present = {name: suffix for name, suffix in offsets.items() if (rows["benchmark"] == name).any()}
    if present and None not in present.values():
        present[next(iter(present))] = None
    return present


def _fitted(
    observations: pd.DataFrame,
    law: str,
    specification: str,
    penalty: float,
    procedure: Procedure,
    settings: Settings,
) -> Fits:
    """Fit, bootstrap and derive one law on `observations`; empty where they are too few."""
    rows = usable(observations, settings.laws.variant(specification))
    if len(rows) < settings.least_observations:
        return Fits(*(tables.empty(name) for name in Fits._fields))
    laws = replace(
        settings.laws.with_specifications({specification: (settings.laws.specifications[specification], [penalty])}),
        offsets=present_offsets(settings.laws.offsets, rows),
    )
    fits, coefficients, _, basins = fit(rows, procedure=procedure, laws=laws, search=settings.search)
    replicates = tables.empty("replicates")
    if procedure in settings.bootstraps and (procedure == "global" or law in settings.study_laws):
        replicates = bootstrap(
            rows,
            fits,
            basins,
            laws=laws,
            settings=settings.bootstraps[procedure],
            search=settings.search,
        )
    derived = derive(coefficients, replicates, laws=laws, interval_percent=settings.interval_percent)
    return Fits(fits, derived.coefficients, derived.doubling_times)


def _summary(found: Fits) -> pd.DataFrame:
    """The doubling times of effective compute, beside what they rest on."""
    times = found.doubling_times
    times = times[(times["quantity"] == EFFECTIVE_COMPUTE) & (times["method"] == "closed_form")]
    rest = {name: found.fits[name].iloc[0] for name in ("n_observations", "n_papers", "objective", "status")}
    return times.drop(columns=["quantity"]).assign(**rest)


def _not_fitted(
    about: Mapping[str, Any],
    rows: pd.DataFrame,
    specification: str,
    penalty: float,
    procedure: Procedure,
    settings: Settings,
) -> pd.DataFrame:
    key, used = settings.laws.key(specification, penalty, procedure), usable(rows, settings.laws.variant(specification))
    nothing = dict.fromkeys(("objective", "estimate_months", "low_months", "median_months", "high_months"))
    counts = {"n_observations": len(used), "n_papers": used["paper_id"].nunique(), "n_replicates": 0}
    row = {"benchmark": "all", "group": "all", "method": "closed_form", "interval_method": "none",
           "n_without_progress": 0, "status": "too few observations"}  # fmt: skip
    return pd.DataFrame([{**about, **key, **row, **counts, **nothing}])
