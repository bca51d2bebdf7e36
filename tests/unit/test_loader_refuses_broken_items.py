"""A knowledge base with one thing wrong in it is refused as a whole, with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from eutonia.errors import Code
from eutonia.knowledge.loader import load_knowledge
from tests.unit.broken_base import add, add_each, copy_of, problem_at, refused, stands_at, swap, the_problem

RULE = """
  - id: NEW-01
    title: A new rule
    when: {when}
    severity: {severity}
    say: Something.
    grade: ours
    evidence:
      - {{source: {source}, at: "a place", check: {check}, on: 2026-11-22}}
    from: {start}
{more}"""


def rule(
    when: str = "egfr < 30",
    severity: str = "WARN",
    source: str = "EUTONIA",
    check: str = "ours",
    start: str = "2026-11-22",
    more: str = "",
) -> str:
    return RULE.format(when=when, severity=severity, source=source, check=check, start=start, more=more)


def test_a_valid_copy_loads_with_the_same_content_and_the_same_hash(tmp_path: Path) -> None:
    copy, packaged = load_knowledge(root=copy_of(tmp_path)), load_knowledge()
    assert copy.hash == packaged.hash
    assert [r.id for r in copy.rules] == [r.id for r in packaged.rules]
    assert copy.limits == packaged.limits
    assert copy.facts == packaged.facts


def test_a_new_rule_that_is_whole_is_taken_in(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = add(root, "rules/dosing.yaml", rule())
    found = load_knowledge(root=root).rule("NEW-01")
    assert (found.file, found.line) == ("rules/dosing.yaml", line + 1)


@pytest.mark.parametrize(
    "file", ["facts.yaml", "limits.yaml", "rules/kidney.yaml", "models/oral.reference2026.yaml"]
)
def test_one_changed_letter_changes_the_hash(tmp_path: Path, file: str) -> None:
    root = copy_of(tmp_path)
    swap(root, file, "the", "thE")
    assert load_knowledge(root=root).hash != load_knowledge().hash


def test_a_renamed_file_changes_the_hash(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    (root / "rules" / "kidney.yaml").rename(root / "rules" / "renal.yaml")
    assert load_knowledge(root=root).hash != load_knowledge().hash


def test_a_condition_that_cannot_mean_anything_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    meant = {
        "egfrr < 30": "“egfrr” is not a fact of the glossary.",
        "jurisdiction = 'USA'": "“USA” is not a value of jurisdiction.",
        "indication in ('stroke', 'strok')": "“strok” is not a value of indication.",
        "egfr < 'low'": "a number is needed here",
        "has_epilepsy < 3": "is needed here",
        "egfr + 3": "a condition must be true or false",
        "egfr <": "is not a SQL expression",
        "exists (select 1)": "outside the language",
    }
    lines = add_each(root, "rules/dosing.yaml", rule(when='"VALUE"'), "NEW-01", meant)
    problems = refused(root)
    assert len(problems) == len(meant)
    for when, says in meant.items():
        problem = problem_at(problems, "rules/dosing.yaml", lines[when] + 1)
        assert problem.code is Code.BROKEN_CONDITION, when
        assert says in problem.why
        assert "(NEW-" in problem.path


def test_a_near_miss_of_a_fact_is_named(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule(when="egrf < 30"))
    assert "egfr" in the_problem(root, Code.BROKEN_CONDITION).next_step


def test_a_broken_condition_of_a_case_or_a_limit_is_refused_too(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    case = "    cases:\n      - {name: a case, when: agee > 3, say: Something.}\n"
    add(root, "rules/dosing.yaml", rule(more=case))
    swap(root, "limits.yaml", 'when: "age >= 65 and egfr < 60"', 'when: "age >= 65 and gfr < 60"')
    broken = [p.path.partition(":")[0] for p in refused(root) if p.code is Code.BROKEN_CONDITION]
    assert sorted(broken) == ["limits.yaml", "rules/dosing.yaml"]


def test_a_source_that_is_not_in_the_register_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = add(root, "rules/dosing.yaml", rule(source="S9999"))
    problem = the_problem(root, Code.UNKNOWN_REFERENCE)
    assert "“S9999” is not in the sources register" in problem.why
    assert stands_at(problem, "rules/dosing.yaml", line + 8)


def test_a_source_that_says_otherwise_must_be_in_the_register_too(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule(more="    differs: [{source: S9999, says: Otherwise.}]\n"))
    assert "S9999" in the_problem(root, Code.UNKNOWN_REFERENCE).why


@pytest.mark.parametrize("evidence", ["", "    evidence: []\n"])
def test_an_item_that_cites_nothing_is_refused(tmp_path: Path, evidence: str) -> None:
    root = copy_of(tmp_path)
    text = rule()
    cited = text[text.index("    evidence:") : text.index("    from:")]
    line = add(root, "rules/dosing.yaml", text.replace(cited, evidence))
    problem = the_problem(root, Code.UNCITED)
    assert stands_at(problem, "rules/dosing.yaml", line + 1)


def test_a_citation_without_its_place_in_the_source_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule().replace('at: "a place", ', ""))
    assert "“at” is missing" in the_problem(root, Code.MISSING_VALUE).why


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules/dosing.yaml", "- id: DOS-02", "- id: DOS-01"),
        ("limits.yaml", "{id: oral-max-uk,", "{id: oral-max-us,"),
        ("facts.yaml", "{name: weight,", "{name: age,"),
        ("products.yaml", "- id: us-tablet-10", "- id: us-tablet-5"),
        ("plausibility.yaml", "- name: patient.weight", "- name: patient.age"),
        ("not_found.yaml", "- id: CON-21b", "- id: CON-21a"),
    ],
)
def test_an_id_given_twice_is_refused_at_the_second(tmp_path: Path, file: str, old: str, new: str) -> None:
    root = copy_of(tmp_path)
    line = swap(root, file, old, new)
    problem = next(p for p in refused(root) if p.code is Code.DUPLICATE_ID)
    assert stands_at(problem, file, line)


@pytest.mark.parametrize(
    ("file", "old", "new", "meant"),
    [
        ("rules/dosing.yaml", "    severity: INFO", "    severty: INFO", "severity"),
        ("rules/dosing.yaml", "    unknown: list", "    unknwon: list", "unknown"),
        ("limits.yaml", "jurisdictions: [US]", "jurisdiction: [US]", "jurisdictions"),
        ("facts.yaml", "within_days: 180", "within_day: 180", "within_days"),
    ],
)
def test_a_misspelt_key_is_refused_with_the_key_meant(
    tmp_path: Path, file: str, old: str, new: str, meant: str
) -> None:
    root = copy_of(tmp_path)
    line = swap(root, file, old, new)
    problem = next(p for p in refused(root) if p.code is Code.UNKNOWN_KEY)
    assert meant in problem.next_step
    assert stands_at(problem, file, line, within=12)


@pytest.mark.parametrize("severity", ["STOP", "BLOCK"])
def test_what_is_only_recalled_never_stops_anybody(tmp_path: Path, severity: str) -> None:
    root = copy_of(tmp_path)
    line = add(root, "rules/dosing.yaml", rule(severity=severity, check="recalled"))
    assert stands_at(the_problem(root, Code.RECALLED_BLOCKS), "rules/dosing.yaml", line + 1)


def test_what_is_only_recalled_may_warn(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    add(root, "rules/dosing.yaml", rule(severity="WARN", check="recalled"))
    assert load_knowledge(root=root).rule("NEW-01").is_recalled_only


def test_a_case_that_stops_on_memory_alone_is_refused_although_its_rule_was_read(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    memory = "{source: EUTONIA, at: memory, check: recalled, on: 2026-11-22}"
    case = f"    cases:\n      - {{name: a case, when: age > 3, severity: STOP, say: So., evidence: [{memory}]}}\n"
    add(root, "rules/dosing.yaml", rule(check="ours", more=case))
    assert the_problem(root, Code.RECALLED_BLOCKS)


def test_a_case_that_stops_on_its_rules_memory_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    case = "    cases:\n      - {name: a case, when: age > 3, severity: STOP, say: So.}\n"
    add(root, "rules/dosing.yaml", rule(check="recalled", more=case))
    assert the_problem(root, Code.RECALLED_BLOCKS)


@pytest.mark.parametrize("start", ["2026-13-01", "2026-02-30"])
def test_a_day_that_does_not_exist_is_refused_with_its_line(tmp_path: Path, start: str) -> None:
    root = copy_of(tmp_path)
    line = add(root, "rules/dosing.yaml", rule(start=start))
    problem = the_problem(root, Code.UNREADABLE)
    assert f"“{start}” is not a day of the calendar" in problem.why
    assert stands_at(problem, "rules/dosing.yaml", line + 9)


@pytest.mark.parametrize("start", ["last year", '"2026-11-22"', "20261122"])
def test_a_text_where_a_date_belongs_is_refused(tmp_path: Path, start: str) -> None:
    root = copy_of(tmp_path)
    line = add(root, "rules/dosing.yaml", rule(start=start))
    assert stands_at(the_problem(root, Code.NOT_A_DATE), "rules/dosing.yaml", line + 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: INFO", "severity: MAYBE"),
        ("kind: advice", "kind: hint"),
        ("grade: label", "grade: rumour"),
        ("check: read,", "check: seen,"),
        ("unknown: list", "unknown: ignore"),
    ],
)
def test_a_word_outside_its_closed_list_is_refused(tmp_path: Path, old: str, new: str) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "rules/dosing.yaml", old, new)
    problem = next(p for p in refused(root) if p.code is Code.UNKNOWN_WORD)
    assert stands_at(problem, "rules/dosing.yaml", line, within=20)
