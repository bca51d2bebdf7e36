"""Dangers found in pump plans that were made already, each with what a plan now says about it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from eutonia.knowledge.schema import Word
from eutonia.plan.pump.audit import VolumeTrend, audit_visits
from eutonia.plan.pump.implant import read_implant
from eutonia.plan.pump.mri import MagnetPlan, plan_magnet
from eutonia.plan.pump.programme import Programme, most_within, read_pattern, read_periodic, read_simple
from tests.pump_plan_base import KNOWLEDGE, implant

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
