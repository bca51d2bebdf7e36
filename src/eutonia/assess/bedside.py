"""Facts measured at the bedside that are no plain measurement: graded scales, a fall of pressure, glucose."""

from __future__ import annotations

from datetime import timedelta

from eutonia.assess.dosing import amount, span
from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.record import EventKind, Observation
from eutonia.show import show_moment, show_number
from eutonia.simulate.therapy import days_between
from eutonia.units import UMOL_PER_MG_DL, Quantity

__all__ = ["set_bedside_facts"]

_VITAL_SIGNS = ("glasgow coma scale", "poss", "respiratory rate", "oxygen saturation")
_UMOL_PER_MMOL = 1000  # a unit, no choice


def set_bedside_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set consciousness, sedation, the fall of pressure on standing, glucose and the days since a fall."""
    sight = span(lists, sheet, "bedside.max_age")
    coma = lists.newest("glasgow coma scale", sight)
    score = float(coma.value) if coma is not None and isinstance(coma.value, str) else None
    sheet.set("glasgow_coma_score", score, _how(coma))
    sedation = lists.newest("poss", sight)
    grade = sedation.value if sedation is not None and isinstance(sedation.value, str) else None
    sheet.set("sedation_grade", grade.upper() if grade is not None else None, _how(sedation))
    _set_fever(sheet, lists)
    _set_aged_vital_sign(sheet, lists, sight)
    _set_standing_fall(sheet, lists)
    _set_glucose(sheet, lists)
    falls = [e.from_.start() for e in lists.record.events if e.what is EventKind.FALL]
    last = max(falls, default=None)
    since = None if last is None else days_between(last, lists.now)
    sheet.set("days_since_fall", since, "from the events" if falls else "no fall among the events")


def _how(observation: Observation | None) -> str:
    if observation is None:
        return "not graded in the last day"
    return f"graded on {show_moment(observation.on)}"


def _set_aged_vital_sign(sheet: FactSheet, lists: Lists, sight: timedelta) -> None:
    """Whether consciousness or breathing was last measured days ago: that says nothing about now."""
    week = span(lists, sheet, "recent_change")
    newest = [lists.newest(term, week) for term in _VITAL_SIGNS]
    aged = [o for o in newest if o is not None and lists.now - o.on.start() > sight]
    told = [f"{o.what} measured on {show_moment(o.on)}" for o in aged]
    sheet.set("has_aged_vital_sign", bool(aged), "; ".join(told) or "none measured days ago and not since")


def _set_fever(sheet: FactSheet, lists: Lists) -> None:
    """Fever among the signs, or measured; only a temperature that was measured excludes it."""
    listed = lists.has_sign(["fever"], span(lists, sheet, "recent_change"))
    degrees = sheet.number("temperature")
    if degrees is None:
        how = "fever is among the signs" if listed else "no temperature of the last days is recorded"
        sheet.set("has_fever", True if listed else None, how)
        return
    is_hot = degrees >= amount(lists, sheet, "fever.from", "degC")
    how = f"{show_number(degrees)} degrees measured" + "; fever is among the signs" * (listed is True)
    sheet.set("has_fever", is_hot or listed is True, how)


def _set_standing_fall(sheet: FactSheet, lists: Lists) -> None:
    """The fall of systolic pressure on standing: the newest standing value under the resting one of that visit.

    Two values of different visits are not compared: pressure changes more from day to day than on standing.
    """
    standing = lists.newest("standing systolic pressure", span(lists, sheet, "standing_pressure.max_age"))
    if standing is None or not isinstance(standing.value, Quantity):
        sheet.set("systolic_fall_on_standing", None, "no pressure measured standing")
        return
    visit = span(lists, sheet, "standing_pressure.same_visit")
    resting = [o for o in lists.series("systolic blood pressure") if _is_one_visit(o, standing, visit)]
    if not resting or not isinstance(resting[-1].value, Quantity):
        sheet.set("systolic_fall_on_standing", None, "no resting pressure measured beside the standing one")
        return
    low, high = standing.value.number("mmHg"), resting[-1].value.number("mmHg")
    how = f"from {show_number(high)} to {show_number(low)} mmHg on {show_moment(standing.on)}"
    sheet.set("systolic_fall_on_standing", high - low, how)


def _is_one_visit(resting: Observation, standing: Observation, visit: timedelta) -> bool:
    if resting.on.at is None or standing.on.at is None:
        return resting.on.on == standing.on.on
    return abs(resting.on.start() - standing.on.start()) <= visit


def _set_glucose(sheet: FactSheet, lists: Lists) -> None:
    """The newest glucose in millimoles per litre, whichever way it was reported."""
    age = span(lists, sheet, "glucose.max_age")
    newest = lists.newest("glucose", age)
    if newest is None or not isinstance(newest.value, Quantity):
        sheet.set("glucose", None, f"not measured in the last {age.days} days")
        return
    if newest.value.unit.dimension == "molar concentration":
        value = newest.value.number("mmol/L")
    else:
        value = newest.value.number("mg/dL") * float(UMOL_PER_MG_DL["glucose"]) / _UMOL_PER_MMOL
    sheet.set("glucose", value, f"measured on {show_moment(newest.on)}")
