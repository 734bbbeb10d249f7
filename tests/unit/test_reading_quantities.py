"""Numbers as papers print them: what a printer makes of a number, the reader must turn back into it.

In: random numbers and spellings. Out: assertions.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmprogress.reading import quantities
from lmprogress.reading.text import plain

PRINTED = st.tuples(st.integers(1, 99_999), st.integers(0, 2)).map(
    lambda n: (n[0], n[1], f"{n[0] / 10 ** n[1]:.{n[1]}f}")
)
SPREADS = st.sampled_from(["", " ± 0.1", "±.1", " +/- 0.25", " (0.1)", " (± 0.3)", " (-1.2)", "†", "∗", " ↓"])
UNITS = {"K": 1e3, "k": 1e3, "M": 1e6, " M": 1e6, " million": 1e6, "-million": 1e6, "B": 1e9, " billion": 1e9}


def in_mathematical_bold(text: str) -> str:
    """`text` with its digits as Unicode's bold mathematical ones."""
    return "".join(unicodedata.lookup(f"MATHEMATICAL BOLD DIGIT {unicodedata.name(c).split()[1]}") if c.isdigit() else c
                   for c in text)  # fmt: skip


@given(PRINTED, SPREADS)
def test_a_printed_value_is_read_back_without_its_spread(printed: tuple[int, int, str], spread: str) -> None:
    whole, decimals, text = printed
    (value,) = quantities.values(text + spread)
    assert value.number == pytest.approx(whole / 10**decimals, rel=1e-12)
    assert value.decimals == decimals


@given(PRINTED)
def test_bold_mathematical_digits_are_digits(printed: tuple[int, int, str]) -> None:
    assert quantities.values(in_mathematical_bold(printed[2])) == quantities.values(printed[2])


@given(st.integers(1, 9_999), st.integers(1, 2))
def test_a_decimal_comma_is_a_decimal_point(whole: int, decimals: int) -> None:
    text = f"{whole / 10**decimals:.{decimals}f}"
    assert quantities.number(text.replace(".", ",")) == quantities.number(text)


@given(st.integers(1_000, 10**12))
def test_thousands_are_parted_by_commas(whole: int) -> None:
    assert quantities.number(f"{whole:,}") == whole


@given(PRINTED, PRINTED, st.sampled_from(["/", " / ", "|"]))
def test_two_values_of_one_cell_stay_in_order(
    first: tuple[int, int, str], second: tuple[int, int, str], mark: str
) -> None:
    read = quantities.values(first[2] + mark + second[2])
    assert [v.number for v in read] == [float(first[2]), float(second[2])]


@given(PRINTED, st.sampled_from(sorted(UNITS)), st.sampled_from(["", "~", "≈", "<"]))
def test_a_count_carries_its_unit(printed: tuple[int, int, str], unit: str, about: str) -> None:
    read = quantities.count(about + printed[2] + unit)
    assert read == pytest.approx(float(printed[2]) * UNITS[unit], rel=1e-9, abs=0.5)


@given(st.integers(1, 999))
def test_a_unit_in_the_cell_goes_before_that_of_the_header(millions: int) -> None:
    assert quantities.count(f"{millions}B", default_unit=1e6) == millions * 1e9
    assert quantities.count(str(millions), default_unit=1e6) == millions * 1e6


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("#Params (M)", 1e6), ("Parameters [million]", 1e6), ("Size (B)", 1e9), ("# of parameters, in millions", 1e6),
        ("Params ×10⁶", 1e6), ("Parameters (K)", 1e3), ("Params", None), ("Model size", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_header(header: str, factor: float | None) -> None:
    assert quantities.unit(header) == factor


@pytest.mark.parametrize(
    "cell", ["", "-", "n/a", "LSTM", "57.3 LSTM", "1.2.3", "×1.5", "3e", "v2", "12:30", "60.0/", "ppl 57.3"]
)
def test_a_cell_with_anything_but_numbers_holds_no_value(cell: str) -> None:
    assert not quantities.values(cell)


@given(st.text())
def test_no_text_breaks_the_reader_of_numbers(text: str) -> None:
    for value in quantities.values(text):
        assert value.number >= 0
    counted = quantities.count(text)
    assert counted is None or counted >= 0
    quantities.unit(text)


@given(st.text())
def test_plain_text_is_plain_already(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_lone_surrogates_and_private_letters_are_dropped() -> None:
    assert plain("57\ud835.3 \ue000ﬁne") == "57.3 fine"
