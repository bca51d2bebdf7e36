"""The volumes of a visit before they are judged: whether they can be, and what a large difference asks for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from eutonia.errors import Code, InputRefused, Problem
from eutonia.plan.pump.exact import show_amount
from eutonia.plan.pump.from_record import OnRecord
from eutonia.show import show_quantity
from eutonia.units import Quantity

__all__ = ["check_possible", "look_again"]


def check_possible(at: OnRecord, day: date, *volumes: Quantity) -> None:
    """Refuse volumes that cannot be, at their place among the observations. The first is what was filled in before."""
    filled, *left = (volume.number("mL") for volume in volumes)
    names = ("expected residual volume", "measured residual volume")
    problems = []
    for place, seen in enumerate(at.scenario.record.observations):
        term = at.lists.index.by_name("observation", seen.what)
        for name, volume, value in zip(names, left, volumes[1:], strict=True):
            if term is not None and term.id == name and seen.on.on == day and volume > filled:
                problems.append(
                    Problem(
                        Code.CONFLICTING_VALUES,
                        path=f"record.observations[{place}].value",
                        given=show_quantity(value),
                        why=f"More than the {show_amount(Fraction(str(filled)))} mL that were filled in before.",
                        next_step="Look whether two volumes were exchanged, or a refill in between is not recorded.",
                    )
                )
    if problems:
        raise InputRefused(problems)


def look_again(at: OnRecord, visit: tuple[date, Quantity, Quantity, Quantity]) -> tuple[str, ...]:
    """What a last visit far off the expected volume means, whatever error the pump may have."""
    _, _, expected, found = visit
    most = at.knowledge.recognition.numbers.get("residual_alert")
    gap = found.number("mL") - expected.number("mL")
    if most is None or abs(gap) < most.value:
        return ()
    if gap > 0:
        return (
            "Second look: much more is left than expected, so less arrived. With signs of withdrawal this is an "
            "emergency; have the pump interrogated and the catheter looked at before the dose is changed.",
        )
    return (
        "Second look: much less is left than expected. More was delivered, it leaks, or a refill went beside the "
        "reservoir: watch waking and breathing, look at the pocket, and call the pump team now.",
    )
