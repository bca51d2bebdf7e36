"""From the result of a consultation to a hand-out: the plan it made, or the proposal it judged.

Nothing is added. A dose without a product, a time after midnight or a phase without a first day is refused: on paper
for a patient nothing is guessed. What a rule stops is not printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from eutonia.consult import Result
from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.schema import Word
from eutonia.plan.dispense import MadeDose, Shelf
from eutonia.plan.outcome import Plan, PlanStep, Refusal
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.outcome import PumpRefusal
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.stock import stock_item
from eutonia.printed.handout import Beside, DayDose, Handout, Phase, Portion, PumpDates
from eutonia.record import OralTherapy, Product, PumpAsk
from eutonia.report.cards import plan_cards, problem_cards
from eutonia.report.words import verdict
from eutonia.simulate.day import PARTS, PartOfDay
from eutonia.simulate.therapy import end_of, phase_of
from eutonia.units import Quantity

# From which hour on a clock time has which name. The borders are ours; a paper shows the clock time beside the name.
# Before the first it is refused, because it belongs to two days.
_NAMED_FROM = (
    (time(4), PartOfDay.MORNING),
    (time(11), PartOfDay.MIDDAY),
    (time(16), PartOfDay.EVENING),
    (time(21), PartOfDay.BEDTIME),
)
_STRENGTH = "Name the product of the phase (form and strength), or the stock of the question."


def handout_of(result: Result) -> Handout:
    """The hand-out of a consultation. Raises InputRefused with every problem, each with its place in the scenario."""
    _refuse_stopped(result)
    if result.pump is not None:
        return _of_pump(result, result.pump)
    if isinstance(result.plan, Refusal):
        raise _refused("There is no plan to print.", "question", result.plan.says, result.plan.next_step)
    if isinstance(result.plan, Plan):
        phases = tuple(_of_step(step) for step in result.plan.steps)
    elif result.scenario.question.proposed:
        phases = _of_proposal(result)
    else:
        step = "Ask for a titration, or propose dated phases, for example of a taper."
        raise _refused("The question asks for no plan and proposes none.", "question.proposed", "", step)
    return Handout(
        as_of=result.scenario.as_of.on,
        jurisdiction=result.scenario.jurisdiction,
        phases=phases,
        made_with=f"eutonia {result.version}, {result.knowledge.hash[:12]}",
        unchanged_until=_unchanged_until(result, phases),
        beside=_beside(result),
    )


def _of_pump(result: Result, answer: PumpAnswer) -> Handout:
    """The dates of a filling, for a refill card and a calendar file; no other plan for a pump goes to a patient."""
    plan, question = answer.plan, "question.pump.plan"
    if isinstance(plan, PumpRefusal):
        raise _refused("There is no plan to print.", question, plan.says, plan.next_step)
    if not isinstance(plan, RefillPlan):
        step = (
            f"Ask for “{PumpAsk.REFILL.value}”; what is programmed is read back at the pump and not on paper."
        )
        raise _refused(
            "Of a pump only the dates of its filling are printed.", question, answer.kind.value, step
        )
    filling, as_of = plan.filling, result.scenario.as_of.on
    if plan.refill_by < as_of:
        step = f"Ask for “{PumpAsk.MISSED.value}” first."
        raise _refused("The day to refill by has passed.", question, plan.refill_by.isoformat(), step)
    # The alarm follows the pump's own reckoning; a pump that runs fast within its error is empty earlier, in the worst
    # case before it sounds. Then no day of an alarm stands on the card.
    alarm_on, empty_on = plan.alarm.on(filling.on), plan.empty.early_on(filling.on)
    ends = [day for day in (plan.stable_until, plan.expires_on) if day is not None]
    return Handout(
        as_of=as_of,
        jurisdiction=result.scenario.jurisdiction,
        pump=PumpDates(
            refill_by=plan.refill_by,
            alarm_on=alarm_on if alarm_on < empty_on else None,
            empty_on=empty_on,
            use_drug_by=min(ends),
            micrograms_a_day=_decimal(filling.programme.daily),
            micrograms_per_ml=_decimal(filling.concentration),
        ),
        made_with=f"eutonia {result.version}, {result.knowledge.hash[:12]}",
    )


def _decimal(value: Fraction) -> Decimal | None:
    """The value, where a decimal shows it exactly; else a line to write on is better than a rounded dose."""
    found = Decimal(value.numerator) / Decimal(value.denominator)
    return found if Fraction(found) == value else None


def _unchanged_until(result: Result, phases: Sequence[Phase]) -> date | None:
    """The day before the first phase, where something is taken now and goes on until then."""
    today = result.scenario.as_of.on
    taken = [phase_of(t) for t in result.scenario.record.oral_therapy]
    is_taken = any(p.daily_mg > 0 and p.is_active(result.scenario.as_of.start()) for p in taken)
    return phases[0].first - timedelta(days=1) if is_taken and phases[0].first > today else None


def _beside(result: Result) -> Beside | None:
    """What changes or goes on beside baclofen by mouth: nobody must take the paper for the whole."""
    plan = result.plan
    if isinstance(plan, Plan) and plan.partner is not None:
        return Beside(plan.partner.medicine)
    now = result.scenario.as_of.start()
    pumps = result.scenario.record.pump_therapy
    has_pump = any(p.from_.start() <= now < (end_of(p.to) or datetime.max) for p in pumps)
    return Beside.PUMP if has_pump else None


def _refuse_stopped(result: Result) -> None:
    """A hand-out carries no reasons, so nothing that a rule stops may leave as one."""
    is_refused = result.pump is not None and isinstance(result.pump.plan, PumpRefusal)
    if verdict(result) is not Word.STOP or isinstance(result.plan, Refusal) or is_refused:
        return
    cards = (*problem_cards(result), *plan_cards(result))
    stops = dict.fromkeys(f"{c.lead.title} ({c.lead.rule})" for c in cards if c.word is Word.STOP)
    raise _refused(
        "The answer is Stop: " + "; ".join(stops) + ". What a rule stops is not printed for a patient.",
        "question",
        "",
        "Read the findings with “eutonia consult”, change the plan, and print that.",
    )


def _of_step(step: PlanStep) -> Phase:
    doses = tuple(DayDose(d.when, _portions(d.dose), d.at) for d in step.doses)
    return Phase(step.first, step.last, doses)


def _portions(dose: MadeDose) -> tuple[Portion, ...]:
    return tuple(
        Portion(p.units, p.item.form, p.item.mg_per_unit, p.item.is_counted and p.item.step < 1)
        for p in dose.pieces
    )


def _of_proposal(result: Result) -> tuple[Phase, ...]:
    """The proposed phases in order, and the stop after them where the consultation took their end for one."""
    entries = result.scenario.question.proposed
    problems: list[Problem] = []
    phases: list[Phase] = []
    for index, entry in enumerate(entries):
        path = f"question.proposed[{index}]"
        found = tuple(_entry_problems(entry, path))
        problems += found
        if not found:
            phases += _of_entry(entry, result, path, problems)
    if problems:
        raise InputRefused(problems)
    last = phases[-1]
    is_stopping = any(s.name == "is_stopping" and s.value == "yes" for s in result.facts)
    if is_stopping and last.last is not None and last.doses:
        phases.append(Phase(last.last + timedelta(days=1), None, ()))
    return tuple(phases)


def _entry_problems(entry: OralTherapy, path: str) -> Iterator[Problem]:
    if entry.from_ is None:
        yield Problem(Code.MISSING_VALUE, "A calendar needs the first day of the phase.", f"{path}.from")
    for name, moment in (("from", entry.from_), ("to", entry.to)):
        if moment is not None and moment.at is not None:
            why = "A phase on a calendar begins and ends with a whole day."
            yield Problem(Code.NOT_PRINTABLE, why, f"{path}.{name}", str(moment), ("2026-11-22",))


def _of_entry(entry: OralTherapy, result: Result, path: str, problems: list[Problem]) -> Iterator[Phase]:
    """One phase, or its problems."""
    assert entry.from_ is not None
    before = len(problems)
    doses = [d for d in phase_of(entry).doses if d.mg]
    shelf = _shelf(entry, result, Fraction(max((d.mg for d in doses), default=0))) if doses else None
    if doses and shelf is None:
        why = "Of what the doses are made is not recorded; a patient is told tablets, not milligrams."
        problems.append(Problem(Code.MISSING_VALUE, why, f"{path}.product", next_step=_STRENGTH))
        return
    made: list[DayDose] = []
    names = PARTS.get(len(doses))
    for index, dose in enumerate(doses):
        place = f"{path}.doses[{index}]" if entry.doses else path
        when = _part_of_day(dose.at) if dose.at else names[index] if names else None
        if when is None:
            problems.append(_unnamed(dose.at, place))
            continue
        assert shelf is not None
        found = shelf.doses.get(Fraction(dose.mg))
        if found is None:
            problems.append(_cannot_be_made(Fraction(dose.mg), shelf, place))
        else:
            made.append(DayDose(when, _portions(found), dose.at))
    if len(problems) == before:
        order = list(PartOfDay)
        last = None if entry.to is None else entry.to.on
        yield Phase(entry.from_.on, last, tuple(sorted(made, key=lambda d: order.index(d.when))))


def _part_of_day(at: time) -> PartOfDay | None:
    return next((name for begins, name in reversed(_NAMED_FROM) if at >= begins), None)


def _unnamed(at: time | None, path: str) -> Problem:
    if at is None:
        why = "A calendar has four times of the day; more doses need their own clock times elsewhere."
        return Problem(Code.NOT_PRINTABLE, why, path, accepted=("at most 4 doses a day",))
    why = "A dose after midnight belongs to two days; a calendar would leave open which evening is meant."
    return Problem(Code.NOT_PRINTABLE, why, path, f"{at:%H:%M}", (f"{_NAMED_FROM[0][0]:%H:%M} to 23:59",))


def _cannot_be_made(mg: Fraction, shelf: Shelf, path: str) -> Problem:
    below, above = shelf.neighbours(mg)
    near = tuple(f"{float(n):g} mg" for n in (below, above) if n is not None)
    why = "The dose cannot be made exactly from the products named; it is not rounded."
    return Problem(Code.NOT_PRINTABLE, why, path, f"{float(mg):g} mg", near, _STRENGTH)


def _shelf(entry: OralTherapy, result: Result, largest: Fraction) -> Shelf | None:
    """The products of the phase, else those of the question; None when neither names any."""
    products: Sequence[Product] = (entry.product,) if entry.product else result.scenario.question.stock
    step_ml = _smallest_ml(result)
    items = [item for p in products if (item := stock_item(p, step_ml)) is not None]
    # Room above the largest dose, so that a dose which cannot be made has its upper neighbour.
    room = max((i.mg_per_unit for i in items), default=Fraction(0))
    return Shelf(items, largest + room) if items else None


def _smallest_ml(result: Result) -> Fraction:
    found = next(x for x in result.knowledge.limits if x.name == "oral.liquid.smallest_volume")
    assert isinstance(found.value, Quantity)
    return Fraction(found.value.to("mL").value)


def _refused(why: str, path: str, given: str, next_step: str) -> InputRefused:
    return InputRefused([Problem(Code.NOT_PRINTABLE, why, path, given, next_step=next_step)])
