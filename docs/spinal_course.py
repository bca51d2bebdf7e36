"""The people and courses behind the intrathecal tables; each is computed once for a run of the generator."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from side_by_side_tables import MODEL, MODELS

from eutonia.model.individual import Covariates, FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, draw_patients, typical_patient
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from eutonia.simulate.titration import VisitCourse, raise_while_stiff, titrate_at_visits, usual_visits

SPINAL = MODELS["intrathecal.reference2026"]
MAN = Covariates(45, 70, 100)
LONG = 500.0  # hours after which an infusion is at steady state


@cache
def adult(baseline_ashworth: float | None = None) -> Patient:
    return typical_patient(MODEL, SPINAL, MAN, baseline_ashworth)


def crowd(n: int, seed: int = 7) -> Patient:
    return draw_patients(MODEL, SPINAL, MAN, n, seed)


def with_kochak_plasma(patient: Patient) -> Patient:
    """The plasma the spinal model was first calibrated with: rates 1.29 and 0.191 per hour, 10.8 L/h, 28.8 L."""
    k10 = 10.8 / 28.8
    k21 = 1.29 * 0.191 / k10
    k12 = 1.29 + 0.191 - k10 - k21
    one = np.ones(patient.n)
    plasma = replace(
        patient.systemic, cl=10.8 * one, vc=28.8 * one, q=k12 * 28.8 * one, vp=k12 * 28.8 / k21 * one
    )
    return replace(patient, systemic=plasma)


def inject(patient: Patient, micrograms: float, times: FloatArray) -> SpinalTrajectory:
    return simulate_intrathecal(patient, SpinalTherapy(injections=(Injection(0, micrograms),)), times)


def infuse(
    patient: Patient, per_day: float, times: FloatArray, initial: SpinalState | None = None
) -> SpinalTrajectory:
    tip = TipRate.constant(per_day) if per_day > 0 else None
    return simulate_intrathecal(patient, SpinalTherapy(tip=tip), times, initial)


def steady(patient: Patient, per_day: float) -> SpinalTrajectory:
    return infuse(patient, per_day, np.array([LONG]))


def first_time(times: FloatArray, is_there: NDArray[np.bool_]) -> float:
    return float(times[np.flatnonzero(is_there)[0]])


def titrate(patient: Patient, days: int, start: float = 100.0) -> VisitCourse:
    """The rule of the page: see ``raise_while_stiff``."""
    return titrate_at_visits(patient, raise_while_stiff, usual_visits(days), first_dose=start)


@cache
def titrated(days: int) -> tuple[float, VisitCourse, SpinalTrajectory]:
    """The typical adult after so many days: micrograms a day, the course, and one more day of treatment."""
    course = titrate(adult(), days)
    dose = float(course.dose_on(days)[0])
    return dose, course, infuse(adult(), dose, np.array([24.0]), course.end)


STOP_HOURS = np.arange(0, 40 * 24, 0.1)


@cache
def stopped() -> SpinalTrajectory:
    """Two years of treatment, then nothing."""
    return infuse(adult(), 0, STOP_HOURS, titrated(740)[2].end)


def dose_that_leaves(share: float) -> float:
    """The daily dose under which this part of the H to M ratio is left, by halving an interval."""
    low, high = 1.0, 500.0
    for _ in range(20):
        middle = (low + high) / 2
        left = infuse(adult(), middle, np.array([300.0])).reflex[0, 0]
        low, high = (middle, high) if left > share else (low, middle)
    return low


def hours_felt(micrograms: float) -> float:
    """Hours with a fall of at least 1 point after one bolus."""
    times = np.arange(0, 24, 0.01)
    return float((inject(adult(), micrograms, times).ashworth[:, 0] <= 3.0).sum() * 0.01)
