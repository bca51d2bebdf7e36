"""Questions of the beginning, answered from the record: is a pump worth considering, and how is a path primed."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

from eutonia.plan.pump.candidacy import CandidacyPlan, Candidate, plan_candidacy
from eutonia.plan.pump.from_record import OnRecord, hours_of
from eutonia.plan.pump.outcome import PumpRefusal
from eutonia.plan.pump.prime import PrimingPlan, plan_priming
from eutonia.record import CandidateAnswers
from eutonia.units import Quantity

__all__ = ["answer_candidacy", "answer_priming"]

#: What the answers of a question are called where they are judged.
_NAMES = {
    "from_brain_injury": "is_from_brain_injury",
    "severe": "is_severe",
    "failed_oral": "has_failed_oral",
    "infection": "has_infection",
    "allergic": "is_allergic",
}
_DAYS_PER_MONTH = Fraction("30.4375")  # a mean month; a border in months is not meant to the day


def answer_candidacy(at: OnRecord) -> CandidacyPlan:
    """What speaks for and against a pump: the answers of the question, and the age of the record."""
    given = at.wanted.candidate or CandidateAnswers()
    answers: dict[str, Any] = {
        _NAMES.get(field.name, field.name): getattr(given, field.name)
        for field in fields(given)
        if field.name != "brain_injured_on"
    }
    age, injured = at.sheet.number("age"), given.brain_injured_on
    months = None if injured is None else Fraction((at.now.date() - injured).days) / _DAYS_PER_MONTH
    candidate = Candidate(
        age_years=None if age is None else Fraction(str(age)), months_since_brain_injury=months, **answers
    )
    return plan_candidacy(at.knowledge, candidate)


def answer_priming(at: OnRecord) -> PrimingPlan | PumpRefusal:
    """The priming of the path of this pump, before the programme on record runs."""
    wanted = at.wanted
    assert wanted.part is not None, "intake asks for it"
    assert isinstance(wanted.takes, Quantity), "intake asks for it"
    assert isinstance(wanted.fill, Quantity), "intake asks for it"
    return plan_priming(
        at.knowledge,
        at.read_implant(),
        at.programme(),
        concentration=wanted.concentration or at.concentration(),
        fill_ml=wanted.fill,
        part=wanted.part.value,
        duration_h=hours_of(wanted.takes),
    )
