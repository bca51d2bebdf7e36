"""The calendar file is one by RFC 5545, and every event says what a patient has to do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest

from eutonia.notation import calendar_violations
from eutonia.printed import PartOfDay, What, make_print
from tests.printed.printed_base import LANGUAGES, MONDAY, PUMP, at, both, of, phase, tablets, taper


def content(handout: object = None, code: str = "en") -> bytes:
    return make_print(handout or taper(), What.ICS, code, ".ics")  # type: ignore[arg-type]


def events(data: bytes) -> list[icalendar.Event]:
    calendar = icalendar.Calendar.from_ical(data)
    assert isinstance(calendar, icalendar.Calendar)
    calendar.validate()
    return list(calendar.events)


def triggers(event: icalendar.Event) -> list[timedelta]:
    return [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_file_keeps_the_form_of_rfc_5545(code: str) -> None:
    data = content(both(), code)
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert all(len(line) <= 75 for line in lines)  # section 3.1: 75 octets, not characters
    text = data.decode("utf-8")
    for needed in ("VERSION:2.0", "PRODID:", "BEGIN:VEVENT", "METHOD:PUBLISH"):
        assert needed in text
    assert text.count("BEGIN:VEVENT") == text.count("UID:") == text.count("DTSTAMP:") > 2
    assert text.count("BEGIN:VALARM") == text.count("ACTION:DISPLAY") == text.count("TRIGGER")


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_read_back_is_what_was_written(code: str) -> None:
    data = content(both(), code)
    again = icalendar.Calendar.from_ical(data)
    assert icalendar.Calendar.from_ical(again.to_ical()) == again
    assert all(not component.errors for component in again.walk())


def test_each_step_begins_at_its_first_dose_and_reminds_the_day_before() -> None:
    found = events(content())
    firsts = [(e["DTSTART"].dt, triggers(e)) for e in found[:7]]
    days = [MONDAY + timedelta(days=7 * n) for n in range(7)]
    expected = [datetime.combine(d, time(8)) for d in days[:6]]
    expected.append(datetime.combine(days[6], time(22)))  # the last step has its bedtime dose alone
    assert [begins for begins, _ in firsts] == expected
    assert all(t == [timedelta(0), timedelta(days=-1)] for _, t in firsts)


def test_times_are_local_and_move_with_no_clock() -> None:
    assert all(e["DTSTART"].dt.tzinfo is None for e in events(content())[:7])
    assert b"TZID" not in content()


def test_the_end_of_the_taper_is_a_whole_day() -> None:
    stop = events(content())[7]
    assert stop["DTSTART"].dt == date(2027, 1, 18)
    assert stop["DTEND"].dt == date(2027, 1, 19)
    assert "none from today" in str(stop["SUMMARY"])


def test_a_refill_is_a_whole_day_with_reminders_by_day_and_not_at_midnight() -> None:
    refill, alarm = events(content(of(pump=PUMP)))
    assert (refill["DTSTART"].dt, refill["DTEND"].dt) == (date(2027, 3, 15), date(2027, 3, 16))
    assert alarm["DTSTART"].dt == date(2027, 3, 22)
    midnight = datetime.combine(refill["DTSTART"].dt, time.min)
    rings = sorted(midnight + t for t in triggers(refill))
    assert rings == [datetime(2027, 3, day, 9) for day in (1, 8, 14, 15)]


def test_a_step_without_clock_times_is_a_whole_day() -> None:
    plain = of(phase(MONDAY, None, at(PartOfDay.MORNING, tablets("1"))))
    (step,) = events(content(plain))
    assert step["DTSTART"].dt == MONDAY


def test_the_stamp_is_the_day_of_the_plan_and_ids_differ() -> None:
    found = events(content(both()))
    assert {e["DTSTAMP"].dt for e in found} == {datetime(2026, 11, 22, tzinfo=UTC)}
    ids = [str(e["UID"]) for e in found]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[0-9a-f-]{36}@eutonia", uid) for uid in ids)


def test_a_new_plan_has_other_events_and_says_that_the_old_ones_go() -> None:
    old = {str(e["UID"]) for e in events(content())}
    new = {str(e["UID"]) for e in events(content(both()))}
    assert not old & new
    assert all("delete these days first" in str(e["DESCRIPTION"]) for e in events(content()))


def test_a_plan_that_ends_reminds_a_week_before_so_that_nobody_runs_out() -> None:
    ends = of(phase(MONDAY, MONDAY + timedelta(days=27), at(PartOfDay.MORNING, tablets("1"))))
    last = events(content(ends))[-1]
    assert last["DTSTART"].dt == MONDAY + timedelta(days=27)
    assert timedelta(days=-7, hours=9) in triggers(last)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_file_follows_the_rules_of_notation(code: str) -> None:
    for handout in (taper(), both()):
        assert calendar_violations(content(handout, code).decode(), code) == []


def test_a_dangerous_notation_in_a_calendar_file_is_caught_even_where_a_line_is_folded() -> None:
    lines = (
        "BEGIN:VEVENT",
        "SUMMARY:Take 10",
        " mg TDS",
        "DESCRIPTION:5.0\u00a0mg\\n1\\, 2",
        "UID:10mg",
        "END:VEVENT",
    )
    file = "".join(f"{line}\r\n" for line in lines)
    assert {v.rule for v in calendar_violations(file)} == {"R-03", "R-06", "R-11"}
