"""Programmes as a clinic states them, exactly, read back as a 24-hour total and step by step.

A step of a day pattern is told as the micrograms of that step, never as a rate: rates taken for daily doses, and daily
doses programmed every hour, are how people were given 24 times their dose.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import Amount, Reading, sentence, show_amount, show_hours
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.label import number_of
from eutonia.simulate.pump_events import Continuous, FlexDay, PeriodicBolus

__all__ = [
    "DayPattern",
    "DayStep",
    "Periodic",
    "Programme",
    "Simple",
    "most_within",
    "read_back",
    "read_pattern",
    "read_periodic",
    "read_simple",
]

_DAY = Fraction(24)


@dataclass(frozen=True, slots=True)
class DayStep:
    """One stretch of the day: from when until when, its micrograms, and the rate that makes them."""

    from_h: Fraction
    to_h: Fraction
    micrograms: Fraction

    @property
    def micrograms_per_h(self) -> Fraction:
        """The rate of this step."""
        return self.micrograms / (self.to_h - self.from_h)


@dataclass(frozen=True, slots=True)
class Simple:
    """The same rate all day: micrograms in 24 hours."""

    daily: Fraction

    @property
    def rates(self) -> tuple[Fraction, ...]:
        """Micrograms an hour that occur."""
        return (self.daily / _DAY,)

    @property
    def cycle(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """What repeats, as (hours, micrograms) one after the other."""
        return ((_DAY, self.daily),)


@dataclass(frozen=True, slots=True)
class DayPattern:
    """A pattern of steps repeated every 24 hours (flex)."""

    steps: tuple[DayStep, ...]

    @property
    def daily(self) -> Fraction:
        """Micrograms in 24 hours: the sum of the steps."""
        return sum((step.micrograms for step in self.steps), Fraction(0))

    @property
    def rates(self) -> tuple[Fraction, ...]:
        """Micrograms an hour that occur."""
        return tuple(step.micrograms_per_h for step in self.steps)

    @property
    def cycle(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """What repeats, as (hours, micrograms) one after the other."""
        return tuple((step.to_h - step.from_h, step.micrograms) for step in self.steps)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Boluses at a fixed interval on top of a base: micrograms each, hours long, hours apart, base in 24 hours."""

    micrograms: Fraction
    duration_h: Fraction
    every_h: Fraction
    base: Fraction = Fraction(0)

    @property
    def daily(self) -> Fraction:
        """Micrograms in 24 hours: the base, and as many boluses as fit on average."""
        return self.base + self.micrograms * _DAY / self.every_h

    @property
    def rates(self) -> tuple[Fraction, ...]:
        """Micrograms an hour that occur, the base only where there is one."""
        base = self.base / _DAY
        during = base + self.micrograms / self.duration_h
        return (during, base) if base else (during,)

    @property
    def cycle(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """What repeats, as (hours, micrograms) one after the other."""
        base, quiet_h = self.base / _DAY, self.every_h - self.duration_h
        return ((self.duration_h, self.micrograms + base * self.duration_h), (quiet_h, base * quiet_h))


Programme = Simple | DayPattern | Periodic


def read_simple(knowledge: Knowledge, micrograms_per_day: Amount) -> Simple:
    """The simple continuous mode. Raises InputRefused for a dose that is none for the spinal fluid."""
    reading = Reading(knowledge)
    dose = reading.daily_dose("micrograms_per_day", micrograms_per_day)
    reading.done()
    return Simple(dose)


def read_pattern(knowledge: Knowledge, steps: Sequence[tuple[Amount, Amount]]) -> DayPattern:
    """A day pattern from (hour of the day, micrograms of that step), the first at hour 0, up to the next step.

    Raises InputRefused for hours that do not rise from 0 within the day, for amounts that cannot be, and for more
    changes a day than the pump that was read of allows.
    """
    reading = Reading(knowledge)
    hours = [
        reading.amount(f"steps[{i}].hour", hour, "The hour of a step", "h", may_be_zero=True)
        for i, (hour, _) in enumerate(steps)
    ]
    doses = [
        reading.amount(f"steps[{i}].micrograms", dose, "The amount of a step", "microgram")
        for i, (_, dose) in enumerate(steps)
    ]
    if not hours or hours[0] != 0 or any(a >= b for a, b in itertools.pairwise([*hours, _DAY])):
        reading.add(
            Code.CROSSED_DATES,
            "The steps of a day begin at hour 0, rise, and lie within the day.",
            "steps",
            given=", ".join(f"{show_amount(hour)} h" for hour in hours) or "none",
            next_step="Give each step once, in the order of the day.",
        )
    most = number_of(knowledge, "flex.changes.most")
    if len(steps) > most.exact:
        reading.add(
            Code.IMPOSSIBLE_VALUE,
            most.says,
            "steps",
            given=f"{len(steps)} steps",
            accepted=(f"up to {show_amount(most.exact)} steps",),
        )
    if not reading.problems:
        reading.daily_dose("steps", sum(doses, Fraction(0)))
    reading.done()
    ends = [*hours[1:], _DAY]
    return DayPattern(tuple(map(DayStep, hours, ends, doses)))


def read_periodic(
    knowledge: Knowledge,
    *,
    micrograms: Amount,
    duration_h: Amount,
    every_h: Amount,
    base_micrograms_per_day: Amount = 0,
) -> Periodic:
    """Boluses at a fixed interval. Raises InputRefused for boluses that overlap and for an impossible day."""
    reading = Reading(knowledge)
    dose = reading.amount("micrograms", micrograms, "The amount of a bolus", "microgram")
    length = reading.amount("duration_h", duration_h, "The length of a bolus", "h")
    apart = reading.amount("every_h", every_h, "The interval", "h")
    base = reading.amount(
        "base_micrograms_per_day", base_micrograms_per_day, "The base", "microgram/day", may_be_zero=True
    )
    if not reading.problems and length >= apart:
        reading.add(
            Code.CONFLICTING_VALUES,
            "A bolus is still running when the next one is due.",
            "duration_h",
            given=f"{show_amount(length)} h",
            accepted=(f"less than {show_amount(apart)} h",),
        )
    if not reading.problems:
        reading.daily_dose("micrograms", base + dose * _DAY / apart)
    reading.done()
    return Periodic(dose, length, apart, base)


def read_back(programme: Programme) -> tuple[str, ...]:
    """The programme in sentences, the 24-hour total first, then every step with its rate."""
    total = sentence(f"{show_amount(programme.daily)} micrograms in 24 hours.")
    if isinstance(programme, Simple):
        return (total, f"The same rate all day, {show_amount(programme.rates[0])} micrograms an hour.")
    if isinstance(programme, Periodic):
        lines = [
            total,
            f"A bolus of {show_amount(programme.micrograms)} micrograms over {show_hours(programme.duration_h)}, "
            f"every {'hour' if programme.every_h == 1 else show_hours(programme.every_h)}: "
            f"{show_amount(_DAY / programme.every_h)} in 24 hours.",
        ]
        if programme.base:
            lines.append(f"Beneath it {show_amount(programme.base)} micrograms in 24 hours.")
        return tuple(lines)
    return (total, *(_step(step) for step in programme.steps))


def _step(step: DayStep) -> str:
    return (
        f"From {_clock(step.from_h)} to {_clock(step.to_h)}: {show_amount(step.micrograms)} micrograms, "
        f"{show_amount(step.micrograms_per_h)} micrograms an hour."
    )


def _clock(hour: Fraction) -> str:
    minutes = hour * 60
    if minutes.denominator != 1:
        return f"{show_amount(hour)} hours"
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def event_of(
    programme: Programme, at_h: Fraction, midnight_h: Fraction = Fraction(0)
) -> Continuous | FlexDay | PeriodicBolus:
    """The programme as an event of the simulated pump; midnight_h: an hour at which a day begins."""
    if isinstance(programme, Simple):
        return Continuous(float(at_h), float(programme.daily))
    if isinstance(programme, DayPattern):
        steps = tuple((float(s.from_h), float(s.micrograms_per_h)) for s in programme.steps)
        return FlexDay(float(at_h), steps, float(midnight_h))
    return PeriodicBolus(
        float(at_h),
        float(programme.micrograms),
        float(programme.duration_h),
        float(programme.every_h),
        float(programme.base),
    )


def flow_problems(implant: Implant, programme: Programme, concentration: Fraction) -> tuple[str, ...]:
    """Every rate of the programme outside what the pump can do, as sentences; bounds not known do not object."""
    flows = {rate * _DAY / concentration for rate in programme.rates}
    found = (implant.check_flow(flow, "The programme") for flow in sorted(flows))
    return tuple(text for text in found if text is not None)


def most_within(programme: Programme, hours: Fraction) -> Fraction:
    """The most micrograms the programme gives in so many hours on end, wherever in its cycle they begin; exact.

    Between two changes of the rate the amount is a straight line in the hour of the beginning, so it is largest where
    the time begins or ends at a change.
    """
    starts = [Fraction(0), *itertools.accumulate(length for length, _ in programme.cycle)]
    period, whole = starts.pop(), sum((amount for _, amount in programme.cycle), Fraction(0))
    rest = hours % period

    def given(hour: Fraction) -> Fraction:
        turns, inside = divmod(hour, period)
        total = turns * whole
        for start, (length, amount) in zip(starts, programme.cycle, strict=True):
            total += amount * min(max(inside - start, Fraction(0)), length) / length
        return total

    begins = [*starts, *(start + period - rest for start in starts)]
    return hours // period * whole + max(given(begin + rest) - given(begin) for begin in begins)


def notes_on_clock(*programmes: Programme | None) -> tuple[str, ...]:
    """What a pattern over the day asks of people who travel or change the clocks."""
    if any(isinstance(p, DayPattern) for p in programmes):
        return (
            "A change of the clocks or of the time zone moves the steps of the day; plan it with the pump.",
        )
    return ()
