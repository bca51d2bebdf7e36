"""A question for a pump plan, answered from the record, simulated, and judged by the rules that judge any therapy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from eutonia.assess.facts import derive_facts
from eutonia.assess.findings import Assessment, assess
from eutonia.assess.sheet import FactSheet
from eutonia.errors import InputRefused
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.asked_once import answer_candidacy, answer_priming
from eutonia.plan.pump.change import plan_change
from eutonia.plan.pump.exact import DAY_H, show_amount
from eutonia.plan.pump.from_record import Lacking, OnRecord, at_home, hours_of, lacking, programme_of
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.late import plan_late_refill
from eutonia.plan.pump.missed import plan_missed_refill
from eutonia.plan.pump.mri import plan_magnet
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.programme import Programme, Simple
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.replacement import plan_replacement
from eutonia.plan.pump.restart import show_restart_positions
from eutonia.plan.pump.screening import plan_screening
from eutonia.plan.pump.start import first_daily_dose, plan_start
from eutonia.plan.pump.titrate import plan_titration_by_pump
from eutonia.plan.pump.volumes import audit_on_record, before_refill, refuse_dry, signs_on_record
from eutonia.plan.pump.wean import plan_pump_wean
from eutonia.record import PumpAsk, PumpTherapy, Scenario
from eutonia.show import show_date
from eutonia.simulate.therapy import end_of
from eutonia.units import Quantity, unit

__all__ = ["answer_pump"]

#: Plans that mean nothing at a pump that has run dry.
_AT_A_FULL_PUMP = frozenset({PumpAsk.CHANGE, PumpAsk.TITRATION, PumpAsk.WAY_DOWN, PumpAsk.SCAN})
_NOT_JUDGED = (
    "Not checked: whether kidneys, age, pregnancy or other medicines change what this patient needs by pump. No source "
    "gives a dose by pump for them; what the rules say of the record stands among the findings."
)


def answer_pump(scenario: Scenario, knowledge: Knowledge, sheet: FactSheet) -> PumpAnswer:
    """Plan what is asked, simulate it where the path and the patient are known, and judge the record with it done.

    What the record lacks becomes a refusal that names it. Raises InputRefused, at its place in the scenario, for an
    amount that cannot be (more filled in than the reservoir holds, a length no catheter has).
    """
    wanted = scenario.question.pump
    assert wanted is not None, "intake asks for it"
    asked = OnRecord(scenario, knowledge, sheet, wanted)
    try:
        if wanted.plan in _AT_A_FULL_PUMP:
            refuse_dry(asked)
        return _PLANS[wanted.plan](asked)
    except Lacking as found:
        return PumpAnswer(kind=wanted.plan, plan=found.refusal, implant=asked.implant)
    except InputRefused as refused:
        raise InputRefused([at_home(problem) for problem in refused.problems]) from None


def _answer(
    at: OnRecord,
    plan: PumpPlan | PumpRefusal,
    *,
    before: Programme | None = None,
    after: Programme | None = None,
    concentration: Quantity | None = None,
) -> PumpAnswer:
    """The answer; with a programme to come the rules judge the record as it will be."""
    then = None
    if isinstance(plan, PumpPlan):
        extra = _about_the_patient(at)
        plan = replace(
            plan,
            second_look=tuple(text for text in (*plan.second_look, *extra) if text),
            not_checked=(*plan.not_checked, _NOT_JUDGED),
        )
        if after is not None:
            then = _judge(at, after, concentration)
    strength = None if concentration is None else Fraction(concentration.to("microgram/mL").value)
    return PumpAnswer(
        kind=at.wanted.plan,
        plan=plan,
        implant=at.implant,
        before=before,
        after=after,
        concentration=strength,
        then=then,
    )


def _about_the_patient(at: OnRecord) -> tuple[str, ...]:
    age, population = at.sheet.number("age"), at.wanted.population
    if population is None:
        return ()
    is_child = population.value == "child"
    if age is None:
        return ("Second look: the age is not recorded; the numbers for adults and for children differ.",)
    if is_child != (age < number_of(at.knowledge, "population.child.below").exact):
        whose = "children" if is_child else "adults"
        return (f"Second look: the plan takes the numbers for {whose}; look at the age of the patient.",)
    return ()


def _judge(at: OnRecord, after: Programme, concentration: Quantity | None) -> Assessment:
    """The rules on the record with the new programme in place of the one that runs."""
    record, as_of = at.scenario.record, at.scenario.as_of
    kept = tuple(p for p in record.pump_therapy if p not in at.running())
    daily = Quantity(Decimal(after.daily.numerator) / after.daily.denominator, unit("microgram/day"))
    new = PumpTherapy(daily_dose=daily, concentration=concentration, from_=as_of)
    future = replace(at.scenario, record=replace(record, pump_therapy=(*kept, new)))
    return assess(derive_facts(future, at.knowledge)[0], at.knowledge)


# -- one function for each plan ---------------------------------------------------------------------------


def _change(at: OnRecord) -> PumpAnswer:
    wanted, implant, before = at.wanted, at.read_implant(), at.programme()
    old = at.concentration()
    new = wanted.concentration or old
    after = programme_of(at.knowledge, wanted) if wanted.daily_dose or wanted.pattern else before
    now = at.scenario.as_of
    midnight = None if now.at is None else DAY_H - Fraction(now.at.hour * 60 + now.at.minute, 60)
    plan = plan_change(
        at.knowledge,
        implant,
        before=before,
        after=after,
        old_concentration=old,
        new_concentration=new,
        fill_ml=_needed(wanted.fill),
        midnight_h=midnight,
        who=at.who(),
    )
    if isinstance(plan, PumpPlan):
        plan = replace(plan, second_look=(*plan.second_look, *_busiest(at, before, after)))
    return _answer(at, plan, before=before, after=after, concentration=new)


def _busiest(at: OnRecord, before: Programme, after: Programme) -> tuple[str, ...]:
    """A day pattern can hide a high rate behind an unchanged total."""
    was, will = max(before.rates), max(after.rates)
    if will <= was * number_of(at.knowledge, "second_look.ratio").exact:
        return ()
    return (
        f"Second look: the highest rate of the day becomes {show_amount(will / was)} times the highest before, "
        f"{show_amount(will)} micrograms an hour.",
    )


def _refill(at: OnRecord) -> PumpAnswer:
    at.read_implant()
    plan = at.refill()
    if isinstance(plan, RefillPlan) and plan.refill_by < at.now.date():
        late = (
            f"Second look: the day to refill by, {show_date(plan.refill_by)}, has passed. Ask for the plan "
            f"“{PumpAsk.MISSED.value}”."
        )
        plan = replace(plan, second_look=(late, *plan.second_look))
    return _answer(at, plan, before=at.programme(), concentration=at.concentration())


def _refuse_running(at: OnRecord) -> PumpRefusal | None:
    """Why nothing is started where a pump runs already."""
    if not at.running():
        return None
    return PumpRefusal(
        Why.NOT_READ,
        "By the record a pump gives baclofen already; a first dose is for somebody whose pump has not run.",
        f"Ask for “{PumpAsk.CHANGE.value}”, or for “{PumpAsk.RESTART.value}” where it stood still; else end the old "
        "programme in the record.",
    )


def _screening(at: OnRecord) -> PumpAnswer:
    if refused := _refuse_running(at):
        return _answer(at, refused)
    return _answer(at, plan_screening(at.guide(), _needed(at.wanted.screening_dose), at.who()))


def _start(at: OnRecord) -> PumpAnswer:
    if refused := _refuse_running(at):
        return _answer(at, refused)
    wanted, guide = at.wanted, at.guide()
    first = first_daily_dose(
        guide,
        _needed(wanted.screening_dose),
        hours_of(_needed(wanted.effect_lasted)),
        has_responded=wanted.has_responded,
        had_adverse_reaction=wanted.had_adverse_reaction,
    )
    if isinstance(first, PumpRefusal):
        return _answer(at, first)
    plan = plan_start(
        guide,
        at.read_implant(),
        first,
        fill_ml=_needed(wanted.fill),
        concentration=wanted.concentration,
        is_primed=wanted.is_primed,
        who=at.who(),
    )
    return _answer(at, plan, after=Simple(first.micrograms), concentration=wanted.concentration)


def _titration(at: OnRecord) -> PumpAnswer:
    wanted, before, entries = at.wanted, at.simple(), at.entries()
    goal = _micrograms(wanted.daily_dose)
    plan = plan_titration_by_pump(
        at.guide(),
        at.read_implant(),
        current_micrograms=before.daily,
        goal_micrograms=goal,
        percent=_needed(wanted.percent),
        every_h=hours_of(_needed(wanted.every)),
        concentration=at.concentration(),
        fill_ml=_needed(wanted.fill),
        hours_since_start=at.hours_since(entries[0].from_),
        hours_since_change=at.hours_since(at.present().from_),
        who=at.who(),
    )
    return _answer(at, plan, before=before, after=Simple(goal), concentration=at.concentration())


def _way_down(at: OnRecord) -> PumpAnswer:
    wanted, before = at.wanted, at.simple()
    floor = _micrograms(wanted.daily_dose)
    assert wanted.pace is not None, "intake asks for it"
    plan = plan_pump_wean(
        at.knowledge,
        at.read_implant(),
        current_micrograms=before.daily,
        floor_micrograms=floor,
        percent=_needed(wanted.percent),
        every_h=hours_of(_needed(wanted.every)),
        pace=wanted.pace.value,
        concentration=at.concentration(),
        fill_ml=_needed(wanted.fill),
        who=at.who(),
    )
    return _answer(at, plan, before=before, after=Simple(floor), concentration=at.concentration())


def _scan(at: OnRecord) -> PumpAnswer:
    wanted, implant, before = at.wanted, at.read_implant(), at.programme()
    plan = plan_magnet(
        at.knowledge,
        at.knowledge.devices[at.device().model],
        implant,
        before,
        concentration=at.concentration(),
        left_ml=_needed(wanted.left),
        scan_h=hours_of(_needed(wanted.scan_lasts)),
        reset_h=None if wanted.restarted_after is None else hours_of(wanted.restarted_after),
        who=at.who(),
    )
    return _answer(at, plan, before=before, concentration=at.concentration())


def _missed(at: OnRecord) -> PumpAnswer:
    at.read_implant()
    refill = at.refill()
    if isinstance(refill, PumpRefusal):
        return _answer(at, refill)
    seen = signs_on_record(at)
    has_signs = True if seen else at.wanted.has_signs
    plan = plan_missed_refill(at.knowledge, refill, today=at.now.date(), has_signs=has_signs, who=at.who())
    plan = replace(plan, second_look=(*before_refill(at, seen=seen), *plan.second_look))
    return _answer(at, plan, before=at.programme(), concentration=at.concentration())


def _late(at: OnRecord) -> PumpAnswer:
    at.read_implant()
    refill = at.refill()
    if isinstance(refill, PumpRefusal):
        return _answer(at, refill)
    plan = plan_late_refill(at.knowledge, refill, days_late=_needed(at.wanted.late_by), who=at.who())
    return _answer(at, plan, before=at.programme(), concentration=at.concentration())


def _restart(at: OnRecord) -> PumpAnswer:
    entries = at.entries()
    if not entries:
        raise lacking(
            "which programme ran", "pump_therapy", "Enter it under record.pump_therapy, with its end."
        )
    stopped, last = at.wanted.stopped_for, entries[-1]
    ended = end_of(last.to)
    if stopped is not None:
        hours: Fraction | None = hours_of(stopped)
    else:
        gone = None if ended is None else at.now - ended
        hours = None if gone is None or gone <= timedelta() else Fraction(int(gone.total_seconds()), 3600)
    plan = show_restart_positions(
        at.knowledge,
        at.read_implant(),
        stopped_h=hours,
        dose_before=programme_of(at.knowledge, last).daily,
        first_dose=None,
        concentration=last.concentration,
        left_ml=at.wanted.left,
        who=at.who(),
    )
    return _answer(at, plan, before=programme_of(at.knowledge, last), concentration=last.concentration)


def _replacement(at: OnRecord) -> PumpAnswer:
    implant, device, today = at.read_implant(), at.device(), at.now.date()
    if device.replace_by is None:
        step = "Read the pump, and enter replace_by under record.pump; a fixed age of the battery is no date."
        raise lacking("which date of replacement the pump reports", "replace_by", step)
    if device.replace_by < today:
        passed = PumpRefusal(
            Why.DEVICE,
            f"The date of replacement that the pump reports, {show_date(device.replace_by)}, has passed.",
            "Call the pump team and whoever operates today, and plan what happens if the pump ends first.",
        )
        return _answer(at, passed)
    try:
        refill = at.refill()
    except Lacking as found:
        refill = found.refusal
    plan = plan_replacement(
        at.knowledge,
        implant,
        today=today,
        replace_by=device.replace_by,
        refill=refill if isinstance(refill, RefillPlan) else None,
        priming=None,
        keeps_catheter=at.wanted.keeps_catheter,
    )
    if isinstance(refill, PumpRefusal):
        plan = replace(
            plan, not_checked=(*plan.not_checked, f"Not checked: the refill before it. {refill.says}")
        )
    return _answer(at, plan)


def _needed(value: Quantity | None) -> Quantity:
    assert value is not None, "intake asks for it"
    return value


def _micrograms(daily: Quantity | None) -> Fraction:
    return Fraction(_needed(daily).to("microgram/day").value)


_PLANS: dict[PumpAsk, Callable[[OnRecord], PumpAnswer]] = {
    PumpAsk.CANDIDACY: lambda at: _answer(at, answer_candidacy(at)),
    PumpAsk.PRIMING: lambda at: _answer(at, answer_priming(at)),
    PumpAsk.CHANGE: _change,
    PumpAsk.REFILL: _refill,
    PumpAsk.VOLUMES: lambda at: _answer(at, audit_on_record(at)),
    PumpAsk.SCREENING: _screening,
    PumpAsk.START: _start,
    PumpAsk.TITRATION: _titration,
    PumpAsk.WAY_DOWN: _way_down,
    PumpAsk.SCAN: _scan,
    PumpAsk.MISSED: _missed,
    PumpAsk.LATE: _late,
    PumpAsk.RESTART: _restart,
    PumpAsk.REPLACEMENT: _replacement,
}
