"""Results of one paper that other papers print too: which paper's result it is, and the size that another gives for it.

In: the perplexity readings of all papers, with the names of their systems. Out: the matching reading of another paper.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lmprogress.reading.system_facts import Fact, one
from lmprogress.reading.system_names import words

Reading = Mapping[str, Any]
SAME_SIZE = 0.05  # relative: 24M and 24.7M, as papers round each other's counts
_YEAR = re.compile(r"\b(?:19|20)\d\d(?=[a-z]?\b)")
DIGITS = 3  # significant digits that a printed perplexity needs, so that equal ones are no coincidence
_DIGITS_ALONE = 4  # the same where neither size nor own result is asked for
_WORD = re.compile("[a-z]{3}")
# an architecture alone names no system: two papers may each have an LSTM with the same perplexity
KINDS_OF_NETWORK = frozenset({"lstm", "rnn", "gru", "transformer", "cnn", "baseline"})

# words of variants of a system that differ in size
_RESIZING = frozenset({"tied", "tying", "untied", "small", "medium", "large", "base", "big", "xl"})


class _Printed(NamedTuple):
    paper_id: str
    date: str | None
    words: frozenset[str]
    reading: Reading


class OtherPapers:
    """The perplexities of all papers, asked for those that equal a given one."""

    def __init__(self) -> None:
        self._printed: defaultdict[tuple[str, float], list[_Printed]] = defaultdict(list)
        self._of_split: defaultdict[tuple[str, float], list[_Printed]] = defaultdict(list)

    def add(
        self, paper_id: str, date: str | None, named: Mapping[str, str | None], readings: Iterable[Reading]
    ) -> None:
        """Add a paper with its publication date (ISO, None: unknown); `named`: reading_id to the system's name."""
        for reading in readings:
            name = named.get(reading["reading_id"])
            if not name or significant(reading) < DIGITS:
                continue
            printed = _Printed(paper_id, date, words(name), reading)
            if reading["split"] != "valid":
                self._printed[reading["benchmark"], round(reading["value"], 1)].append(printed)
            if reading["split"] in ("test", "valid"):
                self._of_split[reading["benchmark"], reading["value"]].append(printed)

    def earlier(self, paper_id: str, date: str, name: str, reading: Reading) -> Reading | None:
        """The same result in a paper published before `date` (ISO): it is then quoted from there or a common source.

        Names agree if all words of one are in the other, or if both rows print the same size and share a word that is
        no kind of network. An earlier paper that itself quotes the result counts only if what it cites is older than
        this one, since a later version may quote this one.
        """
        ours = words(name)
        for other in self._same(paper_id, reading):
            if not other.date or other.date >= date or not (ours & other.words) - KINDS_OF_NETWORK:
                continue
            if other.reading["own"] is False and not _cites_before(other.reading, int(date[:4])):
                continue
            sizes = [r["n_parameters"] for r in (reading, other.reading) if r["n_parameters"]]
            one_size = len(sizes) == 2 and one(sorted(sizes), SAME_SIZE)
            exact = other.reading["value"] == reading["value"]
            part = other.words <= ours or ours <= other.words
            if one_size or (exact and part and len(sizes) < 2):
                return other.reading
        return None

    def parameters(self, paper_id: str, name: str, reading: Reading) -> Fact | None:
        """The size that all papers give that quote the result under this name or a part of it."""
        ours = words(name)
        found = [
            other.reading
            for other in self._same(paper_id, reading)
            if other.reading["n_parameters"]
            and other.reading["own"] is False
            and (other.words <= ours or ours <= other.words)
            and (ours & other.words) - KINDS_OF_NETWORK
            and ours & _RESIZING == other.words & _RESIZING
        ]
        if not found or not one(sorted(r["n_parameters"] for r in found), SAME_SIZE):
            return None
        first = found[0]
        return Fact(first["n_parameters"], f"quoted by {first['paper_id']}, reading {first['reading_id']}")

    def splits(self, name: str, reading: Reading) -> dict[str, Reading]:
        """For each split, a reading of it with the value of `reading` and a word of `name`, of whichever paper."""
        if significant(reading) < _DIGITS_ALONE:
            return {}
        ours = words(name)
        return {
            other.reading["split"]: other.reading
            for other in reversed(self._of_split.get((reading["benchmark"], reading["value"]), ()))
            if significant(other.reading) >= _DIGITS_ALONE
            and any(_WORD.search(word) for word in (ours & other.words) - KINDS_OF_NETWORK)
        }

    def _same(self, paper_id: str, reading: Reading) -> list[_Printed]:
        """Readings of other papers of the same benchmark with the same value, as far as both are printed."""
        if significant(reading) < DIGITS:
            return []
        value, decimals = reading["value"], _decimals(reading)
        near = {round(value, 1), round(value - 0.05, 1), round(value + 0.05, 1)}
        return [
            other
            for key in sorted(near)
            for other in self._printed.get((reading["benchmark"], key), ())
            if other.paper_id != paper_id
            and abs(other.reading["value"] - value)
            <= 0.501 * 10 ** -min(decimals, _decimals(other.reading)) * (decimals != _decimals(other.reading)) + 1e-9
        ]


def _cites_before(reading: Reading, year: int) -> bool:
    """Whether the label of a quoted row cites a work published before `year`."""
    cited = [int(found) for found in _YEAR.findall(str(reading["row_label"]))]
    return bool(cited) and max(cited) < year


def _decimals(reading: Reading) -> int:
    return len(f"{reading['value']:.6f}".rstrip("0").partition(".")[2])


def significant(reading: Reading) -> int:
    """Digits of the printed value; 0 if it has no decimals, since whole numbers coincide by chance."""
    printed = str(reading["raw"]).partition("±")[0].strip().lstrip("~0")
    return sum(map(str.isdigit, printed)) if re.search(r"\.\d", printed) else 0
