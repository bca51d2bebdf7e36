"""The tools of those who keep the base: check, audit, diff and explain from the shell."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eutonia.faces.cli import Exit, app
from eutonia.knowledge.loader import load_knowledge
from tests.scenario_files import SCENARIOS
from tests.unit.broken_base import PACKAGED, add, copy_of, drop_unused_sources, swap
from tests.unit.test_loader_refuses_broken_items import rule

runner = CliRunner()

RECORDS = """rule: NEW-01
base: adult
fires:
  - says: eGFR of 29
    change: {record: {observations: [{what: egfr, value: 29 mL/min/1.73m2, on: 2026-11-01}]}}
does_not_fire:
  - says: eGFR of 30
    change: {record: {observations: [{what: egfr, value: 30 mL/min/1.73m2, on: 2026-11-01}]}}
"""


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = runner.invoke(app, [str(a) for a in arguments])
    return done.exit_code, done.stdout, done.stderr


def folder(tmp_path: Path, records: str = RECORDS) -> Path:
    """A folder with one base and the records of one rule."""
    root = tmp_path / "scenarios"
    (root / "bases").mkdir(parents=True)
    (root / "rules").mkdir()
    base = (SCENARIOS / "bases" / "adult-us.yaml").read_text(encoding="utf-8")
    (root / "bases" / "adult.yaml").write_text(base, encoding="utf-8")
    (root / "rules" / "NEW-01.yaml").write_text(records, encoding="utf-8")
    return root


def with_rule(tmp_path: Path, when: str = "egfr < 30") -> Path:
    """A copy of the base with one more rule, and no other."""
    root = copy_of(tmp_path)
    for path in (root / "rules").glob("*.yaml"):
        path.unlink()
    for name in ("notes", "catalogue", "claims", "tables"):  # without tables no plan is made from it
        for path in (root / name).glob("*.yaml"):
            path.unlink()
    shutil.rmtree(root / "recognise")  # it speaks of rules and disagreements that are gone
    (root / "conflicts.yaml").write_text("conflicts: []\n", encoding="utf-8")
    (root / "rules" / "new.yaml").write_text(f"topic: new\nrules:{rule(when=when)}", encoding="utf-8")
    drop_unused_sources(root)
    return root


# --- check ------------------------------------------------------------------------------------------------


def test_the_packaged_base_passes_its_check() -> None:
    code, out, _ = run("knowledge", "check")
    assert code == Exit.ANSWERED
    assert "every item has its sources, units and dates" in out
    assert "--scenarios" in out


def test_a_broken_base_is_refused_with_file_and_line(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    line = swap(root, "rules/kidney.yaml", "egfr < 30", "egrf < 30")
    code, out, err = run("knowledge", "check", root)
    assert code == Exit.KNOWLEDGE_BROKEN
    assert out == ""
    assert "rules/kidney.yaml:" in err
    assert "egfr" in err
    assert line


def test_a_folder_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    code, _, err = run("knowledge", "audit", tmp_path / "nowhere")
    assert code == Exit.INPUT_REFUSED
    assert "no such folder" in err
    code, _, err = run("knowledge", "check", "--scenarios", tmp_path / "nowhere")
    assert code == Exit.INPUT_REFUSED


def test_records_on_both_sides_of_the_only_threshold_pass(tmp_path: Path) -> None:
    code, out, _ = run("knowledge", "check", with_rule(tmp_path), "--scenarios", folder(tmp_path))
    assert code == Exit.ANSWERED, out
    assert "every threshold has records on both sides" in out


def test_records_that_set_facts_are_counted_apart_from_whole_patients(tmp_path: Path) -> None:
    more = RECORDS.replace("does_not_fire:", "  - {says: eGFR of 29.9, facts: {egfr: 29.9}}\ndoes_not_fire:")
    _, out, _ = run("knowledge", "check", with_rule(tmp_path), "--scenarios", folder(tmp_path, more))
    assert "2 records of rules, each a whole patient." in out
    assert "1 more set facts at a threshold" in out


def test_a_threshold_with_records_on_one_side_only_is_named(tmp_path: Path) -> None:
    base = with_rule(tmp_path, when="egfr < 30 or age > 90")
    code, out, _ = run("knowledge", "check", base, "--scenarios", folder(tmp_path))
    assert code == Exit.WANTING
    assert "NEW-01: no record on which it holds stands at “age > 90”." in out


def test_a_record_that_does_not_do_what_it_says_is_named(tmp_path: Path) -> None:
    base = with_rule(tmp_path, when="egfr < 31")
    code, out, _ = run("knowledge", "check", base, "--scenarios", folder(tmp_path), "--json")
    assert code == Exit.WANTING
    records = json.loads(out)["records"]
    assert records["wrong"] == ["NEW-01, does_not_fire, “eGFR of 30”: the rule does something else."]
    assert not records["is_whole"]


def test_records_of_a_rule_nobody_wrote_and_a_rule_without_records_are_named(tmp_path: Path) -> None:
    records = RECORDS.replace("NEW-01", "NEW-02")
    _, out, _ = run("knowledge", "check", with_rule(tmp_path), "--scenarios", folder(tmp_path, records))
    assert "NEW-02: there are records, but there is no such rule." in out
    assert "NEW-01: no record shows where it fires." in out


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    records = RECORDS.replace("29 mL/min", "29 ml/mni")
    code, out, _ = run("knowledge", "check", with_rule(tmp_path), "--scenarios", folder(tmp_path, records))
    assert code == Exit.WANTING
    assert "it is refused" in out


@pytest.mark.parametrize(
    "broken", ["rule: NEW-01\nbase: nobody\nfires: [{says: x}]\n", "rule: A\nfires: 3\n"]
)
def test_a_file_that_is_no_file_of_records_is_refused_by_name(tmp_path: Path, broken: str) -> None:
    code, _, err = run("knowledge", "check", with_rule(tmp_path), "--scenarios", folder(tmp_path, broken))
    assert code == Exit.INPUT_REFUSED
    assert "NEW-01.yaml" in err


def test_every_record_of_the_project_does_what_it_says() -> None:
    _, out, _ = run("knowledge", "check", "--scenarios", SCENARIOS, "--json")
    records = json.loads(out)["records"]
    assert records["wrong"] == []
    assert records["without"] == []
    assert records["strangers"] == []


def test_every_threshold_of_the_project_has_records_on_both_sides() -> None:
    _, out, _ = run("knowledge", "check", "--scenarios", SCENARIOS, "--json")
    one_sided = [
        f"{x['rule']} {x['threshold']}: none {x['missing']}" for x in json.loads(out)["records"]["one_sided"]
    ]
    assert not one_sided, "\n".join(one_sided)


# --- audit ------------------------------------------------------------------------------------------------


def test_the_audit_fits_on_one_screen() -> None:
    code, out, _ = run("knowledge", "audit")
    assert code == Exit.ANSWERED
    lines = out.splitlines()
    assert len(lines) <= 44  # 40 or so, with room for the longest lists
    assert max(map(len, lines)) <= 80
    knowledge = load_knowledge()
    assert f"{len(knowledge.rules)} rules" in " ".join(out.split())
    assert "none of it stops or blocks" in " ".join(out.split())


def test_the_audit_as_data_names_everything() -> None:
    data = json.loads(run("knowledge", "audit", "--json")[1])
    knowledge = load_knowledge()
    assert data["format"] == "eutonia-audit/1"
    assert data["counts"]["rules"] == len(knowledge.rules)
    assert data["stops_recalled"] == []
    assert data["unresolved"] == []
    assert set(data["unused"]) <= set(knowledge.sources)


# --- diff -------------------------------------------------------------------------------------------------


def test_two_equal_versions_do_not_differ() -> None:
    code, out, _ = run("knowledge", "diff", PACKAGED, PACKAGED)
    assert code == Exit.ANSWERED
    assert "No item differs." in out


def test_a_moved_threshold_changes_the_answers_of_those_beside_it(tmp_path: Path) -> None:
    before = with_rule(tmp_path / "a")
    after = with_rule(tmp_path / "b", when="egfr < 31")
    code, out, _ = run("knowledge", "diff", before, after, "--scenarios", folder(tmp_path))
    assert code == Exit.ANSWERED
    assert "changed  rule NEW-01 (when)" in out
    assert "1 of 2 scenarios are answered differently." in out
    assert "NEW-01 does_not_fire: eGFR of 30: No problem found → Check" in out
    assert "  appears: NEW-01 WARN" in out


def test_a_changed_severity_is_said_as_one(tmp_path: Path) -> None:
    before, after = with_rule(tmp_path / "a"), with_rule(tmp_path / "b")
    swap(after, "rules/new.yaml", "severity: WARN", "severity: STOP")
    _, out, _ = run("knowledge", "diff", before, after, "--scenarios", folder(tmp_path), "--json")
    answers = json.loads(out)["answers"]
    assert [(a["before"], a["after"], a["changes"]) for a in answers] == [
        ("Check", "Stop", ["NEW-01 WARN → STOP"])
    ]


def test_an_added_rule_and_a_new_source_are_named(tmp_path: Path) -> None:
    after = copy_of(tmp_path)
    add(after, "rules/dosing.yaml", rule().replace("source: EUTONIA", "source: EUTONIA-2"))
    swap(
        after,
        "sources.yaml",
        "  - {id: EUTONIA,",
        "  - {id: EUTONIA-2, title: T, kind: ours, check: ours, on: 2026-11-22}\n  - {id: EUTONIA,",
    )
    items = json.loads(run("knowledge", "diff", PACKAGED, after, "--json")[1])["items"]
    assert {(i["kind"], i["id"], i["change"]) for i in items} == {
        ("rule", "NEW-01", "added"),
        ("source", "EUTONIA-2", "added"),
    }


def test_a_rule_that_only_moved_within_its_file_has_not_changed(tmp_path: Path) -> None:
    after = copy_of(tmp_path)
    path = after / "rules" / "dosing.yaml"
    path.write_text("# a comment\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "No item differs." in run("knowledge", "diff", PACKAGED, after)[1]


# --- explain ----------------------------------------------------------------------------------------------


def test_a_rule_is_explained_with_its_condition_in_words() -> None:
    out = " ".join(run("explain", "REN-04")[1].split())
    assert "all of these: baclofen by mouth: yes dialysis: no or not known" in out
    assert "eGFR below 30 mL per minute per 1.73 square metres" in out
    assert "creatinine clearance below 30 mL per minute" in out


def test_the_records_of_a_rule_are_its_examples() -> None:
    out = run("explain", "REN-04", "--scenarios", SCENARIOS)[1]
    assert "Examples" in out
    assert "does not fire: " in out


def test_a_limit_is_explained_by_its_id() -> None:
    code, out, _ = run("explain", "oral-max-us")
    assert code == Exit.ANSWERED
    assert "80 mg a day" in out
    assert "jurisdiction: US" in out


def test_every_item_can_be_explained() -> None:
    from eutonia.report.explain import explain, explainable

    knowledge = load_knowledge()
    for name in explainable(knowledge):
        for item in explain(name, knowledge):
            assert item.title, name
            assert item.sections, name
            assert all(line.strip() for section in item.sections for line in section.lines), name


def test_an_explanation_as_data_holds_the_same_sections() -> None:
    data = json.loads(run("explain", "REN-05", "--json")[1])
    assert [item["id"] for item in data["items"]] == ["REN-05"]
    assert "Holds when" in {section["heading"] for section in data["items"][0]["sections"]}


@pytest.mark.parametrize(("given", "near"), [("REN-5", "REN-05"), ("oral-max-uss", "oral-max-us")])
def test_an_unknown_id_gets_the_names_near_it(given: str, near: str) -> None:
    code, out, err = run("explain", given)
    assert code == Exit.NOT_FOUND
    assert out == ""
    assert near in err
