"""What one answer says in several places agrees: headline and case, rule and limit, card and card."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.consult import Result
from eutonia.errors import Code, InputRefused
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan, Reason, Refusal
from eutonia.report.words import answer
from tests.scenario_files import ask, base, patched

TABLET = {"form": "tablet", "strength": "10 mg", "scored": True}


def _asked(change: dict[str, Any], name: str = "adult-us") -> Result:
    return ask(patched(base(name), change))


def _taken(mg: int, since: str = "2025-01-01") -> list[dict[str, Any]]:
    return [{"dose": f"{mg} mg", "times_per_day": 3, "product": TABLET, "from": since}]


def _egfr(value: int) -> list[dict[str, str]]:
    return [{"what": "egfr", "value": f"{value} mL/min/1.73m2", "on": "2026-11-18"}]


def _refused_for(result: Result) -> Reason:
    assert isinstance(result.plan, Refusal)
    return result.plan.reason


def _rules(result: Result) -> set[str]:
    return {finding.rule for finding in result.assessment.findings}


def _texts(result: Result) -> str:
    return " ".join(f"{f.title}. {f.say} {f.do}" for f in result.assessment.findings)


def test_an_active_ulcer_is_treated_first_in_the_headline_and_not_given_with_food() -> None:
    said = answer(_asked({"jurisdiction": "UK", "record": {"problems": [{"what": "peptic ulcer"}]}}))
    assert "treat the ulcer first" in said
    assert "food" not in said


def test_a_dialysis_patient_who_takes_baclofen_is_not_told_not_to_start() -> None:
    said = answer(_asked({"record": {"patient": {"dialysis": "haemodialysis"}, "oral_therapy": _taken(5)}}))
    assert "call nephrology the same day" in said
    assert "start" not in said.split("Also found")[0]


def test_nobody_on_dialysis_is_shown_a_dose_for_hiccups() -> None:
    result = _asked({"record": {"patient": {"dialysis": "haemodialysis"}, "indication": {"what": "hiccups"}}})
    assert "DOS-20" not in _rules(result)
    assert "smallest dose" not in _texts(result)


def test_a_poisoned_dialysis_patient_is_not_told_to_taper_by_the_week() -> None:
    change = {"patient": {"dialysis": "haemodialysis"}, "signs": [{"what": "somnolence", "present": True}]}
    assert "less each week" not in _texts(_asked({"record": change}))


def _poisoned(patient: dict[str, str], since: str) -> Result:
    """Sleepy, with kidneys that have failed, on 30 mg a day."""
    record = {
        "patient": patient,
        "oral_therapy": _taken(10, since),
        "observations": _egfr(20),
        "signs": [{"what": "somnolence", "onset": "2026-11-20"}],
    }
    return _asked({"record": record})


def test_the_cards_on_one_poisoned_patient_name_one_dose_and_no_long_use_on_day_four() -> None:
    said = _texts(_poisoned({"dialysis": "none"}, "2026-11-18"))
    assert "use has been long" not in said
    assert "at least 60 days" not in said
    long = _texts(_poisoned({"dialysis": "none"}, "2025-01-01"))
    assert "5 to at most 7.5 mg" in long
    assert "5 to 10 mg a day" not in long
    assert "5 mg a day to start" not in long


def test_dialysis_is_an_option_and_not_an_order() -> None:
    said = _texts(_poisoned({"dialysis": "haemodialysis"}, "2025-01-01"))
    assert "Ask for dialysis" not in said
    assert "plan the low dose" not in said


def _both_estimates(rate: int, clearance: int, age: int) -> dict[str, Any]:
    return {
        "patient": {"age": f"{age} years", "pregnant": None, "breastfeeding": None},
        "observations": [
            *_egfr(rate),
            {"what": "creatinine clearance", "value": f"{clearance} mL/min", "on": "2026-11-18"},
        ],
    }


def test_two_kidney_estimates_give_one_band_the_worse() -> None:
    rules = _rules(_asked({"record": _both_estimates(70, 40, 50)}))
    assert rules & {"REN-02", "REN-03", "REN-04"} == {"REN-03"}
    rules = _rules(_asked({"record": _both_estimates(45, 20, 50)}))
    assert rules & {"REN-02", "REN-03", "REN-04"} == {"REN-04"}


def test_card_and_plan_keep_an_older_patient_below_20_mg_under_the_same_condition() -> None:
    question = {"ask": "titration", "target": "30 mg/day", "stock": [TABLET], "proposed": None}
    low = {"record": _both_estimates(59, 59, 70), "question": question}
    refused = _asked(low, "start-us")
    assert "stay below 20 mg a day" in _texts(refused)
    assert not isinstance(refused.plan, Plan)
    fine = {"record": _both_estimates(95, 45, 70), "question": question}
    planned = _asked(fine, "start-us")
    assert "stay below 20 mg a day" not in _texts(planned)
    assert isinstance(planned.plan, Plan)
    assert "stay below 20 mg a day" not in " ".join(f.do for f in planned.plan.assessment.findings)


def _drinks(**record: Any) -> dict[str, Any]:
    return {"indication": {"what": "alcohol use disorder"}, **record}


def test_the_labelled_french_start_for_alcohol_is_not_called_too_fast() -> None:
    proposed = [{"dose": "10 mg", "times_per_day": 2, "from": "2026-11-22", "product": TABLET}]
    result = _asked(
        {"jurisdiction": "FR", "record": _drinks(), "question": {"proposed": proposed}}, "start-us"
    )
    assert "DOS-17" in _rules(result)
    assert "DOS-09" not in _rules(result)


def _plan_for_alcohol(target: int, jurisdiction: str, **record: Any) -> Result:
    question = {"ask": "titration", "target": f"{target} mg/day", "stock": [TABLET], "proposed": None}
    return _asked(
        {"jurisdiction": jurisdiction, "record": _drinks(**record), "question": question}, "start-us"
    )


def test_plans_for_alcohol_use_disorder_keep_to_60_mg_and_to_45_mg_with_liver_disease() -> None:
    cirrhosis = {"problems": [{"what": "cirrhosis"}]}
    assert isinstance(_plan_for_alcohol(55, "US").plan, Plan)
    assert _plan_for_alcohol(55, "US").ceiling.mg_per_day == 60
    assert _refused_for(_plan_for_alcohol(65, "US")) is Reason.OVER_CEILING
    assert isinstance(_plan_for_alcohol(45, "US", **cirrhosis).plan, Plan)
    assert _refused_for(_plan_for_alcohol(55, "US", **cirrhosis)) is Reason.OVER_CEILING
    assert _plan_for_alcohol(55, "FR").ceiling.mg_per_day == 80


def test_without_a_kidney_value_the_limit_for_alcohol_makes_no_plan() -> None:
    result = _plan_for_alcohol(30, "US", observations=[])
    assert result.ceiling.mg_per_day is None
    assert _refused_for(result) is Reason.MISSING_FACTS
    unasked = {"problems": [], "reviewed": {"problems": None}}
    assert "has_liver_disease" in _plan_for_alcohol(30, "US", **unasked).ceiling.missing


def test_no_ladder_is_shown_beside_a_finding_that_stops() -> None:
    proposed = [{"dose": "5 mg", "times_per_day": 3, "from": "2026-11-22", "product": TABLET}]
    question = {"proposed": proposed}
    assert "DOS-02" in _rules(_asked({"question": question}, "start-us"))
    suicidal = {"signs": [{"what": "suicidal thoughts", "present": True}]}
    stopped = _asked({"record": suicidal, "question": question}, "start-us")
    assert "AE-16" in _rules(stopped)
    assert not any(f.merge == "ladder" for f in stopped.assessment.findings)
    assert "80 mg" not in _texts(stopped)
    assert "DOS-02" in stopped.assessment.withheld


def _proposal(**record: Any) -> Result:
    return _asked({"record": record}, "start-us")


def test_who_never_had_baclofen_is_not_said_to_be_on_it() -> None:
    said = _texts(_proposal(signs=[{"what": "seizure", "present": True}, {"what": "coma", "present": True}]))
    assert "Seizure, with baclofen taken or proposed" in said
    assert "Seizure on baclofen" not in said
    assert "on board" not in said


def test_an_overdose_without_signs_is_not_called_toxicity() -> None:
    events = [{"what": "overdose", "from": "2026-11-22 00:00", "amount": "100 mg"}]
    result = _asked({"record": {"events": events, "observations": _egfr(40)}})
    title = next(f for f in result.assessment.findings if f.rule == "OD-13").title
    assert title.startswith("Dialysis after an overdose")
    assert "Toxicity with kidneys" not in _texts(result)


def test_the_adult_amount_for_charcoal_is_not_given_for_a_child() -> None:
    events = [{"what": "overdose", "from": "2026-11-22 00:00", "amount": "40 mg"}]
    child = {"age": "3 years", "weight": "14 kg", "height": "95 cm", "pregnant": None, "breastfeeding": None}
    charcoal = next(
        f
        for f in _asked({"record": {"patient": child, "events": events}}).assessment.findings
        if f.rule == "OD-08"
    )
    assert charcoal.cases[0] == "a child"
    assert "over 200 mg" not in charcoal.say


def test_severe_kidney_disease_does_not_claim_that_there_is_no_dialysis() -> None:
    record = {"patient": {"dialysis": None}, "observations": _egfr(20), "reviewed": {"problems": None}}
    severe = next(f for f in _asked({"record": record}).assessment.findings if f.rule == "REN-04")
    assert "no dialysis" not in severe.title


def test_a_boy_of_seven_is_not_sent_to_the_licensing_authority() -> None:
    boy = {"age": "7 years", "weight": "24 kg", "height": "122 cm", "pregnant": None, "breastfeeding": None}
    change = {"jurisdiction": "UK", "record": {"patient": boy}}
    assert "DVLA" not in _texts(_asked(change, "start-us"))


def _expecting(due: str) -> Result:
    question = {"ask": "titration", "target": "60 mg/day", "stock": [TABLET], "proposed": None}
    patient = {"pregnant": True, "expected_delivery_on": due}
    return _asked({"record": {"patient": patient}, "question": question}, "start-us")


def test_no_plan_leads_upwards_when_delivery_is_weeks_away() -> None:
    assert _refused_for(_expecting("2026-12-13")) is Reason.STOPPED
    assert isinstance(_expecting("2027-04-20").plan, Plan)


@pytest.mark.parametrize("code", ["Z33.1", "Z34.80"])
def test_a_pregnancy_known_by_its_code_is_known(code: str) -> None:
    entry = {"code": {"system": "ICD-10-CM", "code": code}}
    record = {"patient": {"pregnant": None}, "problems": [entry]}
    assert {"PREG-01", "PREG-02"} <= _rules(_asked({"record": record}))


def test_a_listed_pregnancy_of_somebody_said_not_to_be_pregnant_is_refused() -> None:
    record = {"problems": [{"code": {"system": "ICD-10-CM", "code": "Z33.1"}}]}
    with pytest.raises(InputRefused) as refused:
        _asked({"record": record})
    assert refused.value.problems[0].code is Code.CONFLICTING_VALUES
    over = {"problems": [{"what": "pregnancy", "status": "past"}]}
    assert "PREG-01" not in _rules(_asked({"record": over}))


@pytest.mark.parametrize("code", ["T42.8X1A", "T42.8X2A", "T42.8X5A", "T42.8X6A", "t428x1d"])
def test_a_poisoning_code_of_the_group_of_medicines_asks_whether_it_was_baclofen(code: str) -> None:
    result = _asked({"record": {"problems": [{"code": {"system": "ICD-10-CM", "code": code}}]}})
    assert "OD-20" in _rules(result)
    assert not [note for note in result.notes if "not known here" in note.text]


def test_a_child_of_a_code_left_out_on_purpose_says_why() -> None:
    codes = load_knowledge().codes
    assert codes.covering("ICD-10-CM", "P96.29").code == "P96.2"  # type: ignore[union-attr]
    assert codes.covering("ICD-10-CM", "Q99.9") is None


def test_doses_missed_for_three_days_are_seen_where_only_dates_are_recorded() -> None:
    events = [{"what": "missed doses", "from": "2026-11-19"}]
    found = {f.rule: f for f in _asked({"record": {"events": events}}).assessment.findings}
    assert found["DOS-22"].cases == ("at least 48 hours",)


@pytest.mark.parametrize(
    "name", ["sacubitril/valsartan", "losartan + hydrochlorothiazide", "oxycodone, naloxone", "foo/bar"]
)
def test_a_combination_is_known_by_its_parts_and_never_refused(name: str) -> None:
    result = _asked({"record": {"medicines": [{"what": name}]}})
    assert result.scenario.record.medicines[0].what == name


def test_a_part_of_a_combination_is_seen_by_the_rules() -> None:
    opioid = _asked({"record": {"medicines": [{"what": "oxycodone/naloxone"}]}})
    assert "DDI-01" in _rules(opioid)
    blood_pressure = _asked({"record": {"medicines": [{"what": "sacubitril/valsartan"}]}})
    known = {step.name: step.value for step in blood_pressure.facts}
    assert known["takes_antihypertensive"] == "yes"


def test_baclofen_inside_a_combination_is_still_refused() -> None:
    with pytest.raises(InputRefused):
        _asked({"record": {"medicines": [{"what": "baclofen/tizanidine"}]}})
