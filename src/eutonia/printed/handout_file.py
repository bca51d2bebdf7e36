"""Reading hand-out files: plain data in, a ``Handout`` out, or every problem at once with its place in the file.

For what no consultation has planned, such as the dates of a pump that its programmer shows: whoever knows them writes
them down, and the same checks hold as for a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from eutonia.errors import Code, InputRefused, Problem
from eutonia.intake.leaves import Refused, nearest, read_clock, read_day, read_flag, read_text, refuse, shown
from eutonia.intake.leaves import read_word as _word
from eutonia.intake.measures import read_quantity
from eutonia.printed.handout import Beside, DayDose, Handout, Phase, Portion, PumpDates
from eutonia.record import Form, Jurisdiction
from eutonia.simulate.day import PartOfDay
from eutonia.units import unit

__all__ = ["FORMAT", "is_handout_file", "read_handout"]

FORMAT = "eutonia-handout/1"
_STEP = "Correct the file; nothing was printed."
_MOST_UNITS = 999  # tablets, packets or mL of one product in one dose; more is a slip of the pen
_T = TypeVar("_T")


def is_handout_file(data: object) -> bool:
    """Whether the data says of itself that it is a hand-out file (and not a scenario)."""
    return isinstance(data, dict) and str(data.get("format", "")).startswith("eutonia-handout/")


def read_handout(data: object, made_with: str = "") -> Handout:
    """The hand-out of a file's plain data. Raises InputRefused with every problem, each with its path."""
    reading = _Reading()
    top = reading.mapping(
        data, "", ("format", "as_of", "jurisdiction"), ("phases", "pump", "unchanged_until", "beside")
    )
    if top is None:
        raise InputRefused(reading.problems)
    top.read("format", _format)
    as_of = top.read("as_of", read_day)
    jurisdiction = top.read("jurisdiction", lambda v: _word(v, Jurisdiction))
    phases = [_phase(entry) for entry in top.entries("phases", ("from", "doses"), ("to",))]
    optional = ("alarm_on", "empty_on", "use_drug_by", "daily_dose", "concentration")
    pump = _pump(top.inside("pump", ("refill_by",), optional)) if top.has("pump") else None
    until = top.read("unchanged_until", read_day)
    beside = top.read("beside", lambda v: _word(v, Beside))
    if reading.problems or as_of is None or jurisdiction is None:
        raise InputRefused(reading.problems)
    return Handout(
        as_of, jurisdiction, tuple(p for p in phases if p is not None), pump, made_with, until, beside
    )


def _phase(entry: _Mapping) -> Phase | None:
    first, last = entry.read("from", read_day), entry.read("to", read_day)
    found = [_dose(dose) for dose in entry.entries("doses", ("when", "take"), ("at",), may_be_empty=True)]
    doses = sorted((d for d in found if d is not None), key=lambda d: list(PartOfDay).index(d.when))
    return None if first is None else Phase(first, last, tuple(doses))


def _dose(entry: _Mapping) -> DayDose | None:
    when = entry.read("when", lambda v: _word(v, PartOfDay))
    at = entry.read("at", read_clock)
    optional = ("strength", "concentration", "scored")
    found = [_portion(part) for part in entry.entries("take", ("units", "form"), optional)]
    return None if when is None else DayDose(when, tuple(p for p in found if p is not None), at)


def _portion(entry: _Mapping) -> Portion | None:
    units = entry.read("units", _units)
    form = entry.read("form", lambda v: _word(v, Form))
    is_scored = entry.read("scored", read_flag) is True
    if form is None:
        return None
    is_liquid = form is Form.LIQUID
    key, symbol = ("concentration", "mg/mL") if is_liquid else ("strength", "mg")
    if not entry.has(key):
        entry.reading.complain(Code.MISSING_VALUE, entry.at(key), f"“{key}” is missing.")
    mg = entry.read(key, lambda v: _exact(v, symbol))
    return None if units is None or mg is None else Portion(units, form, mg, is_scored)


def _pump(entry: _Mapping | None) -> PumpDates | None:
    if entry is None:
        return None
    refill_by = entry.read("refill_by", read_day)
    days: dict[str, date | None] = {
        k: entry.read(k, read_day) for k in ("alarm_on", "empty_on", "use_drug_by")
    }
    a_day = entry.read("daily_dose", lambda v: _micrograms(v, "microgram/day"))
    per_ml = entry.read("concentration", lambda v: _micrograms(v, "microgram/mL"))
    if refill_by is None:
        return None
    return PumpDates(refill_by, **days, micrograms_a_day=a_day, micrograms_per_ml=per_ml)


def _format(value: object) -> str:
    text = read_text(value)
    if text != FORMAT:
        raise refuse(Code.UNKNOWN_WORD, value, "This format is not read.", _STEP, (FORMAT,))
    return text


def _units(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        why = "A number of tablets, packets or mL is needed here, without a unit."
        raise refuse(Code.WRONG_TYPE, value, why, "Write for example 1 or 1.5.")
    if not 0 < value <= _MOST_UNITS:  # neither is what is not a number
        why = "Nobody takes so many tablets, packets or mL at once."
        accepted = (f"above 0, up to {_MOST_UNITS}",)
        raise refuse(Code.IMPOSSIBLE_VALUE, value, why, "Correct the number.", accepted)
    return Fraction(Decimal(str(value)))


def _exact(value: object, symbol: str) -> Fraction:
    return Fraction(read_quantity(value, (unit(symbol).dimension,)).to(symbol).value)


def _micrograms(value: object, symbol: str) -> Decimal:
    """A dose into the spinal fluid is written in micrograms and in no other unit."""
    found = read_quantity(value, (unit(symbol).dimension,))
    if found.unit.symbol != symbol:
        why = "A dose into the spinal fluid is written in micrograms."
        raise refuse(Code.IMPLAUSIBLE_FOR_ROUTE, value, why, "Check the route and the amount.", (symbol,))
    return found.value


@dataclass(slots=True)
class _Reading:
    """All problems so far."""

    problems: list[Problem] = field(default_factory=list)

    def complain(
        self, code: Code, path: str, why: str, given: str = "", accepted: Iterable[str] = ()
    ) -> None:
        self.problems.append(Problem(code, why, path, given, tuple(accepted), _STEP))

    def mapping(
        self, data: object, path: str, needed: Sequence[str], optional: Sequence[str]
    ) -> _Mapping | None:
        if not isinstance(data, dict):
            self.complain(
                Code.WRONG_TYPE, path or "handout", "Keys with values are needed here.", shown(data)
            )
            return None
        found, known = _Mapping(self, path, data), (*needed, *optional)
        for key in data:
            if key not in known:
                near = nearest(key, known)
                why = f"“{shown(key)}” is not known here." + (f" Is “{near}” meant?" if near else "")
                self.complain(Code.UNKNOWN_KEY, found.at(str(key)), why, shown(key), known)
        for key in needed:
            if key not in data:
                self.complain(Code.MISSING_VALUE, found.at(key), f"“{key}” is missing.")
        return found


@dataclass(slots=True)
class _Mapping:
    """One mapping of the file. A value that is missing or wrong gives None; its problem is noted."""

    reading: _Reading
    path: str
    values: dict[Any, object]

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        return key in self.values

    def read(self, key: str, read: Callable[[object], _T]) -> _T | None:
        if key not in self.values:
            return None
        try:
            return read(self.values[key])
        except Refused as refused:
            self.reading.problems.append(refused.problem.at(self.at(key)))
            return None

    def inside(self, key: str, needed: Sequence[str], optional: Sequence[str]) -> _Mapping | None:
        return self.reading.mapping(self.values.get(key), self.at(key), needed, optional)

    def entries(
        self, key: str, needed: Sequence[str], optional: Sequence[str], *, may_be_empty: bool = False
    ) -> list[_Mapping]:
        """The mappings of a list; an empty one only where that has a meaning."""
        if key not in self.values:
            return []
        value = self.values[key]
        if not isinstance(value, list) or not (value or may_be_empty):
            why = "A list is needed here." if may_be_empty else "A list with an entry is needed here."
            self.reading.complain(Code.WRONG_TYPE, self.at(key), why, shown(value))
            return []
        found = [
            self.reading.mapping(v, f"{self.at(key)}[{i}]", needed, optional) for i, v in enumerate(value)
        ]
        return [entry for entry in found if entry is not None]
