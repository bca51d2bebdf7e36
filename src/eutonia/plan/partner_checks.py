"""What the other medicine of a switch asks for, on the days of its own steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.condition import Holds
from eutonia.knowledge.library import Row
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.monitor import days_of
from eutonia.plan.outcome import Check, OpenCheck, PartnerPlan
from eutonia.record import Direction

__all__ = ["find_partner_checks"]

_TABLE = "partner-checks"


def find_partner_checks(
    knowledge: Knowledge, sheet: FactSheet, partner: PartnerPlan, direction: Direction
) -> tuple[tuple[Check, ...], tuple[OpenCheck, ...]]:
    """Dated checks of the other medicine, and those whose condition nobody can decide."""
    checks: list[Check] = []
    undecided: list[OpenCheck] = []
    for row in knowledge.tables[_TABLE].rows:
        if (row.cells["partner"], row.cells["direction"]) != (partner.medicine, direction.value):
            continue
        outcome = None if row.when is None else row.when.evaluate(sheet.values)
        if outcome is not None and outcome.holds is Holds.UNKNOWN:
            undecided.append(OpenCheck(str(row.cells["what"]), partner.medicine, outcome.missing))
        elif outcome is None or outcome.holds is Holds.YES:
            checks += _of_row(row, partner)
    return tuple(checks), tuple(undecided)


def _of_row(row: Row, partner: PartnerPlan) -> Iterator[Check]:
    """One row on its days. A check within a step ends with the step, because the next one follows."""
    what, counted = str(row.cells["what"]), str(row.cells["counted_from"])
    low, high = days_of(row.cells["from_day"]), days_of(row.cells["to_day"])
    every, until = days_of(row.cells.get("every")), days_of(row.cells.get("until"))
    assert low is not None and high is not None
    for number, (begin, last) in enumerate(_origins(counted, partner), start=1):
        name = (
            f"step {number} of {partner.medicine}"
            if counted == "each step"
            else f"{counted} of {partner.medicine}"
        )
        place = "before the" if high <= 0 and counted != "each step" else "counted from the"
        why = f"{place} {name}" if counted != "each step" else name
        for shift in range(0, (until or low) - low + 1, every or 1):
            first, end = begin + timedelta(days=low + shift), begin + timedelta(days=high + shift)
            yield Check(first, end if last is None else min(end, last), what, why, row.evidence)


def _origins(counted: str, partner: PartnerPlan) -> Iterator[tuple[date, date | None]]:
    """The days from which a row counts, each with the day on which it must be done at the latest, if any."""
    if counted == "first dose":
        yield partner.steps[0].first, None
    elif counted == "largest dose":
        yield partner.steps[-1].first, None
    else:
        assert counted == "each step", counted
        for step in partner.steps:
            yield step.first, step.last
