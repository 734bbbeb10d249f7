"""Whether tables hold as much as the settings ask for: replicates, starts, folds, points, years, laws, records.

In: a run. Out: the check `settings`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FIT = ["specification", "penalty"]
_AGAIN = "if settings.json was edited, restore it; else delete this file and run again: it is made with these settings"
_INCH = 0.0254


def check_settings(run: RunFiles) -> Check:
    """What tables count, against results/provenance/settings.json."""
    check = Check("settings", "replicates, starts, folds, points, years, laws and records against the settings")
    counts = _Counts(check, run)
    for edition in run.editions:
        counts.of_fits(edition)
        counts.of_edition(edition)
    counts.of_results()
    counts.of_figures()
    # dates as texts, as the settings of the run have them
    written = json.loads(json.dumps(run.yaml("config/config.yaml"), default=str))
    if others := sorted(_said_otherwise(written, run.config)):
        check.notes.append(
            "config/config.yaml says otherwise than this run's settings, given elsewhere or changed since: "
            + ", ".join(others)
        )
    return check


class _Counts:
    """What tables of a run hold, laid beside the settings."""

    def __init__(self, check: Check, run: RunFiles) -> None:
        self.check, self.run, self.config = check, run, run.config

    def held(self, file: str) -> pd.DataFrame | None:
        """A table that has rows: of an edition that is too small to be fitted, most have none."""
        frame = readable(self.run, file)
        return None if frame is None or frame.empty else frame

    def expect(
        self, file: str, setting: str, found: Iterable[Any], legal: Iterable[Any], *, all_of: bool = False
    ) -> None:
        """Nothing but the `legal` values is found; with `all_of`, each of them is."""
        self.check.items += 1
        there, wanted = set(found), set(legal)
        if not there <= wanted or (all_of and there != wanted):
            self.check.fail(file, setting, f"holds {_listed(there)}, but the settings say {_listed(wanted)}", _AGAIN)

    def of_fits(self, edition: str) -> None:
        fit, bootstrap, best = self.config["fit"], self.config["bootstrap"], self.config["gains"]["best"]
        main = (fit["main"]["specification"], fit["main"]["penalty"])
        for procedure in ("study", "global"):
            place, of_bootstrap = f"processed/{edition}/{procedure}", bootstrap[procedure]
            n_replicates = {"": of_bootstrap["n_replicates"]}
            if of_bootstrap.get("main"):
                n_replicates["main"] = of_bootstrap["main"]["n_replicates"]
            if (fits := self.held(f"{place}/fits.parquet")) is not None:
                keys = fits[_FIT].itertuples(index=False, name=None)
                self.expect(f"{place}/fits.parquet", "fit", keys, _laws(self.config, edition), all_of=True)
                if procedure == "global":
                    self.expect(
                        f"{place}/fits.parquet", "fit.global.n_starts", fits["n_starts"], [fit["global"]["n_starts"]]
                    )
            for folder, setting, wanted in (
                ("", f"bootstrap.{procedure}", n_replicates),
                ("best/", "gains.best", {"": best["n_replicates"]} if procedure == "global" else n_replicates),
            ):
                file = f"{place}/{folder}replicates.parquet"
                if self.held(file) is None:
                    continue
                counted = self.run.coded(file, [*_FIT, "replicate", "resample_unit"])
                for key, n in counted.groupby(_FIT, observed=True)["replicate"].nunique().items():
                    name = "main" if key == main and "main" in wanted else ""
                    self.expect(file, f"{setting}.{name and 'main.'}n_replicates", [n], [wanted[name]])
                if not folder:
                    units = counted["resample_unit"].unique()
                    self.expect(file, f"{setting}.resample_unit", units, [of_bootstrap["resample_unit"]])
            self._of_best(place, procedure)
            self._of_frontiers(f"{place}/pareto_frontiers.parquet")

    def _of_best(self, place: str, procedure: str) -> None:
        gains, file = self.config["gains"], f"{place}/best/fits.parquet"
        if procedure == "global" and (fits := self.held(file)) is not None:
            self.expect(file, "gains.best.n_search_starts", fits["n_starts"], [gains["best"]["n_search_starts"]])
            everything = self.held(f"{place}/fits.parquet")
            compared = self.config["fit"]["specifications"]
            n = 0 if everything is None else int(everything["specification"].isin(compared).sum())
            self.expect(file, "gains.n_best", [len(fits)], _up_to(gains["n_best"], n >= gains["n_best"]))

    def _of_frontiers(self, file: str) -> None:
        """A frontier ends where no size reaches the perplexity, and a year without one is left out."""
        settings = self.config["gains"]["frontiers"]
        if (points := self.held(file)) is not None:
            self.expect(file, "gains.frontiers.years", points["year"], settings["years"])
            self.expect(file, "gains.frontiers.systems", points["system_id"], settings["systems"])
            longest = points.groupby([*_FIT, "system_id", "year"])["point"].nunique().max()
            self.expect(file, "gains.frontiers.n_points", [longest], _up_to(settings["n_points"]))

    def of_edition(self, edition: str) -> None:
        place, config = f"processed/{edition}", self.config
        bootstrap, validation = config["bootstrap"], config["validation"]
        cap = config["editions"][edition]["cap"]
        if (rows := self.held(f"{place}/observations.parquet")) is not None and cap["unit"] in rows:
            most = rows[cap["unit"]].value_counts().max()
            self.expect(f"{place}/observations.parquet", "cap.keep", [most], _up_to(cap["keep"]))
        if (folds := self.held(f"{place}/global/fold_fits.parquet")) is not None:
            rolling = folds["protocol"] == "rolling_origin"
            file, n = f"{place}/global/fold_fits.parquet", validation["n_starts"]
            # all basins of the fit to all rows, and so many at least
            known = self.held(f"{place}/global/basins.parquet")
            basins = {n}
            if known is not None:
                basins |= {
                    max(n, int(count)) for count in known.groupby(["specification", "penalty"])["basin"].nunique()
                }
            self.expect(file, "validation.n_starts", folds.loc[~rolling, "n_starts"], basins)
            # and random ones, but for folds that are not searched
            legal = basins | {count + validation["rolling_starts"] for count in basins}
            self.expect(file, "validation.rolling_starts", folds.loc[rolling, "n_starts"], legal)
        if (scores := self.held(f"{place}/cross_validation.parquet")) is not None:
            most = scores["n_checked"].max()
            wanted = validation["cold_check"]["n_folds"]
            self.expect(f"{place}/cross_validation.parquet", "validation.cold_check.n_folds", [most], [wanted])
        if (years := self.held(f"{place}/rolling_origin.parquet")) is not None:
            self.expect(
                f"{place}/rolling_origin.parquet",
                "validation.rolling_years",
                years["year"],
                validation["rolling_years"],
            )
        self._of_profiles(f"{place}/profiles.parquet")
        if (within := self.held(f"{place}/within_paper.parquet")) is not None:
            for procedure, n in (
                ("global", config["within_paper"]["n_replicates"]),
                ("study", bootstrap["study"]["n_replicates"]),
            ):
                found = within.loc[within["procedure"] == procedure, "n_replicates"]
                self.expect(f"{place}/within_paper.parquet", f"n_replicates of {procedure}", found, [n])
        if (varied := self.held(f"{place}/sensitivity.parquet")) is not None:
            resampled = varied[varied["interval_method"] != "none"]
            main = bootstrap["global"].get("main") or bootstrap["global"]
            # what a variation leaves as it was is taken from the main fits
            of_fits = {bootstrap["global"]["n_replicates"], main["n_replicates"]}
            for procedure, counts in (
                ("global", of_fits | {config["sensitivity"]["n_replicates"]}),
                ("study", {bootstrap["study"]["n_replicates"]}),
            ):
                found = resampled.loc[resampled["procedure"] == procedure, "n_replicates"]
                self.expect(f"{place}/sensitivity.parquet", f"n_replicates of {procedure}", found, counts)

    def _of_profiles(self, file: str) -> None:
        settings = self.config["intervals"]["profile"]
        if (profiles := self.held(file)) is None:
            return
        self.expect(file, "intervals.profile.penalties", profiles["penalty"], settings["penalties"])
        ends = {"growth_rate_per_year": "growth_rates"}
        for (law, penalty, quantity), points in profiles.groupby([*_FIT, "quantity"], observed=True):
            # and the estimate itself
            self.expect(file, "intervals.profile.n_points", [len(points)], [settings["n_points"] + n for n in (0, 1)])
            if quantity in ends:
                low, high = settings[ends[quantity]]
                grid = np.linspace(low, high, settings["n_points"])
                apart = np.abs(points["value"].to_numpy()[:, None] - grid).min(axis=0)
                name = f"specification={law}, penalty={penalty:g}"
                self.check.items += 1
                if (apart > 1e-9).any():
                    self.check.fail(file, name, f"lacks points of intervals.profile.{ends[quantity]}", _AGAIN)

    def of_results(self) -> None:
        """Tables of results that show what the settings list."""
        gains, other, simulation = (self.config[name] for name in ("gains", "other_laws", "simulation"))
        growth = gains["growth"]
        for table, column, setting, wanted in (
            ("transformer_gains", "compute_flop", "gains.transformer_budgets_flop", gains["transformer_budgets_flop"]),
            ("allocations", "training_compute_flop", "other_laws.budgets_flop", other["budgets_flop"]),
            ("inference_trade_off", "n_served_tokens", "other_laws.served_tokens", other["served_tokens"]),
            ("budget_projection", "years", "other_laws.projected_years", other["projected_years"]),
            ("forecast_scores", "nominal_coverage", "other_laws.alarm_level", [1 - other["alarm_level"]]),
        ):
            file = f"results/tables/{table}.parquet"
            if (held := self.held(file)) is not None:
                self.expect(file, setting, held[column], map(float, wanted), all_of=True)
        if (held := self.held("results/tables/effective_compute.parquet")) is not None:
            found = [held["year"].min(), held["year"].max()]
            wanted = [float(growth["first_year"]), float(growth["last_year"])]
            self.expect("results/tables/effective_compute.parquet", "gains.growth", found, wanted, all_of=True)
        if (held := self.held("results/tables/simulation.parquet")) is not None:
            file = "results/tables/simulation.parquet"
            self.expect(file, "simulation.n_data_sets", held["n_data_sets"], [simulation["n_data_sets"]])
            self.expect(file, "simulation.truths", held["truth"], simulation["truths"])
            self.expect(file, "simulation.editions", held["edition"], simulation["editions"])

    def of_figures(self) -> None:
        """The resolution that PNG files say they have, dots per inch."""
        wanted = self.config["figures"]["dpi"]
        for file in self.run.matching("results/figures/**/*.png"):
            content = (self.run.folder / file).read_bytes()
            if (place := content.find(b"pHYs")) >= 0:
                per_metre = struct.unpack(">I", content[place + 4 : place + 8])[0]
                self.expect(file, "figures.dpi", [round(per_metre * _INCH)], [wanted])


def _up_to(most: int, reached: bool = False) -> Iterable[int]:
    """Counts from 1 to `most`, or that alone where nothing can keep a table from reaching it."""
    return [most] if reached else range(1, most + 1)


def _laws(config: dict[str, Any], edition: str) -> set[tuple[str, float]]:
    """Specification and penalty of every fit of an edition."""
    fit, own = config["fit"], config["editions"][edition]["laws"]
    named = fit if own == "all" else own
    pairs = {(law, float(penalty)) for law in named["specifications"] for penalty in named["penalties"]}
    return pairs | {(law, float(fit["main"]["penalty"])) for law in named["variants"]}


def _said_otherwise(written: Any, settings: Any, place: str = "") -> Iterator[str]:
    """Places where a file of settings says another thing than was used; the folder of papers has its own file."""
    if isinstance(written, dict) and isinstance(settings, dict):
        for name, value in written.items():
            if name in settings and (place or name not in ("papers", "papers_only")):
                yield from _said_otherwise(value, settings[name], f"{place}.{name}".lstrip("."))
    elif written != settings:
        yield place


def _listed(values: set[Any]) -> str:
    """The first few values, in order."""
    told = sorted(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
    return ", ".join(told[:6]) + (f" and {len(told) - 6} more" if len(told) > 6 else "") or "nothing"
