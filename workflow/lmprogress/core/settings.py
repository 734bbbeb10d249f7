"""The configuration, checked: unknown keys and illegal values are refused before anything runs.

In: the mappings of config/*.yaml. Out: typed settings, or an InputError that names file, line, key, value and remedy.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from lmprogress.core.settings_errors import Complaint, complaints_of, settings_error
from lmprogress.core.yaml_files import load_yaml


def _rising(ends: tuple[float, float]) -> tuple[float, float]:
    if ends[0] >= ends[1]:
        raise ValueError("must rise: [from, to]")
    return ends


M = TypeVar("M", bound=BaseModel)
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Range = Annotated[tuple[float, float], AfterValidator(_rising)]
Column = Literal[
    "intercept", "time", "log_parameters", "log_dataset_size", "log_compute", "log_vocabulary", "transformer"
]
Strength = Literal["certain", "likely", "doubtful"]
IntervalMethod = Literal["row_bootstrap_times", "row_bootstrap_rates", "paper_bootstrap_rates"]
Objection = Literal[
    "not_in_study", "parameters_unknown", "dataset_size_not_positive", "not_included", "outlier", "no_perplexity",
    "other_benchmark", "uncertain", "zero_shot", "named", "not_trained", "doubted", "adapted", "subword",
    "protocol_unknown",
]  # fmt: skip


class _Settings(BaseModel):
    # a job builds the validators of the models that it takes, not of all
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, defer_build=True)


# ---- config/config.yaml ---------------------------------------------------------------------------------------------


class Cap(_Settings):
    """At most `keep` records for each `unit`, best first."""

    unit: Literal["paper_id", "system_id", "none"]
    keep: Count
    best_first: Literal["perplexity"]
    tie_break: list[Literal["benchmark", "position", "record_id"]]


class EditionLaws(_Settings):
    """Some of the laws of `fit`: specifications at penalties, and variants at the main penalty."""

    specifications: list[Name]
    penalties: list[Annotated[float, Field(ge=0)]]
    variants: list[Name] = []


class Edition(_Settings):
    """How one edition is curated, and by which laws it is fitted."""

    records: Literal["curated", "extracted", "reviewed"] = "curated"
    extends: Name | None = None
    benchmarks: Annotated[list[Name], Field(min_length=1)] | None = None
    perplexity: Literal["own", "first_reported"]
    exclude: list[Objection]
    strengths: list[Strength] = ["certain", "likely"]
    deduplicate_by: list[str]
    cap: Cap
    laws: Literal["all"] | EditionLaws = "all"
    about: str = ""

    @model_validator(mode="after")
    def _other_benchmarks_are_excluded(self) -> Edition:
        if self.benchmarks and "other_benchmark" not in self.exclude:
            raise ValueError("an edition with benchmarks of its own must exclude other_benchmark")
        return self

    @model_validator(mode="after")
    def _reviewed_extend_an_edition(self) -> Edition:
        if (self.records == "reviewed") != (self.extends is not None):
            raise ValueError("an edition of reviewed records, and no other, extends an edition")
        return self


class MainFit(_Settings):
    """The fit that headline figures show."""

    specification: Name
    penalty: Annotated[float, Field(ge=0)]
    interval_methods: dict[Literal["study", "global"], IntervalMethod]


class Report(_Settings):
    """Which editions findings, report and closing lines lead with."""

    edition: Name
    study_edition: Name


class Headline(MainFit):
    """What is main: the fit, the edition, the level of intervals; and what findings hold it against.

    study_edition: None where the run has no such edition. editions: what each is, by name.
    """

    edition: Name
    study_edition: Name | None
    simple_specification: Name
    interval_percent: float
    editions: dict[Name, str]


class GlobalSearch(_Settings):
    """The search for the global minimum."""

    n_starts: Count
    tolerance: Positive
    max_iterations: Count


class Fit(_Settings):
    """Which laws are fitted."""

    least_observations: Annotated[int, Field(ge=2)]
    specifications: Annotated[list[Name], Field(min_length=1)]
    penalties: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)]
    variants: list[Name]
    main: MainFit
    global_: GlobalSearch = Field(alias="global")

    @model_validator(mode="after")
    def _main_is_fitted(self) -> Fit:
        for key, names in (("specification", self.specifications), ("penalty", self.penalties)):
            if getattr(self.main, key) not in names:
                raise ValueError(f"main.{key} must be one of those fitted: {names}")
        twice = [name for name in self.variants if name in self.specifications]
        if twice:
            raise ValueError(f"a specification is compared at every penalty or a variant at one, not both: {twice}")
        return self


class StudyBootstrap(_Settings):
    """The study's bootstrap."""

    resample_unit: Literal["row", "paper"]
    n_replicates: Annotated[int, Field(ge=2)]
    seed: int | None
    passed_over: dict[Name, Annotated[int, Field(ge=0)]] = {}
    also: list[Name] = []
    editions: list[Name] = []


class Effort(_Settings):
    """Replicates, starting points for each, and how often each tries a minimum of another."""

    n_replicates: Annotated[int, Field(ge=2)]
    n_starts: Count
    n_exchanges: Annotated[int, Field(ge=0)]


class GlobalBootstrap(StudyBootstrap):
    """A bootstrap of converged fits; the main fit, which headlines rest on, gets more of it."""

    n_starts: Count
    n_exchanges: Annotated[int, Field(ge=0)]
    main: Effort | None = None


class Bootstrap(_Settings):
    """One bootstrap for each procedure."""

    study: StudyBootstrap
    global_: GlobalBootstrap = Field(alias="global")


class Profile(_Settings):
    """Profile likelihoods of rates of progress."""

    specifications: list[Name]
    penalties: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)]
    growth_rates: Range
    growth_rates_in_parameters: Range
    n_points: Annotated[int, Field(ge=5)]


class Identification(_Settings):
    """When a doubling time counts as identified."""

    basin_within: Positive
    same_doubling_time: Annotated[float, Field(gt=1)]
    wide_interval: Annotated[float, Field(gt=1)]
    slowest_months: Positive


class Intervals(_Settings):
    """Profile likelihoods and identification."""

    profile: Profile
    identification: Identification


class Verdict(_Settings):
    """The headline: the editions it is computed for, and the computing effort."""

    editions: Literal["curated", "all"] | Annotated[list[Name], Field(min_length=1)]
    n_starts: Count
    n_rates: Annotated[int, Field(ge=4)]
    n_data_sets: Annotated[int, Field(ge=19)]
    no_progress_data_sets: Annotated[int, Field(ge=19)]
    end_precision: Positive
    most_data_sets: Annotated[int, Field(ge=0)]


class CoverageTruth(_Settings):
    """A law that data are simulated from, and at which coefficients."""

    specification: Name
    at: Literal["maximum", "no_progress", "study"]
    label: str


class Coverage(_Settings):
    """The study of the verdict's coverage: what is true, and how many data sets are simulated."""

    editions: list[Name]
    truths: Annotated[dict[Name, CoverageTruth], Field(min_length=1)]
    n_data_sets: Count
    n_data_sets_full: Count
    n_intervals_full: Annotated[int, Field(ge=0)]


class ScaleDependence(_Settings):
    """The test of laws whose rate of progress depends on scale, and the alternative of its power."""

    editions: list[Name]
    specifications: list[Name]
    growth_per_tenfold: Positive
    n_data_sets: Annotated[int, Field(ge=19)]


class StudySplit(_Settings):
    """The rows that the study cross-validates, drawn once."""

    editions: list[Name]
    set_aside: Annotated[float, Field(gt=0, lt=1)]
    seed: Annotated[int, Field(ge=0)]


class ColdCheck(_Settings):
    """Folds searched again from fresh random starts, as a check."""

    n_folds: Annotated[int, Field(ge=0)]
    n_starts: Count


class FarFolds(_Settings):
    """Folds whose coefficients are farthest from the median, a share of them, that start again from random points."""

    share: Annotated[float, Field(ge=0, le=1)]
    n_starts: Count


class Validation(_Settings):
    """How laws are held against observations that they were not fitted to."""

    study_split: StudySplit
    n_starts: Count
    rolling_years: list[int]
    rolling_starts: Count
    far_folds: FarFolds
    cold_check: ColdCheck
    n_replicates: Annotated[int, Field(ge=2)]
    rolling_shown: list[Name]


class CurationChange(_Settings):
    """How an edition is curated otherwise than by its own settings; what is not given stays."""

    perplexity: Literal["own", "first_reported"] | None = None
    also_exclude: list[Objection] = []
    do_not_exclude: list[Objection] = []
    strengths: list[Strength] | None = None
    keep: Count | Literal["all"] | None = None

    @property
    def name(self) -> str:
        """What is changed, as text; of no change it is empty."""
        changed = self.model_dump(exclude_defaults=True)
        return "; ".join(f"{key}: {', '.join(v) if isinstance(v, list) else v}" for key, v in changed.items())


class RowChoice(_Settings):
    """Which of the observations are fitted; what is not given does not matter."""

    benchmark: Name | None = None
    transformer: bool | None = None
    from_year: int | None = None


class Units(_Settings):
    """Where time (years), parameters and tokens are counted from; what is not given is their minimum."""

    year: float | None = None
    n_parameters: Positive | None = None
    dataset_size_tokens: Positive | None = None


class Variation(_Settings):
    """One choice changed: how observations are curated, which are fitted and in which units, the law, the penalty."""

    label: str
    heading: str
    editions: list[Name] | None = None
    curation: CurationChange = CurationChange()
    rows: RowChoice = RowChoice()
    units: Units = Units()
    laws: dict[Name, Name] | None = None
    penalties: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)] | None = None


class Sensitivity(_Settings):
    """Fits with one choice changed."""

    laws: Annotated[list[Name], Field(min_length=1)]
    study_laws: list[Name]
    study_editions: list[Name]
    search_starts: Count
    n_replicates: Annotated[int, Field(ge=2)]
    n_starts: Count
    variations: dict[Name, Variation]

    @property
    def specifications(self) -> list[str]:
        """Every specification that some variation fits."""
        swapped = [name for variation in self.variations.values() for name in (variation.laws or {}).values()]
        return list(dict.fromkeys([*self.laws, *swapped]))


class WithinPaper(_Settings):
    """Fits to all records, with residuals that are correlated within a paper."""

    UNCAPPED: ClassVar[CurationChange] = CurationChange(keep="all")

    specifications: Annotated[list[Name], Field(min_length=1)]
    as_study: list[Name]
    n_starts: Count
    n_replicates: Annotated[int, Field(ge=2)]
    max_iterations: Count

    @model_validator(mode="after")
    def _as_study_are_fitted(self) -> WithinPaper:
        unknown = [name for name in self.as_study if name not in self.specifications]
        if unknown:
            raise ValueError(f"as_study must be among the specifications: {unknown}")
        return self


class Truth(_Settings):
    """A law that data are drawn from: one of the fits at the main penalty."""

    specification: Name
    procedure: Literal["study", "global"]
    label: str


class Simulation(_Settings):
    """The simulation study."""

    editions: list[Name]
    truths: Annotated[dict[Name, Truth], Field(min_length=1)]
    simple_specification: Name
    n_data_sets: Annotated[int, Field(ge=2)]
    n_replicates: Annotated[int, Field(ge=2)]
    n_study_bootstraps: Count


class Figures(_Settings):
    """What figures show."""

    notable_systems: list[str]
    dpi: Annotated[int, Field(ge=72, le=1200)]


class ReadingLimits(_Settings):
    """What one paper may cost."""

    seconds: Positive
    megabytes: Annotated[int, Field(ge=500)]


class Reading(_Settings):
    """How papers are read."""

    batches: Count
    limits: ReadingLimits
    picture_limits: ReadingLimits


class Retrieval(_Settings):
    """How papers are fetched from the network."""

    seconds_between_requests: Annotated[float, Field(ge=0)]
    attempts: Count
    longest_wait_seconds: Annotated[float, Field(ge=0)]
    seconds_of_silence: Positive
    seconds_for_file: Positive
    most_megabytes: Count
    private_addresses: bool
    arxiv_pdfs: str
    arxiv_interface: str


class Discovery(_Settings):
    """What arXiv is searched for."""

    categories: Annotated[list[Annotated[str, Field(pattern=r"^[a-z-]+(\.[A-Za-z-]+)?$")]], Field(min_length=1)]
    words: Annotated[list[Annotated[str, Field(pattern=r"^[^\W_][^\"\n]*$")]], Field(min_length=1)]
    papers_per_request: Annotated[int, Field(ge=1, le=2000)]


class LeastLoss(_Settings):
    """The least loss at N parameters, constant + share · scale / N^exponent, in nats."""

    constant: Positive
    scale: Positive
    exponent: Positive
    share: Share


class Outclassed(_Settings):
    """How much larger and worse than another of its table a system must be to be doubted; both ratios."""

    larger: Annotated[float, Field(gt=1)]
    worse: Annotated[float, Field(gt=1)]


class Link(_Settings):
    """How readings become systems."""

    least_confidence: Share
    parameters_from_prose: bool
    parameters_where_one_size: bool
    unnamed_split: Literal["doubt", "convention", "test"]
    most_parameters_per_token: Positive
    least_parameters_per_token: Positive
    least_embedding: Positive
    least_loss: LeastLoss
    outclassed: Outclassed


class Compare(_Settings):
    """How the observations of an extracted edition are laid beside a curated one's."""

    curated: Name
    extracted: Name
    perplexity_within: Positive
    same_within: Positive


class Review(_Settings):
    """Which readings are listed for a person."""

    doubted_below: Share
    out_of_line: Positive
    most_crops: Annotated[int, Field(ge=0)]


class Audit(_Settings):
    """The random sample of readings that a person judges."""

    size: Count
    seed: Annotated[int, Field(ge=0)]


class TrendWindow(_Settings):
    """A trend of a technology to be extended: fitted from one year to another, inclusive."""

    series: Name
    first_year: int
    last_year: int
    targets: Annotated[list[int], Field(min_length=1)]


class OtherLaws(_Settings):
    """Other laws of progress: density, budgets, extrapolation."""

    reference_tokens: Positive
    n_starts: Count
    n_replicates: Annotated[int, Field(ge=2)]
    trend_ends: list[datetime.date]
    recent_from: datetime.date
    moore_years: Positive
    budgets_flop: Annotated[list[Positive], Field(min_length=1)]
    scale_budgets_flop: Annotated[list[Positive], Field(min_length=2)]
    served_tokens: list[Annotated[float, Field(ge=0)]]
    projected_years: list[Annotated[float, Field(ge=0)]]
    law_specifications: Annotated[list[Name], Field(min_length=1)]
    watched_to: dict[Name, float]
    trend_windows: list[TrendWindow]
    least_history: Annotated[int, Field(ge=4)]
    n_permutations: Annotated[int, Field(ge=19)]
    n_simulations: Annotated[int, Field(ge=2)]
    alarm_level: Annotated[float, Field(gt=0, lt=1)]


class Conversion(_Settings):
    """The budget and the year to which a doubling of effective compute is referred."""

    compute_flop: Positive
    year: Annotated[float, Field(gt=0)]


class PhysicalGrowth(_Settings):
    """How fast training compute doubles from a year on."""

    from_year: int
    doubling_months: Positive


class StylisedGrowth(_Settings):
    """Growth of effective compute between two years, as the study draws it."""

    first_year: int
    last_year: int
    physical: Annotated[list[PhysicalGrowth], Field(min_length=1)]
    algorithms_doubling_months: Positive

    @model_validator(mode="after")
    def _phases_in_order(self) -> StylisedGrowth:
        years = [phase.from_year for phase in self.physical]
        if years[0] != self.first_year or years != sorted(set(years)) or years[-1] >= self.last_year:
            raise ValueError("phases begin with first_year, each later than the one before, and before last_year")
        return self


class Frontiers(_Settings):
    """Which parameters and tokens reach a system's perplexity, by year."""

    systems: list[str]
    benchmark: Name
    years: Annotated[list[float], Field(min_length=1)]
    reach: Annotated[float, Field(gt=1)]
    n_points: Annotated[int, Field(ge=2)]


class ObservedBand(_Settings):
    """Systems about as good as one of them."""

    system: str
    within: Annotated[float, Field(gt=1)]


class BestEffort(Effort):
    """Replicates and starting points of the best pairs, and starting points of the search that comes before."""

    n_search_starts: Count


class Gains(_Settings):
    """Doubling times by search, attribution, gains and effective compute."""

    conversion: Conversion
    as_study: list[Name]
    n_best: Count
    best: BestEffort
    best_as_study: list[Name]
    transformer_budgets_flop: Annotated[list[Positive], Field(min_length=1)]
    growth: StylisedGrowth
    frontiers: Frontiers
    observed_bands: list[ObservedBand]


class Config(_Settings):
    """config/config.yaml."""

    papers: str | None
    papers_only: bool
    retrieval: Retrieval
    discovery: Discovery
    reading: Reading
    link: Link
    compare: Compare
    review: Review
    audit: Audit
    editions: Annotated[dict[Name, Edition], Field(min_length=1)]
    fit: Fit
    bootstrap: Bootstrap
    validation: Validation
    report: Report
    interval_percent: Annotated[float, Field(gt=0, lt=100)]
    verdict: Verdict
    coverage: Coverage
    scale_dependence: ScaleDependence
    intervals: Intervals
    simulation: Simulation
    sensitivity: Sensitivity
    within_paper: WithinPaper
    figures: Figures
    gains: Gains
    other_laws: OtherLaws

    @property
    def headline(self) -> Headline:
        """What is main, from the sections that say so."""
        study_edition = self.report.study_edition
        return Headline(
            **self.fit.main.model_dump(),
            edition=self.report.edition,
            study_edition=study_edition if study_edition in self.editions else None,
            simple_specification=self.simulation.simple_specification,
            interval_percent=self.interval_percent,
            editions={name: edition.about for name, edition in self.editions.items()},
        )

    @property
    def judged_editions(self) -> list[str]:
        """The editions with a verdict."""
        asked = self.verdict.editions
        if isinstance(asked, list):
            return [name for name in asked if name in self.editions]
        return [name for name, edition in self.editions.items() if asked == "all" or edition.records != "extracted"]

    @property
    def fitted_editions(self) -> list[str]:
        """The editions with tables of fits and all that follows from them; others have a verdict alone."""
        laws = {name: edition.laws for name, edition in self.editions.items()}
        return [name for name, own in laws.items() if own == "all" or own.penalties or not own.specifications]

    def penalties_of(self, edition: str) -> dict[str, list[float]]:
        """The penalties at which `edition` is fitted by each specification, those of its own set of laws."""
        laws = self.editions[edition].laws
        chosen = self.fit if laws == "all" else laws
        compared = {name: list(chosen.penalties) for name in chosen.specifications}
        return {**compared, **{name: [self.fit.main.penalty] for name in chosen.variants}}

    def curation_changes(self, edition: str) -> list[CurationChange]:
        """The changes of how `edition` is curated that its variations ask for, and fits to all records of a paper."""
        asked = [v.curation for v in self.sensitivity.variations.values() if edition in (v.editions or [edition])]
        return [*(change for change in asked if change != CurationChange()), WithinPaper.UNCAPPED]

    def laws_among(self, names: Iterable[str], edition: str) -> list[str]:
        """Those of `names` that the set of laws of `edition` does not leave out."""
        if self.editions[edition].laws == "all":
            return list(names)
        return [name for name in names if name in self.penalties_of(edition)]

    @model_validator(mode="after")
    def _laws_of_editions_are_fitted(self) -> Config:
        for edition, settings in self.editions.items():
            if settings.laws == "all":
                continue
            for key in ("specifications", "penalties", "variants"):
                known = getattr(self.fit, key)
                unknown = [value for value in getattr(settings.laws, key) if value not in known]
                if unknown:
                    raise ValueError(f"editions.{edition}.laws.{key} must be among fit.{key}: {unknown}")
            # intervals are taken there
            if settings.laws.penalties and self.fit.main.penalty not in settings.laws.penalties:
                raise ValueError(
                    f"editions.{edition}.laws.penalties must hold that of fit.main, {self.fit.main.penalty:g}"
                )
        return self

    @model_validator(mode="after")
    def _only_of_some(self) -> Config:
        if self.papers_only and self.papers is None:
            raise ValueError("papers_only needs papers: a folder, or arxiv")
        return self

    @model_validator(mode="after")
    def _profiled_are_fitted(self) -> Config:
        fitted = [*self.fit.specifications, *self.fit.variants]
        simulated = [truth.specification for truth in self.simulation.truths.values()]
        simulated.append(self.simulation.simple_specification)
        named = self.verdict.editions if isinstance(self.verdict.editions, list) else []
        for key, names, known in (
            ("intervals.profile.specifications", self.intervals.profile.specifications, fitted),
            ("intervals.profile.penalties", self.intervals.profile.penalties, self.fit.penalties),
            ("simulation.truths", simulated, self.fit.specifications),
            ("simulation.editions", self.simulation.editions, self.editions),
            ("verdict.editions", named, self.editions),
            ("coverage.truths", [truth.specification for truth in self.coverage.truths.values()], fitted),
            ("coverage.editions", self.coverage.editions, self.judged_editions),
        ):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise ValueError(f"{key} must be among those that are fitted: {unknown}")
        for edition in self.simulation.editions:
            held = self.laws_among([*simulated, self.fit.main.specification], edition)
            unknown = [name for name in simulated if name not in held]
            if unknown or self.fit.main.specification not in held:
                raise ValueError(f"simulation.editions: {edition} is not fitted by {unknown or 'the main law'}")
        return self

    @model_validator(mode="after")
    def _compared_are_editions(self) -> Config:
        for kind in ("curated", "extracted"):
            names = [name for name, edition in self.editions.items() if edition.records == kind]
            if getattr(self.compare, kind) not in names:
                raise ValueError(f"compare.{kind} must be an edition of {kind} records: {names}")
        if self.report.edition not in self.editions:
            raise ValueError(f"report.edition must be one of the editions: {list(self.editions)}")
        curated = [name for name, edition in self.editions.items() if edition.records == "curated"]
        for name, edition in self.editions.items():
            if edition.extends and edition.extends not in curated:
                raise ValueError(f"editions.{name}.extends must be an edition of curated records: {curated}")
        # each of these names editions of which all tables are there
        for key, names in (("simulation", self.simulation.editions), ("coverage", self.coverage.editions),
                           ("compare", [self.compare.curated, self.compare.extracted]),
                           ("report", [self.report.edition])):  # fmt: skip
            if unfitted := [name for name in names if name not in self.fitted_editions]:
                raise ValueError(f"{key} names an edition without fits, since its laws have no penalties: {unfitted}")
        return self


# ---- config/benchmarks.yaml, architectures.yaml, models.yaml --------------------------------------------------------


class Benchmark(_Settings):
    """One benchmark; the first in the file is the reference of all offsets."""

    name: str
    offset: Name | None = None
    synonyms: Annotated[list[str], Field(min_length=1)]
    training_tokens: Positive
    vocabulary_size: Positive
    introduced: datetime.date | None = None
    harness_tasks: tuple[str, ...] = ()
    source: str


class Architecture(_Settings):
    """One family of architecture."""

    name: str
    transformer: bool
    words: tuple[str, ...] = ()


class ReleasedModel(_Settings):
    """One size of a released family: parameters, tokens of training data (None: not published), names of the size."""

    parameters: Positive
    tokens: Positive | None = None
    names: tuple[str, ...] = ()


class Family(_Settings):
    """Models whose weights were released, which other papers evaluate and derive systems from."""

    name: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    paper_id: str
    publication_date: datetime.date
    models: Annotated[list[ReleasedModel], Field(min_length=1)]
    source: str


class Drift(_Settings):
    """What a factor's coefficient gains: coefficient · column, or coefficient alone from a calendar year on."""

    coefficient: Name
    column: Literal["log_calendar_year", "from_year"]
    year: int | None = None

    @model_validator(mode="after")
    def _year_where_needed(self) -> Drift:
        if (self.column == "from_year") != (self.year is not None):
            raise ValueError("from_year needs a year, and nothing else takes one")
        return self


class Factor(_Settings):
    """sign · coefficient · column, with one coefficient for each group where `by` is given."""

    column: Column
    coefficient: Name
    sign: Literal[1, -1] = 1
    by: Literal["benchmark", "architecture"] | None = None
    plus: list[Drift] = []


class Scale(Factor):
    """A factor of all terms: exp(sign · coefficient · column), or logistic(coefficient) where the column is 1."""

    link: Literal["exponential", "logistic"] = "exponential"

    @model_validator(mode="after")
    def _logistic_of_an_indicator(self) -> Scale:
        if self.link == "logistic" and (self.column != "transformer" or self.sign < 0 or self.by or self.plus):
            raise ValueError("a logistic factor has the column transformer and one coefficient, without sign")
        return self


class Specification(_Settings):
    """A sum of exponentials of linear predictors."""

    ho_number: Count | None = None
    label: str
    source: str
    data: Name = "dataset_size"
    terms: Annotated[dict[Name, Annotated[list[Factor], Field(min_length=1)]], Field(min_length=1)]
    scale: list[Scale] = []
    linear: list[Factor] = []
    linear_first: bool = False
    order: list[Name] = []

    @model_validator(mode="after")
    def _linear_first_is_not_scaled(self) -> Specification:
        if self.linear_first and self.scale:
            raise ValueError("linear_first says that the linear part is added before the terms, so nothing may scale")
        return self

    @model_validator(mode="after")
    def _order_names_coefficients(self) -> Specification:
        factors = [*(f for term in self.terms.values() for f in term), *self.scale, *self.linear]
        named = {f.coefficient for f in factors} | {d.coefficient for f in factors for d in f.plus}
        unknown = [name for name in self.order if name not in named]
        if unknown:
            raise ValueError(f"order names coefficients that no factor has: {unknown}")
        return self


class DataVariant(_Settings):
    """What counts as training data."""

    label: str
    repeats: Literal["none", "all", "diminishing"] = "none"
    repeats_worth: Positive | None = None
    first_pass_repeats: bool = False
    unknown_epochs: Literal["one", "drop"] = "one"
    unknown_vocabulary: Literal["typical", "drop"] = "typical"
    reference: Literal["counted", "dataset_size"] = "counted"
    source: str

    @model_validator(mode="after")
    def _worth_where_needed(self) -> DataVariant:
        if (self.repeats == "diminishing") != (self.repeats_worth is not None):
            raise ValueError("diminishing repeats need repeats_worth, and nothing else takes it")
        return self


class Models(_Settings):
    """config/models.yaml."""

    specifications: Annotated[dict[Name, Specification], Field(min_length=1)]
    data_variants: Annotated[dict[Name, DataVariant], Field(min_length=1)]

    @property
    def printed_names(self) -> dict[str, str]:
        """What each specification is called in text, with the study's number where it has one."""
        return {
            name: law.label + (f" (no. {law.ho_number})" if law.ho_number else "")
            for name, law in self.specifications.items()
        }

    @property
    def cutoffs(self) -> dict[str, int]:
        """The year from which each specification with two rates has the second."""
        return {
            name: drift.year
            for name, law in self.specifications.items()
            for factors in law.terms.values()
            for factor in factors
            for drift in factor.plus
            if drift.year
        }

    @model_validator(mode="after")
    def _data_is_defined(self) -> Models:
        for name, specification in self.specifications.items():
            if specification.data not in self.data_variants:
                raise ValueError(f"specifications.{name}.data must be one of {', '.join(self.data_variants)}")
        return self


# ---- reading --------------------------------------------------------------------------------------------------------


def check(model: type[M], content: Mapping[str, Any], file: str, *section: str) -> M:
    """`content`, which stands at the keys `section` of `file`, as an instance of `model`.

    Raises one InputError for all that is wrong.
    """
    found = _found(model, content)
    if isinstance(found, list):
        raise settings_error([replace(c, key=(*section, *c.key)) for c in found], file)
    return found


def load_config(content: Mapping[str, Any], models: Models, file: str = "config/config.yaml") -> Config:
    """The settings, checked against the specifications that they name. Raises InputError."""
    found, unknown = _found(Config, content), _unknown_specifications(content, tuple(models.specifications))
    if isinstance(found, list) or unknown:
        # what holds for the file as a whole may fail for an unknown name alone
        others = [c for c in found if c.key or not unknown] if isinstance(found, list) else []
        raise settings_error([*others, *unknown], file)
    return found


def _unknown_specifications(content: Mapping[str, Any], known: tuple[str, ...]) -> list[Complaint]:
    """Every place of config.yaml that names a specification outside `known`; of any other form, pydantic complains."""
    named: list[tuple[tuple[str | int, ...], object]] = []
    for place in (
        ("fit", "specifications"),
        ("fit", "variants"),
        ("bootstrap", "study", "passed_over"),
        ("sensitivity", "laws"),
        ("within_paper", "specifications"),
        ("scale_dependence", "specifications"),
        ("validation", "rolling_shown"),
        ("other_laws", "law_specifications"),
    ):
        held = _at(content, *place)
        if isinstance(held, list):
            named += [((*place, i), name) for i, name in enumerate(held)]
        elif isinstance(held, Mapping):
            named += [((*place, name), name) for name in held]
    variations = _at(content, "sensitivity", "variations")
    for varied, variation in variations.items() if isinstance(variations, Mapping) else ():
        laws = _at(variation, "laws")
        for law, name in laws.items() if isinstance(laws, Mapping) else ():
            named.append((("sensitivity", "variations", varied, "laws", law), name))
    problem, remedy = "is not in config/models.yaml", "correct its spelling, or add an entry to config/models.yaml"
    return [Complaint(key, problem, name, known, remedy) for key, name in named if name not in known]


def _at(content: Any, *keys: str) -> Any:
    """What stands at `keys` of nested mappings, or None."""
    for key in keys:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content


def load_models(path: str | Path = "config/models.yaml") -> Models:
    """The specifications of config/models.yaml."""
    return check(Models, load_yaml(path), str(path))


def load_benchmarks(path: str | Path = "config/benchmarks.yaml") -> dict[str, Benchmark]:
    """The benchmarks, in the order of the file."""
    return _each(Benchmark, path)


def load_architectures(path: str | Path = "config/architectures.yaml") -> dict[str, Architecture]:
    """The families of architecture."""
    return _each(Architecture, path)


def load_families(path: str | Path = "config/families.yaml") -> dict[str, Family]:
    """The families of released models."""
    return _each(Family, path)


def _each(model: type[M], path: str | Path) -> dict[str, M]:
    """Every entry of a file as an instance of `model`."""
    entries: dict[str, M] = {}
    complaints: list[Complaint] = []
    for name, entry in load_yaml(path).items():
        found = _found(model, entry)
        if isinstance(found, list):
            complaints += [replace(c, key=(name, *c.key)) for c in found]
        else:
            entries[name] = found
    if complaints:
        raise settings_error(complaints, str(path))
    return entries


def _found(model: type[M], content: Any) -> M | list[Complaint]:
    """An instance of `model`, or what is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        return complaints_of(error, model, content)
