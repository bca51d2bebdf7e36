"""Facts about too much baclofen: an overdose, its amount and time, and whether anything speaks for toxicity."""

from __future__ import annotations

from datetime import datetime, timedelta

from eutonia.assess.dosing import amount, span
from eutonia.assess.lists import Lists
from eutonia.assess.partners import depressants
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.knowledge.condition import Value
from eutonia.record import Event, EventKind, Status
from eutonia.show import show_moment

__all__ = ["set_poisoning_facts", "set_poisoning_signs"]

_OVERDOSE_PROBLEM = "baclofen overdose"
_SIGNS = (
    "has_somnolence",
    "has_coma",
    "has_confusion",
    "has_agitation",
    "has_hallucination",
    "has_hypotonia",
    "has_myoclonus",
    "has_seizure",
    "has_apnoea",
    "has_absent_brainstem_reflexes",
)


def set_poisoning_signs(sheet: FactSheet, lists: Lists) -> None:
    """Set whether a sign of poisoning is there. Needs the facts read from the list of signs only."""
    vomits = lists.has_sign(["vomiting"], span(lists, sheet, "recent_change"))
    sheet.set("has_poisoning_sign", any_true(vomits, *map(sheet.get, _SIGNS)), "from the signs listed")


def set_poisoning_facts(sheet: FactSheet, lists: Lists) -> None:
    """Set the facts of an overdose and of exposure. Needs the list, kidney, bedside and dosing facts."""
    recent = span(lists, sheet, "recent_overdose")
    events = [
        e
        for e in lists.record.events
        if e.what is EventKind.OVERDOSE and lists.now - e.from_.start() <= recent
    ]
    _set_overdose(sheet, lists, events, recent)
    current = sheet.number("current_oral_daily_dose")
    taken = None if current is None else current > 0
    sheet.set("takes_oral_baclofen", taken, "from the therapy entries in force")
    exposed = any_true(
        taken,
        _has_just_left(sheet, lists),
        *map(sheet.get, ("recent_reduction", "had_pump_lately", "has_recent_overdose")),
    )
    sheet.set("has_baclofen_exposure", exposed, "from the therapy, missed doses, a pump and an overdose")
    _set_reason(sheet, lists)


def _has_just_left(sheet: FactSheet, lists: Lists) -> bool:
    """Whether baclofen was cut or stopped within the time a withdrawal can last, after long or unknown use."""
    since, used = sheet.number("days_since_reduction"), sheet.number("days_on_before_reduction")
    if since is None or timedelta(days=since) > span(lists, sheet, "withdrawal.course"):
        return False
    return used is None or used >= amount(lists, sheet, "withdrawal.long_use", "day")


def _set_overdose(sheet: FactSheet, lists: Lists, events: list[Event], recent: timedelta) -> None:
    listed = _is_on_the_problem_list(lists, recent)
    reviewed = lists.record.reviewed.events
    asked = reviewed is not None and lists.today - reviewed <= span(lists, sheet, "recent_change")
    known = True if events or listed else False if asked else None
    sheet.set("has_recent_overdose", known, "from the events and the problem list")
    if not events:
        for name in ("overdose_amount", "days_since_overdose", "hours_since_overdose"):
            sheet.set(name, None, "no overdose among the events")
        return
    last = max(events, key=lambda e: e.from_.start())
    when = show_moment(last.from_)
    days = (lists.today - last.from_.on).days
    sheet.set("days_since_overdose", days, f"swallowed on {when}")
    hours = _hours(last, lists.now)
    sheet.set("hours_since_overdose", hours, f"swallowed on {when}" if hours is not None else "no clock time")
    amounts = [e.amount for e in events]
    known_amounts = [a.number("mg") for a in amounts if a is not None]
    # One amount that is not known makes the sum not known: the part that is known would be taken for all.
    total = sum(known_amounts) if len(known_amounts) == len(amounts) else None
    how = "sum of the amounts recorded" if total is not None else "an amount is not recorded"
    sheet.set("overdose_amount", total, how)


def _hours(event: Event, now: datetime) -> float | None:
    """Hours since the overdose; none where only the day is known, because the first hours decide."""
    return None if event.from_.at is None else (now - event.from_.start()) / timedelta(hours=1)


def _is_on_the_problem_list(lists: Lists, recent: timedelta) -> bool:
    """Baclofen poisoning as an active problem; one without a date counts, because it is said to be so now."""
    return any(
        d.status is Status.ACTIVE
        and _OVERDOSE_PROBLEM in names
        and (d.since is None or lists.today - d.since <= recent)
        for d, names in lists.problems
    )


def _set_reason(sheet: FactSheet, lists: Lists) -> None:
    """Whether anything on record speaks for toxicity; three-valued, like every triage fact."""
    rate = sheet.number("egfr")
    border = amount(lists, sheet, "toxicity.reason.egfr_below", "mL/min/1.73m2")
    weak: Value = None if rate is None else rate < border
    kidneys = any_true(weak, *map(sheet.get, ("has_acute_kidney_injury", "is_on_dialysis")))
    value = any_true(kidneys, *map(sheet.get, ("recent_increase", "has_recent_overdose")))
    sheet.set(
        "has_reason_for_toxicity", value, "a recent rise, weak kidneys, dialysis or an overdose on record"
    )
    sedated = depressants(lists)
    calm: Value = True if sedated else False if lists.has_reconciled_medicines() else None
    breath = map(sheet.get, ("has_sleep_apnoea", "has_respiratory_disease"))
    low = any_true(kidneys, calm, *breath)
    sheet.set("has_reason_for_low_threshold", low, "weak kidneys, another sedative or disturbed breathing")
