"""The leaflet: one sheet in short sentences, with the person's own plan in a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from eutonia.printed.beside import patient_lines
from eutonia.printed.blocks import Blanks, Block, Document, Heading, Lines
from eutonia.printed.foot import blanks, foot, page_words
from eutonia.printed.handout import Handout
from eutonia.printed.languages import Language
from eutonia.printed.phrases import a_day
from eutonia.printed.warnings import notice, usual_warnings


def leaflet_document(handout: Handout, lang: Language) -> Document:
    """The leaflet to a plan by mouth, a pump, or both."""
    title = lang.say("Baclofen: what I need to know")
    return Document(title, lang.code, tuple(_blocks(handout, lang)), foot(handout, lang), page_words(lang))


def _blocks(handout: Handout, lang: Language) -> Iterator[Block]:
    yield Heading(lang.say("My plan"))
    yield Lines((*patient_lines(handout, lang), *_plan(handout, lang)))
    for warn in usual_warnings(handout):
        yield notice(warn, lang)
    yield Heading(lang.say("Who to call"))
    yield Blanks(blanks(lang))


def _plan(handout: Handout, lang: Language) -> Iterator[str]:
    if handout.phases:
        first, last = handout.phases[0], handout.phases[-1]
        yield lang.say("On {day} I take {dose}.", day=lang.day(first.first), dose=a_day(first.daily_mg, lang))
        if len(handout.phases) > 1 and last.doses:
            yield lang.say(
                "From {day} I take {dose}.", day=lang.day(last.first), dose=a_day(last.daily_mg, lang)
            )
        elif len(handout.phases) > 1:
            yield lang.say("From {day} I take no more baclofen by mouth.", day=lang.day(last.first))
        if len(handout.phases) > 1:
            yield lang.say("In between it changes step by step. My calendar shows each day.")
    if handout.pump is not None:
        yield lang.say("A pump under my skin gives baclofen into the fluid around my spine, day and night.")
        yield lang.say("My pump must be filled again by {day}.", day=lang.day(handout.pump.refill_by))
