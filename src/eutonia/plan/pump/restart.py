"""Starting a pump again after an interruption: the published positions side by side, and the questions that decide.

The positions contradict each other, so no rate is worked out: the one may be an overdose and the other days of
withdrawal.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.library import Side
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.exact import Amount, Reading, show_amount, show_hours
from eutonia.plan.pump.implant import Implant, path_gap
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Simple, event_of
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_pump, run_events, runs_dry
from eutonia.simulate.pump_events import Fill, PumpEvent, Standstill

__all__ = ["RestartPositions", "show_restart_positions"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RestartPositions(PumpPlan):
    """The positions with who holds them. dose_before and first_dose: as recorded, micrograms a day; None: not known.

    There is no field for a dose to restart at. simulated shows both, where both doses are known: run and tone at the
    dose from before, without and tone_without at the first dose of the titration.
    """

    positions: tuple[Side, ...]
    policy: str
    stopped_h: Fraction | None
    dose_before: Fraction | None
    first_dose: Fraction | None


def show_restart_positions(
    knowledge: Knowledge,
    implant: Implant,
    *,
    stopped_h: Amount | None,
    dose_before: Amount | None,
    first_dose: Amount | None,
    concentration: Amount | None = None,
    left_ml: Amount | None = None,
    who: Patient | None = None,
) -> RestartPositions | PumpRefusal:
    """What is published on restarting after an interruption of ``stopped_h`` hours, applied to nobody.

    None: not known, and asked for. Raises InputRefused for what cannot be; refused where sources are no longer in the
    base.
    """
    reading = Reading(knowledge)
    stopped = None if stopped_h is None else reading.amount("stopped_h", stopped_h, "The interruption", "h")
    before = None if dose_before is None else reading.daily_dose("dose_before", dose_before)
    first = None if first_dose is None else reading.daily_dose("first_dose", first_dose)
    strength = None if concentration is None else reading.concentration("concentration", concentration)
    left = (
        None
        if left_ml is None
        else reading.amount(
            "left_ml", left_ml, "What is in the reservoir", "mL", at_most=implant.reservoir_ml
        )
    )
    reading.done()
    conflict = knowledge.conflicts.get("CON-61")
    if conflict is None:
        return PumpRefusal(Why.NOT_READ, "The positions on restarting are not in this base.", "")
    says = [side.says for side in conflict.sides]
    if stopped is not None:
        says.insert(0, f"The pump gave nothing for {show_hours(stopped)}.")
    if before is not None:
        says.append(f"The dose from before was {show_amount(before)} micrograms in 24 hours.")
    if first is not None:
        says.append(f"The first dose after the implant was {show_amount(first)} micrograms in 24 hours.")
    says.append("The sources disagree, so no dose to restart at is worked out here.")
    simulated = _simulate(implant, stopped, before, first, strength, left, who)
    return RestartPositions(
        says=tuple(says),
        second_look=(
            "Second look: too much and too little look alike at first. Somebody watches through the first day.",
            *runs_dry(simulated.run, simulated.without),
        ),
        questions=_questions(stopped, before, first),
        not_checked=(*implant.not_checked(), *simulated.not_simulated),
        conflicts=(conflict,),
        simulated=simulated,
        positions=conflict.sides,
        policy=conflict.policy,
        stopped_h=stopped,
        dose_before=before,
        first_dose=first,
    )


def _questions(stopped: Fraction | None, before: Fraction | None, first: Fraction | None) -> tuple[str, ...]:
    asked = []
    if stopped is None:
        asked.append("Since when has nothing arrived? The reservoir and the pump's own log may tell.")
    if before is None:
        asked.append("Which dose ran before?")
    if first is None:
        asked.append("Which was the first dose after the implant?")
    asked += [
        "What was given meanwhile, by mouth or by puncture, and when last?",
        "Are the signs those of too little or of too much?",
        "Does the path still hold drug, and of which strength?",
        "Why did it stop, and is that mended?",
    ]
    return tuple(asked)


def _simulate(
    implant: Implant,
    stopped: Fraction | None,
    before: Fraction | None,
    first: Fraction | None,
    strength: Fraction | None,
    left: Fraction | None,
    who: Patient | None,
) -> Simulated:
    if stopped is None or before is None or first is None or strength is None or left is None:
        return Simulated(
            not_simulated=(
                "Not simulated: the interruption, both doses, the solution and the reservoir have to be known.",
            )
        )
    again, until = 24 + stopped, 24 + stopped + 72
    runs = []
    for dose in (before, first):
        events: list[PumpEvent] = [
            Fill(0.0, float(left), float(strength)),
            event_of(Simple(before), Fraction(0)),
            Standstill(24.0, float(again), "stopped"),
            event_of(Simple(dose), again),
        ]
        runs.append(run_events(implant.system(), events, until, strength))
    tones = [follow_pump(who, run, before) for run in runs]
    gaps = (*path_gap(implant), *(() if tones[0] is not None else (NO_TONE,)))
    return Simulated(runs[0], runs[1], tones[0], tones[1], gaps)
