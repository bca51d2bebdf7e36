"""A planned replacement: by the date the pump itself reports, booked months ahead, with the new path filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eutonia.knowledge.schema import Knowledge
from eutonia.plan.pump.exact import Reading
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.order import Ordered, reservoir_of
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.prime import PrimingPlan
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.simulated import Simulated
from eutonia.show import show_date

__all__ = ["ReplacementPlan", "months_before", "plan_replacement"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplacementPlan(PumpPlan):
    """book_by: the latest day to plan the operation; is_late: it lies before today. replace_by: as the pump reports."""

    replace_by: date
    book_by: date
    is_late: bool


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or the last day of that month.

    >>> months_before(date(2027, 5, 31), 3)
    datetime.date(2027, 2, 28)
    """
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - date(year, month + 1, 1)).days))


def plan_replacement(
    knowledge: Knowledge,
    implant: Implant,
    *,
    today: date,
    replace_by: date,
    refill: RefillPlan | None,
    priming: PrimingPlan | None,
    keeps_catheter: bool | None,
) -> ReplacementPlan:
    """replace_by: the date the pump itself reports, never a fixed age. refill: of what is in it; None: not known.

    priming: the plan for the new path; None leaves the question. keeps_catheter: None is asked for: an old catheter is
    full of drug, a new one empty. Raises InputRefused for a date to replace before today.
    """
    reading = Reading(knowledge)
    reading.dates("today", today, "replace_by", replace_by)
    reading.done()
    ahead, warning = number_of(knowledge, "replacement.book_ahead"), number_of(knowledge, "battery.warning")
    book_by = months_before(replace_by, int(ahead.exact))
    is_late = book_by < today
    questions: list[str] = []
    settle = ["Is the date the one this pump reports today? A fixed age of the battery is no date."]
    if keeps_catheter is None:
        questions.append("Does the catheter stay? An old one is full of drug, a new one empty.")
    elif keeps_catheter:
        settle.append(
            "The catheter that stays holds drug: is it aspirated before anything is flushed, and is only the new "
            "pump's part of the path primed?"
        )
    if priming is None:
        settle.append("How much does priming the new path take? Without it nothing reaches the tip at first.")
    says = [
        f"Replace by {show_date(replace_by, weekday=True)}; plan the operation by {show_date(book_by)}.",
        ahead.says,
        warning.says,
        "Same daily dose before and after, unless delivery was interrupted; then see the plan for a restart.",
    ]
    second_look = []
    if is_late:
        second_look.append(
            f"Second look: {show_date(book_by)} has passed. Ask for the operation now, and what happens if the pump "
            "ends first."
        )
    due: tuple[tuple[str, date], ...] = ()
    if refill is not None and refill.refill_by < replace_by:
        due = (("refill by", refill.refill_by),)
        says.append(
            f"A refill falls due before it, by {show_date(refill.refill_by)}; keep it, whatever the plan for the pump."
        )
    if priming is not None:
        says += priming.says
    gap = "Not simulated: the operation. See the plans for priming and restart."
    return ReplacementPlan(
        says=tuple(says),
        second_look=tuple(second_look),
        questions=tuple(questions),
        settle=tuple(settle),
        not_checked=(
            *implant.not_checked(),
            "Not checked: how long the battery lasts at this flow; only the pump knows.",
            *(
                (
                    "Not checked: whether a refill falls due before it; the dates of the filling were not given.",
                )
                if refill is None
                else ()
            ),
            *((gap,) if priming is None else ()),
        ),
        numbers=(ahead, warning),
        simulated=Simulated(not_simulated=(gap,)) if priming is None else priming.simulated,
        ordered=Ordered(
            orders=() if priming is None else priming.ordered.orders,
            doses=() if priming is None else priming.ordered.doses,
            reservoir=reservoir_of(implant),
            dates=(("replace by", replace_by), ("plan the operation by", book_by), *due),
        ),
        replace_by=replace_by,
        book_by=book_by,
        is_late=is_late,
    )
