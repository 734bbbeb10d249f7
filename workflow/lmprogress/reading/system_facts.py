"""What a paper says of a system beside its perplexity: size, training data, epochs, vocabulary; and when it appeared.

In: the readings of one paper. Out: values with the readings that they come from, and how they were tied together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from lmprogress.core.dates import iso_date
from lmprogress.core.settings import Link
from lmprogress.reading.system_names import SCALES, best_matches, stated_size, words

Reading = Mapping[str, Any]
_MONTH = 1 / 12
_ALL = ("all models", "each model", "both models")  # how a sentence speaks of every system of its paper
_UNNAMED = frozenset({"all", "each", "both"})  # what is left of how a sentence speaks of a system without its name
_NUMBER = re.compile(r"\d")
_SAME = 0.01  # relative difference up to which two printed counts are one: 24M and 24.2M


class Fact(NamedTuple):
    """A value, how it was tied to the system, and the readings that state it."""

    value: float
    tie: str
    reading_ids: tuple[str, ...] = ()


class PaperFacts:
    """What one paper says beside its perplexities, asked system by system."""

    def __init__(self, named: Sequence[tuple[str, Reading]], others: Iterable[Reading], settings: Link) -> None:
        """`named`: every perplexity reading of the paper's own systems with its system's name; `others`: the rest."""
        self._settings = settings
        self._rows: defaultdict[tuple[str, str | None], list[Reading]] = defaultdict(list)
        for name, reading in named:
            if reading["n_parameters"] is not None:
                self._rows[name, reading["benchmark"]].append(reading)
                self._rows[name, None].append(reading)
        self._said: defaultdict[str, list[Reading]] = defaultdict(list)
        for reading in others:
            if reading["confidence"] >= settings.least_confidence:
                self._said[reading["quantity"]].append(reading)
        self._benchmarks = {r["benchmark"] for _, r in named}
        # whose systems are told apart by scales, numbers of layers and the like
        self._scaled = {r["benchmark"] for name, r in named if SCALES & words(name) or _NUMBER.search(name)}
        self._sizes = [r["n_parameters"] for (_, benchmark), rows in self._rows.items() if benchmark for r in rows]
        self._sizes += [r["value"] for r in self._said["parameters"]]
        headers = {part for _, r in named for part in (r["column_label"] or "").split(" | ")}
        self._header_sizes = sorted(s for part in headers if (s := stated_size(part)))
        self._described = {r["benchmark"]: r["reading_id"] for r in self._said["training_tokens"] if r["benchmark"]}

    def parameters(self, name: str, reading: Reading, *, elsewhere: bool) -> Fact | None:
        """The number of parameters of the system `name` that `reading` is a perplexity of.

        Asked in turn: the row itself; the header of its column; the same label in another row, on the same benchmark,
        or on any where the system was trained `elsewhere`; the name itself; what the paper says of a system of that
        name; if the settings allow it, the only size that the paper gives. An ensemble has none but its row's, since
        other figures are those of its members.
        """
        if reading["n_parameters"] is not None:
            return Fact(reading["n_parameters"], "row", (reading["reading_id"],))
        if "ensemble" in (reading["setting"] or ""):
            return None
        if in_header := self._in_header(reading):
            return in_header
        # a system trained on one benchmark has another vocabulary, and so another size, on the next
        for benchmark in (reading["benchmark"], None) if elsewhere else (reading["benchmark"],):
            rows = self._rows.get((name, benchmark), [])
            if rows and one([r["n_parameters"] for r in rows]):
                return Fact(rows[0]["n_parameters"], "same label elsewhere", (rows[0]["reading_id"],))
        size = stated_size(name)
        if size and not any(one(sorted([size, r["value"]])) for r in self._said["training_tokens"]):
            return Fact(size, "name")  # a name such as WIKI-100M counts tokens, and the paper says so
        if self._settings.parameters_from_prose and (said := self._of("parameters", name)):
            return said
        if self._settings.parameters_from_prose and not elsewhere and (said := self.of_scale(name, reading)):
            return said
        if self._settings.parameters_from_prose and not elsewhere and (said := self._unnamed(reading)):
            return said
        if self._settings.parameters_where_one_size and self._said["parameters"] and one(self._sizes):
            ids = tuple(r["reading_id"] for r in self._said["parameters"])
            return Fact(self._sizes[0], "only size in the paper", ids)
        return None

    def _told_of(self, reading: Reading) -> list[tuple[frozenset[str], Reading]]:
        """Sizes that sentences state without a system's name, as far as they are of the benchmark of `reading`.

        A sentence that names no corpus, with none before it, is of the one benchmark that the paper has results on.
        """
        return [
            (words(str(r["system"] or "")), r)
            for r in self._said["parameters"]
            if r["source"] == "text"
            and (
                r["benchmark"] == reading["benchmark"]
                or (not (r["benchmark"] or r["column_label"]) and self._benchmarks == {reading["benchmark"]})
            )
        ]

    def of_scale(self, name: str, reading: Reading) -> Fact | None:
        """The size that a sentence states for all systems of a scale, "the small model", where `name` has that word."""
        rows = [(scale, r) for scale, r in self._told_of(reading) if scale and scale <= SCALES & words(name)]
        values = sorted(r["value"] for _, r in rows)
        if len({scale for scale, _ in rows}) != 1 or not one(values):
            return None
        return Fact(values[0], "named by its scale", tuple(r["reading_id"] for _, r in rows))

    def _unnamed(self, reading: Reading) -> Fact | None:
        """The size that a sentence states for "the model" or "all models", the only one without a name.

        None where systems on the benchmark have sizes in their rows, or names with scales or numbers.
        """
        rows = [r for named, r in self._told_of(reading) if r["system"] and named <= _UNNAMED]
        values = sorted(r["value"] for r in rows)
        sized = any(rows for (_, benchmark), rows in self._rows.items() if benchmark == reading["benchmark"])
        if sized or reading["benchmark"] in self._scaled or not one(values):
            return None
        return Fact(values[0], "said of the model", tuple(r["reading_id"] for r in rows))

    def _in_header(self, reading: Reading) -> Fact | None:
        """The size behind a benchmark's name in the header, "WikiText-103 (148M)", where it counts parameters.

        The like of it may be tokens: it counts where the paper states one such number as parameters elsewhere.
        """
        sizes = [s for part in (reading["column_label"] or "").split(" | ") if (s := stated_size(part))]
        if len(sizes) != 1 or not any(one(sorted([s, known])) for s in self._header_sizes for known in self._sizes):
            return None
        if any(one(sorted([sizes[0], r["value"]])) for r in self._said["training_tokens"]):
            return None
        return Fact(sizes[0], "column", (reading["reading_id"],))

    def training_tokens(self, name: str, *, more_than: float, elsewhere: bool) -> Fact | None:
        """Tokens that the paper says the system `name` was trained on, if `more_than` its benchmark's training set.

        Of a system trained `elsewhere` also a statement on its family speaks that none without a name contradicts, and
        failing that the one figure that all of the paper's statements give; of others only one that names it in full,
        since a paper may train models of one family on several sets.
        """
        said = self._of("training_tokens", name, in_full=True)
        if said and said.value > more_than:
            return said
        # a statement on the size of a benchmark itself says nothing of a system trained elsewhere
        said_of_others = [r for r in self._said["training_tokens"] if r["benchmark"] in (None, "unknown")]
        rows = [r for r in said_of_others if r["value"] > more_than]
        if not elsewhere or not rows:
            return None
        said = self._of("training_tokens", name)
        unnamed = [r["value"] for r in rows if not r["system"]]
        if said and said.value > more_than and one(sorted([said.value, *unnamed])):
            return said
        rows = [r for r in rows if r["system"] in _ALL] or rows
        if not one(sorted(r["value"] for r in rows)):
            return None
        return Fact(rows[0]["value"], "all statements of the paper", tuple(r["reading_id"] for r in rows))

    def training_set(self, benchmark: str, standard: float) -> str | None:
        """The reading that states the size of the training set of `benchmark`: by its name, or the `standard` size."""
        said = self._said["training_tokens"]
        sized = (r["reading_id"] for r in said if one(sorted([r["value"], standard])))
        return self._described.get(benchmark) or next(sized, None)

    def of_name(self, quantity: str, name: str) -> Fact | None:
        """The one value of `quantity` that the paper states of the system `name`."""
        return self._of(quantity, name)

    def publication_date(self) -> tuple[str, tuple[str, ...]] | None:
        """The date of the stamp where it is that of the identifier's month, else the identifier's, else the stamp's.

        A later version's stamp carries a later date, while the identifier keeps the month of the first.
        """
        dates = {r["source"]: r for r in sorted(self._said["publication_date"], key=lambda r: -r["value"])}
        stamp, identifier = dates.get("stamp"), dates.get("identifier")
        chosen = stamp or identifier
        if stamp and identifier and not 0 <= stamp["value"] - identifier["value"] < _MONTH:
            chosen = identifier
        return (iso_date(chosen["value"]), (chosen["reading_id"],)) if chosen else None

    def _of(self, quantity: str, name: str, *, in_full: bool = False) -> Fact | None:
        rows = [(str(r["system"] or r["row_label"] or ""), r) for r in self._said[quantity]]
        # a row of another table may be of another corpus, and so of another vocabulary: it has to name the system
        # "the small model" is one of each benchmark
        rows = [(s, r) for s, r in rows if quantity != "parameters" or not words(s) <= SCALES]
        rows = [(s, r) for s, r in rows if not (in_full or r["source"] == "table") or words(s) == words(name)]
        values = best_matches(name, [(system, r["value"]) for system, r in rows])
        if not values or not one(sorted(values)):
            return None
        ids = [r["reading_id"] for system, r in rows if r["value"] in values and words(system) <= words(name)]
        return Fact(min(values), "named", tuple(ids))


def one(values: Sequence[float], within: float = _SAME) -> bool:
    """Whether ascending `values` are one count: the largest exceeds the smallest by at most the share `within`."""
    return bool(values) and max(values) <= min(values) * (1 + within)
