"""The word and the sentences over a plan for a pump."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eutonia.assess.findings import Assessment
from eutonia.knowledge.schema import Word
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal, Why
from eutonia.report import words
from eutonia.report.pump_words import Section, number_words, pump_sections, pump_sentence, pump_word
from eutonia.wanted_pump import PumpAsk
from tests.pump_answer_base import answers, change, quiet_result, simple, with_pump
from tests.pump_plan_base import the
from tests.scenario_files import ask, base


def _answer(**fields: object) -> PumpAnswer:
    plan = PumpPlan(says=("New mean flow: 0.2 mL a day.",), **fields)  # type: ignore[arg-type]
    return PumpAnswer(kind=PumpAsk.CHANGE, plan=plan)


def _section(answer: PumpAnswer, key: str) -> Section:
    return next(s for s in pump_sections(answer) if s.key == key)


@pytest.mark.parametrize(
    ("why", "word"),
    [
        (Why.NOT_KNOWN, Word.CANNOT_TELL),
        (Why.NOT_READ, Word.CANNOT_TELL),
        (Why.SOURCES_DIFFER, Word.CANNOT_TELL),
        (Why.OVER_LIMIT, Word.STOP),
        (Why.TOO_EARLY, Word.STOP),
        (Why.DEVICE, Word.STOP),
        (Why.NO_RESPONSE, Word.CHECK),
    ],
)
def test_every_refusal_has_the_word_of_its_reason(why: Why, word: Word) -> None:
    assert pump_word(PumpAnswer(kind=PumpAsk.START, plan=PumpRefusal(why, "No."))) is word
    assert len(Why) == 7


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, Word.NO_PROBLEM),
        ({"not_checked": ("Not checked: the highest flow of the pump is not known.",)}, Word.NO_PROBLEM),
        ({"questions": ("Which dose ran before?",)}, Word.CANNOT_TELL),
        ({"settle": ("A change of the clocks moves the steps.",)}, Word.NO_PROBLEM),
        ({"questions": ("Which dose ran before?",), "second_look": ("Second look: much.",)}, Word.CHECK),
        ({"second_look": ("",)}, Word.NO_PROBLEM),
    ],
)
def test_a_plan_has_the_gravest_word_of_what_is_open_in_it(fields: dict[str, object], word: Word) -> None:
    assert pump_word(_answer(**fields)) is word


def test_what_the_rules_say_with_the_plan_done_counts() -> None:
    stopped = ask(base("kidney-dialysis")).assessment
    assert stopped.word is Word.STOP
    assert pump_word(replace(_answer(), then=stopped)) is Word.STOP
    assert pump_word(replace(_answer(), then=Assessment((), (), ()))) is Word.NO_PROBLEM


def test_an_audit_outside_the_error_of_the_pump_says_check() -> None:
    # J18: 6 mL found where 2 were expected of 20 is Check; here 9 of 19 instead of 3, which is more still.
    assert pump_word(answers()["audit"]) is Word.CHECK


def test_j11_is_led_by_both_totals_and_the_hours_of_its_bridge() -> None:
    said = pump_sentence(answers()["change"])
    assert (
        said == "400 micrograms in 24 hours before, 400 after: the same amount; the bridge takes 11.25 hours."
    )


def test_j12_says_too_much_where_j11_says_too_little() -> None:
    assert "the bridge takes 45 hours" in pump_sentence(answers()["weaker"])
    assert "too much" in _section(answers()["weaker"], "second-look").lines[0]
    assert "too little" in _section(answers()["change"], "second-look").lines[0]


def test_a_way_up_is_led_by_its_ends_and_the_number_of_its_steps() -> None:
    # J20: 30 per cent a day from 100 reaches 371.293 in five steps.
    said = pump_sentence(answers()["titration"])
    assert said.startswith("100 micrograms in 24 hours before, 371.293 after: ") and "in five steps" in said


def test_a_refusal_is_led_by_why_and_what_to_do_next() -> None:
    said = pump_sentence(answers()["too steep"])
    assert "31 per cent is above" in said and said.endswith("Take at most 30 per cent.")


def test_the_parts_of_a_change_stand_in_their_order_and_say_nothing_twice() -> None:
    parts = pump_sections(answers()["change"])
    assert [p.key for p in parts] == [
        "before-after",
        "plan",
        "second-look",
        "not-checked",
        "checklist",
        "programme",
        "numbers",
    ]
    lines = [line for part in parts for line in part.lines]
    assert len(lines) == len(set(lines))
    assert _section(answers()["change"], "checklist").lines[-1].endswith("it says that it is running.")


def test_a_pattern_is_read_back_with_the_micrograms_and_the_rate_of_every_step() -> None:
    lines = _section(answers()["pattern"], "programme").lines
    assert lines[0] == "Before: 300 micrograms in 24 hours."
    assert "Before: From 22:00 to 24:00: 60 micrograms, 30 micrograms an hour." in lines
    assert lines[-1] == "After: The same rate all day, 13.75 micrograms an hour."


def test_boluses_are_read_back_with_the_rate_they_run_at() -> None:
    # 50 micrograms in half an hour are 100 an hour, on a base of 96 in 24 hours, which are 4.
    said = "After: During a bolus 104 micrograms an hour, between two 4 micrograms an hour."
    assert said in _section(answers()["boluses"], "programme").lines


def test_what_to_do_about_a_missed_refill_and_around_a_scan_is_shown() -> None:
    assert any("refill at the next hour" in line for line in _section(answers()["missed"], "todo").lines)
    assert any("Read the pump at once" in line for line in _section(answers()["scan"], "todo").lines)


def test_what_is_missing_is_named_in_words_not_by_its_field() -> None:
    plan = PumpRefusal(Why.NOT_KNOWN, "No.", missing=("tubing_volume", "has_responded", "implanted length"))
    lines = _section(PumpAnswer(kind=PumpAsk.CHANGE, plan=plan), "missing").lines
    assert lines == (
        "volume of the tubing inside the pump",
        "whether the screening dose worked",
        "implanted length",
    )


def test_a_number_says_how_far_it_was_checked() -> None:
    assert number_words(the("second_look.ratio")).endswith("(our own proposal; read in the source)")


# --- the whole answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", answers())
def test_the_word_over_a_result_is_never_milder_than_that_of_its_pump_plan(name: str) -> None:
    order = (Word.STOP, Word.CHECK, Word.CANNOT_TELL, Word.NO_PROBLEM)
    found = with_pump(answers()[name])
    assert order.index(words.verdict(found)) <= order.index(pump_word(answers()[name]))


def test_without_a_pump_plan_nothing_changes() -> None:
    assert words.answer(quiet_result()).startswith("No problem found: none of the ")


def test_the_pump_leads_where_it_carries_the_word() -> None:
    said = words.answer(with_pump(answers()["change"]))
    assert said.startswith("Check: 400 micrograms in 24 hours before, 400 after")
    assert "Second look: without the bridge the patient would get too little." in said


def test_a_graver_finding_of_the_record_goes_before_the_pump() -> None:
    found = replace(ask(base("kidney-dialysis")), pump=answers()["change"])
    said = words.answer(found)
    assert said.startswith("Stop: dialysis") and "the bridge takes 11.25 hours" in said


def test_cannot_tell_is_not_said_twice() -> None:
    said = words.answer(with_pump(answers()["no path"]))
    assert said.startswith("Cannot tell: how large the bridge is")
    assert said.lower().count("cannot tell") == 1


def test_no_problem_found_names_what_was_not_checked() -> None:
    gap = "Not checked: the highest flow of the pump is not known."
    said = words.answer(with_pump(_answer(not_checked=(gap,))))
    assert said.startswith("No problem found: ") and gap in said


def test_a_daily_bolus_every_hour_is_read_as_24_times_as_much_at_the_top() -> None:
    said = words.answer(with_pump(change(simple(30), simple(720), 2000, 2000)))
    assert said.startswith("Check: 30 micrograms in 24 hours before, 720 after: 24 times as much.")
