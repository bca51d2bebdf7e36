"""The end of a visit: what has to be done and seen, and why it cannot be closed while the pump may be standing.

Sessions of the programmer that were left unfinished have left pumps stopped; so the last row is not a tick but what the
pump itself said when it was read again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import Reading
from eutonia.plan.pump.outcome import PumpRefusal, Why

__all__ = ["LAST_ROW", "ClosedVisit", "close_visit", "visit_checklist"]

LAST_ROW = "Pump read again after the update: it says that it is running."
_STATUS = ("running", "stopped", "not read")


@dataclass(frozen=True, slots=True)
class ClosedVisit:
    """A visit that is over: every row was done, and the pump said that it is running."""

    rows: tuple[str, ...]
    pump_says: str


def visit_checklist(*, has_bridge: bool) -> tuple[str, ...]:
    """The rows of a visit in order, the running pump last."""
    bridged = ("Bridge programmed, with its micrograms and hours read back.",) if has_bridge else ()
    return (
        "Concentration in the syringe read from the label and told to the pump.",
        *bridged,
        "24-hour total before and after read aloud.",
        "Every step of the programme read back.",
        "Next refill and alarm date printed and handed over.",
        LAST_ROW,
    )


def close_visit(
    knowledge: Knowledge, checklist: Sequence[str], done: Collection[str], *, pump_says: str
) -> ClosedVisit | PumpRefusal:
    """Close a visit. pump_says: “running”, “stopped” or “not read”, after the update.

    Refused while a row is open or the pump has not said that it is running. Raises InputRefused for another word and
    for a row that is not on the list.
    """
    reading = Reading()
    reading.word("pump_says", pump_says, _STATUS)
    for row in sorted(set(done) - set(checklist)):
        reading.word("done", row, tuple(checklist))
    reading.done()
    still_open = tuple(row for row in checklist if row not in done)
    if pump_says != "running" or LAST_ROW not in done:
        note = knowledge.notes["PUMP-02"]
        return PumpRefusal(
            Why.NOT_KNOWN,
            f"The pump has not said that it is running: {pump_says if pump_says != 'running' else 'not confirmed'}. "
            f"{note.say}",
            note.do,
            missing=(LAST_ROW,),
        )
    if still_open:
        return PumpRefusal(
            Why.NOT_KNOWN, "Rows of the visit are still open.", "Finish them.", missing=still_open
        )
    return ClosedVisit(tuple(checklist), pump_says)
