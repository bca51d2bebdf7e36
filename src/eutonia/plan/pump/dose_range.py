"""What the daily dose may become next by the text: a step, a change at a refill, less for side effects."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.plan.pump.exact import Amount, Reading, show_amount
from eutonia.plan.pump.label import Guide, percent_of
from eutonia.plan.pump.outcome import PumpRefusal, Why

__all__ = ["DoseRange", "dose_range", "rise_not_read"]

_OCCASION_WORDS = {
    "titration": "the step of the titration",
    "refill": "the step at a refill",
    "side effects": "the step down for side effects",
}
_OCCASIONS = tuple(_OCCASION_WORDS)


@dataclass(frozen=True, slots=True)
class DoseRange:
    """Micrograms a day that the text allows next, lowest and highest, with the numbers that make them."""

    occasion: str
    current: Fraction
    lowest: Fraction
    highest: Fraction
    numbers: tuple[PumpNumber, ...]


def dose_range(guide: Guide, current_micrograms: Amount, occasion: str) -> DoseRange | PumpRefusal:
    """What the daily dose may become: “titration” and “refill” upwards, “side effects” downwards.

    Refused where the followed text was not read for this occasion and population: nothing is taken over from another.
    Raises InputRefused for an occasion that does not exist or an impossible dose.
    """
    reading = Reading(guide.knowledge)
    reading.word("occasion", occasion, _OCCASIONS)
    current = reading.daily_dose("current_micrograms", current_micrograms)
    reading.done()
    names = {
        "titration": ("titration.rise.least", "titration.rise.most"),
        "refill": (None, "maintenance.rise.most"),
        "side effects": ("side_effects.fall.least", "side_effects.fall.most"),
    }[occasion]
    most = guide.find(names[1])
    least = guide.find(names[0]) if names[0] is not None else None
    if most is None:
        return rise_not_read(guide, names[1], occasion)
    numbers = tuple(n for n in (least, most) if n is not None)
    small = percent_of(current, least.exact) if least is not None else Fraction(0)
    large = percent_of(current, most.exact)
    if occasion == "side effects":
        return DoseRange(occasion, current, current - large, current - small, numbers)
    lowest, highest = current + small, current + large
    ceiling = guide.find("dose.largest")
    if ceiling is not None:
        numbers = (*numbers, ceiling)
        highest = min(highest, ceiling.exact)
        if highest < lowest:
            return PumpRefusal(
                Why.OVER_LIMIT,
                f"From {show_amount(current)} micrograms a day no rise is left. {ceiling.says}",
                "Look at pump, catheter and filling before anything else.",
                numbers=numbers,
            )
    return DoseRange(occasion, current, lowest, highest, numbers)


def rise_not_read(guide: Guide, name: str, occasion: str) -> PumpRefusal:
    """Nothing is taken over from a text that was read for it."""
    return PumpRefusal(
        Why.NOT_READ,
        guide.silence(name, _OCCASION_WORDS[occasion]),
        "Choose a text that gives one, or decide on other grounds; nothing is worked out.",
    )
