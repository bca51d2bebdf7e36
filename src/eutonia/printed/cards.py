"""Cards of the size of a bank card, two sides to fold: the wallet card and the refill card of a pump."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from eutonia.printed.blocks import Card, Document
from eutonia.printed.foot import foot, page_words
from eutonia.printed.handout import Handout, PumpDates
from eutonia.printed.languages import Language
from eutonia.printed.phrases import a_day


def wallet_document(handout: Handout, lang: Language) -> Document:
    """The card to carry: what is taken, that it must not stop, and what those who find one unwell need to know."""
    front = Card(
        lang.say("I take baclofen"),
        lang.say("Do not stop it suddenly"),
        tuple(_taken(handout, lang)),
        (lang.say("Name"), lang.say("In an emergency"), lang.say("My clinic or doctor")),
    )
    back = Card(
        lang.say("For doctors and nurses"),
        "",
        (
            lang.say("Too little baclofen: fever, stiff muscles, itching, fits, confusion."),
            lang.say("Too much baclofen: deep sleep, weak muscles, slow breathing, fits, confusion."),
            lang.say(
                "The two look alike and need the opposite. Ask for the last doses, the kidneys and the pump."
            ),
            lang.say("Give each dose on time. Talk to the clinic before any change."),
        ),
        (),
    )
    return _of(lang.say("Baclofen card"), (front, back), handout, lang)


def _taken(handout: Handout, lang: Language) -> Iterator[str]:
    if handout.phases:
        first, last = handout.phases[0], handout.phases[-1]
        begins = lang.short_date(first.first)
        yield lang.say("By mouth, from {day}: {dose}.", day=begins, dose=a_day(first.daily_mg, lang))
        if len(handout.phases) > 1:
            ends = lang.short_date(last.first)
            if last.doses:
                yield lang.say(
                    "It changes in steps. From {day}: {dose}.", day=ends, dose=a_day(last.daily_mg, lang)
                )
            else:
                yield lang.say("It goes down in steps. From {day}: none.", day=ends)
    if handout.pump is not None:
        yield lang.say(
            "I have a baclofen pump. Refill by {day}.", day=lang.short_date(handout.pump.refill_by)
        )
        yield from _in_pump(handout.pump, lang)


def refill_document(handout: Handout, lang: Language) -> Document:
    """The card of a pump: the day of the refill, and what to do when it beeps. The hand-out must have a pump."""
    pump = handout.pump
    assert pump is not None  # the maker has refused
    front = Card(
        lang.say("My baclofen pump"),
        lang.say("Refill by {day}", day=lang.day(pump.refill_by)),
        (*_dates(pump, lang), *_in_pump(pump, lang)),
        (lang.say("Appointment: day and time"), lang.say("Name")),
    )
    back = Card(
        lang.say("If my pump beeps or I feel unwell"),
        lang.say("Call at once"),
        (
            lang.say("Signs of too little: itching, more stiffness, fever."),
            lang.say("Signs of too much: very sleepy, weak, slow breathing."),
            lang.say("Come to every refill, even when you feel well."),
        ),
        (lang.say("Pump clinic"), lang.say("At night and at weekends"), lang.say("Pump model")),
    )
    return _of(lang.say("Refill card"), (front, back), handout, lang)


def _dates(pump: PumpDates, lang: Language) -> Iterator[str]:
    if pump.alarm_on is not None:
        yield lang.say("The alarm is expected on {day}.", day=lang.day(pump.alarm_on))
    if pump.empty_on is not None:
        yield lang.say("The pump is expected to be empty on {day}.", day=lang.day(pump.empty_on))
    if pump.use_drug_by is not None:
        yield lang.say("The drug in it may be used until {day}.", day=lang.day(pump.use_drug_by))


def _in_pump(pump: PumpDates, lang: Language) -> Iterator[str]:
    if pump.micrograms_a_day is not None:
        dose = lang.amount(Fraction(pump.micrograms_a_day), lang.say("micrograms"))
        yield lang.say("Pump dose: {amount} a day.", amount=dose)
    if pump.micrograms_per_ml is not None:
        content = lang.amount(Fraction(pump.micrograms_per_ml), lang.say("micrograms"))
        yield lang.say("Drug in the pump: {amount} per mL.", amount=content)


def _of(title: str, cards: tuple[Card, ...], handout: Handout, lang: Language) -> Document:
    return Document(title, lang.code, cards, foot(handout, lang), page_words(lang))
