"""What if the refill comes late: when the reservoir is empty, for how long, and what the model expects of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import numpy as np

from eutonia.errors import Code
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.implant import path_gap
from eutonia.plan.pump.order import Order, Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.programme import event_of
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_pump, run_events
from eutonia.show import show_count, show_date, show_number
from eutonia.simulate.device import PumpRun
from eutonia.simulate.intrathecal import SpinalTrajectory
from eutonia.simulate.pump_events import Fill

__all__ = ["LateRefillPlan", "plan_late_refill"]

_DAYS_AFTER = 2  # shown after the late refill
_NO_ERROR = (
    "Not checked: whether the pump runs dry earlier; how far its flow may be off is not known. Fill it in from its "
    "manual."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LateRefillPlan(PumpPlan):
    """refilled_on: the late day. empty_h: hours without drug before it, as programmed; 0 where the reservoir lasts.

    early_empty_h: the same for a pump at the fast edge of its error; None where the error is not known. rebound_h: from
    and to, hours since the reservoir ran dry as programmed, in which the model has the typical person stiffer than
    without baclofen; None: never, or not simulated.
    """

    refilled_on: date
    empty_h: Fraction
    early_empty_h: Fraction | None
    rebound_h: tuple[float, float] | None


def plan_late_refill(
    knowledge: Knowledge, refill: RefillPlan, *, days_late: Amount, who: Patient | None = None
) -> LateRefillPlan:
    """The refill so many whole days after the day it is due. Raises InputRefused for days that cannot be."""
    reading = Reading(knowledge)
    late = reading.amount("days_late", days_late, "How late the refill comes", "day")
    if late.denominator != 1:
        why = "Dates are counted in whole days."
        reading.add(
            Code.IMPOSSIBLE_VALUE, why, "days_late", given=show_amount(late), accepted=("whole days",)
        )
    reading.done()
    filling = refill.filling
    refilled_on = refill.refill_by + timedelta(days=int(late))
    days = Fraction((refilled_on - filling.on).days)
    empty_h = max((days - refill.empty.days) * DAY_H, Fraction(0))
    early_h = None if refill.empty.early is None else max((days - refill.empty.early) * DAY_H, Fraction(0))
    # One hour 0 for both courses: the day before the first of them is empty, or before the refill where both last.
    soonest = refill.empty.days if refill.empty.early is None else refill.empty.early
    begin = max(min(Fraction(floor(soonest)), days) - 1, Fraction(0))
    run, edge = _drawn(refill, begin, days, Fraction(1)), None
    if filling.implant.flow_tolerance is not None:
        edge = _drawn(refill, begin, days, 1 + filling.implant.flow_tolerance)
    tone = follow_pump(who, run, filling.programme.daily)
    gaps = (*path_gap(filling.implant), *(() if tone is not None else (NO_TONE,)))
    rebound = None if tone is None or not empty_h else _rebound(run, tone)
    return LateRefillPlan(
        says=(
            f"The refill is due by {show_date(refill.refill_by)}; {show_count(int(late), 'day')} late it comes on "
            f"{show_date(refilled_on, weekday=True)}.",
            *_says(empty_h, early_h),
            *_expected(rebound, empty_h, is_simulated=tone is not None),
        ),
        second_look=()
        if not empty_h and not early_h
        else (
            "Second look: a pump that runs dry is an emergency within hours to days. Keep the day it is due.",
        ),
        settle=(
            "Can it be refilled earlier, here or elsewhere, and who is called when the pump sounds or signs begin?",
        ),
        not_checked=(*filling.implant.not_checked(), *((_NO_ERROR,) if early_h is None else ()), *gaps),
        conflicts=(knowledge.conflicts["CON-61"],) if empty_h else (),
        simulated=Simulated(run, None, tone, fast=edge, not_simulated=gaps),
        ordered=Ordered(
            orders=(Order(filling.programme, filling.concentration, purpose="before"),),
            reservoir=reservoir_of(filling.implant, filled_ml=filling.ml),
            dates=(
                ("filled on", filling.on),
                ("refill by", refill.refill_by),
                ("refilled late on", refilled_on),
                ("empty on", refill.empty_on),
            ),
            amounts=(("without drug, as programmed", empty_h, "h"),),
        ),
        refilled_on=refilled_on,
        empty_h=empty_h,
        early_empty_h=early_h,
        rebound_h=rebound,
    )


def _drawn(refill: RefillPlan, begin: Fraction, days: Fraction, factor: Fraction) -> PumpRun:
    """From day ``begin`` of the filling to two days after the late refill on day ``days``."""
    filling = refill.filling
    left = filling.ml - begin * filling.flow * factor
    refill_h = (days - begin) * DAY_H
    events = [
        Fill(0.0, float(left), float(filling.concentration)),
        event_of(filling.programme, Fraction(0)),
        Fill(float(refill_h), float(filling.ml), float(filling.concentration)),
    ]
    until = refill_h + _DAYS_AFTER * DAY_H
    return run_events(filling.implant.system(), events, until, filling.concentration, factor)


def _rebound(run: PumpRun, tone: SpinalTrajectory) -> tuple[float, float] | None:
    """First and last hour, since the reservoir ran dry, in which the cord is more excitable than without baclofen."""
    dry = next((o.at_h for o in run.occurrences if o.kind == "empty"), None)
    above = np.flatnonzero(tone.excitability[:, 0] > 1.0)
    if dry is None or not above.size:
        return None
    return float(tone.times_h[above[0]] - dry), float(tone.times_h[above[-1]] - dry)


def _says(empty_h: Fraction, early_h: Fraction | None) -> tuple[str, ...]:
    lines = []
    if empty_h:
        lines.append(f"As programmed the reservoir is empty for {show_hours(empty_h)} before that refill.")
    else:
        lines.append("As programmed the reservoir lasts until that refill.")
    if early_h:
        lines.append(f"A pump at the fast edge of its error is empty for {show_hours(early_h)} before it.")
    elif early_h is not None:
        lines.append("A pump at the fast edge of its error lasts as well.")
    return tuple(lines)


def _expected(
    rebound: tuple[float, float] | None, empty_h: Fraction, *, is_simulated: bool
) -> tuple[str, ...]:
    if not empty_h or not is_simulated:
        return ()
    if rebound is None:
        return (
            f"Counted from the empty reservoir, too little is expected from hour 0 to the refill at hour "
            f"{show_amount(empty_h)}; in the model tone stays below that without baclofen.",
        )
    first, last = (show_number(max(round(hour), 0)) for hour in rebound)
    return (
        f"Counted from the empty reservoir: too little is expected from hour 0, stiffness above that without baclofen "
        f"from hour {first} to hour {last}; the refill comes at hour {show_amount(empty_h)}.",
        "That is tone in a typical person; fever, itch, seizures and how severe it becomes are not in the model.",
    )
