"""A titration from a dose that is already taken, from a start in the future, and to a target of one dose."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from eutonia.assess.findings import Assessment
from eutonia.assess.limits import apply_limits, number_of
from eutonia.consult import consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan, Reason, Refusal
from eutonia.simulate.course import Course
from tests.scenario_files import base, patched
from tests.unit.facts_base import Change, both, facts, observed, patient, phase, taken

HEALTHY = observed(
    ("egfr", "100 mL/min/1.73m2", "2026-11-15"), ("creatinine clearance", "110 mL/min", "2026-11-15")
)


def to(target: int | str, **more: Any) -> Change:
    return {"question": {"ask": "titration", "target": f"{target} mg/day", **more}}


def plan_of(*changes: Change, name: str = "adult-us") -> Plan | Refusal:
    data = patched(base(name), both(HEALTHY, *changes))
    data["question"].pop("proposed", None)
    plan = consult_data(data, load_knowledge(), people=0).plan
    assert plan is not None
    return plan


def made(*changes: Change, name: str = "adult-us") -> Plan:
    plan = plan_of(*changes, name=name)
    assert isinstance(plan, Plan), plan
    return plan


def refused(*changes: Change, name: str = "adult-us") -> Refusal:
    plan = plan_of(*changes, name=name)
    assert isinstance(plan, Refusal), [s.daily_mg for s in plan.steps]
    return plan


def test_from_a_dose_long_taken_the_first_rise_is_today() -> None:
    plan = made(to(60))
    assert [(s.first.isoformat(), int(s.daily_mg)) for s in plan.steps] == [
        ("2026-11-22", 45),
        ("2026-11-25", 60),
    ]


def test_a_dose_that_was_raised_yesterday_is_held_before_the_next_rise() -> None:
    plan = made(taken(phase("5 mg", 3, "2026-02-01", "2026-11-20"), phase("10 mg", 3, "2026-11-21")), to(45))
    # 21, 22 and 23-Nov on 30 mg a day; the label raises after three days.
    assert plan.steps[0].first == date(2026, 11, 24)
    assert any("held for at least three days" in r.why for r in plan.rejected)


def test_a_dose_that_was_cut_yesterday_is_held_as_well() -> None:
    plan = made(taken(phase("20 mg", 3, "2026-02-01", "2026-11-20"), phase("10 mg", 3, "2026-11-21")), to(45))
    assert plan.steps[0].first == date(2026, 11, 24)


def test_in_an_older_patient_the_present_dose_is_held_for_a_week() -> None:
    plan = made(patient(age="70 years"), taken(phase("5 mg", 3, "2026-11-20")), to(20))
    assert plan.steps[0].first == date(2026, 11, 27)


def test_when_nobody_knows_since_when_the_present_dose_is_taken_no_rise_is_dated() -> None:
    plan = refused(taken(phase("10 mg", 3)), to(45))
    assert plan.reason is Reason.MISSING_FACTS
    assert plan.missing == ("days_since_increase",)


def test_doses_that_are_being_missed_leave_nothing_to_rise_from() -> None:
    plan = refused({"record": {"events": [{"what": "missed doses", "from": "2026-11-15"}]}}, to(45))
    assert plan.reason is Reason.MISSING_FACTS
    assert "15-Nov-2026" in plan.says


def test_therapy_that_will_have_ended_by_the_first_day_is_begun_anew_from_the_first_dose() -> None:
    plan = made(taken(phase("5 mg", 3, "2026-02-01", "2026-11-25")), to(45, start_on="2026-12-10"))
    assert plan.steps[0].first == date(2026, 12, 10)
    assert plan.steps[0].daily_mg == 15


def test_an_abrupt_end_on_record_stops_the_plan_that_would_follow_it() -> None:
    plan = refused(taken(phase("10 mg", 3, "2026-02-01", "2026-11-25")), to(45, start_on="2026-12-10"))
    assert plan.reason is Reason.STOPPED
    assert "too fast" in plan.says


def test_a_start_in_the_future_is_kept() -> None:
    assert made(to(45, start_on="2026-12-10")).steps[0].first == date(2026, 12, 10)


def test_a_target_at_or_below_the_present_dose_is_not_a_titration() -> None:
    assert refused(to(30)).reason is Reason.NOT_UPWARDS
    assert refused(to(15)).reason is Reason.NOT_UPWARDS


def test_a_target_that_is_one_dose_is_reached_in_one_step() -> None:
    plan = made(patient(age="70 years"), taken(), to(5))
    assert len(plan.steps) == 1
    assert plan.steps[0].last is None
    assert [d.dose.words() for d in plan.steps[0].doses] == ["1 tablet of 5 mg"]
    assert plan.supply == ()


def test_a_target_of_ten_mg_is_two_doses() -> None:
    plan = made(patient(age="70 years"), taken(), to(10))
    assert [[int(d.dose.mg) for d in s.doses] for s in plan.steps] == [[5], [5, 5]]


def test_a_dose_of_tenths_is_added_to_exactly() -> None:
    drops = {"form": "liquid", "concentration": "1 mg/mL"}
    plan = made(taken(phase("1.1 mg", 3, "2026-02-01")), to(33, stock=[drops]))
    # 3.3 + 15 = 18.3, not the neighbour below that binary arithmetic would choose.
    assert plan.steps[0].daily_mg == Fraction("18.3")
    assert [s.daily_mg for s in plan.steps][-1] == 33


def test_a_kidney_value_that_is_too_old_counts_as_not_known() -> None:
    def at(on: str, *more: Change) -> Plan | Refusal:
        values = observed(("egfr", "100 mL/min/1.73m2", on), ("creatinine clearance", "110 mL/min", on))
        return plan_of(values, *more, to(45))

    assert isinstance(at("2026-08-24"), Plan)  # 90 days
    old = at("2026-08-23")
    assert isinstance(old, Refusal)
    assert old.reason is Reason.MISSING_FACTS
    assert [limit.id for limit in old.limits] == ["kidney-age-usual"]
    assert "91 days old" in old.says
    older_patient = at("2026-10-22", patient(age="70 years"))
    assert isinstance(older_patient, Refusal)
    assert [limit.id for limit in older_patient.limits] == ["kidney-age-older"]


def test_a_kidney_value_that_may_be_too_old_asks_what_decides_it() -> None:
    values = observed(
        ("egfr", "100 mL/min/1.73m2", "2026-10-01"), ("creatinine clearance", "110 mL/min", "2026-10-01")
    )
    plan = refused(values, {"record": {"reviewed": {"problems": None, "medicines": None}}}, to(45))
    assert plan.reason is Reason.MISSING_FACTS
    assert set(plan.missing) == {"has_chronic_kidney_disease", "takes_kidney_affecting_medicine"}


def test_a_childs_plan_ends_at_two_mg_per_kg_a_day() -> None:
    small = patient(age="6 years", weight="12 kg", height="90 cm")
    child = both(taken(), {"jurisdiction": "UK"}, small)
    over = refused(child, to(30), name="child-uk")
    assert over.reason is Reason.OVER_CEILING
    assert [limit.id for limit in over.limits] == ["oral-per-weight-child"]
    assert over.nearest_mg == (24,)
    assert made(child, to(24), name="child-uk").steps[-1].daily_mg == 24


@pytest.mark.parametrize("country", ["US", "CA", "AU", "CH"])
def test_where_no_first_dose_for_children_was_read_no_plan_is_made(country: str) -> None:
    plan = refused(taken(), {"jurisdiction": country}, to(20), name="child-uk")
    assert plan.reason in (Reason.NOT_LABELLED, Reason.NO_STOCK)


def test_a_step_that_cannot_be_made_on_the_way_is_named_with_the_dose_before_it() -> None:
    packet = {"form": "granules", "strength": "20 mg"}
    plan = refused(to(60, stock=[packet]))
    assert plan.reason is Reason.CANNOT_BE_MADE
    assert plan.says.startswith("From 30 mg a day no next step")
    assert plan.nearest_mg == (30, 60)  # the dose it stays on, and the next above
    assert "The next day that can be made is 60 mg, a larger one" in plan.next_step


def test_a_first_dose_that_cannot_be_made_is_called_a_first_dose() -> None:
    packet = {"form": "granules", "strength": "20 mg"}
    plan = refused(taken(), to(60, stock=[packet]))
    assert plan.says.startswith("No first dose of at most 15 mg a day")
    assert plan.nearest_mg == (60,)


def test_a_step_made_smaller_than_allowed_names_both_neighbours() -> None:
    child = both(taken(), {"jurisdiction": "DE"}, patient(age="6 years", weight="36 kg", height="120 cm"))
    plan = made(child, to(30), name="child-uk")
    (first,) = plan.rejected
    assert float(first.daily_mg) == pytest.approx(10.8)
    assert first.why == (
        "cannot be made exactly; 10 mg, the next below, is used; 15 mg would be the next above, a larger rise than "
        "planned"
    )


def test_amounts_in_a_refusal_are_exact() -> None:
    assert refused(to("112.25")).says.startswith("The target of 112.25 mg a day is above")
    half = {"form": "tablet", "strength": "10 mg", "scored": True}
    plan = refused(to("36.25", stock=[half]))
    assert plan.reason is Reason.CANNOT_BE_MADE
    assert plan.says.startswith("36.25 mg a day cannot be made exactly")
    assert plan.nearest_mg == (35, 40)


def test_granules_are_planned_in_whole_packets() -> None:
    packets = [{"form": "granules", "strength": "5 mg"}, {"form": "granules", "strength": "10 mg"}]
    plan = made(taken(), to(45, stock=packets))
    pieces = [p for s in plan.steps for d in s.doses for p in d.dose.pieces]
    assert all(piece.units.denominator == 1 for piece in pieces)
    assert {supply.unit for supply in plan.supply} == {"packets"}


def _strengths(plan: Plan) -> set[str]:
    return {p.item.name for s in plan.steps for d in s.doses for p in d.dose.pieces}


def test_one_plan_never_mixes_two_strengths_of_a_liquid() -> None:
    # The United Kingdom has 1 and 2 mg per mL, which look alike.
    plan = made(taken(), to(45), name="child-uk")
    assert _strengths(plan) == {"1 mg per mL"}
    assert any("two strengths in one plan get mixed up" in why for why in plan.left_out)


def test_the_liquid_a_child_already_has_is_the_one_that_is_planned() -> None:
    stronger = {"product": {"form": "liquid", "concentration": "2 mg/mL"}}
    plan = made(taken(phase("6 mg", 3, "2026-02-01") | stronger), to(30), name="child-uk")
    assert _strengths(plan) == {"2 mg per mL"}


def test_nobody_measures_a_liquid_for_a_dose_a_tablet_gives() -> None:
    both_forms = [
        {"form": "liquid", "concentration": "1 mg/mL"},
        {"form": "tablet", "strength": "10 mg", "scored": True},
    ]
    assert _strengths(made(taken(), to(45, stock=both_forms))) == {"10 mg"}


def test_the_question_asked_at_an_hour_is_planned_from_its_day() -> None:
    assert made({"as_of": "2026-11-22 15:30"}, to(45)).steps[0].first == date(2026, 11, 22)


def test_a_plan_is_simulated_and_judged_as_it_would_be_followed() -> None:
    plan = made(to(60))
    assert isinstance(plan.assessment, Assessment)
    assert isinstance(plan.course, Course)
    given = {day.on.isoformat(): day.daily_mg for day in plan.course.days}
    assert given["2026-11-22"] == 45
    assert given["2026-11-25"] == 60


def test_in_france_the_dose_against_alcohol_dependence_rises_by_ten_mg_at_most() -> None:
    def rises(use: str) -> list[float]:
        change: Change = {"jurisdiction": "FR", "record": {"indication": {"what": use}}}
        steps = [float(step.daily_mg) for step in made(to(60), change).steps]
        return [b - a for a, b in pairwise(steps)]

    assert max(rises("alcohol use disorder")) == 10
    assert max(rises("multiple sclerosis")) == 15


def test_a_child_of_16_kg_rises_by_no_more_than_0_3_mg_per_kg() -> None:
    # 5 mg a day would be 0.31 mg per kg a day at 16 kg, and 0.29 at 17 kg.
    knowledge = load_knowledge()

    def step(weight: str) -> float:
        child = patient(age="4 years", weight=weight, height="102 cm", pregnant=None, breastfeeding=None)
        limits = apply_limits(knowledge, facts(child), "oral.step.size").limits
        return min(number_of(limit, "mg/day") for limit in limits)

    assert step("16 kg") == 2.5
    assert step("17 kg") == 5
