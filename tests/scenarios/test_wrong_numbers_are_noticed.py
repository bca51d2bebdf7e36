"""Would a wrong number be noticed? Every threshold of every rule is moved, and a record of the rule must object."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eutonia.assess.examples import Example, Expected, is_as_expected, merge_patch, read_examples
from eutonia.assess.mutation import mutants_of, unnoticed
from eutonia.assess.records import sheet_of
from eutonia.assess.thresholds import thresholds_of, vocabulary_of
from eutonia.errors import InputRefused
from eutonia.faces.scenario_folder import examples_in
from eutonia.knowledge.condition import Facts, parse_condition
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Case, Rule, Severity
from tests.scenario_files import SCENARIOS, base

KNOWLEDGE = load_knowledge()
TERMS = vocabulary_of(KNOWLEDGE)
AIM = 0.95


def rule(when: str, *cases: Case) -> Rule:
    return replace(KNOWLEDGE.rules[0], when=parse_condition(when, TERMS), cases=cases)


def case(name: str, when: str, severity: Severity | None = None) -> Case:
    return Case(name, parse_condition(when, TERMS), severity, "", "")


def shown(expected: Expected, facts: Facts, **more: str) -> tuple[Example, Facts]:
    return Example("X", expected, "", {}, facts=facts, **more), facts


def test_changed_numbers_of_the_rules_are_noticed() -> None:
    records: dict[str, list[tuple[Example, Facts]]] = {}
    for example in examples_in(SCENARIOS):
        records.setdefault(example.rule, []).append((example, sheet_of(example, KNOWLEDGE)))
    tried, missed = 0, []
    for one in KNOWLEDGE.rules:
        number, unseen = unnoticed(one, records.get(one.id, []), TERMS)
        tried += number
        missed += [f"{one.id}, {m.where}: {m.change}" for m in unseen]
    score = 1 - len(missed) / tried
    hint = "“python -m tests.thresholds” proposes records:"
    assert score >= AIM, "\n".join([f"{score:.1%} of {tried} changes are noticed; {hint}", *missed])


def test_a_number_moved_either_way_and_a_threshold_that_changes_sides_are_tried() -> None:
    changes = [m.change for m in mutants_of(rule("egfr < 30"), TERMS)]
    assert changes == [
        "“egfr < 30” with LTE for LT",
        "27 for 30 in “egfr < 30”",
        "29 for 30 in “egfr < 30”",
        "31 for 30 in “egfr < 30”",
        "33 for 30 in “egfr < 30”",
    ]


def test_numbers_of_cases_are_tried_too() -> None:
    mutants = list(mutants_of(rule("has_epilepsy", case("old", "age >= 65")), TERMS))
    assert {m.where for m in mutants} == {"old"}
    assert len(mutants) == 5


def test_records_at_the_threshold_and_just_beside_it_notice_every_change() -> None:
    both = [shown(Expected.FIRES, {"egfr": 29.0}), shown(Expected.QUIET, {"egfr": 30.0})]
    assert unnoticed(rule("egfr < 30"), both, TERMS) == (5, ())


def test_records_far_from_the_threshold_notice_nothing() -> None:
    far = [shown(Expected.FIRES, {"egfr": 10.0}), shown(Expected.QUIET, {"egfr": 90.0})]
    tried, missed = unnoticed(rule("egfr < 30"), far, TERMS)
    assert (tried, len(missed)) == (5, 5)


def test_a_case_is_only_noticed_by_a_record_that_names_it_or_its_severity() -> None:
    graded = rule("has_epilepsy", case("old", "age >= 65", Severity.STOP))
    at = {"has_epilepsy": True, "age": 65.0}
    assert len(unnoticed(graded, [shown(Expected.FIRES, at)], TERMS)[1]) == 5
    assert len(unnoticed(graded, [shown(Expected.FIRES, at, case="old")], TERMS)[1]) == 2
    assert len(unnoticed(graded, [shown(Expected.FIRES, at, severity="STOP")], TERMS)[1]) == 2


def test_a_comparison_that_only_names_what_is_missing_has_no_number_to_move() -> None:
    assert not list(mutants_of(rule("egfr is null and age is null and egfr < 30"), TERMS))
    assert list(mutants_of(rule("egfr is null or egfr < 30"), TERMS))


@pytest.mark.parametrize(
    ("when", "thresholds"),
    [
        ("egfr < 30 and age >= 65", {"egfr < 30", "age >= 65"}),
        ("age between 2 and 11", {"age >= 2", "age <= 11"}),
        ("oral_daily_dose > jurisdiction_maximum", set()),
        ("jurisdiction = 'US' and has_epilepsy", set()),
    ],
)
def test_thresholds_are_the_comparisons_with_a_number(when: str, thresholds: set[str]) -> None:
    assert set(thresholds_of(rule(when))) == thresholds


def test_a_record_can_set_a_fact_directly_and_not_one_that_does_not_exist() -> None:
    document = {"rule": "REN-04", "base": "b", "fires": [{"says": "so", "facts": {"egfr": 29}}]}
    example = next(read_examples(document, {"b": base("adult-us")}))
    assert sheet_of(example, KNOWLEDGE)["egfr"] == 29
    assert is_as_expected(example, KNOWLEDGE.rule("REN-04"), sheet_of(example, KNOWLEDGE))
    with pytest.raises(InputRefused):
        sheet_of(replace(example, facts={"egrf": 29}), KNOWLEDGE)


def test_a_change_laid_over_a_record_leaves_the_record_as_it_was() -> None:
    record = {"a": {"b": 1, "c": [1, 2]}, "d": 4}
    assert merge_patch(record, {"a": {"b": None, "c": [3]}}) == {"a": {"c": [3]}, "d": 4}
    assert record == {"a": {"b": 1, "c": [1, 2]}, "d": 4}
