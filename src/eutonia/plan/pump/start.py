"""The first daily dose by pump: the screening dose that worked, doubled or not as the followed text says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.errors import Code
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.compare import compare_programmes
from eutonia.plan.pump.exact import DAY_H, Amount, Reading, show_amount
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.label import Guide
from eutonia.plan.pump.order import Order, Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.prime import prime_events
from eutonia.plan.pump.programme import Simple, flow_problems
from eutonia.plan.pump.simulated import (
    AFTER_H,
    NO_TONE,
    Simulated,
    follow_pump,
    run_events,
    runs_dry,
    shown_until,
)

__all__ = ["FirstDose", "StartPlan", "first_daily_dose", "plan_start"]

_SHOWN = 7 * DAY_H


@dataclass(frozen=True, slots=True)
class FirstDose:
    """Micrograms in the first 24 hours, the factor used, and why."""

    micrograms: Fraction
    factor: Fraction
    why: str
    numbers: tuple[PumpNumber, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StartPlan(PumpPlan):
    """The first daily dose and its flow; no_rise_h: how long it stays, None where the text was not read for it."""

    first: FirstDose
    concentration: Fraction
    flow: Fraction
    no_rise_h: Fraction | None


def first_daily_dose(
    guide: Guide,
    screening_micrograms: Amount,
    effect_h: Amount,
    *,
    has_responded: bool | None,
    had_adverse_reaction: bool | None,
) -> FirstDose | PumpRefusal:
    """The screening dose that worked, times the factor of the text unless its effect lasted too long.

    effect_h: how long the effect lasted. An adverse reaction leaves the dose un-doubled whatever the text. Refused
    without a response, where the text was not read, for a length of effect of which the text does not speak, and while
    an answer that decides is not known (None).
    """
    reading = Reading()
    dose = reading.amount(
        "screening_micrograms", screening_micrograms, "The screening dose that worked", "microgram"
    )
    lasted = reading.amount("effect_h", effect_h, "How long the effect lasted", "h", may_be_zero=True)
    if has_responded and lasted == 0 and not reading.problems:
        reading.add(
            Code.CONFLICTING_VALUES,
            "A dose that worked had an effect that lasted.",
            "effect_h",
            given="0 h",
            next_step="Look up how long it lasted; the first daily dose turns on it.",
        )
    reading.done()
    largest = guide.find("screen.largest")
    if has_responded is None:
        return _ask("has_responded", "whether this screening dose worked")
    if not has_responded:
        is_last = largest is not None and dose >= largest.exact
        return PumpRefusal(
            Why.NO_RESPONSE,
            "There was no response to this screening dose, so it gives no first daily dose."
            + (" It was the largest: not a candidate for the pump." if is_last else ""),
            "" if is_last else "Plan the next screening dose.",
            numbers=() if largest is None else (largest,),
        )
    if largest is not None and dose > largest.exact:
        return PumpRefusal(
            Why.OVER_LIMIT,
            f"{show_amount(dose)} micrograms is above the largest screening dose of {guide.words}.",
            "Look up which dose worked.",
            numbers=(largest,),
        )
    factor = guide.find("start.factor")
    if factor is None:
        says = guide.silence("start.factor", "the first daily dose")
        return PumpRefusal(Why.NOT_READ, says, "Choose a text that gives one.")
    if factor.exact == 1:
        return FirstDose(dose, Fraction(1), factor.says, (factor,))
    above = guide.find("start.unmultiplied_above")
    if above is None:
        says = guide.silence("start.unmultiplied_above", "the effect up to which the dose is multiplied")
        return PumpRefusal(Why.NOT_READ, says, "Choose a text that gives it.")
    upto, below = guide.find("start.multiplied_up_to"), guide.find("start.multiplied_below")
    numbers = tuple(n for n in (factor, upto, below, above) if n is not None)
    if had_adverse_reaction is None:
        return _ask("had_adverse_reaction", "whether there was an adverse reaction to it")
    if had_adverse_reaction:
        return FirstDose(
            dose, Fraction(1), "There was an adverse reaction, so the screening dose is not doubled.", numbers
        )
    if lasted > above.exact:
        return FirstDose(dose, Fraction(1), above.says, numbers)
    if (upto is not None and lasted <= upto.exact) or (below is not None and lasted < below.exact):
        return FirstDose(dose * factor.exact, factor.exact, (upto or below or factor).says, numbers)
    return PumpRefusal(
        Why.SOURCES_DIFFER,
        f"The effect lasted exactly {show_amount(lasted)} hours, of which {guide.words} does not speak: it doubles "
        f"below and leaves the dose above.",
        "Decide whether the effect lasted more or less; both first doses are "
        f"{show_amount(dose)} and {show_amount(dose * factor.exact)} micrograms a day.",
        numbers=numbers,
    )


def _ask(name: str, what: str) -> PumpRefusal:
    return PumpRefusal(
        Why.NOT_KNOWN,
        f"Cannot tell the first daily dose: nobody has said {what}.",
        "Look it up in the record of the screening.",
        missing=(name,),
    )


def plan_start(
    guide: Guide,
    implant: Implant,
    first: FirstDose,
    *,
    fill_ml: Amount,
    concentration: Amount | None = None,
    is_primed: bool | None,
    who: Patient | None = None,
) -> StartPlan | PumpRefusal:
    """The first fill and programme. concentration: the text's own when None. is_primed: whether the path is filled.

    is_primed None: nobody has said; it is asked for and drawn as if it were empty.

    Refused when the flow is outside the pump. Raises InputRefused for what cannot be.
    """
    reading = Reading(guide.knowledge)
    solution, watch = guide.find("start.concentration"), guide.find("start.watch")
    if solution is None or watch is None:
        return PumpRefusal(
            Why.NOT_READ, f"The start was not read in {guide.words}.", "Choose a text that gives one."
        )
    strength = (
        solution.exact if concentration is None else reading.concentration("concentration", concentration)
    )
    ml = reading.amount("fill_ml", fill_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    reading.daily_dose("first", first.micrograms)
    reading.done()
    programme = Simple(first.micrograms)
    outside = flow_problems(implant, programme, strength)
    if outside:
        return PumpRefusal(Why.DEVICE, " ".join(outside), "Choose another concentration.")
    quiet = guide.find("start.no_rise_within")
    not_checked = list(implant.not_checked())
    if quiet is None:
        not_checked.append(guide.not_read("start.no_rise_within", "how long the first dose stays"))
    second_look = []
    if strength != solution.exact:
        second_look.append(
            f"Second look: {show_amount(strength)} micrograms per mL is not the solution a pump is started with, "
            f"{show_amount(solution.exact)}."
        )
    simulated, gaps = _simulate(implant, programme, ml, strength, who, is_primed=is_primed is True)
    flow = first.micrograms / strength
    change = compare_programmes(guide.knowledge, None, programme)
    return StartPlan(
        says=(
            change.says,
            f"First daily dose: {show_amount(first.micrograms)} micrograms in 24 hours. {first.why}",
            f"At {show_amount(strength)} micrograms per mL that is {show_amount(flow)} mL a day, of {show_amount(ml)} "
            "mL.",
            *(() if quiet is None else (quiet.says,)),
            watch.says,
        ),
        second_look=(change.second_look, *second_look, *runs_dry(simulated.run)),
        questions=(
            "Is the path primed? It is drawn as if it were not; nothing then reaches the tip at first.",
        )
        if is_primed is None
        else (),
        settle=("The path is not primed: who watches until drug reaches the tip?",)
        if is_primed is False
        else (),
        not_checked=(*not_checked, *gaps),
        numbers=(*first.numbers, solution, watch, *(() if quiet is None else (quiet,))),
        simulated=simulated,
        ordered=Ordered(orders=(Order(programme, strength),), reservoir=reservoir_of(implant, filled_ml=ml)),
        conflicts=(guide.knowledge.conflicts["CON-63"],),
        first=first,
        concentration=strength,
        flow=flow,
        no_rise_h=None if quiet is None else quiet.exact,
    )


def _simulate(
    implant: Implant,
    programme: Simple,
    ml: Fraction,
    strength: Fraction,
    who: Patient | None,
    *,
    is_primed: bool,
) -> tuple[Simulated, tuple[str, ...]]:
    if implant.path_ml is None:
        text = "Not simulated: what reaches the tip. The volume of the path is not known."
        return Simulated(not_simulated=(text,)), (text,)
    system, unprimed = implant.system(), DAY_H * implant.path_ml / (programme.daily / strength)
    until, cut = shown_until(max(_SHOWN, unprimed + AFTER_H), "the way to the tip without priming")
    primed, bare = (
        run_events(system, prime_events(programme, ml, strength), until, path)
        for path in (strength, Fraction(0))
    )
    run, other = (primed, bare) if is_primed else (bare, primed)
    tone, without = follow_pump(who, run, None), follow_pump(who, other, None)
    gaps = (*cut, *((NO_TONE,) if tone is None else ()))
    return Simulated(run, other, tone, without, not_simulated=gaps), gaps
