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

__all__ = [
    "LabelledDrainage",
    "LabelledPhysostigmine",
    "drained_share",
    "labelled_drainage",
    "labelled_physostigmine",
]


@dataclass(frozen=True, slots=True)
class LabelledPhysostigmine:
    """What one label gives: mg, over at least so many seconds, at most so often; and who says otherwise."""

    mg: Fraction
    seconds_at_least: Fraction
    doses_at_most: int | None
    numbers: tuple[PumpNumber, ...]
    conflict: Conflict


def labelled_physostigmine(knowledge: Knowledge, *, child_kg: Amount | None) -> LabelledPhysostigmine:
    """The dose of the label for an adult (None) or a child of so many kg. Raises InputRefused for such a weight."""
    conflict = knowledge.conflicts["CON-64"]
    if child_kg is None:
        dose, minute = (
            number_of(knowledge, "physostigmine.adult"),
            number_of(knowledge, "physostigmine.adult.minute"),
        )
        return LabelledPhysostigmine(
            dose.exact, 60 * dose.exact / minute.exact, None, (dose, minute), conflict
        )
    reading = Reading()
    weight = reading.amount("child_kg", child_kg, "The weight", "kg", at_most=Fraction(100))
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
        mg, 60 * mg / minute.exact, floor(total.exact / mg), (per_kg, minute, total), conflict
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
