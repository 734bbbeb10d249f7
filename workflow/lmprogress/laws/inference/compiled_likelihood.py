"""The likelihood of correlated residuals with its derivatives, compiled.

In: rows in papers, a point. Out: negative log likelihood, gradient, Hessian, the best σ.

The likelihood is described in paper_correlation.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lmprogress.laws.model.compiling import compiled
from lmprogress.laws.model.search_arrays import LARGEST_EXPONENT, Floats, Places

# a sum of squared residuals, squared nats, beyond which nothing is a fit and squares may overflow
_LARGEST_SUM = 1e100
# the correlation stays away from its ends by this much
_NEAREST = 1e-12


class PaperRows(NamedTuple):
    """terms (K, n, p), linear (n, p), response (n,) in nats, paper (n,) of each row from 0; sizes, weights (G,)."""

    terms: Floats
    linear: Floats
    response: Floats
    paper: Places
    sizes: Floats
    weights: Floats


@compiled(error_model="numpy")
def correlated(rows: PaperRows, point: Floats) -> tuple[float, Floats, Floats, float]:
    """Negative log likelihood without ½ n ln 2π, gradient (p + 1,), Hessian (p + 1, p + 1) and σ at (θ, t)."""
    terms, paper, w = rows.terms, rows.paper, rows.weights
    n_terms, n, p = terms.shape
    n_papers = len(w)
    power, residual, jacobian = np.empty((n_terms, n)), np.empty(n), np.empty((n, p))
    sums, squares, slopes = np.zeros(n_papers), np.zeros(n_papers), np.zeros((n_papers, p))
    for i in range(n):
        total = rows.response[i]
        for j in range(p):
            jacobian[i, j] = rows.linear[i, j]
            total -= rows.linear[i, j] * point[j]
        for k in range(n_terms):
            exponent = 0.0
            for j in range(p):
                exponent += terms[k, i, j] * point[j]
            power[k, i] = math.exp(min(exponent, LARGEST_EXPONENT))
            total -= power[k, i]
            for j in range(p):
                jacobian[i, j] += power[k, i] * terms[k, i, j]
        residual[i] = total
        sums[paper[i]] += total
        squares[paper[i]] += total * total
        for j in range(p):
            slopes[paper[i], j] += jacobian[i, j]

    # the inverse of the correlation matrix of a paper is a·I − b·11ᵀ; a, b and their derivatives by ρ
    rho = min(max(_logistic(float(point[p])), _NEAREST), 1 - _NEAREST)
    a = 1 / (1 - rho)
    b, b1 = np.empty(n_papers), np.empty(n_papers)
    count = q = q1 = q2 = log_determinant = d1 = d2 = 0.0
    for g in range(n_papers):
        others = rows.sizes[g] - 1
        determinant, change = (1 - rho) * (1 + others * rho), others - 1 - 2 * others * rho
        b[g], b1[g] = rho / determinant, (1 + others * rho**2) / determinant**2
        b2 = 2 * others * rho / determinant**2 - 2 * (1 + others * rho**2) * change / determinant**3
        count += w[g] * rows.sizes[g]
        q += w[g] * (a * squares[g] - b[g] * sums[g] ** 2)
        q1 += w[g] * (a**2 * squares[g] - b1[g] * sums[g] ** 2)
        q2 += w[g] * (2 * a**3 * squares[g] - b2 * sums[g] ** 2)
        log_determinant += w[g] * (others * math.log1p(-rho) + math.log1p(others * rho))
        d1 += w[g] * (-others * a + others / (1 + others * rho))
        d2 += w[g] * (-others * a**2 - others**2 / (1 + others * rho) ** 2)
    gradient, hessian = np.zeros(p + 1), np.zeros((p + 1, p + 1))
    if not q < _LARGEST_SUM:  # far from any fit: no step goes there
        return np.inf, np.full(p + 1, np.nan), np.full((p + 1, p + 1), np.nan), np.nan

    by_both = np.zeros(p)
    for i in range(n):
        weight = w[paper[i]]
        pull = weight * (a * residual[i] - b[paper[i]] * sums[paper[i]])
        pull1 = weight * (a**2 * residual[i] - b1[paper[i]] * sums[paper[i]])
        for j in range(p):
            gradient[j] -= 2 * jacobian[i, j] * pull
            by_both[j] -= 2 * jacobian[i, j] * pull1
            along = 2 * a * weight * jacobian[i, j]
            for s in range(j + 1):
                hessian[j, s] += along * jacobian[i, s]
            for k in range(n_terms):
                along = 2 * pull * power[k, i] * terms[k, i, j]
                for s in range(j + 1):
                    hessian[j, s] -= along * terms[k, i, s]
    for g in range(n_papers):
        for j in range(p):
            along = 2 * w[g] * b[g] * slopes[g, j]
            for s in range(j + 1):
                hessian[j, s] -= along * slopes[g, s]

    slope = rho * (1 - rho)
    by_rho = 0.5 * count * q1 / q + 0.5 * d1
    for j in range(p):
        for s in range(j + 1):
            hessian[j, s] = 0.5 * count * (hessian[j, s] / q - gradient[j] * gradient[s] / q**2)
            hessian[s, j] = hessian[j, s]
        hessian[p, j] = hessian[j, p] = 0.5 * count * (by_both[j] / q - gradient[j] * q1 / q**2) * slope
    for j in range(p):
        gradient[j] *= 0.5 * count / q
    gradient[p] = by_rho * slope
    hessian[p, p] = (0.5 * count * (q2 / q - (q1 / q) ** 2) + 0.5 * d2) * slope**2 + by_rho * slope * (1 - 2 * rho)
    value = 0.5 * count * math.log(q / count) + 0.5 * log_determinant + 0.5 * count
    return value, gradient, hessian, math.sqrt(q / count)


@compiled()
def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))
