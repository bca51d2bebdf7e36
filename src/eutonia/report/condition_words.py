"""A rule's condition in plain words, made from the parsed condition and the glossary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eutonia.knowledge.schema import FactDefinition
from eutonia.report.labels import fact_words
from eutonia.show import show_number
from eutonia.units import unit

if TYPE_CHECKING:
    from sqlglot import expressions as exp

__all__ = ["Line", "condition_lines"]

_COMPARE = {
    "EQ": "is",
    "NEQ": "is not",
    "LT": "below",
    "LTE": "at most",
    "GT": "above",
    "GTE": "at least",
}
_OPPOSITE = {"EQ": "NEQ", "NEQ": "EQ", "LT": "GTE", "LTE": "GT", "GT": "LTE", "GTE": "LT"}
_ARITHMETIC = {"Add": "plus", "Sub": "minus", "Mul": "times", "Div": "divided by"}
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a condition: how deep it stands, and what it says."""

    depth: int
    text: str


def condition_lines(text: str, facts: Mapping[str, FactDefinition]) -> tuple[Line, ...]:
    """A condition as nested lines: “all of these” and “at least one of these” over single statements.

    text: a condition of the base. facts: the glossary, for units.
    """
    import sqlglot  # noqa: PLC0415 - a heavy import, only needed when a rule is explained

    if text == "true":
        return (Line(0, "always"),)
    return tuple(_Words(facts).lines(sqlglot.parse_one(text, dialect="duckdb"), 0))


class _Words:
    def __init__(self, facts: Mapping[str, FactDefinition]) -> None:
        self.facts = facts

    def lines(self, node: exp.Expr, depth: int, *, negated: bool = False) -> Iterator[Line]:
        kind = type(node).__name__
        if kind == "Paren":
            yield from self.lines(node.this, depth, negated=negated)
        elif kind == "Not":
            yield from self.lines(node.this, depth, negated=not negated)
        elif kind == "Or" and not negated and (joined := self.or_not_known(node)):
            yield Line(depth, joined)
        elif kind in {"And", "Or"}:
            head = "all of these:" if (kind == "And") is not negated else "at least one of these:"
            yield Line(depth, head)
            for part in _flattened(node, kind):
                yield from self.lines(part, depth + 1, negated=negated)
        else:
            yield Line(depth, self.statement(node, kind, negated=negated))

    def or_not_known(self, node: exp.Expr) -> str:
        """“dialysis: no or not known” for “is_on_dialysis is null or not is_on_dialysis”; else empty."""
        parts = list(_flattened(node, "Or"))
        if len(parts) != 2 or type(parts[0]).__name__ != "Is":
            return ""
        other = _bare(parts[1])
        is_not = type(other).__name__ == "Not"
        other = _bare(other.this) if is_not else other
        kind, name = type(other).__name__, parts[0].this.name
        subject = other if kind == "Column" else other.this
        if subject.name != name or (kind != "Column" and kind not in _COMPARE):
            return ""
        return f"{self.statement(other, kind, negated=is_not)} or not known"

    def statement(self, node: exp.Expr, kind: str, *, negated: bool) -> str:
        """One comparison or flag."""
        if kind == "Column":
            return f"{fact_words(node.name)}: {'no' if negated else 'yes'}"
        if kind == "Boolean":
            return "always" if bool(node.this) is not negated else "never"
        if kind == "Is":
            return f"{self.value(node.this)}: {'known' if negated else 'not known'}"
        if kind == "Between":
            low, high = (self.value(node.args[key], node.this) for key in ("low", "high"))
            return f"{self.value(node.this)} {'not ' if negated else ''}from {low} to {high}"
        if kind == "In":
            options = " or ".join(self.value(option, node.this) for option in node.expressions)
            return f"{self.value(node.this)} is {'not ' if negated else ''}{options}"
        word = _COMPARE[_OPPOSITE[kind] if negated else kind]
        left = self.value(node.this, node.expression)
        return f"{left} {word} {self.value(node.expression, node.this)}"

    def value(self, node: exp.Expr, beside: exp.Expr | None = None) -> str:
        """A fact, a number with the unit of what it stands beside, or arithmetic on both."""
        kind = type(node).__name__
        if kind == "Paren":
            return self.value(node.this, beside)
        if kind == "Column":
            return fact_words(node.name)
        if kind == "Neg":
            return f"−{self.value(node.this, beside)}"
        if kind in _ARITHMETIC:
            factor = kind in {"Mul", "Div"}
            left = self.value(node.this, None if factor else node.expression)
            right = self.value(node.expression, None if factor else node.this)
            return f"{left} {_ARITHMETIC[kind]} {right}"
        if node.is_string:
            return str(node.this)
        return f"{show_number(float(node.this), _DIGITS)}{self.unit_of(beside)}"

    def unit_of(self, node: exp.Expr | None) -> str:
        """The unit of the fact a number stands beside, in words; empty when there is none."""
        node = None if node is None else _bare(node)
        if node is None or type(node).__name__ != "Column":
            return ""
        symbol = self.facts[node.name].unit
        return "" if symbol in {"", "1"} else f" {unit(symbol).words}"


def _flattened(node: exp.Expr, kind: str) -> Iterator[exp.Expr]:
    """The operands of a chain of the same word; brackets around the same word do not matter."""
    for side in (node.this, node.expression):
        inner = _bare(side)
        if type(inner).__name__ == kind:
            yield from _flattened(inner, kind)
        else:
            yield inner


def _bare(node: exp.Expr) -> exp.Expr:
    """A node without the brackets around it."""
    while type(node).__name__ == "Paren":
        node = node.this
    return node
