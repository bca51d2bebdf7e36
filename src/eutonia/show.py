"""How numbers, dates and quantities are written for people: one place, so that every face agrees.

No trailing zeros, a leading zero always, days as 22-Nov-2026 whatever the machine's language, units in words.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from eutonia.record import Moment
from eutonia.units import Quantity, plain

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def show_date(day: date, *, weekday: bool = False) -> str:
    """22-Nov-2026, or Sunday 22-Nov-2026."""
    text = f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year}"
    return f"{_WEEKDAYS[day.weekday()]} {text}" if weekday else text


def show_moment(moment: Moment) -> str:
    """A date, with the 24-hour clock where it is known: 22-Nov-2026, 08:00."""
    day = show_date(moment.on)
    return day if moment.at is None else f"{day}, {moment.at:%H:%M}"


def show_number(value: float, digits: int = 3) -> str:
    """A number to ``digits`` significant figures (the whole part is kept whole), without trailing zeros."""
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 0
    decimals = max(digits - whole, 0) if whole else digits
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def show_quantity(quantity: Quantity) -> str:
    """A recorded quantity exactly as given, with its unit in words: 3.2 mg per dL."""
    return f"{show_exact(quantity.value)} {quantity.unit.words}"


def show_exact(value: Decimal) -> str:
    """An exact decimal with separators from a thousand up, without trailing zeros: 2,000 or 0.5."""
    whole, _, fraction = plain(abs(value)).partition(".")
    text = f"{int(whole):,}" + (f".{fraction}" if fraction else "")
    return f"-{text}" if value < 0 else text  # a minus before a whole part of 0 would be lost with it


def show_count(number: int, noun: str) -> str:
    """ "one problem", "three problems", "12 problems"."""
    word = _COUNTS[number] if 0 <= number < len(_COUNTS) else str(number)
    return f"{word} {noun}" if number == 1 else f"{word} {noun}s"


def show_times_a_day(number: int) -> str:
    """once a day, twice a day, three times a day."""
    if number <= 2:
        return ("never", "once a day", "twice a day")[number]
    return f"{_COUNTS[number] if number < len(_COUNTS) else number} times a day"
