"""Where people stand who have had the same therapy, over and over, for many months: exactly, not by running in.

The linear part is the state that one period's propagator and doses map to itself. Tolerance and adaptation are not
linear; they are the values that one period leads back to themselves, found between the lowest and the highest they
could have, good to about 1e-6.
"""

from __future__ import annotations

import numpy as np

from eutonia.errors import Code, InputRefused, Problem
from eutonia.model.csf import SpinalLayout
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, rest, select_patients
from eutonia.model.oral import Layout
from eutonia.simulate.events import HOURS_PER_DAY, DoseEvents
from eutonia.simulate.spinal_events import Pieces, SpinalTherapy, cut_pieces
from eutonia.simulate.spinal_walk import DECIMALS, SpinalWalk

__all__ = ["settle_on_cycle"]

_WIDTH = 256  # subjects at once


def settle_on_cycle(patient: Patient, therapy: SpinalTherapy, period_h: float = HOURS_PER_DAY) -> SpinalState:
    """Where people stand just before a period (hours) whose events have been repeated for many months.

    therapy: of one period: every dose before its end, every infusion into a vein over by then; what leaves the tip at
    the end of the period goes on until then. Tolerance and adaptation have settled too. ``settle`` of
    ``eutonia.model.intrathecal`` is the same for a constant infusion alone. Raises InputRefused naming what reaches
    past the period or cannot repeat itself, and a subject for whom the steps cannot be made small enough.
    """
    _check(therapy, period_h)
    pieces = cut_pieces(therapy, period_h, DECIMALS)
    nothing = rest(patient)
    linear, tolerance, adaptation = nothing.linear, nothing.tolerance, nothing.adaptation
    for low in range(0, patient.n, _WIDTH):
        part = slice(low, min(low + _WIDTH, patient.n))
        own = select_patients(patient, part.start, part.stop)
        linear[:, part], tolerance[part], adaptation[part] = _settle(own, pieces, period_h, low)
    return SpinalState(linear, tolerance, adaptation)


def _settle(
    patient: Patient, pieces: Pieces, period_h: float, first: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    walk = SpinalWalk(patient, pieces, np.array([period_h]), first=first)
    at, amounts = SpinalLayout.over(patient.systemic), Layout(patient.systemic.n_transit).amounts
    moving = [*range(amounts), at.lumbar, at.upper, at.cord, at.reflex, at.brain]
    same = np.ones(patient.n)
    once, _ = walk.march(np.zeros((at.size, patient.n)), same)
    step = walk.system.step(period_h)[:, moving][:, :, moving]
    fixed = np.linalg.solve(np.eye(len(moving)) - step, once[moving].T[:, :, None])[:, :, 0]
    start = np.zeros((at.size, patient.n))
    start[moving] = np.maximum(fixed.T, 0.0)  # rounding can leave a vanished transit amount at minus 1e-30
    end, _ = walk.march(start, same)
    start[[at.infusion, at.tip]] = end[[at.infusion, at.tip]]
    return start, *walk.settle()


def _check(therapy: SpinalTherapy, period_h: float) -> None:
    if not (np.isfinite(period_h) and period_h > 0):
        raise ValueError(f"a period must be longer than 0 h, not {period_h:g} h")
    doses = therapy.doses if therapy.doses is not None else DoseEvents([], [])
    ends = np.where(doses.duration_h > 0, doses.time_h + doses.duration_h, doses.time_h)
    late = [
        (f"doses[{i}]", float(ends[i]))
        for i in np.flatnonzero((doses.time_h >= period_h) | (ends > period_h)).tolist()
    ]
    late += [
        (f"injections[{i}].at_h", x.at_h) for i, x in enumerate(therapy.injections) if x.at_h >= period_h
    ]
    if therapy.tip is not None:
        hours = therapy.tip.time_h.tolist()
        late += [(f"tip[{i}].time_h", hour) for i, hour in enumerate(hours) if hour > period_h]
    problems = [
        Problem(
            Code.CROSSED_DATES,
            "It does not end within the period that is repeated.",
            path=path,
            given=f"{hour:g} h",
            accepted=(f"before {period_h:g} h",),
            next_step="Give one period, from 0 to its end.",
        )
        for path, hour in late
    ]
    if therapy.drainages:
        why = "Letting fluid out is no therapy that is repeated."
        problems.append(Problem(Code.CONFLICTING_VALUES, why, path="drainages"))
    if problems:
        raise InputRefused(problems)
