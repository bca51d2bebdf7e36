"""A dose into the spinal fluid that somebody looks at every day: a rule applied to the score, day after day.

The dose changes on few days, so the course is simulated in stretches of one dose, and a stretch grows while the
rule leaves the dose alone. A stretch that went too far is simulated again up to the day of the change; what was
decided never depends on how the days were cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from eutonia.model.csf import SpinalSystem
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient, SpinalState
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.spinal_events import SpinalTherapy, TipRate

__all__ = ["DailyCourse", "Rule", "titrate_by_rule"]

#: What is done at the end of a day: (day, Ashworth score at its end, micrograms a day) gives the next daily dose.
Rule = Callable[[int, float, float], float]

_DAY_H = 24.0
_FIRST_STRETCH, _LONGEST_STRETCH = 16, 128  # days


@dataclass(frozen=True, slots=True, eq=False)
class DailyCourse:
    """Days 1 to D: daily_dose (D,), micrograms, in force on each day; score (D,), Ashworth at its end.

    end: where the patient stands after the last day.
    """

    daily_dose: FloatArray
    score: FloatArray
    end: SpinalState


def titrate_by_rule(
    patient: Patient, rule: Rule, *, first_dose: float, days: int, initial: SpinalState | None = None
) -> DailyCourse:
    """Apply ``rule`` at the end of every day for ``days`` days of simple continuous infusion at the tip.

    patient: one subject. first_dose: micrograms on day 1. Raises ValueError for more than one subject, no days,
    or a rule that gives something that is no dose, naming the day; otherwise as ``simulate_intrathecal``.
    """
    if patient.n != 1 or days < 1:
        raise ValueError(f"one subject and at least one day are needed, not {patient.n} and {days}")
    system = SpinalSystem(patient.systemic, patient.csf)
    doses, scores = np.empty(days), np.empty(days)
    dose, state, day, stretch = _checked(first_dose, 0), initial, 0, _FIRST_STRETCH
    while day < days:
        length = min(stretch, days - day)
        course = _run(patient, system, dose, length, state)
        changed = None
        for done in range(1, length + 1):
            score = float(course.ashworth[done, 0])
            doses[day + done - 1], scores[day + done - 1] = dose, score
            after = _checked(rule(day + done, score, dose), day + done)
            if after != dose:
                changed = done
                break
        if changed is None:
            state, day, stretch = course.end, day + length, min(2 * stretch, _LONGEST_STRETCH)
            continue
        if changed < length:
            course = _run(patient, system, dose, changed, state)
        state, day, dose, stretch = course.end, day + changed, after, _FIRST_STRETCH
    assert state is not None  # at least one day was simulated
    return DailyCourse(doses, scores, state)


def _run(
    patient: Patient, system: SpinalSystem, dose: float, days: int, state: SpinalState | None
) -> SpinalTrajectory:
    tip = TipRate.constant(dose) if dose > 0 else None
    return simulate_intrathecal(
        patient, SpinalTherapy(tip=tip), _DAY_H * np.arange(days + 1), state, system=system
    )


def _checked(dose: float, day: int) -> float:
    if not (np.isfinite(dose) and dose >= 0):
        raise ValueError(f"after day {day} the rule gave {dose}, which is no daily dose")
    return float(dose)
