"""A loss law over parameters and tokens, and what it makes of a budget.

In: coefficients. Out: losses, optimal allocations, the cheapest run when the model is also served.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import scipy


@dataclass(frozen=True)
class LossLaw:
    """loss = E + a·N^−α + b·D^−β, nats (Hoffmann et al. 2022, equation 2; Densing Law, equation 2, with E = 0)."""

    parameter_scale: float
    parameter_exponent: float
    token_scale: float
    token_exponent: float
    irreducible_loss: float = 0.0

    def loss(self, n_parameters: float, n_tokens: float) -> float:
        """Loss, nats."""
        by_parameters = self.parameter_scale * n_parameters**-self.parameter_exponent
        by_tokens = self.token_scale * n_tokens**-self.token_exponent
        return float(self.irreducible_loss + by_parameters + by_tokens)

    def parameters(self, loss: float, n_tokens: float) -> float:
        """Parameters that reach `loss` on `n_tokens`; infinite where none do."""
        rest = loss - self.irreducible_loss - self.token_scale * n_tokens**-self.token_exponent
        return float((rest / self.parameter_scale) ** (-1 / self.parameter_exponent)) if rest > 0 else math.inf

    def tokens(self, loss: float, n_parameters: float) -> float:
        """Tokens on which `n_parameters` reach `loss`; infinite where none do."""
        rest = loss - self.irreducible_loss - self.parameter_scale * n_parameters**-self.parameter_exponent
        return float((rest / self.token_scale) ** (-1 / self.token_exponent)) if rest > 0 else math.inf

    def cheapest(self, loss: float) -> tuple[float, float]:
        """Parameters and tokens that reach `loss` with the least 6ND.

        There α·a·N^−α = β·b·D^−β, so that the two terms share the reducible loss as β : α.
        """
        alpha, beta = self.parameter_exponent, self.token_exponent
        unit = (loss - self.irreducible_loss) / (alpha + beta)
        return (unit * beta / self.parameter_scale) ** (-1 / alpha), (unit * alpha / self.token_scale) ** (-1 / beta)

    def best(self, compute_flop: float) -> tuple[float, float]:
        """Parameters and tokens of the least loss at 6ND = `compute_flop` (Hoffmann et al. 2022, equation 4)."""
        alpha, beta = self.parameter_exponent, self.token_exponent
        balance = (alpha * self.parameter_scale / (beta * self.token_scale)) ** (1 / (alpha + beta))
        product = compute_flop / 6
        return balance * product ** (beta / (alpha + beta)), product ** (alpha / (alpha + beta)) / balance

    def cheapest_served(self, loss: float, n_served_tokens: float) -> tuple[float, float]:
        """Parameters and tokens that reach `loss` with the least 6ND + 2N·served (Sardana et al. 2024, equation 2)."""
        largest, _ = self.cheapest(loss)
        smallest = ((loss - self.irreducible_loss) / self.parameter_scale) ** (
            -1 / self.parameter_exponent
        )  # with endless tokens

        def total(log_size: float) -> float:
            size = math.exp(log_size)
            return math.log(6 * size * self.tokens(loss, size) + 2 * size * n_served_tokens)

        bounds = (math.log(smallest) + 1e-9, math.log(largest))
        size = math.exp(
            scipy.optimize.minimize_scalar(total, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x
        )
        return size, self.tokens(loss, size)
