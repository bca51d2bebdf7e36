"""A magnet and a pump: what this very pump does in it, what the patient misses or gets, and what to read afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code
from eutonia.knowledge.devices import Device
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.implant import Implant, path_gap
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.order import Order, Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Programme, Simple, event_of, flow_problems, most_within
from eutonia.plan.pump.simulated import AFTER_H, NO_TONE, Simulated, follow_pump, run_events, runs_dry
from eutonia.simulate.pump_events import Fill, PumpEvent, Standstill

__all__ = ["MagnetPlan", "plan_magnet"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MagnetPlan(PumpPlan):
    """What the magnet does: micrograms missed at most, micrograms given at once at most, and what to do around it.

    scan_h and standstill_h: hours in the magnet, and at most until it turns again, by itself or by hand. missed: the
    most that the programme would have given in so many hours, whenever in the day they begin.
    """

    scan_h: Fraction
    standstill_h: Fraction
    missed: Fraction
    at_once: Fraction
    before: tuple[str, ...]
    afterwards: tuple[str, ...]


def plan_magnet(
    knowledge: Knowledge,
    device: Device,
    implant: Implant,
    programme: Programme,
    *,
    concentration: Amount,
    left_ml: Amount,
    scan_h: Amount,
    reset_h: Amount | None = None,
    who: Patient | None = None,
) -> MagnetPlan | PumpRefusal:
    """By what the maker of this device says. left_ml: in the reservoir; scan_h: hours in the magnet.

    reset_h: for a pump that must be started by hand, hours from the beginning of the scan until somebody does; needed
    there. Refused for a device whose behaviour in a magnet was not read. Raises InputRefused for what cannot be.
    """
    reading = Reading(knowledge)
    strength = reading.concentration("concentration", concentration)
    left = reading.amount("left_ml", left_ml, "What is in the reservoir", "mL", at_most=implant.reservoir_ml)
    scan = reading.amount("scan_h", scan_h, "The time in the magnet", "h")
    reset = None if reset_h is None else reading.amount("reset_h", reset_h, "The time until the reset", "h")
    if implant.title != device.title:
        reading.add(
            Code.CONFLICTING_VALUES,
            "The implant is another pump than the one whose magnet behaviour is asked for.",
            "device",
            given=device.title,
            accepted=(implant.title,),
        )
    reading.done()
    outside = flow_problems(implant, programme, strength)
    if outside:
        return PumpRefusal(Why.DEVICE, " ".join(outside), "Read the programme again.")
    delay, valve = (
        implant.settings.get("mri_restart_delay_at_most"),
        implant.settings.get("mri_valve_volume_at_most"),
    )
    if valve is not None:
        if reset is None or reset < scan:
            return PumpRefusal(
                Why.NOT_KNOWN,
                f"{device.settings['mri_valve_volume_at_most'].says} Without somebody who resets it the patient gets "
                "nothing.",
                "Say when it will be reset, not before the scan is over.",
                missing=("reset_h",),
            )
        stands, at_once = reset, valve * strength
        words = device.settings["mri_valve_volume_at_most"].says
        afterwards: tuple[str, ...] = ("Reset the valve, then read the pump: it says that it is running.",)
    elif delay is not None:
        stands, at_once = scan + delay, Fraction(0)
        words = device.settings["mri_restart_delay_at_most"].says
        afterwards = (
            "Read the pump at once: it says that it is running. The two-tone alarm may sound in between.",
            "If it stands, read it again; until it turns the patient gets nothing.",
        )
    else:
        return PumpRefusal(
            Why.NOT_READ,
            f"What {device.title} does in a magnet was not read in any text here.",
            "Ask the maker for this very model before the scan. Nothing is taken over from another pump.",
            missing=("behaviour in a magnet",),
        )
    missed, long = most_within(programme, stands), number_of(knowledge, "magnet.second_look")
    simulated = _simulate(implant, programme, (strength, left), (scan, stands), who)
    return MagnetPlan(
        says=(
            words,
            f"At most {show_amount(missed)} micrograms are missed over {show_hours(stands)}"
            + (
                f"; at most {show_amount(at_once)} micrograms are given at once as the valve shuts."
                if at_once
                else "."
            ),
            f"It runs {show_amount(programme.daily)} micrograms in 24 hours, with {show_amount(left)} mL left; "
            f"the scan takes {show_hours(scan)}.",
        ),
        second_look=(
            *(
                ("Second look: the pump may stand for a day. Who watches for withdrawal?",)
                if stands >= long.exact
                else ()
            ),
            *runs_dry(simulated.run),
        ),
        settle=(
            "Is the model, and what its maker says of this magnet, on the request for the scan?",
            "Who reads the pump afterwards, and when?",
        ),
        not_checked=(
            *implant.not_checked(),
            "Not checked: whether this scanner and this protocol are within what the maker of the pump allows.",
            *simulated.not_simulated,
        ),
        numbers=(long,),
        simulated=simulated,
        ordered=Ordered(
            orders=(Order(programme, strength, purpose="before"),),
            reservoir=reservoir_of(implant, left_ml=left),
            amounts=(
                ("in the magnet", scan, "h"),
                ("stands at most", stands, "h"),
                ("missed at most", missed, "microgram"),
                ("given at once at most", at_once, "microgram"),
            ),
        ),
        scan_h=scan,
        standstill_h=stands,
        missed=missed,
        at_once=at_once,
        before=(
            "Read the pump and print the programme.",
            "Do not programme it to “stopped” for the scan: nobody may remember to start it.",
        ),
        afterwards=afterwards,
    )


def _simulate(
    implant: Implant,
    programme: Programme,
    solution: tuple[Fraction, Fraction],
    times: tuple[Fraction, Fraction],
    who: Patient | None,
) -> Simulated:
    """With the longest standstill, and (without) one that ends with the scan."""
    (strength, left), (scan, stands) = solution, times
    start: list[PumpEvent] = [Fill(0.0, float(left), float(strength)), event_of(programme, Fraction(0))]
    until = DAY_H + stands + AFTER_H
    run, short = (
        run_events(
            implant.system(),
            [*start, Standstill(float(DAY_H), float(DAY_H + hours), "magnet")],
            until,
            strength,
        )
        for hours in (stands, scan)
    )
    tone, other = follow_pump(who, run, programme.daily), follow_pump(who, short, programme.daily)
    gaps = [*path_gap(implant), *(() if tone is not None else (NO_TONE,))]
    if not isinstance(programme, Simple):
        gaps.append(
            "Not simulated: the hour of the scan. It is drawn as if it began with the day of the programme."
        )
    if "mri_valve_volume_at_most" in implant.settings:
        gaps.append("Not simulated: what the valve lets through as it shuts.")
    return Simulated(run, short, tone, other, not_simulated=tuple(gaps))
