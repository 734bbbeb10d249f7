"""Dates of publication by identifier and stamp.

In: identifiers and stamps of papers whose dates arXiv prints. Out: assertions.
"""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmprogress.core.dates import decimal_year, iso_date
from lmprogress.reading.dates import identified, stamped

# the study's scale has 365 steps in every year: the last day of a leap year falls on the first of the next
DAYS = st.dates(datetime.date(1991, 8, 14), datetime.date(2089, 12, 31)).filter(lambda d: d.timetuple().tm_yday < 366)


@given(DAYS)
def test_a_decimal_year_gives_its_day_back(day: datetime.date) -> None:
    assert iso_date(decimal_year(day)) == day.isoformat()


@given(DAYS, st.integers(1, 12))
def test_stamps_of_all_days_are_read(day: datetime.date, version: int) -> None:
    stamp = stamped(f"Title\narXiv:1612.07659v{version} [stat.ML] {day.day} {day:%b %Y}\nAbstract")
    assert stamp is not None
    assert (stamp.identifier, stamp.version) == ("1612.07659", version)
    assert iso_date(stamp.year) == day.isoformat()
    assert stamp.raw == f"{day.day} {day:%b %Y}"


@pytest.mark.parametrize(
    ("identifier", "month"),
    [
        ("1612.07659", "2016-12-01"),
        ("0704.0001", "2007-04-01"),
        ("2302.13971v1", "2023-02-01"),
        ("cs/0301012", "2003-01-01"),
        ("math.GT/0309136", "2003-09-01"),
        ("cmp-lg/9404003", "1994-04-01"),
    ],
)
def test_an_identifier_gives_the_first_of_its_month(identifier: str, month: str) -> None:
    year = identified(identifier)
    assert year is not None
    assert iso_date(year) == month


@pytest.mark.parametrize("name", ["1613.00001", "1600.00001", "16120.7659", "1612.076", "gopher-2021", "2016", ""])
def test_what_is_no_identifier_gives_no_date(name: str) -> None:
    assert identified(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "arXiv preprint arXiv:1612.07659, 2016",  # an entry of a list of references
        "arXiv:1612.07659v1 [stat.ML] 31 Feb 2016",
        "arXiv:1612.07659v1 [stat.ML] 22 Foo 2016",
        "Published on 22 Dec 2016",
    ],
)
def test_what_is_no_stamp_gives_no_date(text: str) -> None:
    assert stamped(text) is None


def test_an_old_stamp_is_read() -> None:
    stamp = stamped("arXiv:cs/0301012v2  [cs.CL]  14 Jan 2003")
    assert stamp is not None
    assert (stamp.identifier, stamp.version, iso_date(stamp.year)) == ("cs/0301012", 2, "2003-01-14")
