"""Reading quantities and grades, and judging them: impossible is refused, unusual is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eutonia.errors import Code, Problem
from eutonia.intake.leaves import Refused, nearest, refuse, shown
from eutonia.knowledge.schema import Bounds, Term
from eutonia.units import UMOL_PER_MG_DL, Quantity, UnitError, parse_quantity, plain, unit, units_of

__all__ = ["Span", "accepted_units", "judge", "judge_count", "read_grade", "read_quantity", "span_of"]

_LONGEST = 60  # characters; longer is no quantity, and exact arithmetic on it would never end
_CHECK = "Check the number and its unit."
_LABORATORY_UNITS = ("umol/L", "mmol/L", "mg/dL")  # in which laboratories report creatinine and glucose

#: The one unit in which a dose is written for its route. Milligrams and micrograms differ a thousandfold, and
#: so do an oral dose and one into the spinal fluid: the unit is the last sign of a mix-up.
_UNIT_OF_ROUTE = {
    "oral.single_dose": "mg",
    "oral.daily_dose": "mg/day",
    "oral.overdose": "mg",
    "product.strength": "mg",
    "intrathecal.daily_dose": "microgram/day",
    "intrathecal.step_dose": "microgram",
}
_ROUTE = {
    "mg": "a dose by mouth is written in mg",
    "microgram": "a dose into the spinal fluid is written in micrograms",
}


@dataclass(frozen=True, slots=True)
class Span:
    """What a value may be (possible), what it mostly is (usual), and why; name: of what, for people."""

    possible: tuple[Quantity, Quantity]
    usual: tuple[Quantity, Quantity]
    because: str
    name: str = ""
    substance: str = ""  # for concentrations given by mass or by amount


def span_of(bounds: Bounds | Term | None) -> Span | None:
    """The span of a field or of a measurement, if one is known and is not a count."""
    if bounds is None or bounds.possible is None or bounds.usual is None:
        return None
    possible, usual = _quantities(bounds.possible), _quantities(bounds.usual)
    if possible is None or usual is None:
        return None
    if isinstance(bounds, Term):
        return Span(possible, usual, bounds.because, bounds.words, bounds.id)
    return Span(possible, usual, bounds.because)


def _quantities(pair: Sequence[Quantity | int]) -> tuple[Quantity, Quantity] | None:
    low, high = pair
    return (low, high) if isinstance(low, Quantity) and isinstance(high, Quantity) else None


def accepted_units(dimensions: Sequence[str], bounds_name: str | None = None) -> tuple[str, ...]:
    """The units in which a field is read: all of its dimensions, or the one that belongs to its route."""
    only = _UNIT_OF_ROUTE.get(bounds_name or "")
    return (only,) if only else tuple(symbol for d in dimensions for symbol in units_of(d))


def read_quantity(
    value: object, dimensions: Sequence[str], bounds_name: str | None = None, span: Span | None = None
) -> Quantity:
    """One plain number with a unit of one of ``dimensions``. Raises Refused."""
    accepted = accepted_units(dimensions, bounds_name)
    usual_unit = span.usual[1].unit.symbol if span else accepted[0]
    example = f"Write one number and one unit, for example “10 {usual_unit}”."
    if value is None:
        raise refuse(Code.MISSING_VALUE, value, "The value is empty.", example, accepted)
    if isinstance(value, (bool, int, float)):
        why = f"“{shown(value)}” has no unit; a bare number can be read in more than one unit."
        raise refuse(Code.MISSING_UNIT, value, why, f"{example} Put it in quotes.", accepted)
    if not isinstance(value, str):
        why = "A number with its unit is needed here, written as one text."
        raise refuse(Code.WRONG_TYPE, value, why, example, accepted)
    if len(value) > _LONGEST:
        why = "This text is too long for one number with a unit."
        raise refuse(Code.NOT_A_QUANTITY, value, why, example, accepted)
    _refuse_other_route(value, accepted, bounds_name, span)
    try:
        return _parse(value, dimensions)
    except UnitError as error:
        problem = error.problem
        step = problem.next_step if problem.code is Code.AMBIGUOUS_NUMBER else example
        raise Refused(replace(problem, given=value, accepted=accepted, next_step=step)) from None


def _parse(text: str, dimensions: Sequence[str]) -> Quantity:
    """The text in the first of the dimensions that fits. Raises UnitError."""
    *others, last = dimensions
    for dimension in others:
        try:
            return parse_quantity(text, dimension)
        except UnitError as error:
            if error.problem.code is not Code.WRONG_DIMENSION:
                raise
    return parse_quantity(text, last)


def _refuse_other_route(
    text: str, accepted: tuple[str, ...], bounds_name: str | None, span: Span | None
) -> None:
    """Refuse a dose in the unit of the other route, whether or not it is written as a daily dose."""
    wanted = _UNIT_OF_ROUTE.get(bounds_name or "")
    try:
        read = _parse(text, ("mass", "mass rate"))
    except UnitError:
        return
    if wanted is None or _mass(read.unit.symbol) == _mass(wanted):
        return
    why = f"“{text.strip()}” is not written in the unit of this route: {_ROUTE[_mass(wanted)]}."
    amount = Quantity(read.value, unit(_mass(read.unit.symbol))).to(_mass(wanted)).value
    if span and not span.possible[0].to(wanted).value <= amount <= span.possible[1].to(wanted).value:
        why += f" It is also outside what is possible by this route, between {_words(span.possible)}."
    step = f"Check the route, then write the dose in {unit(wanted).words}."
    raise refuse(Code.IMPLAUSIBLE_FOR_ROUTE, text, why, step, accepted)


def _mass(symbol: str) -> str:
    """The unit of mass in a unit of dose: “mg/day” gives “mg”."""
    return symbol.partition("/")[0]


def judge(read: Quantity, text: str, span: Span, units: Sequence[str] = ()) -> Problem | str | None:
    """A problem when the value is impossible, a sentence when it is unusual, None when neither.

    units: those that would be read here; if just one of them makes sense of the number, it is asked for.
    """
    if not _is_within(read, span.possible, span.substance):
        what = f"a possible value of {span.name}" if span.name else "possible here"
        why = f"“{text.strip()}” is not {what}: it must lie between {_words(span.possible)}. {span.because}"
        meant = _other_unit(read, span, units)
        step = f"Is “{meant}” meant? {_CHECK}" if meant else _CHECK
        accepted = (str(span.possible[0]), str(span.possible[1]))
        return Problem(Code.IMPOSSIBLE_VALUE, why, given=text, accepted=accepted, next_step=step)
    if not _is_within(read, span.usual, span.substance):
        of = f" for {span.name}" if span.name else ""
        value = f"{plain(read.value)} {read.unit.words}"
        return f"{value} is unusual{of}, which is mostly between {_words(span.usual)}."
    return None


def judge_count(value: int, bounds: Bounds) -> Problem | str | None:
    """The same for a whole number."""
    low, high = bounds.possible
    if isinstance(low, int) and isinstance(high, int) and not low <= value <= high:
        why = f"“{shown(value)}” is not possible here: it must lie between {low} and {high}. {bounds.because}"
        accepted = (str(low), str(high))
        return Problem(
            Code.IMPOSSIBLE_VALUE, why, given=shown(value), accepted=accepted, next_step="Check the number."
        )
    low, high = bounds.usual
    if isinstance(low, int) and isinstance(high, int) and not low <= value <= high:
        return f"{value} is unusual here, where it is mostly between {low} and {high}."
    return None


def read_grade(value: object, term: Term) -> str:
    """A grade of a scale, exactly as the scale writes it. Raises Refused."""
    grades = ", ".join(term.grades)
    if value is None or (isinstance(value, str) and not value.strip()):
        raise refuse(Code.MISSING_VALUE, value, "The grade is empty.", f"Write one of {grades}.", term.grades)
    if isinstance(value, str) and value in term.grades:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and shown(value) in term.grades:
        why = f"A grade of the {term.words} is a text, because it is kept as written and never counted with."
        raise refuse(Code.WRONG_TYPE, value, why, f"Write “{value}” in quotes.", term.grades)
    why = f"“{shown(value)}” is not a grade of the {term.words}; its grades are {grades}."
    near = nearest(value, term.grades)
    step = f"Is “{near}” meant?" if near else "Write one of the grades, in quotes."
    raise refuse(Code.UNKNOWN_WORD, value, why, step, term.grades)


def _is_within(read: Quantity, pair: tuple[Quantity, Quantity], substance: str) -> bool:
    low, high = pair
    return low.value <= _in_unit(read, low.unit.symbol, substance).value and (
        _in_unit(read, high.unit.symbol, substance).value <= high.value
    )


def _in_unit(read: Quantity, symbol: str, substance: str) -> Quantity:
    """The value in another unit, across mass and amount of substance where the factor is known."""
    target = unit(symbol).dimension
    factor = UMOL_PER_MG_DL.get(substance)
    if read.unit.dimension != target and factor is not None:
        if target == "molar concentration":
            read = Quantity(read.to("mg/dL").value * factor, unit("umol/L"))
        else:
            read = Quantity(read.to("umol/L").value / factor, unit("mg/dL"))
    return read.to(symbol)


def _other_unit(read: Quantity, span: Span, units: Sequence[str]) -> str:
    """The same number in the only other unit that would make it usual, or an empty text."""
    if span.substance in UMOL_PER_MG_DL:
        units = [symbol for symbol in units if symbol in _LABORATORY_UNITS]
    tried = [Quantity(read.value, unit(symbol)) for symbol in units if symbol != read.unit.symbol]
    usual = [other for other in tried if _is_within(other, span.usual, span.substance)]
    return str(usual[0]) if len(usual) == 1 else ""


def _words(pair: tuple[Quantity, Quantity]) -> str:
    """A span as people read it: “15 and 2500 micromoles per litre”."""
    low, high = pair
    if low.unit == high.unit:
        return f"{plain(low.value)} and {plain(high.value)} {high.unit.words}"
    return f"{plain(low.value)} {low.unit.words} and {plain(high.value)} {high.unit.words}"
