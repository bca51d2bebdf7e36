"""How long a pump plan takes with its simulation, tone of a typical person included."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import Patient, typical_patient
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.change import plan_change
from eutonia.plan.pump.implant import Implant, read_implant
from eutonia.plan.pump.label import Guide
from eutonia.plan.pump.missed import plan_missed_refill
from eutonia.plan.pump.mri import plan_magnet
from eutonia.plan.pump.outcome import PumpPlan
from eutonia.plan.pump.prime import plan_priming
from eutonia.plan.pump.programme import read_pattern, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.restart import show_restart_positions
from eutonia.plan.pump.screening import plan_screening
from eutonia.plan.pump.start import FirstDose, first_daily_dose, plan_start
from eutonia.plan.pump.titrate import plan_titration_by_pump
from eutonia.plan.pump.wean import plan_pump_wean

REPEATS = 10
TARGET = "under 300 ms"
FILLED_ON = date(2026, 11, 22)


def _example() -> tuple[Implant, Patient]:
    knowledge = load_knowledge()
    # 0.15 mL is an example and belongs to no pump.
    implant = read_implant(
        knowledge.devices["prometra_ii_20"],
        knowledge.devices["prometra_catheter"],
        implanted_cm=85,
        filled_in={"tubing_volume": Decimal("0.15")},
    )
    covariates = Covariates(age_years=45, weight_kg=70, gfr_ml_per_min=100)
    models = knowledge.models
    return implant, typical_patient(
        models["oral.reference2026"], models["intrathecal.reference2026"], covariates
    )


def plans() -> dict[str, Callable[[], object]]:
    """Every plan that is simulated, by name."""
    knowledge = load_knowledge()
    implant, who = _example()
    device = knowledge.devices["prometra_ii_20"]
    guide = Guide(knowledge, "US", "spinal")
    dose, more = read_simple(knowledge, 300), read_simple(knowledge, 330)
    pattern = read_pattern(knowledge, [(2 * hour, 25) for hour in range(12)])
    first = first_daily_dose(guide, 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)

    def refill() -> RefillPlan:
        found = plan_refill(
            knowledge,
            implant,
            dose,
            filled_on=FILLED_ON,
            filled_ml=20,
            concentration=2000,
            solution="baclofen alone",
        )
        assert isinstance(found, RefillPlan)
        return found

    filling = refill()
    return {
        "screening": lambda: plan_screening(guide, 50, who),
        "start": lambda: plan_start(guide, implant, first, fill_ml=20, is_primed=False, who=who),
        "titration of 20 steps": lambda: plan_titration_by_pump(
            guide,
            implant,
            current_micrograms=100,
            goal_micrograms=650,
            percent=10,
            every_h=24,
            concentration=2000,
            fill_ml=20,
            hours_since_start=48,
            hours_since_change=48,
            who=who,
        ),
        "way down of 16 steps": lambda: plan_pump_wean(
            knowledge,
            implant,
            current_micrograms=600,
            floor_micrograms=20,
            percent=20,
            every_h=48,
            pace="planned stop",
            concentration=500,
            fill_ml=20,
            who=who,
        ),
        "change of concentration": lambda: plan_change(
            knowledge,
            implant,
            before=dose,
            after=more,
            old_concentration=500,
            new_concentration=2000,
            fill_ml=20,
            who=who,
        ),
        "change to a day pattern of 12 steps": lambda: plan_change(
            knowledge,
            implant,
            before=dose,
            after=pattern,
            old_concentration=500,
            new_concentration=2000,
            fill_ml=20,
            who=who,
        ),
        "priming": lambda: plan_priming(
            knowledge,
            implant,
            dose,
            concentration=500,
            fill_ml=20,
            part="whole path",
            duration_h=Decimal("0.5"),
        ),
        "refill and alarm dates": refill,
        "volume audit of 4 visits": lambda: audit_visits(
            knowledge, implant, [(date(2027, month, 1), 20, 2, 3) for month in (1, 4, 7, 10)]
        ),
        "magnet": lambda: plan_magnet(
            knowledge,
            device,
            implant,
            dose,
            concentration=2000,
            left_ml=10,
            scan_h=1,
            reset_h=3,
            who=who,
        ),
        "missed refill": lambda: plan_missed_refill(
            knowledge, filling, today=date(2027, 5, 1), has_signs=None, who=who
        ),
        "restart, both positions": lambda: show_restart_positions(
            knowledge,
            implant,
            stopped_h=72,
            dose_before=400,
            first_dose=100,
            concentration=2000,
            left_ml=15,
            who=who,
        ),
    }


def rows() -> list[tuple[str, str, str, str]]:
    """Each plan: what, best, median, target."""
    table = []
    for name, work in plans().items():
        assert isinstance(work(), PumpPlan), f"{name} is refused"
        seconds = []
        for _ in range(REPEATS):
            begin = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begin)
        best, median = min(seconds), statistics.median(seconds)
        table.append((f"pump plan: {name}", f"{1000 * best:.1f} ms", f"{1000 * median:.1f} ms", TARGET))
    return table
