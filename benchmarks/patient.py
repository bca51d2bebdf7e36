"""One patient, nothing compiled: the whole intrathecal model over 30 days, and 18 months of titration."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import typical_patient
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from eutonia.simulate.titration import titrate_by_rule

MONTH_H = 720.0


def _milliseconds(work: Callable[[], object], repeats: int) -> tuple[str, str]:
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return f"{min(seconds) * 1000:.1f} ms", f"{statistics.median(seconds) * 1000:.1f} ms"


def _rule(day: int, score: float, dose: float) -> float:
    """10 per cent more each day while the Ashworth score is above 1.5, to at most 1,000 micrograms."""
    return min(dose * 1.1, 1000.0) if day and score > 1.5 else dose


def rows() -> list[tuple[str, str, str, str]]:
    """Each measurement: what, best, median, target."""
    models = load_knowledge().models
    patient = typical_patient(
        models["oral.reference2026"], models["intrathecal.reference2026"], Covariates(45, 70, 100)
    )
    times = np.linspace(0.0, MONTH_H, 1441)
    tablets = repeat_daily(DoseEvents([8, 14, 20], [10, 10, 10]), 30)
    irregular = DoseEvents(np.sort(np.random.default_rng(1).uniform(0, MONTH_H, 60)), np.full(60, 10.0))
    boluses = tuple(Injection(float(hour), 5.0) for hour in np.arange(0, MONTH_H, 6))
    pump = TipRate.constant(200.0)
    courses = [
        ("infusion", SpinalTherapy(tip=pump)),
        ("infusion and 90 tablets", SpinalTherapy(tip=pump, doses=tablets)),
        ("infusion, 120 boluses and 90 tablets", SpinalTherapy(tip=pump, injections=boluses, doses=tablets)),
        ("infusion and 60 tablets at irregular times", SpinalTherapy(tip=pump, doses=irregular)),
    ]
    table = []
    for name, therapy in courses:
        simulate_intrathecal(patient, therapy, times)  # warm
        best, median = _milliseconds(lambda t=therapy: simulate_intrathecal(patient, t, times), 15)
        table.append((f"one patient, 30 days, 1441 points: {name}", best, median, "at most 25 ms"))
    best, median = _milliseconds(lambda: titrate_by_rule(patient, _rule, first_dose=100.0, days=547), 5)
    table.append(("18 months with a rule applied every day", best, median, "at most 100 ms"))
    return table
