"""Ways down: tablets after the pump has started, and the pump itself when it has to go, in exact percentages.

A way down is drawn by a stated pace, never by the fastest that somebody survived. Where texts on the pace differ, the
slower is the usual one and the other is drawn only when asked for by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.compare import BeforeAfter, compare_programmes
from eutonia.plan.pump.exact import Amount, Reading, show_amount
from eutonia.plan.pump.implant import Implant, path_gap
from eutonia.plan.pump.label import numbers_of
from eutonia.plan.pump.order import Order, Ordered, reservoir_of
from eutonia.plan.pump.outcome import MOST_STEPS, PumpPlan, PumpRefusal, Why, too_many_steps
from eutonia.plan.pump.programme import Simple, event_of, flow_problems
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_pump, run_events, runs_dry
from eutonia.simulate.pump_events import Fill, PumpEvent

__all__ = ["PumpWean", "WeanStep", "plan_pump_wean", "wean_oral_by_percent"]

_STRONGER = "Choose a stronger solution for the first steps."
_PACES = ("planned stop", "in hospital")


@dataclass(frozen=True, slots=True)
class WeanStep:
    """Micrograms a day from this hour on, and how many per cent less than before."""

    at_h: Fraction
    micrograms: Fraction
    percent: Fraction


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PumpWean(PumpPlan):
    """The doses downwards, the last of them the floor; what happens below the floor is not planned here."""

    steps: tuple[WeanStep, ...]
    whole: BeforeAfter


def wean_oral_by_percent(
    knowledge: Knowledge, daily_mg: Amount, percent: Amount, count: int
) -> tuple[Fraction, ...] | PumpRefusal:
    """Daily doses of baclofen by mouth, each so many per cent below the one before, exactly and before any rounding.

    They are made into tablets by the plan of dispensable doses, which offers neighbours where a dose cannot be made.
    Refused outside the pace that was read. Raises InputRefused for what cannot be.
    """
    reading = Reading()
    dose = reading.amount("daily_mg", daily_mg, "The daily dose by mouth", "mg/day")
    cut = reading.amount("percent", percent, "The cut", "percent", at_most=Fraction(100))
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        reading.add(Code.IMPOSSIBLE_VALUE, "There is at least one step.", "count", given=str(count))
    elif count > MOST_STEPS:
        reading.add(
            Code.IMPOSSIBLE_VALUE,
            "No way down has so many steps.",
            "count",
            given=str(count),
            accepted=(f"up to {MOST_STEPS}",),
        )
    reading.done()
    # The same limit as for a switch planned over the record; it holds everywhere and for everybody.
    found = [
        (100 * limit.value, limit)
        for limit in knowledge.limits
        if limit.name == "switch.pump.cut_most" and isinstance(limit.value, Fraction)
    ]
    if not found:
        return PumpRefusal(
            Why.NOT_READ,
            "How fast tablets are lowered beside a pump is not in this base.",
            "Ask the pump team.",
        )
    most, limit = min(found, key=lambda one: one[0])
    if cut > most:
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"A cut of {show_amount(cut)} per cent a step is more than was read. {limit.says}",
            f"Take at most {show_amount(most)} per cent.",
            limits=(limit,),
        )
    kept = 1 - cut / 100
    return tuple(dose * kept ** (place + 1) for place in range(count))


def plan_pump_wean(
    knowledge: Knowledge,
    implant: Implant,
    *,
    current_micrograms: Amount,
    floor_micrograms: Amount,
    percent: Amount,
    every_h: Amount,
    pace: str,
    concentration: Amount,
    fill_ml: Amount,
    who: Patient | None = None,
) -> PumpWean | PumpRefusal:
    """The daily dose down to a floor (the first dose after the implant, where a text names it), each step checked.

    pace: “planned stop” (``stop.*`` of the base, as one text has it) or “in hospital” (``stop.in_hospital.*``, as a few
    patients had it with an external pump). Refused above the pace that is named. A reservoir that runs dry on the way
    asks for a second look. Raises InputRefused for what cannot be. It ends above nothing: an abrupt stop of what is
    left is nobody's plan.
    """
    reading = Reading(knowledge)
    reading.word("pace", pace, _PACES)
    current = reading.daily_dose("current_micrograms", current_micrograms)
    floor = reading.daily_dose("floor_micrograms", floor_micrograms)
    cut = reading.amount("percent", percent, "The cut", "percent")
    apart = reading.amount("every_h", every_h, "The time between cuts", "h")
    strength = reading.concentration("concentration", concentration)
    ml = reading.amount("fill_ml", fill_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    if not reading.problems and floor >= current:
        given = f"{show_amount(floor)} micrograms a day"
        reading.add(
            Code.CONFLICTING_VALUES,
            "The floor is not below the present dose.",
            "floor_micrograms",
            given=given,
        )
    if not reading.problems and cut >= 100:
        reading.add(
            Code.IMPOSSIBLE_VALUE, "A cut of everything is no way down.", "percent", given=str(percent)
        )
    reading.done()
    fall, gap = "stop.fall.most", "stop.interval"
    also: tuple[PumpNumber, ...] = ()
    if pace != "planned stop":
        fall, gap = "stop.in_hospital.fall.most", "stop.in_hospital.interval"
        also = numbers_of(knowledge, "stop.in_hospital.fall.least")
    # Where several texts give a pace, the slowest of them holds.
    most = min(numbers_of(knowledge, fall), key=lambda n: n.exact)
    interval = max(numbers_of(knowledge, gap), key=lambda n: n.exact)
    numbers = (*also, most, interval)
    if cut > most.exact or apart < interval.exact:
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"{show_amount(cut)} per cent every {show_amount(apart)} hours is faster than was read. {most.says}",
            "Take a slower pace.",
            numbers=numbers,
        )
    steps: list[WeanStep] = []
    level = current
    while level > floor:
        dose = max(level * (1 - cut / 100), floor)
        steps.append(WeanStep(len(steps) * apart, dose, (1 - dose / level) * 100))
        level = dose
        if len(steps) > MOST_STEPS:
            return too_many_steps()
    # The doses fall, so the first of them meets the highest flow and the last the lowest.
    for dose, step in (
        (floor, "Choose a weaker solution for the last steps."),
        (steps[0].micrograms, _STRONGER),
    ):
        outside = flow_problems(implant, Simple(dose), strength)
        if outside:
            return PumpRefusal(Why.DEVICE, " ".join(outside), step)
    events: list[PumpEvent] = [Fill(0.0, float(ml), float(strength))]
    events += [event_of(Simple(step.micrograms), step.at_h) for step in steps]
    run = run_events(implant.system(), events, steps[-1].at_h + apart, strength)
    tone = follow_pump(who, run, current)
    gaps = (*path_gap(implant), *((NO_TONE,) if tone is None else ()))
    whole = compare_programmes(knowledge, Simple(current), Simple(floor))
    return PumpWean(
        says=(
            *(
                f"From hour {show_amount(s.at_h)}: {show_amount(s.micrograms)} micrograms in 24 hours, "
                f"{show_amount(s.percent)} per cent less."
                for s in steps
            ),
            whole.says,
            f"In the reservoir: {show_amount(ml)} mL of {show_amount(strength)} micrograms per mL.",
            "With signs of withdrawal: back to the step before, and no further cut until they are gone.",
        ),
        second_look=(*((whole.second_look,) if whole.second_look else ()), *runs_dry(run)),
        settle=("Why does the pump have to go, and who watches for withdrawal at each step?",),
        not_checked=(*implant.not_checked(), *gaps),
        numbers=numbers,
        conflicts=(knowledge.conflicts["CON-62"],),
        simulated=Simulated(run, None, tone, None, not_simulated=gaps),
        ordered=Ordered(
            orders=(
                Order(Simple(current), strength, purpose="before"),
                *(Order(Simple(step.micrograms), strength, step.at_h) for step in steps),
            ),
            reservoir=reservoir_of(implant, filled_ml=ml),
        ),
        steps=tuple(steps),
        whole=whole,
    )
