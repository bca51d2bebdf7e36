"""Quantities with a closed set of units, and the only conversion factors in the house.

A quantity is written as a plain decimal number and a unit: ``10 mg``, ``3.2 mg/dL``, ``62 kg``.
Nothing else is read: no ranges, signs, exponents, products, digit groups or bare numbers. A dosing
tool that repairs such input has turned "5-10" into 510 (see docs/decisions/0002-intake-refuses.md).

Oral and intrathecal doses are different types: adding them is a type error, because 1 mg by mouth and
1 mg into the spinal fluid are not the same thing by two orders of magnitude.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from eutonia.errors import Code, Problem

__all__ = [
    "CREATININE_UMOL_PER_MG_DL",
    "UMOL_PER_MG_DL",
    "IntrathecalDose",
    "OralDose",
    "Quantity",
    "Unit",
    "UnitError",
    "parse_quantity",
    "spellings_of",
    "unit",
    "units_of",
]

#: Creatinine: micromol/L in 1 mg/dL (molar mass 113.12 g/mol gives 88.4; factor as printed with the
#: kidney equations, facts "Support formulae").
CREATININE_UMOL_PER_MG_DL = Decimal("88.4")

#: Micromol/L in 1 mg/dL by substance, where records hold both; glucose from its molar mass of 180.16 g/mol.
UMOL_PER_MG_DL: Mapping[str, Decimal] = MappingProxyType(
    {"creatinine": CREATININE_UMOL_PER_MG_DL, "glucose": Decimal("55.51")}
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the closed set.

    symbol: how it is stored (ASCII, UCUM-like). words: how a person reads it. dimension: what kind of
    quantity. factor: multiply a value in this unit by it to get the dimension's base unit.
    """

    symbol: str
    words: str
    dimension: str
    factor: Decimal


def _table() -> dict[str, Unit]:
    rows = [
        # symbol, words, dimension, factor to the first unit of the dimension
        ("mg", "mg", "mass", "1"),
        ("microgram", "micrograms", "mass", "0.001"),
        ("g", "g", "mass", "1000"),
        ("kg", "kg", "mass", "1000000"),
        ("mg/day", "mg a day", "mass rate", "1"),
        ("microgram/day", "micrograms a day", "mass rate", "0.001"),
        # Grams a day are for alcohol alone: a dose of baclofen written in grams is refused, not converted.
        ("g/day", "g a day", "alcohol intake", "1"),
        ("mg/kg/day", "mg per kg a day", "mass rate per body mass", "1"),
        ("mg/kg", "mg per kg", "mass per body mass", "1"),
        ("h", "hours", "time", "1"),
        ("min", "minutes", "time", None),
        ("day", "days", "time", "24"),
        ("week", "weeks", "time", "168"),
        # Calendar units only describe durations such as an age; dates do the exact work.
        ("month", "months", "time", "730.5"),
        ("year", "years", "time", "8766"),
        ("cm", "cm", "length", "1"),
        ("m", "m", "length", "100"),
        ("mm", "mm", "length", "0.1"),
        ("mL", "mL", "volume", "1"),
        ("L", "L", "volume", "1000"),
        ("mg/mL", "mg per mL", "mass concentration", "1000000"),
        ("microgram/mL", "micrograms per mL", "mass concentration", "1000"),
        ("ng/mL", "nanograms per mL", "mass concentration", "1"),
        ("microgram/L", "micrograms per litre", "mass concentration", "1"),
        ("mg/L", "mg per litre", "mass concentration", "1000"),
        ("mg/dL", "mg per dL", "mass concentration", "10000"),
        ("g/L", "g per litre", "mass concentration", "1000000"),
        ("g/dL", "g per dL", "mass concentration", "10000000"),
        ("umol/L", "micromoles per litre", "molar concentration", "1"),
        ("mmol/L", "millimoles per litre", "molar concentration", "1000"),
        ("mL/min", "mL per minute", "flow", "1"),
        ("L/h", "litres per hour", "flow", None),
        ("mL/min/1.73m2", "mL per minute per 1.73 square metres", "flow per body surface", "1"),
        ("mmHg", "mm of mercury", "pressure", "1"),
        ("U/L", "units per litre", "catalytic activity", "1"),
        ("degC", "degrees Celsius", "temperature", "1"),
        ("per min", "per minute", "frequency", "1"),
        ("percent", "per cent", "proportion", "1"),
        ("point", "points", "score", "1"),
    ]
    exact = {"min": Decimal(1) / Decimal(60), "L/h": Decimal(1000) / Decimal(60)}
    return {s: Unit(s, w, d, exact[s] if f is None else Decimal(f)) for s, w, d, f in rows}


_UNITS: Mapping[str, Unit] = MappingProxyType(_table())

# Spellings accepted on input. They are read, never written.
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "mcg": "microgram",
        "ug": "microgram",
        "\u00b5g": "microgram",
        "\u03bcg": "microgram",
        "micrograms": "microgram",
        "mcg/day": "microgram/day",
        "ug/day": "microgram/day",
        "\u00b5g/day": "microgram/day",
        "\u03bcg/day": "microgram/day",
        "ug/d": "microgram/day",
        "micrograms/day": "microgram/day",
        "mg/d": "mg/day",
        "mg per day": "mg/day",
        "mg a day": "mg/day",
        "g/d": "g/day",
        "g per day": "g/day",
        "g a day": "g/day",
        "micrograms per day": "microgram/day",
        "mcg/mL": "microgram/mL",
        "ug/mL": "microgram/mL",
        "\u00b5g/mL": "microgram/mL",
        "\u03bcg/mL": "microgram/mL",
        "micrograms/mL": "microgram/mL",
        "ug/L": "microgram/L",
        "\u00b5g/L": "microgram/L",
        "\u03bcg/L": "microgram/L",
        "hour": "h",
        "hours": "h",
        "minutes": "min",
        "days": "day",
        "weeks": "week",
        "months": "month",
        "years": "year",
        "y": "year",
        "ml": "mL",
        "l": "L",
        "mg/ml": "mg/mL",
        "ng/ml": "ng/mL",
        "mg/dl": "mg/dL",
        "\u00b5mol/L": "umol/L",
        "\u03bcmol/L": "umol/L",
        "micromol/L": "umol/L",
        "ml/min": "mL/min",
        "mL/min/1.73 m2": "mL/min/1.73m2",
        "mL/min/1.73m\u00b2": "mL/min/1.73m2",
        "mL/min/{1.73_m2}": "mL/min/1.73m2",
        "mm[Hg]": "mmHg",
        "IU/L": "U/L",
        "Cel": "degC",
        "\u00b0C": "degC",
        "/min": "per min",
        "%": "percent",
        "points": "point",
    }
)


class UnitError(ValueError):
    """A text that is not a quantity, or a conversion that has no meaning.

    ``problem`` says what was given and what is accepted; the path is filled in by intake.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.why)
        self.problem = problem


@cache
def unit(symbol: str) -> Unit:
    """The unit written ``symbol`` (or one of its accepted spellings). Raises UnitError."""
    found = _UNITS.get(_SPELLINGS.get(symbol, symbol))
    if found is None:
        raise UnitError(
            Problem(
                code=Code.UNKNOWN_UNIT,
                given=symbol,
                accepted=tuple(_UNITS),
                why=f"“{symbol}” is not a unit this record uses.",
                next_step="Write one of the accepted units.",
            )
        )
    return found


def units_of(dimension: str) -> tuple[str, ...]:
    """All unit symbols of one dimension, e.g. ``units_of("flow")`` gives ('mL/min', 'L/h')."""
    return tuple(u.symbol for u in _UNITS.values() if u.dimension == dimension)


def spellings_of(symbol: str) -> tuple[str, ...]:
    """All ways in which one unit may be written on input, its own symbol first."""
    return (symbol, *(spelling for spelling, meant in _SPELLINGS.items() if meant == symbol))


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact decimal value and its unit."""

    value: Decimal
    unit: Unit

    def to(self, symbol: str) -> Quantity:
        """The same quantity in another unit of the same dimension. Raises UnitError."""
        target = unit(symbol)
        if target.dimension != self.unit.dimension:
            raise UnitError(
                Problem(
                    code=Code.WRONG_DIMENSION,
                    given=str(self),
                    accepted=units_of(target.dimension),
                    why=f"{self} is a {self.unit.dimension}; a {target.dimension} is needed here.",
                    next_step="Check which value belongs in this field.",
                )
            )
        if target == self.unit:
            return self
        return Quantity(self.value * self.unit.factor / target.factor, target)

    def number(self, symbol: str) -> float:
        """The value as a float in the unit named; for arithmetic inside the model."""
        return float(self.to(symbol).value)

    def __str__(self) -> str:
        return f"{plain(self.value)} {self.unit.symbol}"


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: 5, 0.5, 1250."""
    text = format(value.normalize(), "f")
    return "0" if text in {"-0", ""} else text


_DOSES = frozenset({"mass", "mass rate", "mass per body mass", "mass rate per body mass"})
_THOUSANDS_POINT = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_QUANTITY = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([^\s0-9.,+\-].*?)?\s*")
_GROUPED = re.compile(
    r"\s*[0-9]{1,3}(?:[,'\u00a0 ][0-9]{3})+(?:\.[0-9]+)?(?:\s*[a-zA-Z%].*)?|\s*[0-9]+,[0-9]+.*"
)


def _refuse(code: Code, given: str, why: str, accepted: tuple[str, ...], next_step: str) -> UnitError:
    return UnitError(Problem(code=code, given=given, accepted=accepted, why=why, next_step=next_step))


def parse_quantity(text: str, dimension: str) -> Quantity:
    """Read ``text`` as one plain decimal number and one unit of ``dimension``.

    Raises UnitError, whose problem names what was given, what is accepted and why, for anything else:
    an empty text, a bare number, a range, a sign, an exponent, a product, a digit group, an unknown unit
    or a unit of another dimension. Example: ``parse_quantity("3.2 mg/dL", "mass concentration")``.
    """
    accepted = units_of(dimension)
    example = f"Write one number and one unit, for example “10 {accepted[0]}”."
    if not text.strip():
        raise _refuse(Code.MISSING_VALUE, text, "The value is empty.", accepted, example)
    if _GROUPED.fullmatch(text):
        why = f"“{text}” can be read as a thousands separator or as a decimal comma; a thousandfold apart."
        raise _refuse(Code.AMBIGUOUS_NUMBER, text, why, accepted, "Write 2000 or 2.5, without a comma.")
    match = _QUANTITY.fullmatch(text)
    if match is None:
        why = f"“{text}” is not one plain number with a unit: a range, sign, exponent or product is not read."
        raise _refuse(Code.NOT_A_QUANTITY, text, why, accepted, example)
    number, symbol = match.group(1), match.group(2)
    if dimension in _DOSES and _THOUSANDS_POINT.fullmatch(number):
        why = f"“{text}” can be read with a decimal point or, where a point groups thousands, a thousand times larger."
        raise _refuse(Code.AMBIGUOUS_NUMBER, text, why, accepted, "Write 2.5 or 2500.")
    if symbol is None:
        why = f"“{text}” has no unit; a bare number can be read in more than one unit."
        raise _refuse(Code.MISSING_UNIT, text, why, accepted, example)
    symbol = " ".join(symbol.split())
    known = _UNITS.get(_SPELLINGS.get(symbol, symbol))
    if known is None:
        if re.search(r"[0-9]", symbol) and not symbol.startswith(("m", "M")):
            # "1e3 mg", "2 x 10": the rest of the number was taken for a unit.
            why = f"“{text}” is not one plain number with a unit: an exponent or product is not read."
            raise _refuse(Code.NOT_A_QUANTITY, text, why, accepted, example)
        why = f"“{symbol}” is not a unit known here."
        raise _refuse(Code.UNKNOWN_UNIT, text, why, accepted, example)
    if known.dimension != dimension:
        why = f"“{text}” is a {known.dimension}; a {dimension} is needed here."
        raise _refuse(Code.WRONG_DIMENSION, text, why, accepted, example)
    return Quantity(Decimal(number), known)


@dataclass(frozen=True, slots=True, order=True)
class OralDose:
    """A dose by mouth, in mg."""

    mg: Decimal

    def __add__(self, other: OralDose) -> OralDose:
        if not isinstance(other, OralDose):
            raise TypeError("an oral dose can only be added to an oral dose")
        return OralDose(self.mg + other.mg)

    def __str__(self) -> str:
        return f"{plain(self.mg)} mg"


@dataclass(frozen=True, slots=True, order=True)
class IntrathecalDose:
    """A dose into the spinal fluid, in micrograms."""

    micrograms: Decimal

    def __add__(self, other: IntrathecalDose) -> IntrathecalDose:
        if not isinstance(other, IntrathecalDose):
            raise TypeError("an intrathecal dose can only be added to an intrathecal dose")
        return IntrathecalDose(self.micrograms + other.micrograms)

    def __str__(self) -> str:
        return f"{plain(self.micrograms)} micrograms"
