"""The systems of one paper, formed from its readings; every reading ends with one decision.

In: the readings of a paper. Out: systems with their perplexities, and rows of the table links.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lmprogress.core.settings import Benchmark, Family, Link, ReleasedModel
from lmprogress.reading.kinds import Kind, Kinds, Remarks
from lmprogress.reading.network_facts import PaperNetworks
from lmprogress.reading.other_papers import DIGITS, KINDS_OF_NETWORK, SAME_SIZE, OtherPapers, significant
from lmprogress.reading.system_facts import Fact, PaperFacts, Reading, one
from lmprogress.reading.system_names import SCALES, name_of, slug
from lmprogress.reading.system_names import words as words_of
from lmprogress.reading.unnamed_splits import Place, TakenAs, place, unnamed_splits
from lmprogress.reading.words import Lexicon

_PROTOCOLS = ("renormalised", "subword", "word")
_NAMING = re.compile("[a-z]{3}")  # in a word that names a system
_ADAPTS = ("cache", "dynamic_evaluation")  # settings of an evaluation that learns from the test text


@dataclass
class System:
    """One system, and the perplexity readings of each benchmark on which it was evaluated."""

    name: str
    setting: str
    parameters: Fact | None
    trained_on: str | None
    training_tokens: Fact | None
    kind: Kind
    training_because: str
    model: ReleasedModel | None = None
    readings: defaultdict[str, list[Reading]] = field(default_factory=lambda: defaultdict(list))
    system_id: str = ""

    @property
    def adaptation(self) -> list[str]:
        """What its setting says of how it adapts to the text that it is tested on."""
        return [part for part in self.setting.split(";") if part in _ADAPTS]


class PaperSystems:
    """The readings of one paper on their way to systems; every reading ends with one decision."""

    def __init__(
        self,
        paper_id: str,
        readings: Sequence[Reading],
        benchmarks: Mapping[str, Benchmark],
        words: Lexicon,
        settings: Link,
        families: Mapping[str, Family],
    ) -> None:
        self.kinds = Kinds(paper_id, words, families)
        self.paper_id, self.benchmarks, self._words, self._settings = paper_id, benchmarks, words, settings
        self._all = {r["reading_id"]: r for r in readings}
        self._decisions: dict[str, tuple[str, str | None, list[str]]] = {}
        self.systems: list[System] = []
        perplexities = [r for r in readings if r["quantity"] == "perplexity"]
        self.perplexities = perplexities
        self.names = self._names = self._name(perplexities)
        own = [(self._names[r["reading_id"]], r) for r in perplexities if r["own"] is not False]
        self.facts = PaperFacts(
            [(name, r) for name, r in own if name], [r for r in readings if r["quantity"] != "perplexity"], settings
        )
        self._networks = PaperNetworks(readings)
        # what is evaluated without training on the benchmark was trained elsewhere, also where it is then fine-tuned
        self._zero_shot = {r["row_label"] for r in perplexities if "zero_shot" in (r["setting"] or "").split(";")}
        # what a system of the name has a validation result on
        self._validated = {
            (self._names[r["reading_id"]], r["benchmark"], r["page"], r["table_label"])
            for r in perplexities
            if r["split"] == "valid"
        }
        self._splits: dict[Place, TakenAs] = {}
        tabled = [r for r in perplexities if r["source"] == "table" and r["own"] is not False and r["split"] != "valid"]
        self._tabled = {(r["benchmark"], r["value"]): r["reading_id"] for r in reversed(tabled)}
        self._quoted: defaultdict[tuple[Any, ...], list[frozenset[str]]] = defaultdict(list)
        for r in perplexities:
            if r["own"] is False and r["n_parameters"] and significant(r) >= DIGITS:
                self._quoted[_printed(r)].append(words_of(self._names[r["reading_id"]] or ""))
        tested = {(r["page"], r["table_label"], r["benchmark"]) for r in perplexities if r["split"] == "test"}
        self.candidates = []
        for reading in perplexities:
            if reason := self._objection(reading, tested):
                self.decide(reading, reason)
            else:
                self.candidates.append(reading)

    def _name(self, perplexities: list[Reading]) -> dict[str, str | None]:
        """Each reading's system, its columns compared with those of the same line, benchmark and split."""
        lines: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)

        def line(r: Reading) -> tuple[Any, ...]:
            return (r["page"], r["table_label"], r["row_label"], round(r["y0"]), r["benchmark"], r["split"])

        for reading in perplexities:
            if reading["column_label"] is not None:
                lines[line(reading)].append(reading["column_label"])
        self._bases = _bases(perplexities)
        return {r["reading_id"]: name_of(r, sorted(set(lines[line(r)])), self._words) for r in perplexities}

    def _objection(self, reading: Reading, tested: set[tuple[Any, ...]]) -> str | None:
        """What speaks against a perplexity reading, the first that applies; a decision of LINKS."""
        if reading["confidence"] < self._settings.least_confidence:
            return "below_confidence"
        if reading["benchmark"] not in self.benchmarks:
            return "unknown_benchmark"
        if reading["own"] is False and not self._is_rerun(reading):
            return "quoted"
        if reading["own_evidence"] == "default" and self._is_quoted_above(reading):
            return "quoted"
        if reading["split"] == "valid":
            return "validation"
        if reading["split"] != "test" and (reading["page"], reading["table_label"], reading["benchmark"]) in tested:
            return "unclear_split"
        if reading["source"] == "text" and (reading["benchmark"], reading["value"]) in self._tabled:
            return "duplicate_value"  # a sentence that repeats a table knows less of the system
        if not (math.isfinite(reading["value"]) and reading["value"] > 1):
            return "not_a_perplexity"
        name = self._names[reading["reading_id"]]
        # "7" may be any system, but not where its row prints a size
        return None if name and (re.search("[A-Za-z]", name) or reading["n_parameters"]) else "no_label"

    def _is_rerun(self, reading: Reading) -> bool:
        """Whether a cited system stands under one of the paper's own scales, "small (around 38M parameters)".

        Another paper's results are not of the sizes that this one chose for its own.
        """
        name = self._names[reading["reading_id"]]
        columns = str(reading["column_label"] or "")
        return bool(
            name
            and reading["own_evidence"] == "citation"
            and words_of(columns) & SCALES
            and self.facts.of_scale(columns, reading)
        )

    def _is_quoted_above(self, reading: Reading) -> bool:
        """Whether the table quotes the very result: same size and perplexity, and a name that shares a word."""
        ours = {w for w in words_of(self._names[reading["reading_id"]] or "") if _NAMING.search(w)} - KINDS_OF_NETWORK
        return any(ours & theirs for theirs in self._quoted.get(_printed(reading), ()))

    def form_systems(self, others: OtherPapers, date: str) -> None:
        """Candidates grouped to systems, one perplexity a benchmark chosen; the rest decided against.

        `others` holds the results of all papers, `date` is when this one was published.
        """
        formed: dict[tuple[Any, ...], System] = {}
        self._splits = unnamed_splits(
            self.perplexities, self.names, self.benchmarks, others, self._settings.unnamed_split
        )
        for reading in self.candidates:
            name, setting = str(self._names[reading["reading_id"]]), self._setting(reading)
            if reading["own_evidence"] in (None, "default") and (
                source := others.earlier(self.paper_id, date, name, reading)
            ):
                self.decide(reading, "quoted", f"{source['paper_id']} has it earlier, reading {source['reading_id']}")
                continue
            base = self._bases.get(reading["reading_id"])
            kind = self.kinds.of(reading, str(base["row_label"] or "") if base else None)
            if kind.name == "trained" and "fine_tuned" in setting.split(";") and self._is_elsewhere(reading):
                kind = Kind("derived", "fine-tuned after training on other data")
            elsewhere = self._is_elsewhere(reading) or kind.name in ("released", "derived")
            parameters = self.facts.parameters(name, reading, elsewhere=elsewhere)
            if not parameters and kind.name == "trained":
                parameters = others.parameters(self.paper_id, name, reading)
            trained_on, tokens, because = None, None, ""
            model = self.kinds.model(kind, reading, parameters.value if parameters else None)
            if kind.name == "trained":
                trained_on, tokens, because = self._training(name, reading, parameters)
                if trained_on and not parameters:
                    parameters = self._computed(name, reading)
            elif kind.name == "released":  # another evaluation of the family's own training run
                parameters = Fact(model.parameters, "the family's model, config/families.yaml") if model else parameters
                if model and model.tokens:
                    tokens = Fact(model.tokens, "the family's, config/families.yaml")
            size = parameters.value if parameters else None
            key = (name.lower(), setting, size, trained_on, tokens.value if tokens else None, kind.name, kind.family)
            system = formed.setdefault(key, System(name, setting, parameters, trained_on, tokens, kind, because, model))
            system.readings[reading["benchmark"]].append(reading)
        self.systems = self._without_repeats(self._without_doubles(list(formed.values())))
        self._give_ids()
        for system in self.systems:
            self._choose(system)

    def split_taken(self, reading: Reading) -> TakenAs | None:
        """What a perplexity without a named split is taken as; None where the split is named."""
        return None if reading["split"] == "test" else self._splits.get(place(reading))

    def _setting(self, reading: Reading) -> str:
        """The settings of a reading; a row "+ X" is also adapted to the test text as what X was added to."""
        base = self._bases.get(reading["reading_id"])
        settings = (reading["setting"] or "").split(";")
        inherited = [s for s in ((base["setting"] if base else None) or "").split(";") if s in _ADAPTS]
        return ";".join(sorted({*settings, *inherited} - {""}))

    def _computed(self, name: str, reading: Reading) -> Fact | None:
        """The size of a system trained on the benchmark, computed from the architecture; none for subwords."""
        if "subword" in {kind for kind, _ in self._words.kinds(name)} or Remarks(reading).words("subword"):
            return None
        return self._networks.parameters(name, int(self.benchmarks[reading["benchmark"]].vocabulary_size))

    def _is_elsewhere(self, reading: Reading) -> bool:
        """Whether a system was trained on something else than the benchmark: zero-shot, or beside other corpora."""
        settings = (reading["setting"] or "").split(";")
        zero_shot = "zero_shot" in settings or ("fine_tuned" in settings and reading["row_label"] in self._zero_shot)
        return zero_shot or bool(Remarks(reading).words("elsewhere", "columns"))

    def _training(self, name: str, reading: Reading, parameters: Fact | None) -> tuple[str | None, Fact | None, str]:
        """The benchmark whose training set alone the system was trained on, or what the paper says; and what tells.

        The benchmark's training set counts where the paper states its size, where a sentence speaks of training on
        it, or where the table also has a validation result of the system.
        """
        elsewhere, benchmark = self._is_elsewhere(reading), reading["benchmark"]
        standard = self.benchmarks[benchmark].training_tokens
        said = self.facts.training_tokens(name, more_than=standard, elsewhere=elsewhere)
        if elsewhere or said:
            return None, said, "" if said else "it was trained on other data, and the paper does not say on how much"
        if parameters and parameters.value > self._settings.most_parameters_per_token * standard:
            return None, None, f"too large to be trained on {benchmark} alone"
        if stated := self.facts.training_set(benchmark, standard):
            return benchmark, None, f"whose size the paper states ({stated})"
        if trained := Remarks(reading).words("trained", "text"):
            return benchmark, None, f"which the paper speaks of training on ({trained[0]})"
        if (name, benchmark, reading["page"], reading["table_label"]) in self._validated:
            return benchmark, None, "because the table also has a validation result"
        return None, None, f"nothing says that it was trained on {benchmark}"

    def _without_doubles(self, systems: list[System]) -> list[System]:
        """`systems` without readings of unknown size that another system of known size repeats under another label."""
        sized = {
            (benchmark, r["value"]): system
            for system in reversed(systems)
            if system.parameters
            for benchmark, readings in system.readings.items()
            for r in readings
        }
        for system in systems:
            if system.parameters:
                continue
            for benchmark, readings in system.readings.items():
                for reading in [r for r in readings if (benchmark, r["value"]) in sized]:
                    readings.remove(reading)
                    other = sized[benchmark, reading["value"]]
                    self.decide(reading, "duplicate_value", f"stands beside a size as {other.name}")
        return _with_readings(systems)

    def _without_repeats(self, systems: list[System]) -> list[System]:
        """`systems` without readings that another table repeats under another label: same size, data and perplexity."""
        seen: defaultdict[tuple[Any, ...], list[tuple[System, Reading]]] = defaultdict(list)
        for system in systems:
            for benchmark, readings in system.readings.items():
                for reading in list(readings):
                    key = (benchmark, reading["value"], system.kind.name, system.trained_on, *system.adaptation)
                    first = next((s for s, r in seen[key] if self._repeats(system, reading, s, r)), None)
                    if first:
                        readings.remove(reading)
                        self.decide(reading, "duplicate_value", f"stands in another table as {first.name}")
                    elif reading["source"] == "table":
                        seen[key].append((system, reading))
        return _with_readings(systems)

    def _repeats(self, system: System, reading: Reading, other: System, first: Reading) -> bool:
        """Whether two equal perplexities of tables are one: of one size, and printed with enough digits."""
        sizes = [s.parameters.value for s in (system, other) if s.parameters]
        return (
            system is not other
            and _place(reading) != _place(first)
            and len(sizes) == 2
            and one(sorted(sizes), SAME_SIZE)
            and significant(reading) >= DIGITS
        )

    def _give_ids(self) -> None:
        """paper_id/slug, with size, setting and benchmark only where the label alone does not tell systems apart."""
        sizes: defaultdict[str, set[float | None]] = defaultdict(set)
        for system in self.systems:
            sizes[slug(system.name)].add(system.parameters.value if system.parameters else None)
        seen: Counter[str] = Counter()
        for system in self.systems:
            parts = [slug(system.name)]
            if len(sizes[parts[0]]) > 1 and system.parameters:
                parts.append(f"{system.parameters.value / 1e6:.6g}m")
            parts += [slug(part) for part in system.setting.split(";") if part]
            parts += [system.trained_on] if system.trained_on else []
            name = "-".join(parts)
            seen[name] += 1
            system.system_id = f"{self.paper_id}/{name}" + (f"-{seen[name]}" if seen[name] > 1 else "")

    def _choose(self, system: System) -> None:
        """The best test perplexity on each benchmark; one from a table whose split is known goes first."""
        for benchmark, readings in system.readings.items():
            ranked = sorted(readings, key=lambda r: (r["source"] != "table", r["split"] != "test", r["value"]))
            best = ranked[0]
            self.decide(best, "used", f"perplexity on {benchmark}", system)
            for reading in ranked[1:]:
                same = reading["value"] == best["value"]
                detail = f"{best['reading_id']} gives {best['value']:g}"
                self.decide(reading, "duplicate_value" if same else "not_best_run", detail, system)
            system.readings[benchmark] = [best]
        for fact, what in ((system.parameters, "parameters"), (system.training_tokens, "training tokens")):
            for reading_id in fact.reading_ids if fact else ():
                self.use(reading_id, what, [system.system_id])

    def protocol(self, system: System) -> str | None:
        """What the perplexities of `system` are a mean of, by its labels, else by the caption; None where none says."""
        readings = [each[0] for each in system.readings.values()]
        names = [r[c] or "" for r in readings for c in ("row_label", "column_label")]
        labels = {kind for name in names for kind, _ in self._words.kinds(name)}
        captions = {kind for kind in _PROTOCOLS for r in readings if Remarks(r).words(kind, "caption")}
        told = next((kind for said in (labels, captions) for kind in _PROTOCOLS if kind in said), None)
        # released families count subwords, and so does a system that is named after one
        names += [str(base["row_label"] or "") for r in readings if (base := self._bases.get(r["reading_id"]))]
        named = any(map(self.kinds.names_family, names))
        return told or ("subword" if named else None)

    def doubts(self, system: System, tokens: float | None, vocabulary: float | None) -> list[str]:
        """Why values of `system`, trained on `tokens`, are implausible or uncertain."""
        settings, found = self._settings, list[str]()
        parameters = system.parameters.value if system.parameters else None
        for name, (reading, *_) in system.readings.items():
            if (taken := self.split_taken(reading)) and not taken.test:
                found.append(f"the paper does not name the split of {name}, and {taken.because}")
            entries = vocabulary or self.benchmarks[name].vocabulary_size
            least = settings.least_embedding * entries
            if system.trained_on and parameters and parameters < least and self.protocol(system) != "subword":
                found.append(f"fewer parameters than {settings.least_embedding:g} for each of {entries:g} words")
            loss = settings.least_loss
            least = loss.constant + (loss.share * loss.scale / parameters**loss.exponent if parameters else 0)
            if system.trained_on and math.log(reading["value"]) < least and self.protocol(system) != "subword":
                found.append(f"perplexity below {math.exp(least):.3g}, too low for its number of parameters")
            if parameters and (other := self._outclassed(reading, name, parameters)):
                found.append(f"of this and {other.name} in the same table the much larger is much worse")
        if parameters and tokens and parameters < settings.least_parameters_per_token * tokens:
            found.append(f"fewer parameters than {settings.least_parameters_per_token:g} for each token")
        return found

    def _outclassed(self, reading: Reading, benchmark: str, parameters: float) -> System | None:
        """A system trained by the paper, in the same table, beside which one of both is much larger and much worse."""
        worse, larger = self._settings.outclassed.worse, self._settings.outclassed.larger
        for other in self.systems:
            if not other.parameters or other.kind.name != "trained" or benchmark not in other.readings:
                continue
            theirs = other.readings[benchmark][0]
            size, loss = parameters / other.parameters.value, reading["value"] / theirs["value"]
            if _place(theirs) == _place(reading) and (
                (size >= larger and loss >= worse) or (1 / size >= larger and 1 / loss >= worse)
            ):
                return other
        return None

    def decide(self, reading: Reading, decision: str, detail: str | None = None, system: System | None = None) -> None:
        """Set the one decision of a perplexity reading."""
        self._decisions[reading["reading_id"]] = (decision, detail, [system.system_id] if system else [])

    def use(self, reading_id: str, what: str, system_ids: list[str]) -> None:
        """Count another reading as used; a perplexity reading that lends its row's size keeps its own decision."""
        if self._all[reading_id]["quantity"] != "perplexity":
            earlier = self._decisions.get(reading_id, ("used", what, []))[2]
            self._decisions[reading_id] = ("used", what, [*earlier, *system_ids])

    def links(self) -> list[dict[str, Any]]:
        """One row of LINKS for each reading."""
        rows = []
        for reading_id, reading in self._all.items():
            doubted = reading["confidence"] < self._settings.least_confidence
            default = ("below_confidence" if doubted else "not_used", None, list[str]())
            decision, detail, system_ids = self._decisions.get(reading_id, default)
            rows.append(
                {
                    "reading_id": reading_id,
                    "paper_id": self.paper_id,
                    "quantity": reading["quantity"],
                    "decision": decision,
                    "system_ids": ";".join(sorted(set(system_ids))) or None,
                    "detail": detail,
                }
            )
        return rows


def _with_readings(systems: Sequence[System]) -> list[System]:
    """Those of `systems` that have readings left, without benchmarks that have none."""
    for system in systems:
        for benchmark in [b for b, readings in system.readings.items() if not readings]:
            del system.readings[benchmark]
    return [system for system in systems if system.readings]


def _printed(reading: Reading) -> tuple[Any, ...]:
    """Table, benchmark, split, size and perplexity of a reading."""
    return (*_place(reading), reading["benchmark"], reading["split"], reading["n_parameters"], reading["value"])


def _place(reading: Reading) -> tuple[Any, Any]:
    """Page and label of a reading's table."""
    return reading["page"], reading["table_label"]


def _bases(readings: Sequence[Reading]) -> dict[str, Reading]:
    """For each reading of a row "+ X" that of what X was added to: of the nearest row above without "+"."""
    found: dict[str, Reading] = {}
    nearest: dict[tuple[Any, ...], Reading] = {}
    for reading in sorted(readings, key=lambda r: (r["page"], r["y0"])):
        label, column = str(reading["row_label"] or ""), (*_place(reading), reading["column_label"])
        if not label.split(" | ")[-1].lstrip().startswith("+"):
            nearest[column] = reading
        elif column in nearest:
            found[reading["reading_id"]] = nearest[column]
    return found
