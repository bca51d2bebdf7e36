"""Planned steps become a Plan only after they were simulated and judged by the rules that judge any therapy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from fractions import Fraction

from eutonia.assess.dosing import Dosing
from eutonia.assess.facts import derive_facts
from eutonia.assess.findings import Assessment, assess
from eutonia.assess.limits import find_ceiling
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge, Limit, Word
from eutonia.plan.expose import NoCourse, Simulation, expose
from eutonia.plan.guidance import find_guidance
from eutonia.plan.monitor import find_checks, in_order
from eutonia.plan.outcome import PartnerPlan, Plan, PlanKind, PlanStep, Reason, Refusal
from eutonia.plan.partner_checks import find_partner_checks
from eutonia.plan.switch import plan_switch
from eutonia.plan.taper import Descent, plan_taper
from eutonia.plan.titrate import Ladder, describe_ladder, plan_titration
from eutonia.plan.too_little import find_fall
from eutonia.record import (
    Ask,
    Direction,
    Form,
    Medicine,
    Moment,
    OralTherapy,
    Partner,
    Product,
    Scenario,
    TaperWay,
    TimedDose,
)
from eutonia.show import show_count, show_number
from eutonia.simulate.course import Course, timed
from eutonia.simulate.therapy import phase_of
from eutonia.units import Quantity, unit

__all__ = ["as_therapy", "make_plan"]

_ABRUPT_RULE, _NEXT_CUT_RULE = "TAP-01", "TAP-08"


def make_plan(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    dosing: Dosing,
    present: Assessment,
    simulation: Simulation,
) -> Plan | Refusal:
    """Plan, simulate, judge. Steps that the rules would stop are not offered; the refusal says which.

    present: the rules on the record as it is. A titration is stopped by any of their stops; a way down only by one
    that it brings itself, since what stops the present dose is often the reason to leave it.
    """
    question = scenario.question
    if question.ask is Ask.TITRATION:
        ladder = plan_titration(scenario, knowledge, sheet)
        if isinstance(ladder, Refusal):
            return ladder
        return _judge_ladder(scenario, knowledge, sheet, ladder, simulation)
    if question.ask is Ask.TAPER:
        descent = plan_taper(scenario, knowledge, sheet, dosing)
        if isinstance(descent, Refusal):
            return descent
        at_once = question.taper is not None and question.taper.way is TaperWay.AT_ONCE
        kind = PlanKind.STOP_AT_ONCE if at_once else PlanKind.TAPER
        return _judge_descent(scenario, knowledge, sheet, descent, present, simulation, kind)
    exchange = plan_switch(scenario, knowledge, sheet, dosing)
    if isinstance(exchange, Refusal):
        return exchange
    assert question.switch is not None
    if question.switch.partner is Partner.PUMP:
        assert isinstance(exchange.baclofen, Descent)
        plan = _judge_descent(
            scenario, knowledge, sheet, exchange.baclofen, present, simulation, PlanKind.WEANING
        )
    elif question.switch.direction is Direction.TO:
        assert isinstance(exchange.baclofen, Descent)
        plan = _judge_descent(
            scenario,
            knowledge,
            sheet,
            exchange.baclofen,
            present,
            simulation,
            PlanKind.SWITCH,
            exchange.partner,
        )
    else:
        assert isinstance(exchange.baclofen, Ladder)
        plan = _judge_ladder(scenario, knowledge, sheet, exchange.baclofen, simulation, exchange.partner)
    if isinstance(plan, Plan):
        plan = replace(plan, partner=exchange.partner, remarks=(*exchange.remarks, *plan.remarks))
        return _with_partner_checks(plan, scenario, knowledge, sheet)
    return plan


def _with_partner_checks(plan: Plan, scenario: Scenario, knowledge: Knowledge, sheet: FactSheet) -> Plan:
    """The plan with the checks of the other medicine among its own, in the order of their days."""
    switch = scenario.question.switch
    if plan.partner is None or switch is None:
        return plan
    checks, undecided = find_partner_checks(knowledge, sheet, plan.partner, switch.direction)
    merged = in_order((*plan.checks, *checks), scenario.as_of.on)
    return replace(plan, checks=merged, open_checks=(*plan.open_checks, *undecided))


def _judge_ladder(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    ladder: Ladder,
    simulation: Simulation,
    partner: PartnerPlan | None = None,
) -> Plan | Refusal:
    """A way up, or why the rules stop it."""
    therapy = as_therapy(ladder.steps)
    future = _future(scenario, therapy, partner)
    future_sheet, dosing = derive_facts(future, knowledge)
    assessment = assess(future_sheet, knowledge)
    refusal = _refuse_stopped(assessment, None, f"A plan to {describe_ladder(ladder)} could be made")
    refusal = refusal or _refuse_open_partner(assessment, partner, future_sheet)
    if refusal is not None:
        return refusal
    planned = [phase_of(t) for t in therapy]
    course = expose(future, knowledge, future_sheet, dosing, simulation, planned=planned)
    kind = PlanKind.SWITCH if partner else PlanKind.TITRATION
    is_first = sheet.number("current_oral_daily_dose") == 0
    checks, open_checks = find_checks(
        knowledge, future_sheet, PlanKind.TITRATION, ladder.steps, is_first_dose=is_first
    )
    assert ladder.ceiling.mg_per_day is not None  # plan_titration has made sure
    guidance = find_guidance(knowledge, sheet, PlanKind.TITRATION)
    if partner:
        guidance = (*find_guidance(knowledge, sheet, PlanKind.SWITCH), *guidance)
    title = f"Titration to {describe_ladder(ladder)}"
    return Plan(
        title=title if partner is None else f"From {partner.medicine}: {title.lower()}",
        steps=ladder.steps,
        supply=ladder.supply,
        ceiling_mg=ladder.ceiling.mg_per_day,
        ceiling_limits=ladder.ceiling.binding,
        limits_used=ladder.limits_used,
        left_out=ladder.left_out,
        rejected=ladder.rejected,
        course=None if isinstance(course, NoCourse) else course,
        assessment=assessment,
        kind=kind,
        guidance=guidance,
        checks=in_order(checks, scenario.as_of.on),
        open_checks=open_checks,
    )


def _judge_descent(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    descent: Descent,
    present: Assessment,
    simulation: Simulation,
    kind: PlanKind,
    partner: PartnerPlan | None = None,
) -> Plan | Refusal:
    """A way down, or why the rules stop it."""
    therapy = as_therapy(descent.steps)
    proposed = therapy if therapy else _ended(scenario)
    future = _future(scenario, proposed, partner)
    future_sheet, dosing = derive_facts(future, knowledge)
    assessment = assess(future_sheet, knowledge)
    taper = scenario.question.taper
    allowed, conflict = _conflict(kind, taper.way if taper else TaperWay.USUAL)
    known = {(f.rule, f.severity) for f in present.problems}
    says = _describe(descent, kind, partner)
    finer = " A smaller strength, tablets that may be halved or a liquid would allow smaller cuts." * bool(
        descent.rejected
    )
    refusal = _refuse_stopped(assessment, (known, allowed), f"{says} could be made", finer)
    refusal = refusal or _refuse_over_limits(descent, knowledge, sheet)
    refusal = refusal or _refuse_open_partner(assessment, partner, future_sheet)
    if refusal is not None:
        return refusal
    planned = [phase_of(t) for t in proposed]
    if not therapy:
        # Nothing lies ahead: the curve is that of what was taken, ended at the hour of the question.
        course = _fade(scenario, knowledge, sheet, simulation)
    else:
        course = expose(future, knowledge, future_sheet, dosing, simulation, planned=planned)
    checks, open_checks = find_checks(knowledge, future_sheet, kind, descent.steps, is_first_dose=False)
    fires = {f.rule for f in assessment.findings}
    return Plan(
        title=says,
        steps=descent.steps,
        supply=descent.supply,
        ceiling_mg=None,
        ceiling_limits=(),
        limits_used=descent.limits_used,
        left_out=descent.left_out,
        rejected=descent.rejected,
        course=None if isinstance(course, NoCourse) else course,
        assessment=assessment,
        kind=kind,
        guidance=find_guidance(knowledge, sheet, kind),
        checks=in_order(checks, scenario.as_of.on),
        open_checks=open_checks,
        fall=find_fall(scenario, knowledge, sheet, descent, planned, simulation),
        remarks=descent.remarks,
        conflict=conflict if fires & allowed else "",
    )


def _future(scenario: Scenario, therapy: Sequence[OralTherapy], partner: PartnerPlan | None) -> Scenario:
    """The record with the plan as a proposal, and the partner among the medicines from today on."""
    record = scenario.record
    if partner is not None:
        added = Medicine(what=partner.medicine, from_=Moment(scenario.as_of.on))
        record = replace(record, medicines=(*record.medicines, added))
    question = replace(scenario.question, ask=Ask.CHECK, proposed=tuple(therapy))
    return replace(scenario, record=record, question=question)


def _fade(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, simulation: Simulation
) -> Course | NoCourse:
    """The course after the last dose: every present entry ends at the hour of the question.

    sheet: the facts of today, when something is still taken: the product is that of the last dose.
    """
    now = Moment(scenario.as_of.on, scenario.as_of.at or time.min)
    taken = tuple(
        replace(t, to=now) if phase_of(t).is_active(now.start()) else t for t in scenario.record.oral_therapy
    )
    question = replace(scenario.question, ask=Ask.CHECK, proposed=())
    ended = replace(scenario, record=replace(scenario.record, oral_therapy=taken), question=question)
    _, dosing = derive_facts(ended, knowledge)
    return expose(ended, knowledge, sheet, dosing, simulation)


def _ended(scenario: Scenario) -> tuple[OralTherapy, ...]:
    """The present doses, ended before the next of them: how a record says that nothing more is taken."""
    begin = datetime.combine(scenario.as_of.on, time.min)
    phases = [phase_of(t) for t in scenario.record.oral_therapy]
    doses = sorted(pair for p in phases if p.is_active(begin) for pair in timed(p.doses))
    now = Moment(scenario.as_of.on, time.min)
    return (
        OralTherapy(
            doses=tuple(TimedDose(at=at, dose=Quantity(Decimal(str(mg)), unit("mg"))) for at, mg in doses),
            from_=now,
            to=now,
        ),
    )


def _conflict(kind: PlanKind, way: TaperWay) -> tuple[frozenset[str], str]:
    """The rules that may stop a plan without ending it, because it answers them, and what the reader is told."""
    if kind is PlanKind.STOP_AT_ONCE:
        return frozenset({_ABRUPT_RULE}), (
            "Two dangers meet. A rule stops every abrupt end, and this plan is one: it is shown because a "
            "clinician says that toxic effects of baclofen threaten life. Withdrawal is looked for from today on."
        )
    if way is TaperWay.AFTER_WITHDRAWAL:
        return frozenset({_NEXT_CUT_RULE}), (
            "A rule stops the next cut while signs of withdrawal are there. This plan goes back first, and cuts again "
            "only after the days on the dose gone back to, if the signs are gone by then."
        )
    return frozenset(), ""


def _describe(descent: Descent, kind: PlanKind, partner: PartnerPlan | None) -> str:
    last = descent.steps[-1].daily_mg
    end = f"{show_number(float(last), 4)} mg a day" if last else "none"
    start = f"{show_number(float(descent.start_mg), 4)} mg a day"
    steps = show_count(len(descent.steps) - descent.first_cut, "step")
    if kind is PlanKind.STOP_AT_ONCE:
        return f"No further baclofen after {start}"
    if kind is PlanKind.WEANING:
        return f"Tablets from {start} to {end} in {steps} while the pump works"
    if partner is not None:
        return f"To {partner.medicine}, then baclofen from {start} to {end} in {steps}"
    back = "Back to the dose before, then from " if descent.first_cut else "Taper from "
    return f"{back}{start} to {end} in {steps}"


def _refuse_stopped(
    assessment: Assessment,
    exempt: tuple[Collection[tuple[str, object]], Collection[str]] | None,
    could: str,
    finer: str = "",
) -> Refusal | None:
    """A refusal that names the findings that stop a plan; exempt: those already there, and those it answers."""
    if assessment.word is not Word.STOP:
        return None
    stops = [f for f in assessment.problems if f.word is Word.STOP]
    if exempt is not None:
        known, allowed = exempt
        stops = [f for f in stops if (f.rule, f.severity) not in known and f.rule not in allowed]
    if not stops:
        return None
    return Refusal(
        Reason.STOPPED,
        f"{could}, but these findings stop it: " + "; ".join(f.title for f in stops) + ".",
        "Settle these findings first."
        if exempt is None
        else f"A gentler plan, or settling these findings first, is the way.{finer}",
        sources=tuple(dict.fromkeys(c for f in stops for c in f.evidence)),
    )


def _refuse_over_limits(descent: Descent, knowledge: Knowledge, sheet: FactSheet) -> Refusal | None:
    """A way down never rises above the dose it starts from, and going back never above this patient's largest dose."""
    ceiling = find_ceiling(knowledge, sheet)
    if descent.first_cut == 0:
        return None
    limit: Limit | None = ceiling.binding[0] if ceiling.binding else None
    if ceiling.mg_per_day is None or descent.start_mg <= ceiling.mg_per_day:
        return None
    return Refusal(
        Reason.OVER_CEILING,
        f"The dose before the last cut, {show_number(float(descent.start_mg), 4)} mg a day, is above the largest dose "
        f"for this patient, {show_number(float(ceiling.mg_per_day), 4)} mg a day.",
        "See the findings on the largest dose before anything is raised.",
        limits=(limit,) if limit else (),
        considered=ceiling.considered,
    )


_GATES = {"tizanidine": ("ALT-01", "ALT-01c"), "dantrolene": ("ALT-03",)}


def _refuse_open_partner(
    assessment: Assessment, partner: PartnerPlan | None, sheet: FactSheet
) -> Refusal | None:
    """The other medicine of a switch is not begun while its liver and interaction rules cannot be told or fire."""
    if partner is None:
        return None
    gates = _GATES.get(partner.medicine, ())
    missing = [name for u in assessment.undecided if u.rule in gates for name in u.missing]
    fires = [f for f in assessment.problems if f.rule in gates]
    if fires:
        return Refusal(
            Reason.AVOID,
            f"A change with {partner.medicine} is not planned for this patient. "
            + " ".join(f.say for f in fires),
            " ".join(f.do for f in fires),
            sources=tuple(dict.fromkeys(c for f in fires for c in f.evidence)),
        )
    if missing:
        asks = [sheet.definitions[n].ask for n in dict.fromkeys(missing)]
        words = [sheet.definitions[n].says.rstrip(".") for n in dict.fromkeys(missing)]
        return Refusal(
            Reason.MISSING_FACTS,
            f"{partner.medicine.capitalize()} is not planned before this is known: " + "; ".join(words) + ".",
            " ".join(dict.fromkeys(asks)),
            missing=tuple(dict.fromkeys(missing)),
        )
    return None


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
        if step.doses
    )


def _quantity(mg: Fraction) -> Quantity:
    return Quantity(Decimal(mg.numerator) / Decimal(mg.denominator), unit("mg"))


def _product(step: PlanStep) -> Product:
    item = step.doses[0].dose.pieces[0].item
    strength = _quantity(item.mg_per_unit)
    if item.form is Form.LIQUID:
        return Product(form=item.form, concentration=Quantity(strength.value, unit("mg/mL")))
    return Product(form=item.form, strength=strength, scored=item.step < 1)
