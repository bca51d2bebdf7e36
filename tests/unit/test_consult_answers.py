"""One question answered: the same twice, with what was computed even when it is refused."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.assess.findings import Assessment
from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Word
from eutonia.plan.expose import NoCourse
from eutonia.plan.outcome import Reason, Refusal
from eutonia.report.data import result_json
from eutonia.simulate.course import Course
from tests.scenario_files import PUBLISHED, base, patched, read
from tests.unit.facts_base import both, patient, phase, proposed, taken

START = proposed(phase("5 mg", 3, "2026-11-22"))


def ask(change: dict[str, Any], name: str = "adult-us", people: int = 0, seed: int = 1) -> Result:
    return consult_data(patched(base(name), change), load_knowledge(), people=people, seed=seed)


def curve(change: dict[str, Any], name: str = "adult-us", **options: Any) -> Course:
    course = ask(change, name, **options).course
    assert isinstance(course, Course), course
    return course


@pytest.mark.parametrize("name", ["adult-us", "kidney-dialysis", "kidney-taper", "kidney-worse", "child-uk"])
def test_two_runs_of_one_record_give_the_same_answer_byte_for_byte(name: str) -> None:
    one, other = ask({}, name, people=20), ask({}, name, people=20)
    assert result_json(one) == result_json(other)


def test_two_runs_of_the_worked_example_give_the_same_answer_byte_for_byte() -> None:
    data = read(PUBLISHED / "worked-example.yaml")
    one, other = (consult_data(data, load_knowledge(), people=20) for _ in range(2))
    assert result_json(one) == result_json(other)


def test_the_same_seed_draws_the_same_band_and_another_seed_another() -> None:
    one, same, other = (curve({}, people=30, seed=seed) for seed in (7, 7, 8))
    assert one.low is not None
    assert same.low is not None
    assert other.low is not None
    assert (one.low == same.low).all()
    assert (one.low != other.low).any()
    assert (one.typical == other.typical).all()


@pytest.mark.parametrize("people", [0, 1])
def test_without_virtual_people_or_with_a_single_one_there_is_a_curve_and_no_band(people: int) -> None:
    course = curve({}, people=people)
    assert course.low is None
    assert course.high is None
    assert course.people == people
    assert course.typical.max() > 0
    assert all(day.peak_low is None and day.peak_high is None for day in course.days)


def test_a_refused_titration_comes_with_what_was_found_and_with_the_curve_of_what_is_taken() -> None:
    result = ask({"question": {"ask": "titration", "target": "300 mg/day"}})
    assert isinstance(result.plan, Refusal)
    assert result.plan.reason is Reason.OVER_CEILING
    assert isinstance(result.assessment, Assessment)
    assert result.assessment.findings
    assert isinstance(result.course, Course)
    assert result.facts
    assert {limit.id for limit in result.plan.limits} <= {x.id for x, _ in result.ceiling.considered}
    assert "S01" in {source.id for source in result.sources}


def _without_kidney_value(change: dict[str, Any]) -> Result:
    return ask(both(change, {"record": {"observations": []}}), "start-us")


def test_a_start_without_a_kidney_value_cannot_be_told() -> None:
    result = _without_kidney_value({})
    assert result.assessment.word is Word.CANNOT_TELL
    assert result.ceiling.mg_per_day is None
    assert isinstance(result.course, NoCourse)
    assert result.course.missing == ("creatinine_clearance",)


def test_a_titration_without_a_kidney_value_is_refused_and_names_what_is_missing() -> None:
    plan = _without_kidney_value(
        {"question": {"ask": "titration", "target": "30 mg/day", "proposed": None}}
    ).plan
    assert isinstance(plan, Refusal)
    assert plan.reason is Reason.MISSING_FACTS
    assert {"egfr", "creatinine_clearance"} <= set(plan.missing)


@pytest.mark.parametrize("gone", ["age", "weight"])
def test_without_age_or_weight_there_is_no_curve_and_the_answer_says_what_is_missing(gone: str) -> None:
    course = ask(patient(**{gone: None})).course
    assert isinstance(course, NoCourse)
    assert gone in course.missing


def test_an_indexed_estimate_without_a_height_makes_no_curve_and_says_why() -> None:
    change = both(
        {"record": {"observations": [{"what": "egfr", "value": "80 mL/min/1.73m2", "on": "2026-11-20"}]}},
        patient(height=None),
    )
    course = ask(change).course
    assert isinstance(course, NoCourse)
    assert "height" in course.says


def test_under_two_years_there_is_no_curve_and_the_answer_says_why() -> None:
    change = patient(age="18 months", weight="11 kg", height="80 cm")
    course = ask(change, "child-uk").course
    assert isinstance(course, NoCourse)
    assert "below 2 years" in course.says
    assert "without simulated concentrations" in course.says


def test_somebody_who_takes_nothing_and_is_to_take_nothing_has_no_curve() -> None:
    course = ask(taken()).course
    assert isinstance(course, NoCourse)
    assert "No baclofen by mouth" in course.says


# -- what a curve rests on ------------------------------------------------------------------------------


def test_dialysis_without_a_measured_clearance_is_simulated_without_kidneys_and_says_so() -> None:
    course = curve({}, "kidney-dialysis")
    assert course.covariates.gfr_ml_per_min == 0
    assert any("no remaining kidney function is assumed" in line for line in course.assumptions)
    assert any("Dialysis sessions are not in this curve" in line for line in course.assumptions)


def test_a_creatinine_on_dialysis_is_not_taken_for_a_working_kidney() -> None:
    observed = [{"what": "creatinine", "value": "3 mg/dL", "on": "2026-11-20"}]
    assert curve({"record": {"observations": observed}}, "kidney-dialysis").covariates.gfr_ml_per_min == 0


def test_a_pump_is_said_not_to_be_in_the_curve() -> None:
    pump = {"record": {"pump_therapy": [{"daily_dose": "250 micrograms/day", "from": "2026-01-01"}]}}
    assert "Baclofen given by the pump is not in this curve." in curve(pump).assumptions
    assert "Baclofen given by the pump is not in this curve." not in curve({}).assumptions


def test_clock_times_that_were_not_recorded_are_said_to_be_assumed() -> None:
    clocked = {"dose": "10 mg", "times": ["08:00", "14:00", "20:00"], "from": "2026-02-01"}
    product = {"product": {"form": "tablet", "strength": "10 mg"}}
    assert curve(taken(clocked | product)).assumptions == ()
    assert any("Clock times are assumed" in line for line in curve({}).assumptions)


@pytest.mark.parametrize(
    ("product", "says"),
    [
        (None, "Tablets are assumed: the product is not recorded."),
        ({"form": "granules", "strength": "10 mg"}, "Granules are simulated as tablets."),
    ],
)
def test_a_form_the_model_does_not_know_is_never_assumed_in_silence(
    product: dict[str, str] | None, says: str
) -> None:
    entry = phase("10 mg", 3, "2026-02-01") | ({"product": product} if product else {})
    assert says in curve(taken(entry)).assumptions


def test_a_liquid_is_simulated_as_a_solution() -> None:
    liquid = {"product": {"form": "liquid", "concentration": "1 mg/mL"}}
    assert curve(taken(phase("10 mg", 3, "2026-02-01") | liquid)).covariates.formulation == "solution"


# -- time -----------------------------------------------------------------------------------------------


def test_after_therapy_that_ended_yesterday_the_last_doses_are_still_in_the_blood() -> None:
    course = curve(taken(phase("10 mg", 3, "2026-02-01", "2026-11-21")))
    now = (course.hours >= 24) & (course.hours < 24.5)
    assert course.start.isoformat() == "2026-11-21T00:00:00"
    assert course.typical[now][0] > 20  # ng per mL, four hours after 10 mg
    assert course.typical[-1] < 1
    assert not [dose for dose in course.doses if dose.at.date().isoformat() > "2026-11-21"]


@pytest.mark.parametrize("since", ["2026-11-10", "2026-09-01"])
def test_after_twelve_days_without_doses_or_more_nothing_is_left(since: str) -> None:
    course = curve({"record": {"events": [{"what": "missed doses", "from": since}]}})
    days = {day.on.isoformat(): day for day in course.days}
    assert days["2026-11-21"].daily_mg == 0
    assert days["2026-11-21"].peak < 1e-6
    assert any("Missed doses without an end" in line for line in course.assumptions)


def test_doses_missed_for_two_days_empty_the_blood_and_no_dose_of_them_is_simulated() -> None:
    events = [{"what": "missed doses", "from": "2026-11-20", "to": "2026-11-21"}]
    course = curve({"record": {"events": events}})
    days = {day.on.isoformat(): day for day in course.days}
    assert days["2026-11-19"].daily_mg == 30
    assert days["2026-11-20"].daily_mg == days["2026-11-21"].daily_mg == 0
    assert days["2026-11-22"].daily_mg == 30
    assert days["2026-11-21"].peak < 0.2 * days["2026-11-19"].peak


def test_a_proposal_takes_the_place_of_what_is_taken_on_its_first_day_and_ends_with_its_last() -> None:
    course = curve(proposed(phase("5 mg", 3, "2026-11-25", "2026-11-27")))
    given = {day.on.isoformat(): day.daily_mg for day in course.days}
    assert given["2026-11-24"] == 30
    assert [given[f"2026-11-{d}"] for d in (25, 26, 27)] == [15, 15, 15]
    assert given["2026-11-28"] == 0


def test_a_proposal_without_a_first_day_is_simulated_from_today_and_says_so() -> None:
    course = curve(both(taken(), proposed(phase("5 mg", 3))))
    assert min(dose.at for dose in course.doses).date().isoformat() == "2026-11-22"
    assert any("it is taken to begin today" in line for line in course.assumptions)


def test_a_proposal_with_a_day_that_has_passed_does_not_rewrite_the_past() -> None:
    course = curve(proposed(phase("20 mg", 3, "2026-11-18")))
    given = {day.on.isoformat(): day.daily_mg for day in course.days}
    assert all(mg == 30 for on, mg in given.items() if on < "2026-11-22")
    assert given["2026-11-22"] == 60
    assert any("it is taken to begin today" in line for line in course.assumptions)


def test_a_curve_that_ends_before_the_plan_does_says_so() -> None:
    course = curve(proposed(phase("5 mg", 3, "2026-11-22", "2027-06-30")))
    assert any("The curve ends after 120 days" in line for line in course.assumptions)
    shorter = curve(proposed(phase("5 mg", 3, "2026-11-22", "2026-12-30")))
    assert not any("The curve ends" in line for line in shorter.assumptions)


def test_the_sources_of_the_answer_are_those_of_its_findings_limits_and_model() -> None:
    result = ask(START, "start-us")
    used = {source.id for source in result.sources}
    cited = {c.source for f in result.assessment.findings for c in f.evidence}
    assert cited <= used
    assert used <= set(result.knowledge.sources)
    unused = set(result.knowledge.sources) - used
    assert unused, "an answer never rests on every source there is"
