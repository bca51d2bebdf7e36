"""Tone under baclofen by mouth: the plasma that a course leaves, and what the cord makes of it.

The exact exposure of each interval of the grid is its mean level; the cord follows that mean exactly, tolerance and
adaptation follow the cord in one exponential step for each interval. That is coarser than ``simulate_intrathecal``,
which checks its steps, and fast enough for a plan of months in hundreds of people; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.model.effect import EffectParameters, adaptation_target, tolerance_target, tone_effect
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.tone_scores import ToneScores

__all__ = ["GRID_H", "OralStart", "OralTone", "settle_oral_tone", "simulate_oral_tone"]

GRID_H = 1.0
_NG_IN_A_MICROGRAM = 1000.0
_SETTLING_DAYS = 10


@dataclass(frozen=True, slots=True, eq=False)
class OralTone(ToneScores):
    """Effect and adaptation of n people at the ends of T intervals, (T, n); times_h (T,) hours from the start.

    before: the mean Ashworth score of the day before, (n,); without treatment ``who.baseline_ashworth``.
    """

    times_h: FloatArray
    effect: FloatArray
    adaptation: FloatArray
    before: FloatArray
    who: EffectParameters


@dataclass(frozen=True, slots=True, eq=False)
class OralStart:
    """Where n people stand when a course begins: amounts for ``simulate``, cord, tolerance and adaptation, (n,)."""

    amounts: FloatArray | None
    cord: FloatArray
    tolerance: FloatArray
    adaptation: FloatArray
    before: FloatArray


def settle_oral_tone(patient: Patient, day_before: DoseEvents | None, days_taken: float = 0.0) -> OralStart:
    """Where everybody stands on the doses of one day that were taken until now; untreated without any.

    Plasma and adaptation are where they settle, tolerance where it is after ``days_taken`` (it takes months).
    """
    person, who = patient.systemic, patient.effect
    zero = np.zeros(patient.n)
    if day_before is None:
        return OralStart(None, zero, zero, zero, who.baseline_ashworth.copy())
    amounts = steady_state_amounts(person, day_before)
    day = np.arange(0.0, 24.0 + GRID_H / 2, GRID_H)
    usual = _means(simulate(person, day_before, day, amounts).exposure)
    cord = _level(patient, usual.mean(axis=0))
    grown = -np.expm1(-24.0 * days_taken / who.tolerance_on_time)
    tolerance = tolerance_target(cord, who) * grown
    adaptation = adaptation_target(tone_effect(cord, tolerance, who), who)
    # From the mean day to the real one: doses come and go, and so does the effect.
    way = _follow(patient, np.tile(usual, (_SETTLING_DAYS, 1)), cord, tolerance, adaptation)
    last = slice(-len(usual), None)
    kept = OralTone(day[1:], way[2][last], way[3][last], who.baseline_ashworth, who)
    return OralStart(amounts, way[0][-1], way[1][-1], way[3][-1], kept.ashworth.mean(axis=0))


def simulate_oral_tone(patient: Patient, events: DoseEvents, start: OralStart, length_h: float) -> OralTone:
    """Tone over ``length_h`` hours of doses by mouth, for everybody in ``patient``, from where they stand."""
    times = np.arange(0.0, length_h + GRID_H / 2, GRID_H)
    plasma = _means(simulate(patient.systemic, events, times, start.amounts).exposure)
    _, _, effect, adapted = _follow(patient, plasma, start.cord, start.tolerance, start.adaptation)
    return OralTone(times[1:], effect, adapted, start.before, patient.effect)


def _means(exposure: FloatArray) -> FloatArray:
    """The mean level of each interval; differences of large exposures can round to less than nothing."""
    return np.maximum(np.diff(exposure, axis=0) / GRID_H, 0.0)


def _level(patient: Patient, plasma: FloatArray) -> FloatArray:
    """What a plasma level (ng/mL) adds to the cord at equilibrium, micrograms/mL."""
    return np.asarray(patient.csf.oral_cord_partition * plasma / _NG_IN_A_MICROGRAM)


def _follow(
    patient: Patient, plasma: FloatArray, cord: FloatArray, tolerance: FloatArray, adaptation: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Cord level, tolerance, effect and adaptation at the end of each interval, all (T, n)."""
    who = patient.effect
    towards = _level(patient, plasma)
    out = np.empty((4, *plasma.shape))
    keep_cord = np.exp(-patient.csf.cord_rate * GRID_H)
    keep = {
        name: np.exp(-GRID_H / getattr(who, name))
        for name in ("tolerance_on_time", "tolerance_off_time", "adaptation_on_time", "adaptation_off_time")
    }
    for k in range(len(plasma)):
        cord = towards[k] + (cord - towards[k]) * keep_cord
        aim = tolerance_target(cord, who)
        slow = np.where(aim > tolerance, keep["tolerance_on_time"], keep["tolerance_off_time"])
        tolerance = aim + (tolerance - aim) * slow
        effect = tone_effect(cord, tolerance, who)
        aim = adaptation_target(effect, who)
        slow = np.where(aim > adaptation, keep["adaptation_on_time"], keep["adaptation_off_time"])
        adaptation = aim + (adaptation - aim) * slow
        out[:, k] = cord, tolerance, effect, adaptation
    return out[0], out[1], out[2], out[3]
