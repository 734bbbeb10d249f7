"""The set of laws of one edition: which specifications are fitted, at which penalties, on which training data.

In: plain data, as rules hand it over. Out: one object that functions take in place of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from lmprogress.core.settings import DataVariant, MainFit, Specification
from lmprogress.laws.model.scaling_laws import Law, References, find_references
from lmprogress.laws.model.training_data import training_tokens, usable


@dataclass(frozen=True)
class LawSet:
    """The laws that `edition` is fitted by; it may hold none.

    specifications: by name, in the order of the fit. penalties: those at which each is fitted, squared nats.
    data_variants: what counts as training data, by the names that specifications use. offsets: for each benchmark the
    suffix of its coefficients, none for the reference. main: the fit that headlines show, which need not be among them.
    units: where laws count from other than from the minima of their rows, by the names of References.
    """

    edition: str
    specifications: Mapping[str, Specification]
    penalties: Mapping[str, Sequence[float]]
    data_variants: Mapping[str, DataVariant]
    offsets: Mapping[str, str | None]
    main: MainFit | None = None
    units: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def from_params(cls, laws: Mapping[str, Any], main: Mapping[str, Any] | None = None) -> LawSet:
        """The set that the parameter `laws` of a rule describes, and its parameter `main` where it has one."""
        return cls(
            laws["edition"],
            {name: Specification.model_validate(law) for name, law in laws["specifications"].items()},
            laws["penalties"],
            {name: DataVariant.model_validate(variant) for name, variant in laws["data_variants"].items()},
            laws["offsets"],
            MainFit.model_validate(main) if main else None,
        )

    def among(self, names: Iterable[str]) -> LawSet:
        """The set of those of `names` that are in it, in their order."""
        chosen = [name for name in names if name in self.specifications]
        return replace(
            self,
            specifications={name: self.specifications[name] for name in chosen},
            penalties={name: self.penalties[name] for name in chosen},
        )

    def with_specifications(self, laws: Mapping[str, tuple[Specification, Sequence[float]]]) -> LawSet:
        """The set of `laws`, specifications with their penalties by name, in place of its own."""
        return replace(
            self,
            specifications={name: law for name, (law, _) in laws.items()},
            penalties={name: penalties for name, (_, penalties) in laws.items()},
        )

    def variant(self, name: str) -> DataVariant:
        """What counts as training data for the specification `name`."""
        return self.data_variants[self.specifications[name].data]

    def key(self, name: str, penalty: float, procedure: str) -> dict[str, Any]:
        """What names the fit of `name` at `penalty` by `procedure`, in every table of fits."""
        law = self.specifications[name]
        return {
            "edition": self.edition,
            "ho_number": law.ho_number,
            "specification": name,
            "data_variant": law.data,
            "penalty": penalty,
            "procedure": procedure,
        }

    def fittable(self, observations: pd.DataFrame, least_observations: int) -> Iterator[tuple[str, Law, pd.DataFrame]]:
        """Each law and the rows that it can use (as `prepared`); one that can use too few is left out, and said so."""
        for name in self.specifications:
            n_usable = len(usable(observations, self.variant(name)))
            if n_usable < max(least_observations, 1):
                print(f"{name} not fitted: {n_usable} observations; fits need {least_observations}")
                continue
            yield name, *self.prepared(name, observations)

    def prepared(
        self, name: str, observations: pd.DataFrame, references: References | None = None
    ) -> tuple[Law, pd.DataFrame]:
        """The law `name`, and the rows that it can use, in the order of the fit, with training_tokens.

        References are the minima of those rows, or the set's units, where none are given.
        """
        variant = self.variant(name)
        rows = usable(observations, variant).sort_values("observation_number")
        rows = rows.assign(training_tokens=training_tokens(rows, variant))
        if references is None:
            found = find_references(rows, "dataset_size_tokens" if variant.reference == "dataset_size" else None)
            references = replace(found, **self.units)
        return Law(self.specifications[name], self.offsets, references), rows

    def law_of(self, fit: Mapping[Any, Any] | pd.Series) -> Law:
        """The law of a row of the table fits, with the references that it was fitted with."""
        return Law(self.specifications[fit["specification"]], self.offsets, references_of(fit))


def references_of(fit: Mapping[Any, Any] | pd.Series) -> References:
    """The references of a row of the table fits."""
    return References(
        fit["reference_year"],
        fit["reference_n_parameters"],
        fit["reference_dataset_size_tokens"],
        fit["reference_compute_flop"],
    )
