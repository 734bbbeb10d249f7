"""What a system is: trained in its paper, or released, derived, an ensemble, untrained.

In: a perplexity reading with its remarks. Out: the kind, what decided it, the family of released models.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from lmprogress.core.settings import Family, ReleasedModel
from lmprogress.reading.system_names import stated_size, words
from lmprogress.reading.words import Lexicon

_PAPERS_METHODS = 2  # different words of an abstract that say what the paper derives its systems by
_SAME_SIZE = 0.06  # relative: GPT-2 of 117M and 124M, LLaMA of 6.7B and "7B"

_MONTH = datetime.timedelta(days=31)

Reading = Mapping[str, Any]


class Kind(NamedTuple):
    """A kind of system (column `kind` of LINKED_SYSTEMS), what decided it, and its family of released models."""

    name: str
    because: str
    family: str | None = None


class Remarks:
    """The remarks of a reading, by place and meaning (column `remarks` of READINGS)."""

    def __init__(self, reading: Reading) -> None:
        parts = [part.split(":", 2) for part in (reading["remarks"] or "").split(";") if part]
        self._told = [(place, meaning, word) for place, meaning, word in parts]

    def words(self, meaning: str, *places: str) -> list[str]:
        """The words with `meaning` in any of `places`, or anywhere."""
        return [w for place, told, w in self._told if told == meaning and (not places or place in places)]


class Kinds:
    """The kinds of the systems of one paper."""

    def __init__(self, paper_id: str, lexicon: Lexicon, families: Mapping[str, Family]) -> None:
        self._lexicon, self._families = lexicon, families
        self._own = {name for name, family in families.items() if family.paper_id == paper_id}
        # the released models of the paper itself are its training runs
        self._others = {name: family for name, family in families.items() if name not in self._own}

    def published(self, date: str) -> None:
        """Set the paper's date, YYYY-MM-DD: what was released later is none of its systems, whatever their names."""
        latest = datetime.date.fromisoformat(date) + _MONTH  # an identifier tells the month alone
        self._others = {n: f for n, f in self._others.items() if f.publication_date <= latest}

    def of(self, reading: Reading, base: str | None = None) -> Kind:
        """The kind of the system that `reading` is a perplexity of; whose result it is, is not asked.

        `base` is the label of the system that a row "+ X" adds to.

        Asked in turn: what its labels say, what title and abstract say the paper does, the caption, the families of
        released models that its labels name, its setting, and what caption and abstract say of such families.
        """
        labels = [str(reading[c]) for c in ("row_label", "column_label", "system") if reading[c]]
        label, remarks = " | ".join(dict.fromkeys(labels)), Remarks(reading)
        settings = (reading["setting"] or "").split(";")
        said = dict(reversed(self._lexicon.kinds(label)))
        for kind in ("ensemble", "derived"):
            for short in remarks.words(kind, "short"):
                if re.search(rf"(?<![A-Za-z]){re.escape(short)}(?![A-Za-z])", label):
                    said.setdefault(kind, f"{short}, which the text introduces")
        for kind in ("untrained", "ensemble", "derived"):
            if kind in said:
                return Kind(kind, f"its label says {said[kind]}", self._named(label, remarks))
        if scratch := remarks.words("scratch", "row"):
            return Kind("trained", f"the caption says {scratch[0]}")
        begun = bool(self._lexicon.is_unchanged_system(label) or self._lexicon.lacks(label))
        in_title, in_abstract = (sorted(set(remarks.words("derived", place))) for place in ("title", "abstract"))
        method = f"the title says {in_title[0]}" if in_title else None
        if not method and in_abstract and (many := remarks.words("derived", "text")):
            method = f"abstract and text speak of it: {many[0]}"
        if not method and len(in_abstract) >= _PAPERS_METHODS:
            method = f"the abstract says {' and '.join(in_abstract[:_PAPERS_METHODS])}"
        in_caption = remarks.words("derived", "caption")
        if not begun and (method or in_caption):
            return Kind("derived", method or f"the caption says {in_caption[0]}", self._named(label, remarks))
        family = self._named(label) or self._named(base or "")
        if not family and (method or in_caption):
            family = self._named(label, remarks)
        anew = remarks.words("scratch") and remarks.words("trained")
        if family and not anew:
            kind = "derived" if "fine_tuned" in settings else "released"
            return Kind(kind, f"it is named {self._others[family].name}", family)
        if "released" in said:
            kind = "derived" if "fine_tuned" in settings else "released"
            return Kind(kind, f"its label says {said['released']}", family)
        if not anew:
            names = [name for name in remarks.words("pretrained") if words(name) and words(name) <= words(label)]
            if names:
                kind = "derived" if "fine_tuned" in settings or self._adds(label) else "released"
                return Kind(kind, f"the text speaks of the pre-trained {names[0]}")
            if tested := remarks.words("pretrained", "abstract"):
                return Kind("released" if begun else "derived", f"the abstract speaks of the pre-trained {tested[0]}")
        if not remarks.words("trained"):
            if told := remarks.words("released", "caption", "abstract"):
                return Kind("released", f"the paper says {told[0]}, and nowhere that it trains on the benchmark")
            if (named := self._named("", remarks)) and remarks.words("elsewhere"):
                return Kind(
                    "released", f"the paper speaks of {self._others[named].name}, and measures on other corpora"
                )
        return Kind("trained", "nothing says otherwise")

    def names_family(self, label: str) -> bool:
        """Whether `label` names a family of released models of other papers."""
        return self.family(label) is not None

    def family(self, label: str) -> str | None:
        """The one family of released models of other papers that `label` names."""
        return self._named(label)

    def model(self, kind: Kind, reading: Reading, parameters: float | None) -> ReleasedModel | None:
        """The one of the family's models that `reading` speaks of: by its size, else by a name of its size."""
        if not kind.family:
            return None
        models = self._families[kind.family].models
        label = " | ".join(str(reading[c]) for c in ("row_label", "column_label") if reading[c])
        sizes = [size for size in (parameters, *map(stated_size, label.split(" | "))) if size]
        for size in sizes:
            if near := [m for m in models if abs(m.parameters / size - 1) <= _SAME_SIZE]:
                return near[0]
        parts = set(re.findall(r"[a-z0-9.]+", label.lower()))
        # beside another size a word is no name of one: "Mixtral 8x22B"
        named = [m for m in models if any(n in parts for n in m.names if n[0].isdigit() or not sizes)]
        return named[0] if len(named) == 1 else None

    @staticmethod
    def _adds(label: str) -> bool:
        """Whether `label` adds something to the system that it names: "Transformer-XL + Phrase Induction"."""
        return "+" in label

    def _named(self, label: str, remarks: Remarks | None = None) -> str | None:
        """The one family of another paper that `label` names, else that the caption, the title, the abstract names."""
        places = [self._lexicon.released(label)]
        places += [remarks.words("family", place) for place in ("caption", "title", "abstract")] if remarks else []
        for names in places:
            others = [name for name in dict.fromkeys(names) if name in self._others]
            if others:
                # "LLaMA-2" is no LLaMA, and "GPT-NeoX" no GPT-Neo: the longer name is meant
                return max(others, key=lambda name: len(self._families[name].name))
        return None
