"""Tables of fits as arrays: estimates and replicates of each fit of a folder, by name of the coefficient.

In: a run and a folder of it. Out: mappings from (specification, data variant, penalty).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.auditing.derivations.law_values import LawRows, rows_of
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

FIT = ["specification", "data_variant", "penalty"]
FitKey = tuple[Any, ...]


class Replicates(NamedTuple):
    """Numbers of the replicates of a fit, (R,), and each coefficient in them, (R,)."""

    numbers: NDArray[np.int64]
    theta: dict[str, NDArray[np.float64]]


def folders(run: RunFiles, table: str) -> Iterator[tuple[str, str, str]]:
    """Edition, procedure and folder of each table of that name."""
    for edition in run.editions:
        for file in run.matching(f"processed/{edition}/*/{table}.parquet"):
            yield edition, file.split("/")[2], file.rpartition("/")[0]


def estimates(run: RunFiles, folder: str) -> dict[FitKey, dict[str, float]]:
    """Coefficients of each fit, in their order; empty where the table cannot be read."""
    frame = readable(run, f"{folder}/coefficients.parquet")
    if frame is None:
        return {}
    kept = run.kept.setdefault(f"{folder}/coefficients", {})
    if not kept:
        ordered = frame.sort_values([*FIT, "number"])[[*FIT, "coefficient", "estimate"]]
        for *key, name, value in ordered.itertuples(index=False, name=None):
            kept.setdefault(tuple(key), {})[name] = value
    return kept


def stationary_points(run: RunFiles, folder: str) -> dict[FitKey, dict[int, dict[str, float]]]:
    """Coefficients of each basin of each fit, by its number; empty where the table cannot be read."""
    frame = readable(run, f"{folder}/basins.parquet")
    if frame is None:
        return {}
    kept = run.kept.setdefault(f"{folder}/basins", {})
    if not kept:
        ordered = frame.sort_values([*FIT, "basin"])[[*FIT, "basin", "coefficient", "estimate"]]
        for *key, basin, name, value in ordered.itertuples(index=False, name=None):
            kept.setdefault(tuple(key), {}).setdefault(basin, {})[name] = value
    return kept


def law_rows(run: RunFiles, edition: str, variant: str) -> LawRows | None:
    """The rows that laws of a data variant are fitted to; none where observations cannot be read."""
    observations = readable(run, f"processed/{edition}/observations.parquet")
    if observations is None:
        return None
    kept = run.kept.setdefault(f"{edition}/law_rows", {})
    if variant not in kept:
        settings = run.yaml("config/models.yaml")["data_variants"][variant]
        kept[variant] = rows_of(observations, settings, run.offsets(edition))
    return kept[variant]


def stacked(parts: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> pd.DataFrame:
    """One frame of parts, each of which has values that hold for all its rows, and columns (n,)."""
    lengths = [len(next(iter(columns.values()))) for _, columns in parts]
    part = np.repeat(np.arange(len(parts)), lengths)
    about: dict[str, Any] = {name: pd.Series([one[name] for one, _ in parts]).array.take(part) for name in parts[0][0]}
    return pd.DataFrame(about | {name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]})


def resampled(run: RunFiles, folder: str) -> dict[FitKey, Replicates]:
    """Replicates of each fit that has them. ValueError where a coefficient lacks one."""
    kept = run.kept.setdefault(f"{folder}/replicates", {})
    columns = [*FIT, "replicate", "number", "coefficient", "estimate"]
    frame = None if kept else readable(run, f"{folder}/replicates.parquet", columns)
    if frame is not None:
        for key, rows in frame.groupby(FIT, observed=True):
            number, replicate = rows["number"].to_numpy(), rows["replicate"].to_numpy()
            order = np.lexsort((replicate, number))
            shape = (len(np.unique(number)), -1)
            numbers, places = replicate[order].reshape(shape), number[order].reshape(shape)
            if (numbers != numbers[0]).any() or (places != places[:, :1]).any():
                raise ValueError(f"a replicate of {key} is missing or doubled")
            names = rows["coefficient"].iloc[order[:: numbers.shape[1]]].astype(str)
            kept[key] = Replicates(
                numbers[0], dict(zip(names, rows["estimate"].to_numpy(float)[order].reshape(shape), strict=True))
            )
    return kept


def thetas(fit: Mapping[str, float], drawn: Replicates | None = None) -> dict[str, NDArray[np.float64]]:
    """Each coefficient of a fit and of its replicates, (1 + R,)."""
    return {name: np.append(value, () if drawn is None else drawn.theta[name]) for name, value in fit.items()}


class MainFit(NamedTuple):
    """The main fit of a folder: its key, its row of fits, and its coefficients, (1 + R,)."""

    key: FitKey
    row: dict[Any, Any]
    theta: dict[str, NDArray[np.float64]]


def main_fit(run: RunFiles, folder: str) -> MainFit | None:
    """The fit that headline figures show; none where it was not fitted."""
    fits, main = readable(run, f"{folder}/fits.parquet"), run.config["fit"]["main"]
    if fits is None:
        return None
    rows = fits[(fits["specification"] == main["specification"]) & (fits["penalty"] == main["penalty"])]
    if rows.empty:
        return None
    key = tuple(rows.iloc[0][FIT])
    theta = thetas(estimates(run, folder)[key], resampled(run, folder).get(key))
    return MainFit(key, rows.iloc[0].to_dict(), theta)


def percentiles(name: str, values: NDArray[np.float64], half: float) -> dict[str, float]:
    """low_, median_ and high_`name` of replicates (R,), of which `half` percent lie between median and end."""
    shares = [50 - half, 50, 50 + half]
    with np.errstate(invalid="ignore"):
        ends = np.percentile(np.sort(values), shares).tolist() if len(values) else [math.nan] * 3
    if np.isnan(ends).any() and len(values):
        # between two infinite values there is nothing to interpolate
        near = np.percentile(np.sort(values), shares, method="nearest").tolist()
        ends = [there if math.isnan(end) else end for end, there in zip(ends, near, strict=True)]
    return dict(zip((f"low_{name}", f"median_{name}", f"high_{name}"), ends, strict=True))
