"""Answers for pumps as a consultation ends in them, for the tests of how they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from eutonia.consult import Result
from eutonia.model.intrathecal import Patient
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.change import plan_change
from eutonia.plan.pump.implant import Implant, read_implant
from eutonia.plan.pump.missed import plan_missed_refill
from eutonia.plan.pump.mri import plan_magnet
from eutonia.plan.pump.prime import PrimingPlan, plan_priming
from eutonia.plan.pump.programme import Programme, read_pattern, read_periodic, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.replacement import plan_replacement
from eutonia.plan.pump.restart import show_restart_positions
from eutonia.plan.pump.screening import plan_screening
from eutonia.plan.pump.start import FirstDose, first_daily_dose, plan_start
from eutonia.plan.pump.titrate import plan_titration_by_pump
from eutonia.plan.pump.wean import plan_pump_wean
from eutonia.wanted_pump import PumpAsk
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant
from tests.scenario_files import ask, base

PUMP = implant(error=Fraction(145, 1000), low=Fraction(1, 100), high=Fraction(10))
PATTERN = read_pattern(KNOWLEDGE, [(0, 60), (6, 180), (22, 60)])


def simple(dose: int | Decimal) -> Programme:
    return read_simple(KNOWLEDGE, dose)


def change(
    before: Programme,
    after: Programme,
    old: int,
    new: int,
    *,
    pump: Implant = PUMP,
    who: Patient | None = None,
) -> PumpAnswer:
    plan = plan_change(
        KNOWLEDGE,
        pump,
        before=before,
        after=after,
        old_concentration=old,
        new_concentration=new,
        fill_ml=20,
        who=who,
    )
    strength = Fraction(old)
    return PumpAnswer(
        kind=PumpAsk.CHANGE, plan=plan, implant=pump, before=before, after=after, concentration=strength
    )


def refill() -> RefillPlan:
    found = plan_refill(
        KNOWLEDGE,
        PUMP,
        simple(300),
        filled_on=FILLED_ON,
        filled_ml=20,
        concentration=2000,
        solution="baclofen alone",
    )
    assert isinstance(found, RefillPlan)
    return found


def titration(percent: int = 30, population: str = "spinal") -> PumpAnswer:
    plan = plan_titration_by_pump(
        guide("US", population),
        PUMP,
        current_micrograms=100,
        goal_micrograms=Decimal("371.293"),
        percent=percent,
        every_h=24,
        concentration=500,
        fill_ml=20,
        hours_since_start=24,
        hours_since_change=24,
    )
    return PumpAnswer(kind=PumpAsk.TITRATION, plan=plan, implant=PUMP, before=simple(100))


@cache
def answers() -> Mapping[str, PumpAnswer]:
    """One of every kind of question, and refusals."""
    first = first_daily_dose(guide(), 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)
    priming = plan_priming(
        KNOWLEDGE, PUMP, simple(300), concentration=500, fill_ml=18, part="whole path", duration_h=1
    )
    assert isinstance(priming, PrimingPlan)
    device = KNOWLEDGE.devices["synchromed_ii_20"]
    in_magnet = read_implant(device)
    bolus = read_periodic(
        KNOWLEDGE, micrograms=50, duration_h=Fraction(1, 2), every_h=6, base_micrograms_per_day=96
    )
    visits = [(date(2027, 1, 5), 19, 3, Decimal("3.7")), (date(2027, 4, 5), 19, 3, 9)]

    def of(kind: PumpAsk, plan: object, before: Programme | None = None) -> PumpAnswer:
        return PumpAnswer(kind=kind, plan=plan, implant=PUMP, before=before)  # type: ignore[arg-type]

    return {
        "change": change(simple(400), simple(400), 500, 2000),
        "weaker": change(simple(400), simple(400), 2000, 500),
        "pattern": change(PATTERN, simple(330), 2000, 2000),
        "boluses": change(PATTERN, bolus, 500, 2000),
        "no path": change(simple(300), simple(330), 500, 2000, pump=implant(path=None)),
        "refill": of(PumpAsk.REFILL, refill(), simple(300)),
        "titration": titration(),
        "too steep": titration(31),
        "way down": of(
            PumpAsk.WAY_DOWN,
            plan_pump_wean(
                KNOWLEDGE,
                PUMP,
                current_micrograms=400,
                floor_micrograms=Decimal("104.8576"),
                percent=20,
                every_h=24,
                pace="in hospital",
                concentration=2000,
                fill_ml=20,
            ),
        ),
        "audit": of(PumpAsk.VOLUMES, audit_visits(KNOWLEDGE, PUMP, visits)),
        "scan": of(
            PumpAsk.SCAN,
            plan_magnet(KNOWLEDGE, device, in_magnet, simple(300), concentration=2000, left_ml=10, scan_h=1),
            simple(300),
        ),
        "missed": of(
            PumpAsk.MISSED,
            plan_missed_refill(KNOWLEDGE, refill(), today=date(2027, 3, 20), has_signs=False),
            simple(300),
        ),
        "start": of(PumpAsk.START, plan_start(guide(), PUMP, first, fill_ml=18, is_primed=False)),
        "screening": of(PumpAsk.SCREENING, plan_screening(guide(), 50)),
        "restart": of(
            PumpAsk.RESTART,
            show_restart_positions(
                KNOWLEDGE, PUMP, stopped_h=71, dose_before=403, first_dose=100, concentration=2000, left_ml=9
            ),
            simple(403),
        ),
        "replacement": of(
            PumpAsk.REPLACEMENT,
            plan_replacement(
                KNOWLEDGE,
                PUMP,
                today=FILLED_ON,
                replace_by=date(2027, 9, 1),
                refill=None,
                priming=priming,
                keeps_catheter=False,
            ),
        ),
    }


@cache
def quiet_result() -> Result:
    """A patient of whom the rules find nothing."""
    return ask(base("adult-us"))


def with_pump(answer: PumpAnswer) -> Result:
    return replace(quiet_result(), pump=answer)
