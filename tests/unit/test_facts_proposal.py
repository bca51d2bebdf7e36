"""Facts about a proposal: how far and how fast it rises or falls."""

from __future__ import annotations

import pytest

from tests.unit.facts_base import UNREVIEWED, Change, both, facts, phase, proposed, taken


def single(mg: int, start: str, to: str | None = None) -> Change:
    """``mg`` a day as one dose: what matters here is the daily dose."""
    return phase(f"{mg} mg", 1, start, to)


def test_without_a_proposal_nothing_rises_falls_or_stops() -> None:
    sheet = facts()
    for name in (
        "daily_dose_rise",
        "largest_cut",
        "largest_cut_percent",
        "largest_early_cut_percent",
        "quickest_cut_per_week",
    ):
        assert sheet.get(name) == 0, name
    assert sheet.get("is_stopping") is False
    assert sheet.get("taper_days") is None
    assert sheet.get("days_before_rise") is None


def test_the_first_rise_is_counted_from_the_present_dose() -> None:
    sheet = facts(proposed(single(45, "2026-11-22", "2026-11-28"), single(50, "2026-11-29")))
    assert sheet.get("daily_dose_rise") == 15
    assert sheet.get("days_before_rise") == 7


def test_a_start_is_a_rise_from_nothing_without_days_before_it() -> None:
    sheet = facts(both(taken(), proposed(single(20, "2026-11-22"))))
    assert sheet.get("daily_dose_rise") == 20
    assert sheet.get("days_before_rise") is None


def test_the_days_before_a_rise_count_the_last_day_of_a_phase_as_a_full_day() -> None:
    sheet = facts(both(taken(), proposed(single(15, "2026-11-22", "2026-11-24"), single(30, "2026-11-25"))))
    assert sheet.get("days_before_rise") == 3


def test_a_rise_a_day_after_the_last_one_is_seen_even_when_nobody_knows_since_when_the_present_dose_is_taken() -> (
    None
):
    change = both(
        taken(phase("10 mg", 3)),
        proposed(single(35, "2026-11-22", "2026-11-22"), single(40, "2026-11-23")),
    )
    sheet = facts(change)
    assert sheet.get("days_before_rise") == 1
    assert "no first day" in sheet.step("days_before_rise").how


def test_when_the_present_dose_has_no_first_day_the_days_before_a_single_rise_are_not_known() -> None:
    sheet = facts(both(taken(phase("10 mg", 3)), proposed(single(35, "2026-11-22"))))
    assert sheet.get("days_before_rise") is None


def test_a_change_against_a_present_dose_that_is_not_known_is_not_known() -> None:
    sheet = facts(both(taken(), UNREVIEWED, proposed(single(35, "2026-11-22"))))
    for name in (
        "daily_dose_rise",
        "days_before_rise",
        "largest_cut",
        "largest_cut_percent",
        "largest_early_cut_percent",
        "quickest_cut_per_week",
        "taper_days",
    ):
        assert sheet.get(name) is None, name


def taper(*steps: tuple[int, str, str | None], since: str = "2025-01-01") -> Change:
    """60 mg a day until now, then the steps."""
    return both(taken(phase("20 mg", 3, since)), proposed(*(single(mg, a, b) for mg, a, b in steps)))


def test_a_cut_is_measured_against_the_dose_just_before_it() -> None:
    sheet = facts(taper((40, "2026-11-22", "2026-11-28"), (30, "2026-11-29", None)))
    assert sheet.get("largest_cut") == 20
    assert sheet.number("largest_cut_percent") == pytest.approx(100 / 3)
    assert sheet.get("is_stopping") is False


def test_cuts_from_15_mg_a_day_and_less_are_not_counted_as_early() -> None:
    change = both(
        taken(phase("5 mg", 4, "2025-01-01")),
        proposed(single(15, "2026-11-22", "2026-11-28"), single(5, "2026-11-29", "2026-12-05")),
    )
    sheet = facts(change)
    assert sheet.get("largest_early_cut_percent") == 25
    assert sheet.get("largest_cut_percent") == 100


def test_cuts_exactly_a_week_apart_belong_to_different_weeks() -> None:
    weekly = facts(taper((50, "2026-11-22", "2026-11-28"), (40, "2026-11-29", None)))
    assert weekly.get("quickest_cut_per_week") == 10
    sooner = facts(taper((50, "2026-11-22", "2026-11-27"), (40, "2026-11-28", None)))
    assert sooner.get("quickest_cut_per_week") == 20


def test_a_proposal_that_ends_stops_baclofen_after_its_last_day() -> None:
    sheet = facts(taper((30, "2026-11-22", "2026-11-28")))
    assert sheet.get("is_stopping") is True
    assert sheet.get("taper_days") == 7  # 22-Nov to 28-Nov
    assert sheet.get("largest_cut_percent") == 100


def test_stopping_after_today_takes_no_days() -> None:
    sheet = facts(taper((60, "2026-11-22", "2026-11-22")))
    assert sheet.get("is_stopping") is True
    assert sheet.get("is_reduction") is True
    assert sheet.get("taper_days") == 0
    assert sheet.get("largest_early_cut_percent") == 100


def test_a_day_without_doses_inside_a_proposal_is_seen_as_a_stop_and_a_new_start() -> None:
    sheet = facts(taper((60, "2026-11-22", "2026-11-28"), (60, "2026-11-30", None)))
    assert sheet.get("largest_cut_percent") == 100
    assert sheet.get("daily_dose_rise") == 60


def test_a_gap_between_what_is_taken_and_what_is_proposed_is_seen() -> None:
    change = both(taken(phase("20 mg", 3, "2025-01-01", "2026-11-25")), proposed(single(60, "2026-12-10")))
    sheet = facts(change)
    assert sheet.get("largest_cut_percent") == 100
    assert sheet.get("daily_dose_rise") == 60


def test_a_proposal_that_follows_on_the_day_after_the_last_leaves_no_gap() -> None:
    change = both(taken(phase("20 mg", 3, "2025-01-01", "2026-11-25")), proposed(single(60, "2026-11-26")))
    assert facts(change).get("largest_cut") == 0


def test_a_proposal_without_a_first_day_has_a_size_but_no_pace() -> None:
    sheet = facts(both(taken(phase("20 mg", 3, "2025-01-01")), proposed(phase("10 mg", 3))))
    assert sheet.get("largest_cut") == 30
    assert sheet.get("taper_days") is None
