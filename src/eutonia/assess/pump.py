"""Facts about a pump that every question needs: whether one runs or ran lately, and what is known to be amiss."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.simulate.therapy import end_of

__all__ = ["set_pump_facts"]

_DAY = timedelta(days=1)
#: Findings that keep baclofen from arriving.
_FAULTS = (
    "motor stall",
    "reservoir empty",
    "pump stopped",
    "rotor does not turn",
    "catheter fault on x-ray",
    "abnormal contrast study",
    "abnormal indium scan",
)
#: What asks for interrogation before anything else; it can mean too little or too much.
_WARNINGS = (
    "pump alarm",
    "refill overdue",
    "magnetic resonance without interrogation",
    "programming or concentration error",
    "swelling over the pump after a refill",
    "mass at the catheter tip",
)


def set_pump_facts(sheet: FactSheet, lists: Lists) -> None:
    """Whether a pump runs now or ran lately; excluded only when the baclofen history was gone through lately.

    That all signs were asked for says nothing about a log nobody read, so a fault that is not listed is not known.
    """
    pumps = lists.record.pump_therapy
    runs = any(p.from_.start() <= lists.now and ((end_of(p.to) or lists.now) >= lists.now) for p in pumps)
    known = True if runs else False if lists.has_reviewed_therapy() else None
    sheet.set("has_pump_therapy", known, "from the pump entries and the review of the baclofen history")
    remembered = lists.knowledge.recognition.numbers.get("pump_remembered")
    ends = [end for p in pumps if (end := end_of(p.to)) is not None and end <= lists.now]
    lately = remembered is not None and any(lists.now - end <= remembered.value * _DAY for end in ends)
    sheet.set("had_pump_lately", True if lately else known, "from the pump programmes")
    had = sheet.get("had_pump_lately")
    failed = sheet.get("has_failed_spinal_catheter")
    for name, terms, also in (("has_pump_fault", _FAULTS, failed), ("has_pump_warning", _WARNINGS, False)):
        listed = _listed(lists, terms)
        value = False if had is False else any_true(True if listed else None, also)
        sheet.set(name, value, "from the signs and problems listed", found=listed)


def _listed(lists: Lists, terms: Iterable[str]) -> tuple[str, ...]:
    """The findings at the pump that are listed as there, by name."""
    return tuple(term for term in terms if any(sign.present for sign in lists.signs_of(term)))
