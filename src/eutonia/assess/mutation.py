"""Would a wrong number be noticed? Every threshold of a rule moved, one at a time, against the rule's records.

A change that no record notices is a number nobody checks. Only the conditions are changed, in memory; the facts of
the records are worked out once. Limits are moved the same way, in their value and in their condition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from eutonia.assess.examples import Example, is_as_expected
from eutonia.knowledge.condition import Facts, Vocabulary, parse_condition
from eutonia.knowledge.schema import Limit, Rule
from eutonia.units import Quantity

if TYPE_CHECKING:
    from sqlglot import expressions as exp

__all__ = ["Mutant", "limit_mutants", "mutants_of", "unnoticed"]

_FLIPS = {"LT": "LTE", "LTE": "LT", "GT": "GTE", "GTE": "GT"}
_NUDGE = 0.1  # a tenth up and down, beside one step up and down


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one thing changed. where: in the rule or in which case; change: what, in words."""

    rule: Rule
    where: str
    change: str


def mutants_of(rule: Rule, terms: Vocabulary) -> Iterator[Mutant]:
    """Every rule that differs in one number or in whether one threshold itself belongs to it."""
    for text, change in _changed(rule.when.text):
        yield Mutant(replace(rule, when=parse_condition(text, terms)), "when", change)
    for index, case in enumerate(rule.cases):
        for text, change in _changed(case.when.text):
            other = replace(case, when=parse_condition(text, terms))
            cases = (*rule.cases[:index], other, *rule.cases[index + 1 :])
            yield Mutant(replace(rule, cases=cases), case.name, change)


def unnoticed(
    rule: Rule, examples: Sequence[tuple[Example, Facts]], terms: Vocabulary
) -> tuple[int, tuple[Mutant, ...]]:
    """How many changes were tried, and those that no record of the rule notices."""
    tried, missed = 0, []
    for mutant in mutants_of(rule, terms):
        tried += 1
        if all(is_as_expected(example, mutant.rule, values) for example, values in examples):
            missed.append(mutant)
    return tried, tuple(missed)


def limit_mutants(limit: Limit, terms: Vocabulary) -> Iterator[tuple[Limit, str]]:
    """Every limit that differs in its number, or in one number or threshold of its condition; with the change."""
    value = limit.value
    number = value if isinstance(value, Fraction) else Fraction(value.value)
    step = Fraction(1) if number >= 1 and number.denominator == 1 else Fraction(1, 10)
    for moved in sorted({number - step, number + step, number * Fraction(9, 10), number * Fraction(11, 10)}):
        if moved == number:
            continue
        if isinstance(value, Fraction):
            other: Quantity | Fraction = moved
        else:
            other = Quantity(type(value.value)(str(float(moved))), value.unit)
        yield replace(limit, value=other), f"{other} for {value}"
    for text, change in _changed(limit.when.text):
        yield replace(limit, when=parse_condition(text, terms)), change


def _changed(text: str) -> Iterator[tuple[str, str]]:
    """Each changed text of a condition, with what was changed."""
    import sqlglot  # noqa: PLC0415 - a heavy import

    def tree() -> exp.Expr:
        return sqlglot.parse_one(text, dialect="duckdb")

    for index, node in enumerate(tree().walk()):
        kind = type(node).__name__
        if _is_never_reached(node):
            continue
        if kind in _FLIPS:
            yield _with(tree(), index, _flipped), f"“{node.sql()}” with {_FLIPS[kind]} for {kind}"
        elif kind == "Literal" and not node.is_string:
            for number in _near(float(node.this)):
                change = f"{number:g} for {node.this} in “{node.parent.sql() if node.parent else text}”"
                yield _with(tree(), index, _numbered(number)), change


def _is_never_reached(node: exp.Expr) -> bool:
    """Whether a comparison stands beside “is null” of its own fact: it is then never true nor false, and only
    names what is missing, so that no number in it matters."""
    from sqlglot import expressions  # noqa: PLC0415

    comparison = node if type(node).__name__ in _FLIPS else node.parent
    if comparison is None:
        return False
    whole = comparison
    while isinstance(whole.parent, expressions.And):
        whole = whole.parent
    names = {column.name for column in comparison.find_all(expressions.Column)}
    beside = whole.flatten() if isinstance(whole, expressions.And) else ()
    return any(
        isinstance(part, expressions.Is)
        and isinstance(part.expression, expressions.Null)
        and part.this.name in names
        for part in beside
    )


def _near(value: float) -> tuple[float, ...]:
    step = 1.0 if value == int(value) else 0.1
    steps = {value - step, value + step, value * (1 - _NUDGE), value * (1 + _NUDGE)}
    return tuple(sorted(number for number in steps if number != value))


def _with(tree: exp.Expr, index: int, change: Callable[[exp.Expr], exp.Expr]) -> str:
    node = next(n for i, n in enumerate(tree.walk()) if i == index)
    if node is tree:
        return change(node).sql(dialect="duckdb")
    node.replace(change(node))
    return tree.sql(dialect="duckdb")


def _flipped(node: exp.Expr) -> exp.Expr:
    from sqlglot import expressions  # noqa: PLC0415

    kinds: Mapping[str, type[exp.Expr]] = {
        name: getattr(expressions, other) for name, other in _FLIPS.items()
    }
    return kinds[type(node).__name__](this=node.this.copy(), expression=node.expression.copy())


def _numbered(number: float) -> Callable[[exp.Expr], exp.Expr]:
    def change(_node: exp.Expr) -> exp.Expr:
        from sqlglot import expressions  # noqa: PLC0415

        return expressions.Literal.number(repr(number))

    return change
