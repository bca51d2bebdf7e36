"""A way down: from today's dose to a lower one or none, in steps that can be dispensed and never rise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from eutonia.assess.dosing import Dosing
from eutonia.assess.limits import apply_limits
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge, Limit
from eutonia.plan.dispense import Shelf
from eutonia.plan.outcome import PlanStep, Reason, Refusal, Rejected, Supply
from eutonia.plan.pace import Pace, find_pace
from eutonia.plan.refuse import (
    refuse_missing,
    refuse_recent_overdose,
    refuse_unclear_withdrawal,
    refuse_unknown_present,
    show_mg,
)
from eutonia.plan.steps import (
    Day,
    Frequency,
    add_supply,
    date_steps,
    find_handy,
    find_present,
    make_days,
    smallest_limit,
)
from eutonia.plan.stock import find_stock
from eutonia.record import Prefer, Scenario, Taper, TaperWay
from eutonia.simulate.therapy import Step

__all__ = ["Descent", "cuts_of", "plan_taper", "present_level", "walk_down"]


@dataclass(frozen=True, slots=True)
class Descent:
    """The dated steps of a way down and what shaped them, before anybody simulated or judged it.

    start_mg: the dose from which it falls (after going back, the one gone back to). first_cut: which step is the
    first that lies below it.
    """

    steps: tuple[PlanStep, ...]
    supply: tuple[Supply, ...]
    start_mg: Fraction
    first_cut: int
    small_from_mg: Fraction
    limits_used: tuple[Limit, ...]
    rejected: tuple[Rejected, ...]
    left_out: tuple[str, ...]
    remarks: tuple[str, ...]


def plan_taper(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, dosing: Dosing
) -> Descent | Refusal:
    """The way down that the question asks for, or a Refusal that names what stands against it.

    Exact throughout: a step is a dose that can be made, the lowest one that is not below what the cut allows; where
    there is none, the neighbours are named and nothing is rounded.
    """
    taper = scenario.question.taper or Taper()
    first = scenario.question.start_on or scenario.as_of.on
    level = present_level(scenario, knowledge, sheet, first)
    if isinstance(level, Refusal):
        return level
    if taper.way is TaperWay.AT_ONCE:
        return _at_once(scenario, knowledge, sheet, taper, level, first)
    refusal = refuse_recent_overdose(sheet)
    target = Fraction(0)
    if scenario.question.target is not None:
        target = Fraction(scenario.question.target.to("mg/day").value)
    returned: Fraction | None = None
    if refusal is None and taper.way is TaperWay.AFTER_WITHDRAWAL:
        refusal = refuse_unclear_withdrawal(knowledge, sheet)
        returned = _last_tolerated(dosing)
        if returned is None and refusal is None:
            refusal = Refusal(
                Reason.MISSING_FACTS,
                "No higher dose is recorded from which the present one was cut; there is nothing to go back to.",
                "Record the doses taken before the last cut, with their dates.",
                missing=("current_oral_daily_dose",),
            )
    if refusal is not None:
        return refusal
    if target >= level:
        return Refusal(
            Reason.NOT_DOWNWARDS,
            f"The target of {show_mg(target)} a day is not below the present {show_mg(level)} a day.",
            "A way up is a titration, not a taper.",
        )
    pace = find_pace(knowledge, sheet, taper, returned or level)
    return walk_down(scenario, knowledge, sheet, pace, level, target, first, returned)


def present_level(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, first: date
) -> Fraction | Refusal:
    """The daily dose to start from, exactly; refused where it is not known or nothing is taken."""
    current = sheet.number("current_oral_daily_dose")
    if current is None:
        return refuse_missing(("current_oral_daily_dose",), sheet)
    refusal = refuse_unknown_present(scenario, sheet)
    if refusal is not None:
        return refusal
    present: Step | None = find_present(scenario, knowledge, sheet, first)
    level = Fraction(str(present.daily_mg)) if present is not None else Fraction(0)
    if level == 0:
        return Refusal(
            Reason.NOT_DOWNWARDS,
            "No baclofen by mouth is taken on the first day of the plan; there is nothing to lower.",
            "Record what is taken, with its dates.",
        )
    return level


def walk_down(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    pace: Pace,
    level: Fraction,
    target: Fraction,
    first: date,
    returned: Fraction | None = None,
) -> Descent | Refusal:
    """The steps from ``level`` (or the dose gone back to) down to ``target`` at this pace."""
    items, left_out = find_stock(scenario, knowledge, sheet)
    if not items:
        says = " ".join(["There is no product to plan with.", *left_out])
        return Refusal(Reason.NO_STOCK, says, "Name the products in stock in the question.")
    single_limit, single = smallest_limit(apply_limits(knowledge, sheet, "oral.single_dose.max"), "mg")
    taken = sheet.number("oral_single_dose")
    # Nobody takes a larger single dose on the way down than before it, and nobody is refused for the present one.
    shelf = Shelf(items, max(single, Fraction(str(taken or 0))))
    frequency = _frequency(knowledge, sheet)
    start = returned or level
    days: list[Day] = []
    rejected: list[Rejected] = []
    if returned is not None:
        made = shelf.best_day(returned, frequency.counts(returned))
        if made is None:
            return _refuse(shelf, frequency, start, returned, pace)
        days.append((returned, made))
    for found in _levels(start, target, pace, shelf, frequency, rejected):
        if isinstance(found, Refusal):
            return found
        days.append(found)
    exact = make_days(
        days, shelf, frequency.counts, scenario.question.prefer or Prefer.PIECES, find_handy(knowledge, sheet)
    )
    hold = [pace.return_days] if returned is not None else []
    lengths = [*hold, *[pace.days] * len(days)][: len(days) - 1]
    steps = date_steps(exact, lengths, first)
    return Descent(
        steps=steps,
        supply=add_supply(steps),
        start_mg=start,
        first_cut=len(hold),
        small_from_mg=pace.small_from_mg,
        limits_used=(*pace.limits, single_limit),
        rejected=tuple(rejected),
        left_out=left_out,
        remarks=(*pace.remarks, *_more_doses(sheet, steps)),
    )


def _more_doses(sheet: FactSheet, steps: Sequence[PlanStep]) -> tuple[str, ...]:
    """A way down that begins with more doses a day than are taken says so: not the dose alone changes."""
    taken, planned = sheet.number("doses_per_day"), len(steps[0].doses)
    if not taken:
        return ("How often baclofen is taken now is not recorded; three doses a day are planned for.",)
    if planned <= taken:
        return ()
    return (f"The plan has {planned} doses a day where {taken:g} are taken now, so that no dose is large.",)


def _levels(
    start: Fraction,
    target: Fraction,
    pace: Pace,
    shelf: Shelf,
    frequency: Frequency,
    rejected: list[Rejected],
) -> Iterator[Day | Refusal]:
    """Each daily dose on the way down with its doses, the last one ``target``; a Refusal where one is missing."""
    level, number = start, 0
    while level > target:
        number += 1
        wanted = max(pace.next_level(start, level, number), target)
        if wanted == 0:
            yield Fraction(0), ()
            return
        made = shelf.smallest_day(wanted, level, frequency.counts)
        if made is None and target == 0 and pace.may_end_from(level):
            rejected.append(Rejected(wanted, "cannot be made exactly; the last cut takes all that is left"))
            yield Fraction(0), ()
            return
        if made is None or (target == wanted and made[0] != target):
            yield _refuse(shelf, frequency, level, wanted, pace)
            return
        if made[0] != wanted:
            below, _ = shelf.nearest_days(wanted, frequency.counts, level)
            other = f"; {show_mg(below)} would be the next below" if below is not None else ""
            why = f"cannot be made exactly; {show_mg(made[0])}, a smaller cut, is used{other}"
            rejected.append(Rejected(wanted, why))
        level = made[0]
        yield made


def _refuse(shelf: Shelf, frequency: Frequency, level: Fraction, wanted: Fraction, pace: Pace) -> Refusal:
    """Why the way down cannot go on from ``level``, with the nearest days that can be made.

    None lies above the dose taken: on the way down a larger one is no neighbour.
    """
    most = max(level, wanted)
    found = shelf.nearest_days(wanted, frequency.counts, most)
    near = tuple(x for x in found if x is not None and x <= most)
    says = (
        f"From {show_mg(level)} a day the next step would be {show_mg(wanted)} a day, and no day from there up to "
        f"below {show_mg(level)} can be made exactly from the products in stock."
    )
    if wanted >= level:
        says = f"{show_mg(wanted)} a day cannot be made exactly from the products in stock."
    named = "Nearest days that can be made: " + " and ".join(map(show_mg, near)) + ". " if near else ""
    step = f"{named}Add a smaller strength or a liquid to the stock, or ask for another cut."
    return Refusal(Reason.CANNOT_BE_MADE, says, step, limits=pace.limits, nearest_mg=near)


def _frequency(knowledge: Knowledge, sheet: FactSheet) -> Frequency:
    """Three doses a day, or four where four are taken, as long as the dose is large enough to be split so.

    Labels split a day into at least three; fewer only below the doses that the limits name.
    """
    named = [x.value for x in knowledge.limits if x.name == "oral.start.doses_per_day"]
    counts = [int(value) for value in named if isinstance(value, Fraction)]
    least, most = min(counts), max(counts)
    taken = int(sheet.number("doses_per_day") or least)
    _, twice = smallest_limit(apply_limits(knowledge, sheet, "oral.frequency.twice_from"), "mg/day")
    _, thrice = smallest_limit(apply_limits(knowledge, sheet, "oral.frequency.thrice_from"), "mg/day")
    return Frequency(min(max(taken, least), most), twice, thrice)


def _last_tolerated(dosing: Dosing) -> Fraction | None:
    """The daily dose before the cut that led to the present one; None when none is recorded."""
    steps = [s for s in dosing.taken if s.start is None or s.start <= dosing.now]
    falls = [a for a, b in pairwise(steps) if b.daily_mg < a.daily_mg and b.daily_mg > 0 and b is steps[-1]]
    return Fraction(str(falls[-1].daily_mg)) if falls else None


def _at_once(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, taper: Taper, level: Fraction, first: date
) -> Descent | Refusal:
    """No further dose from the first day; only where a clinician says that toxic effects threaten life."""
    if taper.life_threatening is not True:
        rule = knowledge.rule("TAP-01")
        said = " Whether toxic effects threaten life is not answered." * (taper.life_threatening is None)
        return Refusal(
            Reason.ABRUPT,
            f"Stopping {show_mg(level)} a day at once is not planned.{said} {rule.say}",
            f"{rule.do} Where toxic effects threaten life, answer that in the question: the plan then shows both "
            "dangers.",
            sources=rule.evidence,
        )
    if first != scenario.as_of.on:
        return Refusal(
            Reason.ABRUPT,
            "What threatens life today is not stopped on a later day.",
            "Leave the first day out; the last dose is then the one already taken.",
        )
    small_from = smallest_limit(apply_limits(knowledge, sheet, "taper.small_steps_from"), "mg/day")[1]
    steps = date_steps([(Fraction(0), ())], [], first)
    watch = apply_limits(knowledge, sheet, "withdrawal.watch").limits
    return Descent(steps, (), level, 0, small_from, watch, (), (), ())


def cuts_of(descent: Descent) -> Sequence[tuple[Fraction, Fraction]]:
    """Each cut as the dose before it and the dose after it."""
    levels = [descent.start_mg, *(s.daily_mg for s in descent.steps[descent.first_cut :])]
    return [(a, b) for a, b in pairwise(levels) if b < a]
