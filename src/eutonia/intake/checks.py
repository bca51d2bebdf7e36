"""What no single field can show: crossed dates, the future, contradictions, what an answer needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from eutonia.errors import Code, Problem
from eutonia.intake.draft import Draft, Note
from eutonia.intake.leaves import shown
from eutonia.intake.measures import judge, span_of
from eutonia.intake.naming import check_names
from eutonia.intake.planned import check_planned
from eutonia.intake.pump_wanted import check_pump
from eutonia.intake.therapy import check_phases, check_regimen, latest
from eutonia.knowledge.schema import Knowledge
from eutonia.knowledge.terms import TermIndex
from eutonia.record import (
    FORMAT,
    Ask,
    CodeSystem,
    Diagnosis,
    Event,
    EventKind,
    Form,
    Medicine,
    Moment,
    Observation,
    OralTherapy,
    Patient,
    Product,
    PumpTherapy,
    Question,
    Reviewed,
    Scenario,
    Sex,
    Sign,
    Status,
)
from eutonia.show import show_moment
from eutonia.units import Quantity, unit

__all__ = ["check_scenario"]

#: Fields that say when something happened; none of them can lie after the day of the question.
_HAPPENED: dict[type, tuple[str, ...]] = {
    Patient: ("birth_date",),
    Diagnosis: ("since",),
    Medicine: ("from_",),
    Observation: ("on",),
    Sign: ("onset",),
    Event: ("from_", "to"),
    PumpTherapy: ("from_",),
    Reviewed: ("problems", "medicines", "signs", "therapy", "events"),
}
_DAYS_PER_YEAR = Decimal("365.25")


def check_scenario(
    root: Draft, knowledge: Knowledge, index: TermIndex
) -> tuple[tuple[Problem, ...], tuple[Note, ...]]:
    """All problems and notes that concern more than one field of a scenario."""
    problems: list[Problem] = []
    notes: list[Note] = []
    for said in _all_checks(root, knowledge, index):
        if isinstance(said, Problem):
            problems.append(said)
        else:
            notes.append(said)
    return tuple(problems), tuple(notes)


def _all_checks(root: Draft, knowledge: Knowledge, index: TermIndex) -> Iterator[Problem | Note]:
    as_of = root.get("as_of", Moment)
    for draft in root.walk():
        if draft.kind is Scenario:
            yield from _check_format(draft)
        elif draft.kind is Patient:
            yield from _check_patient(draft, as_of, knowledge)
        elif draft.kind is Product:
            yield from _check_product(draft)
        elif draft.kind is OralTherapy:
            yield from check_regimen(draft, knowledge)
        elif draft.kind is Question:
            yield from _check_question(draft, as_of)
            yield from check_planned(draft, as_of, knowledge)
            yield from check_phases(draft.many("proposed", Draft))
        elif draft.kind is Event:
            yield from _check_amount(draft)
        yield from check_pump(draft, knowledge.devices)
        yield from _check_crossed(draft)
        if as_of is not None and not _may_lie_ahead(draft):
            yield from _check_future(draft, _HAPPENED.get(draft.kind, ()), as_of)
    record = root.get("record", Draft)
    if record is not None:
        yield from _check_pregnancy(record, index)
        taken = record.many("oral_therapy", Draft)
        yield from check_phases(taken)
        yield from check_phases(record.many("pump_therapy", Draft))
        if as_of is not None:
            step = "What is planned belongs under question.proposed."
            for phase in taken:
                yield from _check_future(phase, ("from_",), as_of, step)
    yield from check_names(root, index, knowledge.codes)


def _check_format(draft: Draft) -> Iterator[Problem]:
    written = draft.get("format", str)
    if written is not None and written != FORMAT:
        why = f"“{shown(written)}” is not a format read here."
        yield Problem(
            Code.UNKNOWN_WORD, why, draft.at("format"), shown(written), (FORMAT,), f"Write {FORMAT}."
        )


def _check_patient(draft: Draft, as_of: Moment | None, knowledge: Knowledge) -> Iterator[Problem | Note]:
    if {"birth_date", "age"} <= draft.given:
        why = "Both a date of birth and an age are given, and they need not agree."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.path, next_step="Give one of the two.")
    born, span = draft.get("birth_date", date), span_of(knowledge.bounds.get("patient.age"))
    if born is not None and as_of is not None and span is not None and born <= as_of.on:
        years = Decimal((as_of.on - born).days) / _DAYS_PER_YEAR
        judged = judge(Quantity(round(years, 1), unit("year")), born.isoformat(), span)
        if isinstance(judged, Problem):
            yield judged.at(draft.at("birth_date"))
        elif judged is not None:
            yield Note(draft.at("birth_date"), f"{judged} Please check it.")
    if draft.get("sex", Sex) is Sex.MALE:
        for name in ("pregnant", "breastfeeding"):
            if draft.get(name, bool):
                why = f"The patient is said to be male and {name}."
                step = f"Correct the sex or “{name}”."
                yield Problem(Code.CONFLICTING_VALUES, why, draft.at(name), "true", next_step=step)
    due = draft.get("expected_delivery_on", date)
    if due is not None and as_of is not None and due > as_of.on and draft.get("pregnant", bool) is False:
        why = "A delivery is expected, but the patient is said not to be pregnant."
        step = "Correct one of the two."
        yield Problem(
            Code.CONFLICTING_VALUES, why, draft.at("expected_delivery_on"), due.isoformat(), next_step=step
        )


def _check_pregnancy(record: Draft, index: TermIndex) -> Iterator[Problem]:
    """A pregnancy on the problem list of somebody who is said not to be pregnant, or to be a man."""
    patient = record.get("patient", Draft)
    is_male = patient is not None and patient.get("sex", Sex) is Sex.MALE
    is_denied = patient is not None and patient.get("pregnant", bool) is False
    if not (is_male or is_denied):
        return
    for draft in record.many("problems", Draft):
        if draft.values.get("status", Status.ACTIVE) is not Status.ACTIVE or not _means(
            draft, index, "pregnancy"
        ):
            continue
        said = "male" if is_male else "not pregnant"
        why = f"A pregnancy is on the problem list, and the patient is said to be {said}."
        step = "Correct the one that is wrong; a pregnancy that is over has the status past."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.path, next_step=step)


def _means(draft: Draft, index: TermIndex, wanted: str) -> bool:
    """Whether the name or the code of a list entry means this term."""
    what, code = draft.get("what", str), draft.get("code", Draft)
    terms = [index.by_name("problem", what) if what else None]
    if code is not None:
        system, text = code.get("system", CodeSystem), code.get("code", str)
        terms.append(index.by_code("problem", system, text) if system and text else None)
    return any(term is not None and term.id == wanted for term in terms)


def _check_product(draft: Draft) -> Iterator[Problem]:
    form = draft.get("form", Form)
    if form is None:
        return
    needed, other = ("concentration", "strength") if form is Form.LIQUID else ("strength", "concentration")
    if needed not in draft.given:
        why = f"The {needed} of the {form} is missing; without it an amount cannot be turned into a dose."
        step = "Enter it as printed on the pack."
        yield Problem(Code.MISSING_VALUE, why, draft.at(needed), next_step=step)
    if other in draft.given:
        why = f"A {form} has no {other} here; its content is given as {needed}."
        step = f"Leave “{other}” out, or correct the form."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.at(other), next_step=step)


def _check_amount(draft: Draft) -> Iterator[Problem]:
    """An amount belongs to an overdose and to nothing else that can happen."""
    what = draft.get("what", EventKind)
    if "amount" in draft.given and what is not None and what is not EventKind.OVERDOSE:
        why = f"An amount is given for “{what.value}”; only an overdose has one."
        step = "Leave “amount” out, or correct what happened."
        yield Problem(Code.CONFLICTING_VALUES, why, draft.at("amount"), next_step=step)


def _check_question(draft: Draft, as_of: Moment | None) -> Iterator[Problem]:
    if draft.get("ask", Ask) is Ask.TITRATION and "target" not in draft.given:
        why = "A titration needs a daily dose to aim at."
        step = "Add a target, for example “60 mg/day”."
        yield Problem(Code.MISSING_VALUE, why, draft.at("target"), next_step=step)
    start = draft.get("start_on", date)
    if start is not None and as_of is not None and start < as_of.on:
        why = "The plan would begin before the day of the question."
        step = "Choose that day or a later one."
        yield Problem(Code.CROSSED_DATES, why, draft.at("start_on"), start.isoformat(), next_step=step)


def _check_crossed(draft: Draft) -> Iterator[Problem]:
    start, end = draft.get("from_", Moment), draft.get("to", Moment)
    if start is not None and end is not None and latest(end) < start.start():
        why = f"It ends on {show_moment(end)}, before it begins on {show_moment(start)}."
        step = "Check both dates, above all day and month."
        yield Problem(Code.CROSSED_DATES, why, draft.at("to"), str(end), next_step=step)


def _may_lie_ahead(draft: Draft) -> bool:
    """Whether this is something people plan: an operation is recorded before it happens."""
    return draft.kind is Event and draft.get("what", EventKind) is EventKind.SURGERY


def _check_future(
    draft: Draft, names: Iterable[str], as_of: Moment, step: str = "Check this date and as_of."
) -> Iterator[Problem]:
    for name in names:
        value = draft.values.get(name)
        when = Moment(on=value) if isinstance(value, date) else value
        if isinstance(when, Moment) and when.start() > latest(as_of):
            said, asked = show_moment(when), show_moment(as_of)
            why = f"This is said to have happened on {said}, after the day of the question, {asked}."
            yield Problem(Code.DATE_IN_FUTURE, why, draft.at(name), str(when), next_step=step)
