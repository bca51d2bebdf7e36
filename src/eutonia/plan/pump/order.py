"""A plan as data: what the pump is to give from which hour on, single amounts, the reservoir and the dates.

For whoever passes a plan on to another system. The sentences of a plan and these fields say the same; nothing has to be
read out of a sentence. Numbers are exact: a decimal as text, or, where no decimal is exact, its two whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from eutonia.plan.pump.exact import DAY_H
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.programme import DayPattern, Periodic, Programme

__all__ = [
    "NOTHING",
    "Order",
    "Ordered",
    "Reservoir",
    "SingleDose",
    "amount_data",
    "order_data",
    "reservoir_of",
]

#: What every plan here is about.
DRUG = "baclofen"
ROUTE = "into the spinal fluid"


@dataclass(frozen=True, slots=True)
class Order:
    """A programme from an hour of the plan on. purpose: “before” (it runs already) or “programme” (to be set).

    concentration: micrograms per mL; None where the plan is not about one solution.
    """

    programme: Programme
    concentration: Fraction | None
    at_h: Fraction = Fraction(0)
    purpose: str = "programme"


@dataclass(frozen=True, slots=True)
class SingleDose:
    """One amount: “bridge” and “priming” by the pump over so many hours, “screening” by puncture (hours None)."""

    purpose: str
    at_h: Fraction
    micrograms: Fraction
    ml: Fraction
    concentration: Fraction
    hours: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Reservoir:
    """size_ml: what it holds. filled_ml: after the fill at hour 0. left_ml: today. None: not known or not asked.

    state: the word of the plan for it, where it has one.
    """

    size_ml: Fraction
    filled_ml: Fraction | None = None
    left_ml: Fraction | None = None
    alarm_ml: Fraction | None = None
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """All of it. dates: (what, day). amounts: (what, how much, unit), whatever else the plan works out."""

    orders: tuple[Order, ...] = ()
    doses: tuple[SingleDose, ...] = ()
    reservoir: Reservoir | None = None
    dates: tuple[tuple[str, date], ...] = ()
    amounts: tuple[tuple[str, Fraction, str], ...] = ()


NOTHING = Ordered()


def reservoir_of(
    implant: Implant,
    *,
    filled_ml: Fraction | None = None,
    left_ml: Fraction | None = None,
    state: str | None = None,
) -> Reservoir:
    """The reservoir of a pump."""
    return Reservoir(implant.reservoir_ml, filled_ml, left_ml, implant.alarm_ml, state)


def amount_data(value: Fraction | None, unit: str) -> dict[str, str] | None:
    """``value`` as decimal text, else ``numerator`` and ``denominator``, with the unit; None: not known.

    >>> amount_data(Fraction(3, 20), "mL/day"), amount_data(Fraction(400, 3), "day")
    ({'value': '0.15', 'unit': 'mL/day'}, {'numerator': '400', 'denominator': '3', 'unit': 'day'})
    """
    if value is None:
        return None
    rest = value.denominator
    powers = {2: 0, 5: 0}
    for prime in powers:
        while rest % prime == 0:
            rest //= prime
            powers[prime] += 1
    if rest != 1:
        return {"numerator": str(value.numerator), "denominator": str(value.denominator), "unit": unit}
    places = max(powers.values())
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return {"value": f"-{text}" if value < 0 else text, "unit": unit}


def order_data(ordered: Ordered) -> dict[str, object]:
    """The same as plain data for JSON, with every unit named and None where something is not known."""
    return {
        "drug": DRUG,
        "route": ROUTE,
        "orders": [_order(order) for order in ordered.orders],
        "single_doses": [
            {
                "purpose": dose.purpose,
                "from": amount_data(dose.at_h, "h"),
                "dose": amount_data(dose.micrograms, "microgram"),
                "volume": amount_data(dose.ml, "mL"),
                "concentration": amount_data(dose.concentration, "microgram/mL"),
                "duration": amount_data(dose.hours, "h"),
            }
            for dose in ordered.doses
        ],
        "reservoir": None if ordered.reservoir is None else _reservoir(ordered.reservoir),
        "dates": [{"what": what, "on": day.isoformat()} for what, day in ordered.dates],
        "amounts": [
            {"what": what, "amount": amount_data(value, unit)} for what, value, unit in ordered.amounts
        ],
    }


def _order(order: Order) -> dict[str, object]:
    programme, strength = order.programme, order.concentration
    bolus = None
    steps: tuple[tuple[Fraction, Fraction, Fraction], ...] = ((Fraction(0), DAY_H, programme.daily),)
    mode = "simple continuous"
    if isinstance(programme, DayPattern):
        mode = "day pattern"
        steps = tuple((step.from_h, step.to_h, step.micrograms) for step in programme.steps)
    elif isinstance(programme, Periodic):
        mode = "periodic bolus"
        steps = ((Fraction(0), DAY_H, programme.base),) if programme.base else ()
        bolus = {
            "dose": amount_data(programme.micrograms, "microgram"),
            "duration": amount_data(programme.duration_h, "h"),
            "every": amount_data(programme.every_h, "h"),
        }
    return {
        "purpose": order.purpose,
        "from": amount_data(order.at_h, "h"),
        "concentration": amount_data(strength, "microgram/mL"),
        "mode": mode,
        "dose_in_24_hours": amount_data(programme.daily, "microgram/day"),
        "mean_flow": None if strength is None else amount_data(programme.daily / strength, "mL/day"),
        "steps": [
            {
                "from_hour_of_day": amount_data(start, "h"),
                "to_hour_of_day": amount_data(end, "h"),
                "dose": amount_data(micrograms, "microgram"),
                "rate": amount_data(micrograms / (end - start), "microgram/h"),
            }
            for start, end, micrograms in steps
        ],
        "bolus": bolus,
    }


def _reservoir(found: Reservoir) -> dict[str, object]:
    return {
        "size": amount_data(found.size_ml, "mL"),
        "filled": amount_data(found.filled_ml, "mL"),
        "left": amount_data(found.left_ml, "mL"),
        "alarm": amount_data(found.alarm_ml, "mL"),
        "state": found.state,
    }
