"""One course of doses for many people: planned once, read for as many as are asked for.

What changes at each dose is the same for everybody, so the timeline is cut once; levels come from the states that
matter to them, and exact integrals from all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.model.individual import FloatArray, Individual
from eutonia.model.kernel_numpy import read_fast, read_numpy
from eutonia.model.kernel_plan import ReadPlan, plan_read
from eutonia.model.oral import Layout, build_rate_matrix
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import NG_PER_ML

__all__ = ["SharedCourse", "plan_course", "read_course"]


@dataclass(frozen=True, slots=True, eq=False)
class SharedCourse:
    """A course for people with one length of the transit chain.

    held: the states that the level hangs on; the one of infusions is among them where something is infused.
    curve: the way to the levels. area: the way to their integrals, None where none is wanted.
    """

    at: Layout
    held: tuple[int, ...]
    curve: ReadPlan
    area: ReadPlan | None


def plan_course(events: DoseEvents, times_h: FloatArray, edges_h: FloatArray, n_transit: int) -> SharedCourse:
    """The plan for levels at ``times_h`` (T,) and integrals at ``edges_h`` (E,), which may be none.

    Both in hours, in order from 0; doses after the last time have no effect. Raises ValueError as ``plan_read``.
    """
    at = Layout(n_transit)
    cuts, add, keep = _cut_timeline(events, float(times_h[-1]), at)
    held = [i for i in range(at.size) if i != at.exposure and (i != at.infusion or add[:, i].any())]
    curve = plan_read(times_h, cuts, add[:, held], keep[held])
    area = plan_read(edges_h, cuts, add, keep) if len(edges_h) else None
    return SharedCourse(at, tuple(held), curve, area)


def read_course(
    who: Individual,
    course: SharedCourse,
    initial: FloatArray | None = None,
    *,
    is_fast: bool = True,
    buffer: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Levels (T, n) in ng/mL and their integrals since hour 0 (E, n) in ng h/mL, as ``simulate`` gives them.

    initial: amounts at hour 0, (states + 1, n), as ``simulate`` takes them. is_fast: compiled, otherwise the NumPy
    twin. buffer: room for the levels (T, n rounded up to LANES), for the compiled path; the result then points into
    it. Raises ImportError without numba on the compiled path.
    """
    at, held = course.at, list(course.held)
    rates = build_rate_matrix(who)
    start = np.zeros((at.size, who.n))
    if initial is not None:
        start[: at.amounts] = initial[: at.amounts]
    read = np.zeros((len(held), who.n))
    read[held.index(at.central)] = NG_PER_ML / who.vc
    own = np.ascontiguousarray(rates[:, held][:, :, held])
    if is_fast:
        level, _ = read_fast(own, read, course.curve, start[held], buffer)
    else:
        level, _ = read_numpy(own, read, course.curve, start[held])
    if course.area is None:
        return level, np.zeros((0, who.n))
    row = np.zeros((at.size, who.n))
    row[at.exposure] = NG_PER_ML
    area, _ = (read_fast if is_fast else read_numpy)(rates, row, course.area, start)
    return level, area


def _cut_timeline(events: DoseEvents, last_h: float, at: Layout) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times at which something is given or an infusion begins or ends, and what changes (K, s), keep (s,)."""
    ends = events.time_h + events.duration_h
    cuts = np.unique(np.concatenate([[0.0], events.time_h, ends]))
    cuts = cuts[cuts <= last_h]
    add, keep = np.zeros((len(cuts), at.size)), np.ones(at.size)
    keep[at.infusion] = 0.0
    for dose in np.flatnonzero(events.time_h <= last_h).tolist():
        start, length, amount = events.time_h[dose], events.duration_h[dose], events.amount_mg[dose]
        if length > 0:
            add[(cuts >= start) & (cuts < ends[dose]), at.infusion] += amount / length
        else:
            add[np.searchsorted(cuts, start), 0 if events.route[dose] == "oral" else at.central] += amount
    return cuts, add, keep
