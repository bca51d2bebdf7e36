"""How the base is kept: the day it speaks for, from when until when its items hold, and what was looked up since.

The shapes, and one reading function for each. Problems are reported at the item's file and line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from eutonia.errors import Code
from eutonia.knowledge.items import Item
from eutonia.show import show_date

__all__ = [
    "Base",
    "Outcome",
    "Upgrade",
    "Validity",
    "check_day",
    "read_base",
    "read_upgrade",
    "read_validity",
]


class Outcome(StrEnum):
    """What became of a statement when its source was looked for."""

    UPGRADED = "upgraded"
    CORRECTED = "corrected"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True)
class Base:
    """Which base this is: its version, and the day it speaks for."""

    version: str
    on: date


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when an item holds; what takes its place once it has ended."""

    start: date
    end: date | None
    replaced_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One statement whose source was looked for: how it stood, how it stands, what was read, where and when."""

    item: str
    was: str
    now: str
    read: str
    source: str
    on: date
    outcome: Outcome


class Refers(Protocol):
    """What a reading function needs of the reader."""

    @property
    def stated_on(self) -> date: ...
    def refer(self, item: Item, key: str) -> tuple[str, ...]: ...
    def register(self, item: Item, source: str) -> None: ...


def read_base(item: Item) -> Base:
    """``base.yaml``."""
    return Base(item.text("version"), item.date_of("date"))


def check_day(item: Item, day: date, stated_on: date) -> None:
    """Complain of a check that happened after the day the base speaks for."""
    if day > stated_on:
        item.complain(
            Code.DATE_IN_FUTURE,
            f"It was checked on {show_date(day)}, but the base speaks for {show_date(stated_on)}.",
            "Correct the day, or give the base a later date in base.yaml.",
        )


def read_validity(item: Item, reads: Refers) -> Validity:
    """``from``, ``until`` and ``replaced_by``. What has ended names what takes its place, or goes."""
    found = Validity(item.date_of("from"), item.date_of("until", None), reads.refer(item, "replaced_by"))
    if found.end is not None and found.end < found.start:
        why = f"It ends on {show_date(found.end)}, before it begins on {show_date(found.start)}."
        item.complain(Code.CROSSED_DATES, why, "“until” is the last day on which it holds.")
    elif found.end is not None and found.end < reads.stated_on < date.max and not found.replaced_by:
        item.complain(
            Code.EXPIRED,
            f"It ended on {show_date(found.end)}, and the base speaks for {show_date(reads.stated_on)}.",
            "Check it again and give a later “until”, name what replaced it under “replaced_by”, or remove it.",
        )
    if found.replaced_by and found.end is None:
        item.complain(Code.MISSING_VALUE, "It is replaced, but “until” does not say since when.")
    return found


def read_upgrade(item: Item, reads: Refers) -> Upgrade:
    """One entry of ``upgrades.yaml``. What was not found has no source to name."""
    outcome = item.word("outcome", Outcome)
    source = item.text("source", "" if outcome is Outcome.NOT_FOUND else None)
    if source:
        reads.register(item, source)
    day = item.date_of("on")
    check_day(item, day, reads.stated_on)
    return Upgrade(
        item=item.text("item"),
        was=item.text("was"),
        now=item.text("now"),
        read=item.text("read"),
        source=source,
        on=day,
        outcome=outcome,
    )
