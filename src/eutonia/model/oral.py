"""Baclofen by mouth and into a vein: the linear compartments and their exact propagator.

State of a subject, in mg unless said: transit steps T0 to Tn, depot D, central A1, peripheral A2; then the
integral of the central concentration (mg h/L) and the running infusion rate (mg/h), which make exposure and
infusions part of the same linear system.

    dT0/dt = -ktr T0                     ktr = (n + 1) / MTT
    dTi/dt = ktr (T(i-1) - Ti)
    dD/dt  = ktr Tn - ka D
    dA1/dt = F ka D + R - CL C1 - Q (C1 - C2)
    dA2/dt = Q (C1 - C2)                 C1 = A1 / Vc,  C2 = A2 / Vp

The chain has repeated rates and rates may coincide, so nothing is divided by a difference of rates: the step
over an interval is the matrix exponential. All flows are non-negative, so after adding the largest rate to
the diagonal every term of the Taylor series is non-negative: no cancellation, full relative accuracy in every
entry, and amounts that cannot become negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.model.individual import FloatArray, Individual

__all__ = ["Layout", "build_rate_matrix", "compute_disposition_rates", "compute_propagator"]

# Taylor terms for a scaled norm of at most 1: the first one left out is below 1 / 18! = 1.6e-16.
_TAYLOR_TERMS = 17


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each state sits, for a chain of ``n_transit`` transfers.

    ``amounts`` counts the states that hold drug, which come first. The linear system has two rows more,
    ``exposure`` and ``infusion``; amounts carried from one simulation to the next have one, ``urine``.
    """

    n_transit: int

    @property
    def depot(self) -> int:
        return self.n_transit + 1

    @property
    def central(self) -> int:
        return self.n_transit + 2

    @property
    def peripheral(self) -> int:
        return self.n_transit + 3

    @property
    def amounts(self) -> int:
        return self.n_transit + 4

    @property
    def urine(self) -> int:
        return self.amounts

    @property
    def exposure(self) -> int:
        return self.amounts

    @property
    def infusion(self) -> int:
        return self.amounts + 1

    @property
    def size(self) -> int:
        return self.amounts + 2


def build_rate_matrix(individual: Individual) -> FloatArray:
    """The generator of the linear system, shape (n, s, s), per hour; entry [i, j] is the flow from j to i."""
    at = Layout(individual.n_transit)
    ktr = (individual.n_transit + 1) / individual.mtt
    k10, k12 = individual.cl / individual.vc, individual.q / individual.vc
    k21 = individual.q / individual.vp
    rates = np.zeros((individual.n, at.size, at.size))
    for step in range(at.depot):
        rates[:, step, step] = -ktr
        rates[:, step + 1, step] = ktr
    rates[:, at.depot, at.depot] = -individual.ka
    rates[:, at.central, at.depot] = individual.f * individual.ka
    rates[:, at.central, at.central] = -(k10 + k12)
    rates[:, at.peripheral, at.central] = k12
    rates[:, at.central, at.peripheral] = k21
    rates[:, at.peripheral, at.peripheral] = -k21
    rates[:, at.exposure, at.central] = 1 / individual.vc
    rates[:, at.central, at.infusion] = 1.0
    return rates


def compute_propagator(rates: FloatArray, interval_h: float) -> FloatArray:
    """exp(rates x interval), shape (n, s, s), for a matrix whose off-diagonal entries are all non-negative.

    Each subject gets the number of halvings its own rates need, so a subject's result does not depend on
    the company it is computed in. Raises ValueError for a negative or unbounded interval.
    """
    if not (np.isfinite(interval_h) and interval_h >= 0):
        raise ValueError(f"an interval must be finite and not negative, not {interval_h}")
    size = rates.shape[-1]
    identity = np.eye(size)
    if interval_h == 0:
        return np.broadcast_to(identity, rates.shape).copy()
    shift = -np.min(np.diagonal(rates, axis1=1, axis2=2), axis=1)
    positive = (rates + shift[:, None, None] * identity) * interval_h
    norm = np.max(np.sum(positive, axis=1), axis=1)
    halvings = np.maximum(0, np.ceil(np.log2(np.maximum(norm, 1.0)))).astype(int)
    scale = np.ldexp(1.0, -halvings)
    positive *= scale[:, None, None]
    total = identity + positive / _TAYLOR_TERMS
    for term in range(_TAYLOR_TERMS - 1, 0, -1):
        total = identity + (positive @ total) / term
    total *= np.exp(-shift * interval_h * scale)[:, None, None]
    for done in range(int(halvings.max(initial=0))):
        more = halvings > done
        if more.all():
            total = total @ total
        else:
            total[more] = total[more] @ total[more]
    return np.asarray(total)


def compute_disposition_rates(individual: Individual) -> tuple[FloatArray, FloatArray]:
    """The fast and the slow rate of the plasma curve after a dose into a vein, each (n,), per hour."""
    k10, k12 = individual.cl / individual.vc, individual.q / individual.vc
    k21 = individual.q / individual.vp
    total, product = k10 + k12 + k21, k10 * k21
    fast = (total + np.sqrt(total * total - 4 * product)) / 2
    return fast, product / fast
