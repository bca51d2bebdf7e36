"""Tolerance and adaptation along a known cord level, and the steps they are followed in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eutonia.model.effect import EffectParameters, adaptation_target, tolerance_target, tone_effect
from eutonia.model.individual import FloatArray
from eutonia.model.relaxation import relax, relax_within

__all__ = ["SlowStates", "grade_steps"]

# After an event; the check against half steps decides whether it is small enough. What is injected is at the cord
# within minutes, and a step that jumps over that could agree with its half by chance.
_FIRST_STEP_H, _FIRST_STEP_INJECTED_H = 0.5, 1.0 / 32.0
_LONGEST_STEP_H = 4.0


class SlowStates:
    """Tolerance and adaptation along a known cord level, over one set of steps."""

    def __init__(
        self,
        nodes: FloatArray,
        steps: FloatArray,
        tolerance: FloatArray,
        adaptation: FloatArray,
        who: EffectParameters,
    ) -> None:
        self.steps, self.who = steps, who
        self.up = tolerance_target(nodes, who)
        times = who.tolerance_on_time, who.tolerance_off_time
        self.tolerance = relax(self.up, steps, tolerance, *times)
        every = np.arange(len(steps))
        full = np.empty_like(nodes)
        full[::2] = self.tolerance
        full[1::2] = relax_within(self.up, steps, self.tolerance, *times, every, np.full(len(steps), 0.5))
        self.over = adaptation_target(tone_effect(nodes, full, who), who)
        self.adaptation = relax(self.over, steps, adaptation, who.adaptation_on_time, who.adaptation_off_time)

    def at(self, which: NDArray[np.intp], fraction: FloatArray) -> FloatArray:
        """Both, (2, J, n), after a fraction of the steps ``which``."""
        if not len(self.steps):
            return np.stack([self.tolerance[which], self.adaptation[which]])
        who = self.who
        times = who.tolerance_on_time, who.tolerance_off_time
        tolerance = relax_within(self.up, self.steps, self.tolerance, *times, which, fraction)
        times = who.adaptation_on_time, who.adaptation_off_time
        adaptation = relax_within(self.over, self.steps, self.adaptation, *times, which, fraction)
        return np.stack([tolerance, adaptation])


def grade_steps(length_h: float, is_injected: bool, level: int) -> FloatArray:
    """Steps over a piece: small at its start, doubling up to the longest; halved ``level`` + 1 times.

    All are the length over a power of 2, so few distinct propagators serve.
    """
    if length_h == 0:
        return np.zeros(0)
    steps: list[float] = []
    block = length_h
    first = _FIRST_STEP_INJECTED_H if is_injected else _FIRST_STEP_H
    while block > first:
        block /= 2.0
        count = 1
        while block / count > _LONGEST_STEP_H:
            count *= 2
        steps[:0] = [block / count] * count
    steps[:0] = [block]
    parts = 2 ** (level + 1)
    return np.repeat(np.array(steps) / parts, parts)
