"""Dangers found in pump plans that were made already, each with what a plan now says about it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from eutonia.knowledge.schema import Word
from eutonia.plan.pump.audit import VolumeTrend, audit_visits
from eutonia.plan.pump.change import ChangePlan, plan_change
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.mri import MagnetPlan, plan_magnet
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.prime import PrimingPlan, plan_priming
from eutonia.plan.pump.programme import Programme, most_within, read_pattern, read_periodic, read_simple
from eutonia.plan.pump.restart import RestartPositions, show_restart_positions
from eutonia.plan.pump.start import FirstDose, StartPlan, first_daily_dose, plan_start
from eutonia.plan.pump.titrate import TitrationPlan, check_dose_change, dose_range, plan_titration_by_pump
from eutonia.plan.pump.wean import PumpWean, plan_pump_wean
from tests.pump_plan_base import KNOWLEDGE, guide, implant

F = Fraction

# --- the audit of what was found -------------------------------------------------------------------------


def audited(*found: int) -> VolumeTrend:
    """20 mL filled in, 2 mL expected at each visit, by a pump with an error of a tenth."""
    visits = [(date(2027, 3 * (place + 1), 1), 20, 2, ml) for place, ml in enumerate(found)]
    return audit_visits(KNOWLEDGE, implant(error=F(1, 10)), visits)


def test_half_a_filling_that_never_arrived_is_too_little_even_when_the_newest_visit_is_exact() -> None:
    trend = audited(11, 2)
    assert (trend.share, trend.word, trend.visits[-1].word) == (F(3, 4), Word.CHECK, Word.NO_PROBLEM)
    assert "less left the pump" in trend.second_look[0] and "over all visits together" in trend.second_look[0]
    assert "withdrawal" in trend.second_look[0] and "too much" not in trend.second_look[0]


def test_too_much_in_the_past_is_not_called_too_little_because_the_newest_visit_shows_a_little_less() -> None:
    trend = audit_visits(
        KNOWLEDGE,
        implant(error=F(1, 10)),
        [(date(2027, 3, 1), 20, 10, 2), (date(2027, 6, 1), 20, 10, F(21, 2))],
    )
    assert trend.visits[-1].share < 1 < trend.share
    assert "too much baclofen" in trend.second_look[0]


def test_the_newest_visit_speaks_first_where_it_is_outside_the_error_itself() -> None:
    trend = audit_visits(
        KNOWLEDGE,
        implant(error=F(1, 10)),
        [(date(2027, 3, 1), 20, 2, 16), (date(2027, 6, 1), 20, 10, 2)],
    )
    assert trend.share < 1 < trend.visits[-1].share
    assert "more left the reservoir" in trend.second_look[0] and "at the newest visit" in trend.second_look[0]


# --- a magnet --------------------------------------------------------------------------------------------


def scanned(programme: Programme, name: str = "synchromed_ii_20", **reset: int) -> MagnetPlan:
    device = KNOWLEDGE.devices[name]
    found = plan_magnet(
        KNOWLEDGE, device, read_implant(device), programme, concentration=500, left_ml=10, scan_h=1, **reset
    )
    assert isinstance(found, MagnetPlan)
    return found


def test_a_scan_on_the_busy_hour_of_a_day_pattern_misses_more_than_the_mean() -> None:
    pattern = read_pattern(KNOWLEDGE, [(0, 12), (12, 240), (14, 12)])
    found = scanned(pattern)
    assert (found.standstill_h, found.missed) == (25, 264 + 120)
    assert "At most 384 micrograms are missed" in found.says[1]
    assert any("the hour of the scan" in text for text in found.not_checked)


def test_a_scan_that_meets_one_bolus_more_than_the_mean_misses_all_of_it() -> None:
    boluses = read_periodic(
        KNOWLEDGE, micrograms=60, duration_h=F(1, 2), every_h=8, base_micrograms_per_day=48
    )
    assert scanned(boluses).missed == 4 * 60 + 25 * 2  # three boluses a day on the mean, a fourth in 25 hours


@pytest.mark.parametrize("hours", [F(1, 4), F(1), F(25), F(48), F(301, 6)])
def test_the_same_rate_all_day_misses_its_mean_whatever_the_hour(hours: Fraction) -> None:
    assert most_within(read_simple(KNOWLEDGE, 240), hours) == 10 * hours


def test_a_pump_that_is_started_by_hand_says_how_long_it_stands() -> None:
    found = scanned(read_simple(KNOWLEDGE, 480), "prometra_ii_20", reset_h=25)
    assert found.standstill_h == 25
    assert "stand for a day" in found.second_look[0]
    assert found.numbers[0].id == "pump-magnet-second-look"


# --- a reservoir that runs dry on the way ----------------------------------------------------------------


def first_100() -> FirstDose:
    first = first_daily_dose(guide(), 50, 6, has_responded=True, had_adverse_reaction=False)
    assert isinstance(first, FirstDose)
    return first


def dry(plan: PumpPlan) -> list[str]:
    return [text for text in plan.second_look if "runs dry" in text]


def test_a_way_down_that_outlasts_its_filling_says_when_the_reservoir_runs_dry() -> None:
    def wean(fill_ml: int) -> PumpWean:
        found = plan_pump_wean(
            KNOWLEDGE,
            implant(),
            current_micrograms=400,
            floor_micrograms=50,
            percent=10,
            every_h=192,
            pace="planned stop",
            concentration=500 if fill_ml == 10 else 3000,
            fill_ml=fill_ml,
        )
        assert isinstance(found, PumpWean)
        return found

    (warned,) = dry(wean(10))
    assert "349 hours" in warned and "3,840 hours" in warned and "Plan the refill first" in warned
    assert not dry(wean(20))


def test_a_titration_a_change_a_start_and_a_restart_say_it_too() -> None:
    ladder = plan_titration_by_pump(
        guide(),
        implant(),
        current_micrograms=100,
        goal_micrograms=200,
        percent=10,
        every_h=24,
        concentration=500,
        fill_ml=1,
        hours_since_start=48,
        hours_since_change=48,
    )
    change = plan_change(
        KNOWLEDGE,
        implant(),
        before=read_simple(KNOWLEDGE, 500),
        after=read_simple(KNOWLEDGE, 500),
        old_concentration=500,
        new_concentration=500,
        fill_ml=1,
    )
    start = plan_start(guide(), implant(), first_100(), fill_ml=1, is_primed=True)
    restart = show_restart_positions(
        KNOWLEDGE,
        implant(),
        stopped_h=72,
        dose_before=400,
        first_dose=100,
        concentration=500,
        left_ml=1,
    )
    assert isinstance(ladder, TitrationPlan) and isinstance(change, ChangePlan)
    assert isinstance(start, StartPlan) and isinstance(restart, RestartPositions)
    for plan in (ladder, change, start, restart):
        assert len(dry(plan)) == 1


# --- the text that is followed ---------------------------------------------------------------------------


def test_a_child_near_the_dutch_ceiling_may_go_up_to_it() -> None:
    found = plan_titration_by_pump(
        guide("NL", "child"),
        implant(),
        current_micrograms=960,
        goal_micrograms=1000,
        percent=5,
        every_h=24,
        concentration=2000,
        fill_ml=20,
        hours_since_start=100,
        hours_since_change=100,
    )
    assert isinstance(found, TitrationPlan)
    assert [step.micrograms for step in found.steps] == [1000]
    assert "pump-largest-nl" in {number.id for number in found.numbers}
    above = dose_range(guide("NL", "child"), 960, "titration")
    assert isinstance(above, PumpRefusal) and above.reason is Why.OVER_LIMIT


def test_a_rise_at_a_refill_asks_when_the_pump_was_started() -> None:
    found = check_dose_change(guide(), 300, 330, "refill", hours_since_start=None, hours_since_change=None)
    assert isinstance(found, PumpPlan)
    assert [q.split("?")[0] for q in found.questions] == [
        "How many hours since the pump was started",
        "How many hours since the last change",
    ]
    known = check_dose_change(guide(), 300, 330, "refill", hours_since_start=3, hours_since_change=30)
    assert isinstance(known, PumpRefusal) and known.reason is Why.TOO_EARLY


def test_a_time_the_text_does_not_give_is_named_at_a_refill_as_well() -> None:
    class Silent(type(guide())):  # type: ignore[misc]
        def find(self, name: str) -> object:
            return None if name == "titration.interval.least" else super().find(name)

    asked = Silent(KNOWLEDGE, "US", "spinal")
    found = check_dose_change(asked, 300, 330, "refill", hours_since_start=3000, hours_since_change=30)
    assert isinstance(found, PumpPlan)
    assert any("the time since the last change was not read" in text for text in found.not_checked)


# --- a simulation that is cut ----------------------------------------------------------------------------


def test_a_path_that_takes_15_days_to_fill_is_not_drawn_as_if_nothing_came_after_3() -> None:
    def prime(dose: int) -> PrimingPlan:
        found = plan_priming(
            KNOWLEDGE,
            implant(),
            read_simple(KNOWLEDGE, dose),
            concentration=2000,
            fill_ml=20,
            duration_h=1,
        )
        assert isinstance(found, PrimingPlan) and found.simulated is not None
        return found

    slow = prime(50)
    assert slow.unprimed_h == 360
    assert slow.not_checked[-1] == (
        "Simulated for 14 days only; the way to the tip without priming takes longer."
    )
    assert slow.simulated is not None and slow.simulated.not_simulated[-1] == slow.not_checked[-1]
    faster = prime(100)
    assert faster.unprimed_h == 180 and not any("14 days" in text for text in faster.not_checked)
    assert faster.simulated is not None
    _, bare = faster.simulated.tip_by_hour()
    assert sum(bare[:180]) < 1e-9 < bare[181]


def test_an_unprimed_start_is_drawn_until_the_first_drug_comes() -> None:
    def start(strength: int) -> StartPlan:
        found = plan_start(
            guide(), implant(), first_100(), fill_ml=20, concentration=strength, is_primed=False
        )
        assert isinstance(found, StartPlan) and found.simulated is not None
        return found

    assert any("14 days only" in text for text in start(4000).not_checked)
    slow = start(3000)
    assert slow.simulated is not None
    hours, _ = slow.simulated.tip_by_hour()
    assert hours[-1] == pytest.approx(100 / 24) and sum(hours[:269]) < 1e-9
