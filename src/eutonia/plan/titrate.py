"""A titration: from today's dose to a target in dispensable steps, through every limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from eutonia.assess.limits import Ceiling, apply_limits, find_ceiling
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge, Limit
from eutonia.plan.dispense import MadeDose, Shelf
from eutonia.plan.outcome import PlanStep, Reason, Refusal, Rejected, Supply
from eutonia.plan.refuse import (
    refuse_after_overdose,
    refuse_any_dose,
    refuse_missing,
    refuse_old_kidney,
    refuse_unknown_present,
    show_mg,
)
from eutonia.plan.steps import (
    Frequency,
    Handy,
    add_supply,
    date_steps,
    find_handy,
    find_present,
    largest_limit,
    make_days,
    smallest_limit,
)
from eutonia.plan.stock import find_stock
from eutonia.record import Prefer, Scenario
from eutonia.show import show_count, show_date
from eutonia.units import Quantity


@dataclass(frozen=True, slots=True)
class Ladder:
    """The dated steps of a titration and what shaped them, before anybody simulated or judged it."""

    steps: tuple[PlanStep, ...]
    supply: tuple[Supply, ...]
    ceiling: Ceiling
    limits_used: tuple[Limit, ...]
    rejected: tuple[Rejected, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pace:
    """How the climb goes: first dose, doses a day, largest rise, days on a step, largest single dose."""

    start_mg: Fraction
    frequency: Frequency
    rise_mg: Fraction
    days: int
    single_mg: Fraction
    limits: tuple[Limit, ...]


def plan_titration(scenario: Scenario, knowledge: Knowledge, sheet: FactSheet) -> Ladder | Refusal:
    """The ladder to ``question.target``, or a Refusal that names the limit or the missing fact.

    Exact throughout: a target that cannot be made is refused with its neighbours, never rounded.
    """
    target_quantity = scenario.question.target
    assert target_quantity is not None  # intake has made sure
    target = Fraction(target_quantity.to("mg/day").value)
    current = sheet.number("current_oral_daily_dose")
    if current is None:
        return refuse_missing(("current_oral_daily_dose",), sheet)
    first = scenario.question.start_on or scenario.as_of.on
    refusal = refuse_after_overdose(knowledge, sheet) or refuse_unknown_present(scenario, sheet)
    if refusal is not None:
        return refusal
    present = find_present(scenario, knowledge, sheet, first)
    level = Fraction(str(present.daily_mg)) if present is not None else Fraction(0)
    items, left_out = find_stock(scenario, knowledge, sheet)
    if not items:
        says = " ".join(["There is no product to plan with.", *left_out])
        return Refusal(Reason.NO_STOCK, says, "Name the products in stock in the question.")
    ceiling = find_ceiling(knowledge, sheet)
    refusal = refuse_any_dose(target, level, ceiling, sheet) or refuse_old_kidney(knowledge, sheet)
    if refusal is not None:
        return refusal
    pace = _pace(knowledge, sheet)
    if isinstance(pace, Refusal):
        return pace
    shelf = Shelf(items, pace.single_mg)
    refusal = _refuse_target(target, ceiling, shelf, pace.frequency)
    if refusal is not None:
        return refusal
    held: list[Rejected] = []
    if level > 0:
        if present is None or present.start is None:
            return refuse_missing(("days_since_increase",), sheet)
        earliest = present.start.date() + timedelta(days=pace.days)
        if earliest > first:
            why = f"not before {show_date(earliest)}: {show_mg(level)} a day is held for at least "
            held.append(Rejected(min(level + pace.rise_mg, target), why + show_count(pace.days, "day")))
            first = earliest
    steps, rejected = _climb(
        level, target, pace, shelf, first, scenario.question.prefer, find_handy(knowledge, sheet)
    )
    if isinstance(steps, Refusal):
        return steps
    rejected = (*held, *rejected)
    return Ladder(steps, add_supply(steps), ceiling, pace.limits, rejected, left_out)


def _refuse_target(target: Fraction, ceiling: Ceiling, shelf: Shelf, frequency: Frequency) -> Refusal | None:
    """Why this target cannot be planned, if so."""
    assert ceiling.mg_per_day is not None  # a dose can be planned
    if target > ceiling.mg_per_day:
        nearest = max(shelf.days_up_to(ceiling.mg_per_day, frequency.counts), default=None)
        says = (
            f"The target of {show_mg(target)} a day is above the largest dose for this patient, "
            f"{show_mg(ceiling.mg_per_day)} a day."
        )
        step = (
            f"The largest day that can be made below it is {show_mg(nearest)}."
            if nearest
            else "No day below it can be made from the products in stock."
        )
        return Refusal(
            Reason.OVER_CEILING,
            says,
            step,
            limits=ceiling.binding,
            nearest_mg=(nearest,) if nearest else (),
            considered=ceiling.considered,
        )
    if shelf.best_day(target, frequency.counts(target)) is None:
        found = shelf.nearest_days(target, frequency.counts, ceiling.mg_per_day)
        near = tuple(d for d in found if d is not None)
        return Refusal(
            Reason.CANNOT_BE_MADE,
            f"{show_mg(target)} a day cannot be made exactly from the products in stock.",
            "The nearest days that can be made: " + " and ".join(map(show_mg, near)) + "." if near else "",
            nearest_mg=near,
        )
    return None


def _pace(knowledge: Knowledge, sheet: FactSheet) -> _Pace | Refusal:
    """The most cautious pace among the limits that hold; a limit that cannot be decided stops the plan."""
    needed = ("oral.start.daily_dose", "oral.start.doses_per_day", "oral.step.size", "oral.step.days")
    applied = {name: apply_limits(knowledge, sheet, name) for name in (*needed, "oral.single_dose.max")}
    missing = [m for name in needed for m in applied[name].missing]
    if missing:
        return refuse_missing(tuple(dict.fromkeys(missing)), sheet)
    weight = sheet.number("weight")
    starts = [(limit, _start_mg(limit, weight)) for limit in applied["oral.start.daily_dose"].limits]
    known = [(limit, mg) for limit, mg in starts if mg is not None]
    if not starts:
        return Refusal(
            Reason.NOT_LABELLED,
            "No labelled first dose by mouth was found for this patient's age where they are treated.",
            "A specialist may decide on other grounds; the sources shown say what others do.",
        )
    if not known:
        return refuse_missing(("weight",), sheet)
    first_limit, start = min(known, key=lambda pair: pair[1])
    rise_limit, rise = smallest_limit(applied["oral.step.size"], "mg/day")
    days_limit, days = largest_limit(applied["oral.step.days"], "day")
    single_limit, single = smallest_limit(applied["oral.single_dose.max"], "mg")
    counts = [limit.value for limit in applied["oral.start.doses_per_day"].limits]
    usual = max(int(value) for value in counts if isinstance(value, Fraction))
    _, twice = smallest_limit(apply_limits(knowledge, sheet, "oral.frequency.twice_from"), "mg/day")
    thrice_limit, thrice = smallest_limit(
        apply_limits(knowledge, sheet, "oral.frequency.thrice_from"), "mg/day"
    )
    return _Pace(
        start_mg=start,
        frequency=Frequency(usual, twice, thrice),
        rise_mg=rise,
        days=int(days),
        single_mg=single,
        limits=(first_limit, rise_limit, days_limit, single_limit, thrice_limit),
    )


def _start_mg(limit: Limit, weight: float | None) -> Fraction | None:
    """The first daily dose in mg; a dose per kg needs the weight."""
    assert isinstance(limit.value, Quantity)
    if limit.value.unit.dimension == "mass rate per body mass":
        return None if weight is None else Fraction(limit.value.value) * Fraction(str(weight))
    return Fraction(limit.value.to("mg/day").value)


def _climb(
    current: Fraction, target: Fraction, pace: _Pace, shelf: Shelf, first: date, prefer: Prefer, handy: Handy
) -> tuple[tuple[PlanStep, ...] | Refusal, tuple[Rejected, ...]]:
    """Rises as large as the pace allows, each day made exactly, until the target is reached."""
    levels: list[tuple[Fraction, tuple[MadeDose, ...]]] = []
    rejected: list[Rejected] = []
    level = current
    while level < target:
        wanted = min(level + pace.rise_mg, target) if level > 0 else min(pace.start_mg, target)
        made = _best_day(shelf, level, wanted, target, pace, rejected)
        if made is None:
            return _refuse_step(level, wanted, target, pace, shelf), tuple(rejected)
        level, doses = made
        levels.append((level, doses))
    made_days = make_days(levels, shelf, pace.frequency.counts, prefer, handy)
    return date_steps(made_days, [pace.days] * (len(levels) - 1), first), tuple(rejected)


def _refuse_step(level: Fraction, wanted: Fraction, target: Fraction, pace: _Pace, shelf: Shelf) -> Refusal:
    """Why the climb cannot go on from ``level``, and the neighbours: the dose it stays on, and the next above."""
    _, above = shelf.nearest_days(wanted, pace.frequency.counts, target)
    near = tuple(x for x in (level, above) if x)
    next_up = f"The next day that can be made is {show_mg(above)}, a larger one than that. " if above else ""
    says = f"No first dose of at most {show_mg(wanted)} a day can be made from the products in stock."
    if level > 0:
        says = (
            f"From {show_mg(level)} a day no next step can be made from the products in stock within the largest "
            f"rise of {show_mg(pace.rise_mg)} a day."
        )
    return Refusal(
        Reason.CANNOT_BE_MADE,
        says,
        f"{next_up}Add a smaller strength or a liquid to the stock.",
        limits=pace.limits,
        nearest_mg=near,
    )


def _best_day(
    shelf: Shelf,
    level: Fraction,
    wanted: Fraction,
    target: Fraction,
    pace: _Pace,
    rejected: list[Rejected],
) -> tuple[Fraction, tuple[MadeDose, ...]] | None:
    """The largest makeable day above ``level`` and not above ``wanted``; the usual number of doses first."""
    best = shelf.largest_day(wanted, level, pace.frequency.counts)
    if best is None:
        return None
    mg, made = best
    if mg != wanted:
        _, above = shelf.nearest_days(wanted, pace.frequency.counts, target)
        over = f"; {show_mg(above)} would be the next above, a larger rise than planned" if above else ""
        rejected.append(
            Rejected(wanted, f"cannot be made exactly; {show_mg(mg)}, the next below, is used{over}")
        )
    return mg, made


def describe_ladder(ladder: Ladder) -> str:
    """One line: from where to where in how many steps."""
    last = ladder.steps[-1]
    return f"{show_mg(last.daily_mg)} a day in {show_count(len(ladder.steps), 'step')}"
