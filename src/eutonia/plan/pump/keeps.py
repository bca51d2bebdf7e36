"""How long a solution keeps in the pump: as read, of which strength it was read, or as the clinic says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import show_amount
from eutonia.plan.pump.label import number_of

__all__ = ["SOLUTIONS", "Keeps", "how_long_it_keeps"]

SOLUTIONS = ("baclofen alone", "with clonidine", "with another drug")


@dataclass(frozen=True, slots=True)
class Keeps:
    """Whole days, whose they are, and the numbers they were taken from; second_look where nothing read goes so far."""

    days: Fraction
    because: str
    numbers: tuple[PumpNumber, ...]
    second_look: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()


def how_long_it_keeps(
    knowledge: Knowledge, solution: str, concentration: Fraction, clinic_days: Fraction | None
) -> Keeps | None:
    """None where neither the knowledge nor the clinic (clinic_days) says anything. solution: one of ``SOLUTIONS``.

    The clinic's own days are taken as they are; where they are more than was read, that is said.
    """
    alone = number_of(knowledge, "refill.stability")
    limits: tuple[PumpNumber, ...] = ()
    if solution == "baclofen alone":
        limits = (alone,)
    elif solution == "with clonidine":
        limits = (number_of(knowledge, "refill.stability.clonidine"), alone)
    limit = min(limits, key=lambda n: n.exact, default=None)
    if clinic_days is not None:
        longer = limit is not None and clinic_days > limit.exact
        return Keeps(
            clinic_days,
            "the clinic's own limit for the solution",
            (limit,) if limit is not None and longer else (),
            (
                f"Second look: {show_amount(clinic_days)} days in the pump are longer than was read. {limit.says}",
            )
            if limit is not None and longer
            else (),
            ()
            if limit is not None
            else ("Not checked: nothing was read of this mixture; the days it keeps are the clinic's own.",),
        )
    if limit is None:
        return None
    tested = number_of(knowledge, "refill.stability.strength")
    not_checked: tuple[str, ...] = ()
    if limit is not alone:
        not_checked = ("Not checked: of which strength this mixture was tested was not read.",)
    elif concentration != tested.exact:
        not_checked = (
            f"Not checked: how long {show_amount(concentration)} micrograms per mL keep in the pump. {tested.says}",
        )
    return Keeps(
        limit.exact,
        "the stability limit of the solution",
        (*limits, *((tested,) if limit is alone else ())),
        not_checked=not_checked,
    )
