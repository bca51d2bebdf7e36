"""What planning gives: a plan, or a refusal that names the limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from fractions import Fraction

from eutonia.assess.findings import Assessment
from eutonia.knowledge.schema import Limit
from eutonia.plan.dispense import MadeDose
from eutonia.simulate.course import Course


class Reason(StrEnum):
    """Why nothing is planned; a closed list."""

    MISSING_FACTS = "missing facts"
    OVER_CEILING = "over the largest dose"
    AVOID = "avoid"
    CANNOT_BE_MADE = "cannot be made"
    NO_STOCK = "no product"
    NOT_LABELLED = "no labelled dose"
    NOT_UPWARDS = "not upwards"
    STOPPED = "stopped by a rule"


@dataclass(frozen=True, slots=True)
class TimedMadeDose:
    """One dose of the day. when: morning, midday, evening, bedtime. at: the clock time simulated."""

    when: str
    at: time
    dose: MadeDose


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A stretch of equal days. last None: goes on until somebody decides."""

    number: int
    first: date
    last: date | None
    daily_mg: Fraction
    doses: tuple[TimedMadeDose, ...]

    @property
    def days(self) -> int | None:
        return None if self.last is None else (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Supply:
    """What the dated part of the plan uses of one product, in units (tablets, packets, mL)."""

    name: str
    unit: str
    units: Fraction


@dataclass(frozen=True, slots=True)
class Rejected:
    """A daily dose that was considered and not used, and why."""

    daily_mg: Fraction
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A titration: its steps, what it uses, what it does, and what the rules say of it."""

    title: str
    steps: tuple[PlanStep, ...]
    supply: tuple[Supply, ...]
    ceiling_mg: Fraction
    ceiling_limits: tuple[Limit, ...]
    limits_used: tuple[Limit, ...]
    left_out: tuple[str, ...]  # why products were not used
    rejected: tuple[Rejected, ...]
    course: Course | None
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Refusal:
    """No plan: why, which limits stand in the way, and the nearest thing that can be done."""

    reason: Reason
    says: str
    next_step: str
    limits: tuple[Limit, ...] = ()
    missing: tuple[str, ...] = ()
    nearest_mg: tuple[Fraction, ...] = ()
    considered: tuple[tuple[Limit, Fraction], ...] = ()
