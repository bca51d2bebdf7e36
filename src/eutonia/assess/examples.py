"""The records that show a rule at work: where it fires, where it just does not, where it cannot tell.

They are kept one file for each rule: ``rule``, ``base`` (the name of a whole scenario) and, under ``fires``,
``does_not_fire`` and ``cannot_tell``, what each record ``says`` and its ``change`` to the base (a JSON merge
patch, RFC 7396: null removes, lists are replaced whole). ``facts`` sets facts directly, on top of what the record
gives: so that a value stands exactly at a threshold that a whole record could hardly be made to meet.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eutonia.knowledge.condition import Facts, Holds
from eutonia.knowledge.schema import Case, Rule

__all__ = ["Example", "Expected", "is_as_expected", "merge_patch", "read_examples"]


class Expected(StrEnum):
    """What a record shows of its rule."""

    FIRES = "fires"
    QUIET = "does_not_fire"
    UNKNOWN = "cannot_tell"


_HOLDS = {Expected.FIRES: Holds.YES, Expected.QUIET: Holds.NO, Expected.UNKNOWN: Holds.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Example:
    """One record of one rule. data: the whole scenario. facts: set on top of it. severity, case, not_case: empty
    when not stated."""

    rule: str
    expected: Expected
    says: str
    data: object
    severity: str = ""
    case: str = ""
    not_case: str = ""
    facts: Facts = field(default_factory=dict)


def merge_patch(document: Any, change: Any) -> Any:
    """The document with a change laid over it; neither is altered."""
    if not isinstance(change, dict):
        return copy.deepcopy(change)
    result = copy.deepcopy(document) if isinstance(document, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def read_examples(document: Mapping[str, Any], bases: Mapping[str, Any]) -> Iterator[Example]:
    """The records of one rule's file. bases: whole scenarios by name. Raises KeyError for a base not there."""
    for expected in Expected:
        for entry in document.get(expected.value) or ():
            base = bases[entry.get("base", document["base"])]
            yield Example(
                rule=document["rule"],
                expected=expected,
                says=entry["says"],
                data=merge_patch(base, entry.get("change", {})),
                severity=entry.get("severity", ""),
                case=entry.get("case", ""),
                not_case=entry.get("not_case", ""),
                facts=dict(entry.get("facts", {})),
            )


def is_as_expected(example: Example, rule: Rule, values: Facts) -> bool:
    """Whether a rule (the one kept, or a changed one) does on these facts what the record says it does."""
    if rule.when.evaluate(values).holds is not _HOLDS[example.expected]:
        return False
    if example.expected is not Expected.FIRES:
        return True
    holding = [case for case in rule.cases if case.when.evaluate(values).holds is Holds.YES]
    names = {case.name for case in holding}
    if (example.case and example.case not in names) or example.not_case in names:
        return False
    return not example.severity or _severity(rule, holding) == example.severity


def _severity(rule: Rule, holding: list[Case]) -> str:
    graded = [case.severity for case in holding if case.severity is not None]
    return (max(graded) if graded else rule.severity).name
