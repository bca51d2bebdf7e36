"""Before and after: what the pump gave in 24 hours, what it will give, and the ratio in words.

Known overdoses by pump were readable in this one line: a daily bolus programmed every hour is 24 times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import sentence, show_amount
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.programme import Programme, read_back

__all__ = ["BeforeAfter", "compare_programmes"]


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Micrograms in 24 hours before and after; ratio None where nothing ran before.

    second_look: why somebody should look again; empty where the change is within the line. before and after: the
    programmes read back.
    """

    before_daily: Fraction
    after_daily: Fraction
    ratio: Fraction | None
    ratio_words: str
    second_look: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    threshold: PumpNumber

    @property
    def says(self) -> str:
        """The line every change shows."""
        return sentence(
            f"{show_amount(self.before_daily)} micrograms in 24 hours before, "
            f"{show_amount(self.after_daily)} after: {self.ratio_words}."
        )


def compare_programmes(
    knowledge: Knowledge, before: Programme | None, after: Programme | None
) -> BeforeAfter:
    """Two programmes side by side; None: the pump gives nothing.

    A change by more than the line (``second_look.ratio``), up or down, asks for a second look, and so does
    starting from nothing and ending at nothing.
    """
    threshold = number_of(knowledge, "second_look.ratio")
    first = before.daily if before is not None else Fraction(0)
    then = after.daily if after is not None else Fraction(0)
    ratio = then / first if first else None
    return BeforeAfter(
        before_daily=first,
        after_daily=then,
        ratio=ratio,
        ratio_words=_words(first, then),
        second_look=_second_look(first, then, threshold),
        before=read_back(before) if before is not None else ("Nothing.",),
        after=read_back(after) if after is not None else ("Nothing.",),
        threshold=threshold,
    )


def _words(before: Fraction, after: Fraction) -> str:
    if before == after:
        return "the same amount"
    if not before:
        return "nothing ran before"
    if not after:
        return "nothing will run"
    ratio = after / before
    if ratio == Fraction(1, 2):
        return "half as much"
    return f"{show_amount(ratio)} times as much"


def _second_look(before: Fraction, after: Fraction, threshold: PumpNumber) -> str:
    line = threshold.exact
    if before == after:
        return ""
    if not before:
        return "Second look: nothing ran before, so there is no dose to compare with."
    if not after:
        return "Second look: the pump will give nothing. Withdrawal follows within hours to days."
    if after > before * line:
        return (
            f"Second look: {_words(before, after)} is a rise of more than {show_amount(line)} times. "
            "Read the programme once more, in 24-hour totals, with a second person."
        )
    if after * line < before:
        return (
            f"Second look: {_words(before, after)} is a fall of more than {show_amount(line)} times. "
            "Read the programme once more, in 24-hour totals, with a second person; think of withdrawal."
        )
    return ""
