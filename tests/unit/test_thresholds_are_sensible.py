"""A number in the wrong unit, and a condition that is the same for everybody, do not load."""

from __future__ import annotations

from pathlib import Path

import pytest

from eutonia.errors import Code
from eutonia.knowledge.condition import ConditionError, Vocabulary, parse_condition
from tests.unit.broken_base import copy_of, refused, swap, the_problem

TERMS = Vocabulary(
    {"creatinine_rise": "number", "flag": "boolean", "place": "text"},
    units={"creatinine_rise": "umol/L"},
    ranges={"creatinine_rise": (5.0, 2500.0)},
    refuses_constants=True,
)


def test_a_limit_in_another_scale_of_its_unit_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "limits.yaml", "value: 80 mg/day", "value: 80 ug/day")
    assert "mg/day" in the_problem(root, Code.WRONG_DIMENSION).why


def test_a_threshold_in_mg_per_dl_for_a_fact_in_micromoles_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "rules/kidney.yaml", "creatinine_rise_48h >= 26.5", "creatinine_rise_48h >= 0.3")
    problem = the_problem(root, Code.BROKEN_CONDITION)
    assert "0.3 is no threshold of creatinine_rise_48h, which is in umol/L" in problem.why
    assert "another unit" in problem.next_step


def test_the_measured_range_bounds_the_threshold_of_a_measurement(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "rules/kidney.yaml", "albumin < 35", "albumin < 3.5")
    assert "albumin" in the_problem(root, Code.BROKEN_CONDITION).why


@pytest.mark.parametrize("text", ["creatinine_rise >= 5", "creatinine_rise <= 2500", "creatinine_rise > 0"])
def test_a_threshold_inside_and_nought_are_accepted(text: str) -> None:
    parse_condition(text, TERMS)


@pytest.mark.parametrize(
    "text",
    [
        "creatinine_rise >= 4.9",
        "2501 < creatinine_rise",
        "creatinine_rise between 1 and 30",
        "creatinine_rise in (1, 6)",
    ],
)
def test_a_threshold_outside_is_refused(text: str) -> None:
    with pytest.raises(ConditionError, match="no threshold"):
        parse_condition(text, TERMS)


@pytest.mark.parametrize(
    "text",
    [
        "flag or 1 = 1",
        "flag or 'a' = 'a'",
        "flag and 2 between 1 and 3",
        "flag or 1 in (1, 2)",
        "flag or true",
        "false or flag",
        "flag or 1 is null",
        "flag or creatinine_rise = creatinine_rise",
    ],
)
def test_a_part_that_is_the_same_for_every_patient_is_refused(text: str) -> None:
    with pytest.raises(ConditionError, match="the same for every patient"):
        parse_condition(text, TERMS)


def test_one_unreadable_file_is_one_problem(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "sources.yaml", "sources:", "sources: [")
    assert [p.code for p in refused(root)] == [Code.UNREADABLE]


def test_a_name_that_does_not_exist_is_not_proposed_again(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "rules/dosing.yaml", "- id: DOS-08", "- id: DOS-09")
    problems = refused(root)
    assert Code.DUPLICATE_ID in {p.code for p in problems}
    gone = [p for p in problems if "“DOS-08”, which does not exist" in p.why]
    assert gone
    assert all("“DOS-08”" not in p.next_step for p in gone)
