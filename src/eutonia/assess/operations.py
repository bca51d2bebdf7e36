"""An operation that lies ahead: fasting and a lost prescription are how baclofen is stopped by accident."""

from __future__ import annotations

from datetime import timedelta

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.record import Event, EventKind
from eutonia.show import show_date

__all__ = ["set_operation_facts"]


def set_operation_facts(sheet: FactSheet, lists: Lists, recent: timedelta) -> None:
    """Whether an operation is planned or under way.

    Excluded only when the events were asked for within ``recent``, because plans change quickly.
    """
    ahead = [e for e in lists.record.events if e.what is EventKind.SURGERY and not _is_over(e, lists)]
    if ahead:
        first = min(e.from_.on for e in ahead)
        sheet.set("has_planned_surgery", True, f"operation on {show_date(first)}")
        return
    asked = lists.record.reviewed.events
    known = asked is not None and lists.today - asked <= recent
    how = "no operation ahead when the events were asked for" if known else "nobody asked for it lately"
    sheet.set("has_planned_surgery", False if known else None, how)


def _is_over(event: Event, lists: Lists) -> bool:
    last = event.to or event.from_
    return last.on < lists.today
