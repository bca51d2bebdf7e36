"""Patients on paper: constructed vignettes and published incidents, from the file to the finding."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from eutonia.assess.findings import Assessment
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Severity
from eutonia.plan.outcome import Plan, Reason, Refusal
from eutonia.report.words import verdict
from tests.scenario_files import PUBLISHED, SCENARIOS, ask, files, read

VIGNETTES = [*files(SCENARIOS / "vignettes"), *files(SCENARIOS / "practice"), *files(PUBLISHED)]


def _fired(assessment: Assessment) -> dict[str, Severity]:
    return {f.rule: f.severity for f in assessment.findings}


@pytest.mark.parametrize("path", VIGNETTES, ids=lambda p: p.stem)
def test_the_vignette_gets_the_verdict_that_was_expected_of_it(path: Path) -> None:
    data = read(path)
    result = ask(data)
    expect = result.scenario.expect
    assert expect is not None, "a vignette without an expectation tests nothing"
    fired = _fired(result.assessment)
    undecided = {u.rule for u in result.assessment.undecided}
    known = {r.id for r in load_knowledge().rules}
    named = {*expect.fires, *expect.does_not_fire, *expect.cannot_tell}
    assert named <= known, f"no such rule: {named - known}"
    assert set(expect.fires) <= fired.keys(), f"did not fire: {set(expect.fires) - fired.keys()}"
    assert not set(expect.does_not_fire) & fired.keys()
    assert set(expect.cannot_tell) <= undecided
    for line in expect.severities:
        rule, severity = line.split()
        assert fired[rule].name == severity, f"{rule} is {fired[rule].name}"
    if expect.top is not None:
        top = max((f.severity for f in result.assessment.problems), default=Severity.INFO)
        assert top.name == expect.top
    if expect.answer is not None:
        assert verdict(result).value == expect.answer


def test_c31_the_us_ladder_reaches_60_mg_on_the_tenth_day_and_may_pass_it_from_the_thirteenth() -> None:
    # The label: 5, 10, 15, 20 mg three times a day for 3 days each. Day 1 + 9 days = day 10 on 60 mg.
    result = ask(read(SCENARIOS / "vignettes" / "C-31.yaml"))
    plan = result.plan
    assert isinstance(plan, Plan)
    assert [int(s.daily_mg) for s in plan.steps] == [15, 30, 45, 60]
    days = [(s.first - plan.steps[0].first).days + 1 for s in plan.steps]
    assert days == [1, 4, 7, 10]
    assert plan.ceiling_mg == 80
    # Beyond 60 mg the next step may not begin before the twelfth day is over.
    beyond = read(SCENARIOS / "vignettes" / "C-31.yaml")
    beyond["question"]["target"] = "80 mg/day"
    longer = ask(beyond).plan
    assert isinstance(longer, Plan)
    first_above = next(s for s in longer.steps if s.daily_mg > 60)
    assert (first_above.first - longer.steps[0].first).days + 1 == 13


def test_c32_in_the_uk_a_boy_of_7_is_refused_45_mg_because_40_is_the_largest_dose_at_his_age() -> None:
    plan = ask(read(SCENARIOS / "vignettes" / "C-32-UK-titration.yaml")).plan
    assert isinstance(plan, Refusal)
    assert plan.reason is Reason.OVER_CEILING
    assert {limit.id for limit in plan.limits} == {"oral-max-child-under-8"}
    assert plan.nearest_mg == (Fraction(40),)


def test_c32_a_boy_of_7_starts_near_6_mg_a_day_in_liquid() -> None:
    data = read(SCENARIOS / "vignettes" / "C-32-UK-titration.yaml")
    data["question"]["target"] = "30 mg/day"
    plan = ask(data).plan
    assert isinstance(plan, Plan)
    assert plan.steps[0].daily_mg == 6  # 0.3 mg/kg/day x 20 kg
    forms = {p.item.form for s in plan.steps for d in s.doses for p in d.dose.pieces}
    assert {f.value for f in forms} == {"liquid"}


def test_c34_half_of_80_mg_is_capped_at_19_so_15_mg_a_day_is_the_largest_day_that_can_be_made() -> None:
    data = read(SCENARIOS / "vignettes" / "C-34.yaml")
    data["question"] = {"ask": "titration", "target": "30 mg/day"}
    result = ask(data)
    assert result.ceiling.mg_per_day == 19
    assert isinstance(result.plan, Refusal)
    assert result.plan.reason is Reason.OVER_CEILING
    assert result.plan.nearest_mg == (Fraction(15),)


def test_c35_of_two_kidney_cuts_the_larger_is_taken_and_the_smaller_is_shown() -> None:
    # 75 mg a day in Germany: half by eGFR 55 is 37.5, two thirds by clearance 62 would be 50.
    plan = ask(read(SCENARIOS / "vignettes" / "C-35.yaml")).plan
    assert isinstance(plan, Refusal)
    assert plan.nearest_mg == (Fraction(35),)
    allowed = {limit.id: mg for limit, mg in plan.considered}
    assert allowed["kept-egfr-30"] == Fraction("37.5")
    assert allowed["kept-clearance-50"] == 50


def test_c36_no_dose_is_planned_on_dialysis_whatever_a_web_page_says() -> None:
    result = ask(read(SCENARIOS / "vignettes" / "C-36.yaml"))
    assert result.ceiling.mg_per_day == 0
    assert isinstance(result.plan, Refusal)
    assert result.plan.reason is Reason.AVOID


def test_c51_the_same_hallucination_is_sorted_by_what_happened_before_it() -> None:
    def cases(name: str) -> set[str]:
        result = ask(read(SCENARIOS / "vignettes" / f"{name}.yaml"))
        triage = next(f for f in result.assessment.findings if f.rule == "AE-08")
        return set(triage.cases)

    after_missed_doses, after_a_rise, unknown = cases("C-51a"), cases("C-51b"), cases("C-51c")
    assert len(after_missed_doses) == 1
    assert after_a_rise
    assert after_missed_doses.isdisjoint(after_a_rise)
    assert unknown == set()


def test_c51c_when_neither_is_known_the_finding_asks_and_orders_neither_treatment() -> None:
    result = ask(read(SCENARIOS / "vignettes" / "C-51c.yaml"))
    triage = next(f for f in result.assessment.findings if f.rule == "AE-08")
    assert "creatinine" in triage.asks.lower()
    assert {case.name for case in triage.open_cases}
    assert triage.asks


def test_c46_one_stroke_gives_three_different_cards_in_three_countries() -> None:
    cards = set()
    for country in ("AU", "UK", "US"):
        result = ask(read(SCENARIOS / "vignettes" / f"C-46-{country}.yaml"))
        card = next(f for f in result.assessment.findings if f.rule == "IND-04")
        cards.add((card.severity, card.say))
    assert len(cards) == 3


def test_the_worked_example_is_the_label_ladder_of_the_united_states() -> None:
    plan = ask(read(PUBLISHED / "worked-example.yaml")).plan
    assert isinstance(plan, Plan)
    per_dose = [{d.dose.mg for d in s.doses} for s in plan.steps]
    assert per_dose == [{5}, {10}, {15}, {20}]
    assert all(len(s.doses) == 3 for s in plan.steps)
    assert [s.days for s in plan.steps] == [3, 3, 3, None]


def test_the_dialysis_incident_shows_the_drug_piling_up_within_three_days() -> None:
    from eutonia.simulate.course import Course

    result = ask(read(SCENARIOS / "practice" / "dialysis-5-mg-three-times-a-day.yaml"))
    assert isinstance(result.course, Course)
    course = result.course
    treated = [d for d in course.days if d.daily_mg > 0]
    first, third = treated[0], treated[2]
    assert third.average > 2 * first.average
    assert course.healthy is not None
    hours = (third.on - course.start.date()).days * 24
    same_day = (course.hours >= hours) & (course.hours <= hours + 24)
    assert third.average > 2.5 * course.healthy[same_day].mean()
