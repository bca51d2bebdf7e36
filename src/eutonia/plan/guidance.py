"""The sentences that go with a plan: when to hold, go back, stop, decide. They are kept as a table, with sources."""

from __future__ import annotations

from eutonia.assess.limits import apply_limits, largest, number_of, smallest
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.library import Row
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.outcome import Guidance, PlanKind

__all__ = ["find_guidance", "guidance_of", "trial_guidance"]

_TABLE = "plan-rules"
_OF_KIND = {
    PlanKind.TITRATION: ("titration",),
    PlanKind.TAPER: ("taper",),
    PlanKind.STOP_AT_ONCE: ("at once",),
    PlanKind.SWITCH: ("switch", "taper"),
    PlanKind.WEANING: ("pump", "taper"),
}


def find_guidance(knowledge: Knowledge, sheet: FactSheet, kind: PlanKind) -> tuple[Guidance, ...]:
    """What goes with a plan of this kind; with a titration also by when somebody decides."""
    found = [
        guidance_of(row)
        for plan in _OF_KIND[kind]
        for row in knowledge.tables[_TABLE].rows
        if row.cells["plan"] == plan
    ]
    if kind is PlanKind.TITRATION:
        found.append(trial_guidance(knowledge, sheet))
    return tuple(found)


def guidance_of(row: Row) -> Guidance:
    """A row of the table of plan rules."""
    return Guidance(str(row.cells["kind"]), str(row.cells["text"]), row.evidence)


def trial_guidance(knowledge: Knowledge, sheet: FactSheet) -> Guidance:
    """When to decide that there was no benefit: the shortest and the longest time that texts give."""
    start = apply_limits(knowledge, sheet, "trial.from_start")
    if start.limits and not start.is_fallback:
        limit = start.limits[0]
        return Guidance("No benefit by", limit.says, limit.evidence)
    soon = smallest(apply_limits(knowledge, sheet, "trial.decide_from").limits, "day")
    late = largest(apply_limits(knowledge, sheet, "trial.decide_by").limits, "day")
    assert soon is not None and late is not None
    says = (
        f"{soon.says} {late.says} The days are counted from the largest dose that is reached: "
        f"{number_of(soon, 'day') / 7:.0f} and {number_of(late, 'day') / 7:.0f} weeks."
    )
    differs = " ".join(other.says for other in soon.differs)
    ending = "Ending it is a taper and not a stop."
    return Guidance("No benefit by", " ".join((says, differs, ending)), (*soon.evidence, *late.evidence))
