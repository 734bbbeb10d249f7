"""Doubling times by search, and those over the best laws together, found again from coefficients and replicates.

In: a run. Out: the check `searches`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_checks import ends_in_months
from lmprogress.auditing.derivations.fit_tables import FIT, estimates, resampled, thetas
from lmprogress.auditing.derivations.law_searches import Floats, LawAt, with_transformer_gain
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_LAW = ["specification", "data_variant"]
_KEY = [*FIT, "benchmark", "group", "method", "interval_method"]
_GAIN = "_transformer_gain"  # the name of a law with a gain of the transformer ends so
_REFERENCES = ["reference_year", "reference_n_parameters", "reference_dataset_size_tokens", "reference_compute_flop"]
_CLOSE = 1e-6  # of roots where the loss is flat
# doublings a year beyond which a rate is that of a law in which compute does nothing, and what they are in months
_LARGEST = 1e6
_SHORTEST_MONTHS = 12 / _LARGEST
_STUDY = 1e-3  # of the study's searches, which stop where rounding has it
_EARLIER = ("others", "before")  # groups that do not stand for a pair with a rate for each


def check_searches(run: RunFiles) -> Check:
    """Doubling times by search with their percentiles; draws of the best pairs, and what they come to together."""
    check = Check("searches", "doubling times by search; draws of the best pairs, and percentiles over them")
    for edition in run.editions:
        for file in run.matching(f"processed/{edition}/*/numerical_doubling_times.parquet"):
            folder = file.rpartition("/")[0]
            fits, held = readable(run, f"{folder}/fits.parquet"), readable(run, file)
            if held is None or fits is None:
                continue
            _check_times(check, run, file, held, fits)
            rates: dict[Any, set[tuple[str, str]]] = {}
            for *law, benchmark, group in held[[*_LAW, "benchmark", "group"]].itertuples(index=False, name=None):
                rates.setdefault(tuple(law), set()).add((benchmark, group))
            _check_best(check, run, folder, rates)
    return check


def _check_times(check: Check, run: RunFiles, file: str, held: pd.DataFrame, fits: pd.DataFrame) -> None:
    half = float(run.config["interval_percent"]) / 2
    rows = []
    for law, rates in _rates(run, file.rpartition("/")[0], held, fits):
        for key, lines in rates.items():
            values = law[key]
            point, drawn = float(values[0]), values[1:]
            for method, interval_method in lines:
                if method == "numerical_as_study":
                    continue
                row = dict(zip([*FIT, "benchmark", "group"], key, strict=True))
                row |= {"method": method, "interval_method": interval_method, "n_replicates": len(drawn)}
                ends = _summary(point, drawn, interval_method, half, 1)
                other = ends
                if max(abs(point), np.abs(drawn).max(initial=0.0)) > _LARGEST:
                    other = _summary(point, drawn, interval_method, half, -1)
                rows.append((row, ends, other))
    if rows:
        follows = _between(held, [row for row, *_ in rows], [ends for _, *ends in rows], _KEY)
        shown = held.loc[held["method"] == "numerical", list(follows.columns)]
        check.equal(file, shown, follows, _KEY, _CLOSE, _SHORTEST_MONTHS)
    _check_as_study(check, run, file, held[held["method"] == "numerical_as_study"], fits)


def _summary(point: float, drawn: Floats, method: str, half: float, sign: int) -> dict[str, float]:
    """Estimate and percentiles, rates beyond sense taken for infinite ones of this sign."""
    rates = np.where(np.abs(drawn) > _LARGEST, sign * np.inf, drawn)
    point = sign * math.inf if abs(point) > _LARGEST else point
    ends = dict(zip(("low_months", "median_months", "high_months"), ends_in_months(rates, method, half), strict=True))
    estimate = 12 / point if point > 0 else math.nan
    return {"n_without_progress": int((rates <= 0).sum()), "estimate_months": estimate, **ends}


def _between(held: pd.DataFrame, rows: list[dict[str, Any]], ends: Any, key: list[str]) -> pd.DataFrame:
    """Rows with the values held where these lie between both ends: the sign of a rate beyond sense is rounding's."""
    follows = pd.DataFrame([row | first for row, (first, _) in zip(rows, ends, strict=True)])
    other = pd.DataFrame([row | second for row, (_, second) in zip(rows, ends, strict=True)])
    told = follows[key].merge(held, on=key, how="left")
    for name in ends[0][0] if ends else ():
        one, two, own = (frame[name].fillna(np.inf).to_numpy(float) for frame in (follows, other, told))
        inside = (one != two) & (own >= np.minimum(one, two)) & (own <= np.maximum(one, two))
        follows[name] = follows[name].where(~inside, told[name])
    return follows


def _rates(
    run: RunFiles, folder: str, held: pd.DataFrame, fits: pd.DataFrame
) -> Iterator[tuple[dict[Any, Floats], dict[Any, list[tuple[str, str]]]]]:
    """For each law: doublings a year, (1 + R,), of each of its fits and replicates, and the rows that show them."""
    at, named = run.config["gains"]["conversion"], Laws(run, folder)
    fitted, drawn = estimates(run, folder), resampled(run, folder)
    shown: dict[Any, list[tuple[str, str]]] = {}
    wanted: dict[Any, dict[tuple[str, str], None]] = {}
    for *name, method, interval_method in held[_KEY].itertuples(index=False, name=None):
        shown.setdefault(tuple(name), []).append((method, interval_method))
        wanted.setdefault(tuple(name[:2]), {})[name[3], name[4]] = None
    for law, some in fits.groupby(_LAW, sort=False):
        if law not in wanted:
            continue
        keys = list(some[FIT].itertuples(index=False, name=None))
        parts = [thetas(fitted[key], drawn.get(key)) for key in keys]
        theta = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        ends = np.cumsum([1 + (len(drawn[key].numbers) if key in drawn else 0) for key in keys])[:-1]
        found: dict[Any, Floats] = {}
        lines: dict[Any, list[tuple[str, str]]] = {}
        for benchmark, group in wanted[law]:
            one = named.law(str(law[0]), theta, some.iloc[0], benchmark, group)
            values = one.doublings_a_year(float(at["compute_flop"]), float(at["year"]))
            for key, own in zip(keys, np.split(values, ends), strict=True):
                found[(*key, benchmark, group)] = own
                lines[(*key, benchmark, group)] = shown.get((*key, benchmark, group), [])
        yield found, lines


class Laws:
    """Laws of the settings by name, as the edition of a folder of fits has them."""

    def __init__(self, run: RunFiles, folder: str) -> None:
        edition = folder.split("/")[1]
        self.specifications = run.yaml("config/models.yaml")["specifications"]
        self.offsets, self.reference = run.offsets(edition), run.reference_benchmark(edition)

    def law(self, name: str, theta: Mapping[str, Any], fit: Any, benchmark: str = "all", group: str = "all") -> LawAt:
        """The law at coefficients (B,) of a row of fits; on the reference benchmark where the rate is shared."""
        where = self.reference if benchmark == "all" else benchmark
        specification = self.specifications.get(name)
        if specification is None and name.endswith(_GAIN):
            specification = with_transformer_gain(self.specifications[name.removesuffix(_GAIN)])
        return LawAt(specification, theta, {column: fit[column] for column in _REFERENCES}, self.offsets, where, group)


def _check_as_study(check: Check, run: RunFiles, file: str, held: pd.DataFrame, fits: pd.DataFrame) -> None:
    """Estimates of the study's searches alone: each replicate would take them again."""
    folder, at = file.rpartition("/")[0], run.config["gains"]["conversion"]
    fitted, named = estimates(run, folder), Laws(run, folder)
    rows = {tuple(row[name] for name in FIT): row for row in fits.to_dict("records")}
    for row in held.drop_duplicates([*FIT, "benchmark", "group"]).to_dict("records"):
        key = tuple(row[name] for name in FIT)
        law = named.law(key[0], thetas(fitted[key]), rows[key], row["benchmark"], row["group"])
        months = 12 * law.years_as_study(float(at["compute_flop"]), float(at["year"]))
        check.items += 1
        told = row["estimate_months"]
        if months > 0 and not abs(told - months) <= _STUDY * months:
            named_row = ", ".join(f"{name}={row[name]}" for name in [*FIT, "benchmark", "group", "method"])
            check.fail(file, named_row, f"estimate_months is {told}, but the study's searches end at {months:.6g}")


# ---- the best pairs -------------------------------------------------------------------------------------------------


def _check_best(check: Check, run: RunFiles, folder: str, rates: Mapping[Any, set[tuple[str, str]]]) -> None:
    """Ranks from the ranking; draws found again; percentiles over all of them and over each pair."""
    file, summed = f"{folder}/best_draws.parquet", f"{folder}/aggregate_doubling_times.parquet"
    draws, times = readable(run, file), readable(run, summed)
    fits = readable(run, f"{folder}/best/fits.parquet")
    drawn = resampled(run, f"{folder}/best")
    if draws is None or times is None or fits is None or (draws.empty and not drawn):
        return
    ranks = best_pairs(run, folder)
    pairs = draws[["specification", "penalty", "rank"]].drop_duplicates()
    check.items += len(pairs)
    for pair in pairs.to_dict("records"):
        if ranks.get((pair["specification"], pair["penalty"])) != pair["rank"]:
            check.fail(file, f"rank={pair['rank']}", "is not the rank of the pair")
    at, named, parts = run.config["gains"]["conversion"], Laws(run, folder), []
    exact = draws[draws["method"] == "numerical"]
    of_fit = {tuple(row[name] for name in FIT): row for row in fits.to_dict("records")}
    told = set(exact[[*FIT, "benchmark", "group"]].drop_duplicates().itertuples(index=False, name=None))
    told |= {(*key, *rate) for key in drawn for rate in rates.get(key[:2], ())}
    for name in sorted(told):
        key, (benchmark, group) = name[:3], name[3:]
        if key not in drawn:
            check.fail(file, ", ".join(map(str, key)), "has draws of a fit without replicates")
            continue
        law = named.law(key[0], drawn[key].theta, of_fit[key], benchmark, group)
        values = law.doublings_a_year(float(at["compute_flop"]), float(at["year"]))
        about = dict(zip([*FIT, "benchmark", "group"], name, strict=True))
        parts.append(pd.DataFrame({"replicate": drawn[key].numbers, "growth_rate_per_year": values}).assign(**about))
    follows, exact = (frame.assign(growth_rate_per_year=_sensible(frame)) for frame in (pd.concat(parts), exact))
    check.equal(file, exact[list(follows.columns)], follows, [*FIT, "benchmark", "group", "replicate"], _CLOSE)
    _check_aggregate(check, run, summed, times, draws, named.reference)


def _sensible(draws: pd.DataFrame) -> pd.Series:
    rates = draws["growth_rate_per_year"]
    return rates.where(rates.abs() <= _LARGEST, np.inf)


def best_pairs(run: RunFiles, folder: str) -> dict[tuple[str, float], int]:
    """Rank of each pair of specification and penalty: the study's own list, or the error on papers held out."""
    _, edition, procedure = folder.split("/")
    n_best = int(run.config["gains"]["n_best"])
    if procedure == "study":
        published = run.csv("raw/reference/published.csv")
        names = {s["ho_number"]: name for name, s in run.yaml("config/models.yaml")["specifications"].items()
                 if s.get("ho_number") and name in run.config["fit"]["specifications"]}  # fmt: skip
        listed = published[published["reference_id"].str.startswith("top_ten/")]
        found = {}
        for reference, value in zip(listed["reference_id"], listed["value"].astype(float), strict=True):
            _, number, penalty, _ = reference.split("/")
            found[names[int(number)], float(penalty)] = int(value)
        return found
    ranking = readable(run, "results/tables/cross_validation.parquet")
    if ranking is None:
        return {}
    chosen = ranking[(ranking["edition"] == edition) & (ranking["procedure"] == "global")
                     & (ranking["protocol"] == "leave_one_paper_out")]  # fmt: skip
    ordered = chosen.sort_values(["rank", "specification", "penalty"])[:n_best]
    return {pair: place for place, pair in enumerate(zip(ordered["specification"], ordered["penalty"], strict=True), 1)}


def _check_aggregate(
    check: Check, run: RunFiles, file: str, times: pd.DataFrame, draws: pd.DataFrame, reference: str
) -> None:
    half, rows = float(run.config["interval_percent"]) / 2, []
    for method, some in draws.groupby("method"):
        once = some[some["benchmark"].isin(["all", reference]) & ~some["group"].isin(_EARLIER)]
        groups: dict[tuple[Any, ...], pd.DataFrame] = {
            ("every_rate", 0, "all", "all"): some,
            ("once_each", 0, "all", "all"): once,
        }
        groups |= {("pair", *key): part for key, part in some.groupby(["rank", "benchmark", "group"])}
        for key, part in groups.items():
            rates = part["growth_rate_per_year"].to_numpy(float)
            about = dict(zip(("pooling", "rank", "benchmark", "group"), key, strict=True))
            alone = part.iloc[0] if key[0] == "pair" else {"specification": "all", "penalty": math.nan}
            about |= {name: alone[name] for name in ("specification", "penalty")}
            about |= {"method": method, "n_values": len(rates), "n_without_progress": int((rates <= 0).sum())}
            for kind in ("times", "rates"):
                ends = ends_in_months(rates, f"pooled_{kind}", half)
                rows.append(
                    about
                    | {"interval_method": kind}
                    | dict(zip(("low_months", "median_months", "high_months"), ends, strict=True))
                )
    follows = pd.DataFrame(rows)
    key_columns = ["pooling", "rank", "benchmark", "group", "method", "interval_method"]
    check.equal(file, times[list(follows.columns)], follows, key_columns, 1e-9)
