"""A rule applied every day, against the plainest way to do it: one simulation a day."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.model.intrathecal import select_patients
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import SpinalTherapy, TipRate
from eutonia.simulate.titration import raise_while_stiff, titrate_at_visits, titrate_by_rule, usual_visits
from tests.spinal_base import adult, crowd


def _raise_while_stiff(day: int, score: float, dose: float) -> float:
    return min(dose * 1.1, 1000.0) if score > 1.5 else dose


def _lower_on_sundays(day: int, score: float, dose: float) -> float:
    return dose * 0.9 if day % 7 == 0 else dose


@pytest.mark.parametrize("rule", [_raise_while_stiff, _lower_on_sundays])
def test_the_doses_are_those_of_a_simulation_day_by_day(rule: object) -> None:
    days = 60
    course = titrate_by_rule(adult(), rule, first_dose=100.0, days=days)  # type: ignore[arg-type]
    dose, state = 100.0, None
    for day in range(1, days + 1):
        run = simulate_intrathecal(
            adult(), SpinalTherapy(tip=TipRate.constant(dose)), np.array([0.0, 24.0]), state
        )
        state, score = run.end, float(run.ashworth[-1, 0])
        assert course.daily_dose[day - 1] == dose, f"day {day}"
        # Both hold tolerance and adaptation to 1e-6 a run; 60 runs one after the other may add up.
        assert course.score[day - 1] == pytest.approx(score, abs=1e-4), f"day {day}"
        dose = rule(day, score, dose)  # type: ignore[operator]
    assert state is not None
    assert course.end.tolerance == pytest.approx(state.tolerance, abs=1e-4)


def test_a_dose_that_is_never_changed_is_one_simulation() -> None:
    course = titrate_by_rule(adult(), lambda day, score, dose: dose, first_dose=150.0, days=90)
    whole = simulate_intrathecal(adult(), SpinalTherapy(tip=TipRate.constant(150.0)), 24.0 * np.arange(1, 91))
    assert (course.daily_dose == 150).all()
    assert course.score == pytest.approx(whole.ashworth[:, 0], abs=1e-5)


def test_a_pump_that_is_stopped_by_the_rule_lets_tone_come_back() -> None:
    course = titrate_by_rule(
        adult(), lambda day, score, dose: 0.0 if day >= 30 else dose, first_dose=300.0, days=33
    )
    assert course.daily_dose[29] == 300
    assert (course.daily_dose[30:] == 0).all()
    assert course.score[31] > course.score[29] + 1


@pytest.mark.parametrize("bad", [-1.0, float("nan"), float("inf")])
def test_a_rule_that_gives_no_dose_is_refused_with_its_day(bad: float) -> None:
    with pytest.raises(ValueError, match="after day 2"):
        titrate_by_rule(adult(), lambda day, s, d: bad if day == 2 else d, first_dose=100.0, days=5)


def test_one_patient_and_at_least_one_day_are_needed() -> None:
    with pytest.raises(ValueError, match="one subject"):
        titrate_by_rule(crowd(2), lambda day, s, d: d, first_dose=100.0, days=5)
    with pytest.raises(ValueError, match="at least one day"):
        titrate_by_rule(adult(), lambda day, s, d: d, first_dose=100.0, days=0)


def test_visits_decided_for_everybody_at_once_are_those_of_each_alone_day_by_day() -> None:
    people, visits = crowd(3), usual_visits(100)
    together = titrate_at_visits(people, raise_while_stiff, visits, first_dose=100.0)
    for who in range(3):
        alone = titrate_by_rule(
            select_patients(people, who, who + 1),
            lambda day, score, dose: (
                float(raise_while_stiff(day, np.array([score]), np.array([dose]))[0])
                if day in visits
                else dose
            ),
            first_dose=100.0,
            days=visits[-1],
        )
        for day in range(visits[-1]):
            assert together.dose_on(day)[who] == pytest.approx(alone.daily_dose[day], rel=1e-12)


def test_visits_are_daily_for_a_fortnight_and_monthly_until_the_last_day_is_reached() -> None:
    assert usual_visits(5) == (1, 2, 3, 4, 5)
    assert usual_visits(14)[-1] == 14
    assert usual_visits(15)[-2:] == (14, 44)
    assert usual_visits(740)[-1] == 764
    with pytest.raises(ValueError, match="must rise"):
        titrate_at_visits(adult(), raise_while_stiff, (3, 3), first_dose=100.0)
