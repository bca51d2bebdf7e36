"""The calendar: every day once, every dose in its place, and nothing a plan does not say."""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest

from eutonia.notation import violations
from eutonia.printed import Handout, PartOfDay, What, make_print
from eutonia.printed.blocks import Blanks, Document, Notice, Step
from eutonia.printed.calendar import calendar_document
from eutonia.printed.languages import language
from tests.printed.printed_base import LANGUAGES, MONDAY, at, both, of, phase, tablets, taper

EN = language("en")
_WORDS = {"1 tablet": Fraction(10), "half a tablet": Fraction(5), "none": Fraction(0)}


def steps(document: Document) -> list[Step]:
    return [block for block in document.blocks if isinstance(block, Step)]


def notices(document: Document) -> list[str]:
    return [block.title for block in document.blocks if isinstance(block, Notice)]


def test_every_day_of_the_worked_taper_has_one_row() -> None:
    rows = [row[0].text for s in steps(calendar_document(taper(), EN)) if s.table for row in s.table.rows]
    days = [MONDAY + timedelta(days=n) for n in range(49)]
    assert [text.replace("\u00a0", " ") for text in rows] == [f"{d:%a} {d.day} {d:%b}" for d in days]


def test_the_boxes_of_each_day_add_up_to_the_dose_of_the_plan() -> None:
    # Read back from the printed words, by a hand-written table of words, not by our own code.
    made = [s.table for s in steps(calendar_document(taper(), EN)) if s.table]
    for table, planned in zip(made, [35, 30, 25, 20, 15, 10, 5], strict=True):
        for row in table.rows:
            texts = [cell.text.replace("\u00a0", " ") for cell in row[1:-1]]
            assert sum(_WORDS[text] for text in texts) == planned


def test_a_time_without_a_dose_says_none_and_has_no_box() -> None:
    second = steps(calendar_document(taper(), EN))[1].table
    assert second is not None
    midday = [row[2] for row in second.rows]
    assert {(c.text, c.has_box, c.is_changed) for c in midday} == {("none", False, True)}


def test_each_instruction_stands_on_its_own_line_and_names_what_is_new() -> None:
    lines = [line.replace("\u00a0", " ") for line in steps(calendar_document(taper(), EN))[2].lines]
    assert lines == [
        "Each day in this step: 25 mg a day.",
        "Morning, at 08:00: take 1 tablet of 10 mg.",
        "Evening, at 18:00: take half a tablet of 10 mg. This is new.",
        "Bedtime, at 22:00: take 1 tablet of 10 mg.",
    ]


def test_the_warning_against_a_sudden_stop_comes_before_everything_else() -> None:
    assert notices(calendar_document(taper(), EN))[0] == "Do not stop baclofen suddenly"


def test_what_to_do_after_a_step_down_is_only_on_a_plan_that_goes_down() -> None:
    up = of(
        phase(MONDAY, MONDAY, at(PartOfDay.MORNING, tablets("1"))),
        phase(MONDAY + timedelta(days=1), None, at(PartOfDay.MORNING, tablets("2"))),
    )
    assert "If you feel worse after a step down" in notices(calendar_document(taper(), EN))
    assert "If you feel worse after a step down" not in notices(calendar_document(up, EN))


def test_telephone_numbers_and_visits_are_lines_to_write_on() -> None:
    labels = [
        label for b in calendar_document(taper(), EN).blocks if isinstance(b, Blanks) for label in b.labels
    ]
    assert labels == [
        "Name",
        "My clinic or doctor",
        "At night and at weekends",
        "In an emergency",
        "My pharmacy",
        "My next visit",
    ]
    page = make_print(taper(), What.CALENDAR, "en", ".html").decode()
    assert page.count("<dd></dd>") == len(labels)


def test_a_plan_that_ends_on_a_day_does_not_tell_to_stop() -> None:
    ends = of(phase(MONDAY, MONDAY + timedelta(days=6), at(PartOfDay.MORNING, tablets("1"))))
    text = " ".join(calendar_document(ends, EN).texts()).replace("\u00a0", " ")
    assert "This plan ends on Sunday 6 December 2026." in text
    assert "The plan does not say what comes next. Do not stop." in text
    assert "What comes next" in text
    assert "Take no more baclofen" not in text


def test_a_step_without_an_end_goes_on() -> None:
    text = " ".join(calendar_document(both(), EN).texts())
    assert "Go on like this every day until you are told otherwise." in text


def test_strengths_stand_in_every_cell_when_the_plan_has_more_than_one_product() -> None:
    first = steps(calendar_document(both(), EN))[0].table
    assert first is not None
    assert first.rows[0][1].text.replace("\u00a0", " ") == "1 tablet of 5 mg and half a tablet of 10 mg"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("handout", [taper(), both()], ids=["taper", "both"])
def test_every_text_of_the_calendar_follows_the_rules_of_notation(code: str, handout: Handout) -> None:
    for text in calendar_document(handout, language(code)).texts():
        assert violations(text, is_page=True, language=code) == []


def test_the_supply_on_the_calendar_is_what_the_boxes_use() -> None:
    text = [t.replace("\u00a0", " ") for t in calendar_document(taper(), EN).texts()]
    used = Fraction(0)
    for step in steps(calendar_document(taper(), EN)):
        for row in step.table.rows if step.table else ():
            used += sum(_WORDS[c.text.replace("\u00a0", " ")] for c in row[1:-1]) / 10
    (supply,) = [t for t in text if re.fullmatch(r"\d+ tablets of 10 mg", t)]
    assert Fraction(supply.split()[0]) == used == 98


def test_the_calendar_knows_no_day_before_the_plan() -> None:
    texts = [text.replace("\u00a0", " ") for text in calendar_document(taper(), EN).texts()]
    before = MONDAY - timedelta(days=1)
    # The day before is named once, as the last one of the doses taken now; it has no row and no box.
    named = [text for text in texts if f"{before.day} Nov" in text]
    assert named == ["Until Sunday 29 November 2026 take baclofen as you do now."]
    assert date(2026, 11, 22) == taper().as_of
