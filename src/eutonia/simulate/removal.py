"""Treatment outside the body: sessions of extra clearance from the plasma, solved exactly from one to the next.

Between two session bounds the clearance is constant, so the common propagator applies; what a session removes is its
clearance times the exact exposure while it runs. Parameters of the individual must be real, not apparent (per
absorbed fraction): a machine's clearance adds to the body's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import DomainNote, FloatArray, Individual, check_limit
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import NG_PER_ML, Trajectory, simulate

__all__ = [
    "Removal",
    "Session",
    "SessionFigures",
    "check_session",
    "published_clearances",
    "simulate_with_removal",
    "summarise_session",
]

Kind = Literal["haemodialysis", "haemofiltration", "peritoneal dialysis"]

# No machine clears more plasma than blood flows through it, and none draws a litre of blood a minute. Finer limits for
# each kind are in the model file.
_MOST_CLEARANCE = 60.0
_PARAMETERS: dict[Kind, tuple[str, ...]] = {
    "haemodialysis": ("clearance_haemodialysis", "clearance_haemodialysis_high"),
    "haemofiltration": ("clearance_haemofiltration",),
    "peritoneal dialysis": ("clearance_peritoneal",),
}


@dataclass(frozen=True, slots=True)
class Session:
    """One session: kind, hours of start and end, and plasma clearance in L/h. Raises ValueError."""

    kind: Kind
    start: float
    end: float
    clearance: float

    def __post_init__(self) -> None:
        if self.kind not in _PARAMETERS:
            raise ValueError(f"a session is {' or '.join(_PARAMETERS)}, not {self.kind!r}")
        if not (np.isfinite([self.start, self.end]).all() and self.start >= 0):
            raise ValueError(
                f"a session must start at hour 0 or later, not {self.start:g} h to {self.end:g} h"
            )
        if self.end <= self.start:
            raise ValueError(
                f"a session must last longer than 0 h, not from {self.start:g} h to {self.end:g} h"
            )
        if not (np.isfinite(self.clearance) and self.clearance > 0):
            raise ValueError(f"the clearance of a session must be above 0 L/h, not {self.clearance:g}")
        if self.clearance > _MOST_CLEARANCE:
            raise ValueError(
                f"the clearance of a session must be at most {_MOST_CLEARANCE:g} L/h, more blood than any machine "
                f"draws, not {self.clearance:g}"
            )


@dataclass(frozen=True, slots=True, eq=False)
class Removal:
    """A course with sessions: the trajectory, and removed_mg (T, n), all that sessions took out since hour 0."""

    trajectory: Trajectory
    sessions: tuple[Session, ...]
    removed_mg: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SessionFigures:
    """What one session does, (n,) each.

    before, after: ng/mL at its start and end. fall_percent: of the concentration. removed_mg: into the machine.
    half_life_h: apparent, from the two concentrations; not a number when the level does not fall. rebound: highest
    concentration after the end over the one at the end, less 1, in percent. rebound_after_h: hours to it.
    """

    session: Session
    before: FloatArray
    after: FloatArray
    fall_percent: FloatArray
    removed_mg: FloatArray
    half_life_h: FloatArray
    rebound_percent: FloatArray
    rebound_after_h: FloatArray


def published_clearances(model: ModelFile, kind: Kind) -> tuple[float, ...]:
    """Plasma clearances known for a kind of session, L/h, the usual first and the upper end second where there is one.

    ``model`` is removal.reference2026 or a file like it. Raises ValueError for an unknown kind, KeyError for a file
    without the parameter.
    """
    if kind not in _PARAMETERS:
        raise ValueError(f"a session is {' or '.join(_PARAMETERS)}, not {kind!r}")
    return tuple(model.value(name) for name in _PARAMETERS[kind])


def check_session(model: ModelFile, session: Session) -> tuple[DomainNote, ...]:
    """How far the clearance of a session lies outside those known for its kind; empty when inside.

    ``model`` is removal.reference2026 or a file like it.
    """
    return check_limit(model, _PARAMETERS[session.kind][0], session.clearance)


def simulate_with_removal(
    individual: Individual,
    events: DoseEvents,
    times_h: ArrayLike,
    sessions: Sequence[Session],
    initial: FloatArray | None = None,
) -> Removal:
    """Concentrations at ``times_h`` (T,) as ``simulate`` gives them, with sessions in between.

    sessions: in order, not overlapping; one may begin when another ends. Without sessions the trajectory is that of
    ``simulate`` to the last bit. Raises ValueError for sessions out of order or overlapping, and as ``simulate``.
    """
    _check_order(sessions)
    times = np.asarray(times_h, dtype=np.float64)
    if not sessions or times.size == 0:
        result = simulate(individual, events, times, initial)
        return Removal(result, (), np.zeros_like(result.concentration))
    if not np.isfinite(times).all() or times[0] < 0 or (np.diff(times) < 0).any():
        raise ValueError("times_h must start at 0 or later, be finite and be in order")
    last = float(times[-1])
    bounds = {0.0, last, *(b for s in sessions for b in (s.start, s.end) if b < last)}
    cuts = sorted(bounds) if last > 0 else [0.0, 0.0]
    concentration = np.empty((len(times), individual.n))
    exposure, removed = np.empty_like(concentration), np.zeros_like(concentration)
    state, so_far, taken = initial, np.zeros(individual.n), np.zeros(individual.n)
    urine = np.zeros(individual.n)
    for low, high in pairwise(cuts):
        extra = sum(s.clearance for s in sessions if s.start <= low < s.end)
        is_last = high == last
        inside = (times >= low) & ((times <= high) if is_last else (times < high))
        hours = np.append(times[inside] - low, [] if is_last and inside.any() else [high - low])
        part = simulate(
            replace(individual, cl=individual.cl + extra), _part_of(events, low, high, is_last), hours, state
        )
        if low == 0.0:
            urine = part.urine_start_mg
        count = int(inside.sum())
        concentration[inside] = part.concentration[:count]
        exposure[inside] = so_far + part.exposure[:count]
        removed[inside] = taken + extra / NG_PER_ML * part.exposure[:count]
        so_far = so_far + part.exposure[-1]
        taken = taken + extra / NG_PER_ML * part.exposure[-1]
        state = part.amounts_end
    assert state is not None
    whole = Trajectory(times, concentration, exposure, state, urine, individual.cl_renal)
    return Removal(whole, tuple(sessions), removed)


def summarise_session(
    individual: Individual,
    events: DoseEvents,
    sessions: Sequence[Session],
    which: int,
    initial: FloatArray | None = None,
    *,
    watch_h: float = 12.0,
    step_h: float = 1 / 60,
) -> SessionFigures:
    """Figures of session number ``which`` (from 0), with the rebound over ``watch_h`` hours after it.

    The rebound is looked for every ``step_h`` hours, up to the next session; doses in that time count into it, so
    ask for a watch that ends before the next dose to see redistribution alone. Raises ValueError, IndexError.
    """
    session = sessions[which]
    later = [s.start for s in sessions if s.start >= session.end]
    until = min([session.end + watch_h, *later])
    after = session.end + np.arange(0.0, max(until - session.end, 0.0) + 1e-9, step_h)
    result = simulate_with_removal(
        individual, events, np.concatenate([[session.start], after]), sessions, initial
    )
    curve = result.trajectory.concentration
    before, at_end = curve[0], curve[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = 1 - at_end / before
        half_life = np.where(
            at_end < before, (session.end - session.start) * np.log(2) / np.log(before / at_end), np.nan
        )
        rebound = curve[1:].max(axis=0) / at_end - 1
    return SessionFigures(
        session=session,
        before=before,
        after=at_end,
        fall_percent=100 * fall,
        removed_mg=result.removed_mg[1] - result.removed_mg[0],
        half_life_h=half_life,
        rebound_percent=100 * rebound,
        rebound_after_h=after[curve[1:].argmax(axis=0)] - session.end,
    )


def _check_order(sessions: Sequence[Session]) -> None:
    for index, (one, other) in enumerate(pairwise(sessions)):
        if other.start < one.start:
            raise ValueError(f"session {index + 2} starts before session {index + 1}")
        if other.start < one.end:
            raise ValueError(
                f"session {index + 2} starts at {other.start:g} h, before session {index + 1} ends at {one.end:g} h"
            )


def _part_of(events: DoseEvents, low: float, high: float, is_last: bool) -> DoseEvents:
    """What is given from ``low`` to ``high``, hours counted from ``low``; a running infusion is cut at both ends."""
    time, length = events.time_h, events.duration_h
    runs = length > 0
    begin, end = np.maximum(time, low), np.minimum(time + length, high)
    at_once = ~runs & (time >= low) & ((time <= high) if is_last else (time < high))
    kept = np.flatnonzero(at_once | (runs & (end > begin)))
    duration = np.where(runs, end - begin, 0.0)[kept]
    share = np.where(runs[kept], duration / np.where(runs, length, 1.0)[kept], 1.0)
    return DoseEvents(
        begin[kept] - low, events.amount_mg[kept] * share, [events.route[i] for i in kept], duration
    )
