"""Every rule on records either side of its threshold, and on one where the fact is missing."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.knowledge.loader import load_knowledge
from tests.scenario_files import SCENARIOS, ask, base, files, patched, read

RULE_FILES = list(files(SCENARIOS / "rules"))


def _examples(kind: str) -> list[Any]:
    found = []
    for path in RULE_FILES:
        document = read(path)
        for index, example in enumerate(document.get(kind) or []):
            found.append(pytest.param(document, example, id=f"{path.stem}-{kind}-{index + 1}"))
    return found


def _record(document: dict[str, Any], example: dict[str, Any]) -> object:
    return patched(base(example.get("base", document["base"])), example.get("change", {}))


@pytest.mark.parametrize(("document", "example"), _examples("fires"))
def test_the_rule_fires(document: dict[str, Any], example: dict[str, Any]) -> None:
    findings = {f.rule: f for f in ask(_record(document, example)).assessment.findings}
    assert document["rule"] in findings, example["says"]
    finding = findings[document["rule"]]
    if "severity" in example:
        assert finding.severity.name == example["severity"]
    if "case" in example:
        assert example["case"] in finding.cases
    if "not_case" in example:
        assert example["not_case"] not in finding.cases


@pytest.mark.parametrize(("document", "example"), _examples("does_not_fire"))
def test_the_rule_does_not_fire(document: dict[str, Any], example: dict[str, Any]) -> None:
    assert document["rule"] in ask(_record(document, example)).assessment.quiet, example["says"]


@pytest.mark.parametrize(("document", "example"), _examples("cannot_tell"))
def test_the_rule_cannot_tell(document: dict[str, Any], example: dict[str, Any]) -> None:
    undecided = {u.rule: u for u in ask(_record(document, example)).assessment.undecided}
    assert document["rule"] in undecided, example["says"]
    assert undecided[document["rule"]].missing


def test_every_rule_has_records_on_both_sides_and_one_with_the_fact_missing() -> None:
    documents = {d["rule"]: d for d in map(read, RULE_FILES)}
    assert {r.id for r in load_knowledge().rules} == documents.keys()
    for rule, document in documents.items():
        assert document.get("fires"), rule
        assert document.get("does_not_fire"), rule
        assert document.get("cannot_tell") or document.get("why_not"), rule
