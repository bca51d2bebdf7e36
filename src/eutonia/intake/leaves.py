"""Reading single values: texts, words of a closed list, flags, counts, days, clock times, moments.

Each function takes a value as YAML or JSON gives it and returns it in the record's type, or raises Refused
with a problem whose path the reader fills in. None of them converts one type into another.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from eutonia.errors import Code, Problem
from eutonia.record import Moment

__all__ = [
    "Refused",
    "nearest",
    "read_clock",
    "read_count",
    "read_day",
    "read_flag",
    "read_moment",
    "read_text",
    "read_word",
    "refuse",
    "shown",
]

_Word = TypeVar("_Word", bound=StrEnum)

_LONGEST_SHOWN = 60  # characters of the input repeated in a message
_LARGEST_SHOWN = 10**15
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_LEAVE_OUT = "Enter a value, or leave the key out where it is not known."
_A_DAY = "A date is written as year-month-day, for example “2026-11-22”."
_A_CLOCK = "Write hours and minutes in quotes, for example “08:00”."
_MINUTES_PER_DAY = 24 * 60
_FIRST_YEAR, _LAST_YEAR = 1800, 2199  # of a day in a record; what is impossible for a patient is judged later


class Refused(Exception):
    """One value that cannot be read; ``problem`` has no path yet."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.why)
        self.problem = problem


def refuse(code: Code, value: object, why: str, next_step: str = "", accepted: Iterable[str] = ()) -> Refused:
    """A refusal of ``value``."""
    return Refused(
        Problem(code=code, why=why, given=shown(value), accepted=tuple(accepted), next_step=next_step)
    )


def shown(value: object) -> str:
    """What was given, short enough for a message. Lists and mappings are only counted, never repeated."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "…"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > _LARGEST_SHOWN:
        return "a very large number"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, dict) else type(value).__name__


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that a misspelt one was most likely meant for, or an empty text."""
    if not isinstance(word, str) or len(word) > _LONGEST_SHOWN:
        return ""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower().strip(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""


def _not_empty(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise refuse(Code.MISSING_VALUE, value, "The value is empty.", _LEAVE_OUT)
    return value


def read_text(value: object) -> str:
    """A text that is not empty, as written."""
    if not isinstance(_not_empty(value), str):
        step = "Put it in quotes." if isinstance(value, (bool, int, float, date)) else "Write one text."
        raise refuse(Code.WRONG_TYPE, value, f"A text is needed here, not {_sort_of(value)}.", step)
    return str(value)


def read_word(value: object, words: type[_Word]) -> _Word:
    """A word of a closed list, exactly as the list writes it."""
    accepted = tuple(word.value for word in words)
    if not isinstance(_not_empty(value), str):
        why = f"A word is needed here, not {_sort_of(value)}."
        raise refuse(Code.WRONG_TYPE, value, why, "Write one of the accepted words, in quotes.", accepted)
    if value not in accepted:
        near = nearest(value, accepted)
        step = f"Is “{near}” meant?" if near else "Write one of the accepted words."
        raise refuse(
            Code.UNKNOWN_WORD, value, f"“{shown(value)}” is not one of the words read here.", step, accepted
        )
    return words(value)


def read_flag(value: object) -> bool:
    """true or false; no other spelling."""
    if not isinstance(_not_empty(value), bool):
        why = f"Only true or false is read here, not {_sort_of(value)}."
        step = "Write true or false, without quotes; leave the key out where it is not known."
        raise refuse(Code.WRONG_TYPE, value, why, step, ("true", "false"))
    return bool(value)


def read_count(value: object) -> int:
    """A whole number."""
    if isinstance(_not_empty(value), bool) or not isinstance(value, int):
        why = f"A whole number is needed here, not {_sort_of(value)}."
        raise refuse(Code.WRONG_TYPE, value, why, "Write a whole number without quotes, for example 3.")
    return value


def read_day(value: object) -> date:
    """A day: a date object, or a text like “2026-11-22”."""
    if isinstance(_not_empty(value), datetime):
        why = "A day is needed here, without a clock time."
        raise refuse(Code.NOT_A_DATE, value, why, _A_DAY)
    if isinstance(value, date):
        return _near(value)
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise refuse(Code.NOT_A_DATE, value, _why_no_date(value), _A_DAY)
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise refuse(Code.NOT_A_DATE, value, f"“{value}” is not in the calendar.", _A_DAY) from None
    return _near(found)


def _near(day: date) -> date:
    """The day, where anything recorded or planned can lie; a mark such as 9999-12-31 is no day."""
    if _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return day
    why = "No record reaches back or ahead so far."
    step = "Where something goes on and no end is known, leave the end out; else correct the year."
    accepted = (f"{_FIRST_YEAR}-01-01 to {_LAST_YEAR}-12-31",)
    raise refuse(Code.IMPOSSIBLE_VALUE, day.isoformat(), why, step, accepted)


def read_clock(value: object) -> time:
    """A clock time: a time object, or a text like “08:00”."""
    _not_empty(value)
    if isinstance(value, time) and value.tzinfo is None and not value.microsecond:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MINUTES_PER_DAY:
        # YAML 1.1 counts in sixties: 8:00 without quotes arrives as the number 480.
        clock = f"{value // 60:02}:{value % 60:02}"
        why = f"The number {value} is no clock time; a time written without quotes can arrive as a number."
        raise refuse(Code.WRONG_TYPE, value, why, f"Is “{clock}” meant? {_A_CLOCK}")
    if not isinstance(value, str):
        why = f"A clock time is needed here, not {_sort_of(value)}."
        raise refuse(Code.WRONG_TYPE, value, why, _A_CLOCK)
    return _clock(value, value)


def read_moment(value: object) -> Moment:
    """A day, or a day and a clock time: “2026-11-22”, “2026-11-22 08:00”."""
    if not isinstance(_not_empty(value), str):
        if not isinstance(value, datetime):
            return Moment(on=read_day(value))
        if value.tzinfo is not None or value.microsecond:
            why = "A local clock time is needed here, without a time zone or fractions of a second."
            raise refuse(Code.NOT_A_DATE, value, why, "Write for example “2026-11-22 08:00”.")
        return Moment(on=_near(value.date()), at=value.time())
    text = str(value)
    day, clock = text[:10], text[10:]
    if not clock or not _DAY.fullmatch(day):
        return Moment(on=read_day(text))
    if clock[0] not in " T":
        raise refuse(Code.NOT_A_DATE, text, _why_no_date(text), _A_DAY)
    return Moment(on=read_day(day), at=_clock(clock[1:], text))


def _clock(text: str, given: str) -> time:
    try:
        if _CLOCK.fullmatch(text):
            return time.fromisoformat(text)
    except ValueError:
        pass
    why = f"“{shown(text)}” is not a clock time from 00:00 to 23:59."
    raise refuse(Code.NOT_A_TIME, given, why, _A_CLOCK)


def _why_no_date(value: object) -> str:
    if not isinstance(value, str):
        return f"A date is needed here, not {_sort_of(value)}."
    if re.fullmatch(r"\s*[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}\s*", value):
        return f"“{shown(value)}” can be read as more than one day, depending on the country."
    return f"“{shown(value)}” is not a date."


def _sort_of(value: object) -> str:
    """What kind of value this is, in words."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, (datetime, date, time)):
        return "a date or time"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "a mapping" if isinstance(value, dict) else "this"
