"""The volume found at a refill against the volume expected, at one visit and over many.

How much error a pump may have is a setting of the device. Where it is not known nothing is judged; that a share of the
dose is missing stands there all the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from eutonia.errors import Code
from eutonia.knowledge.schema import Knowledge, Word
from eutonia.plan.pump.exact import Amount, Reading, show_amount
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.order import Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.simulated import Simulated
from eutonia.show import show_date

__all__ = ["AuditedVisit", "VolumeTrend", "audit_visits"]


@dataclass(frozen=True, slots=True)
class AuditedVisit:
    """One refill: mL the programmer reckoned delivered, mL really gone, and the share delivered, exactly.

    word: Check outside the error of the pump, No problem found inside, Cannot tell where the error is not known.
    """

    on: date
    expected_ml: Fraction
    found_ml: Fraction
    reckoned_ml: Fraction
    gone_ml: Fraction
    share: Fraction
    word: Word

    @property
    def error_percent(self) -> Fraction:
        """Per cent more (above 0) or less (below 0) than reckoned."""
        return (self.share - 1) * 100

    @property
    def says(self) -> str:
        """The visit in a sentence."""
        return (
            f"{show_date(self.on)}: {show_amount(self.found_ml)} mL found where {show_amount(self.expected_ml)} were "
            f"expected; {show_amount(self.share * 100)} per cent of the dose was delivered."
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VolumeTrend(PumpPlan):
    """All visits, the share over all of them together, and the change from the first to the last in percentage points.

    word: of the newest visit; Check as well where all visits together are outside the error, as an earlier visit was.
    """

    word: Word
    visits: tuple[AuditedVisit, ...]
    share: Fraction
    drift: Fraction | None
    is_one_sided: bool


def audit_visits(
    knowledge: Knowledge,
    implant: Implant,
    visits: Sequence[tuple[date, Amount, Amount, Amount]],
) -> VolumeTrend:
    """Visits as (date, filled before, expected by the programmer, found), mL, in the order of time.

    Raises InputRefused for volumes that cannot be (more found than was filled in: something else is in the
    reservoir, or two numbers were exchanged), for visits out of order, and without a visit.
    """
    reading = Reading(knowledge)
    if not visits:
        reading.add(Code.MISSING_VALUE, "There is no visit to audit.", "visits")
    found = [_visit(reading, f"visits[{i}]", implant, *visit) for i, visit in enumerate(visits)]
    for place, (one, two) in enumerate(itertools.pairwise(visits)):
        if two[0] <= one[0]:
            why = "Visits stand in the order of time, each day once."
            reading.add(Code.CROSSED_DATES, why, f"visits[{place + 1}]", given=two[0].isoformat())
    reading.done()
    done = [visit for visit in found if visit is not None]
    reckoned = sum((v.reckoned_ml for v in done), Fraction(0))
    share = sum((v.gone_ml for v in done), Fraction(0)) / reckoned
    drift = (done[-1].share - done[0].share) * 100 if len(done) > 1 else None
    signs = {v.share > 1 for v in done if v.share != 1}
    newest, together = done[-1].word, _word(share, implant.flow_tolerance)
    word = Word.CHECK if together is Word.CHECK else newest
    # What is looked at again: the newest visit, or, where that is inside the error, all of them together.
    suspect = (done[-1].share, "at the newest visit")
    if newest is not Word.CHECK:
        suspect = (share, "over all visits together")
    is_one_sided = len(done) > 2 and len(signs) == 1 and all(v.share != 1 for v in done)
    return VolumeTrend(
        says=_says(done, share, drift, is_one_sided=is_one_sided),
        second_look=_second_look(*suspect, knowledge) if word is Word.CHECK else (),
        settle=(
            "Was everything withdrawn, by the same method as before, and was the filling written down at once?",
            "Are there signs of too little or too much baclofen?",
        ),
        not_checked=()
        if implant.flow_tolerance is not None
        else ("Not checked: how much error this pump may have is not known; fill it in from its manual.",),
        simulated=Simulated(not_simulated=("Not simulated: an audit looks back.",)),
        ordered=Ordered(
            reservoir=reservoir_of(implant),
            dates=(("newest visit", done[-1].on),),
            amounts=(
                ("expected at the newest visit", done[-1].expected_ml, "mL"),
                ("found at the newest visit", done[-1].found_ml, "mL"),
                ("delivered at the newest visit", done[-1].share * 100, "percent"),
                ("delivered over all visits", share * 100, "percent"),
            ),
        ),
        word=word,
        visits=tuple(done),
        share=share,
        drift=drift,
        is_one_sided=is_one_sided,
    )


def _visit(
    reading: Reading,
    path: str,
    implant: Implant,
    on: date,
    filled_ml: Amount,
    expected_ml: Amount,
    found_ml: Amount,
) -> AuditedVisit | None:
    filled = reading.amount(f"{path}.filled", filled_ml, "The fill", "mL", at_most=implant.reservoir_ml)
    expected = reading.amount(f"{path}.expected", expected_ml, "The expected volume", "mL", may_be_zero=True)
    volume = reading.amount(f"{path}.found", found_ml, "The volume found", "mL", may_be_zero=True)
    if not filled:
        return None
    if volume > filled:
        reading.add(
            Code.IMPOSSIBLE_VALUE,
            "More was found than was filled in.",
            f"{path}.found",
            given=f"{show_amount(volume)} mL",
            accepted=(f"up to {show_amount(filled)} mL",),
            next_step="Look whether two numbers were exchanged, or something else got into the reservoir.",
        )
        return None
    if expected >= filled:
        reading.add(
            Code.IMPOSSIBLE_VALUE,
            "The programmer must have expected something to be delivered.",
            f"{path}.expected",
            given=f"{show_amount(expected)} mL",
            accepted=(f"below {show_amount(filled)} mL",),
        )
        return None
    share = (filled - volume) / (filled - expected)
    word = _word(share, implant.flow_tolerance)
    return AuditedVisit(on, expected, volume, filled - expected, filled - volume, share, word)


def _word(share: Fraction, tolerance: Fraction | None) -> Word:
    if tolerance is None:
        return Word.CANNOT_TELL
    return Word.CHECK if abs(share - 1) > tolerance else Word.NO_PROBLEM


def _says(
    visits: Sequence[AuditedVisit], share: Fraction, drift: Fraction | None, *, is_one_sided: bool
) -> tuple[str, ...]:
    lines = [visit.says for visit in visits]
    if drift is not None:
        lines.append(f"Over all visits together {show_amount(share * 100)} per cent was delivered.")
        way = "more" if drift > 0 else "less"
        lines.append(
            "The last visit is as the first."
            if drift == 0
            else f"The last visit shows {show_amount(abs(drift))} percentage points {way} than the first."
        )
    if is_one_sided:
        lines.append("Every visit lies on the same side; chance would spread them over both.")
    return tuple(lines)


def _second_look(share: Fraction, when: str, knowledge: Knowledge) -> tuple[str, ...]:
    """share: outside the error of the pump, so never 1."""
    if share < 1:
        text = (
            f"Second look: less left the pump than was reckoned, {when}. A kinked or blocked catheter, a stall, a pump "
            "that was stopped or a wrong fill on record are possible; withdrawal may come or be there."
        )
    else:
        text = (
            f"Second look: more left the reservoir than was reckoned, {when}. The pump may run fast, less may have "
            "been filled in than was written, or drug may have gone beside the reservoir; too much baclofen may come "
            "or be there."
        )
    return (text, knowledge.notes["PUMP-03"].do)
