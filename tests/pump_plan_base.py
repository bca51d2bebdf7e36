"""What the tests of pump plans share. The dead volumes are those of the worked examples, which no source supports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.plan.pump.implant import Implant
from eutonia.plan.pump.label import Guide

KNOWLEDGE = load_knowledge()
FILLED_ON = date(2026, 11, 22)
PATH = Fraction(375, 1000)
D = Decimal


def implant(
    reservoir: int = 20,
    *,
    alarm: Fraction | int | None = 2,
    path: Fraction | None = PATH,
    error: Fraction | None = None,
    low: Fraction | None = None,
    high: Fraction | None = None,
) -> Implant:
    """A pump with 0.199 mL of tubing, the rest of the path in the catheter."""
    tubing = Fraction(199, 1000)
    catheter = None if path is None else (path - tubing, path - tubing)
    return Implant(
        title="example",
        reservoir_ml=Fraction(reservoir),
        tubing_ml=tubing,
        catheter_ml=catheter,
        minimum_flow=low,
        maximum_flow=high,
        alarm_ml=None if alarm is None else Fraction(alarm),
        flow_tolerance=error,
    )


def guide(label: str = "US", population: str = "spinal") -> Guide:
    return Guide(KNOWLEDGE, label, population)


def the(name: str, label: str = "US", population: str = "spinal") -> PumpNumber:
    found = guide(label, population).find(name)
    assert found is not None
    return found
