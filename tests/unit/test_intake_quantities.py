"""Quantities through a whole scenario: what is read, refused or noted, and where."""

import pytest

from eutonia.errors import Code
from tests.unit.intake_base import (
    Data,
    only_problem,
    problems_of,
    read,
    with_change,
    with_dose,
    with_oral,
    with_patient,
    with_pump,
)

DOSE = "record.oral_therapy[0].dose"


@pytest.mark.parametrize(
    ("dose", "code"),
    [
        ("5-10", Code.NOT_A_QUANTITY),
        ("-5", Code.NOT_A_QUANTITY),
        ("1e3 mg", Code.NOT_A_QUANTITY),
        ("2 x 10", Code.NOT_A_QUANTITY),
        ("5-10 mg", Code.NOT_A_QUANTITY),
        pytest.param("9" * 5000 + " mg", Code.NOT_A_QUANTITY, id="5000 nines"),
        ("", Code.MISSING_VALUE),
        (None, Code.MISSING_VALUE),
        ("10", Code.MISSING_UNIT),
        (10, Code.MISSING_UNIT),
        (10.5, Code.MISSING_UNIT),
        (True, Code.MISSING_UNIT),
        (float("nan"), Code.MISSING_UNIT),
        (float("inf"), Code.MISSING_UNIT),
        pytest.param(10**5000, Code.MISSING_UNIT, id="5001 digits"),
        ("1,000 mg", Code.AMBIGUOUS_NUMBER),
        ("0,5 mg", Code.AMBIGUOUS_NUMBER),
        ("10 gm", Code.UNKNOWN_UNIT),
        ("5 mL", Code.WRONG_DIMENSION),
        ("10 mg/day", Code.WRONG_DIMENSION),
        ([[["10 mg"]]], Code.WRONG_TYPE),
        ({}, Code.WRONG_TYPE),
        ("600 micrograms", Code.IMPLAUSIBLE_FOR_ROUTE),
        ("0.01 g", Code.IMPLAUSIBLE_FOR_ROUTE),
        ("0 mg", Code.IMPOSSIBLE_VALUE),
        ("10000 mg", Code.IMPOSSIBLE_VALUE),
    ],
)
def test_a_dose_that_is_not_one_plain_quantity_is_refused_at_its_place(dose: object, code: Code) -> None:
    problem = only_problem(with_dose(dose))
    assert (problem.code, problem.path) == (code, DOSE)
    assert problem.why
    assert problem.next_step
    assert problem.accepted


def test_a_dose_as_text_with_its_unit_is_read_unchanged() -> None:
    scenario, notes = read(with_dose("2.5 mg"))
    assert str(scenario.record.oral_therapy[0].dose) == "2.5 mg"
    assert notes == ()


@pytest.mark.parametrize("dose", ["600 mg", "600 mg/day", "0.6 mg/day", "600 g"])
def test_a_dose_into_the_spinal_fluid_in_milligrams_is_refused_for_its_route(dose: str) -> None:
    problem = only_problem(with_pump(dose))
    assert problem.code is Code.IMPLAUSIBLE_FOR_ROUTE
    assert problem.path == "record.pump_therapy[0].daily_dose"
    assert problem.given == dose
    assert problem.accepted == ("microgram/day",)
    assert "spinal fluid" in problem.why


def test_600_mg_into_the_spinal_fluid_is_also_said_to_be_outside_what_is_possible() -> None:
    assert "outside what is possible" in only_problem(with_pump("600 mg")).why
    assert "outside what is possible" not in only_problem(with_pump("0.6 mg/day")).why


def test_600_micrograms_a_day_by_pump_are_read() -> None:
    scenario, notes = read(with_pump("600 micrograms/day", concentration="2 mg/mL"))
    assert str(scenario.record.pump_therapy[0].daily_dose) == "600 microgram/day"
    assert notes == ()


def test_a_pump_dose_without_a_day_is_refused() -> None:
    assert only_problem(with_pump("600 micrograms")).code is Code.WRONG_DIMENSION


def test_an_oral_target_in_micrograms_is_refused_for_its_route() -> None:
    data = with_change(lambda d: d["question"].update(ask="titration", target="60 micrograms/day"))
    assert only_problem(data).code is Code.IMPLAUSIBLE_FOR_ROUTE


@pytest.mark.parametrize(
    ("field", "value", "low", "high"),
    [
        ("weight", "0.07 kg", "0.4 kg", "400 kg"),
        ("weight", "700 kg", "0.4 kg", "400 kg"),
        ("height", "1.68 cm", "20 cm", "260 cm"),
        ("age", "670 years", "0 day", "125 year"),
    ],
)
def test_an_impossible_value_is_refused_with_what_is_possible(
    field: str, value: str, low: str, high: str
) -> None:
    problem = only_problem(with_patient(**{field: value}))
    assert problem.code is Code.IMPOSSIBLE_VALUE
    assert problem.path == f"record.patient.{field}"
    assert problem.accepted == (low, high)


def test_the_only_unit_that_would_make_sense_is_asked_for() -> None:
    assert "“1.68 m”" in only_problem(with_patient(height="1.68 cm")).next_step


def test_the_unit_of_the_other_route_is_never_suggested() -> None:
    assert "microgram" not in only_problem(with_dose("5000 mg")).next_step


@pytest.mark.parametrize(("value", "is_noted"), [("180 kg", False), ("181 kg", True), ("2.9 kg", True)])
def test_an_unusual_value_is_read_and_noted(value: str, is_noted: bool) -> None:
    _, notes = read(with_patient(weight=value))
    assert [note.path for note in notes] == (["record.patient.weight"] if is_noted else [])


def test_both_ends_of_what_is_possible_are_read() -> None:
    for value in ("0.4 kg", "400 kg"):
        scenario, _ = read(with_patient(weight=value))
        assert str(scenario.record.patient.weight) == value


@pytest.mark.parametrize(("times", "code"), [(0, Code.IMPOSSIBLE_VALUE), (13, Code.IMPOSSIBLE_VALUE)])
def test_an_impossible_number_of_doses_a_day_is_refused(times: int, code: Code) -> None:
    problem = only_problem(with_oral(_phase(times_per_day=times)))
    assert (problem.code, problem.path) == (code, "record.oral_therapy[0].times_per_day")
    assert problem.accepted == ("1", "12")


def test_many_doses_a_day_are_noted() -> None:
    _, notes = read(with_oral(_phase(times_per_day=6)))
    assert [note.path for note in notes] == ["record.oral_therapy[0].times_per_day"]


def test_possible_doses_that_add_up_to_an_impossible_day_are_refused() -> None:
    problem = only_problem(with_oral(_phase(dose="1600 mg", times_per_day=2)))
    assert (problem.code, problem.path) == (Code.IMPOSSIBLE_VALUE, "record.oral_therapy[0]")


def test_all_problems_are_reported_together() -> None:
    def spoil(data: Data) -> None:
        data["record"]["patient"]["weight"] = 70
        data["record"]["patient"]["weigth"] = "70 kg"
        data["record"]["oral_therapy"][0].update({"dose": "5-10", "from": "2026-02-01", "to": "2026-01-01"})
        data["record"]["observations"][0]["value"] = "3.96 umol/L"
        data["jurisdiction"] = "USA"
        del data["question"]["ask"]

    found = {(problem.path, problem.code) for problem in problems_of(with_change(spoil))}
    assert found == {
        ("record.patient.weight", Code.MISSING_UNIT),
        ("record.patient.weigth", Code.UNKNOWN_KEY),
        ("record.oral_therapy[0].dose", Code.NOT_A_QUANTITY),
        ("record.oral_therapy[0].to", Code.CROSSED_DATES),
        ("record.observations[0].value", Code.IMPOSSIBLE_VALUE),
        ("jurisdiction", Code.UNKNOWN_WORD),
        ("question.ask", Code.MISSING_VALUE),
    }


def _phase(**changes: object) -> Data:
    return {"dose": "10 mg", "times_per_day": 3, "from": "2026-02-01", **changes}


def test_an_unusual_day_total_is_noted_where_each_dose_is_usual() -> None:
    _, notes = read(with_oral(_phase(dose="40 mg", times_per_day=4)))
    assert [note.path for note in notes] == ["record.oral_therapy[0]"]
    assert notes[0].says.startswith("160 mg a day is unusual")


def test_an_unusual_age_is_noted_at_the_date_of_birth() -> None:
    data = with_patient(birth_date="1920-01-01")
    del data["record"]["patient"]["age"]
    _, notes = read(data)
    assert [note.path for note in notes] == ["record.patient.birth_date"]
