"""What a paper about baclofen by mouth must not leave open: what holds until its first day, what goes on beside."""

from __future__ import annotations

from collections.abc import Iterator

from eutonia.printed.handout import Beside, Handout
from eutonia.printed.languages import Language

__all__ = ["patient_lines", "pharmacy_notes"]


def patient_lines(handout: Handout, lang: Language) -> Iterator[str]:
    """For the patient, before the first step."""
    if handout.unchanged_until is not None:
        yield lang.say("Until {day} take baclofen as you do now.", day=lang.day(handout.unchanged_until))
    if handout.beside is Beside.PUMP:
        yield lang.say("Your pump goes on as it is. This paper is only about baclofen by mouth.")
    elif handout.beside is not None:
        yield lang.say("Another medicine changes as well: {medicine}.", medicine=_name(handout.beside, lang))
        yield lang.say("Its doses are not on this paper. Ask for them in writing.")


def pharmacy_notes(handout: Handout, lang: Language) -> Iterator[str]:
    """For the pharmacy, below the lines: no dose, only what the lines do not cover."""
    if handout.unchanged_until is not None:
        day = lang.day(handout.unchanged_until)
        yield lang.say("Until {day} the present dose goes on; it is not in these lines.", day=day)
    if handout.beside is Beside.PUMP:
        yield lang.say("A pump gives baclofen as well; it is not in these lines.")
    elif handout.beside is not None:
        name = _name(handout.beside, lang)
        yield lang.say(
            "At the same time {medicine} changes; its doses are not in these lines.", medicine=name
        )


def _name(beside: Beside, lang: Language) -> str:
    return lang.say("tizanidine") if beside is Beside.TIZANIDINE else lang.say("dantrolene")
