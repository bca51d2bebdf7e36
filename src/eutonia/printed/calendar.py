"""The calendar: one row for each day, one box for each dose, the words of the universal medication schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from eutonia.printed.beside import patient_lines
from eutonia.printed.blocks import Blanks, Block, Cell, Document, Heading, Lines, Step, Table
from eutonia.printed.foot import blanks, foot, page_words
from eutonia.printed.handout import Handout, Phase, Warn
from eutonia.printed.languages import Language
from eutonia.printed.phrases import a_day, dose, has_one_product, instructions, part_of_day, supplies
from eutonia.printed.warnings import notice
from eutonia.simulate.day import PartOfDay

_OPEN_ROWS = 7  # of a phase without an end: a week to tick, then a line that says it goes on


def calendar_document(handout: Handout, lang: Language) -> Document:
    """The calendar of the phases of a hand-out, which must have some."""
    return Document(
        lang.say("My baclofen calendar"),
        lang.code,
        tuple(_blocks(handout, lang)),
        foot(handout, lang),
        page_words(lang),
    )


def _blocks(handout: Handout, lang: Language) -> Iterator[Block]:
    yield Blanks((lang.say("Name"),))
    yield notice(Warn.NOT_SUDDENLY, lang)
    if handout.falls:
        yield notice(Warn.WORSE, lang)
    yield notice(Warn.HELP_NOW, lang)
    yield Heading(lang.say("Who to call"))
    yield Blanks(blanks(lang))
    yield Lines((lang.say("Take your doses by mouth. Tick the box when you have taken the dose."),))
    not_shown = tuple(patient_lines(handout, lang))
    if not_shown:
        yield Lines(not_shown)
    supply = supplies(handout.supply(), lang)
    if supply:
        yield Heading(lang.say("What you need for these steps"))
        yield Lines(supply)
    for index, phase in enumerate(handout.phases):
        before = handout.phases[index - 1] if index else None
        yield _step(phase, before, index + 1, handout, lang)
    yield from _end(handout.phases[-1], lang)
    for warn in (Warn.FORGOTTEN, Warn.RUNNING_OUT):
        yield notice(warn, lang)


def _step(phase: Phase, before: Phase | None, number: int, handout: Handout, lang: Language) -> Step:
    title = _title(phase, number, len(handout.phases), lang)
    if not phase.doses:
        return Step(title, (lang.say("Take no more baclofen by mouth from this day on."),), None)
    lines = (
        lang.say("Each day in this step: {dose}.", dose=a_day(phase.daily_mg, lang)),
        *instructions(phase, before, lang),
        *(
            (lang.say("Go on like this every day until you are told otherwise."),)
            if phase.last is None
            else ()
        ),
    )
    return Step(title, lines, _table(phase, before, handout, lang))


def _title(phase: Phase, number: int, of: int, lang: Language) -> str:
    step = lang.say("Step {number} of {count}", number=str(number), count=str(of))
    first = lang.day(phase.first)
    if phase.last is None:
        return lang.say("{step}: from {first}", step=step, first=first)
    if phase.last == phase.first:
        return lang.say("{step}: {day} only", step=step, day=first)
    return lang.say("{step}: {first} to {last}", step=step, first=first, last=lang.day(phase.last))


def _table(phase: Phase, before: Phase | None, handout: Handout, lang: Language) -> Table:
    parts = handout.parts_of_day
    is_short = has_one_product(handout)
    columns = (lang.say("Day"), *(part_of_day(part, lang) for part in parts), lang.say("Notes"))
    rows = tuple(
        (Cell(lang.short_day(day)), *(_cell(phase, before, part, lang, is_short) for part in parts), Cell(""))
        for day in _days(phase)
    )
    return Table(columns, rows)


def _days(phase: Phase) -> Iterator[date]:
    for index in range(_OPEN_ROWS if phase.days is None else phase.days):
        yield phase.first + timedelta(days=index)


def _cell(phase: Phase, before: Phase | None, part: PartOfDay, lang: Language, is_short: bool) -> Cell:
    now = phase.dose_at(part)
    then = before.dose_at(part) if before else None
    if now is None:
        # A blank cell could be a dose that was forgotten in print.
        return Cell(lang.say("none"), is_changed=then is not None)
    is_changed = before is not None and (then is None or then.portions != now.portions)
    return Cell(dose(now, lang, is_short=is_short), has_box=True, is_changed=is_changed)


def _end(last: Phase, lang: Language) -> Iterator[Block]:
    """A plan that ends on a day says so, and that it does not say what comes next."""
    if last.last is not None:
        yield Lines(
            (
                lang.say("This plan ends on {day}.", day=lang.day(last.last)),
                lang.say("The plan does not say what comes next. Do not stop. Ask before this day."),
            )
        )
        yield Blanks((lang.say("What comes next"),))
