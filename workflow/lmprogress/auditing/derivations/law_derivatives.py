"""The objective of a law on its rows with its derivatives: what a minimum must satisfy, and how sharp it is.

In: the entry of a specification, its rows, coefficients. Out: objective, slopes, curvature.

Written anew from config/models.yaml, as law_values is: it shares nothing with the fits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from lmprogress.auditing.derivations.law_values import LawRows, Values, predictor

Floats = NDArray[np.float64]


class Objective:
    """Mean squared residual + penalty × sum of absolute coefficients, of one law on the rows that it uses.

    names: its coefficients, (p,) in the order of every vector here.
    """

    def __init__(self, specification: Values, rows: LawRows, names: Sequence[str]) -> None:
        at = rows.at
        self.names = list(names)
        self.response = rows.response
        scale = list(specification.get("scale", ()))
        # σ(γ) is exp of a coefficient of its own, ln σ(γ)
        self.logistic = np.isin(self.names, [f["coefficient"] for f in scale if f.get("link") == "logistic"])
        self.terms = np.array([self._slopes([*term, *scale], at) for term in specification["terms"].values()])
        self.linear = self._slopes(specification.get("linear", ()), at)

    def _slopes(self, factors: Sequence[Values], at: Any) -> Floats:
        """By how much a predictor rises with each coefficient, (n, p): it is linear in them."""
        n, p = len(self.response), len(self.names)
        return np.array(
            [
                np.broadcast_to(predictor(factors, dict(zip(self.names, unit, strict=True)), at), (n,))
                for unit in np.eye(p)
            ],
            float,
        ).T

    def vector(self, theta: Mapping[str, float]) -> Floats:
        """Coefficients by name as a vector (p,). KeyError where one is missing."""
        return np.array([theta[name] for name in self.names], float)

    def _plain(self, theta: Floats) -> Floats:
        return np.where(self.logistic, -np.logaddexp(0.0, -theta), theta)

    def _residual(self, theta: Floats) -> tuple[Floats, Floats]:
        """What is predicted by each term (K, n), less and what is left of the response (n,)."""
        plain = self._plain(theta)
        powers = np.exp(self.terms @ plain)
        return powers, self.response - powers.sum(axis=0) - self.linear @ plain

    def value(self, theta: Floats, penalty: float) -> float:
        """The objective at coefficients `theta` (p,), squared nats."""
        return float(np.mean(self._residual(theta)[1] ** 2) + penalty * np.abs(theta).sum())

    def predicted(self, theta: Floats) -> Floats:
        """Log perplexities by the law, (n,), nats."""
        return np.asarray(self.response - self._residual(theta)[1])

    def rise(self, theta: Floats) -> Floats:
        """By how much each prediction rises with each coefficient, (n, p)."""
        powers, _ = self._residual(theta)
        plain = np.einsum("kn,knp->np", powers, self.terms) + self.linear
        return np.asarray(plain * self._stretch(theta))

    def slopes(self, theta: Floats) -> Floats:
        """Derivatives of the mean squared residual, (p,)."""
        residual = self._residual(theta)[1]
        return np.asarray(-2 / len(residual) * residual @ self.rise(theta))

    def _stretch(self, theta: Floats) -> Floats:
        return np.where(self.logistic, expit(-theta), 1.0)

    def curvature(self, theta: Floats) -> Floats:
        """Second derivatives of the mean squared residual, (p, p)."""
        powers, residual = self._residual(theta)
        n = len(residual)
        rise = np.einsum("kn,knp->np", powers, self.terms) + self.linear
        bent = sum(
            term.T @ (term * (power * residual)[:, None]) for term, power in zip(self.terms, powers, strict=True)
        )
        plain, stretch = 2 / n * (rise.T @ rise - bent), self._stretch(theta)
        by_link = np.where(self.logistic, -stretch * (1 - stretch), 0.0) * (-2 / n * residual @ rise)
        return np.asarray(plain * np.outer(stretch, stretch) + np.diag(by_link))

    def violation(self, theta: Floats, penalty: float) -> float:
        """How far `theta` is from the conditions of a minimum (Karush, Kuhn and Tucker): the largest, squared nats."""
        slopes = self.slopes(theta)
        left = np.where(
            theta != 0, np.abs(slopes + penalty * np.sign(theta)), np.maximum(np.abs(slopes) - penalty, 0.0)
        )
        return float(left.max())
