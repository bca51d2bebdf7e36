"""A calendar file (RFC 5545): each step at its first dose, refill and alarm of a pump as whole days, with reminders.

Times are local times without a zone ("floating"): eight in the morning is eight wherever the patient is, and a change
of the clock moves no dose. Nothing is repeated every day: a telephone that rings for every dose is soon switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from uuid import NAMESPACE_URL, uuid5

from eutonia.printed.handout import Handout, Phase
from eutonia.printed.languages import Language
from eutonia.printed.phrases import a_day, instructions

# When a calendar reminds is a setting of comfort, not of care; all of these are ours.
_DAYS_BEFORE_REFILL = (14, 7, 1)
_DAYS_BEFORE_STEP = (1,)
_DAYS_BEFORE_END = (7, 1)
_REMIND_AT = time(9)  # on whole days; without it a reminder would ring at midnight
_LASTS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """The file and the texts a calendar shows of it."""

    content: bytes
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event. at None: a whole day. days_before: when it reminds, beside the moment itself for a timed one."""

    on: date
    at: time | None
    summary: str
    lines: tuple[str, ...]
    days_before: tuple[int, ...]


def calendar_file(handout: Handout, lang: Language) -> CalendarFile:
    """All events of a hand-out. Equal hand-outs give equal files. Raises ImportError without icalendar."""
    icalendar = import_module("icalendar")
    made_on = lang.say("From the plan made on {day}.", day=lang.day(handout.as_of))
    later = lang.say("When you get a new plan, delete these days first.")
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//eutonia//hand-out//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    title = lang.say("My baclofen calendar")
    calendar.add("x-wr-calname", title)
    texts = [title]
    for entry in (*_steps(handout, lang), *_pump(handout, lang)):
        description = "\n".join((*entry.lines, made_on, later))
        calendar.add_component(_event(entry, description, handout.as_of))
        texts += [entry.summary, *description.splitlines()]
    return CalendarFile(bytes(calendar.to_ical()), tuple(texts))


def _steps(handout: Handout, lang: Language) -> Iterator[_Entry]:
    count = len(handout.phases)
    for index, phase in enumerate(handout.phases):
        before = handout.phases[index - 1] if index else None
        step = lang.say("Step {number} of {count}", number=str(index + 1), count=str(count))
        if phase.doses:
            dose = a_day(phase.daily_mg, lang)
            summary = lang.say("Baclofen, {step}: {dose} from today", step=step, dose=dose)
        else:
            summary = lang.say("Baclofen, {step}: none from today", step=step)
        lines = (*instructions(phase, before, lang), lang.say("Do not stop baclofen suddenly"))
        yield _Entry(phase.first, _first_dose(phase), summary, lines, _DAYS_BEFORE_STEP)
    last = handout.phases[-1].last if handout.phases else None
    if last is not None:
        summary = lang.say("Baclofen: this plan ends today")
        lines = (lang.say("The plan does not say what comes next. Do not stop. Ask before this day."),)
        yield _Entry(last, None, summary, lines, _DAYS_BEFORE_END)


def _first_dose(phase: Phase) -> time | None:
    """The clock time of the first dose of the day; None when a time is missing, and then the step is a whole day."""
    times = [d.at for d in phase.doses]
    known = [at for at in times if at is not None]
    return min(known) if known and len(known) == len(times) else None


def _pump(handout: Handout, lang: Language) -> Iterator[_Entry]:
    pump = handout.pump
    if pump is None:
        return
    call = lang.say("Call your pump team at once. Do not wait for the day of the refill.")
    beeps = lang.say("If your pump beeps")
    stay = lang.say("Come to every refill, even when you feel well.")
    yield _Entry(
        pump.refill_by,
        None,
        lang.say("Baclofen pump: last day for the refill"),
        (stay, f"{beeps}: {call}"),
        _DAYS_BEFORE_REFILL,
    )
    if pump.alarm_on is not None:
        summary = lang.say("Baclofen pump: alarm expected if it was not refilled")
        yield _Entry(pump.alarm_on, None, summary, (call,), (1,))


def _event(entry: _Entry, description: str, as_of: date) -> object:
    icalendar = import_module("icalendar")
    event = icalendar.Event()
    event.add("uid", f"{uuid5(NAMESPACE_URL, f'{as_of}|{entry.on}|{entry.summary}|{description}')}@eutonia")
    event.add("dtstamp", datetime.combine(as_of, time.min, tzinfo=UTC))
    if entry.at is None:
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))  # the end of a whole day is the next one
    else:
        begins = datetime.combine(entry.on, entry.at)
        event.add("dtstart", begins)
        event.add("dtend", begins + _LASTS)
    event.add("summary", entry.summary)
    event.add("description", description)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    for trigger in _triggers(entry):
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", entry.summary)
        alarm.add("trigger", trigger)
        event.add_component(alarm)
    return event


def _triggers(entry: _Entry) -> Iterator[timedelta]:
    """From the beginning of the event; a whole day begins at midnight."""
    at = timedelta(hours=_REMIND_AT.hour) if entry.at is None else timedelta(0)
    yield at
    for days in entry.days_before:
        yield at - timedelta(days=days)
