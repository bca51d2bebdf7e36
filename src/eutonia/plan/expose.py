"""What a scenario's regimen, or a plan, does over the coming days: facts in, a simulated course out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from eutonia.assess.dosing import Dosing
from eutonia.assess.limits import apply_limits, number_of
from eutonia.assess.sheet import FactSheet
from eutonia.errors import OutsideDomain
from eutonia.knowledge.relied_on import REFERENCE_MODEL
from eutonia.knowledge.schema import Knowledge
from eutonia.model.individual import GRANULES, Covariates, Formulation
from eutonia.model.kidney import estimate_filtration
from eutonia.record import EventKind, Scenario
from eutonia.show import show_number
from eutonia.simulate.course import Course, simulate_course
from eutonia.simulate.therapy import Phase, end_of, follow

__all__ = ["REFERENCE_MODEL", "NoCourse", "Simulation", "expose", "find_covariates"]

_DAY = timedelta(days=1)
_LOOK_BACK, _LOOK_AHEAD, _LONGEST = 8 * _DAY, 7 * _DAY, 120 * _DAY


@dataclass(frozen=True, slots=True)
class NoCourse:
    """Why there is no curve, and what to ask for."""

    says: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """How to simulate: virtual people for the band (0: none) and the seed of their randomness."""

    people: int
    seed: int


def find_covariates(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet
) -> tuple[Covariates, tuple[str, ...]] | NoCourse:
    """What the model asks of the patient, with the assumptions made; NoCourse names what is missing."""
    age, weight = sheet.number("age"), sheet.number("weight")
    missing = tuple(name for name, value in (("age", age), ("weight", weight)) if value is None)
    if age is None or weight is None:
        return NoCourse("The curve needs the patient's age and weight.", missing)
    assumptions: list[str] = []
    filtration = sheet.number("creatinine_clearance")
    if filtration is None and sheet.is_true("is_on_dialysis"):
        filtration = 0.0
        assumptions.append(
            "On dialysis without a measured clearance: no remaining kidney function is assumed."
        )
    if sheet.is_true("is_on_dialysis"):
        assumptions.append("Dialysis sessions are not in this curve; each removes part of the drug.")
    if filtration is None:
        filtration = _from_rate(scenario, knowledge, sheet, age, weight)
        if filtration is not None:
            assumptions.append(
                f"Filtration of {show_number(filtration)} mL per minute from eGFR and body surface."
            )
    if filtration is None:
        if sheet.get("egfr") is not None:
            return NoCourse(
                "The curve needs the clearance of this body: an eGFR is for a body surface of 1.73 square "
                "metres. Record the height, or a creatinine with sex and weight."
            )
        return NoCourse("The curve needs the kidney function.", ("creatinine_clearance",))
    product = sheet.get("product_form")
    form: Formulation = "solution" if product == "liquid" else "tablet"
    if product == "granules":
        assumptions.append(GRANULES)
    elif product is None:
        assumptions.append("Tablets are assumed: the product is not recorded.")
    return Covariates(age, weight, filtration, form), tuple(assumptions)


def _from_rate(
    scenario: Scenario, knowledge: Knowledge, sheet: FactSheet, age: float, weight: float
) -> float | None:
    rate, height = sheet.number("egfr"), scenario.record.patient.height
    if rate is None or height is None:
        return None
    estimate = estimate_filtration(
        knowledge.kidney,
        age_years=age,
        weight_kg=weight,
        height_cm=height.number("cm"),
        indexed_ml_per_min=rate,
    )
    return None if estimate is None else estimate.value


def expose(
    scenario: Scenario,
    knowledge: Knowledge,
    sheet: FactSheet,
    dosing: Dosing,
    simulation: Simulation,
    planned: Sequence[Phase] = (),
) -> Course | NoCourse:
    """Simulate what is taken and then what is proposed (or ``planned``), over a window around the question."""
    if sheet.is_true("has_recent_overdose"):
        # The prescribed doses alone would draw a curve far below what is in the body.
        return NoCourse("An overdose is recorded; a curve of the prescribed doses would lie too low.")
    found = find_covariates(scenario, knowledge, sheet)
    if isinstance(found, NoCourse):
        return found
    covariates, assumptions = found
    today = datetime.combine(dosing.now.date(), time.min)
    stated = tuple(planned) or tuple(dosing.proposed_phases)
    # Nothing that is only proposed can have been taken before today.
    ahead = tuple(
        replace(p, start=max(p.start or today, today)) for p in stated if p.end is None or p.end > today
    )
    phases = follow(dosing.taken_phases, ahead)
    if not any(p.daily_mg > 0 for p in phases):
        return NoCourse("No baclofen by mouth is recorded, proposed or planned.")
    events = [e for e in scenario.record.events if e.what is EventKind.MISSED_DOSES]
    missed = [(e.from_.start(), end_of(e.to) or dosing.now) for e in events]
    start, end, is_cut = _window(dosing.now, phases, ahead, missed)
    if any(p.start is None or p.start < today for p in stated):
        assumptions += ("The proposal has no first day, or one that has passed: it is taken to begin today.",)
    if any(e.to is None for e in events):
        assumptions += ("Missed doses without an end are taken to end at the hour of the question.",)
    if events:
        assumptions += ("After the missed doses the recorded doses are taken to go on in full.",)
    if is_cut:
        assumptions += (f"The curve ends after {_LONGEST.days} days; the therapy goes on.",)
    if any(d.at is None for p in phases for d in p.doses):
        assumptions += ("Clock times are assumed where none are recorded: see the dose marks.",)
    if scenario.record.pump_therapy:
        assumptions += ("Baclofen given by the pump is not in this curve.",)
    try:
        return simulate_course(
            knowledge.models[REFERENCE_MODEL],
            covariates,
            phases,
            start,
            end,
            missed=missed,
            people=simulation.people,
            seed=simulation.seed,
            healthy_gfr=_comparison(knowledge, sheet, covariates),
            assumptions=assumptions,
        )
    except OutsideDomain as outside:
        return NoCourse(f"{outside.problem.why} {outside.problem.next_step}".strip())


def _comparison(knowledge: Knowledge, sheet: FactSheet, covariates: Covariates) -> float | None:
    """The filtration of the comparison curve, where the patient's is reduced enough to make a difference."""
    below = apply_limits(knowledge, sheet, "exposure.comparison_below").limits[0]
    healthy = apply_limits(knowledge, sheet, "exposure.comparison_filtration").limits[0]
    if covariates.gfr_ml_per_min >= number_of(below, "mL/min"):
        return None
    return number_of(healthy, "mL/min")


def _window(
    now: datetime,
    phases: Sequence[Phase],
    ahead: Sequence[Phase],
    missed: Sequence[tuple[datetime, datetime]],
) -> tuple[datetime, datetime, bool]:
    """Midnights around the question: back to the last change, ahead to a week after the last one; and whether
    that was too far ahead.

    Missed doses that began earlier and reach into the look-back are entered where nothing is left of the last
    dose.
    """
    changes = [at for p in phases for at in (p.start, p.end) if at is not None and at <= now]
    recent = [at for at in changes if at >= now - _LOOK_BACK]
    for start, stop in missed:
        if stop >= now - _LOOK_BACK:
            recent.append(start if start >= now - 2 * _LOOK_BACK else now - _LOOK_BACK)
    begin = min([now, *(at - _DAY for at in recent if at <= now)])
    points = [p.start for p in ahead if p.start is not None] + [p.end for p in ahead if p.end is not None]
    wanted = max([now, *points]) + _LOOK_AHEAD
    end = min(wanted, now + _LONGEST)
    return datetime.combine(begin.date(), time.min), datetime.combine(end.date(), time.min), wanted > end
