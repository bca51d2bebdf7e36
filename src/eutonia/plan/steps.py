"""What every plan of tablets, liquids or granules shares: parts of the day, doses a day, dated steps, supply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from eutonia.assess.limits import Applied, apply_limits, largest, smallest
from eutonia.assess.lists import instant_of
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge, Limit
from eutonia.plan.dispense import MadeDose, Piece, Shelf, StockItem, fewest_strengths
from eutonia.plan.outcome import PlanStep, Supply, TimedMadeDose
from eutonia.record import Form, Prefer, Scenario
from eutonia.simulate.course import ASSUMED_TIMES
from eutonia.simulate.day import PARTS
from eutonia.simulate.therapy import Step, phase_of, staircase, step_at
from eutonia.units import Quantity

__all__ = [
    "UNITS",
    "Frequency",
    "Handy",
    "add_supply",
    "count_units",
    "date_steps",
    "exact_limit",
    "find_handy",
    "find_present",
    "largest_limit",
    "make_days",
    "smallest_limit",
]

UNITS = {Form.TABLET: "tablets", Form.GRANULES: "packets", Form.LIQUID: "mL"}
Day = tuple[Fraction, tuple[MadeDose, ...]]


@dataclass(frozen=True, slots=True)
class Frequency:
    """How many doses a day: the usual number, and from which daily dose two and three are the fewest."""

    usual: int
    twice_from: Fraction
    thrice_from: Fraction

    def counts(self, daily_mg: Fraction) -> tuple[int, ...]:
        """Allowed numbers of doses for a daily dose: the usual first, then more often, then less often."""
        fewest = 3 if daily_mg >= self.thrice_from else 2 if daily_mg >= self.twice_from else 1
        allowed = [n for n in PARTS if n >= fewest]
        return tuple(sorted(allowed, key=lambda n: (n != self.usual, n < self.usual, abs(n - self.usual))))


def find_present(scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, first: date) -> Step | None:
    """The daily dose in force on the first day of the plan, and since when; None when nothing was ever taken."""
    gap = apply_limits(knowledge, sheet, "therapy.gap_bridged").limits[0].value
    assert isinstance(gap, Quantity)
    phases = [phase_of(t) for t in scenario.record.oral_therapy]
    steps = staircase(phases, timedelta(hours=gap.number("h")))
    return step_at(steps, max(instant_of(scenario), datetime.combine(first, time.min)))


def exact_limit(limit: Limit | None, unit: str) -> tuple[Limit, Fraction]:
    """A limit with its value in ``unit``, exactly; a plain number has no unit."""
    assert limit is not None
    if isinstance(limit.value, Fraction):
        return limit, limit.value
    return limit, Fraction(limit.value.to(unit).value)


def smallest_limit(applied: Applied, unit: str) -> tuple[Limit, Fraction]:
    """The smallest of the limits that hold."""
    return exact_limit(smallest(applied.limits, unit), unit)


def largest_limit(applied: Applied, unit: str) -> tuple[Limit, Fraction]:
    """The largest of the limits that hold."""
    return exact_limit(largest(applied.limits, unit), unit)


def make_days(
    days: Sequence[Day],
    shelf: Shelf,
    counts: Callable[[Fraction], Sequence[int]],
    prefer: Prefer,
    handy: Handy,
) -> tuple[Day, ...]:
    """The same daily doses, made with the fewest strengths where that is preferred, in handy volumes where they can."""
    levels = [mg for mg, _ in days if mg > 0]
    if prefer is not Prefer.PIECES and levels:
        small = fewest_strengths(shelf, levels, counts)
        days = [(mg, small.best_day(mg, counts(mg)) or () if mg > 0 else ()) for mg, _ in days]
    return tuple((mg, handy.day(mg, doses, shelf.largest_mg)) for mg, doses in days)


@dataclass(frozen=True, slots=True)
class Handy:
    """How liquids are measured where it makes little difference: in steps of ``volume_ml``, not 13.1 and 13.2 mL.

    spread: how far below the largest dose of a day the smallest may then lie, as a share of it.
    """

    volume_ml: Fraction
    spread: Fraction

    def day(self, mg: Fraction, doses: tuple[MadeDose, ...], largest_mg: Fraction) -> tuple[MadeDose, ...]:
        """The same day in as many doses and the same exact total, in handy volumes; else the doses as they are."""
        items = {piece.item for dose in doses for piece in dose.pieces}
        item = next(iter(items), None)
        if item is None or len(items) > 1 or item.is_counted or self.volume_ml % item.step:
            return doses
        made = Shelf([replace(item, step=self.volume_ml)], largest_mg).day(mg, len(doses))
        if made is None or made[-1].mg - made[0].mg > made[-1].mg * self.spread:
            return doses
        return tuple(MadeDose(d.mg, tuple(Piece(item, p.units) for p in d.pieces)) for d in made)


def find_handy(knowledge: Knowledge, sheet: FactSheet) -> Handy:
    """The handy volume and its spread, from the limits."""
    volume = smallest_limit(apply_limits(knowledge, sheet, "oral.liquid.handy_volume"), "mL")[1]
    return Handy(volume, smallest_limit(apply_limits(knowledge, sheet, "oral.liquid.handy_spread"), "1")[1])


def date_steps(days: Sequence[Day], lengths: Sequence[int], first: date) -> tuple[PlanStep, ...]:
    """Dated steps, each as many days as ``lengths`` says; the last one is left open where it has no length."""
    steps = []
    begin = first
    for index, (mg, doses) in enumerate(days):
        end = begin + timedelta(days=lengths[index] - 1) if index < len(lengths) else None
        steps.append(PlanStep(index + 1, begin, end, mg, _timed(doses)))
        if end is not None:
            begin = end + timedelta(days=1)
    return tuple(steps)


def _timed(doses: Sequence[MadeDose]) -> tuple[TimedMadeDose, ...]:
    if not doses:
        return ()
    pairs = zip(PARTS[len(doses)], ASSUMED_TIMES[len(doses)], doses, strict=True)
    return tuple(TimedMadeDose(when, at, dose) for when, at, dose in pairs)


def add_supply(steps: Sequence[PlanStep]) -> tuple[Supply, ...]:
    """Units of each product for the dated steps; an open last step has no length."""
    used: dict[tuple[str, str], Fraction] = {}
    for item, units in count_units(steps).items():
        key = (item.name, UNITS[item.form])
        used[key] = used.get(key, Fraction(0)) + units
    return tuple(Supply(name, unit, units) for (name, unit), units in sorted(used.items()))


def count_units(steps: Sequence[PlanStep]) -> dict[StockItem, Fraction]:
    """How many units of each product the steps that have an end use."""
    used: dict[StockItem, Fraction] = {}
    for step in steps:
        for piece in (p for timed in step.doses for p in timed.dose.pieces if step.days is not None):
            used[piece.item] = used.get(piece.item, Fraction(0)) + piece.units * (step.days or 0)
    return used
