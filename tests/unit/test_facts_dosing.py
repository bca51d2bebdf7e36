"""Facts about the baclofen taken now, and about the dose that is judged."""

from __future__ import annotations

import pytest

from tests.unit.facts_base import TABLET, UNREVIEWED, Change, both, facts, patient, phase, proposed, taken

LIQUID = {"form": "liquid", "concentration": "1 mg/mL"}


def test_the_present_dose_is_the_sum_of_what_is_in_force() -> None:
    assert facts().get("current_oral_daily_dose") == 30
    by_day = {"dose": "10 mg", "times": ["08:00", "14:00"], "from": "2026-02-01"}
    at_night = {"dose": "20 mg", "times": ["22:00"], "from": "2026-03-01"}
    assert facts(taken(by_day, at_night)).get("current_oral_daily_dose") == 40


def test_the_last_day_of_a_phase_is_a_day_on_which_it_is_taken() -> None:
    assert facts(taken(phase("10 mg", 3, "2026-02-01", "2026-11-22"))).get("current_oral_daily_dose") == 30
    ended = facts(taken(phase("10 mg", 3, "2026-02-01", "2026-11-21")))
    assert ended.get("current_oral_daily_dose") == 0
    assert "no therapy entry is in force" in ended.step("current_oral_daily_dose").how


def test_a_phase_begins_on_its_first_day() -> None:
    sheet = facts(taken(phase("5 mg", 3, "2026-11-01", "2026-11-21"), phase("10 mg", 3, "2026-11-22")))
    assert sheet.get("current_oral_daily_dose") == 30
    assert sheet.get("days_since_increase") == 0


def test_hours_decide_where_the_question_has_one() -> None:
    change = taken(phase("5 mg", 3, "2026-11-01", "2026-11-22 12:00"))
    assert facts({"as_of": "2026-11-22 11:59"} | change).get("current_oral_daily_dose") == 15
    assert facts({"as_of": "2026-11-22 12:00"} | change).get("current_oral_daily_dose") == 0


def test_what_was_begun_on_the_day_of_a_question_without_an_hour_is_taken() -> None:
    sheet = facts(taken(phase("10 mg", 3, "2026-11-22 20:00")))
    assert sheet.get("current_oral_daily_dose") == 30
    assert sheet.get("days_since_increase") == 0


def test_nothing_listed_is_nothing_taken_only_when_somebody_asked() -> None:
    assert facts(taken()).get("current_oral_daily_dose") == 0
    unasked = facts(both(taken(), UNREVIEWED))
    for name in (
        "current_oral_daily_dose",
        "oral_daily_dose",
        "has_oral_baclofen",
        "is_starting",
        "is_increase",
        "is_reduction",
        "oral_single_dose",
        "doses_per_day",
        "dose_per_weight",
        "days_on_baclofen",
        "days_since_increase",
        "recent_increase",
    ):
        assert unasked.get(name) is None, name
    assert "nobody went through the history" in unasked.step("current_oral_daily_dose").how


def test_baclofen_is_there_when_it_is_taken_proposed_or_aimed_at() -> None:
    assert facts().get("has_oral_baclofen") is True
    assert facts(taken()).get("has_oral_baclofen") is False
    assert facts(both(taken(), proposed(phase("5 mg", 1, "2026-11-22")))).get("has_oral_baclofen") is True
    aimed = both(taken(), {"question": {"ask": "titration", "target": "30 mg/day"}})
    assert facts(aimed).get("has_oral_baclofen") is True
    assert facts(both(aimed, UNREVIEWED)).get("has_oral_baclofen") is True


def test_the_dose_judged_is_the_largest_proposed_then_the_target_then_the_present() -> None:
    assert facts().get("oral_daily_dose") == 30
    up_and_down = proposed(phase("20 mg", 3, "2026-11-22", "2026-11-30"), phase("5 mg", 3, "2026-12-01"))
    assert facts(up_and_down).get("oral_daily_dose") == 60
    sheet = facts({"question": {"ask": "titration", "target": "45 mg/day"}})
    assert sheet.get("oral_daily_dose") == 45
    assert sheet.get("target_daily_dose") == 45


def test_without_a_titration_there_is_no_target() -> None:
    assert facts().get("target_daily_dose") is None
    assert facts().step("target_daily_dose").how == "no target is named"


def test_the_largest_single_dose_and_the_number_of_doses_are_those_of_the_regimen_judged() -> None:
    uneven = {"doses": [{"at": "08:00", "dose": "5 mg"}, {"at": "22:00", "dose": "25 mg"}]}
    sheet = facts(proposed({**uneven, "from": "2026-11-22"}))
    assert sheet.get("oral_single_dose") == 25
    assert sheet.get("doses_per_day") == 2
    assert facts().get("doses_per_day") == 3


def test_phases_side_by_side_give_their_doses_together() -> None:
    by_day = {"dose": "10 mg", "times": ["08:00", "14:00"], "from": "2026-02-01"}
    at_night = {"dose": "20 mg", "times": ["22:00"], "from": "2026-02-01"}
    assert facts(taken(by_day, at_night)).get("doses_per_day") == 3


@pytest.mark.parametrize("begins", [{}, {"from": "2026-03-01"}, {"to": "2026-12-20"}])
def test_two_entries_of_today_without_a_first_day_are_one_regimen_and_the_sheet_says_so(
    begins: Change,
) -> None:
    by_day = {"dose": "10 mg", "times": ["08:00", "14:00"]}
    at_night = {"dose": "20 mg", "times": ["22:00"], **begins}
    sheet = facts(taken(by_day, at_night))
    assert sheet.get("current_oral_daily_dose") == 40
    assert sheet.get("doses_per_day") == 3
    assert sheet.get("fewest_split_doses") == 3
    assert ("side by side" in sheet.step("current_oral_daily_dose").how) is ("from" not in begins)


def test_the_night_dose_that_ends_before_the_day_doses_leaves_days_of_two_doses() -> None:
    by_day = {"dose": "10 mg", "times": ["08:00", "14:00"], "from": "2026-11-23", "to": "2026-12-20"}
    at_night = {"dose": "20 mg", "times": ["22:00"], "from": "2026-11-23", "to": "2026-11-30"}
    assert facts(proposed(by_day, at_night)).get("doses_per_day") == 2


def test_the_form_is_that_of_the_regimen_judged_and_never_guessed() -> None:
    assert facts().get("product_form") == "tablet"
    change = proposed(phase("10 mg", 3, "2026-11-22", product=LIQUID))
    assert facts(change).get("product_form") == "liquid"
    sheet = facts(proposed(phase("10 mg", 3, "2026-11-22")))
    assert sheet.get("product_form") is None
    assert sheet.step("product_form").how == "product not recorded"


def test_the_dose_per_kg_needs_dose_and_weight() -> None:
    assert facts().number("dose_per_weight") == pytest.approx(30 / 70)
    assert facts(patient(weight=None)).get("dose_per_weight") is None


def test_a_start_is_a_proposal_on_top_of_nothing() -> None:
    first = proposed(phase("5 mg", 3, "2026-11-22", product=TABLET))
    assert facts(both(taken(), first)).get("is_starting") is True
    assert facts(first).get("is_starting") is False
    assert facts(taken()).get("is_starting") is False


def test_after_therapy_that_ended_yesterday_a_proposal_is_a_start() -> None:
    change = both(
        taken(phase("10 mg", 3, "2026-02-01", "2026-11-21")), proposed(phase("10 mg", 3, "2026-11-23"))
    )
    sheet = facts(change)
    assert sheet.get("is_starting") is True
    assert sheet.get("recent_reduction") is True
    assert sheet.get("reduction_percent") == 100


def test_more_than_the_present_dose_is_an_increase_and_less_a_reduction() -> None:
    more = facts(proposed(phase("15 mg", 3, "2026-11-22")))
    assert (more.get("is_increase"), more.get("is_reduction")) == (True, False)
    less = facts(proposed(phase("5 mg", 3, "2026-11-22")))
    assert (less.get("is_increase"), less.get("is_reduction")) == (False, True)
    same = facts(proposed(phase("10 mg", 3, "2026-11-22")))
    assert (same.get("is_increase"), same.get("is_reduction")) == (False, False)


def test_a_patient_who_is_worse_without_a_proposal_is_no_increase() -> None:
    assert facts({"question": {"ask": "worse"}}).get("is_increase") is False
