"""Names and codes of diagnoses, medicines and signs."""

import pytest

from eutonia.errors import Code
from tests.unit.intake_base import (
    Data,
    only_problem,
    problems_of,
    read,
    with_change,
    with_medicine,
    with_problem,
)


def with_sign(**fields: object) -> Data:
    return with_change(lambda d: d["record"].update(signs=[fields]))


def test_a_medicine_one_letter_off_is_refused_with_the_name_meant() -> None:
    problem = only_problem(with_medicine(what="gabapentine"))
    assert (problem.code, problem.path) == (Code.UNKNOWN_WORD, "record.medicines[0].what")
    assert problem.accepted == ("gabapentin",)


def test_a_medicine_with_its_dose_in_the_name_is_refused_with_the_name_meant() -> None:
    assert only_problem(with_medicine(what="gabapentin 300 mg")).accepted == ("gabapentin",)


def test_a_medicine_not_known_here_is_read_and_noted() -> None:
    scenario, notes = read(with_medicine(what="atorvastatin"))
    assert scenario.record.medicines[0].what == "atorvastatin"
    assert [(note.path, "no rule covers it" in note.says) for note in notes] == [
        ("record.medicines[0].what", True)
    ]


@pytest.mark.parametrize("what", ["gabapentin", "Gabapentin", "GABAPENTIN"])
def test_a_known_medicine_is_read_without_a_note(what: str) -> None:
    assert read(with_medicine(what=what))[1] == ()


def test_a_code_tells_a_near_name_apart() -> None:
    code = {"system": "RxNorm", "code": "999999999"}
    scenario, notes = read(with_medicine(what="gabapentine", code=code))
    assert scenario.record.medicines[0].what == "gabapentine"
    assert {note.path for note in notes} == {"record.medicines[0].what", "record.medicines[0].code.code"}


def test_a_code_alone_is_enough() -> None:
    assert read(with_medicine(code={"system": "ATC", "code": "N02BF01"}))[1] == ()
    assert read(with_problem(code={"system": "ICD-10-CM", "code": "G35.A"}))[1] == ()
    assert read(with_problem(code={"system": "ICD-10-CM", "code": "G35A"}))[1] == ()


def test_an_unknown_code_is_read_and_noted() -> None:
    _, notes = read(with_problem(code={"system": "SNOMED CT", "code": "1"}))
    assert [note.path for note in notes] == ["record.problems[0].code.code"]


@pytest.mark.parametrize("where", ["problems", "medicines"])
def test_an_entry_with_neither_name_nor_code_is_refused(where: str) -> None:
    problem = only_problem(with_change(lambda d: d["record"].update({where: [{}]})))
    assert (problem.code, problem.path) == (Code.MISSING_VALUE, f"record.{where}[0]")


def test_a_name_and_a_code_that_mean_different_things_are_refused() -> None:
    problem = only_problem(with_medicine(what="gabapentin", code={"system": "ATC", "code": "N05AN01"}))
    assert (problem.code, problem.path) == (Code.CONFLICTING_VALUES, "record.medicines[0]")
    assert "gabapentin" in problem.why
    assert "lithium" in problem.why


def test_a_name_and_the_code_of_its_class_agree() -> None:
    assert problems_of(with_medicine(what="methadone", code={"system": "ATC", "code": "N02A"})) == ()


@pytest.mark.parametrize(
    ("where", "system", "accepted"),
    [("problems", "ATC", ("ICD-10-CM", "SNOMED CT")), ("medicines", "LOINC", ("RxNorm", "ATC"))],
)
def test_a_code_of_a_system_that_names_other_things_is_refused(
    where: str, system: str, accepted: tuple[str, ...]
) -> None:
    entry = {"code": {"system": system, "code": "X1"}}
    problem = only_problem(with_change(lambda d: d["record"].update({where: [entry]})))
    assert (problem.code, problem.path) == (Code.UNKNOWN_WORD, f"record.{where}[0].code.system")
    assert problem.accepted == accepted


@pytest.mark.parametrize("what", ["baclofen", "Lioresal"])
def test_baclofen_among_the_other_medicines_is_refused(what: str) -> None:
    problem = only_problem(with_medicine(what=what))
    assert problem.code is Code.CONFLICTING_VALUES
    assert "oral_therapy" in problem.next_step


def test_a_misspelt_indication_is_refused_and_an_unknown_one_noted() -> None:
    misspelt = with_change(lambda d: d["record"].update(indication={"what": "multiple sclerosos"}))
    assert only_problem(misspelt).path == "record.indication.what"
    unknown = with_change(lambda d: d["record"].update(indication={"what": "stiff person syndrome"}))
    assert [note.path for note in read(unknown)[1]] == ["record.indication.what"]


def test_an_unknown_sign_is_refused_because_it_would_be_lost() -> None:
    problem = only_problem(with_sign(what="green hair"))
    assert (problem.code, problem.path) == (Code.UNKNOWN_WORD, "record.signs[0].what")
    assert {"hallucination", "seizure", "dystonia", "itch", "fever"} <= set(problem.accepted)


def test_a_misspelt_sign_is_refused_with_the_sign_meant() -> None:
    assert only_problem(with_sign(what="halucination")).accepted == ("hallucination",)


@pytest.mark.parametrize("what", ["hallucinations", "Drowsiness", "pruritus", "SNOMED CT 15802004"])
def test_a_sign_is_known_by_its_other_names_and_kept_as_written(what: str) -> None:
    assert read(with_sign(what=what))[0].record.signs[0].what == what


def test_a_sign_said_to_be_there_and_not_to_be_there_is_refused() -> None:
    signs = [{"what": "hallucination"}, {"what": "hallucinations", "present": False}]
    problem = only_problem(with_change(lambda d: d["record"].update(signs=signs)))
    assert (problem.code, problem.path) == (Code.CONFLICTING_VALUES, "record.signs[1]")


def test_a_diagnosis_both_active_and_absent_is_refused_but_active_and_past_is_not() -> None:
    def twice(status: str) -> Data:
        problems = [{"what": "stroke"}, {"what": "stroke", "status": status}]
        return with_change(lambda d: d["record"].update(problems=problems))

    assert only_problem(twice("absent")).code is Code.CONFLICTING_VALUES
    assert problems_of(twice("past")) == ()
