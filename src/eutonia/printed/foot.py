"""What every hand-out carries: when and from what it was made, and the lines nobody but the clinic can fill in."""

from __future__ import annotations

from eutonia.printed.handout import Handout
from eutonia.printed.languages import Language


def foot(handout: Handout, lang: Language) -> str:
    """The foot of a page."""
    made = lang.say("Made on {day} for this one person.", day=lang.day(handout.as_of))
    return f"{made} {handout.made_with}".strip()


def page_words(lang: Language) -> str:
    """“Page {page} of {pages}”, with its places still open."""
    return lang.say("Page {page} of {pages}", page="{page}", pages="{pages}")


def blanks(lang: Language) -> tuple[str, ...]:
    """Whom to call and when to come next: never in a plan, always written by hand."""
    return (
        lang.say("My clinic or doctor"),
        lang.say("At night and at weekends"),
        lang.say("In an emergency"),
        lang.say("My pharmacy"),
        lang.say("My next visit"),
    )
