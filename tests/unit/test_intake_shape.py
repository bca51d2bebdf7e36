"""Keys, words, texts, flags and lists: the shape of what is given."""

from typing import Any

import pytest

from eutonia.errors import Code, InputRefused
from eutonia.record import FORMAT, Dialysis, Jurisdiction, Sex
from tests.unit.intake_base import (
    Data,
    base,
    only_problem,
    problems_of,
    read,
    with_change,
    with_medicine,
    with_oral,
    with_patient,
)


def test_the_base_scenario_is_read_whole_and_without_a_note() -> None:
    scenario, notes = read(base())
    assert notes == ()
    assert scenario.format == FORMAT
    assert scenario.jurisdiction is Jurisdiction.US
    assert scenario.record.patient.sex is Sex.FEMALE
    assert scenario.record.patient.dialysis is Dialysis.NONE
    assert scenario.record.medicines == ()
    assert scenario.record.oral_therapy[0].times_per_day == 3
    assert scenario.expect is None


def test_reading_leaves_the_input_as_it_was() -> None:
    data, before = base(), base()
    read(data)
    assert data == before


@pytest.mark.parametrize("data", [None, [], [{}], "format: eutonia/1", 3, True, 1.5])
def test_what_is_no_mapping_is_refused_as_a_whole(data: object) -> None:
    problem = only_problem(data)
    assert (problem.code, problem.path) == (Code.WRONG_TYPE, "")


def test_an_empty_mapping_is_refused_with_every_key_it_lacks() -> None:
    problems = problems_of({})
    assert {problem.code for problem in problems} == {Code.MISSING_VALUE}
    assert [problem.path for problem in problems] == [
        "format",
        "title",
        "as_of",
        "jurisdiction",
        "record",
        "question",
    ]


def test_a_misspelt_key_is_refused_with_the_key_meant() -> None:
    problem = only_problem(with_patient(weigth="70 kg"))
    assert (problem.code, problem.path) == (Code.UNKNOWN_KEY, "record.patient.weigth")
    assert problem.next_step == "Is “weight” meant?"
    assert "weight" in problem.accepted


@pytest.mark.parametrize("key", [None, 3, 2.5, ("a", "b"), "from_", "x" * 300])
def test_any_other_key_is_refused_too(key: Any) -> None:
    data = with_change(lambda d: d["record"]["oral_therapy"][0].update({key: "10 mg"}))
    assert only_problem(data).code is Code.UNKNOWN_KEY


def test_a_value_under_an_unknown_key_is_not_repeated() -> None:
    problem = only_problem(with_patient(full_name="Ada Example"))
    assert "Ada" not in str(problem) + problem.given


def test_thousands_of_unknown_keys_are_counted_not_listed() -> None:
    problems = problems_of(with_patient(**{f"key_{i}": 1 for i in range(5000)}))
    assert len(problems) == 51
    assert "4950 more" in problems[-1].why


def test_the_key_on_is_read_where_yaml_has_made_it_true() -> None:
    entry = {"what": "creatinine", "value": "62 umol/L", True: "2026-11-01"}
    scenario, _ = read(with_change(lambda d: d["record"].update(observations=[entry])))
    assert scenario.record.observations[0].on.on.isoformat() == "2026-11-01"


def test_the_key_on_written_twice_is_refused() -> None:
    entry = {"what": "creatinine", "value": "62 umol/L", True: "2026-11-01", "on": "2026-11-02"}
    data = with_change(lambda d: d["record"].update(observations=[entry]))
    assert only_problem(data).code is Code.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("word", "near"), [("Female", "female"), ("femal", "female"), ("MALE", "male"), ("xyz", "")]
)
def test_a_word_outside_the_closed_list_is_refused_with_the_word_meant(word: str, near: str) -> None:
    problem = only_problem(with_patient(sex=word))
    assert (problem.code, problem.accepted) == (Code.UNKNOWN_WORD, ("female", "male"))
    assert (f"“{near}”" in problem.next_step) is bool(near)


def test_a_word_that_yaml_took_for_a_truth_value_is_refused_with_the_words_accepted() -> None:
    problem = only_problem(with_patient(dialysis=False))
    assert problem.code is Code.WRONG_TYPE
    assert "none" in problem.accepted


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, "false", []])
def test_only_true_and_false_are_read_as_such(value: object) -> None:
    problem = only_problem(with_patient(frail=value))
    assert (problem.code, problem.accepted) == (Code.WRONG_TYPE, ("true", "false"))


@pytest.mark.parametrize("value", ["3", 3.0, True, [3], "three"])
def test_only_a_whole_number_is_read_as_a_count(value: object) -> None:
    phase = {"dose": "10 mg", "times_per_day": value, "from": "2026-02-01"}
    assert only_problem(with_oral(phase)).code is Code.WRONG_TYPE


@pytest.mark.parametrize("key", ["title", "says"])
@pytest.mark.parametrize("value", ["", "   ", None])
def test_an_empty_text_is_refused(key: str, value: object) -> None:
    problem = only_problem(with_change(lambda d: d.update({key: value})))
    assert (problem.code, problem.path) == (Code.MISSING_VALUE, key)


def test_a_number_where_a_code_belongs_is_refused_with_the_advice_to_quote_it() -> None:
    problem = only_problem(with_medicine(code={"system": "RxNorm", "code": 25480}))
    assert (problem.code, problem.path) == (Code.WRONG_TYPE, "record.medicines[0].code.code")
    assert "quotes" in problem.next_step


@pytest.mark.parametrize("value", [None, {}, "gabapentin", 3])
def test_a_list_written_as_something_else_is_refused(value: object) -> None:
    problem = only_problem(with_change(lambda d: d["record"].update(medicines=value)))
    assert (problem.code, problem.path) == (Code.WRONG_TYPE, "record.medicines")


def test_an_entry_that_is_no_mapping_is_refused_at_its_place() -> None:
    data = with_change(lambda d: d["record"].update(medicines=[{"what": "lithium"}, "gabapentin", []]))
    assert [problem.path for problem in problems_of(data)] == ["record.medicines[1]", "record.medicines[2]"]


@pytest.mark.parametrize("written", ["eutonia/2", "eutonia", "EUTONIA/1"])
def test_another_format_is_refused(written: str) -> None:
    problem = only_problem(with_change(lambda d: d.update(format=written)))
    assert (problem.code, problem.path, problem.accepted) == (Code.UNKNOWN_WORD, "format", (FORMAT,))


def test_an_input_ten_thousand_lists_deep_is_refused_like_any_other() -> None:
    deep: list[object] = []
    for _ in range(10_000):
        deep = [deep]
    for put in (
        lambda d: d.update(title=deep),
        lambda d: d["record"].update(patient=deep),
        lambda d: d["record"].update(oral_therapy=deep),
        lambda d: d["record"]["oral_therapy"][0].update(dose=deep, unknown=deep),
    ):
        data = base()
        put(data)
        assert problems_of(data)


def test_a_mapping_that_contains_itself_is_refused_like_any_other() -> None:
    data: Data = base()
    data["record"]["patient"] = data
    assert Code.UNKNOWN_KEY in {problem.code for problem in problems_of(data)}


def test_the_refusal_prints_one_line_for_each_problem() -> None:
    with pytest.raises(InputRefused) as refused:
        read({})
    assert str(refused.value).splitlines()[0] == "6 problems in the input"
    assert len(str(refused.value).splitlines()) == 7
