"""A planned ladder becomes a Plan only after it was simulated and judged by the rules that judge any therapy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from eutonia.assess.facts import derive_facts
from eutonia.assess.findings import assess
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge, Word
from eutonia.plan.expose import NoCourse, Simulation, expose
from eutonia.plan.outcome import Plan, PlanStep, Reason, Refusal
from eutonia.plan.titrate import describe_ladder, plan_titration
from eutonia.record import Ask, Form, Moment, OralTherapy, Product, Scenario, TimedDose
from eutonia.simulate.therapy import phase_of
from eutonia.units import Quantity, unit


def make_plan(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, simulation: Simulation
) -> Plan | Refusal:
    """Plan, simulate, judge. A ladder that the rules would stop is not offered; the refusal says which."""
    ladder = plan_titration(scenario, knowledge, sheet)
    if isinstance(ladder, Refusal):
        return ladder
    therapy = as_therapy(ladder.steps)
    future = replace(scenario, question=replace(scenario.question, ask=Ask.CHECK, proposed=therapy))
    future_sheet, dosing = derive_facts(future, knowledge)
    assessment = assess(future_sheet, knowledge)
    if assessment.word is Word.STOP:
        stops = [f for f in assessment.problems if f.word is Word.STOP]
        return Refusal(
            Reason.STOPPED,
            f"A plan to {describe_ladder(ladder)} could be made, but these findings stop it: "
            + "; ".join(f.title for f in stops)
            + ".",
            "Settle these findings first.",
        )
    course = expose(
        future, knowledge, future_sheet, dosing, simulation, planned=[phase_of(t) for t in therapy]
    )
    assert ladder.ceiling.mg_per_day is not None  # plan_titration has made sure
    return Plan(
        title=f"Titration to {describe_ladder(ladder)}",
        steps=ladder.steps,
        supply=ladder.supply,
        ceiling_mg=ladder.ceiling.mg_per_day,
        ceiling_limits=ladder.ceiling.binding,
        limits_used=ladder.limits_used,
        left_out=ladder.left_out,
        rejected=ladder.rejected,
        course=None if isinstance(course, NoCourse) else course,
        assessment=assessment,
    )


def as_therapy(steps: Sequence[PlanStep]) -> tuple[OralTherapy, ...]:
    """The plan as therapy entries, exactly as a record would hold them once it is followed."""
    return tuple(
        OralTherapy(
            doses=tuple(TimedDose(at=d.at, dose=_quantity(d.dose.mg)) for d in step.doses),
            product=_product(step),
            from_=Moment(step.first),
            to=None if step.last is None else Moment(step.last),
        )
        for step in steps
    )


def _quantity(mg: Fraction) -> Quantity:
    return Quantity(Decimal(mg.numerator) / Decimal(mg.denominator), unit("mg"))


def _product(step: PlanStep) -> Product:
    item = step.doses[0].dose.pieces[0].item
    strength = _quantity(item.mg_per_unit)
    if item.form is Form.LIQUID:
        return Product(form=item.form, concentration=Quantity(strength.value, unit("mg/mL")))
    return Product(form=item.form, strength=strength, scored=item.step < 1)
