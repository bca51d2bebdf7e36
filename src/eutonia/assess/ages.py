"""The age of the patient on any day: one answer for rules, limits and the equations of the kidney."""

from __future__ import annotations

from datetime import date

from eutonia.record import Patient

__all__ = ["age_on"]

_YEAR_DAYS = 365.25
_WHOLE_FROM = 2  # years: before, a fraction of a year matters


def age_on(patient: Patient, day: date, today: date) -> float | None:
    """Age in years on ``day``; None where it is not recorded, or the patient was not born yet.

    Whole years decide age bands; the fraction only serves infants. An age written down holds for ``today``, is in
    whole years and keeps for a year.
    """
    if patient.birth_date is not None:
        born = patient.birth_date
        years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        age = float(years) if years >= _WHOLE_FROM else (day - born).days / _YEAR_DAYS
    elif patient.age is not None:
        age = patient.age.number("year") - (today - day).days // _YEAR_DAYS
    else:
        return None
    return age if age >= 0 else None
