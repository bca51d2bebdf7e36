"""Doses, times and supplies in the words of a language: numerals, halves in words, one instruction per line."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

from eutonia.printed.handout import DayDose, Handout, Phase, Portion
from eutonia.printed.languages import Language
from eutonia.record import Form
from eutonia.simulate.day import PartOfDay


def part_of_day(part: PartOfDay, lang: Language) -> str:
    """The heading of a column: “Morning”."""
    return {
        PartOfDay.MORNING: lang.say("Morning"),
        PartOfDay.MIDDAY: lang.say("Midday"),
        PartOfDay.EVENING: lang.say("Evening"),
        PartOfDay.BEDTIME: lang.say("Bedtime"),
    }[part]


def at_part_of_day(part: PartOfDay, lang: Language) -> str:
    """Inside a sentence: “in the morning”."""
    return {
        PartOfDay.MORNING: lang.say("in the morning"),
        PartOfDay.MIDDAY: lang.say("at midday"),
        PartOfDay.EVENING: lang.say("in the evening"),
        PartOfDay.BEDTIME: lang.say("at bedtime"),
    }[part]


def strength(form: Form, mg_per_unit: Fraction, lang: Language) -> str:
    """What a product contains: “10 mg”, or “1 mg per mL” of a liquid."""
    mg = lang.amount(mg_per_unit, "mg")
    return lang.say("{amount} per mL", amount=mg) if form is Form.LIQUID else mg


def portion(units: Fraction, form: Form, mg_per_unit: Fraction, lang: Language) -> str:
    """So much of one product: “2 tablets of 10 mg”, “half a tablet of 10 mg”."""
    what = strength(form, mg_per_unit, lang)
    if form is Form.LIQUID:
        volume = lang.amount(units, lang.say("mL"))
        return lang.say("{volume} of the liquid with {strength}", volume=volume, strength=what)
    whole, half = divmod(units, 1)
    if form is Form.GRANULES:
        return lang.count(
            "{number} packet of {strength}", "{number} packets of {strength}", int(whole), strength=what
        )
    if half and not whole:
        return lang.say("half a tablet of {strength}", strength=what)
    if half:
        return lang.count(
            "{number} and a half tablets of {strength}",
            "{number} and a half tablets of {strength}",
            int(whole),
            strength=what,
        )
    return lang.count(
        "{number} tablet of {strength}", "{number} tablets of {strength}", int(whole), strength=what
    )


def short_portion(found: Portion, lang: Language) -> str:
    """The same without its strength, where the plan has only one product: “2 tablets”, “half a tablet”, “2.5 mL”."""
    whole, half = divmod(found.units, 1)
    if found.form is Form.LIQUID:
        return lang.amount(found.units, lang.say("mL"))
    if found.form is Form.GRANULES:
        return lang.count("{number} packet", "{number} packets", int(whole))
    if half and not whole:
        return lang.say("half a tablet")
    if half:
        return lang.count("{number} and a half tablets", "{number} and a half tablets", int(whole))
    return lang.count("{number} tablet", "{number} tablets", int(whole))


def dose(found: DayDose, lang: Language, *, is_short: bool = False) -> str:
    """What is taken at one time of the day."""
    if is_short:
        return lang.listing([short_portion(p, lang) for p in found.portions])
    return lang.listing([portion(p.units, p.form, p.mg_per_unit, lang) for p in found.portions])


def instructions(phase: Phase, before: Phase | None, lang: Language) -> tuple[str, ...]:
    """One line for each time of the day, and for each dose that is new or gone since the phase before."""
    lines: list[str] = []
    for part in PartOfDay:
        now = phase.dose_at(part)
        then = before.dose_at(part) if before else None
        if now is not None:
            line = _instruction(now, lang)
            is_new = before is not None and (then is None or then.portions != now.portions)
            lines.append(lang.say("{instruction} This is new.", instruction=line) if is_new else line)
        elif then is not None and phase.doses:
            lines.append(_STOPPED[part](lang))
    return tuple(lines)


def _instruction(found: DayDose, lang: Language) -> str:
    what, when = dose(found, lang), part_of_day(found.when, lang)
    if found.at is None:
        return lang.say("{when}: take {what}.", when=when, what=what)
    return lang.say("{when}, at {clock}: take {what}.", when=when, clock=f"{found.at:%H:%M}", what=what)


_STOPPED = {
    PartOfDay.MORNING: lambda lang: lang.say("Morning: take no baclofen any more. This is new."),
    PartOfDay.MIDDAY: lambda lang: lang.say("Midday: take no baclofen any more. This is new."),
    PartOfDay.EVENING: lambda lang: lang.say("Evening: take no baclofen any more. This is new."),
    PartOfDay.BEDTIME: lambda lang: lang.say("Bedtime: take no baclofen any more. This is new."),
}


def a_day(mg: Fraction, lang: Language) -> str:
    """A daily dose: “50 mg a day”."""
    return lang.say("{amount} a day", amount=lang.amount(mg, "mg"))


def supplies(used: Mapping[tuple[Form, Fraction], Fraction], lang: Language) -> tuple[str, ...]:
    """What is used, product by product: whole tablets to be dispensed, and how many are swallowed if that differs."""
    lines = []
    for (form, mg), units in sorted(used.items(), key=lambda item: (item[0][0].value, -item[0][1])):
        exact = portion(units, form, mg, lang)
        if form is not Form.LIQUID and units % 1:
            whole = portion(Fraction(ceil(units)), form, mg, lang)
            exact = lang.say("{exact}, so {whole} to be handed out", exact=exact, whole=whole)
        lines.append(exact)
    return tuple(lines)


def has_one_product(handout: Handout) -> bool:
    """Whether short words (“2 tablets”) leave nothing open."""
    return len(handout.products) == 1
