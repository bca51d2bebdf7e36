"""What a patient is told to watch for, in short sentences, each with the items of the knowledge base it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eutonia.printed.blocks import Notice
from eutonia.printed.handout import Handout, Warn
from eutonia.printed.languages import Language


@dataclass(frozen=True, slots=True)
class Warning:
    """A title, its lines, and on what they rest: ids of rules and notes."""

    title: str
    lines: tuple[str, ...]
    basis: tuple[str, ...]
    is_grave: bool = False


def _(sentence: str) -> str:
    """Marks a sentence for the catalogues."""
    return sentence


WARNINGS: Mapping[Warn, Warning] = {
    Warn.NOT_SUDDENLY: Warning(
        _("Do not stop baclofen suddenly"),
        (
            _("Stopping all at once can make you very ill, often within one to three days."),
            _(
                "It can cause fits, fever, very stiff muscles, and seeing or hearing things that are not there."
            ),
            _("Follow the steps of your plan. Do not change the steps on your own."),
        ),
        ("TAP-01", "WD-01"),
        is_grave=True,
    ),
    Warn.RUNNING_OUT: Warning(
        _("If you run out or cannot take it"),
        (
            _("Ask for more before your last dose, not after it."),
            _("If you are sick and cannot keep it down, call the same day."),
            _("If you have missed doses for a day or longer, call the same day."),
        ),
        ("TAP-01", "DOS-21", "DOS-22", "WD-01"),
    ),
    Warn.FORGOTTEN: Warning(
        _("If you forget a dose"),
        (
            _("Take it when you think of it."),
            _("If your next dose is less than 2 hours away, leave the forgotten dose out."),
            _("Never take two doses together."),
        ),
        ("DOS-21",),
    ),
    Warn.WORSE: Warning(
        _("If you feel worse after a step down"),
        (
            _("Call before the next step. Do not go on to the next step until you have talked about it."),
            _("Your team may go back a step or slow the plan down."),
        ),
        ("TAP-08", "WD-02"),
    ),
    Warn.HELP_NOW: Warning(
        _("Get help at once"),
        (
            _("You are hard to wake, or your breathing is slow or weak."),
            _("You have a fit."),
            _("You have a high fever and very stiff muscles."),
            _("You are confused, or you see or hear things that are not there."),
            _(
                "These signs can come from too much or from too little baclofen. Do not guess which. Get help."
            ),
        ),
        ("OD-05", "OD-06", "WD-02", "WD-03", "WD-04", "AE-08"),
        is_grave=True,
    ),
    Warn.SLEEPY: Warning(
        _("Driving and machines"),
        (
            _("Baclofen can make you sleepy and slow, most of all after each new dose."),
            _("Do not drive or use machines until you know how a new dose affects you."),
        ),
        ("DRV-01",),
    ),
    Warn.ALCOHOL: Warning(
        _("Alcohol and other medicines"),
        (
            _("Alcohol makes baclofen act more strongly. It is best to drink none."),
            _("Tell everyone who treats you that you take baclofen."),
        ),
        ("DDI-03", "DRV-01"),
    ),
    Warn.PUMP_ALARM: Warning(
        _("If your pump beeps"),
        (
            _("Call your pump team at once. Do not wait for the day of the refill."),
            _("Come to every refill, even when you feel well."),
            _("Itching, more stiffness or fever can mean that the pump gives too little. Call at once."),
        ),
        ("WD-06", "WD-03"),
        is_grave=True,
    ),
}


def usual_warnings(handout: Handout) -> tuple[Warn, ...]:
    """What belongs to this hand-out: to what goes down, to what goes up, to tablets and to a pump."""
    chosen = [Warn.NOT_SUDDENLY]
    if handout.phases:
        chosen += [Warn.RUNNING_OUT, Warn.FORGOTTEN]
    if handout.falls:
        chosen.append(Warn.WORSE)
    if handout.pump is not None:
        chosen.append(Warn.PUMP_ALARM)
    return (*chosen, Warn.HELP_NOW, Warn.SLEEPY, Warn.ALCOHOL)


def notice(warn: Warn, lang: Language) -> Notice:
    """The warning as a box in a language."""
    found = WARNINGS[warn]
    return Notice(lang.say(found.title), tuple(lang.say(line) for line in found.lines), found.is_grave)
