"""Which limits apply to this patient, and which of them binds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.condition import Holds
from eutonia.knowledge.schema import Knowledge, Limit
from eutonia.units import Quantity

ADULT_MAXIMUM = "oral.daily_dose.max"


@dataclass(frozen=True, slots=True)
class Applied:
    """The limits of one name that hold for the patient, and those that cannot be decided."""

    limits: tuple[Limit, ...]
    undecided: tuple[Limit, ...]
    missing: tuple[str, ...]
    is_fallback: bool = False  # no number for this jurisdiction: the most cautious of the others


def apply_limits(knowledge: Knowledge, sheet: FactSheet, name: str) -> Applied:
    """All limits called ``name`` whose jurisdiction and condition hold.

    Where the jurisdiction has no number of its own, the limits of all others are taken (is_fallback), so
    that the most cautious of them binds, and the report says so.
    """
    jurisdiction = str(sheet.get("jurisdiction"))
    named = [limit for limit in knowledge.limits if limit.name == name]
    own = [x for x in named if not x.jurisdictions or jurisdiction in x.jurisdictions]
    is_fallback = not own and bool(named)
    holding: list[Limit] = []
    undecided: list[Limit] = []
    missing: list[str] = []
    for limit in own or named:
        outcome = limit.when.evaluate(sheet.values)
        if outcome.holds is Holds.YES:
            holding.append(limit)
        elif outcome.holds is Holds.UNKNOWN:
            undecided.append(limit)
            missing.extend(outcome.missing)
    return Applied(tuple(holding), tuple(undecided), tuple(dict.fromkeys(missing)), is_fallback)


def number_of(limit: Limit, unit: str) -> float:
    """The limit's value in ``unit`` (fractions have none)."""
    return float(limit.value) if isinstance(limit.value, Fraction) else limit.value.number(unit)


def smallest(limits: Iterable[Limit], unit: str) -> Limit | None:
    """The limit with the smallest value in ``unit``; None when there is none."""
    return min(limits, key=lambda x: number_of(x, unit), default=None)


def largest(limits: Iterable[Limit], unit: str) -> Limit | None:
    """The limit with the largest value in ``unit``; None when there is none."""
    return max(limits, key=lambda x: number_of(x, unit), default=None)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The largest daily dose for this patient, exactly, and every limit that made it.

    mg_per_day None: cannot be told; missing names the facts. binding: the limits whose product or minimum
    it is. considered: each limit with the daily dose it alone would allow.
    """

    mg_per_day: Fraction | None
    binding: tuple[Limit, ...]
    considered: tuple[tuple[Limit, Fraction], ...]
    missing: tuple[str, ...]
    is_fallback: bool = False


def find_ceiling(knowledge: Knowledge, sheet: FactSheet) -> Ceiling:
    """Jurisdiction's maximum x the fraction kept for the kidneys, then the caps for age, kidneys, dialysis."""
    base = apply_limits(knowledge, sheet, "oral.daily_dose.max.child")
    if not base.limits and not base.undecided:
        base = apply_limits(knowledge, sheet, ADULT_MAXIMUM)
    rates = apply_limits(knowledge, sheet, "oral.kept_fraction.egfr")
    clearances = apply_limits(knowledge, sheet, "oral.kept_fraction.clearance")
    caps = [
        apply_limits(knowledge, sheet, name)
        for name in (
            "oral.daily_dose.max.older_kidney",
            "oral.daily_dose.max.dialysis",
        )
    ]
    missing = [name for a in (base, *caps) for name in a.missing]
    start = smallest(base.limits, "mg/day")
    fractions = [*rates.limits, *clearances.limits]
    hard = [limit for cap in caps for limit in cap.limits]
    if start is None:
        return Ceiling(None, (), (), tuple(dict.fromkeys(missing or ["age"])), base.is_fallback)
    maximum = _exact(start)
    considered = [(start, maximum), *((f, maximum * _fraction(f)) for f in fractions)]
    considered += [(limit, _exact(limit)) for limit in hard]
    if not fractions and not hard:
        # Without a kidney value nobody can say how much of the usual dose to keep.
        missing += [*rates.missing, *clearances.missing]
        return Ceiling(None, (), tuple(considered), tuple(dict.fromkeys(missing)), base.is_fallback)
    lowest = min(value for _, value in considered)
    if lowest > 0 and any(cap.undecided for cap in caps):
        # A cap that may or may not apply leaves the ceiling open, unless it is zero already.
        return Ceiling(None, (), tuple(considered), tuple(dict.fromkeys(missing)), base.is_fallback)
    # A fraction of 1 takes nothing away and so binds nothing.
    binding = [x for x, value in considered if value == lowest and x.value != 1]
    if any(b in fractions for b in binding) and start not in binding:
        binding.insert(0, start)
    return Ceiling(lowest, tuple(binding), tuple(considered), (), base.is_fallback)


def _exact(limit: Limit) -> Fraction:
    assert isinstance(limit.value, Quantity)
    return Fraction(limit.value.to("mg/day").value)


def _fraction(limit: Limit) -> Fraction:
    assert isinstance(limit.value, Fraction)
    return limit.value
