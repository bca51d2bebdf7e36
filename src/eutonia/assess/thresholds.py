"""Whether the records of a rule stand on both sides of each of its thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eutonia.knowledge.condition import Condition, Facts, Holds, Vocabulary, parse_condition
from eutonia.knowledge.schema import Knowledge, Rule

if TYPE_CHECKING:
    from sqlglot import expressions as exp

__all__ = ["OneSided", "comparisons_in", "one_sided", "thresholds_of", "vocabulary_of"]

_COMPARE = {"LT", "LTE", "GT", "GTE"}


@dataclass(frozen=True, slots=True)
class OneSided:
    """A threshold that no record passes, or that every record passes."""

    rule: str
    threshold: str
    missing: str  # "on which it holds" | "on which it does not hold" | "at all"

    def says(self) -> str:
        """In a sentence."""
        return f"{self.rule}: no record {self.missing} stands at “{self.threshold}”."


def vocabulary_of(knowledge: Knowledge) -> Vocabulary:
    """The glossary as the language of conditions needs it."""
    facts = knowledge.facts.values()
    return Vocabulary(
        {f.name: f.type for f in facts},
        {f.name: f.values for f in facts if f.values},
        {f.name: f.unit for f in facts if f.type == "number"},
    )


def thresholds_of(rule: Rule) -> tuple[str, ...]:
    """The comparisons with a number in a rule and its cases, each once; “between” gives two."""
    conditions = (rule.when, *(case.when for case in rule.cases))
    return tuple(dict.fromkeys(text for condition in conditions for text in comparisons_in(condition)))


def comparisons_in(condition: Condition) -> tuple[str, ...]:
    """The comparisons with a number in a condition, each once."""
    import sqlglot  # noqa: PLC0415 - a heavy import

    nodes = sqlglot.parse_one(condition.text, dialect="duckdb").walk()
    return tuple(dict.fromkeys(text for node in nodes for text in _thresholds(node)))


def _thresholds(node: exp.Expr) -> Iterator[str]:
    kind = type(node).__name__
    if kind in _COMPARE and (_is_number(node.this) or _is_number(node.expression)):
        yield node.sql()
    elif kind == "Between":
        yield f"{node.this.sql()} >= {node.args['low'].sql()}"
        yield f"{node.this.sql()} <= {node.args['high'].sql()}"


def _is_number(node: exp.Expr) -> bool:
    return any(type(n).__name__ == "Literal" and not n.is_string for n in node.walk())


def one_sided(
    rules: Iterable[Rule], sheets: Mapping[str, Sequence[Facts]], terms: Vocabulary
) -> Iterator[OneSided]:
    """The thresholds of rules whose records stand on one side only.

    sheets: the facts of each rule's records, by the rule's id.
    """
    for rule in rules:
        for text in thresholds_of(rule):
            condition = parse_condition(text, terms)
            met = {condition.evaluate(values).holds for values in sheets.get(rule.id, ())}
            if Holds.YES not in met and Holds.NO not in met:
                yield OneSided(rule.id, text, "at all")
            elif Holds.YES not in met:
                yield OneSided(rule.id, text, "on which it holds")
            elif Holds.NO not in met:
                yield OneSided(rule.id, text, "on which it does not hold")
