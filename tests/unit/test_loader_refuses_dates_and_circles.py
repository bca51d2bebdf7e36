"""Dates that cannot be, references that lead nowhere or in circles: refused with file, line and what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from eutonia.errors import Code
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.whole import circles
from tests.unit.broken_base import add, add_each, copy_of, problem_at, refused, stands_at, swap, the_problem
from tests.unit.test_loader_refuses_broken_items import rule

NOTES = """topic: dosing
notes:
  - id: {id}
    title: A statement
    say: Something.
    grade: ours
    evidence: [{{source: EUTONIA, at: "a place", check: ours, on: 2026-11-22}}]
    from: 2026-11-01
    {more}
"""
CATALOGUE = """topic: dosing
catalogue:
  - {{id: DOS-90, kept_as: {kept}, where: [{where}]}}
"""


def write(root: Path, file: str, text: str) -> None:
    path = root / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


# --- dates -----------------------------------------------------------------------------------------------


def test_an_item_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = add(root, "rules/dosing.yaml", rule(more="    until: 2026-11-21\n"))
    problem = the_problem(root, Code.CROSSED_DATES)
    assert stands_at(problem, "rules/dosing.yaml", line + 1)
    assert "21-Nov-2026, before it begins on 22-Nov-2026" in problem.why
    assert problem.next_step


def test_an_item_may_end_on_the_very_day_the_base_speaks_for(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule(more="    until: 2026-11-22\n"))
    assert load_knowledge(root=root).rule("NEW-01").valid_until


def test_an_item_that_ended_the_day_before_is_refused_unless_its_successor_is_named(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    ended = rule(start="2026-01-01", more="    until: 2026-11-21\n")
    line = add(root, "rules/dosing.yaml", ended)
    problem = the_problem(root, Code.EXPIRED)
    assert stands_at(problem, "rules/dosing.yaml", line + 1)
    assert "replaced_by" in problem.next_step
    swap(root, "rules/dosing.yaml", "until: 2026-11-21\n", "until: 2026-11-21\n    replaced_by: [DOS-01]\n")
    assert load_knowledge(root=root).rule("NEW-01").replaced_by == ("DOS-01",)


def test_a_later_base_finds_the_items_that_ended_meanwhile(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule(more="    until: 2027-03-31\n"))
    load_knowledge(root=root)
    swap(root, "base.yaml", "date: 2026-11-22", "date: 2027-04-01")
    assert the_problem(root, Code.EXPIRED)


@pytest.mark.parametrize(
    ("old", "new", "file"),
    [
        (
            "value: 80 mg/day, jurisdictions: [US],",
            "value: 80 mg/day, jurisdictions: [US], until: 2020-01-01,",
            "limits.yaml",
        ),
        ("notes:", "notes:", "notes/dosing.yaml"),
    ],
)
def test_limits_and_statements_end_by_the_same_rules(tmp_path: Path, old: str, new: str, file: str) -> None:
    root = copy_of(tmp_path)
    write(root, "notes/new.yaml", NOTES.format(id="NEW-02", more="until: 2026-10-01"))
    if file == "limits.yaml":
        swap(root, file, old, new)
    found = [p.path.partition(":")[0] for p in refused(root) if p.code is Code.CROSSED_DATES]
    assert "notes/new.yaml" in found
    assert ("limits.yaml" in found) is (file == "limits.yaml")


def test_what_is_replaced_says_since_when(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule(more="    replaced_by: [DOS-01]\n"))
    assert "until" in the_problem(root, Code.MISSING_VALUE).why


def test_a_check_after_the_day_the_base_speaks_for_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    text = rule().replace("on: 2026-11-22}", "on: 2026-11-23}")
    line = add(root, "rules/dosing.yaml", text)
    problem = the_problem(root, Code.DATE_IN_FUTURE)
    assert stands_at(problem, "rules/dosing.yaml", line + 8)
    assert "base.yaml" in problem.next_step
    swap(root, "base.yaml", "date: 2026-11-22", "date: 2026-11-23")
    load_knowledge(root=root)


def test_a_document_seen_after_that_day_is_refused_too(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "sources.yaml", "check: ours, on: 2026-11-22}", "check: ours, on: 2027-11-22}")
    assert stands_at(the_problem(root, Code.DATE_IN_FUTURE), "sources.yaml", line)


def test_a_base_that_does_not_say_its_day_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    (root / "base.yaml").unlink()
    assert [p.path for p in refused(root)] == ["base.yaml"]


# --- names that lead nowhere ------------------------------------------------------------------------------


def test_a_statement_that_points_to_nothing_is_refused_with_the_name_meant(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    write(root, "notes/new.yaml", NOTES.format(id="NEW-02", more="see: [REN-5]"))
    problem = the_problem(root, Code.UNKNOWN_REFERENCE)
    assert stands_at(problem, "notes/new.yaml", 3)
    assert "“REN-05”" in problem.next_step


WENT = "  - {id: DOS-90, kept_as: rule, where: [VALUE]}\n"


def test_an_id_of_the_catalogue_can_be_a_rule_a_limit_a_term_a_product_or_programme(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    write(root, "catalogue/new.yaml", "topic: dosing\ncatalogue:\n")
    kept = ("DOS-01", "oral-max-us", "problem:stroke", "product:us-tablet-5", "eutonia.plan.titrate")
    add_each(root, "catalogue/new.yaml", WENT, "DOS-90", kept)
    found = {entry.where for entry in load_knowledge(root=root).catalogue if entry.id.startswith("DOS-9")}
    assert found == {(where,) for where in kept}


def test_an_id_of_the_catalogue_that_went_nowhere_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    write(root, "catalogue/new.yaml", "topic: dosing\ncatalogue:\n")
    nowhere = ("DOS-99", "problem:strok", "a-table/a-row", "os.path", "eutonia")
    lines = add_each(root, "catalogue/new.yaml", WENT, "DOS-90", nowhere)
    problems = refused(root)
    assert len(problems) == len(nowhere)
    for where in nowhere:
        problem = problem_at(problems, "catalogue/new.yaml", lines[where])
        assert problem.code is Code.UNKNOWN_REFERENCE, where
        assert problem.next_step, where


def test_a_statement_may_point_to_an_id_of_the_catalogue_whatever_it_became(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    write(root, "catalogue/new.yaml", CATALOGUE.format(kept="rule", where="DOS-01"))
    write(root, "notes/new.yaml", NOTES.format(id="NEW-02", more="see: [DOS-90]"))
    assert load_knowledge(root=root).notes["NEW-02"].see == ("DOS-90",)


def test_an_id_of_the_catalogue_cannot_have_become_another_such_id(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    entries = "  - {id: DOS-91, kept_as: rule, where: [DOS-90]}\n"
    write(root, "catalogue/new.yaml", CATALOGUE.format(kept="rule", where="DOS-01") + entries)
    assert "DOS-90" in the_problem(root, Code.UNKNOWN_REFERENCE).why


def test_a_statement_cannot_refer_to_programme(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    write(root, "notes/new.yaml", NOTES.format(id="NEW-02", more="see: [eutonia.plan.titrate]"))
    assert the_problem(root, Code.UNKNOWN_REFERENCE)


# --- circles ----------------------------------------------------------------------------------------------


def test_classes_that_belong_to_each_other_are_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    term = (
        "  - {{id: {0}, words: {0}, names: [a {0}], member_of: [{1}],\n"
        "     evidence: [{{source: EUTONIA, at: here, check: ours, on: 2026-11-22}}]}}\n"
    )
    line = add(root, "medicines.yaml", term.format("hoop", "ring") + term.format("ring", "hoop"))
    problem = the_problem(root, Code.CIRCULAR)
    assert "“hoop” belongs to “ring” belongs to “hoop”" in problem.why
    assert stands_at(problem, "medicines.yaml", line)
    assert "member_of" in problem.next_step


def test_items_that_replace_each_other_are_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    first = rule(start="2026-01-01", more="    until: 2026-06-30\n    replaced_by: [NEW-03]\n")
    second = first.replace("NEW-01", "NEW-03").replace("[NEW-03]", "[NEW-01]")
    add(root, "rules/dosing.yaml", first)
    add(root, "rules/taper.yaml", second)
    problem = the_problem(root, Code.CIRCULAR)
    assert "is replaced by" in problem.why
    assert problem.path.startswith("rules/")


def test_parameters_that_share_each_others_spread_are_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "models/oral.simon2018.yaml", "shared_with: clearance", "shared_with: apparent_central_volume")
    swap(root, "models/oral.simon2018.yaml", "shared_with: volume", "shared_with: apparent_clearance")
    problem = the_problem(root, Code.CIRCULAR)
    assert problem.path.startswith("models/oral.simon2018.yaml:")
    assert "shares the spread of" in problem.why


@pytest.mark.parametrize(
    ("graph", "rings"),
    [
        ({}, []),
        ({"a": ("b",), "b": ("c",)}, []),
        ({"a": ("a",)}, [("a",)]),
        ({"a": ("b",), "b": ("c",), "c": ("a",)}, [("a", "b", "c")]),
        ({"x": ("a",), "a": ("b",), "b": ("a",)}, [("a", "b")]),
        ({"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}, []),  # two ways to one end are no circle
    ],
)
def test_circles_are_found_once_and_only_circles(
    graph: dict[str, tuple[str, ...]], rings: list[tuple[str, ...]]
) -> None:
    assert list(circles(graph)) == rings


# --- one id, one item -------------------------------------------------------------------------------------


def test_an_id_of_a_rule_cannot_be_the_id_of_a_statement(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    write(root, "notes/new.yaml", NOTES.format(id="DOS-01", more=""))
    problem = the_problem(root, Code.DUPLICATE_ID)
    assert stands_at(problem, "notes/new.yaml", 3)
    assert "rule" in problem.why
    assert "note" in problem.why


def test_a_rule_may_carry_the_id_of_the_disagreement_it_speaks_of() -> None:
    knowledge = load_knowledge()
    assert knowledge.rule("CON-25").id in knowledge.conflicts


# --- conditions -------------------------------------------------------------------------------------------


def test_a_function_outside_the_language_is_refused_with_what_the_language_has(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    outside = (
        "exists (select 1)",
        "coalesce(egfr, 90) < 30",
        "abs(egfr - 30) < 5",
        "lower(indication) = 'stroke'",
        "now() is not null",
        "egfr < (select 30)",
        "case when egfr < 30 then true else false end",
        "indication like 'str%'",
        "cast(egfr as integer) < 30",
        "egfr % 2 = 0",
    )
    lines = add_each(root, "rules/dosing.yaml", rule(when='"VALUE"'), "NEW-01", outside)
    problems = refused(root)
    assert len(problems) == len(outside)
    for when in outside:
        problem = problem_at(problems, "rules/dosing.yaml", lines[when] + 1)
        assert problem.code is Code.BROKEN_CONDITION, when
        assert "between" in problem.next_step, when


def test_facts_of_different_units_cannot_be_compared_or_added(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    unequal = (
        "egfr < oral_daily_dose",
        "age between egfr and 90",
        "oral_daily_dose + age > 100",
        "oral_daily_dose > 2 * age",
        "(oral_single_dose) >= oral_daily_dose",
    )
    lines = add_each(root, "rules/dosing.yaml", rule(when='"VALUE"'), "NEW-01", unequal)
    problems = refused(root)
    assert len(problems) == len(unequal)
    for when in unequal:
        problem = problem_at(problems, "rules/dosing.yaml", lines[when] + 1)
        assert problem.code is Code.BROKEN_CONDITION, when
        assert " is in " in problem.why, when
        assert "same unit" in problem.next_step, when


def test_facts_of_one_unit_ratios_and_plain_numbers_are_compared(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    compared = (
        "oral_daily_dose > jurisdiction_maximum",
        "oral_daily_dose * 2 > jurisdiction_maximum + 10",
        "oral_daily_dose / jurisdiction_maximum > 0.5",
        "oral_daily_dose / weight > 2",
        "- 1 < age",
    )
    add_each(root, "rules/dosing.yaml", rule(when='"VALUE"'), "NEW-01", compared)
    found = [r.when.text for r in load_knowledge(root=root).rules if r.id.startswith("NEW-")]
    assert found == list(compared)
