"""What a question for a taper, a switch or “what if” must hold, and what it must not hold at once."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from eutonia.errors import Code, Problem
from eutonia.intake.draft import Draft
from eutonia.intake.leaves import shown
from eutonia.knowledge.schema import Knowledge
from eutonia.record import Ask, Direction, Mishap, Moment, Partner, TaperWay
from eutonia.show import show_moment, show_number

__all__ = ["check_planned"]

_PARTS = {"taper": Ask.TAPER, "switch": Ask.SWITCH, "what_if": Ask.WHAT_IF}
#: What a taper needs, with an example of how it is written; the amounts advise nothing.
_NEEDED = {
    TaperWay.FIXED: ("cut", "5 mg/day"),
    TaperWay.PERCENT_OF_CURRENT: ("percent", "10 percent"),
    TaperWay.PERCENT_OF_START: ("percent", "10 percent"),
}


def check_planned(question: Draft, as_of: Moment | None, knowledge: Knowledge) -> Iterator[Problem]:
    """Every problem of the parts of a question that ask for a taper, a switch or what could happen."""
    ask = question.get("ask", Ask)
    for name, belongs in _PARTS.items():
        if name in question.given and ask is not None and ask is not belongs:
            why = f"“{name}” is given, but the question is “{ask.value}”; it would have no effect."
            step = f"Ask “{belongs.value}”, or leave “{name}” out."
            yield Problem(Code.CONFLICTING_VALUES, why, question.at(name), next_step=step)
    taper, switch = question.get("taper", Draft), question.get("switch", Draft)
    if taper is not None:
        yield from _check_taper(taper, question)
    if ask is Ask.SWITCH and "switch" not in question.given:
        why = "A switch needs the other treatment."
        step = "Add a switch with its partner, for example “tizanidine”."
        yield Problem(Code.MISSING_VALUE, why, question.at("switch"), next_step=step)
    if switch is not None:
        yield from _check_switch(switch, question, knowledge)
    if ask is Ask.WHAT_IF and not question.values.get("what_if"):
        why = "Nothing is said of what could happen."
        step = "Add what_if with what, from and to."
        yield Problem(Code.MISSING_VALUE, why, question.at("what_if"), next_step=step)
    for mishap in question.many("what_if", Draft):
        yield from _check_mishap(mishap, as_of)


def _check_taper(taper: Draft, question: Draft) -> Iterator[Problem]:
    way = taper.get("way", TaperWay) or (TaperWay.USUAL if "way" not in taper.given else None)
    if way is None:
        return
    needed, example = _NEEDED.get(way, ("", ""))
    if needed and needed not in taper.given:
        why = f"A taper by “{way.value}” needs its size."
        step = f"Add {needed}, for example “{example}”."
        yield Problem(Code.MISSING_VALUE, why, taper.at(needed), next_step=step)
    for name in ("cut", "percent"):
        if name in taper.given and name != needed:
            why = f"“{name}” has no meaning in a taper by “{way.value}”."
            step = f"Leave it out, or choose another way than “{way.value}”."
            yield Problem(Code.CONFLICTING_VALUES, why, taper.at(name), next_step=step)
    if way in (TaperWay.AT_ONCE, TaperWay.LABEL_MINIMUM) and "every" in taper.given:
        why = f"“every” has no meaning in a taper by “{way.value}”."
        yield Problem(Code.CONFLICTING_VALUES, why, taper.at("every"), next_step="Leave it out.")
    if way is TaperWay.AT_ONCE and "target" in question.given:
        why = "Stopping at once ends at no baclofen; a target is something else."
        yield Problem(
            Code.CONFLICTING_VALUES, why, question.at("target"), next_step="Leave one of the two out."
        )


def _check_switch(switch: Draft, question: Draft, knowledge: Knowledge) -> Iterator[Problem]:
    partner = switch.get("partner", Partner)
    way = switch.get("direction", Direction) or Direction.TO
    if partner is None:
        return
    if partner is Partner.PUMP and "dose" in switch.given:
        why = "The dose of a pump is no part of a plan for tablets, and none follows from the other."
        yield Problem(Code.CONFLICTING_VALUES, why, switch.at("dose"), next_step="Leave it out.")
    if partner is not Partner.PUMP and "dose" not in switch.given:
        why = f"The daily dose of {partner.value} is missing; no number turns one medicine into the other."
        step = "Add the dose aimed at, or for a switch from it the dose taken now."
        yield Problem(Code.MISSING_VALUE, why, switch.at("dose"), next_step=step)
    if way is Direction.FROM and partner is not Partner.PUMP and "target" not in question.given:
        why = "A switch to baclofen needs the daily dose of baclofen aimed at."
        step = "Add a target, for example “30 mg/day”."
        yield Problem(Code.MISSING_VALUE, why, question.at("target"), next_step=step)
    if partner is not Partner.PUMP and "percent" in switch.given:
        why = "“percent” is for weaning from tablets while a pump works."
        yield Problem(Code.CONFLICTING_VALUES, why, switch.at("percent"), next_step="Leave it out.")
    if partner is Partner.PUMP and "percent" not in switch.given:
        why = "The cut of baclofen by mouth at each step is missing."
        least, most = (_percent(knowledge, f"switch.pump.cut_{end}") for end in ("least", "most"))
        step = f"Add percent; the abstract read gives {least} to {most} percent."
        yield Problem(Code.MISSING_VALUE, why, switch.at("percent"), next_step=step)
    if partner is Partner.PUMP and "every" not in switch.given:
        why = "No source read gives the days between the cuts while a pump works."
        yield Problem(
            Code.MISSING_VALUE, why, switch.at("every"), next_step="Add every, for example “7 days”."
        )
    if partner is Partner.PUMP and way is Direction.FROM:
        why = "From a pump to tablets nothing is planned: tablets have not replaced a pump reliably."
        step = "Ask the pump clinic; tablets can only bridge, and no dose of one equals a dose of the other."
        yield Problem(Code.CONFLICTING_VALUES, why, switch.at("direction"), way.value, next_step=step)


def _percent(knowledge: Knowledge, name: str) -> str:
    """A share kept as a limit, in per cent."""
    (share,) = (x.value for x in knowledge.limits if x.name == name)
    assert isinstance(share, Fraction), "the name is kept as a plain number"
    return show_number(float(share * 100))


def _check_mishap(mishap: Draft, as_of: Moment | None) -> Iterator[Problem]:
    what, start = mishap.get("what", Mishap), mishap.get("from_", Moment)
    if start is not None and as_of is not None and start.on < as_of.on:
        why = f"It would begin on {show_moment(start)}, before the day of the question."
        step = "What has happened belongs under record.events."
        yield Problem(Code.CROSSED_DATES, why, mishap.at("from_"), shown(start), next_step=step)
    if what is None:
        return
    is_kidney = what is Mishap.KIDNEY_INJURY
    if is_kidney and "filtration" not in mishap.given:
        why = "How well the kidneys would still work is missing; it cannot be guessed."
        step = "Add filtration, for example “15 mL/min”; ask once for each value of interest."
        yield Problem(Code.MISSING_VALUE, why, mishap.at("filtration"), next_step=step)
    if not is_kidney and "filtration" in mishap.given:
        why = f"“filtration” has no meaning in “{what.value}”."
        yield Problem(Code.CONFLICTING_VALUES, why, mishap.at("filtration"), next_step="Leave it out.")
    if not is_kidney and "to" not in mishap.given:
        why = "When it would end is missing, and with it how long no dose works."
        yield Problem(
            Code.MISSING_VALUE, why, mishap.at("to"), next_step="Add to: the last day, or the hour."
        )
