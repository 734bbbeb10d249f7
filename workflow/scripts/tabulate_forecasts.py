"""series and observations -> forecasts, forecast_scores, trend_forecasts, change_points."""

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import GlobalSearch, TrendWindow
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.other_laws.change_points import find_change_points
from lmprogress.other_laws.forecasting import extend_trends, forecast, score_forecasts
from lmprogress.other_laws.law_forecasts import forecast_perplexities
from lmprogress.other_laws.series import collect_series

with logged(snakemake.log[0]):
    params = snakemake.params
    laws = LawSet.from_params(params.laws)
    technologies = tables.read_csv(snakemake.input.technology_series, "technology_series")
    observations = tables.read(snakemake.input.observations, "fitted_observations")
    series = collect_series(
        technologies,
        tables.read(snakemake.input.densities, "densities"),
        tables.read_csv(snakemake.input.inference_prices, "inference_prices"),
        tables.read_csv(snakemake.input.timed_records, "timed_records"),
        observations,
        laws.edition,
        params.watched_to,
    )
    by_law = forecast_perplexities(
        observations,
        laws=laws,
        penalty=params.penalty,
        search=GlobalSearch.model_validate(params.search),
        least_observations=params.least_observations,
        left_out=params.alarm_level,
    )
    forecasts = pd.concat([forecast(series, params.least_history, params.alarm_level), by_law])
    tables.write_both(
        {
            "forecasts": forecasts,
            "forecast_scores": score_forecasts(forecasts, params.alarm_level),
            "trend_forecasts": extend_trends(
                technologies, [TrendWindow.model_validate(window) for window in params.trend_windows]
            ),
            "change_points": find_change_points(
                series,
                least_history=params.least_history,
                n_permutations=params.n_permutations,
                n_simulations=params.n_simulations,
                alarm_level=params.alarm_level,
            ),
        },
        snakemake.output,
    )
