"""Dated doses and individuals in, concentrations over time out; exact, without a solver or a step size.

Between two doses the system is linear, so a step is one propagator; each distinct interval is computed once.
The concentration at all output times between two doses is a fixed linear read-out of the state after the
first of them, shared by every pair of doses with the same output times in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike

from eutonia.model.individual import FloatArray, Individual, select_subjects
from eutonia.model.oral import Layout, build_rate_matrix, compute_propagator
from eutonia.simulate.events import HOURS_PER_DAY, DoseEvents
from eutonia.units import Quantity, unit

__all__ = ["Trajectory", "simulate", "steady_state_amounts"]

NG_PER_ML = Quantity(Decimal(1), unit("mg/L")).number("ng/mL")  # nanograms per mL in 1 mg per litre

# Intervals that agree to this many decimals of an hour (0.04 microseconds) are one interval.
_DECIMALS = 11
# Read-out rows held at once, in floats: bounds memory and keeps the work near the cache.
_CHUNK_FLOATS = 2_000_000
_CHUNK_SUBJECTS = 512


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """What n subjects have in the plasma over T times; time-major arrays.

    times_h: (T,). concentration: (T, n), ng/mL. exposure: (T, n), ng h/mL, the exact integral of the
    concentration since hour 0. amounts_end: (states + 1, n) in mg at the last time, last row urine;
    it can start the next simulation.
    """

    times_h: FloatArray
    concentration: FloatArray
    exposure: FloatArray
    amounts_end: FloatArray
    urine_start_mg: FloatArray
    cl_renal: FloatArray

    @property
    def n(self) -> int:
        return int(self.concentration.shape[1])

    @property
    def urine_mg(self) -> FloatArray:
        """Unchanged drug collected in urine, (T, n), mg: what was there at hour 0 and what came since."""
        return np.asarray(self.urine_start_mg + self.cl_renal / NG_PER_ML * self.exposure)


def simulate(
    individual: Individual, events: DoseEvents, times_h: ArrayLike, initial: FloatArray | None = None
) -> Trajectory:
    """Concentrations of every subject at ``times_h`` (T,), hours from 0, in order.

    A dose counts from its own time on, so a value at the time of an injection is the one just after it.
    ``initial``: amounts at hour 0 as in ``Trajectory.amounts_end`` or from ``steady_state_amounts``; nothing
    in the body without it. Doses after the last time have no effect. Raises ValueError for times out of order
    or negative, or an ``initial`` of another shape.
    """
    times = np.asarray(times_h, dtype=np.float64)
    if times.ndim != 1 or times.size == 0 or not np.isfinite(times).all():
        raise ValueError("times_h must be a list of finite hours, at least one")
    if times[0] < 0 or (np.diff(times) < 0).any():
        raise ValueError("times_h must start at 0 or later and be in order")
    at, n = Layout(individual.n_transit), individual.n
    start = np.zeros((at.amounts + 1, n)) if initial is None else np.asarray(initial, dtype=np.float64)
    if start.shape != (at.amounts + 1, n) or not (np.isfinite(start) & (start >= 0)).all():
        raise ValueError(f"initial must hold {at.amounts + 1} amounts of at least 0 for each of {n} subjects")
    plan = _plan(events, times)
    both = np.empty((2, len(times), n))
    end = np.empty_like(start)
    width = int(np.clip(_CHUNK_FLOATS // (2 * at.size * len(plan.offsets)), 1, _CHUNK_SUBJECTS))
    for low in range(0, n, width):
        chunk = slice(low, min(low + width, n))
        _run_chunk(
            select_subjects(individual, chunk.start, chunk.stop),
            plan,
            start[:, chunk],
            both[:, :, chunk],
            end[:, chunk],
        )
    return Trajectory(times, both[0], both[1], end, start[at.urine], individual.cl_renal)


def steady_state_amounts(
    individual: Individual, day: DoseEvents, period_h: float = HOURS_PER_DAY
) -> FloatArray:
    """Amounts just before the first hour of a period whose doses have been given for ever, urine 0.

    Exact: the state that one period's propagator and doses map to itself, not a run-in. ``day``: the doses of
    one period. Raises ValueError when a dose or an infusion reaches past the period's end.
    """
    if len(day) and (day.time_h[-1] >= period_h or (day.time_h + day.duration_h).max() > period_h):
        raise ValueError(f"all doses must start before {period_h:g} h and all infusions end by then")
    at = Layout(individual.n_transit)
    held = at.amounts
    one_period = simulate(individual, day, np.array([period_h])).amounts_end[:held]
    propagator = compute_propagator(build_rate_matrix(individual), period_h)[:, :held, :held]
    fixed = np.linalg.solve(np.eye(held) - propagator, one_period.T[:, :, None])[:, :, 0]
    # Rounding can leave a vanished transit amount at minus 1e-30.
    return np.concatenate([np.maximum(fixed.T, 0.0), np.zeros((1, individual.n))])


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """The timeline cut at doses and ends of infusions; K pieces.

    lengths: (K,) to the next cut, the last one to the last output time. oral, iv: (K,) mg added at the
    start of a piece. rate: (K,) mg/h running in it. outputs: first and last output index of a piece.
    offsets: the distinct times from a cut to an output. which: (T,) index of each output's offset.
    """

    lengths: FloatArray
    oral: FloatArray
    iv: FloatArray
    rate: FloatArray
    outputs: list[tuple[int, int]]
    offsets: FloatArray
    which: np.ndarray[tuple[int], np.dtype[np.intp]]


def _plan(events: DoseEvents, times: FloatArray) -> _Plan:
    last = times[-1]
    ends = events.time_h + events.duration_h
    cuts = np.unique(np.concatenate([[0.0], events.time_h, ends]))
    cuts = cuts[cuts <= last]
    is_oral = np.array([route == "oral" for route in events.route], dtype=bool)
    running = events.duration_h > 0
    known = events.time_h <= last
    piece = np.searchsorted(cuts, events.time_h[known])
    oral, iv, rate = np.zeros(len(cuts)), np.zeros(len(cuts)), np.zeros(len(cuts))
    np.add.at(oral, piece, np.where(is_oral, events.amount_mg, 0.0)[known])
    np.add.at(iv, piece, np.where(is_oral | running, 0.0, events.amount_mg)[known])
    for dose in np.flatnonzero(running & known):
        rate[(cuts >= events.time_h[dose]) & (cuts < ends[dose])] += (
            events.amount_mg[dose] / events.duration_h[dose]
        )
    home = np.searchsorted(cuts, times, side="right") - 1
    offsets, which = np.unique(np.round(times - cuts[home], _DECIMALS), return_inverse=True)
    first = np.searchsorted(home, np.arange(len(cuts)))
    outputs = list(zip(first.tolist(), [*first[1:].tolist(), len(times)], strict=True))
    lengths = np.round(np.append(cuts[1:], last) - cuts, _DECIMALS)
    return _Plan(lengths, oral, iv, rate, outputs, offsets, which)


def _run_chunk(
    individual: Individual, plan: _Plan, start: FloatArray, both: FloatArray, end: FloatArray
) -> None:
    """Fill ``both``, concentration and exposure (2, T, n), and ``end`` for a few subjects."""
    at = Layout(individual.n_transit)
    step = _cache_steps(individual)
    rows = _read_out(individual, plan.offsets, step)
    moves = {
        length: np.ascontiguousarray(step(length).transpose(1, 2, 0)) for length in set(plan.lengths.tolist())
    }
    state = np.zeros((at.size, individual.n))
    state[: at.amounts] = start[: at.amounts]
    for piece, length in enumerate(plan.lengths.tolist()):
        state[0] += plan.oral[piece]
        state[at.central] += plan.iv[piece]
        state[at.infusion] = plan.rate[piece]
        low, high = plan.outputs[piece]
        if high > low:
            np.einsum("jorn,rn->ojn", rows[plan.which[low:high]], state, out=both[:, low:high])
        state = np.einsum("ijn,jn->in", moves[length], state)
    end[: at.amounts] = state[: at.amounts]
    end[at.urine] = start[at.urine] + individual.cl_renal * state[at.exposure]


def _cache_steps(individual: Individual) -> Callable[[float], FloatArray]:
    """A function that gives the propagator of an interval, computing each distinct one once."""
    rates = build_rate_matrix(individual)
    known: dict[float, FloatArray] = {}

    def step(interval_h: float) -> FloatArray:
        if interval_h not in known:
            known[interval_h] = compute_propagator(rates, interval_h)
        return known[interval_h]

    return step


def _read_out(individual: Individual, offsets: FloatArray, step: Callable[[float], FloatArray]) -> FloatArray:
    """How concentration and its integral follow from the state ``offsets`` hours earlier: (J, 2, s, n)."""
    at, n = Layout(individual.n_transit), individual.n
    row = np.zeros((n, 2, at.size))
    row[:, 0, at.central] = NG_PER_ML / individual.vc
    row[:, 1, at.exposure] = NG_PER_ML
    rows = np.empty((len(offsets), 2, at.size, n))
    gaps = np.round(np.diff(offsets, prepend=0.0), _DECIMALS)
    for index, gap in enumerate(gaps.tolist()):
        if gap > 0:
            row = row @ step(gap)
        rows[index] = row.transpose(1, 2, 0)
    return rows
