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
    """The maximum x the fraction kept for the kidneys, then the caps for age, kidneys, dialysis and alcohol.

    The maximum is the jurisdiction's; for a child that of its age or of its weight, whichever is smaller.
    A limit that may or may not apply leaves the ceiling open, unless another has made it zero already.
    """
    base = apply_limits(knowledge, sheet, "oral.daily_dose.max.child")
    if not base.limits and not base.undecided:
        base = apply_limits(knowledge, sheet, ADULT_MAXIMUM)
    by_weight = apply_limits(knowledge, sheet, "oral.dose_per_weight.max.child")
    rates = apply_limits(knowledge, sheet, "oral.kept_fraction.egfr")
    clearances = apply_limits(knowledge, sheet, "oral.kept_fraction.clearance")
    caps = [
        apply_limits(knowledge, sheet, name)
        for name in (
            "oral.daily_dose.max.older_kidney",
            "oral.daily_dose.max.dialysis",
        )
    ]
    alcohol = apply_limits(knowledge, sheet, "oral.daily_dose.max.alcohol")
    missing = [name for a in (base, by_weight, *caps, alcohol) for name in a.missing]
    fractions = [*rates.limits, *clearances.limits]
    by_kidney = [limit for cap in caps for limit in cap.limits]
    hard = [*by_kidney, *alcohol.limits]
    zero = tuple(x for x in (*fractions, *hard) if _is_zero(x))
    by_age, per_kg = smallest(base.limits, "mg/day"), smallest(by_weight.limits, "mg/kg/day")
    maxima = [(by_age, _exact(by_age))] if by_age is not None else []
    weight = sheet.number("weight")
    if per_kg is not None and weight is None:
        missing.append("weight")
    elif per_kg is not None and weight is not None:
        maxima.append((per_kg, _exact_per_weight(per_kg, weight)))
    if not maxima:
        if zero:
            considered = tuple((limit, Fraction(0)) for limit in zero)
            return Ceiling(Fraction(0), zero, considered, (), base.is_fallback)
        return Ceiling(None, (), (), tuple(dict.fromkeys(missing or ["age"])), base.is_fallback)
    start, maximum = min(maxima, key=lambda pair: pair[1])  # of two equal ones the label's own
    considered_all = [*maxima, *((f, maximum * _fraction(f)) for f in fractions)]
    considered_all += [(limit, _exact(limit)) for limit in hard]
    considered = tuple(considered_all)
    if not fractions and not by_kidney:
        # Without a kidney value nobody can say how much of the usual dose to keep.
        missing += [*rates.missing, *clearances.missing]
    if missing and not zero:
        return Ceiling(None, (), considered, tuple(dict.fromkeys(missing)), base.is_fallback)
    lowest = min(value for _, value in considered)
    # A fraction of 1 takes nothing away and so binds nothing; of several maxima only the smallest binds.
    others = [limit for limit, _ in maxima if limit is not start]
    binding = [x for x, value in considered if value == lowest and x.value != 1 and x not in others]
    if any(b in fractions for b in binding) and start not in binding:
        binding.insert(0, start)
    return Ceiling(lowest, tuple(binding), considered, (), base.is_fallback)


def _is_zero(limit: Limit) -> bool:
    value = limit.value
    return value == 0 if isinstance(value, Fraction) else value.value == 0


def _exact_per_weight(limit: Limit, weight_kg: float) -> Fraction:
    assert isinstance(limit.value, Quantity)
    return Fraction(limit.value.to("mg/kg/day").value) * Fraction(str(weight_kg))


def _exact(limit: Limit) -> Fraction:
    assert isinstance(limit.value, Quantity)
    return Fraction(limit.value.to("mg/day").value)


def _fraction(limit: Limit) -> Fraction:
    assert isinstance(limit.value, Fraction)
    return limit.value
