"""Questions for a pump plan, asked as a scenario and answered from the record."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from eutonia.consult import Result, consult_data
from eutonia.errors import Code, InputRefused
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Word
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.candidacy import CandidacyPlan
from eutonia.plan.pump.change import ChangePlan
from eutonia.plan.pump.late import LateRefillPlan
from eutonia.plan.pump.missed import MissedRefillPlan
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.plan.pump.prime import PrimingPlan
from eutonia.plan.pump.refill import RefillPlan
from eutonia.plan.pump.start import StartPlan
from eutonia.plan.pump.titrate import TitrationPlan
from eutonia.plan.pump.wean import PumpWean
from tests.scenario_files import PUBLISHED, patched, read

CHANGE = read(PUBLISHED / "pump-change.yaml")
FILLED = {"what": "volume at the last refill", "value": "20 mL", "on": "2026-11-01"}
LADDER = {"daily_dose": "450 micrograms/day", "percent": "20 percent", "every": "24 h", "fill": "18 mL"}
TITRATION = {"plan": "titration", "population": "spinal", **LADDER}


def asked(pump: dict[str, Any], record: dict[str, Any] | None = None, **top: Any) -> Result:
    data = patched(CHANGE, {"record": record or {}, **top})
    data["question"] = {"ask": "pump", "pump": pump}
    return consult_data(data, load_knowledge(), people=0)


def answered(pump: dict[str, Any], record: dict[str, Any] | None = None, **top: Any) -> PumpAnswer:
    answer = asked(pump, record, **top).pump
    assert answer is not None
    return answer


def planned(pump: dict[str, Any], record: dict[str, Any] | None = None, **top: Any) -> PumpPlan:
    plan = answered(pump, record, **top).plan
    assert isinstance(plan, PumpPlan), plan
    return plan


def refusal(pump: dict[str, Any], record: dict[str, Any] | None = None, **top: Any) -> PumpRefusal:
    plan = answered(pump, record, **top).plan
    assert isinstance(plan, PumpRefusal), plan
    return plan


def problems(pump: dict[str, Any] | None, record: dict[str, Any] | None = None) -> dict[str, Code]:
    data = patched(CHANGE, {"record": record or {}})
    data["question"] = {"ask": "pump"} if pump is None else {"ask": "pump", "pump": pump}
    with pytest.raises(InputRefused) as caught:
        consult_data(data, load_knowledge(), people=0)
    return {problem.path: problem.code for problem in caught.value.problems}


# -- the plans, from what the record holds ------------------------------------------------------------------


def test_a_stronger_solution_is_changed_with_the_bridge_of_this_very_path() -> None:
    result = asked(CHANGE["question"]["pump"])
    assert result.pump is not None
    plan = result.pump.plan
    assert isinstance(plan, ChangePlan)
    # By hand: 85 cm of 0.0026 mL and 0.15 mL of tubing hold 0.371 mL; of 500 micrograms per mL that is 185.5.
    path = Fraction(85) * Fraction(26, 10000) + Fraction(15, 100)
    assert plan.bridge is not None
    assert plan.bridge.ml == path
    assert plan.bridge.micrograms == path * 500
    assert plan.bridge.hours == path / (Fraction(300) / 500) * 24
    assert plan.simulated is not None
    assert plan.simulated.run is not None
    assert plan.simulated.tone is not None, "the patient is described, so tone is drawn"


def test_the_rules_judge_the_record_as_it_will_be() -> None:
    sedated = {"medicines": [{"what": "morphine", "from": "2026-01-01"}]}
    then = answered(CHANGE["question"]["pump"], sedated).then
    assert then is not None
    assert then.findings, "a sedative beside a pump is found in the plan as well"
    present = asked(CHANGE["question"]["pump"], sedated).assessment
    assert {f.rule for f in then.problems} == {f.rule for f in present.problems}


def test_a_question_for_the_pump_is_not_told_that_its_programme_is_not_judged() -> None:
    assert "SCOPE-01" not in {f.rule for f in asked(CHANGE["question"]["pump"]).assessment.findings}


def test_what_a_plan_by_pump_does_not_look_at_is_said_in_every_plan() -> None:
    for pump in (CHANGE["question"]["pump"], {"plan": "refill dates", "fill": "20 mL"}, TITRATION):
        assert any("kidneys, age, pregnancy" in text for text in planned(pump).not_checked)


def test_refill_dates_come_from_the_filling_on_record() -> None:
    plan = planned({"plan": "refill dates"}, {"observations": [FILLED]})
    assert isinstance(plan, RefillPlan)
    assert plan.filling.on == date(2026, 11, 1)
    # By hand: 20 - 3 mL at 0.6 mL a day are 28.3 days; 15 per cent faster 24.6; a week before that is day 17.
    assert plan.refill_by == date(2026, 11, 18)
    assert plan.second_look[0].startswith("Second look: the day to refill by, 18-Nov-2026, has passed.")


def test_a_filling_from_before_the_programme_is_not_reckoned_with_it() -> None:
    record = {
        "observations": [FILLED],
        "pump_therapy": [
            {"daily_dose": "300 micrograms/day", "concentration": "500 micrograms/mL", "from": "2026-11-10"}
        ],
    }
    for plan in ("refill dates", "missed refill"):
        refused = refusal({"plan": plan}, record)
        assert refused.reason is Why.NOT_KNOWN
        assert "cannot be reckoned from one programme" in refused.says
    today = planned({"plan": "refill dates", "fill": "12 mL"}, record)
    assert isinstance(today, RefillPlan)
    assert today.filling.ml == 12


def test_a_missed_refill_is_told_from_the_filling_on_record() -> None:
    late = {"observations": [{**FILLED, "on": "2026-09-01"}]}
    plan = planned({"plan": "missed refill", "has_signs": True}, late)
    assert isinstance(plan, MissedRefillPlan)
    assert plan.left_ml == 0
    assert any("emergency" in text for text in plan.second_look)
    assert any("Call" in text or "call" in text for text in plan.what_now)


def test_a_refill_two_weeks_late_is_expected_to_do_harm_from_hour_to_hour() -> None:
    plan = planned({"plan": "late refill", "late_by": "16 days"}, {"observations": [FILLED]})
    assert isinstance(plan, LateRefillPlan)
    # By hand: due on day 17, so 16 days late is day 33; 20 mL at 0.6 mL a day last 33.33 days, at 0.69 mL 28.99.
    assert plan.refilled_on == date(2026, 12, 4)
    assert plan.empty_h == 0
    assert plan.early_empty_h == (33 - Fraction(20) / (Fraction(6, 10) * Fraction(115, 100))) * 24
    described = {"observations": [FILLED, *CHANGE["record"]["observations"]]}
    later = planned({"plan": "late refill", "late_by": "19 days"}, described)
    assert isinstance(later, LateRefillPlan)
    assert later.empty_h == (36 - Fraction(100, 3)) * 24 == 64
    assert later.rebound_h is not None
    first, last = later.rebound_h
    # Published: signs from hours to two days after an empty pump; it ends some hours after the refill at hour 64.
    assert 0 < first < 48
    assert 64 <= last < 64 + 24
    assert any("from hour 0" in text and "hour 64" in text for text in later.says)
    assert any("emergency" in text for text in later.second_look)


def test_a_refill_that_comes_late_but_in_time_is_told_as_such() -> None:
    plan = planned({"plan": "late refill", "late_by": "3 days"}, {"observations": [FILLED]})
    assert isinstance(plan, LateRefillPlan)
    assert (plan.empty_h, plan.early_empty_h, plan.rebound_h) == (0, 0, None)
    assert "lasts as well" in plan.says[2]
    assert plan.second_look == ()


def test_the_simulated_reservoir_is_empty_for_as_long_as_the_dates_say() -> None:
    plan = planned({"plan": "late refill", "late_by": "19 days"}, {"observations": [FILLED]})
    assert isinstance(plan, LateRefillPlan)
    assert plan.simulated is not None
    run = plan.simulated.run
    assert run is not None
    standing = sum(
        end - start
        for start, end, flow in zip(run.time_h[:-1], run.time_h[1:], run.flow, strict=True)
        if flow == 0
    )
    assert standing == pytest.approx(64, abs=1e-6)
    fast = plan.simulated.fast
    assert fast is not None
    dry, dry_fast = (next(o.at_h for o in r.occurrences if o.kind == "empty") for r in (run, fast))
    # Both are drawn from one hour 0, so that the faster pump is empty first: 33.33 less 28.99 days.
    assert dry - dry_fast == pytest.approx(
        float(Fraction(100, 3) - Fraction(20) / Fraction(69, 100)) * 24, abs=1e-6
    )


def test_volumes_of_a_visit_are_judged_and_a_visit_without_one_is_named() -> None:
    visits = [
        {"what": "volume at the last refill", "value": "20 mL", "on": "2026-09-01"},
        {"what": "measured residual volume", "value": "8 mL", "on": "2026-10-01"},
        {"what": "expected residual volume", "value": "3 mL", "on": "2026-10-01"},
        {"what": "measured residual volume", "value": "5 mL", "on": "2026-11-01"},
    ]
    plan = planned({"plan": "volume audit"}, {"observations": visits})
    assert any("8 mL found where 3 were expected" in text for text in plan.says)
    assert plan.not_checked[0].startswith("Not checked: the visit of 01-Nov-2026")


def test_the_first_dose_follows_the_text_of_the_country() -> None:
    start = {
        "plan": "start",
        "population": "spinal",
        "screening_dose": "50 micrograms",
        "effect_lasted": "9 h",
        "has_responded": True,
        "had_adverse_reaction": False,
        "is_primed": True,
        "fill": "20 mL",
        "concentration": "500 micrograms/mL",
    }
    none_runs = {"pump_therapy": []}
    first = {text: planned({**start, "text": text}, none_runs) for text in ("US", "DE")}
    assert isinstance(first["US"], StartPlan)
    assert isinstance(first["DE"], StartPlan)
    assert (first["US"].first.micrograms, first["DE"].first.micrograms) == (50, 100)
    assert refusal(start, none_runs, jurisdiction="UK").reason is Why.NOT_READ


def test_nothing_is_started_while_a_pump_runs() -> None:
    start = {"plan": "screening", "population": "spinal", "screening_dose": "50 micrograms"}
    assert "gives baclofen already" in refusal(start).says
    assert planned(start, {"pump_therapy": []}).says


def test_a_titration_knows_from_the_record_when_the_dose_was_last_changed() -> None:
    plan = planned(TITRATION)
    assert isinstance(plan, TitrationPlan)
    assert [step.micrograms for step in plan.steps] == [360, 432, 450]
    began_today = {
        "pump_therapy": [
            {
                "daily_dose": "300 micrograms/day",
                "concentration": "500 micrograms/mL",
                "from": "2026-11-22 08:00",
            }
        ]
    }
    assert refusal(TITRATION, began_today).reason is Why.TOO_EARLY
    began_some_time_today = patched(began_today, {})
    began_some_time_today["pump_therapy"][0]["from"] = "2026-11-22"
    assert planned(TITRATION, began_some_time_today).questions, "the hour nobody knows is asked for"


def test_a_way_down_ends_at_its_floor() -> None:
    wanted = {**LADDER, "daily_dose": "100 micrograms/day", "every": "48 h", "pace": "planned stop"}
    plan = planned({"plan": "way down", **wanted})
    assert isinstance(plan, PumpWean)
    assert plan.steps[-1].micrograms == 100
    assert all(a.micrograms > b.micrograms for a, b in zip(plan.steps, plan.steps[1:], strict=False))


def test_a_pattern_of_the_same_total_asks_for_a_second_look_at_its_highest_rate() -> None:
    pattern = [
        {"at": "00:00", "dose": "60 micrograms"},
        {"at": "06:00", "dose": "180 micrograms"},
        {"at": "22:00", "dose": "60 micrograms"},
    ]
    plan = planned(
        {"plan": "change", "fill": "20 mL", "daily_dose": "300 micrograms/day", "pattern": pattern}
    )
    # 60 micrograms in the 2 hours from 22:00 are 30 an hour, where 300 a day were 12.5.
    assert any("2.4 times the highest before, 30 micrograms an hour" in text for text in plan.second_look)
    flat = planned({"plan": "change", "fill": "20 mL", "daily_dose": "310 micrograms/day"})
    assert not any("highest" in text for text in flat.second_look)


def test_numbers_for_adults_in_a_child_ask_for_a_second_look() -> None:
    child = {"patient": {"age": "9 years", "weight": "30 kg", "height": "130 cm"}}
    assert any("numbers for adults" in text for text in planned(TITRATION, child).second_look)
    assert not any("numbers for" in text for text in planned(TITRATION).second_look)
    nobody_knows = {"patient": {"age": None}}
    assert any("age is not recorded" in text for text in planned(TITRATION, nobody_knows).second_look)


def test_sources_on_a_restart_are_shown_and_no_dose_is_worked_out() -> None:
    ended = {
        "pump_therapy": [
            {
                "daily_dose": "300 micrograms/day",
                "concentration": "500 micrograms/mL",
                "from": "2026-05-01",
                "to": "2026-11-20 10:00",
            }
        ]
    }
    plan = planned({"plan": "restart", "left": "10 mL"}, ended)
    assert plan.says[0] == "The pump gave nothing for 48 hours (2 days)."
    assert len(plan.conflicts[0].sides) == 5
    assert all(order.purpose == "before" for order in plan.ordered.orders)


def test_a_replacement_date_that_has_passed_is_no_plan() -> None:
    pump = {"pump": {"model": "prometra_ii_20", "replace_by": "2026-11-01"}}
    assert "has passed" in refusal({"plan": "replacement"}, pump).says
    due = {"pump": {"model": "prometra_ii_20", "replace_by": "2027-06-01"}}
    plan = planned({"plan": "replacement"}, due)
    assert plan.ordered.dates[:2] == (
        ("replace by", date(2027, 6, 1)),
        ("plan the operation by", date(2027, 3, 1)),
    )


@pytest.mark.parametrize(
    ("pump", "change", "missing"),
    [
        ({"plan": "refill dates"}, {}, "volume at the last refill"),
        ({"plan": "volume audit"}, {}, "measured residual volume"),
        ({"plan": "restart"}, {"pump_therapy": []}, "pump_therapy"),
        ({"plan": "replacement"}, {}, "replace_by"),
        (CHANGE["question"]["pump"], {"pump_therapy": []}, "pump_therapy"),
        (
            CHANGE["question"]["pump"],
            {"pump_therapy": [{"daily_dose": "300 micrograms/day", "from": "2026-05-01"}]},
            "concentration",
        ),
        (CHANGE["question"]["pump"], {"pump": None}, "pump"),
        (CHANGE["question"]["pump"], {"pump": {"tubing": None}}, "tubing_volume"),
    ],
)
def test_what_the_record_lacks_is_named_and_nothing_stands_in_for_it(
    pump: dict[str, Any], change: dict[str, Any], missing: str
) -> None:
    refused = refusal(pump, change)
    assert refused.reason is Why.NOT_KNOWN
    assert missing in refused.missing
    assert refused.next_step


def test_a_pump_is_not_considered_before_everything_that_could_exclude_it_is_answered() -> None:
    none_runs = {"pump_therapy": []}
    nothing_said = planned({"plan": "candidacy"}, none_runs)
    assert isinstance(nothing_said, CandidacyPlan)
    assert nothing_said.word is Word.CANNOT_TELL
    assert "Is there an infection anywhere?" in nothing_said.questions
    assert not any("How old" in text for text in nothing_said.questions), "the age stands in the record"
    answers = {
        "from_brain_injury": False,
        "severe": True,
        "failed_oral": True,
        "infection": False,
        "allergic": False,
        "spine_allows_catheter": True,
        "body_holds_pump": True,
        "can_come_for_refills": True,
        "needs_tone_to_stand": False,
        "takes_anticoagulant": False,
        "has_agreed_goal": True,
    }
    every = planned({"plan": "candidacy", "candidate": answers}, none_runs)
    assert isinstance(every, CandidacyPlan)
    assert (every.word, every.questions) == (Word.NO_PROBLEM, ())
    infected = planned({"plan": "candidacy", "candidate": {**answers, "infection": True}}, none_runs)
    assert isinstance(infected, CandidacyPlan)
    assert infected.word is Word.STOP
    assert "infection is active" in infected.says[1]
    for day, word in (("2026-01-01", Word.STOP), ("2025-01-01", Word.NO_PROBLEM)):
        hurt = {**answers, "from_brain_injury": True, "brain_injured_on": day}
        plan = planned({"plan": "candidacy", "candidate": hurt}, none_runs)
        assert isinstance(plan, CandidacyPlan)
        assert plan.word is word


def test_a_path_is_primed_with_its_own_volume() -> None:
    plan = planned({"plan": "priming", "part": "whole path", "takes": "30 min", "fill": "20 mL"})
    assert isinstance(plan, PrimingPlan)
    assert plan.ml == Fraction(371, 1000)
    assert plan.micrograms == Fraction(371, 1000) * 500
    assert plan.duration_h == Fraction(1, 2)
    catheter = planned({"plan": "priming", "part": "catheter only", "takes": "30 min", "fill": "20 mL"})
    assert isinstance(catheter, PrimingPlan)
    assert catheter.ml == Fraction(85) * Fraction(26, 10000)


# -- what is refused on reading -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pump", "path", "code"),
    [
        (None, "question.pump", Code.MISSING_VALUE),
        ({"plan": "change", "daily_dose": "330 micrograms/day"}, "question.pump.fill", Code.MISSING_VALUE),
        ({"plan": "change", "fill": "20 mL"}, "question.pump.daily_dose", Code.MISSING_VALUE),
        ({"plan": "scan", "left": "10 mL"}, "question.pump.scan_lasts", Code.MISSING_VALUE),
        ({**TITRATION, "is_primed": True}, "question.pump.is_primed", Code.CONFLICTING_VALUES),
        ({**TITRATION, "daily_dose": "0.45 mg/day"}, "question.pump.daily_dose", Code.IMPLAUSIBLE_FOR_ROUTE),
        ({"plan": "chnage"}, "question.pump.plan", Code.UNKNOWN_WORD),
        (
            {
                "plan": "change",
                "fill": "20 mL",
                "daily_dose": "300 micrograms/day",
                "pattern": [
                    {"at": "00:00", "dose": "60 micrograms"},
                    {"at": "06:00", "dose": "60 micrograms"},
                ],
            },
            "question.pump.daily_dose",
            Code.CONFLICTING_VALUES,
        ),
        (
            {"plan": "change", "fill": "20 mL", "pattern": [{"at": "06:00", "dose": "60 micrograms"}]},
            "question.pump.pattern",
            Code.CROSSED_DATES,
        ),
        (
            {
                "plan": "change",
                "fill": "20 mL",
                "daily_dose": "100 micrograms/day",
                "bolus": {"dose": "60 micrograms", "lasting": "5 min", "every": "1 h"},
            },
            "question.pump.daily_dose",
            Code.CONFLICTING_VALUES,
        ),
        (
            {
                "plan": "change",
                "fill": "20 mL",
                "daily_dose": "100 micrograms/day",
                "bolus": {"dose": "1 microgram", "lasting": "2 h", "every": "1 h"},
            },
            "question.pump.bolus.lasting",
            Code.CROSSED_DATES,
        ),
        # What only the plan can see is refused at the place in the scenario it came from.
        (
            {"plan": "change", "fill": "30 mL", "daily_dose": "330 micrograms/day"},
            "question.pump.fill",
            Code.IMPOSSIBLE_VALUE,
        ),
    ],
)
def test_a_question_that_cannot_be_is_refused_at_its_place(
    pump: dict[str, Any] | None, path: str, code: Code
) -> None:
    assert problems(pump).get(path) is code


def test_a_device_nobody_knows_is_refused_with_those_that_are() -> None:
    found = problems(
        CHANGE["question"]["pump"], {"pump": {"model": "synchromed_4", "catheter_length": "85 cm"}}
    )
    assert found == {"record.pump.model": Code.UNKNOWN_WORD}
    assert problems(CHANGE["question"]["pump"], {"pump": {"catheter": None}}) == {
        "record.pump.catheter": Code.MISSING_VALUE
    }


def test_a_part_for_the_pump_in_another_question_is_refused() -> None:
    data = patched(CHANGE, {"question": {"ask": "check"}})
    with pytest.raises(InputRefused) as caught:
        consult_data(data, load_knowledge())
    assert [(p.path, p.code) for p in caught.value.problems] == [("question.pump", Code.CONFLICTING_VALUES)]


def test_a_bolus_of_minutes_is_reckoned_exactly() -> None:
    bolus = {"dose": "10 micrograms", "lasting": "10 min", "every": "360 min"}
    plan = planned({"plan": "change", "fill": "20 mL", "daily_dose": "300 micrograms/day", "bolus": bolus})
    (order,) = [o for o in plan.ordered.orders if o.purpose == "programme"]
    assert order.programme.daily == 300
    # Four boluses of 10 in a day leave 260 to flow evenly; during a bolus 60 an hour come on top.
    assert max(order.programme.rates) == Fraction(260, 24) + 60
