"""Oracle: worked example J1 of the facts page on intrathecal baclofen, and the pump stop of its section H3.

J1: 20 mL of 2,000 micrograms per mL at 300 micrograms a day; alarm after 120 days, empty after 133 and a third. H3: the
typical person loses a point 6.6 hours after the pump stops at 401 micrograms a day.

Empty and alarm to 1e-9 relative, sums over breakpoints. The time to the loss to 0.2 hours: H3 stops after 24 months of
titration, where tolerance is 1.50, and here it has settled, at 1.53; the printed figure is rounded to 0.1 hours.
"""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.simulate.trial_run import run_trial
from tests.unit.trial_base import PUMP, SCREENING, changed, read, with_spread_of

DAY = 24.0


def late_refill(days_late: int) -> dict[str, Any]:
    refill = {"at": "120 days", "late": f"{days_late} days", "what": "fill", "volume": "20 mL"}
    refill["concentration"] = "2000 micrograms/mL"
    pump = changed(PUMP, events=[*PUMP["events"], refill])
    lost = {"name": "lost", "kind": "time_to_loss_of_effect", "level": "1 point"}
    outcomes = [{**lost, "from": "120 days", "to": f"{120 + days_late} days"}]
    return changed(
        SCREENING,
        people=1,
        days=121 + days_late,
        outcomes=outcomes,
        spinal={"settled_on": "300 micrograms/day", "pump": pump},
    )


def test_the_pump_of_a_late_refill_is_empty_on_the_day_worked_out() -> None:
    result = run_trial(read(late_refill(20)), with_spread_of())
    when = {event.kind: event.at_h / DAY for event in result.occurrences}
    assert when["low reservoir alarm"] == pytest.approx(120, rel=1e-9)
    assert when["empty"] == pytest.approx(20 * 2000 / 300, rel=1e-9)


@pytest.mark.parametrize(("days_late", "is_lost"), [(13, False), (15, True)])
def test_effect_is_lost_only_when_the_refill_comes_after_the_pump_is_empty(
    days_late: int, is_lost: bool
) -> None:
    found = run_trial(read(late_refill(days_late)), with_spread_of()).runs[0].outcomes[0]
    assert found.fraction is not None
    assert found.fraction.value == is_lost
    if is_lost:
        assert 40 / 3 * DAY < found.values[0] < 40 / 3 * DAY + 24


def test_the_typical_person_loses_a_point_as_soon_after_the_pump_stops_as_worked_out() -> None:
    events = [
        {"at": "0 h", "what": "fill", "volume": "20 mL", "concentration": "2000 micrograms/mL"},
        {"at": "0 h", "what": "continuous", "dose": "401 micrograms/day"},
        {"at": "10 h", "what": "standstill", "reason": "stopped"},
    ]
    outcome = {
        "name": "lost",
        "kind": "time_to_loss_of_effect",
        "level": "1 point",
        "from": "10 h",
        "to": "48 h",
    }
    data = changed(
        SCREENING,
        people=1,
        days=2,
        outcomes=[outcome],
        spinal={"settled_on": "401 micrograms/day", "pump": changed(PUMP, events=events)},
    )
    found = run_trial(read(data), with_spread_of()).runs[0].outcomes[0]
    assert found.values[0] == pytest.approx(6.6, abs=0.2)
