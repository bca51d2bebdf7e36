"""What to measure when: the monitoring schedule merged with a plan's own days, with as few visits as it allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from eutonia.assess.limits import Applied, apply_limits, largest, number_of, smallest
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.condition import Holds
from eutonia.knowledge.library import Cell, Row
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.outcome import Check, OpenCheck, PlanKind, PlanStep
from eutonia.show import show_count
from eutonia.units import Quantity

__all__ = ["days_of", "find_checks", "in_order", "stab"]

_TABLE = "monitoring"
Window = tuple[date, date]


def find_checks(
    knowledge: Knowledge,
    sheet: FactSheet,
    kind: PlanKind,
    steps: Sequence[PlanStep],
    *,
    is_first_dose: bool,
) -> tuple[tuple[Check, ...], tuple[OpenCheck, ...]]:
    """Dated checks of a plan in the order of their days, and the rows that could not be dated, with why.

    Days count from the start and from each increase, as the schedule says. Windows that overlap share one day; a
    fixed day that the next step overtakes is left out, because the days of that step follow.
    """
    if kind in (PlanKind.TAPER, PlanKind.STOP_AT_ONCE, PlanKind.WEANING, PlanKind.SWITCH):
        falls = _withdrawal_checks(knowledge, sheet, kind, steps)
    else:
        falls = []
    checks: list[Check] = [*falls, *_step_checks(kind, steps)]
    undecided: list[OpenCheck] = []
    rows = knowledge.tables[_TABLE].rows if kind is not PlanKind.STOP_AT_ONCE else ()
    for row in rows:
        if kind is not PlanKind.TITRATION and not _counts_on_the_way_down(row):
            continue
        holds = _holds(sheet, row)
        if isinstance(holds, OpenCheck):
            undecided.append(holds)
        elif holds and kind is PlanKind.TITRATION:
            checks += _row_checks(row, steps, is_first_dose=is_first_dose)
        elif holds:
            checks += _row_on_the_way_down(row, steps)
    if kind is PlanKind.TITRATION:
        checks += _decision(knowledge, sheet, steps)
    checks = list(dict.fromkeys(checks))
    return tuple(sorted(checks, key=lambda c: (c.first, c.last))), tuple(dict.fromkeys(undecided))


def _holds(sheet: FactSheet, row: Row) -> bool | OpenCheck:
    """Whether a row counts for this patient; open where facts are missing or only its words can decide."""
    what, whom = str(row.cells["test"]), str(row.cells["for_whom"])
    if row.when is None:
        return OpenCheck(what, whom, ()) if row.cells.get("check_from") is not None else False
    outcome = row.when.evaluate({**sheet.values, "has_oral_baclofen": True})
    if outcome.holds is Holds.UNKNOWN:
        return OpenCheck(what, whom, outcome.missing)
    return outcome.holds is Holds.YES


def in_order(checks: Iterable[Check], today: date) -> tuple[Check, ...]:
    """The checks in the order of their days, none of which begins before today."""
    ahead = [replace(c, first=max(c.first, today)) for c in checks if c.last >= today]
    return tuple(sorted(ahead, key=lambda c: (c.first, c.last)))


def days_of(cell: Cell) -> int | None:
    """A cell of a table as whole days; None where it is empty."""
    if cell is None:
        return None
    return int(cell.number("day")) if isinstance(cell, Quantity) else int(float(cell))


def _row_checks(row: Row, steps: Sequence[PlanStep], *, is_first_dose: bool) -> list[Check]:
    """One row of the schedule on the days of a titration."""
    what, item = str(row.cells["test"]), str(row.cells["item"])
    found: list[Check] = []
    start = steps[0].first
    if is_first_dose and str(row.cells["baseline"]) == "yes":
        before = start - timedelta(days=1)
        found.append(Check(before, start, what, f"{item}: before the first dose", row.evidence))
    low, high = days_of(row.cells.get("check_from")), days_of(row.cells.get("check_to"))
    rises = [step.first for step in steps]
    if low is not None and high is not None:
        windows = [(at + timedelta(days=low), at + timedelta(days=high)) for at in rises]
        if low == high:
            after = [*rises[1:], None]
            windows = [w for w, nxt in zip(windows, after, strict=True) if nxt is None or w[0] <= nxt]
        for first, last in stab(windows):
            found.append(Check(first, last, what, f"{item}: after the start and each increase", row.evidence))
    soon, late = days_of(row.cells.get("steady_from")), days_of(row.cells.get("steady_to"))
    if soon is not None and late is not None:
        settled = rises[-1]
        first, last = settled + timedelta(days=soon), settled + timedelta(days=late)
        again = f"{item}: when the dose is settled, then again every {show_count(late, 'day')}"
        found.append(Check(first, last, what, again, row.evidence))
    return found


def _counts_on_the_way_down(row: Row) -> bool:
    return row.cells.get("way_down") is not None or row.cells.get("steady_to") is not None


def _row_on_the_way_down(row: Row, steps: Sequence[PlanStep]) -> list[Check]:
    """One row of the schedule while baclofen is lowered: what goes on as long as it is taken, what a cut asks for."""
    what, item, way = str(row.cells["test"]), str(row.cells["item"]), row.cells.get("way_down")
    found: list[Check] = []
    start, end = steps[0].first, steps[-1].first
    soon, late = days_of(row.cells.get("steady_from")), days_of(row.cells.get("steady_to"))
    if soon is not None and late is not None:
        again = f"{item}: every {show_count(late, 'day')} as long as baclofen is taken"
        for shift in range(0, (end - start).days - late + 1, late):
            first, last = start + timedelta(days=shift + soon), start + timedelta(days=shift + late)
            found.append(Check(first, last, what, again, row.evidence))
    if way == "before the first cut and after the last":
        low, high = days_of(row.cells["check_from"]), days_of(row.cells["check_to"])
        assert low is not None and high is not None
        found.append(Check(start, start, what, f"{item}: before the first cut", row.evidence))
        first, last = end + timedelta(days=low), end + timedelta(days=high)
        found.append(Check(first, last, what, f"{item}: after the last cut", row.evidence))
    elif way == "before each cut":
        found += [
            Check(s.last, s.last, what, f"{item}: before the next cut", row.evidence) for s in steps if s.last
        ]
    else:
        assert way is None, way
    return found


def stab(windows: Iterable[Window]) -> list[Window]:
    """The fewest stretches of days that lie in every window: each window holds one, none could be left out.

    Greedy by the earliest end, which is optimal: the window that ends first needs a day of its own, and the latest
    that fits serves most of the others.
    """
    found: list[Window] = []
    for first, last in sorted(windows, key=lambda w: w[1]):
        if found and first <= found[-1][1]:
            found[-1] = (max(found[-1][0], first), found[-1][1])
        else:
            found.append((first, last))
    return found


def _step_checks(kind: PlanKind, steps: Sequence[PlanStep]) -> list[Check]:
    """Before each next step: how the present one is tolerated, and what it does."""
    if kind is not PlanKind.TITRATION:
        return []
    what = "Ask for sleepiness, weakness and falls, and whether the goal is reached, before the next step"
    return [
        Check(step.last, step.last, what, f"end of step {step.number}")
        for step in steps
        if step.last is not None
    ]


def _withdrawal_checks(
    knowledge: Knowledge, sheet: FactSheet, kind: PlanKind, steps: Sequence[PlanStep]
) -> list[Check]:
    """After each cut: signs of too little, in the hours in which they were seen."""
    watch = largest(apply_limits(knowledge, sheet, "withdrawal.watch").limits, "h")
    soon = smallest(apply_limits(knowledge, sheet, "withdrawal.onset.earliest").limits, "h")
    assert watch is not None and soon is not None
    evidence = (*soon.evidence, *watch.evidence)
    days = int(number_of(watch, "h") // 24)
    what = "Ask for poor sleep, anxiety, itching, hallucinations, fever and more spasms"
    if kind is PlanKind.STOP_AT_ONCE:
        what = (
            "Look for hallucinations, agitation, fever, rigidity and seizures, and measure creatine kinase if in "
            "doubt"
        )
    found = []
    for step in steps:
        last = step.first + timedelta(days=days)
        if step.last is not None:
            last = min(last, step.last)
        found.append(Check(step.first, last, what, f"after the cut of step {step.number}", evidence))
    return found


def _decision(knowledge: Knowledge, sheet: FactSheet, steps: Sequence[PlanStep]) -> list[Check]:
    """The days between which texts ask for a decision when there is no benefit."""
    start: Applied = apply_limits(knowledge, sheet, "trial.from_start")
    what = "Decide whether to go on: has a goal been reached or a score fallen? Without benefit a taper is the way out"
    if start.limits and not start.is_fallback:
        limit = start.limits[0]
        on = steps[0].first + timedelta(days=int(number_of(limit, "day")))
        return [Check(on, on, what, "no effect since the start", limit.evidence)]
    soon = smallest(apply_limits(knowledge, sheet, "trial.decide_from").limits, "day")
    late = largest(apply_limits(knowledge, sheet, "trial.decide_by").limits, "day")
    assert soon is not None and late is not None
    top = steps[-1].first
    first, last = (top + timedelta(days=int(number_of(x, "day"))) for x in (soon, late))
    return [Check(first, last, what, "no benefit on the largest dose", (*soon.evidence, *late.evidence))]
