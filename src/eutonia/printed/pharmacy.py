"""For the pharmacy: one complete line for each phase, so that no dose stands in a note (R-24), and the same as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from eutonia.printed.beside import pharmacy_notes
from eutonia.printed.blocks import Blanks, Document, Lines
from eutonia.printed.foot import foot, page_words
from eutonia.printed.handout import Handout, Phase, Portion
from eutonia.printed.languages import NBSP, Language
from eutonia.printed.phrases import a_day, at_part_of_day, dose, supplies
from eutonia.record import Form
from eutonia.show import show_date

FORMAT = "eutonia-pharmacy/1"


def pharmacy_lines(handout: Handout, lang: Language) -> tuple[str, ...]:
    """One line for each phase: phase, medicine, dose of the day and how it is made, route, days, supply."""
    count = len(handout.phases)
    return tuple(_line(phase, index + 1, count, lang) for index, phase in enumerate(handout.phases))


def _line(phase: Phase, number: int, count: int, lang: Language) -> str:
    head = lang.say("Phase {number} of {count}", number=str(number), count=str(count))
    parts = [head, lang.say("baclofen")]
    if phase.doses:
        parts.append(lang.say("DOSE {dose}", dose=a_day(phase.daily_mg, lang)))
        parts += [f"{at_part_of_day(d.when, lang)} {dose(d, lang)}" for d in phase.doses]
        parts.append(lang.say("by mouth"))
    else:
        parts.append(lang.say("none by mouth"))
    first = _day(phase.first, lang)
    if phase.last is None or phase.days is None:
        parts.append(lang.say("from {first}, goes on until changed", first=first))
        if phase.doses:
            parts.append(lang.say("supply: to be decided"))
    else:
        days = lang.count("{number} day", "{number} days", phase.days)
        parts.append(
            lang.say("from {first} to {last}, {days}", first=first, last=_day(phase.last, lang), days=days)
        )
        if phase.doses:
            parts.append(lang.say("supply {supply}", supply=lang.listing(supplies(phase.supply(), lang))))
    return " – ".join(parts)


def _day(day: date, lang: Language) -> str:
    return show_date(day, weekday=True).replace(" ", NBSP) if lang.code == "en" else lang.day(day)


def pharmacy_document(handout: Handout, lang: Language) -> Document:
    """The lines as a page."""
    supply = supplies(handout.supply(), lang)
    total = (lang.say("All dated phases: {supply}.", supply=lang.listing(supply)),) if supply else ()
    blocks = (
        Blanks((lang.say("Name"), lang.say("Prescriber and signature"))),
        Lines(pharmacy_lines(handout, lang), is_wide=True),
        Lines(
            (
                *pharmacy_notes(handout, lang),
                *total,
                lang.say("Each line is complete. No dose stands in a note."),
            )
        ),
    )
    return Document(
        lang.say("Baclofen by mouth: lines for the pharmacy"),
        lang.code,
        blocks,
        foot(handout, lang),
        page_words(lang),
    )


def pharmacy_text(handout: Handout, lang: Language) -> str:
    """The lines as plain text, one below the other, and what they do not cover."""
    lines = (*pharmacy_lines(handout, lang), *pharmacy_notes(handout, lang))
    return "".join(f"{line}\n" for line in lines)


def pharmacy_json(handout: Handout, lang: Language) -> str:
    """The lines with their parts as data: exact numbers as texts, days as ISO dates."""
    phases = [
        _phase_data(phase, index + 1, line, len(handout.phases))
        for index, (phase, line) in enumerate(zip(handout.phases, pharmacy_lines(handout, lang), strict=True))
    ]
    data = {
        "format": FORMAT,
        "as_of": handout.as_of.isoformat(),
        "jurisdiction": handout.jurisdiction.value,
        "language": lang.code,
        "made_with": handout.made_with,
        "medicine": "baclofen",
        "route": "by mouth",
        "phases": phases,
        "not_in_these_lines": [{"says": note} for note in pharmacy_notes(handout, lang)],
        "supply": _supply_data(handout.supply()),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _phase_data(phase: Phase, number: int, line: str, count: int) -> dict[str, Any]:
    return {
        "phase": number,
        "of": count,
        "line": line,
        "from": phase.first.isoformat(),
        "to": None if phase.last is None else phase.last.isoformat(),
        "days": phase.days,
        "daily_mg": _exact(phase.daily_mg),
        "doses": [
            {
                "when": d.when.value,
                "at": None if d.at is None else f"{d.at:%H:%M}",
                "mg": _exact(d.mg),
                "take": [_portion_data(p) for p in d.portions],
            }
            for d in phase.doses
        ],
        "supply": _supply_data(phase.supply()),
    }


def _portion_data(portion: Portion) -> dict[str, str]:
    return {
        "units": _exact(portion.units),
        "form": portion.form.value,
        "mg_per_mL" if portion.form is Form.LIQUID else "mg_each": _exact(portion.mg_per_unit),
    }


def _supply_data(used: Mapping[tuple[Form, Fraction], Fraction]) -> list[dict[str, str]]:
    return [
        {
            "form": form.value,
            "mg_per_mL" if form is Form.LIQUID else "mg_each": _exact(mg),
            "units": _exact(units),
        }
        for (form, mg), units in sorted(used.items(), key=lambda item: (item[0][0].value, -item[0][1]))
    ]


def _exact(value: Fraction) -> str:
    """An exact number as text: 52.5 or, where it has no decimal form, 1/3."""
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"
