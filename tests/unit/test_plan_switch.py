"""Changes to and from other medicines: two staircases, no number between them, and the gates of liver and kidney."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan, PlanKind, Reason
from eutonia.record import Partner
from tests.plan_base import ON_30, levels, planned, refused
from tests.unit.facts_base import Change, observed, taken

TO_TIZANIDINE = {"partner": "tizanidine", "dose": "12 mg/day"}


def problems(*names: str) -> Change:
    return {"record": {"problems": [{"what": name} for name in names]}}


def medicines(*names: str) -> Change:
    return {"record": {"medicines": [{"what": name} for name in names]}}


def test_tizanidine_is_built_up_by_its_own_steps_before_baclofen_is_lowered() -> None:
    plan = planned(name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert plan.kind is PlanKind.SWITCH
    assert plan.partner is not None
    assert [int(s.daily_mg) for s in plan.partner.steps] == [2, 4, 6, 8, 10, 12]
    assert levels(plan) == [25, 20, 15, 10, 5, 0]
    assert plan.steps[0].first == plan.partner.steps[-1].first + timedelta(days=7)


@pytest.mark.parametrize("dose", ["12 mg/day", "24 mg/day"])
def test_the_taper_of_baclofen_does_not_depend_on_the_dose_of_the_other_medicine(dose: str) -> None:
    plan = planned(name=ON_30, ask="switch", switch={"partner": "tizanidine", "dose": dose})
    assert levels(plan) == [25, 20, 15, 10, 5, 0]


def test_every_switch_says_that_no_dose_of_one_equals_a_dose_of_the_other() -> None:
    plan = planned(name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert plan.remarks[0].startswith("No accepted number turns a dose of baclofen into a dose of tizanidine")
    assert "No equal dose" in {g.kind for g in plan.guidance}
    assert "SW-01" in {f.rule for f in plan.assessment.problems}


def test_no_rise_of_one_falls_on_a_day_on_which_the_other_changes() -> None:
    to = planned(name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    back = planned(
        name=ON_30,
        ask="switch",
        target="45 mg/day",
        switch={"partner": "tizanidine", "direction": "from", "dose": "12 mg/day"},
    )
    for plan in (to, back):
        assert plan.partner is not None
        assert not {s.first for s in plan.steps} & {s.first for s in plan.partner.steps}


def test_from_tizanidine_baclofen_is_raised_first_and_tizanidine_falls_by_at_most_four_mg() -> None:
    plan = planned(
        name=ON_30,
        ask="switch",
        target="45 mg/day",
        switch={"partner": "tizanidine", "direction": "from", "dose": "12 mg/day"},
    )
    assert plan.partner is not None
    assert [int(s.daily_mg) for s in plan.partner.steps] == [8, 4, 0]
    assert plan.partner.steps[0].first == plan.steps[-1].first + timedelta(days=7)


def test_from_dantrolene_its_own_steps_are_gone_back_because_no_other_was_read() -> None:
    plan = planned(
        name=ON_30,
        ask="switch",
        target="45 mg/day",
        switch={"partner": "dantrolene", "direction": "from", "dose": "300 mg/day"},
    )
    assert plan.partner is not None
    assert [int(s.daily_mg) for s in plan.partner.steps] == [150, 75, 25, 0]
    assert any("No text on how dantrolene is lowered was read" in r for r in plan.remarks)


def test_dantrolene_goes_by_the_steps_of_its_label() -> None:
    plan = planned(name=ON_30, ask="switch", switch={"partner": "dantrolene", "dose": "150 mg/day"})
    assert plan.partner is not None
    assert [(int(s.daily_mg), (s.last - s.first).days + 1) for s in plan.partner.steps if s.last] == [
        (25, 7),
        (75, 7),
    ]


def test_a_dose_that_is_no_step_of_the_other_medicine_is_not_rounded_to_one() -> None:
    refusal = refused(name=ON_30, ask="switch", switch={"partner": "dantrolene", "dose": "100 mg/day"})
    assert refusal.reason is Reason.CANNOT_BE_MADE
    assert refusal.nearest_mg == (75, 150)


@pytest.mark.parametrize("partner", ["tizanidine", "dantrolene"])
def test_with_liver_disease_neither_medicine_that_injures_the_liver_is_planned(partner: str) -> None:
    dose = "12 mg/day" if partner == "tizanidine" else "75 mg/day"
    refusal = refused(
        problems("liver disease"), name=ON_30, ask="switch", switch={"partner": partner, "dose": dose}
    )
    assert refusal.reason is Reason.AVOID
    assert refusal.sources


def test_with_cirrhosis_dantrolene_is_excluded_by_the_rule() -> None:
    switch = {"partner": "dantrolene", "dose": "75 mg/day"}
    assert refused(problems("cirrhosis"), name=ON_30, ask="switch", switch=switch).reason is Reason.STOPPED


def test_when_nobody_knows_the_liver_the_switch_asks_and_does_not_begin() -> None:
    unread: Change = {"record": {"reviewed": {"problems": None}}}
    refusal = refused(unread, name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert refusal.reason is Reason.MISSING_FACTS
    assert "has_liver_disease" in refusal.missing


def test_with_ciprofloxacin_tizanidine_is_excluded() -> None:
    refusal = refused(medicines("ciprofloxacin"), name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert refusal.reason is Reason.STOPPED
    assert "Tizanidine with ciprofloxacin or fluvoxamine" in refusal.says


def test_below_a_clearance_of_25_the_usual_steps_of_tizanidine_are_not_used() -> None:
    weak = observed(
        ("egfr", "22 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "20 mL/min", "2026-11-20")
    )
    refusal = refused(weak, name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert refusal.reason is Reason.NO_STEPS
    assert "25 mL per minute" in refusal.says


def test_without_a_kidney_value_tizanidine_waits_for_one() -> None:
    refusal = refused(observed(), name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert refusal.reason is Reason.MISSING_FACTS
    assert "creatinine_clearance" in refusal.missing


@pytest.mark.parametrize("partner", ["diazepam", "gabapentin"])
def test_where_no_steps_were_read_no_dated_switch_is_made_up(partner: str) -> None:
    refusal = refused(name=ON_30, ask="switch", switch={"partner": partner, "dose": "10 mg/day"})
    assert refusal.reason is Reason.NO_STEPS
    assert "No accepted number" in refusal.says


# --- tablets while a pump works -----------------------------------------------------------------------------------

PUMP: Change = {"record": {"pump_therapy": [{"daily_dose": "100 micrograms/day", "from": "2026-10-01"}]}}


def wean(percent: str = "25 percent", **more: Any) -> dict[str, Any]:
    return {
        "ask": "switch",
        "switch": {"partner": "intrathecal baclofen", "percent": percent, "every": "7 days"},
        **more,
    }


def test_tablets_are_weaned_by_a_quarter_while_the_pump_works() -> None:
    plan = planned(PUMP, **wean(stock=[{"form": "liquid", "concentration": "1 mg/mL"}]))
    assert plan.kind is PlanKind.WEANING
    assert levels(plan)[:2] == [45, 33.8]
    assert {"Keep tablets at hand", "One at a time"} <= {g.kind for g in plan.guidance}
    assert not any("micrograms" in remark for remark in plan.remarks)


def test_without_a_pump_no_tablets_are_weaned() -> None:
    assert refused(**wean()).reason is Reason.AVOID


def test_whether_there_is_a_pump_is_asked_first() -> None:
    refusal = refused({"record": {"reviewed": {"therapy": None}}}, **wean())
    assert refusal.reason is Reason.MISSING_FACTS
    assert "has_pump_therapy" in refusal.missing


def test_more_than_half_at_a_step_is_refused_with_its_source() -> None:
    refusal = refused(PUMP, **wean("60 percent"))
    assert refusal.reason is Reason.ABRUPT
    assert [c.source for c in refusal.sources] == ["CMSC15"]


def test_a_patient_who_takes_nothing_has_nothing_to_leave() -> None:
    assert refused(taken(), name=ON_30, ask="switch", switch=TO_TIZANIDINE).reason is Reason.NOT_DOWNWARDS


# --- what the other medicine asks for, with its days --------------------------------------------------------------


def checked(plan: Plan, word: str) -> list[tuple[date, date]]:
    return [(c.first, c.last) for c in plan.checks if word in c.what]


def days_after(start: date, *days: int) -> list[tuple[date, date]]:
    return [(start + timedelta(days=n), start + timedelta(days=n)) for n in days]


def test_liver_tests_under_dantrolene_stand_on_days() -> None:
    plan = planned(name=ON_30, ask="switch", switch={"partner": "dantrolene", "dose": "150 mg/day"})
    assert plan.partner is not None
    start = plan.partner.steps[0].first
    # before; every 2 weeks for 6 weeks; every 6 weeks in the half year after them
    assert checked(plan, "Liver tests") == days_after(start, 0, 14, 28, 42, 84, 126, 168, 210)
    assert checked(plan, "whether dantrolene helps") == days_after(start, 45)


def test_outside_the_united_states_dantrolene_is_decided_on_after_six_to_eight_weeks() -> None:
    switch = {"partner": "dantrolene", "dose": "150 mg/day"}
    plan = planned({"jurisdiction": "UK"}, name=ON_30, ask="switch", switch=switch)
    assert plan.partner is not None
    start = plan.partner.steps[0].first
    assert checked(plan, "whether dantrolene helps") == [
        (start + timedelta(days=42), start + timedelta(days=56))
    ]


def test_liver_tests_under_tizanidine_come_before_it_and_a_month_after_its_largest_dose() -> None:
    plan = planned(name=ON_30, ask="switch", switch=TO_TIZANIDINE)
    assert plan.partner is not None
    first, top = plan.partner.steps[0].first, plan.partner.steps[-1].first
    assert checked(plan, "Liver tests") == [
        (first, first),
        (top + timedelta(days=28), top + timedelta(days=31)),
    ]
    pressure = checked(plan, "Blood pressure lying and standing")
    assert [day for day, _ in pressure] == [s.first for s in plan.partner.steps]


def test_each_cut_of_tizanidine_has_its_look_at_blood_pressure_and_pulse() -> None:
    switch = {"partner": "tizanidine", "direction": "from", "dose": "12 mg/day"}
    plan = planned(name=ON_30, ask="switch", target="45 mg/day", switch=switch)
    assert plan.partner is not None
    assert [day for day, _ in checked(plan, "rebound")] == [s.first for s in plan.partner.steps]
    assert not checked(plan, "Liver tests")


def test_no_check_of_a_plan_lies_before_the_day_of_the_question() -> None:
    for plan in (
        planned(name=ON_30, ask="switch", switch=TO_TIZANIDINE),
        planned(taken(), name="start-us", ask="titration", target="30 mg/day"),
    ):
        assert min(c.first for c in plan.checks) >= date(2026, 11, 22)
        assert [c.first for c in plan.checks] == sorted(c.first for c in plan.checks)


def test_every_partner_has_steps_or_says_what_was_read_and_what_was_not() -> None:
    tables = load_knowledge().tables
    with_steps = {row.cells["partner"] for row in tables["switch-ladders"].rows}
    without = {row.cells["partner"] for row in tables["partners-without-steps"].rows}
    assert with_steps | without == {p.value for p in Partner} - {Partner.PUMP.value}
    assert not with_steps & without
    # What a ladder says is watched at the liver has its days.
    dated = {
        row.cells["partner"] for row in tables["partner-checks"].rows if "Liver" in str(row.cells["what"])
    }
    assert dated == {
        r.cells["partner"] for r in tables["switch-ladders"].rows if "Liver" in str(r.cells["watch"])
    }


@pytest.mark.parametrize(
    ("partner", "read"), [("diazepam", "2 to 10 mg"), ("gabapentin", "900 to 3,600 mg a day")]
)
def test_a_refused_switch_says_what_was_read_of_the_medicine_and_what_is_not_known(
    partner: str, read: str
) -> None:
    refusal = refused(name=ON_30, ask="switch", switch={"partner": partner, "dose": "10 mg/day"})
    assert read in refusal.says
    known, _, unknown = refusal.says.partition("Not known here: ")
    assert "Read was: " in known
    assert "how many days lie between two rises" in unknown
    assert refusal.sources
