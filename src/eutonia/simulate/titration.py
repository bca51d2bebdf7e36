"""A dose into the spinal fluid that somebody looks at every day: a rule applied to the score, day after day.

The dose changes on few days, so the course is simulated in stretches of one dose, and a stretch grows while the
rule leaves the dose alone. A stretch that went too far is simulated again up to the day of the change; what was
decided never depends on how the days were cut.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eutonia.model.csf import SpinalSystem
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient, SpinalState
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.spinal_events import SpinalTherapy, TipRate

__all__ = [
    "DailyCourse",
    "Rule",
    "VisitCourse",
    "VisitRule",
    "raise_while_stiff",
    "titrate_at_visits",
    "titrate_by_rule",
    "usual_visits",
]

#: What is done at the end of a day: (day, Ashworth score at its end, micrograms a day) gives the next daily dose.
Rule = Callable[[int, float, float], float]

#: What is done at a visit, for all at once: (day, Ashworth scores (n,), micrograms a day (n,)) gives the next doses.
VisitRule = Callable[[int, FloatArray, FloatArray], FloatArray]

_DAY_H = 24.0
_DAILY_UNTIL, _VISIT_DAYS = 14, 30
_STIFF = 1.5  # Ashworth score above which the dose is raised
_FIRST_STRETCH, _LONGEST_STRETCH = 16, 128  # days


@dataclass(frozen=True, slots=True, eq=False)
class DailyCourse:
    """Days 1 to D: daily_dose (D,), micrograms, in force on each day; score (D,), Ashworth at its end.

    end: where the patient stands after the last day.
    """

    daily_dose: FloatArray
    score: FloatArray
    end: SpinalState


@dataclass(frozen=True, slots=True, eq=False)
class VisitCourse:
    """A course decided at visits. days: (V + 1,) from 0, of the start and each visit; dose: (V + 1, n), micrograms a
    day in force from then on. end: where everybody stands at the last visit."""

    days: tuple[int, ...]
    dose: FloatArray
    end: SpinalState

    def dose_on(self, day: int) -> FloatArray:
        """The daily dose in force after that day's visit, (n,). Raises ValueError before the start."""
        if day < self.days[0]:
            raise ValueError(f"nothing is known of day {day}, before the start")
        return np.asarray(self.dose[bisect_right(self.days, day) - 1])


def usual_visits(days: int) -> tuple[int, ...]:
    """Every day to day 14, then every 30 days, until ``days`` or the first visit after it."""
    last = _DAILY_UNTIL + _VISIT_DAYS * max(0, -(-(days - _DAILY_UNTIL) // _VISIT_DAYS))
    daily = range(1, min(_DAILY_UNTIL, days) + 1)
    return (*daily, *range(_DAILY_UNTIL + _VISIT_DAYS, last + 1, _VISIT_DAYS))


def raise_while_stiff(day: int, score: FloatArray, dose: FloatArray) -> FloatArray:
    """Plus 10 percent to day 14 and 20 percent after, each person for himself, while the score is above 1.5.

    Ours: clinics do not titrate by one rule.
    """
    return np.where(score > _STIFF, dose * (1.1 if day <= _DAILY_UNTIL else 1.2), dose)


def titrate_at_visits(
    patient: Patient,
    rule: VisitRule,
    visits: Sequence[int],
    *,
    first_dose: float,
    initial: SpinalState | None = None,
) -> VisitCourse:
    """Apply ``rule`` on the given days (1 and more, rising) to simple continuous infusions at the tip.

    patient: any number of subjects, who all begin with ``first_dose`` micrograms a day. Raises ValueError for days out
    of order, none, or a rule that gives something that is no dose, naming the day; otherwise as
    ``simulate_intrathecal``.
    """
    days = (0, *visits)
    if len(days) < 2 or any(later <= day for day, later in pairwise(days)):
        raise ValueError("the days of visits must rise from 1")
    one = SpinalTherapy(tip=TipRate.constant(1.0))
    doses, state = [np.full(patient.n, _checked(first_dose, 0))], initial
    for day, later in pairwise(days):
        hours = np.array([_DAY_H * (later - day)])
        run = simulate_intrathecal(patient, one, hours, state, tip_scale=doses[-1])
        state = run.end
        after = np.asarray(rule(later, run.ashworth[-1], doses[-1]), dtype=np.float64)
        if after.shape != (patient.n,):
            raise ValueError(f"after day {later} the rule gave {after.shape} doses for {patient.n} subjects")
        for dose in after.tolist():
            _checked(dose, later)
        doses.append(after)
    assert state is not None  # there was a visit
    return VisitCourse(days, np.array(doses), state)


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
