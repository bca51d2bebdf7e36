"""Filling the path before a start: how much drug that takes, and how long a path that is not filled gives nothing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.order import Order, Ordered, SingleDose, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why, no_path
from eutonia.plan.pump.programme import Programme, event_of, flow_problems
from eutonia.plan.pump.simulated import AFTER_H, Simulated, run_events, shown_until
from eutonia.simulate.pump_events import Fill, FixedVolume, PumpEvent

__all__ = ["PrimingPlan", "flushed", "plan_priming", "prime_events"]

_PARTS = ("whole path", "catheter only")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PrimingPlan(PumpPlan):
    """ml and micrograms to fill the part; unprimed_h: hours without drug at the tip if it is left out."""

    ml: Fraction
    micrograms: Fraction
    duration_h: Fraction
    unprimed_h: Fraction


def prime_events(programme: Programme, ml: Fraction, concentration: Fraction) -> list[PumpEvent]:
    """A fill and a programme at hour 0."""
    return [Fill(0.0, float(ml), float(concentration)), event_of(programme, Fraction(0))]


def flushed(volume_ml: Fraction, concentration: Fraction) -> Fraction:
    """Micrograms that a volume of solution holds: what a flush of it drives into the spinal fluid at once."""
    return volume_ml * concentration


def plan_priming(
    knowledge: Knowledge,
    implant: Implant,
    programme: Programme,
    *,
    concentration: Amount,
    fill_ml: Amount,
    part: str,
    duration_h: Amount,
) -> PrimingPlan | PumpRefusal:
    """Fill the whole path (a new system) or the catheter only (a new catheter on a pump that is full up to it).

    duration_h: over how long, as the programmer states it. Refused while the volume of that part is not known. Raises
    InputRefused for what cannot be.
    """
    reading = Reading(knowledge)
    reading.word("part", part, _PARTS)
    strength = reading.concentration("concentration", concentration)
    length = reading.amount("duration_h", duration_h, "The length of the priming", "h")
    filled = reading.amount("fill_ml", fill_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    reading.done()
    catheter = implant.catheter_ml
    volume = (
        implant.path_ml
        if part == "whole path"
        else (catheter[0] if catheter is not None and catheter[0] == catheter[1] else None)
    )
    if volume is None:
        return PumpRefusal(
            Why.NOT_KNOWN,
            "Cannot tell: the volume to be primed is not known for this pump and catheter.",
            "Fill in the tubing of the pump, the volume of 1 cm of catheter and the implanted length.",
            missing=implant.missing_for_path or ("implanted length",),
        )
    if volume == 0:
        return no_path("priming")
    if volume > filled:
        return PumpRefusal(Why.DEVICE, "The fill is smaller than the volume to be primed.", "Fill more.")
    outside = implant.check_flow(volume * DAY_H / length, "The priming")
    if outside is not None:
        return PumpRefusal(Why.DEVICE, outside, "Take another length of time.")
    cannot_run = flow_problems(implant, programme, strength)
    if cannot_run:
        return PumpRefusal(Why.DEVICE, " ".join(cannot_run), "Choose another concentration or programme.")
    unprimed = DAY_H * volume / (programme.daily / strength)
    # Only the catheter is empty when the rest of the path is full of the same solution.
    system, events = implant.system(volume), prime_events(programme, filled, strength)
    until, cut = shown_until(max(unprimed, length) + AFTER_H, "the way to the tip without priming")
    priming = FixedVolume(0.0, float(volume), float(length))
    primed, bare = (run_events(system, drawn, until, Fraction(0)) for drawn in ([*events, priming], events))
    gaps = ("Not simulated: tone while priming.", *cut)
    return PrimingPlan(
        says=(
            f"Priming the {part.removesuffix(' only')}: {show_amount(volume)} mL, which hold "
            f"{show_amount(volume * strength)} micrograms; none of it reaches the patient.",
            f"It takes {show_hours(length)}, of {show_amount(filled)} mL filled in; then "
            f"{show_amount(programme.daily)} micrograms in 24 hours.",
            f"Left out, the first drug would reach the tip after {show_hours(unprimed)}.",
        ),
        settle=(
            "Is what is to be primed really empty of drug? Priming a full path drives its content into the patient at "
            f"once, here {show_amount(flushed(volume, strength))} micrograms.",
        ),
        not_checked=(*implant.not_checked(), *gaps),
        simulated=Simulated(primed, bare, not_simulated=gaps),
        ordered=Ordered(
            orders=(Order(programme, strength, length),),
            doses=(SingleDose("priming", Fraction(0), volume * strength, volume, strength, length),),
            reservoir=reservoir_of(implant, filled_ml=filled),
        ),
        ml=volume,
        micrograms=volume * strength,
        duration_h=length,
        unprimed_h=unprimed,
    )
