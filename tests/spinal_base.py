"""The people and helpers the intrathecal tests share."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import Covariates, FloatArray
from eutonia.model.intrathecal import Patient, SpinalState, draw_patients, typical_patient
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from eutonia.simulate.titration import VisitCourse, raise_while_stiff, titrate_at_visits, usual_visits

ADULT = Covariates(45, 70, 100)


def models() -> tuple[ModelFile, ModelFile]:
    known = load_knowledge().models
    return known["oral.reference2026"], known["intrathecal.reference2026"]


@cache
def adult() -> Patient:
    """The typical adult of the house: plasma of the oral reference model."""
    return typical_patient(*models(), ADULT)


@cache
def reference_adult() -> Patient:
    """The typical adult of the facts page, section H: plasma from the rate constants of Kochak 1985 (row A20)."""
    return with_reference_plasma(adult())


def with_reference_plasma(patient: Patient) -> Patient:
    """alpha 1.29 and beta 0.191 per hour, central volume 28.8 L, clearance 10.8 L/h."""
    k10 = 10.8 / 28.8
    k21 = 1.29 * 0.191 / k10
    k12 = 1.29 + 0.191 - k10 - k21
    full = np.ones(patient.n)
    systemic = replace(
        patient.systemic,
        cl=10.8 * full,
        cl_renal=6.18 * full,
        vc=28.8 * full,
        q=k12 * 28.8 * full,
        vp=k12 * 28.8 / k21 * full,
    )
    return replace(patient, systemic=systemic)


def crowd(n: int, seed: int = 7) -> Patient:
    return draw_patients(*models(), ADULT, n, seed)


def with_effect(patient: Patient, **values: float) -> Patient:
    """The same people with some effect parameters set."""
    arrays = {name: np.full(patient.n, value) for name, value in values.items()}
    return replace(patient, effect=replace(patient.effect, **arrays))


def with_csf(patient: Patient, **values: float) -> Patient:
    """The same people with some spinal-fluid parameters set."""
    arrays = {name: np.full(patient.n, value) for name, value in values.items()}
    return replace(patient, csf=replace(patient.csf, **arrays))


def inject(patient: Patient, micrograms: float, times: FloatArray) -> SpinalTrajectory:
    return simulate_intrathecal(patient, SpinalTherapy(injections=(Injection(0, micrograms),)), times)


def infuse(
    patient: Patient, per_day: float, times: FloatArray, initial: SpinalState | None = None
) -> SpinalTrajectory:
    tip = TipRate.constant(per_day) if per_day > 0 else None
    return simulate_intrathecal(patient, SpinalTherapy(tip=tip), times, initial)


def first_time(times: FloatArray, is_there: FloatArray) -> float:
    """The first of the times at which something holds; infinity when it never does."""
    found = np.flatnonzero(is_there)
    return float(times[found[0]]) if found.size else float("inf")


def titrate(patient: Patient, start: float = 100.0, days: int = 740) -> tuple[VisitCourse, SpinalState]:
    """The rule of the facts page, of one person: the course, and where they stand at its last visit."""
    course = titrate_at_visits(patient, raise_while_stiff, usual_visits(days), first_dose=start)
    return course, course.end


def dose_on(course: VisitCourse, day: int) -> float:
    return float(course.dose_on(day)[0])
