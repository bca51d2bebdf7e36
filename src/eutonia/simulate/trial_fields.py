"""Single values of a trial file: each is read, or its problem is noted with its place, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eutonia.errors import Code, Problem
from eutonia.intake.leaves import Refused, nearest, read_clock, read_count, read_text, refuse, shown
from eutonia.intake.measures import read_quantity
from eutonia.units import Quantity, unit

__all__ = ["NOT_KNOWN", "Fields", "Reading"]

NOT_KNOWN = "not known"
_POINTS = re.compile(r"([0-9]+(?:\.[0-9]+)?) points?")
_A_DAY = re.compile(r"(.*[^/\s])\s*(?:/day|/d| a day| per day)")
_LARGEST = 1e12  # of a bare number; nothing here comes near it
_T = TypeVar("_T")


@dataclass(slots=True)
class Reading:
    """All problems so far."""

    problems: list[Problem] = field(default_factory=list)

    def complain(
        self, code: Code, path: str, why: str, *, given: str = "", accepted: Iterable[str] = ()
    ) -> None:
        """Note a problem."""
        step = "Correct the file; nothing was simulated."
        self.problems.append(Problem(code, why, path, given, tuple(accepted), step))

    def fields(
        self, data: object, path: str, needed: Sequence[str], optional: Sequence[str] = ()
    ) -> Fields | None:
        """The keys of a mapping; unknown and missing ones are noted. None when it is no mapping."""
        where = path or "trial"
        if not isinstance(data, dict):
            self.complain(Code.WRONG_TYPE, where, "Keys with values are needed here.", given=shown(data))
            return None
        found = Fields(self, path, dict(data))
        found.only((*needed, *optional))
        for key in needed:
            if key not in data:
                found.miss(key)
        return found


@dataclass(slots=True)
class Fields:
    """One mapping of the file. Every method gives None for a value that is missing or wrong; the problem is noted."""

    reading: Reading
    path: str
    values: dict[Any, object]

    def at(self, key: str) -> str:
        """The path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the key was written."""
        return key in self.values

    def raw(self, key: str) -> object:
        """The value as written, None when it was not."""
        return self.values.get(key)

    def miss(self, key: str) -> None:
        """Note that a key is missing."""
        self.reading.complain(Code.MISSING_VALUE, self.at(key), f"“{key}” is missing.")

    def only(self, known: Sequence[str]) -> None:
        """Note every key that is not known here."""
        for key in self.values:
            if key not in known:
                near = nearest(key, known)
                meant = f" Is “{near}” meant?" if near else ""
                why = f"“{shown(key)}” is not known here.{meant}"
                place = self.at(str(key))
                self.reading.complain(Code.UNKNOWN_KEY, place, why, given=shown(key), accepted=known)

    def inside(self, key: str, needed: Sequence[str], optional: Sequence[str] = ()) -> Fields | None:
        """A mapping inside this one."""
        return self.reading.fields(self.raw(key), self.at(key), needed, optional)

    def entries(self, key: str, needed: Sequence[str], optional: Sequence[str] = ()) -> list[Fields]:
        """The mappings of a list; nothing where the key was not written."""
        found = [
            self.reading.fields(value, f"{self.at(key)}[{index}]", needed, optional)
            for index, value in enumerate(self._list(key))
        ]
        return [entry for entry in found if entry is not None]

    def texts(self, key: str) -> list[str]:
        """The texts of a list."""
        return self._each(key, read_text)

    def text(self, key: str) -> str | None:
        """A text."""
        return self._read(key, read_text)

    def word(self, key: str, known: Sequence[str]) -> Any:
        """A word of a closed list."""

        def read(value: object) -> str:
            text = read_text(value)
            if text in known:
                return text
            near = nearest(text, known)
            step = f"Is “{near}” meant?" if near else "Write one of the accepted words."
            raise refuse(Code.UNKNOWN_WORD, value, f"“{shown(value)}” is not read here.", step, known)

        return self._read(key, read)

    def count(self, key: str, at_least: int = 0, at_most: int = 2**64) -> int | None:
        """A whole number."""

        def read(value: object) -> int:
            number = read_count(value)
            if not at_least <= number <= at_most:
                raise refuse(Code.IMPOSSIBLE_VALUE, value, f"It must lie between {at_least} and {at_most:,}.")
            return number

        return self._read(key, read)

    def number(self, key: str, *, above_zero: bool = False) -> float | None:
        """A finite number without a unit, at least 0."""

        def read(value: object) -> float:
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise refuse(Code.WRONG_TYPE, value, "A number without a unit is needed here.")
            if not 0 <= value <= _LARGEST or (above_zero and value == 0):
                least = "above 0" if above_zero else "of at least 0"
                raise refuse(Code.IMPOSSIBLE_VALUE, value, f"A number {least} is needed here.")
            return float(value)

        return self._read(key, read)

    def flag(self, key: str) -> bool:
        """Yes or no; False where the key was not written."""

        def read(value: object) -> bool:
            if not isinstance(value, bool):
                raise refuse(Code.WRONG_TYPE, value, "It is either true or false.", "", ("true", "false"))
            return value

        return bool(self._read(key, read))

    def quantity(
        self,
        key: str,
        symbol: str,
        *,
        above_zero: bool = False,
        or_not_known: bool = False,
        route: str | None = None,
    ) -> float | None:
        """A quantity in the unit ``symbol``. or_not_known: “not known” gives None without a problem."""
        if or_not_known and self.raw(key) == NOT_KNOWN:
            return None

        def read(value: object) -> float:
            return _checked(read_quantity(value, (unit(symbol).dimension,), route), symbol, above_zero, value)

        return self._read(key, read)

    def micrograms(self, key: str, symbol: str = "microgram") -> float | None:
        """A dose into the spinal fluid; it is written in micrograms and in no other unit."""

        def read(value: object) -> float:
            found = read_quantity(value, (unit(symbol).dimension,))
            if found.unit.symbol != symbol:
                why = "A dose into the spinal fluid is written in micrograms."
                raise refuse(
                    Code.IMPLAUSIBLE_FOR_ROUTE, value, why, "Check the route and the amount.", (symbol,)
                )
            return _checked(found, symbol, symbol == "microgram", value)

        return self._read(key, read)

    def flow(self, key: str) -> float | None:
        """A volume a day, mL, or “not known”."""
        if self.raw(key) == NOT_KNOWN:
            return None

        def read(value: object) -> float:
            split = _A_DAY.fullmatch(read_text(value))
            if split is None:
                raise refuse(
                    Code.MISSING_UNIT,
                    value,
                    "A volume a day is needed here.",
                    "Write for example “0.1 mL/day”.",
                )
            return _checked(read_quantity(split[1], ("volume",)), "mL", False, value)

        return self._read(key, read)

    def points(self, key: str) -> float | None:
        """Points of a score, such as “1 point”."""

        def read(value: object) -> float:
            found = _POINTS.fullmatch(value) if isinstance(value, str) else None
            if found is None:
                step = "Write for example “1 point”."
                raise refuse(
                    Code.NOT_A_QUANTITY, value, "Points of the Ashworth score are needed here.", step
                )
            return float(found[1])

        return self._read(key, read)

    def clock(self, key: str) -> float | None:
        """A clock time as an hour of the day."""
        return self._read(key, _hour)

    def clocks(self, key: str) -> list[float]:
        """Clock times as hours of the day."""
        return self._each(key, _hour)

    def _each(self, key: str, read: Callable[[object], _T]) -> list[_T]:
        found = [
            self._try(f"{self.at(key)}[{index}]", read, value) for index, value in enumerate(self._list(key))
        ]
        return [value for value in found if value is not None]

    def _list(self, key: str) -> list[object]:
        if not self.has(key):
            return []
        value = self.raw(key)
        if isinstance(value, list) and value:
            return value
        self.reading.complain(
            Code.WRONG_TYPE, self.at(key), "A list with an entry is needed.", given=shown(value)
        )
        return []

    def _read(self, key: str, read: Callable[[object], _T]) -> _T | None:
        if not self.has(key):
            return None
        return self._try(self.at(key), read, self.raw(key))

    def _try(self, path: str, read: Callable[[object], _T], value: object) -> _T | None:
        try:
            return read(value)
        except Refused as refused:
            self.reading.problems.append(refused.problem.at(path))
            return None


def _checked(found: Quantity, symbol: str, above_zero: bool, value: object) -> float:
    number = found.number(symbol)
    if above_zero and number == 0:
        raise refuse(Code.IMPOSSIBLE_VALUE, value, "It must be above 0.")
    return number


def _hour(value: object) -> float:
    at = read_clock(value)
    return at.hour + at.minute / 60 + at.second / 3600
