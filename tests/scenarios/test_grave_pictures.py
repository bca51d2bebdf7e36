"""Grave pictures that once got a friendly answer: each is a patient, and what has to be said about them."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.assess.findings import Finding
from eutonia.consult import Result
from eutonia.knowledge.schema import Kind, Severity, Word
from eutonia.plan.outcome import Refusal
from eutonia.report.words import answer, verdict
from tests.scenario_files import SCENARIOS, ask, read

TODAY = "2026-11-22"
REVIEWED = dict.fromkeys(("problems", "medicines", "signs", "therapy", "events"), TODAY)
PUMP = {"daily_dose": "400 microgram/day", "from": "2024-01-01", "concentration": "2000 microgram/mL"}
TABLET = {"form": "tablet", "strength": "10 mg", "scored": True}
Entry = dict[str, Any]


def taken(dose: str, times: int, start: str, to: str | None = None) -> Entry:
    """An entry of baclofen by mouth in equal doses."""
    entry: Entry = {"dose": dose, "times_per_day": times, "from": start, "product": TABLET}
    return entry if to is None else {**entry, "to": to}


def seen(*entries: tuple[str, str, str]) -> list[Entry]:
    """Measurements as (what, value, when)."""
    return [{"what": what, "value": value, "on": on} for what, value, on in entries]


GOOD_KIDNEYS = seen(("egfr", "95 mL/min/1.73m2", "2026-11-20"))


def man(question: Entry | None = None, patient: Entry | None = None, **record: Any) -> Result:
    """A man of 45 years with multiple sclerosis and good kidneys, all lists gone through today."""
    who = {"age": "45 years", "sex": "male", "weight": "78 kg", "height": "178 cm", "dialysis": "none"}
    who = {**who, "frail": False, **(patient or {})}
    everything = {
        "patient": {key: value for key, value in who.items() if value is not None},
        "indication": {"what": "multiple sclerosis"},
        "problems": [{"what": "multiple sclerosis", "phase": "stable"}],
        "medicines": [],
        "observations": GOOD_KIDNEYS,
        "signs": [],
        "events": [],
        "reviewed": REVIEWED,
        **record,
    }
    return ask(
        {
            "format": "eutonia/1",
            "title": "a grave picture",
            "as_of": f"{TODAY} 08:00",
            "jurisdiction": "US",
            "record": {key: value for key, value in everything.items() if value is not None},
            "question": question or {"ask": "check"},
        }
    )


def worse(**record: Any) -> Result:
    return man({"ask": "worse"}, **record)


def findings(result: Result) -> dict[str, Finding]:
    return {f.rule: f for f in result.assessment.findings}


def signs(*names: str, onset: str | None = None) -> list[Entry]:
    return [{"what": name} if onset is None else {"what": name, "onset": onset} for name in names]


LONG = [taken("20 mg", 4, "2023-11-01")]


# -- a grave rule that cannot tell ----------------------------------------------------------------------
def test_worse_with_a_grave_rule_open_never_gets_no_problem_and_is_asked_for_missed_doses() -> None:
    result = worse(
        oral_therapy=LONG,
        signs=signs("agitation", "rigidity"),
        observations=[
            *GOOD_KIDNEYS,
            *seen(("body temperature", "39 degC", TODAY), ("heart rate", "125 per min", TODAY)),
        ],
        events=None,
        reviewed={"problems": TODAY, "medicines": TODAY, "signs": TODAY},
    )
    assert verdict(result) is not Word.NO_PROBLEM
    assert "missed" in answer(result)


def test_any_open_rule_of_stop_is_asked_when_somebody_is_worse_and_only_then() -> None:
    nothing_asked = {"problems": TODAY, "medicines": TODAY, "signs": TODAY}
    record = {"oral_therapy": LONG, "signs": signs("insomnia"), "events": None, "reviewed": nothing_asked}
    open_when_worse = [u for u in worse(**record).assessment.undecided if u.severity >= Severity.STOP]
    assert open_when_worse
    assert all(u.must_ask for u in open_when_worse)
    plainly = {u.rule: u for u in man(**record).assessment.undecided}
    assert not plainly["WD-02"].must_ask


def test_somebody_worse_with_everything_asked_and_nothing_found_is_not_asked_again() -> None:
    result = worse(oral_therapy=LONG, signs=signs("itch"))
    assert not [u.rule for u in result.assessment.undecided if u.must_ask]


# -- kidneys ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "problem", [{"what": "dialysis"}, {"code": {"system": "ICD-10-CM", "code": "Z99.2"}}]
)
def test_dialysis_on_the_problem_list_counts_although_the_field_says_none(problem: Entry) -> None:
    result = man(oral_therapy=[taken("10 mg", 3, "2026-01-01")], problems=[problem])
    assert findings(result)["REN-05"].severity is Severity.BLOCK
    assert result.ceiling.mg_per_day == 0


@pytest.mark.parametrize(
    "problem",
    [
        {"code": {"system": "ICD-10-CM", "code": "N18.6"}},
        {"what": "end-stage kidney disease"},
        {"what": "chronic kidney disease stage 4"},
        {"what": "ckd stage 5"},
    ],
)
def test_listed_kidney_failure_stops_without_any_kidney_value(problem: Entry) -> None:
    result = man(
        {"ask": "check", "proposed": [taken("5 mg", 3, TODAY)]},
        patient={"dialysis": None},
        indication={"what": "hiccups"},
        problems=[problem],
        observations=None,
    )
    found = findings(result)
    assert found["REN-04"].severity is Severity.STOP
    assert not {"DOS-01", "DOS-02", "DOS-20"} & found.keys()
    assert verdict(result) is Word.STOP


def test_listed_end_stage_disease_leaves_dialysis_open_unless_it_is_stated() -> None:
    problems = [{"what": "end-stage kidney disease"}]
    unsaid = man(patient={"dialysis": None}, problems=problems)
    assert {s.name: s.value for s in unsaid.facts}["is_on_dialysis"] == "not known"
    stated = man(problems=problems)
    assert {s.name: s.value for s in stated.facts}["is_on_dialysis"] == "no"


def test_listed_end_stage_disease_meets_the_line_of_the_german_texts() -> None:
    for problem, fires in (("end-stage kidney disease", True), ("chronic kidney disease stage 4", False)):
        result = ask(_german([{"what": problem}]))
        assert ("CI-05" in findings(result)) is fires


def _german(problems: list[Entry]) -> Entry:
    data = read(SCENARIOS / "bases" / "adult-us.yaml")
    data["jurisdiction"] = "DE"
    data["record"] |= {"problems": problems, "observations": []}
    return data


@pytest.mark.parametrize(
    "change",
    [
        {"problems": [{"what": "acute kidney injury"}]},
        {
            "observations": seen(
                ("creatinine", "0.8 mg/dL", "2026-11-20 08:00"),
                ("creatinine", "1.3 mg/dL", "2026-11-21 20:00"),
            )
        },
    ],
)
def test_no_start_and_no_rise_during_acute_kidney_injury(change: Entry) -> None:
    start = {"ask": "check", "proposed": [taken("5 mg", 3, TODAY)]}
    rise = {"ask": "check", "proposed": [taken("20 mg", 3, TODAY)]}
    for question, therapy in ((start, []), (rise, [taken("10 mg", 3, "2026-01-01")])):
        found = findings(man(question, oral_therapy=therapy, **change))
        assert found["REN-13"].severity is Severity.STOP
        assert not {"DOS-01", "DOS-02", "DOS-03", "DOS-05"} & found.keys()


# -- pumps ------------------------------------------------------------------------------------------------
HOT = seen(
    ("body temperature", "39.5 degC", TODAY),
    ("heart rate", "130 per min", TODAY),
    ("creatine kinase", "5000 U/L", TODAY),
)


def test_full_loss_of_baclofen_from_a_pump_is_seen() -> None:
    result = worse(
        oral_therapy=[],
        pump_therapy=[PUMP],
        signs=signs("rigidity", "fever"),
        observations=[*GOOD_KIDNEYS, *HOT],
    )
    finding = findings(result)["WD-11"]
    assert finding.severity is Severity.STOP
    assert verdict(result) is Word.STOP
    assert any("boxed warning" in c.at for c in finding.evidence)


def test_a_sleepy_floppy_patient_with_a_pump_gets_a_question_on_too_much_and_too_little() -> None:
    finding = findings(worse(pump_therapy=[PUMP], signs=signs("somnolence", "hypotonia")))["AE-22"]
    assert finding.severity is Severity.STOP
    assert finding.asks


def test_with_a_pump_the_findings_on_record_are_named_before_the_direction_is_called_open() -> None:
    hot = worse(pump_therapy=[PUMP], signs=signs("confusion", "rigidity"), observations=[*GOOD_KIDNEYS, *HOT])
    floppy = worse(pump_therapy=[PUMP], signs=signs("confusion", "somnolence", "hypotonia"))
    bare = worse(pump_therapy=[PUMP], signs=signs("confusion"))
    assert "a pump, and findings of withdrawal" in findings(hot)["AE-08"].cases
    assert "direction is open" not in findings(hot)["AE-08"].do
    assert "a pump, and findings of toxicity" in findings(floppy)["AE-08"].cases
    assert "direction is open" not in findings(floppy)["AE-08"].do
    assert "direction is open" in findings(bare)["AE-08"].do


def test_a_recorded_temperature_is_not_asked_for_again() -> None:
    with_it = worse(pump_therapy=[PUMP], signs=signs("itch"), observations=[*GOOD_KIDNEYS, *HOT])
    without = worse(pump_therapy=[PUMP], signs=signs("itch"))
    assert "temperature" not in findings(with_it)["WD-06"].do
    assert "Take the temperature" in findings(without)["WD-06"].do


@pytest.mark.parametrize(
    ("medicine", "rule"),
    [
        ("oxycodone", "DDI-01"),
        ("diazepam", "DDI-02"),
        ("alcohol", "DDI-03"),
        ("pregabalin", "DDI-04"),
        ("zolpidem", "DDI-05"),
        ("tizanidine", "DDI-06"),
        ("amitriptyline", "DDI-08"),
    ],
)
def test_a_sedative_beside_a_pump_is_found(medicine: str, rule: str) -> None:
    result = man(oral_therapy=[], pump_therapy=[PUMP], medicines=[{"what": medicine}])
    assert findings(result)[rule].severity >= Severity.WARN


def test_weak_breathing_and_several_sedatives_beside_a_pump_are_found() -> None:
    result = man(
        pump_therapy=[PUMP],
        problems=[{"what": "COPD"}, {"what": "sleep apnoea"}],
        medicines=[{"what": "oxycodone"}, {"what": "diazepam"}],
    )
    assert {"RESP-01", "RESP-02", "DDI-23"} <= findings(result).keys()
    assert "judged" in findings(result)["SCOPE-01"].say


# -- withdrawal after a week ------------------------------------------------------------------------------
def _stopped(day: str, onset: str | None) -> Result:
    return worse(
        oral_therapy=[taken("20 mg", 4, "2020-01-01", day)],
        signs=signs("hallucination", "rigidity", "seizure", onset=onset),
        observations=[
            *GOOD_KIDNEYS,
            *seen(("body temperature", "40 degC", TODAY), ("creatine kinase", "8000 U/L", TODAY)),
        ],
    )


def test_withdrawal_that_began_within_a_week_of_the_cut_is_still_seen_later() -> None:
    result = _stopped("2026-11-13", "2026-11-15")
    assert {"WD-02", "WD-03", "WD-04", "WD-05", "AE-08", "AE-09"} <= findings(result).keys()


def test_signs_without_a_day_after_a_cut_of_two_weeks_ago_leave_withdrawal_open() -> None:
    result = _stopped("2026-11-08", None)
    assert "WD-02" in {u.rule for u in result.assessment.undecided}
    assert findings(result)["AE-08"].severity is Severity.STOP


def test_signs_that_began_before_the_cut_or_long_after_it_are_not_tied_to_it() -> None:
    assert "WD-02" in _stopped("2026-11-13", "2026-11-10").assessment.quiet
    assert "WD-02" in _stopped("2026-11-01", "2026-11-20").assessment.quiet


# -- after an overdose -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "day", "age"),
    [
        ("600 mg", "2026-11-18", 45),
        ("600 mg", "2026-11-17", 45),
        ("190 mg", "2026-11-20", 45),
        ("400 mg", "2026-11-18", 13),
    ],
)
def test_every_overdose_of_the_window_is_named_and_stops_a_rise(amount: str, day: str, age: int) -> None:
    event = {"what": "overdose", "from": f"{day} 20:00", "amount": amount}
    who = {"age": f"{age} years"}
    steady = man(patient=who, oral_therapy=[taken("10 mg", 3, "2026-01-01")], events=[event])
    assert findings(steady)["OD-19"].severity is Severity.WARN
    assert verdict(steady) is not Word.NO_PROBLEM
    higher = {"ask": "check", "proposed": [taken("20 mg", 3, TODAY)]}
    rise = man(higher, patient=who, oral_therapy=[taken("10 mg", 3, "2026-01-01")], events=[event])
    start = man(higher, patient=who, oral_therapy=[], events=[event])
    for result in (rise, start):
        assert findings(result)["OD-19"].severity is Severity.STOP


def test_after_an_overdose_the_mind_is_asked_about_and_the_refusal_names_the_card() -> None:
    event = {"what": "overdose", "from": "2026-11-18 20:00", "amount": "600 mg"}
    therapy = [taken("10 mg", 3, "2026-01-01")]
    found = findings(man(oral_therapy=therapy, events=[event]))
    assert {"PSY-01", "AE-16"} <= found.keys()
    plan = man({"ask": "titration", "target": "60 mg/day"}, oral_therapy=therapy, events=[event]).plan
    assert isinstance(plan, Refusal)
    assert found["OD-19"].title in plan.next_step


def test_a_small_overdose_without_signs_is_watched_to_the_third_day() -> None:
    for day, fires in (("2026-11-19", True), ("2026-11-18", False)):
        event = {"what": "overdose", "from": day, "amount": "190 mg"}
        assert (
            "OD-02" in findings(man(oral_therapy=[taken("10 mg", 3, "2026-01-01")], events=[event]))
        ) is fires


# -- a cut that is nearly a stop ---------------------------------------------------------------------------
@pytest.mark.parametrize(("dose", "times"), [("5 mg", 1), ("10 mg", 2)])
def test_a_cut_to_almost_nothing_is_as_abrupt_as_a_stop(dose: str, times: int) -> None:
    result = man({"ask": "check", "proposed": [taken(dose, times, "2026-11-23")]}, oral_therapy=LONG)
    assert findings(result)["TAP-01"].severity is Severity.STOP
    assert "WD-01" in findings(result)


def test_ten_milligrams_less_of_the_last_twenty_is_a_step_and_no_abrupt_cut() -> None:
    therapy = [taken("10 mg", 2, "2023-11-01")]
    result = man({"ask": "check", "proposed": [taken("5 mg", 2, "2026-11-23")]}, oral_therapy=therapy)
    assert not {"TAP-01", "WD-01"} & findings(result).keys()


# -- vomiting ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [{"events": [{"what": "vomiting", "from": "2026-11-20"}]}, {"signs": signs("hallucination", "vomiting")}],
)
def test_vomited_doses_may_be_missed_doses(change: Entry) -> None:
    result = worse(oral_therapy=LONG, **{"signs": signs("hallucination"), **change})
    found = findings(result)
    assert "neither explains it" not in found["AE-08"].cases
    assert found["WD-12"].kind is Kind.QUESTION
    assert "stay" in found["WD-12"].asks


def test_vomiting_that_ended_long_ago_says_nothing() -> None:
    result = worse(oral_therapy=LONG, events=[{"what": "vomiting", "from": "2026-10-01", "to": "2026-10-03"}])
    assert "WD-12" in result.assessment.quiet


# -- fever -------------------------------------------------------------------------------------------------
def test_fever_among_the_signs_counts_without_a_thermometer() -> None:
    result = worse(
        oral_therapy=LONG,
        signs=signs("hallucination", "fever"),
        events=[{"what": "missed doses", "from": "2026-11-19"}],
    )
    assert "WD-03" in findings(result)


@pytest.mark.parametrize("medicines", [[], [{"what": "haloperidol"}]])
def test_fever_with_stiffness_or_broken_muscle_is_sorted_out_although_no_dose_was_missed(
    medicines: list[Entry],
) -> None:
    stiff = worse(oral_therapy=LONG, signs=signs("fever", "rigidity"), medicines=medicines)
    broken = worse(
        oral_therapy=LONG,
        signs=signs("fever"),
        medicines=medicines,
        observations=[*GOOD_KIDNEYS, *seen(("creatine kinase", "1000 U/L", TODAY))],
    )
    for result in (stiff, broken):
        finding = findings(result)["AE-21"]
        assert finding.severity is Severity.STOP
        assert ("an antipsychotic too" in finding.cases) is bool(medicines)


# -- a grave sign that baclofen does not explain -------------------------------------------------------------
@pytest.mark.parametrize("names", [("coma", "absent brain-stem reflexes"), ("seizure",), ("apnoea",)])
def test_a_grave_sign_without_baclofen_is_an_emergency_and_no_empty_answer(names: tuple[str, ...]) -> None:
    result = worse(oral_therapy=[], signs=signs(*names))
    assert findings(result)["SCOPE-02"].severity is Severity.STOP
    assert verdict(result) is Word.STOP


def test_an_infant_exposed_before_birth_with_a_seizure_is_seen_after_the_first_month() -> None:
    infant = {"age": "6 weeks", "weight": "4 kg", "height": "55 cm", "frail": None}
    exposed = [{"what": "exposure to baclofen before birth"}]
    ill = worse(patient=infant, indication=None, problems=exposed, oral_therapy=[], signs=signs("seizure"))
    well = worse(patient=infant, indication=None, problems=exposed, oral_therapy=[])
    assert findings(ill)["NEO-01"].severity is Severity.STOP
    assert "NEO-01" in well.assessment.quiet


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("glasgow coma scale", "6"),
        ("respiratory rate", "6 per min"),
        ("oxygen saturation", "80 percent"),
        ("poss", "4"),
    ],
)
def test_a_vital_sign_of_the_day_before_yesterday_is_asked_for_again(what: str, value: str) -> None:
    old = [*GOOD_KIDNEYS, *seen((what, value, "2026-11-20 08:00"))]
    result = worse(oral_therapy=LONG, observations=old)
    assert findings(result)["AE-19"].kind is Kind.QUESTION
    assert verdict(result) is Word.CANNOT_TELL
    told = findings(man(oral_therapy=LONG, observations=old))
    assert told["AE-20"].kind is Kind.ADVICE
    again = [
        *old,
        *seen((what, {"6": "15", "6 per min": "14 per min", "4": "1"}.get(value, "98 percent"), TODAY)),
    ]
    assert not {"AE-19", "AE-20"} & findings(worse(oral_therapy=LONG, observations=again)).keys()
