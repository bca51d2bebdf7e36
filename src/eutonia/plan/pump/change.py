"""Any change at a pump: another dose, mode or solution, before and after, with the bridge where the solution changes.

The path between reservoir and tip still holds the old solution when a new one is filled in. The bridge moves it at
the old daily dose; left out, it runs at the new flow, which is too little or too much by the ratio of the strengths.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.compare import BeforeAfter, compare_programmes
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.order import Order, Ordered, SingleDose, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why, no_path
from eutonia.plan.pump.programme import DayPattern, Programme, event_of, flow_problems, notes_on_clock
from eutonia.plan.pump.simulated import (
    AFTER_H,
    NO_TONE,
    Simulated,
    follow_pump,
    run_events,
    runs_dry,
    shown_until,
)
from eutonia.plan.pump.visit import visit_checklist
from eutonia.simulate.pump_events import Fill, FixedVolume, PumpEvent

__all__ = ["BridgePlan", "ChangePlan", "bridge", "bridge_range", "plan_change"]


@dataclass(frozen=True, slots=True)
class BridgePlan:
    """The bridge, exactly: mL of old solution, its micrograms, its flow in mL a day and its hours.

    omitted_daily and omitted_h: what the tip would get in 24 hours, and for how long, without it.
    """

    ml: Fraction
    micrograms: Fraction
    flow: Fraction
    hours: Fraction
    omitted_daily: Fraction
    omitted_h: Fraction

    @property
    def omitted_ratio(self) -> Fraction:
        """What the tip would get without the bridge, over what it got before."""
        return self.omitted_daily / (self.micrograms * DAY_H / self.hours)

    @property
    def says(self) -> tuple[str, str]:
        """The bridge and its omission in a sentence each."""
        return (
            f"Bridge: {show_amount(self.micrograms)} micrograms of the old solution, {show_amount(self.ml)} mL at "
            f"{show_amount(self.flow)} mL a day over {show_hours(self.hours)}.",
            f"If the bridge is left out: {show_amount(self.omitted_daily)} micrograms in 24 hours for "
            f"{show_hours(self.omitted_h)}, {show_amount(self.omitted_ratio)} times the dose before.",
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangePlan(PumpPlan):
    """A change: before and after in 24-hour totals, the bridge where there is one, the new mean flow in mL a day.

    checklist: what has to be done and seen before the visit is over, the running pump last.
    """

    change: BeforeAfter
    bridge: BridgePlan | None
    flow: Fraction
    checklist: tuple[str, ...]


def bridge(
    path_ml: Fraction,
    old_concentration: Fraction,
    new_concentration: Fraction,
    old_daily: Fraction,
    new_daily: Fraction,
) -> BridgePlan:
    """The bridge for a known path; all above 0. The old solution in the path finishes at the old daily dose."""
    amount = path_ml * old_concentration
    new_flow = new_daily / new_concentration
    return BridgePlan(
        ml=path_ml,
        micrograms=amount,
        flow=old_daily / old_concentration,
        hours=DAY_H * amount / old_daily,
        omitted_daily=new_flow * old_concentration,
        omitted_h=DAY_H * path_ml / new_flow,
    )


def bridge_range(
    path_range_ml: tuple[Fraction, Fraction],
    old_concentration: Fraction,
    new_concentration: Fraction,
    old_daily: Fraction,
    new_daily: Fraction,
) -> tuple[BridgePlan, BridgePlan]:
    """The bridges for the shortest and the longest path: why a length that is only guessed gives none."""
    low, high = path_range_ml
    return (
        bridge(low, old_concentration, new_concentration, old_daily, new_daily),
        bridge(high, old_concentration, new_concentration, old_daily, new_daily),
    )


def plan_change(
    knowledge: Knowledge,
    implant: Implant,
    *,
    before: Programme,
    after: Programme,
    old_concentration: Amount,
    new_concentration: Amount,
    fill_ml: Amount,
    midnight_h: Amount | None = None,
    who: Patient | None = None,
) -> ChangePlan | PumpRefusal:
    """The change at hour 0. fill_ml: what is in the reservoir after it. midnight_h: hours until the next midnight;
    None: not known, and drawn as if the day of a pattern began with the change.

    With two concentrations the bridge is always there, and refused, with its range where the length of the catheter
    has one, while the path is not known. Refused when a flow is outside the pump. Raises InputRefused for what
    cannot be.
    """
    reading = Reading(knowledge)
    old = reading.concentration("old_concentration", old_concentration)
    new = reading.concentration("new_concentration", new_concentration)
    ml = reading.amount("fill_ml", fill_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    midnight = (
        None
        if midnight_h is None
        else reading.amount(
            "midnight_h", midnight_h, "The hours until midnight", "h", may_be_zero=True, at_most=DAY_H
        )
    )
    reading.done()
    outside = flow_problems(implant, after, new)
    if outside:
        return PumpRefusal(Why.DEVICE, " ".join(outside), "Choose another concentration or programme.")
    change = compare_programmes(knowledge, before, after)
    crossing: BridgePlan | None = None
    if old != new:
        found = _bridge(implant, old, new, change)
        if isinstance(found, PumpRefusal):
            return found
        crossing = found
    simulated = _simulate(implant, before, after, (old, new), (ml, midnight), crossing, who)
    return ChangePlan(
        says=(
            change.says,
            *(crossing.says if crossing is not None else ()),
            f"New mean flow: {show_amount(after.daily / new)} mL a day.",
            _about_solutions(old, new, ml),
            "Before: " + " ".join(change.before),
            "After: " + " ".join(change.after),
            *_about_bridge(crossing, before),
        ),
        second_look=(*_second_look(change, crossing), *runs_dry(simulated.run)),
        settle=notes_on_clock(before, after),
        not_checked=(*implant.not_checked(), *simulated.not_simulated),
        numbers=(change.threshold,),
        simulated=simulated,
        ordered=Ordered(
            orders=(
                Order(before, old, purpose="before"),
                Order(after, new, Fraction(0) if crossing is None else crossing.hours),
            ),
            doses=()
            if crossing is None
            else (SingleDose("bridge", Fraction(0), crossing.micrograms, crossing.ml, old, crossing.hours),),
            reservoir=reservoir_of(implant, filled_ml=ml),
        ),
        change=change,
        bridge=crossing,
        flow=after.daily / new,
        checklist=visit_checklist(has_bridge=crossing is not None),
    )


def _bridge(implant: Implant, old: Fraction, new: Fraction, change: BeforeAfter) -> BridgePlan | PumpRefusal:
    daily = change.before_daily, change.after_daily
    if implant.path_ml is None:
        says = "Cannot tell how large the bridge is: the volume between reservoir and tip is not known."
        span = implant.path_range_ml
        if span is not None and span[0] > 0:
            short, long = bridge_range(span, old, new, *daily)
            says += (
                f" For the shortest and the longest catheter it lies between {show_amount(short.micrograms)} "
                f"micrograms over {show_hours(short.hours)} and {show_amount(long.micrograms)} over "
                f"{show_hours(long.hours)}."
            )
        return PumpRefusal(
            Why.NOT_KNOWN,
            says,
            "Fill in the tubing of the pump, the volume of 1 cm of catheter and the implanted length, from the "
            "manuals and the operation report. Without a bridge the change is not planned.",
            missing=implant.missing_for_path or ("implanted length",),
        )
    if implant.path_ml == 0:
        return no_path("bridge")
    found = bridge(implant.path_ml, old, new, *daily)
    outside = implant.check_flow(found.flow, "The bridge")
    if outside is not None:
        return PumpRefusal(Why.DEVICE, outside, "Choose another concentration.")
    return found


def _simulate(
    implant: Implant,
    before: Programme,
    after: Programme,
    concentrations: tuple[Fraction, Fraction],
    setting: tuple[Fraction, Fraction | None],
    crossing: BridgePlan | None,
    who: Patient | None,
) -> Simulated:
    (old, new), (ml, midnight) = concentrations, setting
    path = implant.path_ml
    gaps = (
        []
        if path is not None
        else ["Not simulated: the way to the tip. The volume of the path is not known."]
    )
    if midnight is None and isinstance(after, DayPattern):
        gaps.append(
            "Not simulated: the hour of the change. It is drawn as if it were at the beginning of the day's pattern."
        )
    fill = Fill(0.0, float(ml), float(new))
    events: list[PumpEvent] = [fill, event_of(after, Fraction(0), midnight or Fraction(0))]
    longest = Fraction(0) if crossing is None else max(crossing.hours, crossing.omitted_h)
    until, cut = shown_until(longest + AFTER_H, "the change")
    gaps += cut
    without = None
    if crossing is not None:
        without = run_events(implant.system(), events, until, old)
        events = [*events, FixedVolume(0.0, float(crossing.ml), float(crossing.hours))]
    run = run_events(implant.system(), events, until, old)
    tone, tone_without = follow_pump(who, run, before.daily), follow_pump(who, without, before.daily)
    if tone is None:
        gaps.append(NO_TONE)
    return Simulated(run, without, tone, tone_without, not_simulated=tuple(gaps))


def _about_solutions(old: Fraction, new: Fraction, ml: Fraction) -> str:
    if old == new:
        return f"The solution stays: {show_amount(new)} micrograms per mL, {show_amount(ml)} mL."
    return f"{show_amount(old)} micrograms per mL before, {show_amount(new)} after, {show_amount(ml)} mL filled in."


def _about_bridge(crossing: BridgePlan | None, before: Programme) -> tuple[str, ...]:
    if crossing is None or len(before.rates) == 1:
        return ()
    return ("While the bridge runs the old dose is given evenly; its pattern over the day rests.",)


def _second_look(change: BeforeAfter, crossing: BridgePlan | None) -> tuple[str, ...]:
    found = [change.second_look] if change.second_look else []
    if crossing is not None:
        line, ratio = change.threshold.exact, crossing.omitted_ratio
        if ratio > line or ratio * line < 1:
            what = "too much" if ratio > 1 else "too little"
            found.append(
                f"Second look: without the bridge the patient would get {what}. See that it is programmed."
            )
    return tuple(found)
