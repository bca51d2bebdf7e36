"""Refill and alarm dates: exact days, rounded down, on the early edge of the flow error, inside the stability limit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from eutonia.errors import Code
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import Amount, Reading, sentence, show_amount
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Programme, event_of, flow_problems
from eutonia.plan.pump.simulated import Simulated, run_events
from eutonia.show import show_date
from eutonia.simulate.pump_events import Fill

__all__ = ["Days", "RefillPlan", "plan_refill", "refill_days"]

SOLUTIONS = ("baclofen alone", "with clonidine", "with another drug")


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RefillPlan(PumpPlan):
    """Dates of one filling. refill_by: the latest day to come; because: what makes it this day.

    nominal_by: the same at the programmed flow. alarm and empty: exact days. levels: the alarm volumes of 2 and 4 mL
    beside the pump's own. stable_until and expires_on: ends of the solution.
    """

    filled_on: date
    refill_by: date
    nominal_by: date
    because: str
    flow: Fraction
    alarm: Days
    empty: Days
    levels: tuple[Days, ...]
    stable_until: date

    @property
    def alarm_on(self) -> date:
        """The day the alarm would sound by the pump's own reckoning."""
        return self.alarm.on(self.filled_on)

    @property
    def empty_on(self) -> date:
        """The day the reservoir is empty at the programmed flow."""
        return self.empty.on(self.filled_on)


def refill_days(filled_ml: Fraction, left_ml: Fraction, flow: Fraction, error: Fraction | None) -> Days:
    """(filled - left) / flow; the edges divide by 1 plus and minus the error."""
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
    usual = number_of(knowledge, "refill.lead")
    lead = (
        usual.exact if lead_days is None else _whole_days(reading, "lead_days", lead_days, may_be_zero=True)
    )
    limits = _stability(knowledge, solution)
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
    if given is None and not limits:
        return PumpRefusal(
            Why.NOT_KNOWN,
            "How long this mixture keeps in the pump is not known here.",
            "Give stability_days from whoever makes it.",
            missing=("stability_days",),
        )
    outside = flow_problems(implant, programme, strength)
    if outside:
        return PumpRefusal(Why.DEVICE, " ".join(outside), "Choose another concentration or programme.")
    stable = min([n.exact for n in limits] if given is None else [given])
    if stable < 1:
        reading.add(Code.IMPOSSIBLE_VALUE, "The solution keeps at least a day.", "stability_days")
        reading.done()
    flow = programme.daily / strength
    error = implant.flow_tolerance
    alarm, empty = (refill_days(filled, ml, flow, error) for ml in (alarm_ml, Fraction(0)))
    levels = [number_of(knowledge, name) for name in ("alarm.maker", "alarm.after_withdrawal")]
    drawn = tuple(refill_days(filled, n.exact, flow, error) for n in levels if n.exact < filled)
    ends = {"the stability limit of the solution": filled_on + timedelta(days=int(stable))}
    if expires_on is not None:
        ends["the expiry date of the drug"] = expires_on
    before = timedelta(days=int(lead))
    nominal_by = min(alarm.on(filled_on) - before, *ends.values())
    ends[
        f"{show_amount(lead)} days before the alarm" + ("" if error is None else ", the pump running fast")
    ] = alarm.early_on(filled_on) - before
    because = min(ends, key=lambda name: ends[name])
    refill_by = ends[because]
    if refill_by < filled_on:
        return PumpRefusal(
            Why.DEVICE,
            f"The filling lasts {show_amount(alarm.days)} days to the alarm, less than {show_amount(lead)} days ahead "
            "of it.",
            "Fill more, choose a stronger solution or a shorter lead.",
            numbers=(usual,),
        )
    run = run_events(
        implant.system(),
        [Fill(0.0, float(filled), float(strength)), event_of(programme, Fraction(0))],
        Fraction(24) * min(floor(empty.days) + 2, 400),
        strength,
    )
    not_checked = list(implant.not_checked())
    if error is None:
        not_checked.append("Not checked: how much faster than programmed this pump may run is not known.")
    if run.time_h[-1] < 24 * float(empty.days):
        not_checked.append("Simulated for 400 days only; the reservoir lasts longer.")
    return RefillPlan(
        says=_says(filled_on, refill_by, because, flow, alarm, empty, drawn),
        questions=(
            "Who tells the patient and the family the date, and whom do they call when they cannot come?",
        ),
        not_checked=tuple(not_checked),
        numbers=(usual, *limits, *levels),
        simulated=Simulated(run, not_simulated=("Not simulated: tone; the dose does not change.",)),
        filled_on=filled_on,
        refill_by=refill_by,
        nominal_by=nominal_by,
        because=because,
        flow=flow,
        alarm=alarm,
        empty=empty,
        levels=drawn,
        stable_until=filled_on + timedelta(days=int(stable)),
    )


def _whole_days(reading: Reading, path: str, value: Amount, *, may_be_zero: bool = False) -> Fraction:
    days = reading.amount(path, value, "The number of days", "day", may_be_zero=may_be_zero)
    if days.denominator != 1:
        why = "Dates are counted in whole days."
        reading.add(Code.IMPOSSIBLE_VALUE, why, path, given=show_amount(days), accepted=("whole days",))
    return days


def _stability(knowledge: Knowledge, solution: str) -> tuple[PumpNumber, ...]:
    alone = number_of(knowledge, "refill.stability")
    if solution == "baclofen alone":
        return (alone,)
    if solution == "with clonidine":
        return (alone, number_of(knowledge, "refill.stability.clonidine"))
    return ()


def _says(
    filled_on: date,
    by: date,
    because: str,
    flow: Fraction,
    alarm: Days,
    empty: Days,
    levels: tuple[Days, ...],
) -> tuple[str, ...]:
    lines = [
        f"Refill by {show_date(by, weekday=True)}: {because}.",
        sentence(
            f"{show_amount(flow)} mL a day: the alarm after {show_amount(alarm.days)} days, on "
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
    lines.append("Loss of effect has come days before a 2 mL alarm; signs count, not the alarm alone.")
    return tuple(lines)
