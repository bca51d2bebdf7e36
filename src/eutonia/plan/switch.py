"""Changing to or from another medicine: two staircases, each by its own steps, and no number between them.

No dose of one is ever worked out from a dose of the other. The one that is new is raised first, the one that leaves is
lowered afterwards, and never both on one day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from eutonia.assess.dosing import Dosing
from eutonia.assess.limits import apply_limits
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.condition import ALWAYS, Holds
from eutonia.knowledge.library import Cell, Row
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.outcome import PartnerPlan, PartnerStep, Reason, Refusal
from eutonia.plan.pace import find_pace
from eutonia.plan.refuse import refuse_missing, refuse_recent_overdose, show_mg
from eutonia.plan.steps import exact_limit, largest_limit
from eutonia.plan.taper import Descent, plan_taper, present_level, walk_down
from eutonia.plan.titrate import Ladder, plan_titration
from eutonia.record import Ask, Direction, Partner, Scenario, Switch, Taper, TaperWay
from eutonia.show import show_count
from eutonia.simulate.day import PARTS
from eutonia.units import Quantity

__all__ = ["Exchange", "plan_switch"]

_TABLE, _NO_STEPS = "switch-ladders", "partners-without-steps"
_WHEN = PARTS[3]
_NO_EQUAL = (
    "No accepted number turns a dose of baclofen into a dose of {partner}, so none is worked out here; each medicine "
    "goes by its own steps."
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Both staircases of a switch. baclofen: its way down or up; partner: None for a pump, planned elsewhere."""

    baclofen: Descent | Ladder
    partner: PartnerPlan | None
    remarks: tuple[str, ...]


def plan_switch(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, dosing: Dosing
) -> Exchange | Refusal:
    """The dated switch that the question asks for, or a Refusal with the reason and what is known all the same."""
    switch = scenario.question.switch
    assert switch is not None  # intake has made sure
    if switch.partner is Partner.PUMP:
        return _wean(scenario, knowledge, sheet, switch)
    row = _ladder_of(knowledge, sheet, switch.partner)
    if isinstance(row, Refusal):
        return row
    assert switch.dose is not None
    dose = Fraction(switch.dose.to("mg/day").value)
    first = scenario.question.start_on or scenario.as_of.on
    if switch.direction is Direction.TO:
        return _leave_baclofen(scenario, knowledge, sheet, dosing, switch, row, dose, first)
    return _come_to_baclofen(scenario, knowledge, sheet, switch, row, dose)


def _leave_baclofen(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    dosing: Dosing,
    switch: Switch,
    row: Row,
    dose: Fraction,
    first: date,
) -> Exchange | Refusal:
    """The partner is raised with baclofen unchanged; a week on its dose later baclofen is lowered."""
    up = _raise(row, switch.partner, dose, first)
    if isinstance(up, Refusal):
        return up
    hold = int(largest_limit(apply_limits(knowledge, sheet, "switch.hold.days"), "day")[1])
    cut_on = up[-1].first + timedelta(days=hold)
    question = replace(scenario.question, ask=Ask.TAPER, start_on=cut_on, taper=Taper(), target=None)
    descent = plan_taper(replace(scenario, question=question), knowledge, sheet, dosing)
    if isinstance(descent, Refusal):
        return descent
    remarks = (
        _NO_EQUAL.format(partner=switch.partner.value),
        f"Baclofen stays at {show_mg(descent.start_mg)} a day until then: no cut on a day on which the other rises. "
        "If the other medicine does not help, baclofen was not lowered for nothing. The supply counted here begins "
        f"with the first cut; {show_count((cut_on - scenario.as_of.on).days, 'day')} of the present dose come on top.",
    )
    return Exchange(descent, _partner_plan(row, switch.partner, up), remarks)


def _come_to_baclofen(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, switch: Switch, row: Row, dose: Fraction
) -> Exchange | Refusal:
    """Baclofen is raised with the partner unchanged; a week on its dose later the partner is lowered."""
    ladder = plan_titration(scenario, knowledge, sheet)
    if isinstance(ladder, Refusal):
        return ladder
    hold = int(largest_limit(apply_limits(knowledge, sheet, "switch.hold.days"), "day")[1])
    first = ladder.steps[-1].first + timedelta(days=hold)
    down = _lower(row, switch, dose, first)
    if isinstance(down, Refusal):
        return down
    own = [f"{switch.partner.value.capitalize()} stays at {show_mg(dose)} a day until then."]
    if row.cells.get("cut") is None:
        own.append(
            f"No text on how {switch.partner.value} is lowered was read: its own steps are gone back one by one."
        )
    remarks = (_NO_EQUAL.format(partner=switch.partner.value), *own)
    return Exchange(ladder, _partner_plan(row, switch.partner, down), remarks)


def _wean(scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, switch: Switch) -> Exchange | Refusal:
    """Tablets are lowered while a pump works: by a share of the current dose at each step."""
    if sheet.get("has_pump_therapy") is not True:
        if sheet.get("has_pump_therapy") is None:
            return refuse_missing(("has_pump_therapy",), sheet)
        return Refusal(
            Reason.AVOID,
            "No pump is recorded that gives baclofen now. Tablets are lowered once the pump works, not before.",
            "Record the pump with its programme, or ask for a taper.",
        )
    assert switch.percent is not None and switch.every is not None  # intake has made sure
    share = Fraction(switch.percent.to("percent").value) / 100
    least_limit, least = exact_limit(apply_limits(knowledge, sheet, "switch.pump.cut_least").limits[0], "1")
    most_limit, most = exact_limit(apply_limits(knowledge, sheet, "switch.pump.cut_most").limits[0], "1")
    span = f"{float(100 * least):g} to {float(100 * most):g} per cent"
    if share > most:
        return Refusal(
            Reason.ABRUPT,
            f"{most_limit.says} The question asks for {float(100 * share):g} per cent.",
            f"Choose from {span}.",
            limits=(least_limit, most_limit),
            sources=most_limit.evidence,
        )
    first = scenario.question.start_on or scenario.as_of.on
    refusal = refuse_recent_overdose(sheet)
    level = present_level(scenario, knowledge, sheet, first)
    if refusal is not None:
        return refusal
    if isinstance(level, Refusal):
        return level
    taper = Taper(way=TaperWay.PERCENT_OF_CURRENT, percent=switch.percent, every=switch.every)
    pace = find_pace(knowledge, sheet, taper, level)
    descent = walk_down(scenario, knowledge, sheet, pace, level, Fraction(0), first)
    if isinstance(descent, Refusal):
        return descent
    used = (*descent.limits_used, least_limit, most_limit)
    remarks = (
        _NO_EQUAL.format(partner="baclofen into the spinal fluid"),
        f"The days on each step, {ceil(switch.every.to('day').value)}, are those of the question: no source "
        "gives them.",
        *([f"This is slower than the abstract read, which cuts by {span}."] * (share < least)),
    )
    return Exchange(replace(descent, limits_used=used), None, remarks)


# --- the partner's own steps ---------------------------------------------------------------------------------------


def _ladder_of(knowledge: Knowledge, sheet: FactSheet, partner: Partner) -> Row | Refusal:
    """The row whose people this patient belongs to; a Refusal where nothing was read or a fact is missing."""
    rows = [row for row in knowledge.tables[_TABLE].rows if row.cells["partner"] == partner.value]
    if not rows:
        return _refuse_without_steps(knowledge, partner)
    missing: list[str] = []
    for row in rows:
        outcome = (row.when or ALWAYS).evaluate(sheet.values)
        if outcome.holds is Holds.YES:
            return row
        missing += outcome.missing
    if missing:
        return refuse_missing(tuple(dict.fromkeys(missing)), sheet)
    whom = "; ".join(str(row.cells["for_whom"]) for row in rows)
    return Refusal(
        Reason.NO_STEPS,
        f"The steps of {partner.value} that were read are for other people than this patient: {whom}.",
        "See the table of treatments for what texts say of weak kidneys and of children.",
        sources=tuple(c for row in rows for c in row.evidence),
    )


def _refuse_without_steps(knowledge: Knowledge, partner: Partner) -> Refusal:
    """Doses alone are no way to reach them: what was read is told, and what was not."""
    rows = [row for row in knowledge.tables[_NO_STEPS].rows if row.cells["partner"] == partner.value]
    told = "".join(
        f" Read was: {row.cells['known']}. Not known here: {row.cells['unknown']}." for row in rows
    )
    rule = f"card on the change to {partner.value}" if partner is Partner.DIAZEPAM else "table of treatments"
    return Refusal(
        Reason.NO_STEPS,
        f"No steps of {partner.value} for spasticity were read, so no dated plan is made.{told} "
        + _NO_EQUAL.format(partner=partner.value),
        f"See the {rule}; baclofen itself can be lowered by a taper once the other medicine helps.",
        sources=tuple(citation for row in rows for citation in row.evidence),
    )


def _raise(row: Row, partner: Partner, dose: Fraction, first: date) -> list[PartnerStep] | Refusal:
    """The steps of the partner up to ``dose``, which must be one of them."""
    ladder = [_split(text) for text in str(row.cells["steps"]).split(",")]
    totals = [sum(doses) for doses in ladder]
    if dose not in totals:
        below = max((t for t in totals if t < dose), default=None)
        above = min((t for t in totals if t > dose), default=None)
        near = tuple(t for t in (below, above) if t is not None)
        return Refusal(
            Reason.OVER_CEILING if above is None else Reason.CANNOT_BE_MADE,
            f"{show_mg(dose)} of {partner.value} a day is not one of the steps that were read.",
            "Nearest steps: " + " and ".join(f"{show_mg(Fraction(x))} a day" for x in near) + ".",
            nearest_mg=tuple(Fraction(x) for x in near),
            sources=row.evidence,
        )
    days = _number(row.cells["step_days"])
    used = ladder[: totals.index(dose) + 1]
    return _dated(used, days, first)


def _lower(row: Row, switch: Switch, dose: Fraction, first: date) -> list[PartnerStep] | Refusal:
    """The steps of the partner back down from ``dose``, ending with none."""
    ladder = [_split(text) for text in str(row.cells["steps"]).split(",")]
    totals = [sum(doses) for doses in ladder]
    if dose not in totals:
        return _raise(row, switch.partner, dose, first)
    days = _number(row.cells["step_days"])
    if switch.every is not None:
        days = max(ceil(switch.every.to("day").value), 1)
    cut = row.cells.get("cut")
    most = None if cut is None else _number(cut)
    used: list[tuple[Fraction, ...]] = []
    place, level = totals.index(dose), dose
    while level > 0:
        if most is None:
            place -= 1
        else:
            place = min((i for i, t in enumerate(totals) if t >= level - most), default=0)
            place = place if totals[place] < level and level > most else -1
        doses = ladder[place] if place >= 0 else (Fraction(0),) * len(_WHEN)
        used.append(doses)
        level = sum(doses, Fraction(0))
    return _dated(used, days, first)


def _split(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(part) for part in text.strip().split("-"))


def _number(cell: Cell) -> int:
    assert cell is not None
    return int(cell.value) if isinstance(cell, Quantity) else int(float(cell))


def _dated(ladder: Sequence[tuple[Fraction, ...]], days: int, first: date) -> list[PartnerStep]:
    steps, begin = [], first
    for index, doses in enumerate(ladder):
        last = None if index == len(ladder) - 1 else begin + timedelta(days=days - 1)
        named = tuple((when, mg) for when, mg in zip(_WHEN, doses, strict=True) if mg > 0)
        steps.append(PartnerStep(index + 1, begin, last, named))
        begin += timedelta(days=days)
    return steps


def _partner_plan(row: Row, partner: Partner, steps: Sequence[PartnerStep]) -> PartnerPlan:
    return PartnerPlan(partner.value, tuple(steps), str(row.cells["watch"]), row.evidence, row.departs)
