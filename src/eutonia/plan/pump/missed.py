"""A refill that was missed: what now. The refill first; by mouth there is a bridge only, and nobody is covered by it.

No dose by mouth is ever worked out from a dose by pump: no factor is known, and one that circulates has harmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from eutonia.errors import Code
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.exact import Amount, Reading, show_amount
from eutonia.plan.pump.implant import Implant, path_gap
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.programme import Programme, event_of
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_pump, run_events
from eutonia.show import show_count, show_date
from eutonia.simulate.pump_events import Fill

__all__ = ["MissedRefillPlan", "plan_missed_refill"]

_STATES = ("not due", "overdue", "past the alarm", "may be empty", "empty")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissedRefillPlan(PumpPlan):
    """state: not due, overdue, past the alarm, may be empty (a fast pump would be), empty.

    left_ml: reckoned volume today. days_until_empty: from today, at the programmed flow; below 0 since when. what_now:
    steps in order. by_mouth: the note on baclofen by mouth, the same whatever the dose of the pump.
    """

    state: str
    days_overdue: int
    left_ml: Fraction
    days_until_empty: Fraction
    what_now: tuple[str, ...]
    by_mouth: tuple[str, str]


def plan_missed_refill(
    knowledge: Knowledge,
    implant: Implant,
    refill: RefillPlan,
    programme: Programme,
    *,
    concentration: Amount,
    filled_ml: Amount,
    today: date,
    has_signs: bool | None,
    who: Patient | None = None,
) -> MissedRefillPlan:
    """How the reservoir stands today and what to do. has_signs: of withdrawal or of too much; None is asked first.

    Raises InputRefused for a day before the fill and for a filling that is not the one of the plan.
    """
    reading = Reading(knowledge)
    reading.dates("filled_on", refill.filled_on, "today", today)
    strength = reading.concentration("concentration", concentration)
    filled = reading.amount("filled_ml", filled_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    if not reading.problems and (
        programme.daily / strength != refill.flow or filled / refill.flow != refill.empty.days
    ):
        why = "This is not the filling the dates were made for."
        reading.add(Code.CONFLICTING_VALUES, why, "refill", next_step="Make the dates of this filling first.")
    reading.done()
    days = (today - refill.filled_on).days
    left = max(filled - days * refill.flow, Fraction(0))
    overdue = (today - refill.refill_by).days
    state = _state(refill, today, days)
    until = Fraction(24) * (floor(refill.empty.days) + 5)
    start = 24 * Fraction(max(floor(refill.empty.days) - 1, 0))
    run = run_events(
        implant.system(),
        [
            Fill(0.0, float(filled - start / 24 * refill.flow), float(strength)),
            event_of(programme, Fraction(0)),
        ],
        until - start,
        strength,
    )
    tone = follow_pump(who, run, programme.daily)
    gaps = (*path_gap(implant), *(() if tone is not None else (NO_TONE,)))
    note = knowledge.notes["PUMP-01"]
    return MissedRefillPlan(
        says=_says(refill, state, overdue, left, days),
        second_look=()
        if state == "not due"
        else ("Second look: a pump that runs dry is an emergency within hours to days.",),
        questions=(
            *(
                ("Are there signs of withdrawal: itch, fever, stiffness, confusion, seizures?",)
                if has_signs is None
                else ()
            ),
            "Does the pump sound, and what does it say when it is read?",
            "Was the pump stopped or the catheter injured? Then the reservoir says nothing about what arrived.",
        ),
        not_checked=(*implant.not_checked(), *gaps),
        conflicts=(knowledge.conflicts["CON-61"],),
        simulated=Simulated(run, None, tone, None, gaps),
        state=state,
        days_overdue=max(overdue, 0),
        left_ml=left,
        days_until_empty=refill.empty.days - days,
        what_now=_what_now(state, has_signs=has_signs),
        by_mouth=(note.say, note.do),
    )


def _state(refill: RefillPlan, today: date, days: int) -> str:
    if days >= refill.empty.days:
        return _STATES[4]
    is_fast_one_empty = refill.empty.early is not None and days >= refill.empty.early
    if is_fast_one_empty or today >= refill.empty_on:
        return _STATES[3]
    if today >= refill.alarm_on:
        return _STATES[2]
    return _STATES[1] if today > refill.refill_by else _STATES[0]


def _says(refill: RefillPlan, state: str, overdue: int, left: Fraction, days: int) -> tuple[str, ...]:
    lines = [f"The refill was due by {show_date(refill.refill_by)}; state of the reservoir: {state}."]
    if overdue > 0:
        lines.append(f"It is {show_count(overdue, 'day')} overdue.")
    lines.append(f"By reckoning {show_amount(left)} mL are left today.")
    to_go = refill.empty.days - days
    lines.append(
        f"At the programmed flow it is empty in {show_amount(to_go)} days, on {show_date(refill.empty_on)}."
        if to_go > 0
        else f"It has been empty since {show_date(refill.empty_on)}."
    )
    if refill.empty.early is not None:
        early = refill.filled_on + timedelta(days=floor(refill.empty.early))
        lines.append(f"A pump at the fast edge of its error is empty on {show_date(early)}.")
    return tuple(lines)


def _what_now(state: str, *, has_signs: bool | None) -> tuple[str, ...]:
    lines = []
    if has_signs:
        lines.append(
            "Treat what is seen, in hospital, and call the pump team now, whatever the reservoir says."
        )
    elif has_signs is None:
        lines.append("Look for signs first: with them it is an emergency, whatever the reservoir says.")
    if state == "not due":
        return (
            *lines,
            "Keep the date of the refill." if not has_signs else "Read the pump and the reservoir.",
        )
    if not has_signs:
        lines.append("Call the pump team today and refill at the next hour it can be done.")
    if state in {"may be empty", "empty"}:
        lines.append(
            "Count the patient as without baclofen until the pump was read and filled; send to hospital."
        )
        lines.append("Before it runs again: the plan for a restart, and whether the path still holds drug.")
    lines.append(
        "By mouth there is a bridge only; nobody is covered by it, and no dose by mouth equals one by pump."
    )
    lines.append("Measure what is found in the reservoir, and make new dates.")
    return tuple(lines)
