"""Facts about what was taken until now: since when, when last raised, when last cut or missed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eutonia.assess.lists import Lists
from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from tests.scenario_files import base
from tests.unit.facts_base import UNREVIEWED, Change, both, facts, phase, taken


def missed(start: str, to: str | None = None) -> Change:
    event = {"what": "missed doses", "from": start} | ({"to": to} if to else {})
    return {"record": {"events": [event]}}


def test_days_on_baclofen_are_counted_from_the_first_day_of_unbroken_use() -> None:
    assert facts(taken(phase("10 mg", 3, "2026-11-12"))).get("days_on_baclofen") == 10
    assert facts(taken()).get("days_on_baclofen") == 0


def test_a_gap_of_two_days_does_not_begin_the_treatment_anew_and_one_of_three_does() -> None:
    def days(second: str) -> object:
        return facts(taken(phase("10 mg", 3, "2026-01-01", "2026-10-31"), phase("10 mg", 3, second))).get(
            "days_on_baclofen"
        )

    assert days("2026-11-03") == 325
    assert days("2026-11-04") == 18


def test_without_a_first_day_the_length_of_use_is_not_known() -> None:
    sheet = facts(taken(phase("10 mg", 3)))
    assert sheet.get("days_on_baclofen") is None
    assert sheet.get("days_since_increase") is None
    assert sheet.get("recent_increase") is None


def test_a_start_and_a_rise_are_increases_and_a_cut_is_not() -> None:
    ladder = taken(
        phase("5 mg", 3, "2026-10-01", "2026-10-31"),
        phase("10 mg", 3, "2026-11-01", "2026-11-19"),
        phase("5 mg", 3, "2026-11-20"),
    )
    assert facts(ladder).get("days_since_increase") == 21
    assert facts(taken(phase("5 mg", 3, "2026-11-20"))).get("days_since_increase") == 2


@pytest.mark.parametrize(("start", "is_recent"), [("2026-11-15", True), ("2026-11-14", False)])
def test_a_rise_is_recent_for_seven_days(start: str, is_recent: bool) -> None:
    assert facts(taken(phase("10 mg", 3, start))).get("recent_increase") is is_recent


def test_a_first_phase_without_a_date_lies_before_the_dated_one_that_follows() -> None:
    sheet = facts(taken(phase("5 mg", 3, to="2026-09-30"), phase("10 mg", 3, "2026-10-01")))
    assert sheet.get("recent_increase") is False


def test_a_cut_is_recent_for_seven_days_and_has_a_size() -> None:
    def cut(last_day: str, first_day: str) -> Change:
        return taken(phase("20 mg", 3, "2026-01-01", last_day), phase("15 mg", 3, first_day))

    sheet = facts(cut("2026-11-14", "2026-11-15"))
    assert sheet.get("recent_reduction") is True
    assert sheet.get("days_since_reduction") == 7
    assert sheet.get("reduction_percent") == 25
    assert sheet.get("days_on_before_reduction") == 318
    assert facts(cut("2026-11-13", "2026-11-14")).get("recent_reduction") is False


def test_a_small_cut_does_not_hide_a_large_one_a_few_days_before() -> None:
    sheet = facts(
        taken(
            phase("20 mg", 3, "2026-01-01", "2026-11-15"),
            phase("10 mg", 3, "2026-11-16", "2026-11-20"),
            phase("25 mg", 1, "2026-11-21"),
        )
    )
    assert sheet.number("reduction_percent") == pytest.approx(100 * 35 / 60)
    assert sheet.get("days_since_reduction") == 1
    assert sheet.get("days_on_before_reduction") == 319


def test_a_small_cut_does_not_hide_missed_doses_a_few_days_before() -> None:
    cut = taken(phase("20 mg", 3, "2026-01-01", "2026-11-20"), phase("50 mg", 1, "2026-11-21"))
    sheet = facts(both(cut, missed("2026-11-17", "2026-11-18")))
    assert sheet.get("reduction_percent") == 100


def test_cuts_a_week_apart_are_judged_one_by_one() -> None:
    sheet = facts(
        taken(
            phase("20 mg", 3, "2026-01-01", "2026-11-13"),
            phase("10 mg", 3, "2026-11-14", "2026-11-20"),
            phase("25 mg", 1, "2026-11-21"),
        )
    )
    assert sheet.number("reduction_percent") == pytest.approx(100 / 6)


def test_missed_doses_that_go_on_are_a_cut_to_nothing_until_now() -> None:
    sheet = facts(missed("2026-11-19"))
    assert sheet.get("recent_reduction") is True
    assert sheet.get("days_since_reduction") == 0
    assert sheet.get("reduction_percent") == 100
    assert "19-Nov-2026" in sheet.step("recent_reduction").how


def test_missed_doses_are_recent_until_seven_days_after_they_ended() -> None:
    assert facts(missed("2026-11-01", "2026-11-14")).get("recent_reduction") is True
    assert facts(missed("2026-11-01", "2026-11-13")).get("recent_reduction") is False


def test_missed_doses_of_a_therapy_nobody_wrote_down_have_no_known_size() -> None:
    sheet = facts(both(taken(), UNREVIEWED, missed("2026-11-20")))
    assert sheet.get("recent_reduction") is True
    assert sheet.get("reduction_percent") is None
    assert sheet.get("days_on_before_reduction") is None
    assert sheet.step("reduction_percent").how == "what was taken before is not known"


def test_doses_missed_before_the_recorded_therapy_began_give_no_negative_length_of_use() -> None:
    sheet = facts(both(taken(phase("10 mg", 3, "2026-11-21")), missed("2026-11-18", "2026-11-19")))
    assert sheet.get("days_on_before_reduction") is None


def test_no_cut_on_record_is_no_cut_only_when_somebody_asked_lately() -> None:
    assert facts().get("recent_reduction") is False
    assert facts().get("reduction_percent") == 0
    assert facts().get("days_since_reduction") is None
    assert facts().get("days_on_before_reduction") is None
    nobody = facts(UNREVIEWED)
    assert nobody.get("recent_reduction") is None
    assert nobody.get("reduction_percent") is None


@pytest.mark.parametrize("list_name", ["therapy", "events"])
def test_both_the_history_and_the_events_must_have_been_asked_for_within_a_week(list_name: str) -> None:
    def asked(on: str) -> object:
        return facts({"record": {"reviewed": {list_name: on}}}).get("recent_reduction")

    assert asked("2026-11-15") is False
    assert asked("2026-11-14") is None


def test_an_old_cut_says_nothing_about_doses_missed_since_unless_somebody_asked() -> None:
    cut = taken(phase("20 mg", 3, "2026-01-01", "2026-09-30"), phase("15 mg", 3, "2026-10-01"))
    assert facts(cut).get("recent_reduction") is False
    assert facts(both(cut, UNREVIEWED)).get("recent_reduction") is None


def test_the_hours_since_the_last_dose_are_known_while_doses_are_missed_and_clock_times_are_recorded() -> (
    None
):
    clocked = {"dose": "20 mg", "times": ["08:00", "14:00", "20:00"], "from": "2026-01-01"}
    change = both({"as_of": "2026-11-22 08:00"}, taken(clocked), missed("2026-11-21 08:00"))
    assert facts(change).get("hours_since_last_dose") == 36  # last taken on 20-Nov at 20:00
    resumed = both({"as_of": "2026-11-22 08:00"}, taken(clocked), missed("2026-11-10", "2026-11-11"))
    assert facts(resumed).get("hours_since_last_dose") is None
    assert facts(missed("2026-11-20")).get("hours_since_last_dose") is None  # no clock times on record
    assert facts().get("hours_since_last_dose") is None


def test_no_fact_about_time_is_negative_when_the_question_has_no_hour() -> None:
    change = both(
        missed("2026-11-22 07:00"),
        {
            "record": {
                "observations": [{"what": "creatinine", "value": "0.7 mg/dL", "on": "2026-11-22 09:30"}]
            }
        },
    )
    sheet = facts(change)
    for name in ("days_since_reduction", "kidney_function_age", "days_on_baclofen", "days_since_increase"):
        value = sheet.number(name)
        assert value is not None, name
        assert value >= 0, name


def test_a_course_of_years_ago_does_not_say_that_nothing_is_taken_today() -> None:
    old = taken(phase("10 mg", 3, "2015-01-01", "2015-03-01"))
    sheet = facts(both(UNREVIEWED, old))
    for name in ("current_oral_daily_dose", "takes_oral_baclofen", "recent_increase", "has_pump_therapy"):
        assert sheet.get(name) is None, name
    assert facts(old).get("current_oral_daily_dose") == 0


@pytest.mark.parametrize(("to", "dose"), [("2026-08-23", 0), ("2026-08-22", None)])
def test_an_end_on_record_is_an_answer_for_ninety_days(to: str, dose: float | None) -> None:
    ended = taken(phase("10 mg", 3, "2026-01-01", to))
    assert facts(both(UNREVIEWED, ended)).get("current_oral_daily_dose") == dose


@pytest.mark.parametrize(("on", "dose", "pump"), [("2026-08-24", 0, False), ("2026-08-23", None, None)])
def test_a_review_of_the_history_speaks_for_ninety_days(
    on: str, dose: float | None, pump: bool | None
) -> None:
    sheet = facts({"record": {"oral_therapy": [], "reviewed": {"therapy": on}}})
    assert sheet.get("current_oral_daily_dose") == dose
    assert sheet.get("has_pump_therapy") is pump


def test_a_list_whose_review_has_no_limit_is_never_fresh() -> None:
    knowledge = load_knowledge()
    bare = replace(
        knowledge, limits=tuple(x for x in knowledge.limits if x.name != "review.problems.max_age")
    )
    scenario, _ = read_scenario(base("kidney-taper"), knowledge)
    assert Lists(scenario, knowledge).has_reviewed_problems()
    assert not Lists(scenario, bare).has_reviewed_problems()
