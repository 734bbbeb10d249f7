"""Numbers that the study prints and no other table holds, counted and computed again.

In: a run. Out: the check `study_statistics`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_checks import ends_in_months
from lmprogress.auditing.derivations.fit_tables import folders, main_fit
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FILE = "results/tables/study_statistics.parquet"
_KEY = ["edition", "procedure", "statistic", "subject"]
# what a procedure's errors are held against
_PROTOCOL = {"study": "study_split", "global": "leave_one_paper_out"}
_LAST_COMPARED, _LAST_RANKED, _NOT_DRAWN = 15, 17, 14  # numbers of the study's models
_HALF = 45.0  # percent between the median and an end of a 90 percent interval
_CLOSE = 1e-9
# statistic, subject, value, unit
_Said = tuple[str, str, float, str]


def check_study_statistics(run: RunFiles) -> Check:
    """Counts, percentiles, ranks, shares explained, ranges and rates, from observations, fits, errors and draws."""
    check = Check("study_statistics", "counts, ranks, shares explained, ranges and rates that the study prints")
    held = readable(run, _FILE)
    if held is None:
        return check
    rows: list[tuple[Any, ...]] = []
    for edition in run.editions:
        rows += [(edition, "none", *said) for said in _of_observations(run, edition)]
    for edition, procedure, folder in folders(run, "coefficients"):
        rows += [(edition, procedure, *said) for said in _of_fits(run, folder)]
    for edition, procedure, folder in folders(run, "held_out"):
        rows += [(edition, procedure, *said) for said in _of_errors(run, edition, procedure, folder)]
    rows += [("all", "none", *said) for said in _of_systems(run)]
    rows += [("all", procedure, *said) for procedure, said in _of_vision(run)]
    follows = pd.DataFrame(rows, columns=[*_KEY, "value", "unit"])
    check.equal(_FILE, held, follows, _KEY, _CLOSE, _CLOSE)
    return check


def _main(run: RunFiles, frame: pd.DataFrame) -> pd.DataFrame:
    main = run.config["fit"]["main"]
    return frame[(frame["specification"] == main["specification"]) & (frame["penalty"] == main["penalty"])]


def _of_observations(run: RunFiles, edition: str) -> Iterator[_Said]:
    rows = run.parquet(f"processed/{edition}/observations.parquet")
    funnel = run.parquet("results/tables/funnel.parquet")
    # of an edition that is read, the cap is no statistic of the study
    counted = run.config["editions"][edition]["records"] == "curated"
    steps = funnel[(funnel["edition"] == edition) & counted].sort_values("step_number")
    for place in np.flatnonzero(steps["step"] == "capped"):
        left_out = float(steps["rows"].iloc[place - 1] - steps["rows"].iloc[place])
        yield "n_left_out", "capped", left_out, "rows"
    if rows.empty:
        return
    # a missing one is none
    transformers = int(rows["transformer"].eq(True).sum())
    yield "n_observations", "transformers", float(transformers), "rows"
    yield "n_observations", "others", float(len(rows) - transformers), "rows"
    for benchmark, part in rows.groupby("benchmark"):
        yield "n_observations", str(benchmark), float(len(part)), "rows"
        sizes = part["vocabulary_size"].dropna().tolist()
        if sizes:
            yield "most_common_vocabulary", str(benchmark), min(sizes, key=lambda n: (-sizes.count(n), n)), "entries"
    reported = rows["training_compute_source"] == "reported"
    for prefix, part in (("", rows), ("reported/", rows[reported])):
        flop = part["training_compute_flop"].dropna().to_numpy(float)
        for share in (10, 90):
            value = float(np.percentile(flop, share)) if len(flop) else math.nan
            yield "training_compute_percentile", f"{prefix}{share}", value, "FLOP"


def _of_fits(run: RunFiles, folder: str) -> Iterator[_Said]:
    """Ranges of drifts, the exponent of the main law in compute, its doubling time and signs over replicates."""
    procedure = folder.split("/")[2]
    coefficients = run.parquet(f"{folder}/coefficients.parquet")
    drifts = coefficients.loc[coefficients["coefficient"].isin(["alpha_rate", "beta_rate"]), "estimate"].abs()
    if len(drifts):
        yield "exponent_drift", "least", float(drifts.min()), "1"
        yield "exponent_drift", "greatest", float(drifts.max()), "1"
    theta = _main(run, coefficients).set_index("coefficient")["estimate"].to_dict()
    if "alpha_param" in theta and "beta_data" in theta:
        # with 6ND split for the least loss both terms fall alike
        exponent = -1 / (1 / theta["alpha_param"] + 1 / theta["beta_data"])
        yield "loss_exponent_in_compute", "main", exponent, "1"
    draws = _main(run, run.parquet(f"{folder}/doubling_time_draws.parquet"))
    rates = draws.loc[draws["quantity"] == "effective_compute", "growth_rate_per_year"].to_numpy(float)
    if len(rates):
        low, _, high = ends_in_months(rates, "_times" if procedure == "study" else "_rates", _HALF)
        yield "doubling_time_90_percent", "low", low, "months"
        yield "doubling_time_90_percent", "high", high, "months"
    fit = main_fit(run, folder)
    if fit is not None and {"alpha_year", "beta_year"} <= set(fit.theta) and len(fit.theta["alpha_year"]) > 1:
        positive = fit.theta["alpha_year"][1:] + fit.theta["beta_year"][1:] > 0
        yield "share_with_positive_sum", "main", float(positive.mean()), "1"


def _of_errors(run: RunFiles, edition: str, procedure: str, folder: str) -> Iterator[_Said]:
    """Ranks of laws by their held-out errors, and what they explain of rows held out."""
    protocol, errors = _PROTOCOL[procedure], run.parquet("results/tables/cross_validation.parquet")
    errors = errors[
        (errors["edition"] == edition) & (errors["procedure"] == procedure) & (errors["protocol"] == protocol)
    ]
    held_out = run.parquet(f"{folder}/held_out.parquet")
    out = held_out[held_out["protocol"] == protocol].drop_duplicates("observation_number")
    if errors.empty:
        return
    number, mse = errors["ho_number"].to_numpy(float, na_value=np.nan), errors["mse"].to_numpy(float)
    pairs = (errors["specification"] + "/" + [f"{penalty:g}" for penalty in errors["penalty"]]).to_numpy(object)
    compared = (number >= 1) & (number <= _LAST_COMPARED)
    yield "n_pairs", "compared", float(compared.sum()), "specifications"
    # the global minima of all laws are ranked; of the study's those that it had when it made its list
    ranked = np.ones(len(errors), bool)
    if procedure == "study":
        ranked = (number >= 1) & (number <= _LAST_RANKED) & (errors["penalty"].to_numpy(float) > 0)
    for pair, error in zip(pairs[ranked], mse[ranked], strict=True):
        yield "rank_of_pair", pair, 1.0 + (mse[ranked] < error).sum(), "1"
    drawn = compared & (number != _NOT_DRAWN)
    best = errors[drawn].groupby("specification")["mse"].min()
    for name, error in best.items():
        yield "rank_of_specification", str(name), 1.0 + (best < error).sum(), "1"
    spread = out["log_perplexity"].to_numpy(float)
    explained = 1 - mse / ((spread - spread.mean()) ** 2).mean()
    for pair, r2 in zip(pairs, explained, strict=True):
        yield "held_out_r2", pair, float(r2), "1"
    for end, choose in (("least", np.min), ("greatest", np.max)):
        yield "held_out_r2", end, float(choose(explained[compared])) if compared.any() else math.nan, "1"


def _of_systems(run: RunFiles) -> Iterator[_Said]:
    """Growth of training compute between the systems of each row of the study's Table 1."""
    systems = run.csv("raw/reference/studied_systems.csv").set_index("studied_system")
    flop = 6 * systems["n_parameters"].astype(float) * systems["dataset_size_tokens"].astype(float)
    date = pd.to_datetime(systems["study_date"])
    for reference in run.csv("raw/reference/published.csv")["reference_id"]:
        table, *place = reference.split("/")
        if table == "table1" and len(place) == 3 and place[2] == "parameters":
            start, end, _ = place
            years = (date[end] - date[start]).days / 365.25
            yield "compute_growth_rate", f"{start}/{end}", math.log(flop[end] / flop[start]) / years, "1/year"


def _of_vision(run: RunFiles) -> Iterator[tuple[str, _Said]]:
    """Greatest compute of a model over a later one's: less accurate in the study, here at least as good."""
    models = run.csv("raw/reference/vision_models.csv")
    error, flop = models["top_1_error"].astype(float), models["training_compute_flop"].astype(float)
    ratio: dict[str, list[float]] = {"study": [0.0], "global": [0.0]}
    for place, date in enumerate(models["publication_date"]):
        later = models["publication_date"] > date
        worse = error > error.iloc[place]
        for procedure, chosen in (("study", later & worse), ("global", later & ~worse)):
            ratio[procedure] += (flop.iloc[place] / flop[chosen]).tolist()
    for procedure, found in ratio.items():
        yield procedure, ("greatest_vision_gain", "imagenet", max(found), "1")
