"""Kidney facts: the newest value of each kind, which equation made it, and how it has moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from eutonia.assess.ages import age_on
from eutonia.assess.limits import apply_limits, number_of
from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.knowledge.schema import Equation, Knowledge
from eutonia.model.kidney import (
    KidneyEstimate,
    estimate_bedside_schwartz,
    estimate_ckd_epi_2021,
    estimate_cockcroft_gault,
)
from eutonia.record import Dialysis, EventKind, Observation, Patient
from eutonia.show import show_count, show_date, show_moment, show_number
from eutonia.simulate.therapy import end_of
from eutonia.units import CREATININE_UMOL_PER_MG_DL, Quantity


@dataclass(frozen=True, slots=True)
class Measured:
    """A kidney value at a time, with its working. mark and sources: of the equation, empty when reported."""

    value: float
    at: datetime
    how: str
    sources: tuple[str, ...] = ()
    mark: str = ""


def creatinine_umol(observation: Observation) -> float | None:
    """A creatinine in micromol/L, whichever way it was reported."""
    value = observation.value
    if not isinstance(value, Quantity):
        return None
    if value.unit.dimension == "molar concentration":
        return value.number("umol/L")
    return value.number("mg/dL") * float(CREATININE_UMOL_PER_MG_DL)


def _creatinine_mg_dl(observation: Observation) -> float | None:
    micromol = creatinine_umol(observation)
    return None if micromol is None else micromol / float(CREATININE_UMOL_PER_MG_DL)


def set_kidney_facts(sheet: FactSheet, lists: Lists, patient: Patient) -> None:
    """Set eGFR, creatinine clearance, their age, dialysis, and acute change."""
    _set_dialysis(sheet, lists, patient)
    if sheet.is_true("is_on_dialysis"):
        # Dialysis removes creatinine too: only a measured clearance says what the kidneys still do.
        rates: list[Measured] = []
        clearances = _reported(lists, "creatinine clearance", "mL/min")
        otherwise = "on dialysis a creatinine does not measure the kidneys"
        _set_newest(sheet, "egfr", rates, otherwise)
        _set_newest(sheet, "creatinine_clearance", clearances, otherwise)
    else:
        rates = _rates(lists, patient)
        clearances = _clearances(lists, patient)
        _set_newest(sheet, "egfr", rates, "no creatinine or eGFR that can be used")
        _set_newest(sheet, "creatinine_clearance", clearances, "no creatinine with age, weight and sex")
    dates = [m.at for m in (*rates, *clearances)]
    if dates:
        age = (lists.now - max(dates)) / timedelta(days=1)
        sheet.set("kidney_function_age", age, f"newest value of {show_date(max(dates).date())}")
    else:
        # A creatinine from which nothing could be made must not make an older value look fresh.
        sheet.set("kidney_function_age", None, "no kidney value that can be used")
    _set_change(sheet, lists, rates)


def set_kidney_failure(sheet: FactSheet) -> None:
    """Whether something on record leaves no room for a usual dose. Needs the kept fractions.

    Never unknown: it silences advice on doses, and what nobody recorded must not silence anything.
    """
    kept = (sheet.number("kept_fraction_by_egfr"), sheet.number("kept_fraction_by_clearance"))
    listed = sheet.is_true("has_severe_kidney_disease_listed")
    failed = sheet.is_true("is_on_dialysis") or 0 in kept or listed
    how = "from dialysis, the dose kept for the kidneys, and the problem list"
    sheet.set("has_kidney_failure_on_record", failed, how)


def _set_newest(sheet: FactSheet, name: str, values: list[Measured], otherwise: str) -> None:
    if not values:
        sheet.set(name, None, otherwise)
        return
    best = max(values, key=lambda m: (m.at, -m.value))  # of two at one time the weaker kidney counts
    sheet.set(name, best.value, best.how, sources=best.sources, mark=best.mark)


def _reported(lists: Lists, term: str, unit: str) -> list[Measured]:
    found = []
    for observation in lists.series(term):
        if isinstance(observation.value, Quantity):
            method = f", {_equation(lists, observation)}" if term == "egfr" else ""
            how = f"reported on {show_moment(observation.on)}{method}"
            found.append(Measured(observation.value.number(unit), observation.on.start(), how))
    return found


def _equation(lists: Lists, observation: Observation) -> str:
    """Which equation made a reported value: as the laboratory wrote it, and as its code says."""
    row = lists.code_of(observation)
    by_code = f"{row.equation} ({row.system} {row.code})" if row is not None and row.equation else ""
    if observation.method and by_code:
        return f"{observation.method}; by its code {by_code}"
    return observation.method or by_code or "equation not stated"


def _rates(lists: Lists, patient: Patient) -> list[Measured]:
    """eGFR values: computed from each creatinine, then reported (a reported value of the same day wins,
    unless the creatinine was measured after it). The age is that of the day of the creatinine."""
    kidney = lists.knowledge.kidney
    reported = [o for o in lists.series("egfr") if isinstance(o.value, Quantity)]
    found: list[Measured] = []
    for observation in lists.series("creatinine"):
        mg_dl = _creatinine_mg_dl(observation)
        age = age_on(patient, observation.on.on, lists.today)
        if mg_dl is None or age is None or any(_speaks_for(r, observation) for r in reported):
            continue
        estimate: KidneyEstimate | None = None
        if age >= kidney["ckd_epi_2021"].coefficients["youngest"]:
            if patient.sex is not None:
                estimate = estimate_ckd_epi_2021(
                    kidney, age_years=age, sex=patient.sex.value, creatinine_mg_per_dl=mg_dl
                )
        elif patient.height is not None and _covers(kidney["bedside_schwartz"], age):
            estimate = estimate_bedside_schwartz(
                kidney,
                age_years=age,
                height_cm=patient.height.number("cm"),
                creatinine_mg_per_dl=mg_dl,
            )
        if estimate is not None:
            found.append(_from_creatinine(estimate, observation, lists.knowledge))
    return found + _reported(lists, "egfr", "mL/min/1.73m2")


def _speaks_for(reported: Observation, creatinine: Observation) -> bool:
    """Whether a reported kidney value stands for a creatinine: of the same day, and not from before it."""
    if reported.on.on != creatinine.on.on:
        return False
    if reported.on.at is None or creatinine.on.at is None:
        return True
    return reported.on.at >= creatinine.on.at


def _covers(equation: Equation, age: float) -> bool:
    c = equation.coefficients
    return c["youngest"] <= age <= c.get("oldest", age)


def _clearances(lists: Lists, patient: Patient) -> list[Measured]:
    """Creatinine clearance: Cockcroft-Gault from each creatinine in adults, then measured clearances."""
    kidney = lists.knowledge.kidney
    measured = [o for o in lists.series("creatinine clearance") if isinstance(o.value, Quantity)]
    found: list[Measured] = []
    c = kidney["cockcroft_gault"].coefficients
    if patient.weight is not None and patient.sex is not None:
        for observation in lists.series("creatinine"):
            mg_dl = _creatinine_mg_dl(observation)
            age = age_on(patient, observation.on.on, lists.today)
            if mg_dl is None or age is None or any(_speaks_for(m, observation) for m in measured):
                continue
            if not c["youngest"] <= age < c["age_offset"]:
                continue
            estimate = estimate_cockcroft_gault(
                kidney,
                age_years=age,
                weight_kg=patient.weight.number("kg"),
                sex=patient.sex.value,
                creatinine_mg_per_dl=mg_dl,
            )
            found.append(_from_creatinine(estimate, observation, lists.knowledge))
    return found + _reported(lists, "creatinine clearance", "mL/min")


_EQUATION_NAMES = {
    "cockcroft_gault": "Cockcroft-Gault",
    "ckd_epi_2021": "CKD-EPI 2021",
    "bedside_schwartz": "bedside Schwartz",
}


def _from_creatinine(estimate: KidneyEstimate, observation: Observation, knowledge: Knowledge) -> Measured:
    name = " and ".join(_EQUATION_NAMES.get(n, n) for n in estimate.equations)
    how = f"{name} from creatinine of {show_moment(observation.on)}: {estimate.how}"
    sources = tuple(s for s in estimate.sources if s in knowledge.sources)
    return Measured(estimate.value, observation.on.start(), how, sources, estimate.mark)


def _set_dialysis(sheet: FactSheet, lists: Lists, patient: Patient) -> None:
    stated, how = patient.dialysis, "as recorded"
    listed = lists.has_problem(["dialysis"], "active")
    if stated is Dialysis.NONE and listed:
        # The two cannot both be right, and only one of the two errors poisons.
        how = "recorded as none, but dialysis is on the problem list; it counts as dialysis until one is corrected"
        sheet.set("kidney_replacement", None, how)
        sheet.set("is_on_dialysis", True, how)
        return
    if stated is None:
        how = "from the problem list" if listed is not None else "not recorded"
        for kind in (Dialysis.HAEMODIALYSIS, Dialysis.PERITONEAL):
            if lists.has_problem([kind.value], "active"):
                stated = kind
    if stated is not None:
        sheet.set("kidney_replacement", stated.value, how)
        sheet.set("is_on_dialysis", stated is not Dialysis.NONE, how)
        return
    if listed is False and sheet.is_true("has_kidney_failure_listed"):
        # With kidney failure on the list, dialysis that is not listed is not known to be absent.
        listed, how = None, "not recorded, and kidney failure is on the problem list"
    if listed is False:
        sheet.set("kidney_replacement", Dialysis.NONE.value, how)
    else:
        sheet.set("kidney_replacement", None, "kind not recorded" if listed else how)
    sheet.set("is_on_dialysis", listed, how)


def _set_change(sheet: FactSheet, lists: Lists, rates: list[Measured]) -> None:
    values = [(o.on.start(), creatinine_umol(o)) for o in lists.series("creatinine")]
    week = _window(lists, "kdigo_acute_injury", "ratio_window")
    recent = [(at, v) for at, v in values if v is not None and lists.now - at <= week]
    # Two values of one moment have no known order; the rise is taken as the careful reading.
    recent.sort()
    close = _window(lists, "kdigo_acute_injury", "rise_window")
    rises = [b - a for i, (at, a) in enumerate(recent) for bt, b in recent[i + 1 :] if bt - at <= close]
    # Where nobody measured, nobody knows whether it rose; one value alone, or an eGFR reported alone, shows no rise.
    is_measured = bool(recent) or any(lists.now - m.at <= week for m in rates)
    rise = max((r for r in rises if r > 0), default=0.0) if is_measured else None
    ratio = None if not is_measured else recent[-1][1] / min(v for _, v in recent) if recent else 1.0
    count = f"{show_count(len(recent), 'creatinine value')} in {week.days} days"
    sheet.set("creatinine_rise_48h", rise, count)
    sheet.set("creatinine_ratio_7d", ratio, count)
    _set_fall(sheet, lists, rates)
    _set_acute_injury(sheet, lists, rise=rise, ratio=ratio)


def _set_fall(sheet: FactSheet, lists: Lists, rates: list[Measured]) -> None:
    """The fall of eGFR from the value before. On dialysis there is nothing left that could fall."""
    look_back = _window(lists, "fall_of_egfr", "window")
    ordered = sorted((m for m in rates if lists.now - m.at <= look_back), key=lambda m: (m.at, -m.value))
    fall = 0.0 if ordered or sheet.is_true("is_on_dialysis") else None
    if len(ordered) >= 2 and ordered[-2].value > 0:
        fall = max(0.0, 100 * (1 - ordered[-1].value / ordered[-2].value))
        how = f"from {show_number(ordered[-2].value)} to {show_number(ordered[-1].value)}"
    else:
        how = f"fewer than two values in {look_back.days} days"
    sheet.set("egfr_fall_percent", fall, how)


def _window(lists: Lists, equation: str, name: str) -> timedelta:
    """A span of time kept with a definition in the knowledge base."""
    return timedelta(hours=lists.knowledge.kidney[equation].coefficients[name])


def _set_acute_injury(sheet: FactSheet, lists: Lists, *, rise: float | None, ratio: float | None) -> None:
    """Acute kidney injury: recorded, or creatinine risen as KDIGO defines it; excluded only when asked for."""
    kdigo = lists.knowledge.kidney["kdigo_acute_injury"]
    events = [e for e in lists.record.events if e.what is EventKind.ACUTE_KIDNEY_INJURY]
    week = _window(lists, "kdigo_acute_injury", "ratio_window")
    happened = any(lists.now - (end_of(e.to) or e.from_.start()) <= week for e in events)
    # An older one without an end may still be going on.
    may_last = any(e.to is None for e in events)
    if rise is None or ratio is None:
        has_risen = False if _may_go_unmeasured(sheet, lists) else None
    else:
        has_risen = rise >= kdigo.coefficients["rise_48h"] or ratio >= kdigo.coefficients["ratio_7d"]
    asked = lists.record.reviewed.events
    no_event = asked is not None and lists.today - asked <= week and not may_last
    sheet.set(
        "has_acute_kidney_injury",
        any_true(
            True if happened else False if no_event else None,
            has_risen,
            lists.has_problem(["acute kidney injury"], "active"),
        ),
        "from the events, the problem list and "
        + ("the creatinine values" if rise is not None else f"no creatinine of the last {week.days} days"),
        sources=tuple(c.source for c in kdigo.evidence),
        mark=kdigo.mark,
    )


def _may_go_unmeasured(sheet: FactSheet, lists: Lists) -> bool:
    """Whether an older kidney value and the history speak for the kidneys of somebody not measured this week.

    They do in a patient without signs of poisoning whose value is not too old, and on dialysis, which replaces them.
    """
    if sheet.is_true("is_on_dialysis"):
        return True
    age = sheet.number("kidney_function_age")
    ages = apply_limits(lists.knowledge, sheet, "kidney_function_max_age")
    is_fresh = age is not None and all(age <= number_of(x, "day") for x in (*ages.limits, *ages.undecided))
    return is_fresh and not sheet.is_true("has_poisoning_sign")
