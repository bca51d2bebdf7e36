"""Baclofen in the spinal fluid: the linear compartments, joined to the systemic ones of the oral model.

State of a subject. First the states of ``eutonia.model.oral`` as they are (mg; drug by mouth, into a vein and
from the spinal fluid meets in the same central and peripheral compartments), then, in the order of
``SpinalLayout``:

    dL/dt  = R - (CL_L + Q) C_L + Q C_U               lumbar fluid, micrograms;  C_L = L / V_L
    dU/dt  = Q C_L - (Q + CL_U) C_U                   upper fluid, micrograms;   C_U = U / V_U
    dA1/dt = ... + CL_L C_L + CL_U C_U                plasma takes up what the fluid loses
    dCe/dt = ke (C_L + K Cp - Ce)                     cord, tone, micrograms per mL
    dCH/dt = kH (C_L + K Cp - CH)                     cord, reflex
    dCB/dt = kB (C_U - CB)                            brain
    dX/dt  = C_L                                      exposure of the lumbar fluid, micrograms h per mL
    dR/dt  = 0                                        drug arriving at the catheter tip, micrograms per hour

K is the cord's partition from plasma: the oral route reaches the same cord sites without passing through the
fluid. The effect sites hold concentrations, not drug, so they take nothing out of the balance. All flows are
non-negative, so the propagator of the oral model serves unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import FloatArray, Individual
from eutonia.model.oral import Layout, build_rate_matrix, compute_propagator
from eutonia.units import Quantity, unit

__all__ = [
    "MICROGRAM_PER_MG",
    "CsfParameters",
    "SpinalLayout",
    "SpinalSystem",
    "build_spinal_matrix",
    "concentration_along_canal",
    "effective_clearance",
    "steady_state",
    "washed_out_fraction",
]

MICROGRAM_PER_MG = Quantity(Decimal(1), unit("mg")).number("microgram")
_SPINAL_STATES = 7


@dataclass(frozen=True, slots=True)
class CsfParameters:
    """Spinal fluid of n subjects, arrays (n,): volumes in mL, clearances and exchange in mL/h, rates per hour.

    oral_cord_partition: cord concentration per plasma concentration at equilibrium. gradient_length_cm: how
    far along the canal the level falls to 1/e.
    """

    lumbar_volume: FloatArray
    upper_volume: FloatArray
    lumbar_clearance: FloatArray
    upper_clearance: FloatArray
    exchange_flow: FloatArray
    cord_rate: FloatArray
    reflex_rate: FloatArray
    brain_rate: FloatArray
    oral_cord_partition: FloatArray
    gradient_length: FloatArray

    @property
    def n(self) -> int:
        return len(self.lumbar_volume)

    @classmethod
    def from_file(cls, model: ModelFile, n: int = 1) -> CsfParameters:
        """The typical values of a model file for n equal subjects."""
        return cls(**{f.name: np.full(n, model.value(f.name)) for f in fields(cls)})

    def select(self, chosen: slice | NDArray[np.intp]) -> CsfParameters:
        """The chosen subjects."""
        return replace(self, **{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class SpinalLayout:
    """Where each state sits: ``base`` states of the oral model, then the spinal ones."""

    base: int
    central: int
    plasma_exposure: int
    infusion: int

    @classmethod
    def over(cls, individual: Individual) -> SpinalLayout:
        oral = Layout(individual.n_transit)
        return cls(oral.size, oral.central, oral.exposure, oral.infusion)

    @property
    def lumbar(self) -> int:
        return self.base

    @property
    def upper(self) -> int:
        return self.base + 1

    @property
    def cord(self) -> int:
        return self.base + 2

    @property
    def reflex(self) -> int:
        return self.base + 3

    @property
    def brain(self) -> int:
        return self.base + 4

    @property
    def lumbar_exposure(self) -> int:
        return self.base + 5

    @property
    def tip(self) -> int:
        return self.base + 6

    @property
    def size(self) -> int:
        return self.base + _SPINAL_STATES


def build_spinal_matrix(systemic: Individual, csf: CsfParameters) -> FloatArray:
    """The generator of the whole linear system, shape (n, s, s), per hour; [i, j] is the flow from j to i.

    Raises ValueError unless both hold the same number of subjects.
    """
    if systemic.n != csf.n:
        raise ValueError(f"{systemic.n} systemic subjects cannot be joined to {csf.n} spinal ones")
    at = SpinalLayout.over(systemic)
    rates = np.zeros((csf.n, at.size, at.size))
    rates[:, : at.base, : at.base] = build_rate_matrix(systemic)
    out_of_lumbar = csf.lumbar_clearance / csf.lumbar_volume
    out_of_upper = csf.upper_clearance / csf.upper_volume
    upward, downward = csf.exchange_flow / csf.lumbar_volume, csf.exchange_flow / csf.upper_volume
    rates[:, at.lumbar, at.lumbar] = -(out_of_lumbar + upward)
    rates[:, at.lumbar, at.upper] = downward
    rates[:, at.lumbar, at.tip] = 1.0
    rates[:, at.upper, at.lumbar] = upward
    rates[:, at.upper, at.upper] = -(downward + out_of_upper)
    rates[:, at.central, at.lumbar] = out_of_lumbar / MICROGRAM_PER_MG
    rates[:, at.central, at.upper] = out_of_upper / MICROGRAM_PER_MG
    for site, rate in ((at.cord, csf.cord_rate), (at.reflex, csf.reflex_rate)):
        rates[:, site, site] = -rate
        rates[:, site, at.lumbar] = rate / csf.lumbar_volume
        # mg in the central volume in litres is micrograms per mL
        rates[:, site, at.central] = rate * csf.oral_cord_partition / systemic.vc
    rates[:, at.brain, at.brain] = -csf.brain_rate
    rates[:, at.brain, at.upper] = csf.brain_rate / csf.upper_volume
    rates[:, at.lumbar_exposure, at.lumbar] = 1.0 / csf.lumbar_volume
    return rates


def steady_state(systemic: Individual, csf: CsfParameters, tip_rate: float) -> FloatArray:
    """The state under a constant rate at the tip (micrograms per hour) that has run for ever: (s, n).

    Exposures start at 0 and the rate is part of the state. Raises ValueError for a negative rate.
    """
    if not (np.isfinite(tip_rate) and tip_rate >= 0):
        raise ValueError(f"the rate at the tip must be a number of at least 0, not {tip_rate}")
    at, oral = SpinalLayout.over(systemic), Layout(systemic.n_transit)
    rates = build_spinal_matrix(systemic, csf)
    moving = [*range(oral.amounts), at.lumbar, at.upper, at.cord, at.reflex, at.brain]
    inflow = rates[:, moving, at.tip] * tip_rate
    held = np.linalg.solve(rates[:, moving][:, :, moving], -inflow[:, :, None])[:, :, 0]
    state = np.zeros((at.size, csf.n))
    state[moving] = np.maximum(held.T, 0.0)
    state[at.tip] = tip_rate
    return state


def effective_clearance(csf: CsfParameters) -> FloatArray:
    """Clearance seen from the lumbar fluid, mL/h (n,): its own and what leaves by way of the upper fluid."""
    by_upper = csf.exchange_flow * csf.upper_clearance / (csf.exchange_flow + csf.upper_clearance)
    return np.asarray(csf.lumbar_clearance + by_upper)


def concentration_along_canal(
    lumbar: FloatArray, height_cm: FloatArray | float, csf: CsfParameters
) -> FloatArray:
    """Level at a height above the catheter tip towards the head, from the lumbar level (..., n).

    A fixed exponential profile; it says nothing about the few cm around the tip. Raises ValueError below 0.
    """
    if np.any(np.asarray(height_cm) < 0):
        raise ValueError("the height above the tip must be at least 0 cm")
    return np.asarray(lumbar * np.exp(-np.asarray(height_cm) / csf.gradient_length))


def washed_out_fraction(csf: CsfParameters, drained_ml: float) -> FloatArray:
    """Part of the lumbar drug that leaves with drained fluid, (n,): fluid well mixed and replaced as it goes."""
    return np.asarray(-np.expm1(-drained_ml / csf.lumbar_volume))


class SpinalSystem:
    """The propagators of some subjects, each distinct interval computed once.

    Keep one for repeated simulations of the same people; it holds nothing but what follows from them.
    """

    def __init__(self, systemic: Individual, csf: CsfParameters) -> None:
        self.at = SpinalLayout.over(systemic)
        self.n = csf.n
        self.rates = build_spinal_matrix(systemic, csf)
        self._known: dict[float, FloatArray] = {}

    def step(self, interval_h: float) -> FloatArray:
        """exp(rates x interval), (n, s, s)."""
        if interval_h not in self._known:
            self._known[interval_h] = compute_propagator(self.rates, interval_h)
        return self._known[interval_h]

    def prepare(self, intervals_h: Iterable[float]) -> None:
        """Have the propagators of many intervals, made together: one stack is far quicker than one by one."""
        missing = sorted({x for x in intervals_h if x > 0} - self._known.keys())
        if not missing:
            return
        scaled = np.array(missing)[:, None, None, None] * self.rates
        steps = compute_propagator(scaled.reshape(-1, *self.rates.shape[1:]), 1.0).reshape(scaled.shape)
        self._known.update(zip(missing, steps, strict=True))

    def prepare_halves(self, interval_h: float, times: int) -> None:
        """Have the interval and what halving it leaves, ``times`` over, from one propagator by squaring."""
        known = [j for j in range(times + 1) if interval_h / 2.0**j not in self._known]
        if not known:
            return
        step = self.step(interval_h / 2.0**times)
        for j in range(times - 1, -1, -1):
            step = self._known.setdefault(interval_h / 2.0**j, step @ step)
