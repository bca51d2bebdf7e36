"""A knowledge base whose files, limits or references are broken is refused, with the file and the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from eutonia.errors import Code
from eutonia.knowledge.loader import FILES, load_knowledge
from tests.unit.broken_base import PACKAGED, copy_of, refused, stands_at, swap, the_problem


def test_a_file_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "rules/dosing.yaml", "    title: First dose for an adult", "    title: [First dose")
    problem = next(p for p in refused(root) if p.code is Code.UNREADABLE)
    assert problem.path.startswith("rules/dosing.yaml:")
    assert int(problem.path.partition(":")[2]) >= line


def test_a_key_written_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "rules/dosing.yaml", "    severity: INFO\n", "    severity: INFO\n    severity: STOP\n")
    problem = the_problem(root, Code.UNREADABLE)
    assert "“severity” is written twice" in problem.why
    assert stands_at(problem, "rules/dosing.yaml", line + 1)


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    (root / "signs.yaml").write_bytes(b"signs: [\xff\xfe]\n")
    assert any(p.code is Code.UNREADABLE and p.path == "signs.yaml" for p in refused(root))


def test_a_file_that_is_a_list_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    (root / "signs.yaml").write_text("- hallucination\n", encoding="utf-8")
    assert any(p.code is Code.WRONG_TYPE and p.path == "signs.yaml" for p in refused(root))


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_refused_by_name_and_nothing_else_is_said(tmp_path: Path, file: str) -> None:
    root = copy_of(tmp_path)
    (root / file).unlink()
    assert [(p.path, p.why) for p in refused(root)] == [(file, f"The file {file} is missing.")]


def test_every_file_of_the_packaged_base_is_one_that_every_base_holds() -> None:
    assert sorted(path.name for path in PACKAGED.glob("*.yaml")) == sorted(FILES)


@pytest.mark.parametrize("folder", ["rules", "models"])
def test_a_base_without_any_rule_or_model_is_refused_because_it_would_find_no_problem(
    tmp_path: Path, folder: str
) -> None:
    root = copy_of(tmp_path)
    for path in (root / folder).iterdir():
        path.unlink()
    assert any(p.why == f"There is not any {folder[:-1]}." for p in refused(root))


def test_an_empty_list_of_limits_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    (root / "limits.yaml").write_text("limits: []\n", encoding="utf-8")
    said = [p.why for p in refused(root)]
    assert "There is no limit called oral.daily_dose.max." in said
    assert "There is no limit called kidney_function_max_age." in said


# -- limits ---------------------------------------------------------------------------------------------

MAX_US = "{id: oral-max-us, name: oral.daily_dose.max, value: 80 mg/day, jurisdictions: [US],"


def _limit(root: Path, old: str, new: str) -> int:
    return swap(root, "limits.yaml", MAX_US, MAX_US.replace(old, new))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("80 mg", Code.WRONG_DIMENSION),
        ("80", Code.WRONG_DIMENSION),
        ("80 mg/kg/day", Code.WRONG_DIMENSION),
        ("80 ounces", Code.UNKNOWN_UNIT),
        ("60-80 mg/day", Code.NOT_A_QUANTITY),
    ],
)
def test_a_limit_in_the_wrong_unit_is_refused(tmp_path: Path, value: str, code: Code) -> None:
    root = copy_of(tmp_path)
    line = _limit(root, "80 mg/day", value)
    problem = next(p for p in refused(root) if p.code is code)
    assert stands_at(problem, "limits.yaml", line)


@pytest.mark.parametrize("value", ["1/0", "2//3", "half", "0.5 mg"])
def test_a_fraction_that_is_none_is_refused(tmp_path: Path, value: str) -> None:
    root = copy_of(tmp_path)
    line = swap(
        root,
        "limits.yaml",
        'kept-egfr-60, name: oral.kept_fraction.egfr, value: "2/3"',
        f'kept-egfr-60, name: oral.kept_fraction.egfr, value: "{value}"',
    )
    assert any(stands_at(p, "limits.yaml", line) for p in refused(root))


def test_a_limit_of_a_name_nothing_reads_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = _limit(root, "oral.daily_dose.max,", "oral.dayly_dose.max,")
    problem = next(p for p in refused(root) if p.code is Code.UNKNOWN_WORD)
    assert stands_at(problem, "limits.yaml", line)


def test_a_limit_for_a_country_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = _limit(root, "[US]", "[USA]")
    problem = the_problem(root, Code.UNKNOWN_WORD)
    assert "“USA” is not a jurisdiction" in problem.why
    assert stands_at(problem, "limits.yaml", line)


# -- products, facts, terms, models ---------------------------------------------------------------------


def test_a_tablet_without_a_strength_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "products.yaml", "    strength: 5 mg\n", "")
    problem = the_problem(root, Code.MISSING_VALUE)
    assert stands_at(problem, "products.yaml", line, within=4)


def test_a_product_in_the_wrong_unit_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "products.yaml", "    strength: 5 mg\n", "    strength: 5 tablets\n")
    assert the_problem(root, Code.UNKNOWN_UNIT)


def test_a_product_for_a_country_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "products.yaml", "jurisdictions: [IE]", "jurisdictions: [IRL]")
    assert "IRL" in the_problem(root, Code.UNKNOWN_WORD).why


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("unit: mL/min/1.73m2", "unit: mL/minute/m2", Code.UNKNOWN_UNIT),
        ("origin: medicine, of: [opioid]", "origin: drug, of: [opioid]", Code.UNKNOWN_WORD),
        ("status: past", "status: former", Code.UNKNOWN_WORD),
        ("of: [opioid]", "of: [opiate drug]", Code.UNKNOWN_REFERENCE),
        ("origin: medicine, of: [opioid], ", "origin: medicine, ", Code.UNKNOWN_REFERENCE),
    ],
)
def test_a_fact_that_could_never_be_known_is_refused(tmp_path: Path, old: str, new: str, code: Code) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "facts.yaml", old, new)
    problem = next(p for p in refused(root) if p.code is code)
    assert stands_at(problem, "facts.yaml", line)


def test_a_term_that_belongs_to_an_undefined_term_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "medicines.yaml", "central depressant]", "central depresant]")
    problem = next(p for p in refused(root) if p.code is Code.UNKNOWN_REFERENCE)
    assert "“central depresant”, which is not defined" in problem.why
    assert stands_at(problem, "medicines.yaml", line, within=8)


def test_a_model_whose_domain_is_no_number_is_refused(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "models/oral.reference2026.yaml", "hard: [2, null]", "hard: [two, null]")
    problem = the_problem(root, Code.WRONG_TYPE)
    assert stands_at(problem, "models/oral.reference2026.yaml", line, within=4)


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    _limit(root, "80 mg/day", "80 mg")
    swap(root, "facts.yaml", "status: past", "status: former")
    swap(root, "rules/dosing.yaml", "severity: INFO", "severity: MAYBE")
    assert {p.path.partition(":")[0] for p in refused(root)} >= {
        "limits.yaml",
        "facts.yaml",
        "rules/dosing.yaml",
    }


def test_knowledge_that_has_ended_is_left_out_on_a_later_day(tmp_path: Path) -> None:
    from datetime import date

    root = copy_of(tmp_path)
    swap(root, "rules/dosing.yaml", "    from: 2026-11-22\n", "    from: 2026-11-22\n    until: 2027-01-31\n")
    ids = {r.id for r in load_knowledge(on=date(2027, 1, 31), root=root).rules}
    later = {r.id for r in load_knowledge(on=date(2027, 2, 1), root=root).rules}
    assert ids - later == {"DOS-01"}
