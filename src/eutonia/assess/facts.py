"""The one place where a scenario becomes facts."""

from __future__ import annotations

from datetime import date, timedelta

from eutonia.assess.ages import age_on
from eutonia.assess.bedside import set_bedside_facts
from eutonia.assess.dosing import Dosing, set_dosing_facts, span
from eutonia.assess.filtration import set_kidney_facts, set_kidney_failure
from eutonia.assess.indications import set_indication_facts
from eutonia.assess.limits import (
    ADULT_MAXIMUM,
    Ceiling,
    apply_limits,
    find_ceiling,
    largest,
    number_of,
    smallest,
)
from eutonia.assess.lists import Lists, set_list_facts
from eutonia.assess.operations import set_operation_facts
from eutonia.assess.partners import set_partner_facts
from eutonia.assess.poisoning import set_poisoning_facts, set_poisoning_signs
from eutonia.assess.pump import set_pump_facts
from eutonia.assess.regimen import set_regimen_facts
from eutonia.assess.response import set_response_facts
from eutonia.assess.sheet import FactSheet, any_true
from eutonia.knowledge.schema import Knowledge
from eutonia.record import EventKind, Patient, Phase, Scenario, Sex, Status
from eutonia.show import show_date, show_number
from eutonia.units import Quantity

_BORROWED = " (no number for this jurisdiction: most cautious of the others)"


def derive_facts(scenario: Scenario, knowledge: Knowledge) -> tuple[FactSheet, Dosing]:
    """Every fact of the glossary that this scenario can support; the rest stay not known.

    Gives the sheet and the staircases of doses the dosing facts were read from.
    """
    sheet = FactSheet(knowledge.facts)
    lists = Lists(scenario, knowledge)
    sheet.set("jurisdiction", scenario.jurisdiction.value, "as asked")
    sheet.set("asks", scenario.question.ask.value, "as asked")
    indication = lists.indication()
    sheet.set("indication", indication, "as recorded" if indication else "not recorded")
    phases = [d.phase for d, _ in lists.problems if d.phase is not None and d.status is Status.ACTIVE]
    # One spasticity that has not settled is enough to wait for.
    phase = Phase.ACUTE if Phase.ACUTE in phases else next(iter(phases), None)
    sheet.set("spasticity_phase", phase.value if phase else None, "as recorded" if phase else "not recorded")
    _set_patient(sheet, scenario.record.patient, lists)
    set_list_facts(sheet, lists, span(lists, sheet, "recent_change"))
    set_operation_facts(sheet, lists, span(lists, sheet, "recent_change"))
    set_indication_facts(sheet, lists)
    set_partner_facts(sheet, lists)
    _set_falls(sheet, lists)
    set_pump_facts(sheet, lists)
    neurotoxic = (
        "has_somnolence",
        "has_coma",
        "has_confusion",
        "has_hypotonia",
        "has_myoclonus",
        "has_abdominal_pain",
    )
    sheet.set(
        "has_neurotoxic_sign",
        any_true(*map(sheet.get, neurotoxic)),
        "sleepiness, coma, confusion, floppy muscles, jerks or abdominal pain among the signs",
    )
    set_poisoning_signs(sheet, lists)
    set_kidney_facts(sheet, lists, scenario.record.patient)
    dosing = set_dosing_facts(sheet, scenario, lists)
    set_bedside_facts(sheet, lists)
    set_poisoning_facts(sheet, lists)
    _set_limits(sheet, knowledge)
    set_kidney_failure(sheet)
    set_regimen_facts(sheet, lists, dosing)
    set_response_facts(sheet, lists, dosing)
    _set_quotes(sheet, scenario, knowledge)
    return sheet, dosing


def _set_falls(sheet: FactSheet, lists: Lists) -> None:
    """A fall among the events of the last year, or falls as a problem; excluded only when both were asked."""
    window = span(lists, sheet, "recent_fall")
    falls = [e for e in lists.record.events if e.what is EventKind.FALL]
    happened = any(lists.now - e.from_.start() <= window for e in falls)
    reviewed = lists.record.reviewed.events
    asked = reviewed is not None and lists.today - reviewed <= window
    value = any_true(True if happened else False if asked else None, lists.has_problem(["falls"], "active"))
    sheet.set("has_recent_fall", value, "from the events and the problem list")


def _age(patient: Patient, today: date) -> tuple[float | None, str]:
    age = age_on(patient, today, today)
    if patient.birth_date is not None:
        return age, f"born {show_date(patient.birth_date)}, on {show_date(today)}"
    return age, "as recorded" if age is not None else "not recorded"


def _set_patient(sheet: FactSheet, patient: Patient, lists: Lists) -> None:
    today = lists.today
    age, how = _age(patient, today)
    sheet.set("age", age, how)
    weight, sex = patient.weight, patient.sex
    sheet.set("weight", weight.number("kg") if weight else None, "as recorded" if weight else "not recorded")
    sheet.set("sex", sex.value if sex else None, "as recorded" if sex else "not recorded")
    sheet.set("is_frail", patient.frail, "as recorded" if patient.frail is not None else "not recorded")
    cannot_be = _cannot_be_pregnant(sheet, patient, lists)
    is_listed = lists.has_problem(["pregnancy"], "active") is True
    for name, value in (("is_pregnant", patient.pregnant), ("is_breastfeeding", patient.breastfeeding)):
        if value is None and name == "is_pregnant" and is_listed:
            sheet.set(name, True, "on the problem list")
        elif value is None and cannot_be:
            sheet.set(name, False, cannot_be)
        else:
            sheet.set(name, value, "as recorded" if value is not None else "not recorded")
    if patient.expected_delivery_on is not None:
        weeks = (patient.expected_delivery_on - today) / timedelta(weeks=1)
        sheet.set("weeks_to_delivery", weeks, f"due {show_date(patient.expected_delivery_on)}")


def _cannot_be_pregnant(sheet: FactSheet, patient: Patient, lists: Lists) -> str:
    """Why pregnancy need not be asked; empty when it must be."""
    if patient.sex is Sex.MALE:
        return "not for a man"
    age = sheet.number("age")
    youngest = apply_limits(lists.knowledge, sheet, "pregnancy.asked.from_age").limits[0]
    oldest = apply_limits(lists.knowledge, sheet, "pregnancy.asked.to_age").limits[0]
    if age is not None and not number_of(youngest, "year") <= age <= number_of(oldest, "year"):
        return f"not asked at the age of {show_number(age)}"
    return ""


def ceiling_of(sheet: FactSheet, knowledge: Knowledge) -> Ceiling:
    """The largest daily dose for this patient, with the limits that make it."""
    return find_ceiling(knowledge, sheet)


def _set_limits(sheet: FactSheet, knowledge: Knowledge) -> None:
    for fact, name in (
        ("kept_fraction_by_egfr", "oral.kept_fraction.egfr"),
        ("kept_fraction_by_clearance", "oral.kept_fraction.clearance"),
    ):
        kept = apply_limits(knowledge, sheet, name)
        if len(kept.limits) == 1 and not isinstance(kept.limits[0].value, Quantity):
            limit = kept.limits[0]
            sources = tuple(c.source for c in limit.evidence)
            sheet.set(fact, float(kept.limits[0].value), limit.says, sources=sources)
    adult = apply_limits(knowledge, sheet, ADULT_MAXIMUM)
    # A label's own largest figure decides "over the maximum"; a fallback takes the most cautious instead.
    maximum = smallest(adult.limits, "mg/day") if adult.is_fallback else largest(adult.limits, "mg/day")
    if maximum is not None:
        how = maximum.says + _BORROWED * adult.is_fallback
        sources = tuple(c.source for c in maximum.evidence)
        sheet.set("jurisdiction_maximum", number_of(maximum, "mg/day"), how, sources=sources)
    single = smallest(apply_limits(knowledge, sheet, "oral.single_dose.max").limits, "mg")
    if single is not None:
        sheet.set("single_dose_maximum", number_of(single, "mg"), single.says)
    children = apply_limits(knowledge, sheet, "oral.daily_dose.max.child")
    child = smallest(children.limits, "mg/day")
    if child is not None:
        how = child.says + _BORROWED * children.is_fallback
        sources = tuple(c.source for c in child.evidence)
        sheet.set("child_maximum", number_of(child, "mg/day"), how, sources=sources)
    ceiling = find_ceiling(knowledge, sheet)
    needs = ", ".join(name.replace("_", " ") for name in ceiling.missing)
    how = " ".join(limit.says for limit in ceiling.binding) or f"not known without {needs}"
    how += _BORROWED * ceiling.is_fallback
    value = None if ceiling.mg_per_day is None else float(ceiling.mg_per_day)
    sheet.set("oral_ceiling", value, how)


def _set_quotes(sheet: FactSheet, scenario: Scenario, knowledge: Knowledge) -> None:
    quotes = scenario.question.quotes
    doses = [q.daily_dose.number("mg/day") for q in quotes if q.daily_dose is not None]
    sheet.set("quoted_daily_dose", max(doses, default=0.0), "largest dose quoted, 0 when none is")
    texts = [q.study.lower() for q in quotes if q.study]
    found = [
        study
        for study in knowledge.not_found
        for text in texts
        if any(all(word in text for word in name.split()) for name in study.names)
    ]
    sheet.set("cites_study_not_found", bool(found), "; ".join(s.says for s in found) or "none cited")
