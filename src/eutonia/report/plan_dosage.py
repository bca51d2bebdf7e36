"""The phases of a plan as structured dosage: everything a prescription message asks for, with nothing only in words.

The parts are those of a dosage in FHIR R4 (sequence, text, timing with its bounds, as needed, route, dose quantity)
and of a dispense request (supply by product), under plain names; codes and the message itself are made by whoever
exports it. Amounts are exact: they come from fractions with few decimals.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Any

from eutonia.plan.dispense import Piece, StockItem
from eutonia.plan.outcome import PartnerPlan, Plan, PlanStep, TimedMadeDose
from eutonia.plan.steps import UNITS, count_units
from eutonia.record import Form
from eutonia.report.plan_words import WHEN, dose_words, mg, phase_lines

__all__ = ["partner_dosage", "phase_dosage"]

_ROUTE = "by mouth"
_DIGITS = 9


def phase_dosage(plan: Plan) -> list[dict[str, Any]]:
    """One entry for each phase, in its order: who takes what, when, from which day to which, and what it uses."""
    return [
        {
            "sequence": step.number,
            "of": len(plan.steps),
            "says": line,
            "medicine": "baclofen",
            "route": _ROUTE,
            "bounds": _bounds(step),
            "days": step.days,
            "takes_none": not step.doses,
            "daily_dose": _quantity(step.daily_mg, "mg"),
            "dosage": [_dosage(index, dose, step) for index, dose in enumerate(step.doses, start=1)],
            "supply": [_supply(item, units) for item, units in count_units([step]).items()],
        }
        for step, line in zip(plan.steps, phase_lines(plan), strict=True)
    ]


def partner_dosage(partner: PartnerPlan) -> list[dict[str, Any]]:
    """The steps of the other medicine alike; of what its doses are made is not known here, so it has no supply."""
    return [
        {
            "sequence": step.number,
            "of": len(partner.steps),
            "medicine": partner.medicine,
            "route": _ROUTE,
            "bounds": {
                "start": step.first.isoformat(),
                "end": step.last.isoformat() if step.last else None,
            },
            "takes_none": not step.doses,
            "daily_dose": _quantity(step.daily_mg, "mg"),
            "dosage": [
                {
                    "sequence": index,
                    "text": f"{mg(amount)} {WHEN[when]}",
                    "timing": {"frequency": 1, "period": 1, "period_unit": "day", "when": when.value},
                    "as_needed": False,
                    "dose": _quantity(amount, "mg"),
                }
                for index, (when, amount) in enumerate(step.doses, start=1)
            ],
        }
        for step in partner.steps
    ]


def _bounds(step: PlanStep) -> dict[str, str | None]:
    return {"start": step.first.isoformat(), "end": step.last.isoformat() if step.last else None}


def _dosage(number: int, timed: TimedMadeDose, step: PlanStep) -> dict[str, Any]:
    """One time of the day. at: the clock time simulated; a message names it or the part of the day."""
    return {
        "sequence": number,
        "text": dose_words(timed),
        "timing": {
            "frequency": 1,
            "period": 1,
            "period_unit": "day",
            "when": timed.when.value,
            "at": timed.at.isoformat(timespec="minutes"),
            "bounds": _bounds(step),
        },
        "as_needed": False,
        "route": _ROUTE,
        "dose": _quantity(timed.dose.mg, "mg"),
        "take": [_piece(piece) for piece in timed.dose.pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {"product": _product(piece.item), "quantity": _quantity(piece.units, UNITS[piece.item.form])}


def _product(item: StockItem) -> dict[str, Any]:
    """Form and strength, and whether a half may be taken."""
    is_liquid = item.form is Form.LIQUID
    strength = {
        "value": _number(item.mg_per_unit),
        "unit": "mg",
        "per": "mL" if is_liquid else item.form.value,
    }
    return {"form": item.form.value, "strength": strength, "may_be_halved": item.is_counted and item.step < 1}


def _supply(item: StockItem, units: Fraction) -> dict[str, Any]:
    """What the phase uses of a product, and the whole tablets or packets that are handed out for it."""
    handed = Fraction(ceil(units)) if item.is_counted else units
    unit = UNITS[item.form]
    return {"product": _product(item), "used": _quantity(units, unit), "handed_out": _quantity(handed, unit)}


def _quantity(value: Fraction, unit: str) -> dict[str, Any]:
    return {"value": _number(value), "unit": unit}


def _number(value: Fraction) -> float | int:
    """Exact where it ends within nine decimals, which every dose made of pieces does."""
    return value.numerator if value.denominator == 1 else round(float(value), _DIGITS)
