"""Every limit entered twice: what the second entry says, and how a limit differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from eutonia.assess.thresholds import comparisons_in
from eutonia.knowledge.schema import Limit

__all__ = ["SecondEntry", "differences", "entries_in", "misplaced_ids"]


@dataclass(frozen=True, slots=True)
class SecondEntry:
    """A limit as entered the second time. unit "": a plain number. jurisdictions, borders: in any order."""

    number: Fraction
    unit: str
    jurisdictions: frozenset[str]
    borders: frozenset[str]  # comparisons with a number, as in “egfr < 30”


def entries_in(part: Mapping[str, Any]) -> dict[str, SecondEntry]:
    """One part of the second entry, by the id of the limit."""
    return {name: _entry(fields) for name, fields in part.items()}


def _entry(fields: Mapping[str, Any]) -> SecondEntry:
    number, _, unit = str(fields["value"]).partition(" ")
    jurisdictions = frozenset(fields.get("jurisdictions", ()))
    return SecondEntry(Fraction(number), unit, jurisdictions, frozenset(fields.get("borders", ())))


def differences(limit: Limit, entry: SecondEntry) -> Iterator[str]:
    """Each way in which a limit is not what was entered the second time, in a sentence; none when they agree."""
    value = limit.value
    plain = isinstance(value, Fraction)
    number = value if isinstance(value, Fraction) else Fraction(value.value)
    unit = "" if isinstance(value, Fraction) else value.unit.symbol
    if number != entry.number:
        yield _says(limit.id, "value", value if plain else str(value), f"{entry.number} {entry.unit}".strip())
    if unit != entry.unit:
        yield _says(limit.id, "unit", unit or "none", entry.unit or "none")
    if frozenset(limit.jurisdictions) != entry.jurisdictions:
        yield _says(limit.id, "countries", _listed(limit.jurisdictions), _listed(entry.jurisdictions))
    borders = frozenset(comparisons_in(limit.when))
    if borders != entry.borders:
        yield _says(limit.id, "borders", _listed(borders), _listed(entry.borders))


def misplaced_ids(limits: Iterable[Limit], *parts: Mapping[str, SecondEntry]) -> Iterator[str]:
    """Each limit that does not stand in exactly one part, and each entry without a limit, in a sentence."""
    ids = [limit.id for limit in limits]
    for name in ids:
        times = sum(name in part for part in parts)
        if times != 1:
            yield f"{name}: stands in {times} parts of the second entry, not in one"
    for part in parts:
        yield from (
            f"{name}: entered a second time, but there is no such limit" for name in part if name not in ids
        )


def _says(name: str, what: str, first: object, second: object) -> str:
    return f"{name}: {what} {first} in the limits, {second} in the second entry"


def _listed(items: Iterable[str]) -> str:
    return ", ".join(sorted(items)) or "none"
