"""Arithmetic around too much baclofen in the spinal fluid: shown beside those who advise against it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from eutonia.knowledge.library import Conflict
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.model.csf import CsfParameters, washed_out_fraction
from eutonia.model.individual import FloatArray
from eutonia.plan.pump.exact import Amount, Reading
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.outcome import PumpRefusal, Why

__all__ = [
    "LabelledDrainage",
    "LabelledPhysostigmine",
    "drained_share",
    "labelled_drainage",
    "labelled_physostigmine",
]

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class LabelledPhysostigmine:
    """What one label gives: mg, over at least so many seconds, at most so often; and who says otherwise.

    doses_at_most: None where the label names no total.
    """

    mg: Fraction
    seconds_at_least: Fraction
    doses_at_most: int | None
    numbers: tuple[PumpNumber, ...]
    conflict: Conflict


def labelled_physostigmine(
    knowledge: Knowledge, *, is_child: bool | None, weight_kg: Amount | None
) -> LabelledPhysostigmine | PumpRefusal:
    """The dose of the label for an adult, or for a child of so many kg; refused while either is not known.

    is_child: None: nobody has said, which is never an adult. weight_kg: asked for in a child only. Raises InputRefused
    for a weight that cannot be.
    """
    conflict = knowledge.conflicts["CON-64"]
    if is_child is None:
        says = tuple(number_of(knowledge, f"physostigmine.{who}").says for who in ("adult", "child"))
        return PumpRefusal(
            Why.NOT_KNOWN,
            f"Cannot tell which dose the label means: adult or child is not known. {' '.join(says)}",
            "Say whether it is a child, and how heavy.",
            missing=("is_child",),
        )
    if not is_child:
        dose, minute = (
            number_of(knowledge, "physostigmine.adult"),
            number_of(knowledge, "physostigmine.adult.minute"),
        )
        return LabelledPhysostigmine(
            dose.exact, _MINUTE_S * dose.exact / minute.exact, None, (dose, minute), conflict
        )
    if weight_kg is None:
        return PumpRefusal(
            Why.NOT_KNOWN,
            "Cannot tell the dose of a child without its weight.",
            "Weigh the child, or say how heavy it is taken to be.",
            missing=("weight_kg",),
        )
    reading = Reading(knowledge)
    weight = reading.weight("weight_kg", weight_kg)
    reading.done()
    per_kg, minute, total = (
        number_of(knowledge, name)
        for name in (
            "physostigmine.child",
            "physostigmine.child.minute",
            "physostigmine.child.largest_total",
        )
    )
    mg = min(per_kg.exact * weight, total.exact)
    return LabelledPhysostigmine(
        mg, _MINUTE_S * mg / minute.exact, floor(total.exact / mg), (per_kg, minute, total), conflict
    )


@dataclass(frozen=True, slots=True, eq=False)
class LabelledDrainage:
    """Spinal fluid let out early, mL from and to, and the part of the lumbar drug that leaves with each, (n,)."""

    ml: tuple[Fraction, Fraction]
    share: tuple[FloatArray, FloatArray]
    numbers: tuple[PumpNumber, PumpNumber]


def labelled_drainage(knowledge: Knowledge, csf: CsfParameters) -> LabelledDrainage:
    """What one label lets out, and what the model makes of it: drug well mixed, fluid replaced as it goes."""
    least, most = number_of(knowledge, "overdose.drain.least"), number_of(knowledge, "overdose.drain.most")
    share = (drained_share(csf, least.exact), drained_share(csf, most.exact))
    return LabelledDrainage((least.exact, most.exact), share, (least, most))


def drained_share(csf: CsfParameters, drained_ml: Amount) -> FloatArray:
    """Part of the lumbar drug that leaves with so much spinal fluid, (n,). Raises InputRefused for such a volume."""
    reading = Reading()
    ml = reading.amount("drained_ml", drained_ml, "The fluid let out", "mL", may_be_zero=True)
    reading.done()
    return washed_out_fraction(csf, float(ml))
