"""The sentences of an answer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from eutonia.knowledge.schema import Check, Severity, Word
from eutonia.plan.outcome import Plan, Refusal, Supply
from eutonia.report import words
from eutonia.report.missing import missing_facts, missing_lines
from eutonia.report.typography import bind, first_sentence, listing, run_on
from eutonia.simulate.course import Course
from tests.scenario_files import PUBLISHED, ask, base, patched, read


def _titration(target: str, **record: Any) -> dict[str, Any]:
    changed: dict[str, Any] = patched(
        base("adult-us"), {"record": record, "question": {"ask": "titration", "target": target}}
    )
    return changed


def _creatinine(value: str) -> list[dict[str, str]]:
    return [{"what": "creatinine", "value": value, "on": "2026-11-10"}]


def test_a_dialysis_patient_reads_stop_and_what_stops_it() -> None:
    said = words.answer(ask(base("kidney-dialysis")))
    assert said.startswith("Stop: dialysis – do not start; choose another treatment.")


def test_an_answer_says_how_many_checks_could_not_be_made_and_why() -> None:
    said = words.answer(ask(base("kidney-dialysis")))
    assert said.endswith("One further check could not be made because albumin is not recorded.")


def test_an_established_patient_without_problems_reads_what_was_looked_at() -> None:
    said = words.answer(ask(base("adult-us")))
    assert said.startswith("No problem found: none of the ")
    assert "stands against baclofen by mouth, 10 mg three times a day; the largest dose" in said
    assert "the largest dose for this patient is 80 mg a day" in said


def test_a_question_that_must_come_first_is_in_the_answer() -> None:
    said = words.answer(ask(base("kidney-worse")))
    assert "Ask first: were baclofen doses missed" in said


@pytest.mark.parametrize(
    "name", ["adult-us", "kidney-dialysis", "kidney-older-start", "kidney-taper", "kidney-worse"]
)
def test_no_answer_calls_anything_safe_or_uses_words_of_the_model(name: str) -> None:
    said = words.answer(ask(base(name))).lower()
    for word in ("safe", "half-life", "auc", "cmax", "steady state"):
        assert word not in said


def test_a_plan_is_announced_with_its_end_and_its_steps() -> None:
    said = words.answer(ask(read(PUBLISHED / "worked-example.yaml")))
    assert "A plan to 60 mg a day in four steps, from 24-Nov-2026" in said


def test_a_target_over_the_ceiling_is_no_longer_no_problem() -> None:
    result = ask(_titration("90 mg/day"))
    assert isinstance(result.plan, Refusal)
    assert words.verdict(result) in {Word.CHECK, Word.STOP}
    assert result.plan.says in words.answer(result)


def test_a_target_that_cannot_be_made_is_to_be_checked_though_the_record_has_no_problem() -> None:
    result = ask(_titration("41 mg/day"))
    assert isinstance(result.plan, Refusal)
    assert result.assessment.word is Word.NO_PROBLEM
    assert words.answer(result).startswith("Check: no plan can be made as asked.")


def test_what_is_missing_names_how_to_get_it_and_what_waits() -> None:
    result = ask(base("kidney-dialysis"))
    (item,) = missing_facts(result)
    assert item.ask == "Measure albumin."
    assert item.facts == ("albumin",)
    assert item.waiting == ("Low albumin with severe kidney disease",)
    assert missing_lines(result) == (
        "Measure albumin. Not recorded: albumin. Waiting for it: Low albumin with severe kidney disease.",
    )


def test_what_is_missing_is_told_shortly_and_says_how_much_more_there_is() -> None:
    result = ask(patched(base("adult-us"), {"record": {"reviewed": None, "problems": []}}))
    items, lines = missing_facts(result), missing_lines(result)
    assert len(items) > 9 > len(lines) - 1
    must = [item.ask for item in items if item.must_ask]
    assert [line.partition(" Not recorded")[0] for line in lines][: len(must)] == must
    assert lines[-1].startswith(f"{len(items) - len(lines) + 1} more to find out, for ")
    assert any(" and " in line and " more. Waiting for it: " in line for line in lines)


def test_a_known_kidney_function_is_never_called_not_recorded() -> None:
    for name in ("adult-us", "start-us", "child-uk", "kidney-older-start"):
        assert "kidney function is not recorded" not in words.answer(ask(base(name)))


def test_facts_obtained_in_the_same_way_are_asked_for_once() -> None:
    asks = [m.ask for m in missing_facts(ask(patched(base("adult-us"), {"record": {"reviewed": None}})))]
    assert asks.count("Reconcile the medicines.") == 1
    assert len(asks) == len(set(asks))


def test_a_long_taper_is_told_by_its_ends() -> None:
    proposed = ask(base("kidney-taper")).scenario.question.proposed
    assert words.regimens(proposed) == "55 mg a day to 5 mg a day in 11 steps"
    assert words.regimen(proposed[0]) == "20 mg at 08:00, 20 mg at 14:00 and 15 mg at 20:00"


def test_half_tablets_are_dispensed_in_words() -> None:
    assert words.units(Supply("10 mg", "tablets", Fraction(105, 2))) == "52 and a half tablets of 10 mg"
    assert words.units(Supply("1 mg per mL", "mL", Fraction(181, 2))) == "90.5 mL of 1 mg per mL"


def test_a_step_says_when_and_how_many_tablets() -> None:
    plan = ask(_titration("35 mg/day", observations=_creatinine("1.9 mg/dL"))).plan
    assert isinstance(plan, Plan)
    assert words.plan_step(plan.steps[0]) == (
        "1 tablet of 10 mg in the morning and at midday; 1 tablet of 15 mg in the evening"
    )
    assert all("tablet" in words.plan_step(step) for step in plan.steps)


def test_telling_days_begin_and_end_with_the_course_and_stay_few() -> None:
    course = ask(base("kidney-taper")).course
    assert isinstance(course, Course)
    days = words.telling_days(course)
    assert (days[0], days[-1]) == (course.days[0], course.days[-1])
    assert len(days) <= 14
    assert list(days) == sorted(days, key=lambda d: d.on)


def test_the_caption_names_the_population_of_the_band_only_when_there_is_one() -> None:
    course = ask(base("adult-us"), people=20).course
    bare = ask(base("adult-us"), people=0).course
    assert isinstance(course, Course)
    assert isinstance(bare, Course)
    assert "from the 10th to the 90th percentile of 20 virtual people" in words.course_caption(course)
    assert "percentile" not in words.course_caption(bare)


def test_what_was_only_remembered_or_proposed_says_so() -> None:
    assert words.check_words(Check.RECALLED) == "not confirmed in the source"
    assert words.check_words(Check.OURS) == words.mark_words("ours") == "our own proposal"
    assert words.mark_words("") == ""


def test_severities_are_shown_in_the_words_of_the_reader() -> None:
    assert {words.severity_word(s) for s in Severity} == {"Stop", "Check", "worth knowing"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("has_sleep_apnoea", "sleep apnoea"),
        ("egfr", "eGFR"),
        ("is_pregnant", "pregnancy"),
        ("takes_opioid", "opioid"),
        ("creatinine_clearance", "creatinine clearance"),
    ],
)
def test_facts_have_names_a_reader_knows(name: str, shown: str) -> None:
    assert words.fact_words(name) == shown


def test_numbers_hold_on_to_their_units_and_units_are_spelled() -> None:
    assert bind("50 mL/min and 10 mg") == "50\u00a0mL per minute and 10\u00a0mg"
    assert bind("a rate of 2.5 mg/kg/day") == "a rate of 2.5\u00a0mg per kg a day"


def test_sentences_are_cut_at_their_end_and_not_at_a_decimal_point() -> None:
    assert first_sentence("At most 7.5 mg a day. Then look.") == "At most 7.5 mg a day"
    assert first_sentence("One sentence only.") == "One sentence only"


def test_names_keep_their_capital_inside_a_sentence() -> None:
    assert run_on("Parkinson's disease") == "Parkinson's disease"
    assert run_on("Kidney function") == "kidney function"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing([]) == ""
