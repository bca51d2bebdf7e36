"""Incidents with pumps, as they were reported: each would be caught by what a plan shows."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np

from eutonia.plan.pump.change import ChangePlan, plan_change
from eutonia.plan.pump.compare import compare_programmes
from eutonia.plan.pump.outcome import PumpRefusal, Why
from eutonia.plan.pump.programme import Programme, read_periodic, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.visit import LAST_ROW, ClosedVisit, close_visit
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, implant


def change(
    before: Programme, after: Programme, old: int, new: int, path: Fraction | None = Fraction(3, 8)
) -> object:
    return plan_change(
        KNOWLEDGE,
        implant(path=path),
        before=before,
        after=after,
        old_concentration=old,
        new_concentration=new,
        fill_ml=20,
    )


def test_incident_60_micrograms_an_hour_programmed_for_60_micrograms_a_day() -> None:
    meant = read_simple(KNOWLEDGE, 60)
    programmed = read_periodic(KNOWLEDGE, micrograms=60, duration_h=Fraction(1, 2), every_h=1)
    found = change(meant, programmed, 2000, 2000)
    assert isinstance(found, ChangePlan)
    assert found.change.before_daily == 60
    assert found.change.after_daily == 60 * 24
    assert found.change.says == ("60 micrograms in 24 hours before, 1,440 after: 24 times as much.")
    assert "rise of more than 1.3 times" in found.change.second_look
    assert found.second_look[0] == found.change.second_look
    # The chart of what reaches the tip shows it too.
    assert found.simulated is not None
    by_day, _ = found.simulated.tip_by_day()
    assert np.allclose(by_day, 1440)


def test_incident_a_bolus_each_morning_read_back_as_its_24_hour_total() -> None:
    meant = read_periodic(KNOWLEDGE, micrograms=60, duration_h=Fraction(1, 2), every_h=24)
    slipped = read_periodic(KNOWLEDGE, micrograms=60, duration_h=Fraction(1, 2), every_h=1)
    found = compare_programmes(KNOWLEDGE, meant, slipped)
    assert found.before[0] == "60 micrograms in 24 hours."
    assert found.after[0] == "1,440 micrograms in 24 hours."
    assert found.after[1].endswith("every hour: 24 in 24 hours.")


def test_incident_an_unfinished_session_left_the_pump_stopped() -> None:
    same = read_simple(KNOWLEDGE, 300)
    for after, old, new in ((same, 2000, 2000), (read_simple(KNOWLEDGE, 330), 500, 2000)):
        found = change(same, after, old, new)
        assert isinstance(found, ChangePlan)
        assert found.checklist[-1] == LAST_ROW
        for done, says in (
            (found.checklist, "stopped"),
            (found.checklist, "not read"),
            (found.checklist[:-1], "running"),
        ):
            still_open = close_visit(KNOWLEDGE, found.checklist, done, pump_says=says)
            assert isinstance(still_open, PumpRefusal)
            assert "8 reports" in still_open.says and still_open.missing == (LAST_ROW,)
        assert isinstance(
            close_visit(KNOWLEDGE, found.checklist, found.checklist, pump_says="running"), ClosedVisit
        )
        one_open = close_visit(KNOWLEDGE, found.checklist, found.checklist[1:], pump_says="running")
        assert isinstance(one_open, PumpRefusal) and one_open.missing == found.checklist[:1]


def test_incident_the_concentration_was_changed_while_old_drug_lay_in_the_path() -> None:
    dose = read_simple(KNOWLEDGE, 400)
    found = change(dose, dose, 2000, 500)
    assert isinstance(found, ChangePlan) and found.bridge is not None
    assert "1,600 micrograms in 24 hours" in found.bridge.says[1]
    assert any("without the bridge" in text for text in found.second_look)
    assert found.simulated is not None
    with_bridge, without = found.simulated.tip_by_hour()
    assert np.allclose(with_bridge, 400 / 24)
    assert np.allclose(without[:11], 1600 / 24)
    assert np.allclose(without[12:], 400 / 24)


def test_incident_a_new_concentration_is_never_planned_without_its_bridge() -> None:
    dose = read_simple(KNOWLEDGE, 400)
    found = change(dose, dose, 500, 2000, path=None)
    assert isinstance(found, PumpRefusal)
    assert found.reason is Why.NOT_KNOWN
    assert "Without a bridge the change is not planned." in found.next_step


def test_incident_withdrawal_before_a_2_ml_alarm_in_21_of_88() -> None:
    def plan(alarm: int, error: Fraction | None) -> RefillPlan:
        found = plan_refill(
            KNOWLEDGE,
            implant(alarm=alarm, error=error),
            read_simple(KNOWLEDGE, 300),
            filled_on=FILLED_ON,
            filled_ml=20,
            concentration=2000,
            solution="baclofen alone",
        )
        assert isinstance(found, RefillPlan)
        return found

    early, nominal = plan(2, Fraction(1, 10)), plan(2, None)
    # both volumes are drawn, whatever the pump is set to
    assert [level.left_ml for level in nominal.levels] == [2, 4]
    assert [level.on(FILLED_ON) for level in nominal.levels] == [date(2027, 3, 22), date(2027, 3, 8)]
    assert early.refill_by < nominal.refill_by
    assert early.refill_by < plan(4, Fraction(1, 10)).alarm_on
    assert plan(4, None).refill_by < nominal.refill_by
    assert any("2 mL alarm" in text for text in nominal.says)
    assert any("how much faster" in text for text in nominal.not_checked)
