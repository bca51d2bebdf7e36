"""Oracle: SciPy's matrix exponential, one in sixty digits, and two closed forms; also where rates coincide.

Tolerance: 1e-12, or 4 units of rounding times (largest rate x interval) where that is more: rates held to one
rounding error determine an exponential no better than that. SciPy promises accuracy relative to the largest
entry only, so it is held to that; the sixty-digit computation and the closed forms hold for every entry by
itself.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from math import ceil, factorial, log2

import numpy as np
import pytest
from scipy.linalg import expm

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, Individual, typical_individual
from eutonia.model.oral import Layout, build_rate_matrix, compute_disposition_rates, compute_propagator

INTERVALS = [0.0, 1e-6, 0.01, 0.5, 8.0, 24.0, 720.0]


def person(gfr: float = 100) -> Individual:
    return typical_individual(load_knowledge().models["oral.reference2026"], Covariates(45, 70, gfr))


def with_absorption_as_fast_as(rate: FloatArray, *, chain_too: bool, gfr: float = 100) -> Individual:
    typical = person(gfr)
    return replace(typical, ka=rate.copy(), mtt=4 / rate if chain_too else typical.mtt)


FAST, SLOW = compute_disposition_rates(person())
COINCIDENT = {
    "no coincidence": person(),
    "no kidney": person(0),
    "chain and absorption": with_absorption_as_fast_as(np.array([2.2]), chain_too=True),
    "absorption and fast disposition": with_absorption_as_fast_as(FAST, chain_too=False),
    "absorption and slow disposition": with_absorption_as_fast_as(SLOW, chain_too=False),
    "all at the fast disposition": with_absorption_as_fast_as(FAST, chain_too=True),
    "all at the slow disposition": with_absorption_as_fast_as(SLOW, chain_too=True),
    "no exchange with the periphery": replace(person(), q=np.array([0.0])),
    "a very short chain": replace(person(), mtt=np.array([1e-3])),
}


def tolerance(rates: FloatArray, interval: float) -> float:
    return max(1e-12, 4 * np.finfo(float).eps * float(-rates.min()) * interval)


def exponential_in_sixty_digits(matrix: FloatArray, interval: float) -> list[list[Decimal]]:
    """Taylor series of the halved matrix, then squarings, in decimal arithmetic."""
    size, zero = range(len(matrix)), Decimal(0)

    def multiply(a: list[list[Decimal]], b: list[list[Decimal]]) -> list[list[Decimal]]:
        columns = list(zip(*b, strict=True))
        return [
            [sum((x * y for x, y in zip(r, c, strict=True) if x and y), zero) for c in columns] for r in a
        ]

    halvings = 2 + max(0, ceil(log2(1e-9 + float(np.abs(matrix).sum(axis=0).max()) * interval)))
    scaled = [[Decimal(float(x)) * Decimal(interval) / 2**halvings for x in row] for row in matrix]
    term = [[Decimal(int(i == j)) for j in size] for i in size]
    total = term
    for order in range(1, 36):
        term = [[x / order for x in row] for row in multiply(term, scaled)]
        total = [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(total, term, strict=True)]
    for _ in range(halvings):
        total = multiply(total, total)
    return total


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("case", COINCIDENT)
def test_every_entry_of_the_propagator_agrees_with_sixty_digits(case: str, interval: float) -> None:
    rates = build_rate_matrix(COINCIDENT[case])
    ours = compute_propagator(rates, interval)[0]
    with localcontext() as context:
        context.prec = 60
        theirs = np.array(
            [[float(x) for x in row] for row in exponential_in_sixty_digits(rates[0], interval)]
        )
    # below 1e-290 doubles lose digits
    np.testing.assert_allclose(ours, theirs, rtol=tolerance(rates, interval), atol=1e-290)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("case", COINCIDENT)
def test_the_propagator_is_the_matrix_exponential(case: str, interval: float) -> None:
    rates = build_rate_matrix(COINCIDENT[case])
    ours = compute_propagator(rates, interval)[0]
    theirs = expm(rates[0] * interval)
    assert np.abs(ours - theirs).max() <= tolerance(rates, interval) * np.abs(theirs).max()


@pytest.mark.parametrize("interval", [0.01, 0.5, 8.0, 24.0])
def test_a_chain_as_fast_as_absorption_follows_the_poisson_law(interval: float) -> None:
    rate = 2.2
    who = with_absorption_as_fast_as(np.array([rate]), chain_too=True)
    ours = compute_propagator(build_rate_matrix(who), interval)[0]
    x = rate * interval
    expected = [x**k / factorial(k) * np.exp(-x) for k in range(5)]
    np.testing.assert_allclose(ours[: Layout(3).central, 0], expected, rtol=1e-12)


@pytest.mark.parametrize("interval", [0.01, 0.5, 8.0, 24.0, 72.0])
def test_an_injection_follows_the_sum_of_two_exponentials(interval: float) -> None:
    who, at = person(), Layout(3)
    fast, slow = (rate[0] for rate in compute_disposition_rates(who))
    k21 = who.q[0] / who.vp[0]
    expected = ((fast - k21) * np.exp(-fast * interval) + (k21 - slow) * np.exp(-slow * interval)) / (
        fast - slow
    )
    ours = compute_propagator(build_rate_matrix(who), interval)[0]
    assert ours[at.central, at.central] == pytest.approx(expected, rel=1e-12)


def test_an_interval_that_runs_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        compute_propagator(build_rate_matrix(person()), -1.0)
