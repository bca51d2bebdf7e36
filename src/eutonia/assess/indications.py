"""Facts about what baclofen is for that no list holds by itself."""

from __future__ import annotations

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.record import Status
from eutonia.show import show_date

__all__ = ["set_indication_facts"]

_BRAIN_INJURY = "traumatic brain injury"


def set_indication_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set how many days ago the newest brain injury was, in whole days from its recorded date.

    Not known where none is recorded with a date: the day an entry was made is not the day of the injury.
    """
    dates = [
        diagnosis.since
        for diagnosis, names in lists.problems
        if _BRAIN_INJURY in names and diagnosis.since is not None and diagnosis.status is not Status.ABSENT
    ]
    if not dates:
        sheet.set("days_since_brain_injury", None, "no brain injury is recorded with its date")
        return
    newest = max(dates)
    days = (lists.today - newest).days
    sheet.set("days_since_brain_injury", days, f"injured on {show_date(newest)}")
