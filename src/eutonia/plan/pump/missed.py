"""A refill that was missed: what now. The refill first; by mouth there is a bridge only, and nobody is covered by it.

No dose by mouth is ever worked out from a dose by pump: no factor is known, and one that circulates has harmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import floor

from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.exact import DAY_H, Reading, show_amount
from eutonia.plan.pump.implant import path_gap
from eutonia.plan.pump.order import Order, Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.refill import RefillPlan, draw_filling
from eutonia.plan.pump.simulated import NO_TONE, Simulated, follow_pump
from eutonia.show import show_count, show_date

__all__ = ["MissedRefillPlan", "State", "plan_missed_refill"]

#: How long a drawing goes on after the reservoir is empty.
_DAYS_AFTER = 5
_NO_ERROR = (
    "Not checked: how much faster than programmed this pump may run is not known; it may be empty sooner."
)


class State(StrEnum):
    """How the reservoir stands, from good to bad; “may be empty”: a fast pump within its error would be."""

    NOT_DUE = "not due"
    OVERDUE = "overdue"
    PAST_ALARM = "past the alarm"
    MAY_BE_EMPTY = "may be empty"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MissedRefillPlan(PumpPlan):
    """left_ml: reckoned volume today. days_until_empty: from today, at the programmed flow; below 0 since when.

    what_now: steps in order. by_mouth: the note on baclofen by mouth, the same whatever the dose of the pump.
    """

    state: State
    days_overdue: int
    left_ml: Fraction
    days_until_empty: Fraction
    what_now: tuple[str, ...]
    by_mouth: tuple[str, str]


def plan_missed_refill(
    knowledge: Knowledge,
    refill: RefillPlan,
    *,
    today: date,
    has_signs: bool | None,
    who: Patient | None = None,
) -> MissedRefillPlan:
    """How the reservoir of this filling stands today and what to do.

    has_signs: of withdrawal or of too much; None is asked first. Raises InputRefused for a day before the fill.
    """
    reading = Reading(knowledge)
    reading.dates("filled_on", refill.filled_on, "today", today)
    reading.done()
    filling = refill.filling
    days = (today - refill.filled_on).days
    left = max(filling.ml - days * refill.flow, Fraction(0))
    overdue = (today - refill.refill_by).days
    state = _state(refill, today, days)
    first_empty = refill.empty.days if refill.empty.early is None else refill.empty.early
    run, fast = draw_filling(
        filling,
        DAY_H * max(floor(first_empty) - 1, 0),  # from the day before the first pump runs dry
        DAY_H * (floor(refill.empty.days) + _DAYS_AFTER),
    )
    tone = follow_pump(who, run, filling.programme.daily)
    gaps = (*path_gap(filling.implant), *(() if tone is not None else (NO_TONE,)))
    note = knowledge.notes["PUMP-01"]
    return MissedRefillPlan(
        says=_says(refill, state, overdue, left, today),
        second_look=()
        if state is State.NOT_DUE
        else ("Second look: a pump that runs dry is an emergency within hours to days.",),
        questions=("Are there signs of withdrawal: itch, fever, stiffness, confusion, seizures?",)
        if has_signs is None
        else (),
        settle=(
            "Does the pump sound, and what does it say when it is read?",
            "Was the pump stopped or the catheter injured? Then the reservoir says nothing about what arrived.",
        ),
        not_checked=(
            *filling.implant.not_checked(),
            *((_NO_ERROR,) if refill.empty.early is None else ()),
            *gaps,
        ),
        conflicts=(knowledge.conflicts["CON-61"],),
        simulated=Simulated(run, None, tone, fast=fast, not_simulated=gaps),
        ordered=Ordered(
            orders=(Order(filling.programme, filling.concentration, purpose="before"),),
            reservoir=reservoir_of(filling.implant, filled_ml=filling.ml, left_ml=left, state=state.value),
            dates=(
                ("filled on", refill.filled_on),
                ("refill by", refill.refill_by),
                ("empty on", refill.empty_on),
            ),
        ),
        state=state,
        days_overdue=max(overdue, 0),
        left_ml=left,
        days_until_empty=refill.empty.days - days,
        what_now=_what_now(state, has_signs=has_signs),
        by_mouth=(note.say, note.do),
    )


def _state(refill: RefillPlan, today: date, days: int) -> State:
    if days >= refill.empty.days:
        return State.EMPTY
    is_fast_one_empty = refill.empty.early is not None and days >= refill.empty.early
    if is_fast_one_empty or today >= refill.empty_on:
        return State.MAY_BE_EMPTY
    if today >= refill.alarm_on:
        return State.PAST_ALARM
    return State.OVERDUE if today > refill.refill_by else State.NOT_DUE


def _says(refill: RefillPlan, state: State, overdue: int, left: Fraction, today: date) -> tuple[str, ...]:
    filling, days = refill.filling, (today - refill.filled_on).days
    lines = [f"The refill was due by {show_date(refill.refill_by)}; state of the reservoir: {state}."]
    if overdue > 0:
        lines.append(f"It is {show_count(overdue, 'day')} overdue.")
    lines.append(
        f"Filled on {show_date(refill.filled_on)} with {show_amount(filling.ml)} mL of "
        f"{show_amount(filling.concentration)} micrograms per mL, {show_amount(filling.programme.daily)} micrograms in "
        "24 hours."
    )
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
    if today > refill.stable_until:
        lines.append(
            f"What is left is old as well: the solution keeps until {show_date(refill.stable_until)}."
        )
    if refill.expires_on is not None and today > refill.expires_on:
        lines.append(f"What is left is old as well: the drug expired on {show_date(refill.expires_on)}.")
    return tuple(lines)


def _what_now(state: State, *, has_signs: bool | None) -> tuple[str, ...]:
    lines = []
    if has_signs:
        lines.append(
            "Treat what is seen, in hospital, and call the pump team now, whatever the reservoir says."
        )
    elif has_signs is None:
        lines.append("Look for signs first: with them it is an emergency, whatever the reservoir says.")
    if state is State.NOT_DUE:
        return (
            *lines,
            "Keep the date of the refill." if not has_signs else "Read the pump and the reservoir.",
        )
    if not has_signs:
        lines.append("Call the pump team today and refill at the next hour it can be done.")
    if state in {State.MAY_BE_EMPTY, State.EMPTY}:
        lines.append(
            "Count the patient as without baclofen until the pump was read and filled; send to hospital."
        )
        lines.append("Before it runs again: the plan for a restart, and whether the path still holds drug.")
    lines.append(
        "By mouth there is a bridge only; nobody is covered by it, and no dose by mouth equals one by pump."
    )
    lines.append("Measure what is found in the reservoir, and make new dates.")
    return tuple(lines)
