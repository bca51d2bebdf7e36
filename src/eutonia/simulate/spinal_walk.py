"""The walk of a few subjects through a spinal course: exact states from event to event, the slow ones along them.

The linear part is exact: one propagator for each distinct interval, and levels at any time a fixed read-out of
the state at the last event. Tolerance and adaptation follow the exact cord level by Kutta's third-order step
(``eutonia.model.relaxation``). After each event the steps start small and double. Everything is computed with a step
and with half of it; whoever's two results differ by too much is computed again with steps half as long, so a
person's result depends on that person alone.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from eutonia.errors import Code, InputRefused, Problem
from eutonia.model.csf import SpinalSystem, washed_out_fraction
from eutonia.model.effect import (
    EffectParameters,
    adaptation_target,
    tolerance_target,
    tone_effect,
)
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient
from eutonia.model.relaxation import relax, relax_within
from eutonia.simulate.run import NG_PER_ML
from eutonia.simulate.spinal_events import Pieces

__all__ = ["DECIMALS", "READ_OUTS", "SpinalWalk"]

# Intervals that agree to this many decimals of an hour (0.04 microseconds) are one interval.
DECIMALS = 11
READ_OUTS = (
    "plasma",
    "lumbar",
    "upper",
    "cord",
    "reflex_site",
    "brain",
    "plasma_exposure",
    "lumbar_exposure",
)
_FIRST_STEP_H = 0.5  # after an event; the check against half steps decides whether it is small enough
_LONGEST_STEP_H = 4.0
# Largest difference between a step and its half, of tolerance and adaptation, both of order 1. The error of the
# half step is a seventh of it where the method has its full order; where a person switches between rising and
# falling it can be nearly all of it, so the difference itself is what is promised.
_TOLERANCE = 1e-6
_MOST_HALVINGS = 8
_FEW = 4  # pieces alike below which looking for the best order of a product costs more than it saves
_SETTLED = 1e-10  # change of a round of the search for a state that repeats itself
_MOST_ROUNDS = 200


class SpinalWalk:
    """One course of a few subjects. pieces: of the therapy; times: output times (T,); first: the number of the
    first of them among all, for messages."""

    def __init__(
        self,
        patient: Patient,
        pieces: Pieces,
        times: FloatArray,
        system: SpinalSystem | None = None,
        *,
        first: int = 0,
    ) -> None:
        self.first = first
        self.patient, self.pieces, self.times = patient, pieces, times
        self.system = SpinalSystem(patient.systemic, patient.csf) if system is None else system
        self.at = self.system.at
        self.states = np.empty((len(pieces.start_h), patient.n, self.at.size))
        self.home = np.searchsorted(pieces.start_h, times, side="right") - 1
        self.offset = np.round(times - pieces.start_h[self.home], DECIMALS)
        halvings = {
            length: round(np.log2(2.0 * length / float(_grade(length, 0).min())))
            for length in set(pieces.length_h.tolist()) - {0.0}
        }
        self.system.prepare(length / 2.0**often for length, often in halvings.items())
        for length, often in halvings.items():
            self.system.prepare_halves(length, often)

    def march(self, start: FloatArray, scale: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The state just after each event; the state at the last time (s, n) and what was drained (n,)."""
        at, p = self.at, self.pieces
        state = start.T.copy()
        drained = np.zeros(self.patient.n)
        for k, length in enumerate(p.length_h.tolist()):
            if p.drained_ml[k] > 0:
                out = state[:, at.lumbar] * washed_out_fraction(self.patient.csf, p.drained_ml[k])
                state[:, at.lumbar] -= out
                drained += out
            state[:, 0] += p.oral_mg[k]
            state[:, at.central] += p.vein_mg[k]
            state[:, at.lumbar] += p.injected[k]
            state[:, at.infusion] = p.vein_rate[k]
            state[:, at.tip] = p.tip_rate[k] * scale
            self.states[k] = state
            state = (self.system.step(length) @ state[:, :, None])[:, :, 0]
        return state.T, drained

    def read(self, levels: FloatArray) -> None:
        """Fill the read-outs (8, T, n); pieces with the same output times in them share the work."""
        alike: dict[bytes, list[int]] = defaultdict(list)
        first = np.searchsorted(self.home, np.arange(len(self.pieces.start_h) + 1))
        for k in range(len(self.pieces.start_h)):
            if first[k] < first[k + 1]:
                alike[self.offset[first[k] : first[k + 1]].tobytes()].append(k)
        self.system.prepare(
            gap
            for pieces in alike.values()
            for gap in _gaps(self.offset[first[pieces[0]] : first[pieces[0] + 1]])
        )
        for pieces in alike.values():
            low, high = int(first[pieces[0]]), int(first[pieces[0] + 1])
            rows = self._read_out(self.offset[low:high])
            values = np.einsum("jorn,knr->okjn", rows, self.states[pieces], optimize=len(pieces) > _FEW)
            for place, k in enumerate(pieces):
                levels[:, first[k] : first[k + 1]] = values[:, place]

    def _read_out(self, offsets: FloatArray) -> FloatArray:
        """How the read-outs follow from the state ``offsets`` hours earlier: (J, 8, s, n)."""
        at, csf, n = self.at, self.patient.csf, self.patient.n
        row = np.zeros((n, len(READ_OUTS), at.size))
        row[:, 0, at.central] = NG_PER_ML / self.patient.systemic.vc
        row[:, 1, at.lumbar] = 1.0 / csf.lumbar_volume
        row[:, 2, at.upper] = 1.0 / csf.upper_volume
        row[:, 3, at.cord] = row[:, 4, at.reflex] = row[:, 5, at.brain] = 1.0
        row[:, 6, at.plasma_exposure] = NG_PER_ML
        row[:, 7, at.lumbar_exposure] = 1.0
        rows = np.empty((len(offsets), len(READ_OUTS), at.size, n))
        for index, gap in enumerate(_gaps(offsets)):
            if gap > 0:
                row = row @ self.system.step(gap)
            rows[index] = row.transpose(1, 2, 0)
        return rows

    def follow(
        self, tolerance: FloatArray, adaptation: FloatArray
    ) -> tuple[FloatArray, FloatArray, tuple[FloatArray, FloatArray]]:
        """Tolerance and adaptation at the output times (2, T, n), their error (n,), and both at the end."""
        n = self.patient.n
        slow, error, end = np.empty((2, len(self.times), n)), np.empty(n), np.empty((2, n))
        pending = np.arange(n)
        for level in range(_MOST_HALVINGS):
            nodes, steps, first = self._cord_nodes(level)
            who = self.patient.effect.select(pending)
            start = tolerance[pending], adaptation[pending]
            coarse = _Slow(nodes[::2, pending], steps[::2] * 2.0, *start, who)
            fine = _Slow(nodes[:, pending], steps, *start, who)
            gap = np.maximum(
                np.abs(fine.tolerance[::2] - coarse.tolerance),
                np.abs(fine.adaptation[::2] - coarse.adaptation),
            )
            off = gap.max(axis=0)
            good = off <= _TOLERANCE
            done = pending[good]
            which, fraction = self._locate(steps, first)
            at_times = fine.at(which, fraction)
            slow[:, :, done] = at_times[:, :, good]
            error[done] = off[good]
            end[:, done] = fine.tolerance[-1, good], fine.adaptation[-1, good]
            pending = pending[~good]
            if not pending.size:
                return slow, error, (end[0], end[1])
        worst = 2 * (int(gap[:, int(np.flatnonzero(~good)[0])].argmax()) - 1)
        raise self._too_steep(int(pending[0]), first, worst)

    def _too_steep(self, subject: int, first: NDArray[np.intp], step: int) -> InputRefused:
        """The refusal of a course of which ``step`` cannot be made small enough in a subject of these."""
        piece = int(np.clip(np.searchsorted(first, step, side="right") - 1, 0, len(self.pieces.start_h) - 1))
        return InputRefused(
            [
                Problem(
                    Code.IMPOSSIBLE_VALUE,
                    "What is given there changes the effect faster than tolerance and adaptation can be followed.",
                    path=f"subject {self.first + subject + 1}, event at {self.pieces.start_h[piece]:g} h",
                    next_step="Check the amounts given up to then; nothing is simulated by halves.",
                )
            ]
        )

    def settle(self) -> tuple[FloatArray, FloatArray]:
        """Tolerance and adaptation (n,) that the course, repeated for ever, leads back to themselves.

        To be asked after ``march``. Raises InputRefused if the steps cannot be made small enough.
        """
        n = self.patient.n
        settled = np.empty((2, n))
        pending, before = np.arange(n), np.full((2, n), np.inf)
        for level in range(_MOST_HALVINGS):
            nodes, steps, _ = self._cord_nodes(level)
            who = self.patient.effect.select(pending)
            own = nodes[:, pending]
            tolerance = _settle(
                tolerance_target(own, who), steps, who.tolerance_on_time, who.tolerance_off_time
            )
            over = _Slow(own, steps, tolerance, np.zeros(len(pending)), who).over
            adaptation = _settle(over, steps, who.adaptation_on_time, who.adaptation_off_time)
            now = np.stack([tolerance, adaptation])
            good = np.abs(now - before).max(axis=0) <= _TOLERANCE
            settled[:, pending[good]] = now[:, good]
            pending, before = pending[~good], now[:, ~good]
            if not pending.size:
                return settled[0], settled[1]
        raise self._too_steep(int(pending[0]), np.zeros(1, dtype=np.intp), 0)

    def _cord_nodes(self, level: int) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
        """Cord level at the ends and middles of all steps (2 M + 1, n), the steps (M,), first step of a piece."""
        lengths = self.pieces.length_h
        patterns = {length: _grade(length, level) for length in set(lengths.tolist())}
        counts = np.array([len(patterns[length]) for length in lengths.tolist()])
        first = np.concatenate([[0], np.cumsum(counts)])
        nodes = np.empty((2 * first[-1] + 1, self.patient.n))
        for length, steps in patterns.items():
            pieces = np.flatnonzero(lengths == length)
            values = np.einsum(
                "jrn,knr->kjn", self._cord_rows(steps), self.states[pieces], optimize=len(pieces) > _FEW
            )
            for place, k in enumerate(pieces.tolist()):
                nodes[2 * first[k] : 2 * first[k + 1] + 1] = values[place]
        steps = np.concatenate([patterns[length] for length in lengths.tolist()])
        return nodes, steps, first

    def _cord_rows(self, steps: FloatArray) -> FloatArray:
        """How the cord level at the ends and middles of the steps follows from the state: (2 M + 1, s, n)."""
        row = np.zeros((self.patient.n, 1, self.at.size))
        row[:, 0, self.at.cord] = 1.0
        rows = np.empty((2 * len(steps) + 1, self.at.size, self.patient.n))
        rows[0] = row[:, 0].T
        for index, half in enumerate(np.repeat(steps / 2.0, 2).tolist()):
            row = row @ self.system.step(half)
            rows[index + 1] = row[:, 0].T
        return rows

    def _locate(self, steps: FloatArray, first: NDArray[np.intp]) -> tuple[NDArray[np.intp], FloatArray]:
        """In which step each output time lies, and after what fraction of it."""
        if not len(steps):
            return np.zeros(len(self.times), dtype=np.intp), np.zeros(len(self.times))
        ends = np.concatenate([[0.0], np.cumsum(steps)])
        since = ends[first[self.home]] + self.offset
        which = np.clip(np.searchsorted(ends, since, side="right") - 1, 0, len(steps) - 1)
        return which, np.clip((since - ends[which]) / steps[which], 0.0, 1.0)


def _settle(inputs: FloatArray, steps: FloatArray, rise: FloatArray, fall: FloatArray) -> FloatArray:
    """The state (n,) that a course of inputs (2 M + 1, n) leads back to itself, by the Illinois rule.

    It lies between the lowest and the highest input; what one course does to the state rises with the state by less
    than the state itself, so there is exactly one.
    """
    low, high = inputs.min(axis=0), inputs.max(axis=0)

    def gain(state: FloatArray) -> FloatArray:
        return np.asarray(relax(inputs, steps, state, rise, fall)[-1] - state)

    gain_low, gain_high = np.maximum(gain(low), 0.0), np.minimum(gain(high), 0.0)
    found, is_done = low, np.zeros(low.shape, dtype=bool)
    for _ in range(_MOST_ROUNDS):
        span = gain_low - gain_high
        share = np.divide(gain_low, span, out=np.zeros_like(span), where=span > 0)
        after = np.where(is_done, found, low + share * (high - low))
        is_done, found = is_done | (np.abs(after - found) <= _SETTLED), after
        if is_done.all():
            return np.asarray(found)
        now = gain(found)
        is_low = now > 0
        low, high = np.where(is_low, found, low), np.where(is_low, high, found)
        # the end that stays counts half, so that it does not stay for ever
        gain_low, gain_high = np.where(is_low, now, gain_low / 2), np.where(is_low, gain_high / 2, now)
    raise ArithmeticError("tolerance and adaptation find no state that repeats itself")


def _gaps(offsets: FloatArray) -> list[float]:
    """The intervals from one offset to the next, the first from 0."""
    gaps: list[float] = np.round(np.diff(offsets, prepend=0.0), DECIMALS).tolist()
    return gaps


class _Slow:
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


def _grade(length_h: float, level: int) -> FloatArray:
    """Steps over a piece: small at its start, doubling up to the longest; halved ``level`` + 1 times.

    All are the length over a power of 2, so few distinct propagators serve.
    """
    if length_h == 0:
        return np.zeros(0)
    steps: list[float] = []
    block = length_h
    while block > _FIRST_STEP_H:
        block /= 2.0
        count = 1
        while block / count > _LONGEST_STEP_H:
            count *= 2
        steps[:0] = [block / count] * count
    steps[:0] = [block]
    parts = 2 ** (level + 1)
    return np.repeat(np.array(steps) / parts, parts)
