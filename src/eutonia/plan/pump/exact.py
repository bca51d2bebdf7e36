"""Exact amounts in and out: what a plan is told, in house units, and how it is written for people.

House units here: micrograms, micrograms a day, micrograms per mL, mL, mL a day, h, days, cm, percent. A plain number is
taken in the unit its name states; a Quantity is converted, and refused in a unit of another kind. Binary fractions
(float) are refused: 0.1 is not a tenth, and dates turn on it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.schema import Knowledge
from eutonia.show import show_exact, show_number
from eutonia.units import Quantity, UnitError

__all__ = ["DAY_H", "Amount", "Reading", "sentence", "show_amount", "show_hours", "to_fraction"]

#: Hours of a day.
DAY_H = Fraction(24)

#: What a plan can be told. Text is not read here: intake does that.
Amount = int | Decimal | Fraction | Quantity

_WORDS = {
    "microgram": "micrograms",
    "microgram/day": "micrograms a day",
    "microgram/mL": "micrograms per mL",
    "mL/day": "mL a day",
    "mL/cm": "mL per cm",
    "h": "hours",
    "day": "days",
    "percent": "per cent",
    "1": "",
}
_MOST_DECIMALS = 4


def to_fraction(value: float | Decimal | int) -> Fraction:
    """A figure as it is written down: 0.0026 is 26 ten-thousandths, not the nearest binary fraction."""
    return Fraction(str(value))


class Reading:
    """Collects amounts and everything that is wrong with them; ``done`` refuses all of it together."""

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        self.knowledge = knowledge
        self.problems: list[Problem] = []

    def amount(
        self,
        path: str,
        value: Amount,
        what: str,
        unit: str,
        *,
        may_be_zero: bool = False,
        at_most: Fraction | None = None,
    ) -> Fraction:
        """The exact value in ``unit``; 0 and a problem when it cannot be read or cannot be."""
        words = _WORDS.get(unit, unit)
        if isinstance(value, Quantity):
            try:
                exact = Fraction(value.to(unit).value) if unit not in _NO_QUANTITY else self._no_unit(value)
            except UnitError as error:
                self.problems.append(error.problem.at(path))
                return Fraction(0)
        elif isinstance(value, bool) or not isinstance(value, (int, Decimal, Fraction)):
            self.add(
                Code.WRONG_TYPE,
                f"{what} must be an exact number.",
                path,
                given=str(value),
                accepted=('a whole number, Fraction(1, 3), Decimal("0.4") or a Quantity',),
                next_step="Write it as Decimal or Fraction; a binary fraction is not what it looks like.",
            )
            return Fraction(0)
        elif isinstance(value, Decimal) and not value.is_finite():
            exact = Fraction(-1)
        else:
            exact = Fraction(value)
        least = "at least 0" if may_be_zero else "above 0"
        if exact < 0 or (exact == 0 and not may_be_zero) or (at_most is not None and exact > at_most):
            top = "" if at_most is None else f", up to {show_amount(at_most)}"
            self.add(
                Code.IMPOSSIBLE_VALUE,
                f"{what} must be a number {least}{top}.",
                path,
                given=f"{value} {words}".strip() if not isinstance(value, Quantity) else str(value),
                accepted=(f"{least}{top} {words}".strip(),),
                next_step="Correct the value; nothing was planned.",
            )
            return Fraction(0)
        return exact

    def daily_dose(self, path: str, value: Amount) -> Fraction:
        """A daily dose by pump, inside what is possible (``plausibility.yaml``)."""
        return self._bounded(path, value, "The daily dose", "microgram/day", "intrathecal.daily_dose")

    def concentration(self, path: str, value: Amount) -> Fraction:
        """A solution for the pump, inside what is possible (``plausibility.yaml``)."""
        return self._bounded(path, value, "The concentration", "microgram/mL", "intrathecal.concentration")

    def weight(self, path: str, value: Amount) -> Fraction:
        """A weight in kg, inside what is possible (``plausibility.yaml``)."""
        return self._bounded(path, value, "The weight", "kg", "patient.weight", Code.IMPOSSIBLE_VALUE)

    def _bounded(
        self,
        path: str,
        value: Amount,
        what: str,
        unit: str,
        bounds: str,
        code: Code = Code.IMPLAUSIBLE_FOR_ROUTE,
    ) -> Fraction:
        exact = self.amount(path, value, what, unit)
        if self.knowledge is None or exact == 0:
            return exact
        low, high = self.knowledge.bounds[bounds].possible
        least, most = (
            Fraction(end.to(unit).value) if isinstance(end, Quantity) else Fraction(end)
            for end in (low, high)
        )
        if not least <= exact <= most:
            words = _WORDS.get(unit, unit)
            whose = " for the spinal fluid" if code is Code.IMPLAUSIBLE_FOR_ROUTE else " that can be"
            self.add(
                code,
                f"{what} is not one{whose}. {self.knowledge.bounds[bounds].because}",
                path,
                given=f"{show_amount(exact)} {words}",
                accepted=(f"{show_amount(least)} to {show_amount(most)} {words}",),
                next_step="Look whether mg and micrograms, or a decimal point, were mixed up.",
            )
            return Fraction(0)
        return exact

    @staticmethod
    def _no_unit(value: Quantity) -> Fraction:
        raise UnitError(
            Problem(
                Code.WRONG_DIMENSION,
                "A plain number is needed here.",
                given=str(value),
                next_step="Give the number alone, in the unit of its name.",
            )
        )

    def add(
        self,
        code: Code,
        why: str,
        path: str,
        *,
        given: str = "",
        accepted: tuple[str, ...] = (),
        next_step: str = "",
    ) -> None:
        """One more problem."""
        self.problems.append(Problem(code, why, path, given, accepted, next_step))

    def word(self, path: str, value: str, words: tuple[str, ...]) -> None:
        """Refuse a word that is not in a closed list."""
        if value not in words:
            self.add(Code.UNKNOWN_WORD, "No such word here.", path, given=str(value), accepted=words)

    def dates(self, first_path: str, first: date, then_path: str, then: date) -> None:
        """Refuse dates that cross."""
        if then < first:
            self.add(
                Code.CROSSED_DATES,
                f"It lies before {first_path}.",
                then_path,
                given=then.isoformat(),
                accepted=(f"from {first.isoformat()}",),
                next_step="Correct one of the two dates.",
            )

    def done(self) -> None:
        """Raises InputRefused with all problems found."""
        if self.problems:
            raise InputRefused(self.problems)


_NO_QUANTITY = {"mL/day", "mL/cm", "1"}


def show_amount(value: Fraction) -> str:
    """An exact amount for people: all decimals where there are up to four, else “about” with two decimals.

    >>> show_amount(Fraction(275, 2)), show_amount(Fraction(400, 3))
    ('137.5', 'about 133.33')
    """
    if value < 0:
        return f"-{show_amount(-value)}"
    scaled = value * 10**_MOST_DECIMALS
    if scaled.denominator == 1:
        return show_exact(Decimal(scaled.numerator).scaleb(-_MOST_DECIMALS))
    return f"about {show_number(float(value), 2 + len(str(int(abs(value)))) if abs(value) >= 1 else 4)}"


def show_hours(hours: Fraction) -> str:
    """A length of time: “11.25 hours”, with days beside it from two days on."""
    text = "1 hour" if hours == 1 else f"{show_amount(hours)} hours"
    return f"{text} ({show_amount(hours / DAY_H)} days)" if hours >= 2 * DAY_H else text


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
