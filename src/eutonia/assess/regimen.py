"""Facts about how baclofen is given: how often, whether doses are being missed, and which liquid follows which."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from eutonia.assess.dosing import Dosing, amount
from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.record import EventKind, Form
from eutonia.show import show_date, show_number
from eutonia.simulate.therapy import Phase, end_of

__all__ = ["set_regimen_facts"]


def set_regimen_facts(sheet: FactSheet, lists: Lists, dosing: Dosing) -> None:
    """Set the facts about the number of doses, doses missed now, and a change of liquid."""
    _set_split(sheet, dosing, amount(lists, sheet, "oral.frequency.thrice_from", "mg/day"))
    _set_missing(sheet, lists, dosing)
    _set_liquids(sheet, dosing)


def _set_split(sheet: FactSheet, dosing: Dosing, from_mg: float) -> None:
    """The fewest doses on any judged day of at least ``from_mg``; not set when there is no such day."""
    large = [len(doses) for doses in dosing.judged_days() if sum(doses) >= from_mg]
    which = f"day of at least {show_number(from_mg)} mg"
    sheet.set(
        "fewest_split_doses", min(large, default=None), f"fewest on any {which}" if large else f"no {which}"
    )


def _set_missing(sheet: FactSheet, lists: Lists, dosing: Dosing) -> None:
    """Whether doses are being missed now; excluded only when somebody asked lately."""
    missed = [e for e in lists.record.events if e.what is EventKind.MISSED_DOSES]
    now = dosing.now
    is_open = any(e.from_.start() <= now <= (end_of(e.to) or now) for e in missed)
    known = True if is_open else False if dosing.is_recently_reviewed() else None
    how = "missed doses that have not ended" if is_open else "no missed doses recorded for now"
    sheet.set("is_missing_doses", known, how if known is not None else f"{how}, and nobody asked lately")


def _set_liquids(sheet: FactSheet, dosing: Dosing) -> None:
    """Whether liquids of different strength follow each other, and whether the volume of a dose stayed.

    Looked at: what was taken in the last days that count as recent, then the proposal. The same volume of another
    strength is how a switch goes wrong; it says nothing about who made it.
    """
    phases = [*_recent(dosing.taken_phases, dosing.now - dosing.recent, dosing.now), *dosing.proposed_phases]
    liquids = [(p, c) for p in phases if (c := _concentration(p)) is not None]
    changes = [(a, b) for a, b in pairwise(liquids) if a[1] != b[1]]
    if changes:
        first, then = changes[0]
        how = f"from {show_number(float(first[1]))} to {show_number(float(then[1]))} mg per mL"
        if then[0].start is not None:
            how += f" on {show_date(then[0].start.date())}"
        kept = any(a[0].largest_mg / a[1] == b[0].largest_mg / b[1] for a, b in changes)
        sheet.set("changes_liquid_strength", True, how)
        sheet.set("keeps_liquid_volume", kept, how)
        return
    is_open = bool(liquids) and any(p.product is None for p in phases)
    how = "a phase beside the liquid has no product" if is_open else "no change of liquid recorded"
    for name in ("changes_liquid_strength", "keeps_liquid_volume"):
        sheet.set(name, None if is_open else False, how)


def _recent(phases: list[Phase], since: datetime, now: datetime) -> list[Phase]:
    """The phases that ran at any time from ``since`` to ``now``, in the order they began."""
    ran = [p for p in phases if (p.end is None or p.end > since) and (p.start is None or p.start <= now)]
    return sorted(ran, key=lambda p: p.start or datetime.min)


def _concentration(phase: Phase) -> Decimal | None:
    """mg per mL of a liquid; None for other forms and where no product is recorded."""
    product = phase.product
    if product is None or product.form is not Form.LIQUID or product.concentration is None:
        return None
    return product.concentration.to("mg/mL").value
