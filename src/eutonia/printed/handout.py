"""What a hand-out is made from: dated phases, doses made of pieces, a pump's dates, what to watch for.

Frozen data without a name, a number or a free text of a patient: what is not in it cannot be printed, and what it does
not say (a telephone number, the next visit) is a line to write on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from eutonia.errors import Code, InputRefused, Problem
from eutonia.record import Form, Jurisdiction
from eutonia.simulate.day import PartOfDay

_HALF = Fraction(1, 2)
_MOST_DAYS = 731  # two years of rows; a plan that long is printed in parts
_HUNDREDTHS = 100  # a syringe shows no more than two figures after the point


class Warn(StrEnum):
    """What a patient is told to watch for; the sentences are in ``eutonia.printed.warnings``."""

    NOT_SUDDENLY = "not suddenly"
    RUNNING_OUT = "running out"
    FORGOTTEN = "forgotten"
    WORSE = "worse"
    HELP_NOW = "help now"
    SLEEPY = "sleepy"
    ALCOHOL = "alcohol"
    PUMP_ALARM = "pump alarm"


class Beside(StrEnum):
    """What goes on or changes beside baclofen by mouth, and is not on the paper."""

    TIZANIDINE = "tizanidine"
    DANTROLENE = "dantrolene"
    PUMP = "pump"


@dataclass(frozen=True, slots=True)
class Portion:
    """So many units of one product. mg_per_unit: of a tablet or packet, or of 1 mL. scored: a half may be taken."""

    units: Fraction
    form: Form
    mg_per_unit: Fraction
    is_scored: bool = False

    @property
    def mg(self) -> Fraction:
        return self.units * self.mg_per_unit

    @property
    def product(self) -> tuple[Form, Fraction]:
        """What it is taken from."""
        return self.form, self.mg_per_unit


@dataclass(frozen=True, slots=True)
class DayDose:
    """What is taken at one time of the day. at: its clock time, None when the plan gives none."""

    when: PartOfDay
    portions: tuple[Portion, ...]
    at: time | None = None

    @property
    def mg(self) -> Fraction:
        return sum((p.mg for p in self.portions), Fraction(0))


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of equal days. last None: goes on until somebody decides. No doses: no baclofen by mouth."""

    first: date
    last: date | None
    doses: tuple[DayDose, ...]

    @property
    def days(self) -> int | None:
        """How many days it lasts; None when it has no end."""
        return None if self.last is None else (self.last - self.first).days + 1

    @property
    def daily_mg(self) -> Fraction:
        return sum((d.mg for d in self.doses), Fraction(0))

    def dose_at(self, when: PartOfDay) -> DayDose | None:
        """The dose of a part of the day, None where there is none."""
        return next((d for d in self.doses if d.when is when), None)

    def supply(self) -> dict[tuple[Form, Fraction], Fraction]:
        """Units of each product for the whole phase; nothing for a phase without an end."""
        used: dict[tuple[Form, Fraction], Fraction] = {}
        for portion in (p for d in self.doses for p in d.portions):
            used[portion.product] = used.get(portion.product, Fraction(0)) + portion.units * (self.days or 0)
        return used if self.days is not None else {}


@dataclass(frozen=True, slots=True)
class PumpDates:
    """What a pump plan gives for a card. refill_by: the last day planned for the refill.

    Doses in micrograms a day, the solution in micrograms per mL; None: not known, a line to write on.
    """

    refill_by: date
    alarm_on: date | None = None
    empty_on: date | None = None
    use_drug_by: date | None = None
    micrograms_a_day: Decimal | None = None
    micrograms_per_ml: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Handout:
    """Everything a hand-out may say. made_with: version and knowledge, for the foot of the page.

    unchanged_until: the last day of the doses taken now, where the first phase begins later; None: nothing is taken
    now, or it is not known. beside: what else changes and is not on this paper.

    Raises InputRefused with every problem when dates cross, leave a gap, or a dose cannot be handed out.
    """

    as_of: date
    jurisdiction: Jurisdiction
    phases: tuple[Phase, ...] = ()
    pump: PumpDates | None = None
    made_with: str = ""
    unchanged_until: date | None = None
    beside: Beside | None = None

    def __post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            raise InputRefused(problems)

    @property
    def falls(self) -> bool:
        """Whether any step takes less than the one before."""
        return any(after.daily_mg < before.daily_mg for before, after in pairwise(self.phases))

    @property
    def parts_of_day(self) -> tuple[PartOfDay, ...]:
        """The times at which anything is ever taken, in the order of the day."""
        used = {d.when for p in self.phases for d in p.doses}
        return tuple(when for when in PartOfDay if when in used)

    @property
    def products(self) -> tuple[tuple[Form, Fraction], ...]:
        """Every product used, the strongest first."""
        found = {p.product for phase in self.phases for d in phase.doses for p in d.portions}
        return tuple(sorted(found, key=lambda product: (product[0].value, -product[1])))

    def supply(self) -> dict[tuple[Form, Fraction], Fraction]:
        """Units of each product for all phases that have an end."""
        used: dict[tuple[Form, Fraction], Fraction] = {}
        for phase in self.phases:
            for product, units in phase.supply().items():
                used[product] = used.get(product, Fraction(0)) + units
        return used


def _problems(handout: Handout) -> Iterator[Problem]:
    if not handout.phases and handout.pump is None:
        yield Problem(
            Code.MISSING_VALUE,
            "There is nothing to print: neither phases by mouth nor the dates of a pump.",
            "phases",
            next_step="Give dated phases, or the dates of the pump.",
        )
    for index, phase in enumerate(handout.phases):
        yield from _phase_problems(phase, f"phases[{index}]", is_last=index == len(handout.phases) - 1)
    yield from _order_problems(handout.phases)
    until = handout.unchanged_until
    if until is not None and not (handout.phases and until + timedelta(days=1) == handout.phases[0].first):
        why = "The doses taken now must go on until the day before the first phase."
        yield Problem(Code.CROSSED_DATES, why, "unchanged_until", until.isoformat())
    total = sum(p.days or 0 for p in handout.phases)
    if total > _MOST_DAYS:
        why = f"The phases last {total:,} days; at most {_MOST_DAYS} are printed at once."
        yield Problem(Code.IMPOSSIBLE_VALUE, why, "phases", next_step="Print the plan in parts.")
    if handout.pump is not None:
        yield from _pump_problems(handout.pump)


def _phase_problems(phase: Phase, path: str, *, is_last: bool) -> Iterator[Problem]:
    if phase.last is None and not is_last:
        yield Problem(Code.MISSING_VALUE, "Only the last phase may go on without an end.", f"{path}.to")
    if phase.last is not None and phase.last < phase.first:
        given = f"{phase.first.isoformat()} to {phase.last.isoformat()}"
        yield Problem(Code.CROSSED_DATES, "The phase ends before it begins.", path, given)
    seen: set[PartOfDay] = set()
    for index, dose in enumerate(phase.doses):
        if dose.when in seen:
            why = (
                f"Two doses stand at “{dose.when.value}”; a calendar has one place for each time of the day."
            )
            yield Problem(Code.CONFLICTING_VALUES, why, f"{path}.doses[{index}].when", dose.when.value)
        seen.add(dose.when)
        if not dose.portions:
            yield Problem(Code.MISSING_VALUE, "What is taken is missing.", f"{path}.doses[{index}].take")
        for at, portion in enumerate(dose.portions):
            yield from _portion_problems(portion, f"{path}.doses[{index}].take[{at}]")


def _portion_problems(portion: Portion, path: str) -> Iterator[Problem]:
    given = str(float(portion.units))
    if portion.units <= 0 or portion.mg_per_unit <= 0:
        yield Problem(Code.IMPOSSIBLE_VALUE, "A dose holds more than nothing.", path, given)
    elif portion.form is Form.LIQUID:
        if (portion.units * _HUNDREDTHS).denominator != 1:
            why = "A volume is measured to a hundredth of a mL at most."
            yield Problem(Code.IMPOSSIBLE_VALUE, why, path, given, ("whole hundredths of a mL",))
    elif portion.units % _HALF:
        yield Problem(
            Code.IMPOSSIBLE_VALUE, "Tablets are taken whole or in halves.", path, given, ("1", "half")
        )
    elif portion.units % 1 and not (portion.is_scored and portion.form is Form.TABLET):
        why = "A half is only taken of a tablet that is known to be scored."
        step = "Say that it is scored, or use a smaller strength or a liquid."
        yield Problem(Code.IMPOSSIBLE_VALUE, why, path, given, ("whole tablets and packets",), step)


def _order_problems(phases: tuple[Phase, ...]) -> Iterator[Problem]:
    for index, (before, after) in enumerate(pairwise(phases), start=1):
        if before.last is None:
            continue  # said already
        path, begins = f"phases[{index}].from", after.first.isoformat()
        expected = before.last + timedelta(days=1)
        if after.first < expected:
            why = "It begins before the phase before it has ended: two doses would stand on one day."
            yield Problem(Code.CROSSED_DATES, why, path, begins, (expected.isoformat(),))
        elif after.first > expected:
            why = "Days are left out before it: nobody would know what to take on them."
            step = "Say what is taken on these days, or that it is no baclofen."
            yield Problem(Code.CROSSED_DATES, why, path, begins, (expected.isoformat(),), step)


def _pump_problems(pump: PumpDates) -> Iterator[Problem]:
    named = (("refill_by", pump.refill_by), ("alarm_on", pump.alarm_on), ("empty_on", pump.empty_on))
    known = [(name, day) for name, day in named if day is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            why = f"“{later}” lies before “{earlier}”: the refill comes first, then the alarm, then the empty pump."
            yield Problem(Code.CROSSED_DATES, why, f"pump.{later}", second.isoformat())
    if pump.use_drug_by is not None and pump.use_drug_by < pump.refill_by:
        why = "The drug in the pump may not be used until the refill: the refill has to come earlier."
        yield Problem(Code.CROSSED_DATES, why, "pump.use_drug_by", pump.use_drug_by.isoformat())
    for name, value in (
        ("micrograms_a_day", pump.micrograms_a_day),
        ("micrograms_per_ml", pump.micrograms_per_ml),
    ):
        if value is not None and value <= 0:
            yield Problem(Code.IMPOSSIBLE_VALUE, "It must be above 0.", f"pump.{name}", str(value))
