"""Whether the records kept for the rules do what they say, and stand on both sides of every threshold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eutonia.assess.examples import Example, Expected, is_as_expected
from eutonia.assess.facts import derive_facts
from eutonia.assess.thresholds import OneSided, one_sided, vocabulary_of
from eutonia.errors import Code, InputRefused, Problem
from eutonia.intake import read_scenario
from eutonia.knowledge.condition import Facts
from eutonia.knowledge.schema import Knowledge

__all__ = ["RecordsCheck", "check_records", "facts_of", "sheet_of"]


@dataclass(frozen=True, slots=True)
class RecordsCheck:
    """What is wanting.

    records: written from sources, as whole patients. at_thresholds: those beside them that set facts directly; they are
    proposed from the rules themselves, and show only that a number did not slip. wrong: records that do not do what
    they say, or cannot be read. without: rules that no record shows firing, or none shows quiet. strangers: records of
    rules that do not exist.
    """

    records: int
    at_thresholds: int
    wrong: tuple[str, ...]
    without: tuple[str, ...]
    strangers: tuple[str, ...]
    one_sided: tuple[OneSided, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wanting."""
        return not (self.wrong or self.without or self.strangers or self.one_sided)


def facts_of(data: object, knowledge: Knowledge) -> Facts:
    """The facts of one scenario, plain data as read from a file. Raises InputRefused."""
    scenario, _ = read_scenario(data, knowledge)
    return dict(derive_facts(scenario, knowledge)[0].values)


def sheet_of(example: Example, knowledge: Knowledge) -> Facts:
    """The facts of one record of a rule, with those it sets directly. Raises InputRefused, also for a fact that
    is not in the glossary."""
    strangers = [name for name in example.facts if name not in knowledge.facts]
    if strangers:
        why = "It is not a fact of the glossary."
        raise InputRefused([Problem(Code.UNKNOWN_KEY, why, path=f"facts.{name}") for name in strangers])
    return {**facts_of(example.data, knowledge), **example.facts}


def check_records(examples: Iterable[Example], knowledge: Knowledge) -> RecordsCheck:
    """Every record against its rule, and every rule against its records."""
    rules = {rule.id: rule for rule in knowledge.rules}
    shown: dict[str, set[Expected]] = {name: set() for name in rules}
    sheets: dict[str, list[Facts]] = {}
    wrong, strangers, whole, at_thresholds = [], dict[str, None](), 0, 0
    for example in examples:
        whole, at_thresholds = whole + (not example.facts), at_thresholds + bool(example.facts)
        if example.rule not in rules:
            strangers[example.rule] = None
            continue
        try:
            values = sheet_of(example, knowledge)
        except InputRefused as refused:
            wrong.append(f"{_name(example)}: it is refused. {refused.problems[0]}")
            continue
        sheets.setdefault(example.rule, []).append(values)
        shown[example.rule].add(example.expected)
        if not is_as_expected(example, rules[example.rule], values):
            wrong.append(f"{_name(example)}: the rule does something else.")
    return RecordsCheck(
        records=whole,
        at_thresholds=at_thresholds,
        wrong=tuple(wrong),
        without=tuple(_without(shown)),
        strangers=tuple(strangers),
        one_sided=tuple(one_sided(knowledge.rules, sheets, vocabulary_of(knowledge))),
    )


def _name(example: Example) -> str:
    return f"{example.rule}, {example.expected.value}, “{example.says}”"


def _without(shown: dict[str, set[Expected]]) -> Iterator[str]:
    for rule, kinds in shown.items():
        for kind, words in ((Expected.FIRES, "fires"), (Expected.QUIET, "does not fire")):
            if kind not in kinds:
                yield f"{rule}: no record shows where it {words}."
