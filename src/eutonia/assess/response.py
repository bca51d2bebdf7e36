"""Whether baclofen has done anything yet: days at the largest dose, and scores before against scores on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from eutonia.assess.dosing import Dosing, span, unbroken_since
from eutonia.assess.limits import apply_limits, number_of
from eutonia.assess.lists import Lists
from eutonia.assess.scores import ASHWORTH
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.record import Observation
from eutonia.show import show_date, show_number
from eutonia.simulate.therapy import Step, days_between, step_at

__all__ = ["set_response_facts"]

_PENN: Mapping[str, float] = {str(grade): float(grade) for grade in range(5)}
_SCALES = (
    ("modified ashworth", ASHWORTH, "response.modified_ashworth_fall"),
    ("penn spasm frequency", _PENN, "response.spasm_frequency_fall"),
)


def set_response_facts(sheet: FactSheet, lists: Lists, dosing: Dosing) -> None:
    """Set the days at the largest dose and whether a score shows a response. Needs the limits to be set."""
    present = step_at(dosing.taken, dosing.now)
    _set_days_at_max(sheet, dosing, present)
    _set_response(sheet, lists, dosing, present)


def _set_days_at_max(sheet: FactSheet, dosing: Dosing, present: Step | None) -> None:
    """Days on the present dose where no more can be given, or where more was tried before; else 0."""
    current = sheet.number("current_oral_daily_dose")
    if present is None or not current:
        sheet.set("days_at_max", None if current is None else 0.0, "nothing is taken")
        return
    given_up = _was_higher(dosing, present)
    is_at_max = any_true(given_up, _is_at_ceiling(sheet, current))
    if is_at_max is None:
        sheet.set("days_at_max", None, "the largest dose for this patient is not known")
    elif not is_at_max:
        sheet.set("days_at_max", 0.0, "the dose is below the largest for this patient")
    elif present.start is None:
        sheet.set("days_at_max", None, "the present dose has no first day")
    else:
        why = "a higher dose was taken before" if given_up else "no more can be given"
        how = f"{show_number(current)} mg a day since {show_date(present.start.date())}, and {why}"
        sheet.set("days_at_max", days_between(present.start, dosing.now), how)


def _was_higher(dosing: Dosing, present: Step) -> bool:
    """Whether a higher dose was taken earlier in the present unbroken use."""
    began = unbroken_since(dosing.taken, dosing.now)
    return any(
        step.daily_mg > present.daily_mg
        for step in dosing.taken
        if step is not present and (step.start is None or step.start <= dosing.now)
        if began is None or (step.start is not None and step.start >= began)
    )


def _is_at_ceiling(sheet: FactSheet, current: float) -> bool | None:
    """Whether the dose reaches the patient's own largest dose; without it, whether it reaches the country's."""
    ceiling, general = sheet.number("oral_ceiling"), sheet.number("jurisdiction_maximum")
    if ceiling is not None:
        return current >= ceiling
    return True if general is not None and current >= general else None


def _set_response(sheet: FactSheet, lists: Lists, dosing: Dosing, present: Step | None) -> None:
    began = unbroken_since(dosing.taken, dosing.now)
    if present is None or present.start is None or began is None:
        sheet.set("has_response", None, "the day treatment began is not known, or nothing is taken")
        return
    after = (present.start + span(lists, sheet, "response.score_after")).date()
    results: list[bool] = []
    said: list[str] = []
    for scale, values, limit in _SCALES:
        fall = _mean_fall(lists.series(scale), values, began.date(), after)
        if fall is None:
            continue
        enough = number_of(apply_limits(lists.knowledge, sheet, limit).limits[0], "1")
        results.append(fall >= enough)
        said.append(f"{scale} {_fall_words(fall)}")
    value = any_true(*results) if results else None
    missing = f"no scale with a score up to {show_date(began.date())} and one from {show_date(after)}"
    sheet.set("has_response", value, "; ".join(said) if said else missing)


def _mean_fall(
    series: tuple[Observation, ...], values: Mapping[str, float], before: date, after: date
) -> float | None:
    """The mean fall of a score over the places scored both before and after; None where there is none."""
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for score in series:  # oldest first: the newest of each stays
        place, grade = (score.site or "").strip().lower(), values.get(str(score.value))
        if grade is None:
            continue
        if score.on.on <= before:
            first[place] = grade
        elif score.on.on >= after:
            last[place] = grade
    falls = [first[place] - last[place] for place in first.keys() & last.keys()]
    return sum(falls) / len(falls) if falls else None


def _fall_words(fall: float) -> str:
    if fall == 0:
        return "unchanged"
    return f"{'lower' if fall > 0 else 'higher'} by {show_number(round(abs(fall), 2))}"
