"""Numbers that plans for a pump respect: whose text says so, for which patients, in which unit.

Not a limit of ``limits.yaml``: those hold for a jurisdiction and a condition over a record. A pump is planned by the
text of one country, which the clinic chooses (a Dutch or Japanese text is no jurisdiction here), for one of three
populations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from eutonia.errors import Code
from eutonia.knowledge.items import Item
from eutonia.knowledge.reads import Reads
from eutonia.knowledge.schema import Citation, Differs, Grade
from eutonia.knowledge.upkeep import read_validity
from eutonia.units import Quantity, unit

__all__ = ["LABELS", "POPULATIONS", "PUMP_UNITS", "PumpNumber", "read_pump_number"]

#: Countries whose text on dosing by pump was read.
LABELS = ("US", "DE", "NL", "BE", "JP")
POPULATIONS = ("spinal", "cerebral", "child")

_PLAIN = ""

#: The closed list of names with the unit of each; the empty text is a plain number.
PUMP_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "candidacy.age.least": "year",
        "candidacy.after_brain_injury": "month",
        "screen.first.least": "microgram",
        "screen.first.most": "microgram",
        "screen.increment": "microgram",
        "screen.largest": "microgram",
        "screen.interval": "h",
        "screen.watch.least": "h",
        "screen.watch.most": "h",
        "screen.concentration": "microgram/mL",
        "response.mean_fall": _PLAIN,
        "response.points_fall": _PLAIN,
        "start.factor": _PLAIN,
        "start.multiplied_up_to": "h",
        "start.multiplied_below": "h",
        "start.unmultiplied_above": "h",
        "start.no_rise_within": "h",
        "start.watch": "h",
        "start.concentration": "microgram/mL",
        "titration.rise.least": "percent",
        "titration.rise.most": "percent",
        "titration.interval.least": "h",
        "titration.rise.may_be_excessive_above": "percent",
        "side_effects.fall.least": "percent",
        "side_effects.fall.most": "percent",
        "maintenance.rise.most": "percent",
        "dose.largest": "microgram/day",
        "dose.little_experience_above": "microgram/day",
        "dose.usual.least": "microgram/day",
        "dose.usual.most": "microgram/day",
        "stop.fall.most": "percent",
        "stop.interval": "h",
        "stop.in_hospital.interval": "h",
        "stop.in_hospital.fall.least": "percent",
        "stop.in_hospital.fall.most": "percent",
        "flex.changes.most": _PLAIN,
        "refill.stability": "day",
        "refill.stability.clonidine": "day",
        "refill.stability.strength": "microgram/mL",
        "refill.lead": "day",
        "alarm.maker": "mL",
        "alarm.after_withdrawal": "mL",
        "second_look.ratio": _PLAIN,
        "magnet.second_look": "h",
        "population.child.below": "year",
        "battery.warning": "day",
        "replacement.book_ahead": "month",
        "overdose.drain.least": "mL",
        "overdose.drain.most": "mL",
        "physostigmine.adult": "mg",
        "physostigmine.adult.minute": "mg",
        "physostigmine.child": "mg/kg",
        "physostigmine.child.minute": "mg",
        "physostigmine.child.largest_total": "mg",
    }
)


@dataclass(frozen=True, slots=True)
class PumpNumber:
    """One number with its source. labels and populations: whose text, for whom; empty: no text or nobody apart."""

    id: str
    name: str
    value: Quantity | Fraction
    labels: tuple[str, ...]
    populations: tuple[str, ...]
    says: str
    grade: Grade
    evidence: tuple[Citation, ...]
    valid_from: date
    valid_until: date | None = None
    differs: tuple[Differs, ...] = ()
    departs: str = ""

    @property
    def exact(self) -> Fraction:
        """The value in the unit its name is kept in."""
        if isinstance(self.value, Fraction):
            return self.value
        return Fraction(self.value.to(PUMP_UNITS[self.name]).value)


def read_pump_number(item: Item, reads: Reads) -> PumpNumber:
    """One item of ``pump.yaml``; problems are reported at it."""
    name, value = item.one_of("name", tuple(PUMP_UNITS)), reads.amount(item, item.text("value"))
    wanted = PUMP_UNITS.get(name, _PLAIN)
    is_right = (
        wanted == _PLAIN
        if isinstance(value, Fraction)
        else wanted != _PLAIN and unit(wanted).dimension == value.unit.dimension
    )
    if not is_right:
        words = wanted or "a plain number"
        item.complain(Code.WRONG_DIMENSION, f"“{name}” is given in {words}, not as {item.text('value')}.")
        value = Fraction(0)
    validity = read_validity(item, reads)
    return PumpNumber(
        id=item.text("id"),
        name=name,
        value=value,
        labels=_known(item, "labels", LABELS),
        populations=_known(item, "populations", POPULATIONS),
        says=item.text("says"),
        grade=item.word("grade", Grade),
        evidence=reads.evidence(item),
        valid_from=validity.start,
        valid_until=validity.end,
        differs=reads.differs(item),
        departs=item.text("departs", ""),
    )


def _known(item: Item, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
    named = item.texts(key)
    for word in named:
        if word not in words:
            item.complain(Code.UNKNOWN_WORD, f"“{word}” is not one of {', '.join(words)}.")
    return named
