"""Facts about what baclofen is for that no list holds by itself."""

from __future__ import annotations

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.record import Status
from eutonia.show import show_date

__all__ = ["set_indication_facts"]

_BRAIN_INJURY = "traumatic brain injury"
_PAIN, _UPPER_MOTOR = "muscle or back pain", "disease of brain or spinal cord"  # groups of problems


def set_indication_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set whether only muscle pain speaks for baclofen, and how long ago a brain injury was."""
    _set_pain_alone(sheet, lists)
    _set_brain_injury(sheet, lists)


def _set_pain_alone(sheet: FactSheet, lists: Lists) -> None:
    """Muscle spasm or pain on the list, nothing of the upper motor neurone, and nobody wrote what baclofen is for.

    A disease that is not on the list is absent only where somebody went through the list.
    """
    pain, other = lists.has_problem([_PAIN], "active"), lists.has_problem([_UPPER_MOTOR], "ever")
    value: bool | None = pain
    if lists.record.indication is not None or other is True:
        value = False
    elif pain and other is None:
        value = None
    sheet.set("has_muscle_pain_alone", value, "from the indication and the problem list")


def _set_brain_injury(sheet: FactSheet, lists: Lists) -> None:
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
