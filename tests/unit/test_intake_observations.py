"""Measurements and scales: each is read in its own dimension or grades."""

import pytest

from eutonia.errors import Code
from eutonia.units import Quantity
from tests.unit.intake_base import only_problem, problems_of, read, with_observation

VALUE = "record.observations[0].value"


def test_creatinine_of_3_96_micromoles_is_impossible_and_milligrams_are_asked_for() -> None:
    problem = only_problem(with_observation("creatinine", "3.96 umol/L"))
    assert (problem.code, problem.path) == (Code.IMPOSSIBLE_VALUE, VALUE)
    assert problem.given == "3.96 umol/L"
    assert problem.accepted == ("15 umol/L", "2500 umol/L")
    assert "“3.96 mg/dL”" in problem.next_step


def test_creatinine_of_350_milligrams_is_impossible_and_micromoles_are_asked_for() -> None:
    problem = only_problem(with_observation("creatinine", "350 mg/dL"))
    assert problem.code is Code.IMPOSSIBLE_VALUE
    assert "“350 umol/L”" in problem.next_step


@pytest.mark.parametrize("value", ["3.96 mg/dL", "350 umol/L", "0.35 mmol/L"])
def test_creatinine_is_read_by_mass_and_by_amount(value: str) -> None:
    scenario, notes = read(with_observation("creatinine", value))
    assert str(scenario.record.observations[0].value) == value
    assert notes == ()


@pytest.mark.parametrize(("value", "meant"), [("90 mmol/L", "90 mg/dL"), ("5 mg/dL", "5 mmol/L")])
def test_glucose_in_the_other_unit_is_impossible_and_asked_for(value: str, meant: str) -> None:
    problem = only_problem(with_observation("glucose", value))
    assert problem.code is Code.IMPOSSIBLE_VALUE
    assert f"“{meant}”" in problem.next_step


@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("body temperature", "98.6 degC"),
        ("oxygen saturation", "101 percent"),
        ("albumin", "3.9 g/L"),
        ("plasma baclofen", "240 mg/L"),
        ("egfr", "900 mL/min/1.73m2"),
        ("heart rate", "5 per min"),
    ],
)
def test_a_value_no_living_person_has_is_refused(what: str, value: str) -> None:
    assert only_problem(with_observation(what, value)).code is Code.IMPOSSIBLE_VALUE


def test_an_egfr_without_body_surface_is_refused_and_creatinine_clearance_named() -> None:
    problem = only_problem(with_observation("egfr", "60 mL/min"))
    assert (problem.code, problem.path) == (Code.WRONG_DIMENSION, VALUE)
    assert problem.accepted == ("mL/min/1.73m2",)
    assert "creatinine clearance" in problem.next_step


def test_a_creatinine_clearance_with_body_surface_is_refused_and_the_egfr_named() -> None:
    problem = only_problem(with_observation("creatinine clearance", "60 mL/min/1.73m2"))
    assert problem.code is Code.WRONG_DIMENSION
    assert "egfr" in problem.next_step


@pytest.mark.parametrize("grade", ["0", "1", "1+", "2", "3", "4"])
def test_a_modified_ashworth_grade_is_kept_as_written(grade: str) -> None:
    scenario, _ = read(with_observation("modified Ashworth", grade, site="left elbow"))
    assert scenario.record.observations[0].value == grade


@pytest.mark.parametrize(
    ("grade", "code"),
    [
        (5, Code.UNKNOWN_WORD),
        ("5", Code.UNKNOWN_WORD),
        ("1.5", Code.UNKNOWN_WORD),
        (1.5, Code.UNKNOWN_WORD),
        ("1 mg", Code.UNKNOWN_WORD),
        ("1-2", Code.UNKNOWN_WORD),
        (True, Code.UNKNOWN_WORD),
        (2, Code.WRONG_TYPE),
        ("", Code.MISSING_VALUE),
        (None, Code.MISSING_VALUE),
        ([], Code.UNKNOWN_WORD),
    ],
)
def test_what_is_no_grade_of_the_scale_is_refused(grade: object, code: Code) -> None:
    problem = only_problem(with_observation("modified Ashworth", grade))
    assert (problem.code, problem.path) == (code, VALUE)
    assert problem.accepted == ("0", "1", "1+", "2", "3", "4")


@pytest.mark.parametrize(
    ("what", "good", "bad"),
    [
        ("ashworth", "4", "1+"),
        ("penn spasm frequency", "0", "5"),
        ("poss", "S", "0"),
        ("glasgow coma scale", "3", "2"),
        ("glasgow coma scale", "15", "16"),
    ],
)
def test_each_scale_has_its_own_grades(what: str, good: str, bad: str) -> None:
    assert read(with_observation(what, good))[0].record.observations[0].value == good
    assert only_problem(with_observation(what, bad)).code is Code.UNKNOWN_WORD


@pytest.mark.parametrize("what", ["LOINC 2160-0", "Serum Creatinine", "creatinine"])
def test_a_measurement_is_known_by_name_or_loinc_code_and_kept_as_written(what: str) -> None:
    scenario, _ = read(with_observation(what, "62 umol/L"))
    assert scenario.record.observations[0].what == what
    assert isinstance(scenario.record.observations[0].value, Quantity)


def test_a_misspelt_measurement_is_refused_with_what_was_probably_meant() -> None:
    problem = only_problem(with_observation("creatinin", "62 umol/L"))
    assert (problem.code, problem.path) == (Code.UNKNOWN_WORD, "record.observations[0].what")
    assert problem.accepted == ("creatinine",)


@pytest.mark.parametrize("what", ["shoe size", "LOINC 88293-6"])
def test_an_unknown_measurement_is_refused_because_it_would_be_lost(what: str) -> None:
    problem = only_problem(with_observation(what, "62 umol/L"))
    assert problem.code is Code.UNKNOWN_WORD
    assert "creatinine" in problem.accepted


def test_an_unknown_measurement_with_a_bare_number_is_refused_for_both() -> None:
    found = {problem.code for problem in problems_of(with_observation("shoe size", 42))}
    assert found == {Code.UNKNOWN_WORD, Code.MISSING_UNIT}


@pytest.mark.parametrize("value", [62, 0.7, True, "62"])
def test_a_measurement_without_a_unit_is_refused(value: object) -> None:
    problem = only_problem(with_observation("creatinine", value))
    assert (problem.code, problem.path) == (Code.MISSING_UNIT, VALUE)


def test_an_unusual_measurement_is_noted() -> None:
    _, notes = read(with_observation("systolic blood pressure", "60 mmHg"))
    assert [note.path for note in notes] == [VALUE]
    assert "unusual for systolic blood pressure" in notes[0].says
