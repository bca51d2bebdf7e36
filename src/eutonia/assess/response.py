"""Whether baclofen has done anything yet: days at the largest dose, and scores before against scores on it.

What counts as a response is decided here and nowhere else; the numbers are limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from eutonia.assess.dosing import Dosing, span, unbroken_since
from eutonia.assess.limits import apply_limits, number_of
from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.record import Observation
from eutonia.show import show_date, show_number
from eutonia.simulate.therapy import Step, days_between, step_at
from eutonia.units import Quantity

__all__ = ["set_response_facts"]

_ARM = ("arm", "elbow", "wrist", "hand", "finger", "thumb", "shoulder", "biceps", "upper limb")
_LEG = (
    *("leg", "knee", "ankle", "hip", "foot", "calf", "thigh", "hamstring", "quadriceps", "adductor"),
    *("lower limb", "gastrocnemius", "soleus"),
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """One way to see a response: a scale, the places that are averaged, and the limit that must be reached.

    limit: empty where no amount has been published. unit: of the limit, 1 for grades, percent for a share of the
    score before. least: of the places that are averaged, as a limit.
    """

    term: str
    words: str
    limit: str
    unit: str
    is_at: Callable[[str], bool]
    least: str = ""


def _is_at(place: str, words: tuple[str, ...]) -> bool:
    return any(word in place for word in words)


def _is_anywhere(place: str) -> bool:
    del place
    return True


_TONE, _MUSCLES = "modified ashworth", "response.modified_ashworth_muscles"
_SCALES = (
    _Scale(
        _TONE,
        "modified Ashworth in the arms",
        "response.modified_ashworth_fall",
        "1",
        lambda place: _is_at(place, _ARM),
        _MUSCLES,
    ),
    _Scale(
        _TONE,
        "modified Ashworth in the legs",
        "response.modified_ashworth_fall_leg",
        "1",
        lambda place: _is_at(place, _LEG),
        _MUSCLES,
    ),
    _Scale(
        _TONE,
        "modified Ashworth elsewhere or without a place",
        "",
        "1",
        lambda place: not _is_at(place, (*_ARM, *_LEG)),
    ),
    _Scale(
        "penn spasm frequency",
        "Penn spasm frequency",
        "response.spasm_frequency_fall",
        "1",
        _is_anywhere,
    ),
    _Scale(
        "burke-fahn-marsden movement",
        "Burke-Fahn-Marsden movement score",
        "response.dystonia_improvement",
        "percent",
        _is_anywhere,
    ),
)


def _grade(score: Observation, one_plus: float) -> float | None:
    """A score as a number for means: points, or its grade, with 1+ as the knowledge base counts it."""
    if isinstance(score.value, Quantity):
        return score.value.number("point") if score.value.unit.symbol == "point" else None
    grade = str(score.value)
    return one_plus if grade == "1+" else float(grade) if grade.isdecimal() else None


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


@dataclass(frozen=True, slots=True)
class _Window:
    """From when to when a score speaks for the time before treatment, and for the present dose."""

    before: tuple[date, date]
    after: tuple[date, date]

    def ends(self, scores: Iterator[tuple[date, float]]) -> tuple[float, float] | None:
        """The last value before treatment and the newest one on the dose; None without both. Oldest first."""
        first = last = None
        for day, value in scores:
            if self.before[0] <= day <= self.before[1]:
                first = value
            elif self.after[0] <= day <= self.after[1]:
                last = value
        return None if first is None or last is None else (first, last)


def _set_response(sheet: FactSheet, lists: Lists, dosing: Dosing, present: Step | None) -> None:
    began = unbroken_since(dosing.taken, dosing.now)
    if present is None or present.start is None or began is None:
        sheet.set("has_response", None, "the day treatment began is not known, or nothing is taken")
        return
    age = span(lists, sheet, "response.score_max_age")
    start, today = began.date(), dosing.now.date()
    settled = (present.start + span(lists, sheet, "response.score_after")).date()
    window = _Window((start - age, start), (max(settled, today - age), today))
    one_plus = number_of(apply_limits(lists.knowledge, sheet, "response.one_plus_as").limits[0], "1")
    results: list[bool] = []
    said: list[str] = []
    for scale in _SCALES:
        falls = _falls(scale, lists.series(scale.term), window, one_plus)
        if not falls:
            continue
        fall = sum(falls) / len(falls)
        is_enough, why_not = _judged(lists, sheet, scale, fall, len(falls))
        if is_enough is not None:
            results.append(is_enough)
        said.append(f"{scale.words} {_fall_words(fall, scale.unit)}{why_not}")
    # What no published amount fits decides nothing; the other scales do.
    value = any_true(*results) if results else None
    missing = (
        f"no scale with a score from {show_date(window.before[0])} to {show_date(start)} and one from "
        f"{show_date(window.after[0])}"
    )
    sheet.set("has_response", value, "; ".join(said) if said else missing)


def _judged(
    lists: Lists, sheet: FactSheet, scale: _Scale, fall: float, places: int
) -> tuple[bool | None, str]:
    """Whether a mean fall is enough; where no published amount fits this patient, None and why, in words.

    What did not fall at all is no response, whatever the amount.
    """
    if fall <= 0:
        return False, ""
    applied = apply_limits(lists.knowledge, sheet, scale.limit) if scale.limit else None
    if applied is None or not applied.limits:
        missing = ", ".join(name.replace("_", " ") for name in applied.missing) if applied else ""
        if missing:
            return None, f" (whether that is enough is not known without {missing})"
        return None, " (no published amount applies to this patient, so it is not judged)"
    if scale.least:
        least = number_of(apply_limits(lists.knowledge, sheet, scale.least).limits[0], "1")
        if places < least:
            return (
                None,
                f" (the published amount is a mean of {show_number(least)} muscles, so it is not judged)",
            )
    return _is_enough(fall, number_of(applied.limits[0], scale.unit), scale.unit), ""


def _falls(scale: _Scale, series: tuple[Observation, ...], window: _Window, one_plus: float) -> list[float]:
    """The fall at each place scored both before and on the dose, in grades or in per cent of the score before."""
    places: dict[str, list[tuple[date, float]]] = {}
    for score in series:
        place, grade = (score.site or "").strip().lower(), _grade(score, one_plus)
        if grade is not None and scale.is_at(place):
            places.setdefault(place, []).append((score.on.on, grade))
    pairs = [window.ends(iter(scores)) for scores in places.values()]
    return [_fall(*pair, scale.unit) for pair in pairs if pair is not None and _is_usable(pair[0], scale)]


def _is_usable(first: float, scale: _Scale) -> bool:
    """A share of nothing cannot be told."""
    return scale.unit != "percent" or first > 0


def _fall(first: float, last: float, unit: str) -> float:
    return 100 * (first - last) / first if unit == "percent" else first - last


def _is_enough(fall: float, enough: float, unit: str) -> bool:
    """Grades must be reached; the study behind the share asks for more than it."""
    return round(fall - enough, 9) > 0 if unit == "percent" else fall >= enough


def _fall_words(fall: float, unit: str) -> str:
    if fall == 0:
        return "unchanged"
    size = show_number(round(abs(fall), 2)) + (" per cent" if unit == "percent" else "")
    return f"{'lower' if fall > 0 else 'higher'} by {size}"
