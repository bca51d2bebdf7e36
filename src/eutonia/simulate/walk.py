"""One subject's state, walked exactly from one event to the next, whatever happens in between.

Where many people share one course, ``eutonia.simulate.run`` is the fast way. This is the general one: parameters may
change on the way, inputs may run into the transit chain, and the state itself can be set.
"""

from __future__ import annotations

import numpy as np

from eutonia.model.individual import FloatArray, Individual
from eutonia.model.oral import Layout, build_rate_matrix, compute_propagator
from eutonia.simulate.run import NG_PER_ML

__all__ = ["Walk"]

_MOST_KEPT = 1024  # propagators


class Walk:
    """Amounts of one subject: those of ``eutonia.model.oral`` and one more input, at a rate into the first step.

    state: (size,) mg, as ``Layout`` says, then the input rate by mouth. ``individual`` must hold one subject.
    """

    def __init__(self, individual: Individual) -> None:
        self._known: dict[tuple[bytes, float], FloatArray] = {}
        self.at = Layout(individual.n_transit)
        self.change(individual)
        self.state = np.zeros(self.at.size + 1)

    def change(self, individual: Individual) -> None:
        """Go on with other parameters; the amounts stay. Raises ValueError for several subjects or another chain."""
        if individual.n != 1:
            raise ValueError(f"a walk takes one subject, not {individual.n}")
        if Layout(individual.n_transit) != self.at:
            raise ValueError("the length of the transit chain cannot change on the way")
        self.individual = individual
        size = self.at.size
        rates = np.zeros((size + 1, size + 1))
        rates[:size, :size] = build_rate_matrix(individual)[0]
        rates[0, size] = 1.0
        self.rates = rates
        self._key = rates.tobytes()

    @property
    def oral_rate(self) -> int:
        """Where the input rate by mouth sits in the state."""
        return self.at.size

    @property
    def concentration(self) -> float:
        """ng/mL."""
        return float(self.state[self.at.central] / self.individual.vc[0] * NG_PER_ML)

    @property
    def exposure(self) -> float:
        """Integral of the concentration since the walk began, ng h/mL."""
        return float(self.state[self.at.exposure] * NG_PER_ML)

    def step(self, hours: float) -> FloatArray:
        """The propagator of an interval; those met before are kept."""
        key = (self._key, hours)
        if key not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[key] = compute_propagator(self.rates[None], hours)[0]
        return self._known[key]

    def advance(self, hours: float) -> None:
        """Let time pass. Raises ValueError when it would run backwards."""
        if hours != 0:
            self.state = self.step(hours) @ self.state

    def steady_amounts(self, period_h: float, one_period: FloatArray) -> FloatArray:
        """Amounts just before a period that has been repeated for ever, (size + 1,), no input running.

        one_period: the state after one such period that began with nothing in the body.
        """
        held = self.at.amounts
        fixed = np.linalg.solve(np.eye(held) - self.step(period_h)[:held, :held], one_period[:held])
        result = np.zeros_like(self.state)
        result[:held] = np.maximum(fixed, 0.0)
        return result

    def steady_under_rate(self, oral_rate: float, iv_rate: float) -> FloatArray:
        """Amounts under constant inputs (mg/h) that have run for ever, (size + 1,), inputs not included."""
        held = self.at.amounts
        inflow = np.zeros(held)
        inflow[0] += oral_rate
        inflow[self.at.central] += iv_rate
        result = np.zeros_like(self.state)
        result[:held] = np.maximum(np.linalg.solve(-self.rates[:held, :held], inflow), 0.0)
        return result
