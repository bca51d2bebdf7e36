"""Refill and alarm dates: exact days, rounded down, on the early edge of the flow error, inside the stability limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from eutonia.errors import Code
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, sentence, show_amount
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.keeps import SOLUTIONS, Keeps, how_long_it_keeps
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.order import Order, Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Programme, event_of, flow_problems
from eutonia.plan.pump.simulated import Simulated, run_events
from eutonia.show import show_date
from eutonia.simulate.device import PumpRun
from eutonia.simulate.pump_events import Fill

__all__ = ["Days", "Filling", "RefillPlan", "draw_filling", "plan_refill", "refill_days"]

#: The longest course that is drawn.
_LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Days:
    """Exact days from the fill until a volume is left (0: empty), at the programmed flow and at the edges of its error.

    early and late are None where the error of the pump is not known.
    """

    left_ml: Fraction
    days: Fraction
    early: Fraction | None
    late: Fraction | None

    def on(self, filled_on: date) -> date:
        """The day it is reached, the begun day not counted."""
        return filled_on + timedelta(days=floor(self.days))

    def early_on(self, filled_on: date) -> date:
        """The day the fastest pump within its error reaches it; the programmed one where the error is not known."""
        return filled_on + timedelta(days=floor(self.days if self.early is None else self.early))


@dataclass(frozen=True, slots=True)
class Filling:
    """What is in which pump since that day: the programme, micrograms per mL, and mL after the fill."""

    implant: Implant
    programme: Programme
    concentration: Fraction
    ml: Fraction
    on: date

    @property
    def flow(self) -> Fraction:
        """The mean flow as programmed, mL a day."""
        return self.programme.daily / self.concentration


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RefillPlan(PumpPlan):
    """Dates of one filling. refill_by: the latest day to come; because: what makes it this day.

    nominal_by: the same at the programmed flow. flow: mL a day. alarm and empty: exact days until then. levels: the
    alarm volumes of the knowledge base beside the pump's own, as far as the fill is above them. stable_until: the last
    day the solution keeps in the pump; expires_on: the expiry date of the drug, None where none was given.
    """

    filling: Filling
    refill_by: date
    nominal_by: date
    because: str
    flow: Fraction
    alarm: Days
    empty: Days
    levels: tuple[Days, ...]
    stable_until: date
    expires_on: date | None

    @property
    def filled_on(self) -> date:
        """The day of the fill."""
        return self.filling.on

    @property
    def alarm_on(self) -> date:
        """The day the alarm would sound by the pump's own reckoning."""
        return self.alarm.on(self.filled_on)

    @property
    def empty_on(self) -> date:
        """The day the reservoir is empty at the programmed flow."""
        return self.empty.on(self.filled_on)


def refill_days(filled_ml: Fraction, left_ml: Fraction, flow: Fraction, error: Fraction | None) -> Days:
    """(filled - left) / flow; the edges divide by 1 plus and minus the error, which is below 1."""
    days = (filled_ml - left_ml) / flow
    if error is None:
        return Days(left_ml, days, None, None)
    return Days(left_ml, days, days / (1 + error), days / (1 - error))


def plan_refill(
    knowledge: Knowledge,
    implant: Implant,
    programme: Programme,
    *,
    filled_on: date,
    filled_ml: Amount,
    concentration: Amount,
    solution: str,
    lead_days: Amount | None = None,
    stability_days: Amount | None = None,
    expires_on: date | None = None,
) -> RefillPlan | PumpRefusal:
    """When to come back: lead days before the alarm, not after the solution's end, by the early edge where it is known.

    filled_ml: as the programmer counts it; what cannot be withdrawn is not in it. solution: what is in the pump; with
    another drug the clinic gives stability_days itself. lead_days and stability_days: the clinic's own, else those of
    the knowledge. Refused without an alarm volume, when the reservoir is too small for the lead, or when a flow is
    outside the pump. Raises InputRefused for what cannot be.
    """
    reading = Reading(knowledge)
    reading.word("solution", solution, SOLUTIONS)
    filled = reading.amount("filled_ml", filled_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    strength = reading.concentration("concentration", concentration)
    usual = None
    if lead_days is None:
        usual = number_of(knowledge, "refill.lead")
        lead = usual.exact
    else:
        lead = _whole_days(reading, "lead_days", lead_days, may_be_zero=True)
    given = None if stability_days is None else _whole_days(reading, "stability_days", stability_days)
    if expires_on is not None:
        reading.dates("filled_on", filled_on, "expires_on", expires_on)
    alarm_ml = implant.alarm_ml
    if alarm_ml is not None and not reading.problems and filled <= alarm_ml:
        reading.add(
            Code.IMPOSSIBLE_VALUE,
            "The fill is no more than the volume at the alarm.",
            "filled_ml",
            given=f"{show_amount(filled)} mL",
            accepted=(f"above {show_amount(alarm_ml)} mL",),
        )
    reading.done()
    if alarm_ml is None:
        return PumpRefusal(
            Why.NOT_KNOWN,
            "Cannot tell when the alarm sounds: the volume it is set to is not known.",
            "Read it from the programmer.",
            missing=("alarm_volume",),
        )
    keeps = how_long_it_keeps(knowledge, solution, strength, given)
    if keeps is None:
        return PumpRefusal(
            Why.NOT_KNOWN,
            "How long this mixture keeps in the pump is not known here.",
            "Give stability_days from whoever makes it.",
            missing=("stability_days",),
        )
    outside = flow_problems(implant, programme, strength)
    if outside:
        return PumpRefusal(Why.DEVICE, " ".join(outside), "Choose another concentration or programme.")
    filling = Filling(implant, programme, strength, filled, filled_on)
    return _dates(knowledge, filling, alarm_ml, keeps, (lead, usual), expires_on)


def _dates(
    knowledge: Knowledge,
    filling: Filling,
    alarm_ml: Fraction,
    keeps: Keeps,
    ahead: tuple[Fraction, PumpNumber | None],
    expires_on: date | None,
) -> RefillPlan | PumpRefusal:
    (lead, usual), filled_on, flow, implant = ahead, filling.on, filling.flow, filling.implant
    error = implant.flow_tolerance
    alarm, empty = (refill_days(filling.ml, ml, flow, error) for ml in (alarm_ml, Fraction(0)))
    maker = number_of(knowledge, "alarm.maker")
    levels = [n for n in (maker, number_of(knowledge, "alarm.after_withdrawal")) if n.exact < filling.ml]
    drawn = tuple(refill_days(filling.ml, n.exact, flow, error) for n in levels)
    stable_until = filled_on + timedelta(days=int(keeps.days))
    ends = {keeps.because: stable_until}
    if expires_on is not None:
        ends["the expiry date of the drug"] = expires_on
    before = timedelta(days=int(lead))
    nominal_by = min(alarm.on(filled_on) - before, *ends.values())
    fast = "" if error is None else ", the pump running fast"
    ends[f"{show_amount(lead)} days before the alarm{fast}"] = alarm.early_on(filled_on) - before
    because = min(ends, key=lambda name: ends[name])
    refill_by = ends[because]
    own = () if usual is None else (usual,)
    if refill_by < filled_on:
        first = alarm.days if alarm.early is None else alarm.early
        return PumpRefusal(
            Why.DEVICE,
            f"The filling lasts {show_amount(first)} days to the alarm{fast}, less than the {show_amount(lead)} days "
            "ahead of it.",
            "Fill more, choose a stronger solution or a shorter lead.",
            numbers=own,
        )
    run, edge = draw_filling(filling, Fraction(0), DAY_H * min(floor(empty.days) + 2, _LONGEST_DAYS))
    not_checked = [*implant.not_checked(), *keeps.not_checked]
    if error is None:
        not_checked.append("Not checked: how much faster than programmed this pump may run is not known.")
    if run.time_h[-1] < float(DAY_H * empty.days):
        not_checked.append(f"Simulated for {_LONGEST_DAYS} days only; the reservoir lasts longer.")
    dates = [
        ("filled on", filled_on),
        ("refill by", refill_by),
        ("alarm on", alarm.on(filled_on)),
        ("empty on", empty.on(filled_on)),
        ("solution keeps until", stable_until),
    ]
    if expires_on is not None:
        dates.append(("drug expires on", expires_on))
    return RefillPlan(
        says=(
            *_says(filling, refill_by, because, (alarm, empty), drawn),
            f"The solution keeps until {show_date(stable_until)}: {keeps.because}.",
            *(() if expires_on is None else (f"The drug expires on {show_date(expires_on)}.",)),
            f"Loss of effect has come days before a {show_amount(maker.exact)} mL alarm; signs count, not the alarm "
            "alone.",
        ),
        second_look=keeps.second_look,
        settle=(
            "Who tells the patient and the family the date, and whom do they call when they cannot come?",
        ),
        not_checked=tuple(not_checked),
        numbers=tuple(dict.fromkeys((*own, *keeps.numbers, maker, *levels))),
        simulated=Simulated(
            run, fast=edge, not_simulated=("Not simulated: tone; the dose does not change.",)
        ),
        ordered=Ordered(
            orders=(Order(filling.programme, filling.concentration),),
            reservoir=reservoir_of(implant, filled_ml=filling.ml),
            dates=tuple(dates),
        ),
        filling=filling,
        refill_by=refill_by,
        nominal_by=nominal_by,
        because=because,
        flow=flow,
        alarm=alarm,
        empty=empty,
        levels=drawn,
        stable_until=stable_until,
        expires_on=expires_on,
    )


def draw_filling(filling: Filling, from_h: Fraction, until_h: Fraction) -> tuple[PumpRun, PumpRun | None]:
    """The course of a filling between two hours since the fill: as programmed, and as fast as the error allows.

    from_h: full days, so that a day pattern keeps its hours. The fast one is None where the error is not known.
    """
    error = filling.implant.flow_tolerance

    def draw(factor: Fraction) -> PumpRun:
        left = filling.ml - from_h / DAY_H * filling.flow * factor
        events = [
            Fill(0.0, float(left), float(filling.concentration)),
            event_of(filling.programme, Fraction(0)),
        ]
        return run_events(filling.implant.system(), events, until_h - from_h, filling.concentration, factor)

    return draw(Fraction(1)), None if error is None else draw(1 + error)


def _whole_days(reading: Reading, path: str, value: Amount, *, may_be_zero: bool = False) -> Fraction:
    days = reading.amount(path, value, "The number of days", "day", may_be_zero=may_be_zero)
    if days.denominator != 1:
        why = "Dates are counted in whole days."
        reading.add(Code.IMPOSSIBLE_VALUE, why, path, given=show_amount(days), accepted=("whole days",))
    return days


def _says(
    filling: Filling, by: date, because: str, ends: tuple[Days, Days], levels: tuple[Days, ...]
) -> tuple[str, ...]:
    (alarm, empty), filled_on = ends, filling.on
    lines = [
        f"Refill by {show_date(by, weekday=True)}: {because}.",
        sentence(
            f"{show_amount(filling.ml)} mL of {show_amount(filling.concentration)} micrograms per mL since "
            f"{show_date(filled_on)}, {show_amount(filling.programme.daily)} micrograms in 24 hours."
        ),
        sentence(
            f"{show_amount(filling.flow)} mL a day: the alarm after {show_amount(alarm.days)} days, on "
            f"{show_date(alarm.on(filled_on))}; empty after {show_amount(empty.days)} days, on "
            f"{show_date(empty.on(filled_on))}."
        ),
    ]
    if alarm.early is not None and alarm.late is not None:
        lines.append(
            f"Within the error of the pump the alarm volume is reached after {show_amount(alarm.early)} to "
            f"{show_amount(alarm.late)} days; the pump's own alarm does not know of it. The early edge is planned on."
        )
    lines += [
        f"{show_amount(level.left_ml)} mL are left on {show_date(level.on(filled_on))}." for level in levels
    ]
    lines.append(
        f"The alarm is taken to be set to {show_amount(alarm.left_ml)} mL; the programmer shows what it is set to."
    )
    return tuple(lines)
