"""Dates as decimal years, and the lengths of a year that they are counted in.

In: dates. Out: years as numbers, and back.
"""

from __future__ import annotations

import datetime

import pandas as pd

# of a Julian year: rates a day, a month, a year
DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
# of a year of observations, leap years too, as in the released code of Ho et al. 2024
DAYS_PER_STUDY_YEAR = 365
# of a tropical year: the study's attribution counts dates in them
DAYS_PER_TROPICAL_YEAR = 365.242199


def decimal_year(day: datetime.date) -> float:
    """`day` as year + (day of the year - 1) / 365, in leap years too, as in Ho et al. 2024."""
    return day.year + (day.timetuple().tm_yday - 1) / DAYS_PER_STUDY_YEAR


def decimal_years(dates: pd.Series, days_per_year: float = DAYS_PER_STUDY_YEAR) -> pd.Series:
    """Dates (YYYY-MM-DD) as year + (day of the year - 1) / `days_per_year`. Raises ValueError for what is no date."""
    days = pd.to_datetime(dates, format="%Y-%m-%d")
    return days.dt.year + (days.dt.day_of_year - 1) / days_per_year


def iso_date(year: float) -> str:
    """The day of the decimal `year`, as decimal_year counts it, as YYYY-MM-DD."""
    whole = int(year)
    day = round((year - whole) * DAYS_PER_STUDY_YEAR)
    return (datetime.date(whole, 1, 1) + datetime.timedelta(days=day)).isoformat()
