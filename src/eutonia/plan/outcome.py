"""What planning gives: a plan, or a refusal that names the limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from fractions import Fraction

from eutonia.assess.findings import Assessment
from eutonia.knowledge.schema import Citation, Limit
from eutonia.plan.dispense import MadeDose
from eutonia.simulate.course import Course
from eutonia.simulate.day import PartOfDay


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
    NOT_DOWNWARDS = "not downwards"
    ABRUPT = "an abrupt stop"
    NO_STEPS = "no steps that were read"


class PlanKind(StrEnum):
    """What a plan is for."""

    TITRATION = "titration"
    TAPER = "taper"
    STOP_AT_ONCE = "stop at once"
    SWITCH = "switch"
    WEANING = "weaning while a pump works"


@dataclass(frozen=True, slots=True)
class TimedMadeDose:
    """One dose of the day. at: the clock time simulated."""

    when: PartOfDay
    at: time
    dose: MadeDose


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A stretch of equal days. last None: goes on until somebody decides. Without doses nothing is taken."""

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


@dataclass(frozen=True, slots=True)
class Guidance:
    """A sentence that goes with a plan: when to hold, go back, stop. kind: what for."""

    kind: str
    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Something to do between two days: what, and why then."""

    first: date
    last: date
    what: str
    why: str
    evidence: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCheck:
    """A row of the monitoring schedule that could not be dated: what, for whom, and which facts decide it."""

    what: str
    for_whom: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToneUnderPlan:
    """What the model of tone says of one course: Ashworth points over the score before, typical person and the
    10th to 90th percentile; and rebound over the untreated score, with the share of people who reach ``points``.

    worst_on: the day of the typical person's highest score.
    """

    rise: float
    rise_low: float
    rise_high: float
    worst_on: date
    rebound: float
    rebound_high: float
    share: float


@dataclass(frozen=True, slots=True)
class TooLittle:
    """The simulated “too little” of a taper, beside the same dose stopped at once; what it cannot see is said.

    points: the fall of a score that counts as a response, used here for a rise. steps, steps_high: the rise in each
    step, of the typical person and the 90th percentile of the people.
    """

    plan: ToneUnderPlan
    at_once: ToneUnderPlan
    steps: tuple[float, ...]
    steps_high: tuple[float, ...]
    points: float
    people: int
    cannot_see: str


@dataclass(frozen=True, slots=True)
class Fall:
    """The figures of a way down.

    days: from the first cut to the last. biggest_percent: of the dose before it; biggest_early_percent: while more
    than ``small_from_mg`` a day was taken. too_little: None with the reason in why_not.
    """

    start_mg: Fraction
    biggest_mg: Fraction
    biggest_percent: Fraction
    biggest_early_percent: Fraction
    small_from_mg: Fraction
    days: int
    too_little: TooLittle | None
    why_not: str


@dataclass(frozen=True, slots=True)
class PartnerStep:
    """A step of the other medicine of a switch, as its own text gives it. last None: goes on."""

    number: int
    first: date
    last: date | None
    doses: tuple[tuple[PartOfDay, Fraction], ...]  # part of the day, mg

    @property
    def daily_mg(self) -> Fraction:
        return sum((mg for _, mg in self.doses), Fraction(0))


@dataclass(frozen=True, slots=True)
class PartnerPlan:
    """The other medicine of a switch: its dated steps, what to watch, and where they come from."""

    medicine: str
    steps: tuple[PartnerStep, ...]
    watch: str
    evidence: tuple[Citation, ...]
    departs: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A dated plan: its steps, what it uses, what it does, and what the rules say of it.

    ceiling_mg: the largest dose for this patient; None where it plays no part, on a way down. conflict: why the plan
    stands although a rule stops it (stopping at once against poisoning, going back after withdrawal).
    """

    title: str
    steps: tuple[PlanStep, ...]
    supply: tuple[Supply, ...]
    ceiling_mg: Fraction | None
    ceiling_limits: tuple[Limit, ...]
    limits_used: tuple[Limit, ...]
    left_out: tuple[str, ...]  # why products were not used
    rejected: tuple[Rejected, ...]
    course: Course | None
    assessment: Assessment
    kind: PlanKind = PlanKind.TITRATION
    guidance: tuple[Guidance, ...] = ()
    checks: tuple[Check, ...] = ()
    open_checks: tuple[OpenCheck, ...] = ()
    fall: Fall | None = None
    partner: PartnerPlan | None = None
    remarks: tuple[str, ...] = ()
    conflict: str = ""


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
    sources: tuple[Citation, ...] = ()
