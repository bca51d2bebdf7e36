"""What a question for a pump plan must hold, what has no meaning in it, and programmes that do not add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time
from fractions import Fraction

from eutonia.errors import Code, Problem
from eutonia.intake.draft import Draft
from eutonia.intake.leaves import nearest, shown
from eutonia.knowledge.devices import Device
from eutonia.record import Ask, Implanted, PumpAsk, PumpTherapy, Question
from eutonia.show import show_quantity
from eutonia.units import Quantity, unit

__all__ = ["check_pump"]

_TEXT = ("text", "population")
_LADDER = ("daily_dose", "percent", "every", "fill")
#: What each plan needs, and what else it can use. Whatever is in neither has no effect there.
_NEEDED: Mapping[PumpAsk, tuple[str, ...]] = {
    PumpAsk.CANDIDACY: (),
    PumpAsk.CHANGE: ("fill",),
    PumpAsk.REFILL: (),
    PumpAsk.VOLUMES: (),
    PumpAsk.SCREENING: ("population", "screening_dose"),
    PumpAsk.START: ("population", "screening_dose", "effect_lasted", "fill"),
    PumpAsk.PRIMING: ("part", "takes", "fill"),
    PumpAsk.TITRATION: ("population", *_LADDER),
    PumpAsk.WAY_DOWN: ("pace", *_LADDER),
    PumpAsk.SCAN: ("scan_lasts", "left"),
    PumpAsk.MISSED: (),
    PumpAsk.LATE: ("late_by",),
    PumpAsk.RESTART: (),
    PumpAsk.REPLACEMENT: (),
}
_USED: Mapping[PumpAsk, tuple[str, ...]] = {
    PumpAsk.CANDIDACY: ("candidate",),
    PumpAsk.CHANGE: ("daily_dose", "pattern", "bolus", "concentration"),
    PumpAsk.REFILL: ("fill", "solution", "lead", "stability", "expires_on"),
    PumpAsk.VOLUMES: (),
    PumpAsk.SCREENING: ("text",),
    PumpAsk.START: ("text", "concentration", "has_responded", "had_adverse_reaction", "is_primed"),
    PumpAsk.PRIMING: ("concentration",),
    PumpAsk.TITRATION: ("text",),
    PumpAsk.WAY_DOWN: (),
    PumpAsk.SCAN: ("restarted_after",),
    PumpAsk.MISSED: ("solution", "lead", "stability", "expires_on", "has_signs"),
    PumpAsk.LATE: ("fill", "solution", "lead", "stability", "expires_on"),
    PumpAsk.RESTART: ("stopped_for", "left"),
    PumpAsk.REPLACEMENT: ("solution", "lead", "stability", "expires_on", "keeps_catheter"),
}
_EXAMPLES = {
    "fill": "“20 mL”",
    "population": "“spinal”",
    "screening_dose": "“50 micrograms”",
    "effect_lasted": "“6 h”",
    "daily_dose": "“250 micrograms/day”",
    "percent": "“15 percent”",
    "every": "“24 h”",
    "pace": "“planned stop”",
    "part": "“whole path”",
    "takes": "“1 h”",
    "scan_lasts": "“1 h”",
    "left": "“12 mL”",
    "late_by": "“14 days”",
}


def check_pump(draft: Draft, devices: Mapping[str, Device]) -> Iterator[Problem]:
    """Every problem of a pump: of the device, of a programme that ran, and of the plan that is asked for.

    draft: any object of a scenario; what has nothing to do with a pump has no problem here.
    """
    if draft.kind is Question:
        yield from _check_wanted(draft)
    elif draft.kind is PumpTherapy:
        yield from _check_programme(draft)
    elif draft.kind is Implanted:
        yield from _check_implanted(draft, devices)


def _check_wanted(question: Draft) -> Iterator[Problem]:
    """Every problem of the part of a question that asks for a pump plan."""
    ask, wanted = question.get("ask", Ask), question.get("pump", Draft)
    if ask is Ask.PUMP and "pump" not in question.given:
        why = "Nothing is said of which plan for the pump is asked for."
        step = f"Add pump with plan: {', '.join(f'“{word.value}”' for word in PumpAsk)}."
        yield Problem(Code.MISSING_VALUE, why, question.at("pump"), next_step=step)
    if ask is not None and ask is not Ask.PUMP and "pump" in question.given:
        why = f"“pump” is given, but the question is “{ask.value}”; it would have no effect."
        step = f"Ask “{Ask.PUMP.value}”, or leave “pump” out."
        yield Problem(Code.CONFLICTING_VALUES, why, question.at("pump"), next_step=step)
    if wanted is None:
        return
    yield from _check_programme(wanted)
    plan = wanted.get("plan", PumpAsk)
    if plan is None:
        return
    for name in _NEEDED[plan]:
        if name not in wanted.given:
            why = f"The plan “{plan.value}” needs {name}; nothing stands in for it."
            step = f"Add {name}, for example {_EXAMPLES[name]}."
            yield Problem(Code.MISSING_VALUE, why, wanted.at(name), next_step=step)
    known = {"plan", *_NEEDED[plan], *_USED[plan]}
    for name in sorted(wanted.given - known):
        why = f"“{name}” has no meaning in the plan “{plan.value}”; it would have no effect."
        yield Problem(Code.CONFLICTING_VALUES, why, wanted.at(name), next_step="Leave it out.")
    if plan is PumpAsk.CHANGE and not wanted.given & {"daily_dose", "pattern", "concentration"}:
        why = "Neither a new dose nor a new solution is given; nothing would change."
        step = "Add daily_dose, pattern or concentration."
        yield Problem(Code.MISSING_VALUE, why, wanted.at("daily_dose"), next_step=step)


def _check_programme(draft: Draft) -> Iterator[Problem]:
    """A day pattern or a repeated bolus must fit its daily dose."""
    steps, bolus = draft.many("pattern", Draft), draft.get("bolus", Draft)
    daily = draft.get("daily_dose", Quantity)
    if steps and bolus is not None:
        why = "A pump runs a day pattern or a repeated bolus, and both are given."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.at("bolus"), next_step="Leave one of the two out.")
        return
    clocks = [step.get("at", time) for step in steps]
    known = [clock for clock in clocks if clock is not None]
    if len(known) == len(clocks) and known and (known[0] != time(0) or known != sorted(set(known))):
        why = "The steps of a day begin at 00:00, rise, and stand once each."
        given = ", ".join(f"{clock:%H:%M}" for clock in known)
        step = "Give each step in the order of the day, the first at “00:00”."
        yield Problem(Code.CROSSED_DATES, why, draft.at("pattern"), given, next_step=step)
    doses = [step.get("dose", Quantity) for step in steps]
    if steps and daily is not None and None not in doses:
        total = sum((dose.to("microgram").value for dose in doses if dose is not None), start=daily.value * 0)
        if Fraction(total) != Fraction(daily.to("microgram/day").value):
            why = f"The steps add up to {show_quantity(Quantity(total, unit('microgram/day')))}, not to the daily dose."
            step = "Give the micrograms of each step, never rates; then correct the one that is wrong."
            yield Problem(
                Code.CONFLICTING_VALUES, why, draft.at("daily_dose"), show_quantity(daily), next_step=step
            )
    if bolus is not None and daily is None:
        why = "A repeated bolus needs the daily dose it is part of."
        step = "Add daily_dose: the boluses of 24 hours and what flows evenly, together."
        yield Problem(Code.MISSING_VALUE, why, draft.at("daily_dose"), next_step=step)
    elif bolus is not None and daily is not None:
        yield from _check_bolus(draft, bolus, daily)


def _check_bolus(draft: Draft, bolus: Draft, daily: Quantity) -> Iterator[Problem]:
    dose, lasting, every = (bolus.get(name, Quantity) for name in ("dose", "lasting", "every"))
    if dose is None or lasting is None or every is None:
        return
    if lasting.to("h").value >= every.to("h").value:
        why = "The next bolus would begin before this one ends."
        yield Problem(
            Code.CROSSED_DATES, why, bolus.at("lasting"), show_quantity(lasting), next_step="Correct one."
        )
        return
    boluses = Fraction(dose.to("microgram").value) * 24 / Fraction(every.to("h").value)
    if boluses > Fraction(daily.to("microgram/day").value):
        why = "The boluses alone make more in 24 hours than the daily dose."
        step = "The daily dose holds the boluses and what flows evenly; correct the one that is wrong."
        yield Problem(
            Code.CONFLICTING_VALUES, why, draft.at("daily_dose"), show_quantity(daily), next_step=step
        )


def _check_implanted(draft: Draft, devices: Mapping[str, Device]) -> Iterator[Problem]:
    """A pump and a catheter must be among the devices; a length belongs to a catheter."""
    for name, kind in (("model", "pump"), ("catheter", "catheter")):
        written = draft.get(name, str)
        known = tuple(key for key, device in devices.items() if device.kind == kind)
        if written is not None and written not in known:
            near = nearest(written, known)
            why = f"“{shown(written)}” is not a {kind} known here."
            step = f"Is “{near}” meant?" if near else "Use one of the known ones."
            yield Problem(Code.UNKNOWN_WORD, why, draft.at(name), shown(written), known, step)
    if "catheter_length" in draft.given and "catheter" not in draft.given:
        why = "An implanted length says nothing without the catheter it belongs to."
        step = "Name the catheter, or leave the length out."
        yield Problem(Code.MISSING_VALUE, why, draft.at("catheter"), next_step=step)
