"""Baclofen by mouth as a staircase of daily doses over time, taken and proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal

from eutonia.record import Moment, OralTherapy, Product

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of the day: clock time where it is stated, and mg."""

    at: time | None
    mg: Decimal


@dataclass(frozen=True, slots=True)
class Phase:
    """One regimen over a span of time. start None: not known; end None: goes on (end is exclusive)."""

    start: datetime | None
    end: datetime | None
    doses: tuple[Dose, ...]
    product: Product | None

    @property
    def daily_mg(self) -> Decimal:
        return sum((d.mg for d in self.doses), Decimal(0))

    @property
    def largest_mg(self) -> Decimal:
        return max((d.mg for d in self.doses), default=Decimal(0))

    def is_active(self, at: datetime) -> bool:
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Step:
    """A constant daily dose from ``start`` (None: not known) until the next step."""

    start: datetime | None
    daily_mg: Decimal


def phase_of(therapy: OralTherapy) -> Phase:
    """The doses and span of one therapy entry (intake has made sure exactly one form of dose is given)."""
    if therapy.doses:
        doses = tuple(Dose(d.at, d.dose.to("mg").value) for d in therapy.doses)
    else:
        mg = therapy.dose.to("mg").value if therapy.dose is not None else Decimal(0)
        times: tuple[time | None, ...] = therapy.times or (None,) * (therapy.times_per_day or 0)
        doses = tuple(Dose(at, mg) for at in times)
    start = therapy.from_.start() if therapy.from_ is not None else None
    return Phase(start, end_of(therapy.to), doses, therapy.product)


def end_of(moment: Moment | None) -> datetime | None:
    """The first instant after a span: a day without a clock time lasts until midnight."""
    if moment is None:
        return None
    return moment.start() if moment.at is not None else moment.start() + _DAY


def staircase(phases: Iterable[Phase], gap: timedelta) -> tuple[Step, ...]:
    """The daily dose as a step function: sums of phases that overlap, gaps no longer than ``gap`` bridged.

    Gaps in a list of phases are often days nobody wrote down; longer ones are interruptions. The last step
    is 0 when every phase has ended.
    """
    known = tuple(phases)
    if not known:
        return ()
    points = sorted({p.start for p in known if p.start is not None} | {p.end for p in known if p.end})
    steps: list[Step] = []
    if any(p.start is None for p in known):
        dose = sum((p.daily_mg for p in known if p.start is None), Decimal(0))
        steps.append(Step(None, dose))
    for index, point in enumerate(points):
        dose = sum((p.daily_mg for p in known if p.is_active(point)), Decimal(0))
        is_short_gap = (
            dose == 0 and bool(steps) and index + 1 < len(points) and points[index + 1] - point <= gap
        )
        if is_short_gap or (steps and steps[-1].daily_mg == dose):
            continue
        steps.append(Step(point, dose))
    return tuple(steps)


def follow(taken: Sequence[Phase], ahead: Sequence[Phase]) -> tuple[Phase, ...]:
    """What is taken until the first phase ahead begins, then the phases ahead.

    Phases ahead without a first day cannot be placed: they are left as they are and end nothing.
    """
    starts = [p.start for p in ahead if p.start is not None]
    if not starts:
        return (*taken, *ahead)
    first = min(starts)
    begun = [p for p in taken if p.start is None or p.start < first]
    kept = [p if p.end is not None and p.end <= first else replace(p, end=first) for p in begun]
    return (*kept, *ahead)


def step_at(steps: tuple[Step, ...], at: datetime) -> Step | None:
    """The step in force at an instant; None before the first."""
    current = None
    for step in steps:
        if step.start is None or step.start <= at:
            current = step
    return current


def days_between(start: datetime, end: datetime) -> float:
    """Days as a number, with the hours as a fraction."""
    return (end - start) / _DAY
