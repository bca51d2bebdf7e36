"""How fast a taper falls: the size of each cut and the days between, for each way of tapering."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from eutonia.assess.limits import Applied, apply_limits, smallest
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge, Limit
from eutonia.plan.steps import exact_limit, largest_limit, smallest_limit
from eutonia.record import Taper, TaperWay
from eutonia.units import Quantity

__all__ = ["Pace", "find_pace"]

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Pace:
    """The cuts of one taper. equal_cuts: that many equal ones; else largest cut, share of the dose and of the start.

    slow_cut_mg: the smaller of our usual cuts. share: of the current dose, above ``small_from_mg``; below it
    ``small_mg`` holds, and never more than ``small_share`` of the start. last_share: of the start; where cuts are bound
    to the start, less than that is no step of its own but is left out together with the last one.
    """

    way: TaperWay
    days: int
    return_days: int
    cut_mg: Fraction
    slow_cut_mg: Fraction
    share: Fraction
    small_mg: Fraction
    small_share: Fraction
    small_from_mg: Fraction
    start_share: Fraction | None
    last_share: Fraction
    equal_cuts: int
    limits: tuple[Limit, ...]
    remarks: tuple[str, ...]

    def next_level(self, start: Fraction, level: Fraction, number: int) -> Fraction:
        """The lowest daily dose that the ``number``-th cut allows, from ``level`` on a way down from ``start``."""
        if self.equal_cuts:
            return max(start * (1 - Fraction(number, self.equal_cuts)), Fraction(0))
        cut = self._cut(start, level)
        if self.start_share is not None:
            cut = min(cut, start * self.start_share)
        if self._is_bound(start) and level - cut < start * self.last_share:
            return Fraction(0)
        return max(level - cut, Fraction(0))

    def _is_bound(self, start: Fraction) -> bool:
        """Whether the cuts hang on the first dose: then rounding alone must not leave a last step."""
        is_small = self.way is not TaperWay.FIXED and start * self.small_share < self.small_mg
        return self.start_share is not None or self.way is TaperWay.PERCENT_OF_START or is_small

    def may_end_from(self, level: Fraction) -> bool:
        """Whether what is left may be the last cut where nothing smaller can be made: small, and not in a child."""
        is_ours = self.way in (TaperWay.USUAL, TaperWay.SLOW, TaperWay.AFTER_WITHDRAWAL)
        return is_ours and self.start_share is None and level <= self.small_mg

    def _cut(self, start: Fraction, level: Fraction) -> Fraction:
        if self.way is TaperWay.FIXED:
            return self.cut_mg
        if self.way is TaperWay.PERCENT_OF_START:
            return start * self.share
        if level <= self.small_from_mg:
            return min(self.small_mg, start * self.small_share)
        if self.way is TaperWay.PERCENT_OF_CURRENT:
            return level * self.share
        if self.cut_mg <= level * self.share:
            return self.cut_mg
        # A quarter of 30 mg is 7.5 mg: between the two usual cuts (10 and 5 mg) the smaller one is taken.
        slow = min(self.slow_cut_mg, self.cut_mg)
        return slow if level * self.share >= self.slow_cut_mg else level * self.share


def find_pace(knowledge: Knowledge, sheet: FactSheet, taper: Taper, start: Fraction) -> Pace:
    """The pace of the way that is asked for, with the limits behind it and what the reader should know of it."""

    def applied(name: str) -> Applied:
        return apply_limits(knowledge, sheet, name)

    way = taper.way
    remarks: list[str] = []
    cut_limit, cut = _usual_cut(knowledge, applied("taper.cut.max"), way, remarks)
    share_limit, share = smallest_limit(applied("taper.cut.share"), "1")
    small_limit, small = smallest_limit(applied("taper.cut.small"), "mg/day")
    half_limit, small_share = smallest_limit(applied("taper.small.share_of_start"), "1")
    days_limit, days_exact = largest_limit(applied("taper.step.days"), "day")
    small_from_limit, small_from = smallest_limit(applied("taper.small_steps_from"), "mg/day")
    limits = [cut_limit, share_limit, small_limit, days_limit, small_from_limit]
    of_start = applied("taper.cut.share_of_start")
    # Whoever may be a child is lowered like one: the cuts of an adult can be most of the dose of a small child.
    children = (*of_start.limits, *of_start.undecided)
    start_share = min((exact_limit(x, "1")[1] for x in children), default=None)
    last_limit, last_share = largest_limit(applied("taper.last.share_of_start"), "1")
    limits += [*children, last_limit] if children else []
    limits += [half_limit] if start * small_share < small else []
    days, equal, return_days = int(days_exact), 0, 0
    if taper.every is not None:
        days = max(ceil(taper.every.to("day").value), 1)
    if way is TaperWay.FIXED:
        cut = _exact(taper.cut, "mg/day")
        limits, start_share = [], None
    elif way in (TaperWay.PERCENT_OF_CURRENT, TaperWay.PERCENT_OF_START):
        share = _exact(taper.percent, "percent") / _HUNDRED
        limits, start_share = [last_limit], None
        if way is TaperWay.PERCENT_OF_CURRENT:
            limits = [small_limit, small_from_limit]
            remarks.append(
                "A percentage of the current dose never ends: where the small steps begin, the cuts of our usual "
                "taper take over."
            )
    elif way is TaperWay.LABEL_MINIMUM:
        total = applied("taper.total.days")
        total_limit, wanted = largest_limit(total, "day")
        equal = max(ceil(start / exact_limit(_usual_cuts(knowledge)[-1], "mg/day")[1]), 2)
        days, limits, start_share = ceil(wanted / (equal - 1)), [total_limit], None
        if total.is_fallback:
            remarks.append("No text of this country gives a time; the longest of the others is used.")
        remarks.append("This is the shortest time a text gives and not the aim; our usual taper is gentler.")
    elif way is TaperWay.AFTER_WITHDRAWAL:
        factor_limit, factor = largest_limit(applied("taper.return.times_as_long"), "1")
        hold_limit, hold = largest_limit(applied("taper.return.days"), "day")
        days, return_days = int(days * factor), int(hold)
        limits += [factor_limit, hold_limit]
    if start_share is not None and of_start.undecided:
        remarks.append(
            "The age is not recorded; no cut is more than a child's, a quarter of the dose from which the taper begins."
        )
    return Pace(
        way,
        days,
        return_days,
        cut,
        exact_limit(_usual_cuts(knowledge)[0], "mg/day")[1],
        share,
        small,
        small_share,
        small_from,
        start_share,
        last_share,
        equal,
        tuple(limits),
        tuple(remarks),
    )


def _usual_cut(
    knowledge: Knowledge, applied: Applied, way: TaperWay, remarks: list[str]
) -> tuple[Limit, Fraction]:
    """The largest cut: the slow one where it is asked for, where it holds, and where nobody can tell."""
    limits = list(applied.limits)
    if way in (TaperWay.SLOW, TaperWay.AFTER_WITHDRAWAL):
        limits = _usual_cuts(knowledge)
    elif way is TaperWay.USUAL and applied.undecided:
        limits += applied.undecided
        remarks.append(
            "Whether the slow taper is advised cannot be told, because something is not recorded; the slow one is "
            "planned."
        )
    return exact_limit(smallest(limits, "mg/day"), "mg/day")


def _usual_cuts(knowledge: Knowledge) -> list[Limit]:
    """Our usual cuts, the smallest first; the number of equal cuts is found by the largest."""
    named = [limit for limit in knowledge.limits if limit.name == "taper.cut.max"]
    return sorted(named, key=lambda limit: exact_limit(limit, "mg/day")[1])


def _exact(value: Quantity | None, unit: str) -> Fraction:
    assert value is not None  # intake has made sure
    return Fraction(value.to(unit).value)
