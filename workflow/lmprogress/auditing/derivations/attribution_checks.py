"""What each factor did to losses, found again from the laws: all orders of the changes between studied systems.

In: a run. Out: the check `attribution`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_tables import folders, main_fit, percentiles
from lmprogress.auditing.derivations.law_searches import Floats
from lmprogress.auditing.derivations.search_checks import Laws
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE, _CANCELLED = 1e-8, 1e-9
_FACTORS = ("parameters", "data", "parameter_efficiency", "data_efficiency")
_TERMS = {"parameter": "parameter_efficiency", "data": "data_efficiency"}
_TOGETHER = {"scaling": _FACTORS[:2], "algorithms": _FACTORS[2:]}
_TROPICAL_YEAR = 365.242199  # days; the study's attribution counts dates in them


def check_attribution(run: RunFiles) -> Check:
    """Predicted losses of the studied systems; the share of each factor, averaged over all orders of the changes."""
    check = Check("attribution", "losses of studied systems; shares of their fall over all orders of the changes")
    half = float(run.config["interval_percent"]) / 2
    systems = run.csv("raw/reference/studied_systems.csv").sort_values(["study_date", "studied_system"])
    published = run.csv("raw/reference/published.csv")["reference_id"]
    listed = published[published.str.fullmatch(r"table1/\w+/\w+/parameters")].str.split("/")
    printed = {(row[1], row[2]) for row in listed}
    for _, procedure, folder in folders(run, "attribution"):
        shares, losses = (readable(run, f"{folder}/{name}.parquet") for name in ("attribution", "studied_losses"))
        main = main_fit(run, folder)
        if shares is None or losses is None or main is None:
            continue
        law = Laws(run, folder).law(main.key[0], main.theta, main.row)
        days = pd.to_datetime(systems["study_date"])
        years = days.dt.year + (days.dt.day_of_year - 1) / 365
        if procedure == "study":
            years = (days - pd.Timestamp("1970-01-01")).dt.days / _TROPICAL_YEAR + 1970
        sizes = (np.log(systems[name].astype(float)) for name in ("n_parameters", "dataset_size_tokens"))
        points = {
            name: dict(zip(_FACTORS, (n, d, year, year), strict=True))
            for name, n, d, year in zip(systems["studied_system"], *sizes, years, strict=True)
        }

        def loss(at: Mapping[str, float], law: Any = law) -> Floats:
            return law.loss_by_term(at["parameters"], at["data"], {term: at[name] for term, name in _TERMS.items()})

        told, divided = [], []
        for name, point in points.items():
            values = loss(point)
            about = {"studied_system": name, "year": point["data_efficiency"], "n_replicates": law.n - 1}
            told.append(
                about | {"predicted_log_perplexity": values[0]} | percentiles("log_perplexity", values[1:], half)
            )
        for start, end in combinations(points, 2):
            found = _shapley(loss, points[start], points[end])
            found |= {name: np.sum([found[part] for part in parts], axis=0) for name, parts in _TOGETHER.items()}
            for factor, values in found.items():
                about = {"start_system": start, "end_system": end, "factor": factor, "n_replicates": law.n - 1}
                about |= {"printed": (start, end) in printed, "share": values[0]}
                divided.append(about | percentiles("share", values[1:], half))
        for file, held, rows, key in (
            (f"{folder}/studied_losses.parquet", losses, told, ["studied_system"]),
            (f"{folder}/attribution.parquet", shares, divided, ["start_system", "end_system", "factor"]),
        ):
            follows = pd.DataFrame(rows)
            check.equal(file, held[list(follows.columns)], follows, key, _CLOSE, _CANCELLED)
    return check


def _shapley(loss: Any, start: Mapping[str, float], end: Mapping[str, float]) -> dict[str, Floats]:
    """Each factor's share of the change of loss, (B,): its effect averaged over the orders of all changes."""
    known: dict[frozenset[str], Floats] = {}

    def after(changed: frozenset[str]) -> Floats:
        if changed not in known:
            known[changed] = loss({name: (end if name in changed else start)[name] for name in _FACTORS})
        return known[changed]

    total = after(frozenset(_FACTORS)) - after(frozenset())
    effects = {name: np.zeros(len(total)) for name in _FACTORS}
    orders = list(permutations(_FACTORS))
    for order in orders:
        for place, name in enumerate(order):
            effects[name] += after(frozenset(order[: place + 1])) - after(frozenset(order[:place]))
    return {name: effect / len(orders) / total for name, effect in effects.items()}
