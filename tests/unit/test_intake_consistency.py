"""What no single field can show: regimens, phases, products and the patient as a whole."""

import pytest

from eutonia.errors import Code
from tests.unit.intake_base import (
    Data,
    only_problem,
    problems_of,
    read,
    with_change,
    with_oral,
    with_patient,
    with_pump,
)

FIRST, SECOND = "record.oral_therapy[0]", "record.oral_therapy[1]"


def phase(start: str | None, end: str | None = None, **changes: object) -> Data:
    dates = {key: value for key, value in {"from": start, "to": end}.items() if value}
    return {"dose": "10 mg", "times_per_day": 3, **dates, **changes}


def regimen(**fields: object) -> Data:
    return with_oral({"from": "2026-02-01", **fields})


DOSES = [{"at": "08:00", "dose": "10 mg"}, {"at": "20:00", "dose": "15 mg"}]


@pytest.mark.parametrize(
    "fields",
    [{"dose": "10 mg", "times_per_day": 3}, {"dose": "10 mg", "times": ["08:00", "20:00"]}, {"doses": DOSES}],
)
def test_a_regimen_is_read_in_each_of_three_ways(fields: Data) -> None:
    assert problems_of(regimen(**fields)) == ()


@pytest.mark.parametrize("fields", [{}, {"dose": "10 mg"}, {"times_per_day": 3}, {"times": ["08:00"]}])
def test_a_regimen_without_dose_or_frequency_is_refused(fields: Data) -> None:
    problem = only_problem(regimen(**fields))
    assert (problem.code, problem.path) == (Code.MISSING_VALUE, FIRST)
    assert len(problem.accepted) == 3


@pytest.mark.parametrize(
    "fields",
    [
        {"dose": "10 mg", "times_per_day": 2, "times": ["08:00", "20:00"]},
        {"dose": "10 mg", "doses": DOSES},
        {"doses": DOSES, "times_per_day": 2},
        {"dose": "10 mg", "times_per_day": 2, "doses": DOSES},
    ],
)
def test_a_regimen_said_in_two_ways_is_refused(fields: Data) -> None:
    problem = only_problem(regimen(**fields))
    assert (problem.code, problem.path) == (Code.CONFLICTING_VALUES, FIRST)


@pytest.mark.parametrize("fields", [{"dose": "10 mg", "times": []}, {"doses": []}])
def test_an_empty_list_of_clock_times_is_refused(fields: Data) -> None:
    assert only_problem(regimen(**fields)).code is Code.MISSING_VALUE


def test_a_clock_time_listed_twice_is_refused() -> None:
    assert only_problem(regimen(dose="10 mg", times=["08:00", "08:00"])).path == f"{FIRST}.times"
    assert only_problem(regimen(doses=[DOSES[0], DOSES[0]])).code is Code.CONFLICTING_VALUES


@pytest.mark.parametrize(
    "phases",
    [
        (phase("2026-02-01"), phase("2026-06-01", dose="20 mg")),
        (phase("2026-06-01", dose="20 mg"), phase("2026-02-01")),
        (phase("2026-02-01", "2026-06-01"), phase("2026-06-01")),
        (phase("2026-02-01", "2026-06-01 12:00"), phase("2026-06-01 08:00")),
        (phase(None), phase("2026-06-01")),
        (phase("2026-02-01", times_per_day=2), phase("2026-02-01", times_per_day=2)),
    ],
)
def test_phases_that_overlap_are_refused(phases: tuple[Data, Data]) -> None:
    problem = only_problem(with_oral(*phases))
    assert problem.code is Code.CONFLICTING_VALUES
    assert problem.path in {f"{FIRST}.from", f"{SECOND}.from"}


@pytest.mark.parametrize(
    "phases",
    [
        (phase("2026-02-01", "2026-05-31"), phase("2026-06-01", dose="20 mg")),
        (phase("2026-06-01", dose="20 mg"), phase("2026-02-01", "2026-05-31")),
        (phase("2026-02-01", "2026-06-01 12:00"), phase("2026-06-01 12:00")),
        (phase(None, "2026-05-31"), phase("2026-06-01")),
    ],
)
def test_phases_that_follow_each_other_are_read(phases: tuple[Data, Data]) -> None:
    assert problems_of(with_oral(*phases)) == ()


def test_two_products_side_by_side_are_read_when_their_clock_times_differ() -> None:
    day = {"dose": "10 mg", "times": ["08:00", "14:00"], "from": "2026-02-01"}
    night = {"dose": "5 mg", "times": ["22:00"], "from": "2026-02-01"}
    assert problems_of(with_oral(day, night)) == ()
    assert only_problem(with_oral(day, {**night, "times": ["14:00"]})).code is Code.CONFLICTING_VALUES


def test_overlapping_proposals_are_refused_too() -> None:
    proposed = [phase("2026-12-01"), phase("2026-12-08")]
    problem = only_problem(with_change(lambda d: d["question"].update(proposed=proposed)))
    assert (problem.code, problem.path) == (Code.CONFLICTING_VALUES, "question.proposed[1].from")


def test_a_proposal_may_overlap_with_what_is_taken_now() -> None:
    proposed = [phase("2026-11-22")]
    assert problems_of(with_change(lambda d: d["question"].update(proposed=proposed))) == ()


def test_a_pump_may_change_its_programme_within_a_day_but_not_run_two() -> None:
    def programmes(end: str | None) -> Data:
        first = {"daily_dose": "100 micrograms/day", "from": "2026-03-01"}
        second = {"daily_dose": "110 micrograms/day", "from": "2026-04-01"}
        ended = {**first, "to": end} if end else first
        return with_change(lambda d: d["record"].update(pump_therapy=[ended, second]))

    assert problems_of(programmes("2026-04-01")) == ()
    assert only_problem(programmes(None)).path == "record.pump_therapy[1].from"
    assert only_problem(programmes("2026-04-02")).code is Code.CONFLICTING_VALUES


@pytest.mark.parametrize(
    ("product", "missing"),
    [
        ({"form": "tablet"}, "strength"),
        ({"form": "granules"}, "strength"),
        ({"form": "liquid"}, "concentration"),
    ],
)
def test_a_product_without_its_content_is_refused(product: Data, missing: str) -> None:
    problem = only_problem(with_oral(phase("2026-02-01", product=product)))
    assert (problem.code, problem.path) == (Code.MISSING_VALUE, f"{FIRST}.product.{missing}")


@pytest.mark.parametrize(
    "product",
    [
        {"form": "liquid", "concentration": "1 mg/mL", "strength": "10 mg"},
        {"form": "tablet", "strength": "10 mg", "concentration": "1 mg/mL"},
    ],
)
def test_a_product_with_the_content_of_another_form_is_refused(product: Data) -> None:
    assert only_problem(with_oral(phase("2026-02-01", product=product))).code is Code.CONFLICTING_VALUES


@pytest.mark.parametrize(
    "product", [{"form": "liquid", "concentration": "1 mg/mL"}, {"form": "granules", "strength": "5 mg"}]
)
def test_a_product_with_its_content_is_read(product: Data) -> None:
    assert problems_of(with_oral(phase("2026-02-01", product=product))) == ()


def test_a_titration_without_a_target_is_refused() -> None:
    problem = only_problem(with_change(lambda d: d["question"].update(ask="titration")))
    assert (problem.code, problem.path) == (Code.MISSING_VALUE, "question.target")


def test_an_unreadable_target_is_one_problem_not_two() -> None:
    question = {"ask": "titration", "target": "60"}
    assert only_problem(with_change(lambda d: d.update(question=question))).code is Code.MISSING_UNIT


def test_a_birth_date_and_an_age_together_are_refused() -> None:
    problem = only_problem(with_patient(birth_date="1980-01-01"))
    assert (problem.code, problem.path) == (Code.CONFLICTING_VALUES, "record.patient")


def test_neither_birth_date_nor_age_means_the_age_is_not_known() -> None:
    data = with_patient()
    del data["record"]["patient"]["age"]
    scenario, _ = read(data)
    assert scenario.record.patient.age is None
    assert scenario.record.patient.birth_date is None


@pytest.mark.parametrize("field", ["pregnant", "breastfeeding"])
def test_a_man_said_to_be_pregnant_or_breastfeeding_is_refused(field: str) -> None:
    problem = only_problem(with_patient(sex="male", **{field: True}))
    assert (problem.code, problem.path) == (Code.CONFLICTING_VALUES, f"record.patient.{field}")


def test_a_delivery_expected_of_a_patient_who_is_not_pregnant_is_refused() -> None:
    assert only_problem(with_patient(expected_delivery_on="2026-12-24")).code is Code.CONFLICTING_VALUES
    assert problems_of(with_patient(expected_delivery_on="2026-12-24", pregnant=True)) == ()
    assert problems_of(with_patient(expected_delivery_on="2026-10-01")) == ()


def test_a_bad_dose_does_not_hide_other_problems_of_the_same_entry() -> None:
    spoilt = phase("2026-02-01", "2026-01-01", dose="5-10", product={"form": "liquid"})
    assert {problem.code for problem in problems_of(with_oral(spoilt))} == {
        Code.NOT_A_QUANTITY,
        Code.CROSSED_DATES,
        Code.MISSING_VALUE,
    }


def test_pump_and_tablets_may_run_side_by_side() -> None:
    assert problems_of(with_pump("100 micrograms/day")) == ()
