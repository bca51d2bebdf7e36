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
from eutonia.model.effect import tolerance_target
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient
from eutonia.model.relaxation import relax
from eutonia.simulate.run import NG_PER_ML
from eutonia.simulate.slow_states import SlowStates, grade_steps
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
# Largest difference between a step and its half, of tolerance and adaptation, both of order 1. The error itself can be
# some times as large where a person switches often between rising and falling: up to 4e-6 was measured, in 256 people
# after 10 mg at once; less than 1e-6 on most courses.
_TOLERANCE = 1e-6
_MOST_HALVINGS = 8
_MOST_GAIN = 32.0  # more than a method of order 3 gains by halving its steps
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
        # Of each piece: its length, and whether it begins with an injection; pieces alike take the same steps.
        self.kinds = list(zip(pieces.length_h.tolist(), (pieces.injected > 0).tolist(), strict=True))
        halvings: dict[float, int] = {}
        for length, is_injected in set(self.kinds):
            if length > 0:
                often = round(np.log2(2.0 * length / float(grade_steps(length, is_injected, 0).min())))
                halvings[length] = max(often, halvings.get(length, 0))
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
        """Fill the read-outs (8, T, n); pieces with outputs equally far apart share the work.

        The state is moved to a piece's first output, so that the way from there is the same for all of them.
        """
        first = np.searchsorted(self.home, np.arange(len(self.pieces.start_h) + 1))
        asked = [k for k in range(len(self.pieces.start_h)) if first[k] < first[k + 1]]
        begin = [float(self.offset[first[k]]) for k in asked]
        spans = [self.offset[first[k] : first[k + 1]] - self.offset[first[k]] for k in asked]
        self.system.prepare(begin)
        moved = self.states[asked]
        for place, hours in enumerate(begin):
            if hours > 0:
                moved[place] = (self.system.step(hours) @ moved[place][:, :, None])[:, :, 0]
        alike: dict[tuple[float, ...], list[int]] = defaultdict(list)
        ways: dict[bytes, tuple[float, ...]] = {}  # most pieces are of few kinds
        for place, span in enumerate(spans):
            key = span.tobytes()
            if key not in ways:
                gaps = tuple(_gaps(span)[1:])
                ways[key] = gaps[:1] if len(set(gaps)) == 1 else gaps
            alike[ways[key]].append(place)
        self.system.prepare(gap for gaps in alike for gap in gaps)
        for places in alike.values():
            rows = self._read_out(max((spans[place] for place in places), key=len))
            for count in {len(spans[place]) for place in places}:
                some = [place for place in places if len(spans[place]) == count]
                values = np.einsum("jorn,knr->okjn", rows[:count], moved[some], optimize=len(some) > _FEW)
                for number, place in enumerate(some):
                    low = int(first[asked[place]])
                    levels[:, low : low + count] = values[:, number]

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
        pending, before = np.arange(n), np.zeros(n)
        for level in range(_MOST_HALVINGS):
            nodes, steps, first = self._cord_nodes(level)
            who = self.patient.effect.select(pending)
            start = tolerance[pending], adaptation[pending]
            coarse = SlowStates(nodes[::2, pending], steps[::2] * 2.0, *start, who)
            fine = SlowStates(nodes[:, pending], steps, *start, who)
            gap = np.maximum(
                np.abs(fine.tolerance[::2] - coarse.tolerance),
                np.abs(fine.adaptation[::2] - coarse.adaptation),
            )
            off = gap.max(axis=0)
            # Two results can agree by chance: the difference before this one bounds how far it may have fallen.
            off = np.maximum(off, before / _MOST_GAIN)
            good = off <= _TOLERANCE
            done = pending[good]
            which, fraction = self._locate(steps, first)
            at_times = fine.at(which, fraction)
            slow[:, :, done] = at_times[:, :, good]
            error[done] = off[good]
            end[:, done] = fine.tolerance[-1, good], fine.adaptation[-1, good]
            pending, before = pending[~good], off[~good]
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
            over = SlowStates(own, steps, tolerance, np.zeros(len(pending)), who).over
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
        patterns = {kind: grade_steps(*kind, level) for kind in set(self.kinds)}
        counts = np.array([len(patterns[kind]) for kind in self.kinds])
        first = np.concatenate([[0], np.cumsum(counts)])
        nodes = np.empty((2 * first[-1] + 1, self.patient.n))
        places: dict[tuple[float, bool], list[int]] = defaultdict(list)
        for k, kind in enumerate(self.kinds):
            places[kind].append(k)
        # Kinds divided in the same way are walked together; a kind of many pieces is a group of its own.
        groups: dict[object, list[tuple[float, bool]]] = defaultdict(list)
        for kind, steps in patterns.items():
            is_many = len(places[kind]) > _FEW
            groups[kind if is_many else (steps / max(kind[0], 1e-300)).tobytes()].append(kind)
        for kinds in groups.values():
            rows = self._cord_rows([patterns[kind] for kind in kinds])
            for row, kind in zip(rows, kinds, strict=True):
                pieces = places[kind]
                values = np.einsum("jrn,knr->kjn", row, self.states[pieces], optimize=len(pieces) > _FEW)
                for number, k in enumerate(pieces):
                    nodes[2 * first[k] : 2 * first[k + 1] + 1] = values[number]
        steps = np.concatenate([patterns[kind] for kind in self.kinds])
        return nodes, steps, first

    def _cord_rows(self, ways: list[FloatArray]) -> FloatArray:
        """How the cord level at the ends and middles of steps follows from the state: (ways, 2 M + 1, s, n).

        ways: (M,) steps each, as many in each.
        """
        row = np.zeros((len(ways), self.patient.n, 1, self.at.size))
        row[..., self.at.cord] = 1.0
        rows = np.empty((len(ways), 2 * len(ways[0]) + 1, self.at.size, self.patient.n))
        rows[:, 0] = row[:, :, 0].transpose(0, 2, 1)
        halves = np.repeat(np.array(ways) / 2.0, 2, axis=1)
        move, before = np.empty(0), np.empty(0)
        for index, now in enumerate(halves.T):
            if not np.array_equal(now, before):
                move, before = np.stack([self.system.step(half) for half in now.tolist()]), now
            row = row @ move
            rows[:, index + 1] = row[:, :, 0].transpose(0, 2, 1)
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
