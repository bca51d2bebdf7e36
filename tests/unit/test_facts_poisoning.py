"""Facts of an overdose, of exposure, of the bedside and of benefit."""

from __future__ import annotations

import pytest

from eutonia.errors import InputRefused
from eutonia.plan.expose import NoCourse
from eutonia.plan.outcome import Reason, Refusal
from eutonia.report.cards import group_findings
from tests.scenario_files import SCENARIOS, ask, base, patched, read
from tests.unit.facts_base import UNREVIEWED, Change, both, facts, observed

PUMP: Change = {"record": {"pump_therapy": [{"daily_dose": "100 microgram/day", "from": "2025-01-01"}]}}
NOTHING_BY_MOUTH: Change = {"record": {"oral_therapy": []}}


def swallowed(*events: dict[str, str]) -> Change:
    return {"record": {"events": [{"what": "overdose", **event} for event in events]}}


def test_amounts_of_one_overdose_add_up_and_one_unknown_makes_the_sum_unknown() -> None:
    two = swallowed({"from": "2026-11-20", "amount": "100 mg"}, {"from": "2026-11-21", "amount": "60 mg"})
    assert facts(two).get("overdose_amount") == 160
    unknown = swallowed({"from": "2026-11-20", "amount": "100 mg"}, {"from": "2026-11-21"})
    assert facts(unknown).get("overdose_amount") is None


@pytest.mark.parametrize(("on", "known"), [("2026-11-12", True), ("2026-11-11", False)])
def test_an_overdose_counts_for_ten_days(on: str, known: bool) -> None:
    assert facts(swallowed({"from": on})).get("has_recent_overdose") is known


def test_without_an_overdose_it_is_excluded_only_when_somebody_asked_lately() -> None:
    assert facts().get("has_recent_overdose") is False
    assert facts({"record": {"reviewed": {"events": "2026-11-14"}}}).get("has_recent_overdose") is None
    assert facts(UNREVIEWED).get("has_recent_overdose") is None


@pytest.mark.parametrize(("since", "known"), [(None, True), ("2026-11-12", True), ("2026-11-11", False)])
def test_poisoning_on_the_problem_list_counts_while_it_is_recent_or_undated(
    since: str | None, known: bool
) -> None:
    entry = {"what": "baclofen overdose", **({"since": since} if since else {})}
    assert facts({"record": {"problems": [entry]}}).get("has_recent_overdose") is known


def test_a_past_poisoning_is_not_a_present_one() -> None:
    entry = {"what": "baclofen overdose", "status": "past"}
    assert facts({"record": {"problems": [entry]}}).get("has_recent_overdose") is False


def test_hours_are_known_only_with_a_clock_time() -> None:
    timed = both({"as_of": "2026-11-22 10:00"}, swallowed({"from": "2026-11-22 07:30"}))
    assert facts(timed).get("hours_since_overdose") == 2.5
    day = both({"as_of": "2026-11-22 10:00"}, swallowed({"from": "2026-11-21"}))
    assert facts(day).get("hours_since_overdose") is None
    assert facts(day).get("days_since_overdose") == 1


@pytest.mark.parametrize(
    ("amount", "what"),
    [("400 mg", "fall"), ("400 microgram", "overdose"), ("30000 mg", "overdose"), ("400", "overdose")],
)
def test_an_amount_is_read_only_in_milligrams_and_only_for_an_overdose(amount: str, what: str) -> None:
    with pytest.raises(InputRefused):
        facts({"record": {"events": [{"what": what, "from": "2026-11-20", "amount": amount}]}})


def test_baclofen_counts_as_in_the_body_by_mouth_pump_missed_doses_or_overdose() -> None:
    assert facts().get("has_baclofen_exposure") is True
    assert facts(NOTHING_BY_MOUTH).get("has_baclofen_exposure") is False
    assert facts(both(NOTHING_BY_MOUTH, PUMP)).get("has_baclofen_exposure") is True
    assert (
        facts(both(NOTHING_BY_MOUTH, swallowed({"from": "2026-11-20"}))).get("has_baclofen_exposure") is True
    )
    stopped = {
        "record": {
            "oral_therapy": [{"dose": "10 mg", "times_per_day": 3, "from": "2026-01-01", "to": "2026-11-18"}]
        }
    }
    assert facts(stopped).get("has_baclofen_exposure") is True
    assert facts(both(UNREVIEWED, NOTHING_BY_MOUTH)).get("has_baclofen_exposure") is None


def test_a_reason_for_toxicity_is_not_excluded_while_the_kidneys_are_unknown() -> None:
    assert facts().get("has_reason_for_toxicity") is False
    assert facts({"record": {"observations": []}}).get("has_reason_for_toxicity") is None
    assert facts(observed(("egfr", "59 mL/min/1.73m2", "2026-11-20"))).get("has_reason_for_toxicity") is True
    assert facts(observed(("egfr", "60 mL/min/1.73m2", "2026-11-20"))).get("has_reason_for_toxicity") is False


@pytest.mark.parametrize(("on", "known"), [("2026-11-21", 7.0), ("2026-11-20", None)])
def test_a_coma_score_speaks_for_one_day(on: str, known: float | None) -> None:
    assert facts(observed(("glasgow coma scale", "7", on))).get("glasgow_coma_score") == known


def test_asleep_and_easily_woken_is_a_grade_of_its_own() -> None:
    assert facts(observed(("poss", "S", "2026-11-22"))).get("sedation_grade") == "S"


def test_pressure_is_compared_within_one_visit_only() -> None:
    def fall(lying: str, standing: str) -> object:
        change = observed(
            ("systolic blood pressure", "130 mmHg", lying),
            ("standing systolic pressure", "105 mmHg", standing),
        )
        return facts(both({"as_of": "2026-11-22 18:00"}, change)).get("systolic_fall_on_standing")

    assert fall("2026-11-22 09:00", "2026-11-22 09:30") == 25
    assert fall("2026-11-22 09:00", "2026-11-22 09:31") is None
    assert fall("2026-11-22", "2026-11-22") == 25
    assert fall("2026-11-21", "2026-11-22") is None


def test_glucose_is_the_same_in_either_unit() -> None:
    assert facts(observed(("glucose", "180 mg/dL", "2026-11-20"))).get("glucose") == pytest.approx(
        9.99, abs=0.01
    )
    assert facts(observed(("glucose", "10 mmol/L", "2026-11-20"))).get("glucose") == 10
    assert facts(observed(("glucose", "10 mmol/L", "2026-10-22"))).get("glucose") is None


def test_the_card_on_brain_death_stands_first_and_alone() -> None:
    result = ask(read(SCENARIOS / "vignettes" / "brain-death.yaml"))
    cards = group_findings(result.assessment.problems)
    assert cards[0].rules == ("OD-09",)
    assert "Do not declare brain death" in cards[0].lead.do


def test_worse_spasticity_after_a_rise_is_never_answered_with_more_baclofen() -> None:
    result = ask(read(SCENARIOS / "vignettes" / "worse-after-a-rise.yaml"))
    card = next(f for f in result.assessment.findings if f.rule == "AE-13")
    assert "More baclofen is the wrong direction" in card.do
    assert any("S3-31" in d.says for d in card.differs)


TO_45_MG: Change = {"question": {"ask": "titration", "target": "45 mg/day"}}


def test_no_rise_is_planned_after_one_that_was_followed_by_worse_spasticity() -> None:
    data = patched(read(SCENARIOS / "vignettes" / "worse-after-a-rise.yaml"), TO_45_MG)
    plan = ask(data).plan
    assert isinstance(plan, Refusal)
    assert plan.reason is Reason.STOPPED
    assert "worse after a higher dose" in plan.says


def test_after_an_overdose_no_rise_is_planned_and_no_curve_of_the_prescribed_doses_is_drawn() -> None:
    data = patched(base("adult-us"), both(swallowed({"from": "2026-11-21", "amount": "100 mg"}), TO_45_MG))
    result = ask(data)
    assert isinstance(result.plan, Refusal)
    assert result.plan.reason is Reason.AVOID
    assert isinstance(result.course, NoCourse)
    assert "too low" in result.course.says
