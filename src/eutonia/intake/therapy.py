"""Checks on baclofen therapy: each phase says how much and how often once, and phases do not contradict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

from eutonia.errors import Code, Problem
from eutonia.intake.draft import Draft, Note
from eutonia.intake.measures import judge, span_of
from eutonia.knowledge.schema import Knowledge
from eutonia.record import Moment, OralTherapy
from eutonia.units import Quantity, plain, unit

__all__ = ["check_phases", "check_regimen", "latest"]

_ALWAYS, _FOR_EVER = datetime.combine(date.min, time.min), datetime.combine(date.max, time.max)
_WAYS = ("dose and times_per_day", "dose and times", "doses")


def latest(moment: Moment) -> datetime:
    """The last instant this can mean: the end of the day where no clock time is known."""
    return datetime.combine(moment.on, moment.at or time.max)


def check_regimen(draft: Draft, knowledge: Knowledge) -> Iterator[Problem | Note]:
    """One way of saying how much and how often, no clock time twice, and a possible day's total."""
    given = draft.given & {"dose", "times_per_day", "times", "doses"}
    if given not in ({"dose", "times_per_day"}, {"dose", "times"}, {"doses"}):
        is_missing = not given or given < {"dose", "times_per_day"} or given < {"dose", "times"}
        yield Problem(
            Code.MISSING_VALUE if is_missing else Code.CONFLICTING_VALUES,
            "The dose and how often it is taken must be given, in exactly one of three ways.",
            draft.path,
            given=", ".join(sorted(given)),
            accepted=_WAYS,
            next_step="Add what is missing." if is_missing else "Keep one of the ways.",
        )
    for name in ("times", "doses"):
        if name in given and draft.values.get(name) == ():
            why = f"“{name}” is empty, so it does not say when baclofen is taken."
            yield Problem(Code.MISSING_VALUE, why, draft.at(name), next_step="Add each clock time.")
    for name, clocks in (("times", draft.many("times", time)), ("doses", _clocks_of_doses(draft))):
        for clock, count in Counter(clocks).items():
            if count > 1:
                why = f"{clock:%H:%M} is listed {count} times, so the dose at that time is not clear."
                step = "Write each clock time once."
                yield Problem(Code.CONFLICTING_VALUES, why, draft.at(name), f"{clock:%H:%M}", next_step=step)
    yield from _check_daily_total(draft, knowledge)


def _check_daily_total(draft: Draft, knowledge: Knowledge) -> Iterator[Problem | Note]:
    total, span = _daily_total(draft), span_of(knowledge.bounds.get("oral.daily_dose"))
    if total is None or span is None:
        return
    span = replace(span, name="the dose of one whole day")
    judged = judge(Quantity(total, unit("mg/day")), f"{plain(total)} mg/day", span)
    if isinstance(judged, Problem):
        yield judged.at(draft.path)
    elif judged is not None:
        yield Note(draft.path, f"{judged} Please check it.")


def _daily_total(draft: Draft) -> Decimal | None:
    """Milligrams a day, where the regimen could be read."""
    doses = [dose for timed in draft.many("doses", Draft) if (dose := timed.get("dose", Quantity))]
    if doses:
        return sum((dose.to("mg").value for dose in doses), Decimal(0))
    dose = draft.get("dose", Quantity)
    often = draft.get("times_per_day", int) or len(draft.many("times", time))
    return dose.to("mg").value * often if dose and often > 1 else None


def check_phases(phases: Sequence[Draft]) -> Iterator[Problem]:
    """Phases of one list that overlap and cannot both be true.

    Two oral phases may run side by side only when each names its clock times and they share none (tablets by
    day, granules at night). A pump runs one programme, and may change it within a day.
    """
    placed = [(start, phase) for phase in phases if (start := _start(phase)) is not None]
    placed.sort(key=lambda entry: entry[0])
    running: list[Draft] = []
    for start, phase in placed:
        running = [before for before in running if _end(before) > start]
        for before in running:
            if _contradict(before, phase):
                yield _overlap(before, phase)
                break
        running.append(phase)


def _start(phase: Draft) -> datetime | None:
    """When a phase begins: always, where that is not known; None where it could not be read."""
    start = phase.get("from_", Moment)
    if start is None:
        return None if "from_" in phase.given else _ALWAYS
    return start.start()


def _end(phase: Draft) -> datetime:
    """When a phase stops claiming the patient; an end that could not be read claims nothing."""
    end = phase.get("to", Moment)
    if end is None:
        return _ALWAYS if "to" in phase.given else _FOR_EVER
    return latest(end) if phase.kind is OralTherapy else end.start()


def _contradict(first: Draft, second: Draft) -> bool:
    clocks = [set(_clocks(phase)) for phase in (first, second)]
    return not all(clocks) or bool(clocks[0] & clocks[1])


def _clocks(phase: Draft) -> tuple[time, ...]:
    if phase.kind is not OralTherapy:
        return ()
    return phase.many("times", time) + _clocks_of_doses(phase)


def _clocks_of_doses(phase: Draft) -> tuple[time, ...]:
    return tuple(
        clock for timed in phase.many("doses", Draft) if (clock := timed.get("at", time)) is not None
    )


def _overlap(before: Draft, phase: Draft) -> Problem:
    start = phase.get("from_", Moment)
    why = f"This phase overlaps with {before.path}; it is not clear which dose counts."
    step = f"End {before.path} first (its “to” is the last day), or write both as one phase."
    return Problem(
        Code.CONFLICTING_VALUES, why, phase.at("from_"), str(start) if start else "", next_step=step
    )
