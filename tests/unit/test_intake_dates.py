"""Days, clock times and their order."""

from datetime import UTC, date, datetime, time

import pytest

from eutonia.errors import Code
from eutonia.record import Moment
from tests.unit.intake_base import (
    Data,
    only_problem,
    problems_of,
    read,
    with_change,
    with_observation,
    with_oral,
    with_patient,
)


def with_as_of(as_of: object) -> Data:
    return with_change(lambda d: d.update(as_of=as_of))


def with_times(times: object) -> Data:
    return with_oral({"dose": "10 mg", "times": times, "from": "2026-02-01"})


@pytest.mark.parametrize("written", ["2026-11-22", date(2026, 11, 22)])
def test_a_day_is_read_as_text_and_as_a_date(written: object) -> None:
    assert read(with_as_of(written))[0].as_of == Moment(on=date(2026, 11, 22))


@pytest.mark.parametrize("written", ["2026-11-22 08:00", "2026-11-22T08:00", datetime(2026, 11, 22, 8, 0)])
def test_a_day_with_a_clock_time_is_read(written: object) -> None:
    assert read(with_as_of(written))[0].as_of == Moment(on=date(2026, 11, 22), at=time(8, 0))


@pytest.mark.parametrize(
    "written",
    [
        "22/11/2026",
        "03/04/2026",
        "3.4.2026",
        "2026-11",
        "2026-02-30",
        "20261122",
        "2026-W47-7",
        "yesterday",
        "2026-11-22x08:00",
        20261122,
        2026.0,
        True,
        [],
        datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
    ],
)
def test_another_way_of_writing_a_day_is_refused(written: object) -> None:
    problem = only_problem(with_as_of(written))
    assert (problem.code, problem.path) == (Code.NOT_A_DATE, "as_of")
    assert "2026-11-22" in problem.next_step


def test_a_date_with_slashes_is_said_to_depend_on_the_country() -> None:
    assert "more than one day" in only_problem(with_as_of("03/04/2026")).why


@pytest.mark.parametrize("written", ["2026-11-22 8:00", "2026-11-22 25:00", "2026-11-22 "])
def test_a_day_with_a_wrong_clock_time_is_refused(written: str) -> None:
    assert only_problem(with_as_of(written)).code is Code.NOT_A_TIME


def test_a_clock_time_where_only_a_day_belongs_is_refused() -> None:
    data = with_change(lambda d: d["record"]["reviewed"].update(signs=datetime(2026, 11, 20, 8, 0)))
    assert only_problem(data).code is Code.NOT_A_DATE


def test_clock_times_are_read_as_text_and_as_times() -> None:
    scenario, _ = read(with_times(["08:00", time(14, 0), "20:30"]))
    assert scenario.record.oral_therapy[0].times == (time(8), time(14), time(20, 30))


def test_an_unquoted_clock_time_that_arrived_as_a_number_is_refused_with_the_time_meant() -> None:
    problem = only_problem(with_times([480]))
    assert (problem.code, problem.path) == (Code.WRONG_TYPE, "record.oral_therapy[0].times[0]")
    assert "“08:00”" in problem.next_step
    assert "quotes" in problem.next_step


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("8:00", Code.NOT_A_TIME),
        ("24:00", Code.NOT_A_TIME),
        ("8 am", Code.NOT_A_TIME),
        ("morning", Code.NOT_A_TIME),
        (1440, Code.WRONG_TYPE),
        (8.5, Code.WRONG_TYPE),
        (True, Code.WRONG_TYPE),
        ("", Code.MISSING_VALUE),
    ],
)
def test_another_way_of_writing_a_clock_time_is_refused(written: object, code: Code) -> None:
    assert only_problem(with_times([written])).code is code


def test_an_end_before_the_beginning_is_refused() -> None:
    phase = {"dose": "10 mg", "times_per_day": 3, "from": "2026-02-01", "to": "2026-01-31"}
    problem = only_problem(with_oral(phase))
    assert (problem.code, problem.path) == (Code.CROSSED_DATES, "record.oral_therapy[0].to")
    assert "31-Jan-2026" in problem.why


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-02-01", "2026-02-01"), ("2026-02-01 20:00", "2026-02-01"), ("2026-02-01", "2026-02-02")],
)
def test_an_end_on_the_day_of_the_beginning_is_read(start: str, end: str) -> None:
    assert problems_of(with_oral({"dose": "10 mg", "times_per_day": 1, "from": start, "to": end})) == ()


def test_an_end_hours_before_the_beginning_is_refused() -> None:
    phase = {"dose": "10 mg", "times_per_day": 1, "from": "2026-02-01 20:00", "to": "2026-02-01 08:00"}
    assert only_problem(with_oral(phase)).code is Code.CROSSED_DATES


def _add(data: Data, where: str, entry: Data) -> None:
    data["record"][where] = [entry]


@pytest.mark.parametrize(
    ("where", "entry", "path"),
    [
        ("observations", {"what": "creatinine", "value": "62 umol/L"}, "observations[0].on"),
        ("events", {"what": "fall"}, "events[0].from"),
        ("signs", {"what": "fever"}, "signs[0].onset"),
        ("problems", {"what": "epilepsy"}, "problems[0].since"),
        ("medicines", {"what": "lithium"}, "medicines[0].from"),
        ("oral_therapy", {"dose": "10 mg", "times_per_day": 3}, "oral_therapy[0].from"),
        ("pump_therapy", {"daily_dose": "100 micrograms/day"}, "pump_therapy[0].from"),
    ],
)
def test_what_is_said_to_have_happened_cannot_lie_after_the_question(
    where: str, entry: Data, path: str
) -> None:
    key = path.rpartition(".")[2]
    tomorrow = with_change(lambda d: _add(d, where, {**entry, key: "2026-11-23"}))
    today = with_change(lambda d: _add(d, where, {**entry, key: "2026-11-22"}))
    problem = only_problem(tomorrow)
    assert (problem.code, problem.path) == (Code.DATE_IN_FUTURE, f"record.{path}")
    assert problems_of(today) == ()


def test_hours_count_where_the_question_has_one() -> None:
    def at(on: str) -> Data:
        data = with_observation("creatinine", "62 umol/L", on)
        return {**data, "as_of": "2026-11-22 08:00"}

    assert problems_of(at("2026-11-22 08:00")) == ()
    assert problems_of(at("2026-11-22")) == ()
    assert only_problem(at("2026-11-22 08:01")).code is Code.DATE_IN_FUTURE


def test_a_review_after_the_question_is_refused() -> None:
    data = with_change(lambda d: d["record"]["reviewed"].update(medicines="2026-11-23"))
    problem = only_problem(data)
    assert (problem.code, problem.path) == (Code.DATE_IN_FUTURE, "record.reviewed.medicines")


def test_a_proposal_and_the_end_of_a_therapy_may_lie_in_the_future() -> None:
    def plan(data: Data) -> None:
        data["record"]["oral_therapy"][0]["to"] = "2026-12-31"
        data["question"]["proposed"] = [{"dose": "15 mg", "times_per_day": 3, "from": "2027-01-01"}]

    assert problems_of(with_change(plan)) == ()


def test_an_operation_may_lie_ahead_and_nothing_else_that_happens_to_a_patient() -> None:
    def add(what: str) -> Data:
        return with_change(lambda d: d["record"].update(events=[{"what": what, "from": "2026-12-06"}]))

    assert problems_of(add("surgery")) == ()
    assert only_problem(add("admission")).code is Code.DATE_IN_FUTURE


def test_a_birth_after_the_question_is_refused() -> None:
    data = with_patient(birth_date="2027-01-01")
    del data["record"]["patient"]["age"]
    assert only_problem(data).code is Code.DATE_IN_FUTURE


def test_a_birth_two_centuries_ago_is_impossible() -> None:
    data = with_patient(birth_date="1826-11-22")
    del data["record"]["patient"]["age"]
    problem = only_problem(data)
    assert (problem.code, problem.path) == (Code.IMPOSSIBLE_VALUE, "record.patient.birth_date")


def test_a_titration_cannot_begin_before_the_question() -> None:
    question = {"ask": "titration", "target": "60 mg/day", "start_on": "2026-11-21"}
    assert only_problem(with_change(lambda d: d.update(question=question))).code is Code.CROSSED_DATES


@pytest.mark.parametrize(
    "written",
    [
        "9999-12-31",
        "9999-12-31 23:59",
        "0001-01-01",
        date(9999, 12, 31),
        datetime(9999, 12, 31),
        "2200-01-01",
    ],
)
def test_a_day_that_stands_for_no_day_is_refused(written: object) -> None:
    # Other systems write 9999-12-31 for “no end known”; here the end is left out, and nothing is reckoned with it.
    data = with_oral({"dose": "10 mg", "times_per_day": 3, "from": "2026-02-01", "to": written})
    problem = only_problem(data)
    assert (problem.code, problem.path) == (Code.IMPOSSIBLE_VALUE, "record.oral_therapy[0].to")
    assert "leave the end out" in problem.next_step


def test_the_last_day_that_is_read_can_be_planned_up_to() -> None:
    data = with_oral({"dose": "10 mg", "times_per_day": 3, "from": "2026-02-01", "to": "2199-12-31"})
    assert read(data)[0].record.oral_therapy[0].to == Moment(on=date(2199, 12, 31))
