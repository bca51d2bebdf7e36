"""Refill dates: what they rest on, what was not read, and what a missed refill owes to the filling it belongs to."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from eutonia.errors import Code, InputRefused
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.missed import MissedRefillPlan, plan_missed_refill
from eutonia.plan.pump.outcome import PumpRefusal, Why
from eutonia.plan.pump.programme import read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.wean import wean_oral_by_percent
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, implant

F = Fraction


def refilled(**changes: object) -> RefillPlan:
    found = asked(**changes)
    assert isinstance(found, RefillPlan)
    return found


def asked(**changes: object) -> RefillPlan | PumpRefusal:
    settings: dict[str, object] = {
        "filled_on": FILLED_ON,
        "filled_ml": 20,
        "concentration": 2000,
        "solution": "baclofen alone",
        **changes,
    }
    device, dose = settings.pop("device", implant()), settings.pop("dose", 300)
    return plan_refill(KNOWLEDGE, device, read_simple(KNOWLEDGE, dose), **settings)  # type: ignore[arg-type]


def names(plan: RefillPlan) -> set[str]:
    return {number.name for number in plan.numbers}


def test_a_refill_names_only_the_numbers_its_dates_were_made_of() -> None:
    usual = {"refill.lead", "refill.stability", "refill.stability.strength"}
    levels = {"alarm.maker", "alarm.after_withdrawal"}
    assert names(refilled()) == usual | levels
    assert names(refilled(lead_days=3, stability_days=90)) == levels
    assert names(refilled(filled_ml=3, dose=100)) == usual | {"alarm.maker"}  # 3 mL never hold 4
    assert names(refilled(solution="with clonidine")) == {
        "refill.lead",
        "refill.stability",
        "refill.stability.clonidine",
        *levels,
    }


def test_the_180_days_were_measured_at_2_mg_per_ml_and_other_strengths_are_not_checked() -> None:
    def unread(strength: int) -> list[str]:
        return [t for t in refilled(concentration=strength).not_checked if "keep in the pump" in t]

    assert unread(2000) == []
    (text,) = unread(500)
    assert "500 micrograms per mL" in text and "measured 2 mg per mL" in text


def test_a_solution_left_in_longer_than_was_read_asks_for_a_second_look() -> None:
    long = refilled(stability_days=300)
    assert "300 days in the pump are longer than was read" in long.second_look[0]
    assert "refill.stability" in names(long)
    assert refilled(stability_days=180).second_look == ()
    mixed = refilled(solution="with clonidine", stability_days=120)
    assert "week 14" in mixed.second_look[0]
    other = refilled(solution="with another drug", stability_days=30)
    assert any("nothing was read of this mixture" in text for text in other.not_checked)
    assert other.because == "the clinic's own limit for the solution"


def test_a_warning_before_the_alarm_names_the_alarm_volume_of_the_knowledge_base() -> None:
    four = refilled(device=implant(alarm=4))
    assert "a 2 mL alarm" in four.says[-1]
    assert any("set to 4 mL" in text for text in four.says)


def test_a_pump_that_runs_fast_is_refused_by_its_own_days_not_by_those_of_the_programme() -> None:
    found = asked(device=implant(error=F(3, 20)), filled_ml=17, dose=4000)  # 7.5 days as programmed
    assert isinstance(found, PumpRefusal) and found.reason is Why.DEVICE
    assert "about 6.52 days to the alarm, the pump running fast" in found.says


@pytest.mark.parametrize(
    ("name", "value"),
    [("tubing_volume", 0), ("alarm_volume", 0), ("flow_tolerance", 0), ("flow_tolerance", 1)],
)
def test_a_tubing_of_nothing_and_an_error_of_everything_are_refused(name: str, value: int) -> None:
    device = KNOWLEDGE.devices["synchromed_ii_20"]
    with pytest.raises(InputRefused) as refused:
        read_implant(device, filled_in={name: value})
    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == (Code.IMPOSSIBLE_VALUE, f"filled_in.{name}")


def missed(plan: RefillPlan, days: int) -> MissedRefillPlan:
    return plan_missed_refill(KNOWLEDGE, plan, today=FILLED_ON + timedelta(days=days), has_signs=False)


def test_a_missed_refill_says_that_the_error_of_the_pump_is_not_known() -> None:
    found = missed(refilled(), 119)
    assert any("may be empty sooner" in text for text in found.not_checked)
    known = missed(refilled(device=implant(error=F(1, 10))), 119)
    assert not any("may be empty sooner" in text for text in known.not_checked)


def test_what_is_left_after_a_missed_refill_may_be_too_old() -> None:
    slow = refilled(device=implant(40), filled_ml=40, expires_on=date(2027, 4, 30))
    assert any("solution keeps until 21-May-2027" in text for text in missed(slow, 200).says)
    assert any("expired on 30-Apr-2027" in text for text in missed(slow, 200).says)
    assert not any("old as well" in text for text in missed(slow, 150).says)


def test_the_fastest_pump_within_its_error_is_drawn_empty_before_the_programmed_one() -> None:
    plan = refilled(device=implant(error=F(1, 10)))
    for found, since in ((plan.simulated, 0), (missed(plan, 122).simulated, 120)):
        assert found is not None and found.run is not None and found.fast is not None
        empty = [
            next(o.at_h for o in run.occurrences if o.kind == "empty") / 24 + since
            for run in (found.fast, found.run)
        ]
        assert empty == pytest.approx([20 / 0.15 / 1.1, 20 / 0.15], rel=1e-9)
    assert refilled().simulated is not None and refilled().simulated.fast is None  # type: ignore[union-attr]


def test_tablets_beside_a_pump_are_lowered_by_the_one_limit_that_a_switch_uses() -> None:
    found = wean_oral_by_percent(KNOWLEDGE, 80, 51, 3)
    assert isinstance(found, PumpRefusal)
    assert [limit.id for limit in found.limits] == ["pump-wean-most"]
    assert not [n for n in KNOWLEDGE.pump if n.name.startswith("oral_wean")]
