"""The language rules are written in: SQL boolean expressions over named facts, three-valued.

``egfr < 30 and oral_daily_dose > 0`` is parsed once and compiled to closures. On one record it answers
fires / does not fire / cannot tell *and* which parts held and which missing facts decided; the same text runs
as SQL over columns. NULL means not known, exactly as in SQL; a property test holds the two to one answer.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from eutonia.errors import Code, Problem
from eutonia.knowledge.condition_units import unit_clash

if TYPE_CHECKING:
    from sqlglot import expressions as exp

Value = float | bool | str | None
Facts = Mapping[str, Value]

_COMPARE: dict[str, Callable[[float | str, float | str], bool]] = {
    "EQ": lambda a, b: a == b,
    "NEQ": lambda a, b: a != b,
    "LT": lambda a, b: a < b,  # type: ignore[operator]
    "LTE": lambda a, b: a <= b,  # type: ignore[operator]
    "GT": lambda a, b: a > b,  # type: ignore[operator]
    "GTE": lambda a, b: a >= b,  # type: ignore[operator]
}
_ARITHMETIC: dict[str, Callable[[float, float], float | None]] = {
    "Add": lambda a, b: a + b,
    "Sub": lambda a, b: a - b,
    "Mul": lambda a, b: a * b,
    "Div": lambda a, b: a / b if b else None,  # SQL engines differ on x/0; unknown is the careful answer
}
_WORDS = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}


class Holds(StrEnum):
    """The three answers a condition can give."""

    YES = "fires"
    NO = "does not fire"
    UNKNOWN = "cannot tell"

    @classmethod
    def of(cls, value: bool | None) -> Holds:
        return cls.UNKNOWN if value is None else cls.YES if value else cls.NO


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison or flag inside a condition: its text, whether it holds, the facts it used."""

    text: str
    holds: Holds
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a condition says of one record. missing: the unknown facts that kept it undecided."""

    holds: Holds
    parts: tuple[Part, ...]
    missing: tuple[str, ...]


class ConditionError(ValueError):
    """A condition that is not in the language, or names something that does not exist."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.why)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts a condition may name: their types ("number", "boolean", "text"); for text facts with a closed
    list, the values that exist, so that a misspelt value is refused instead of never holding; for numbers their
    units, so that a dose is never compared with an age, and the range in which a line through it makes sense, so that
    a number in another unit is refused."""

    types: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    refuses_constants: bool = False  # in the knowledge base; elsewhere the language allows them

    def __hash__(self) -> int:
        """Cheap, because a base asks for it with each condition; equality tells vocabularies apart."""
        return hash((len(self.types), len(self.ranges), self.refuses_constants))

    def check_threshold(self, subject: exp.Expr, value: exp.Expr, whole: str) -> None:
        """Refuse a number that lies outside what the fact can sensibly be compared with; 0 is always allowed."""
        span = self.ranges.get(subject.name) if type(subject).__name__ == "Column" else None
        if span is None or type(value).__name__ != "Literal" or value.is_string:
            return
        if (number := float(value.this)) and not span[0] <= number <= span[1]:
            unit = self.units.get(subject.name, "")
            why = (
                f"{number:g} is no threshold of {subject.name}, which is in {unit}."
                if unit != "1"
                else (f"{number:g} is no threshold of {subject.name}.")
            )
            step = f"It lies between {span[0]:g} and {span[1]:g}; is the number in another unit?"
            raise _broken(whole, why, next_step=step)

    def check_constant(self, tree: exp.Expr, own: Collection[str], whole: str) -> None:
        """Refuse a part that names no fact, or compares one with itself: it is the same for every patient."""
        if not self.refuses_constants or (own and tree.args.get("expression") != tree.this):
            return
        why = f"“{tree.sql()}” is the same for every patient."
        raise _broken(whole, why, next_step="Compare a fact of the glossary, or leave it out.")

    def check_value(self, subject: exp.Expr, value: exp.Expr, whole: str) -> None:
        """Refuse a text that the fact can never be."""
        known = self.values.get(subject.name, ()) if type(subject).__name__ == "Column" else ()
        if known and value.is_string and value.this not in known:
            why = f"“{value.this}” is not a value of {subject.name}."
            raise _broken(whole, why, known, f"It can be: {', '.join(known)}.")


# A compiled node gives its value and, when that is None, the missing facts to blame.
_Result = tuple[Value, tuple[str, ...]]
_Node = Callable[[Facts, list[Part]], _Result]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition. text: as written. facts: the names it uses, in order of appearance."""

    text: str
    facts: tuple[str, ...]
    _node: _Node = field(repr=False, compare=False)

    def evaluate(self, facts: Facts) -> Outcome:
        """The answer for one record's facts (name to value; None or absent is not known)."""
        parts: list[Part] = []
        value, blame = self._node(facts, parts)
        missing = tuple(dict.fromkeys(blame)) if value is None else ()
        return Outcome(Holds.of(value if value is None else bool(value)), tuple(parts), missing)


ALWAYS = Condition("true", (), lambda _facts, _parts: (True, ()))


@lru_cache(maxsize=8192)
def parse_condition(text: str, terms: Vocabulary) -> Condition:
    """Parse and type-check one condition; versions of a base that are compared share nearly all.

    text: the SQL boolean expression. terms: the facts that exist, with their types and closed lists.
    Raises ConditionError that names the unknown fact (with the nearest known name), the type mismatch or the
    construct that is outside the language.
    """
    tree = _parse(text)
    names: dict[str, None] = {}
    node, kind = _compile(tree, terms, names, text)
    if kind != "boolean":
        raise _broken(text, f"“{text}” is a {kind}; a condition must be true or false.")
    if (clash := unit_clash(tree, terms.units)) is not None:
        raise _broken(text, clash, next_step="Compare and add only what has the same unit.")
    return Condition(text, tuple(names), node)


def _parse(text: str) -> exp.Expr:
    import sqlglot  # noqa: PLC0415 - a heavy import, only needed when knowledge is loaded
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        return sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError as error:
        raise _broken(text, f"“{text}” is not a SQL expression: {str(error).splitlines()[0]}") from None


def _broken(text: str, why: str, accepted: tuple[str, ...] = (), next_step: str = "") -> ConditionError:
    return ConditionError(
        Problem(code=Code.BROKEN_CONDITION, given=text, why=why, accepted=accepted, next_step=next_step)
    )


def _compile(tree: exp.Expr, terms: Vocabulary, names: dict[str, None], whole: str) -> tuple[_Node, str]:
    """Compile a sqlglot tree into a closure and say its type."""
    kind = type(tree).__name__
    if kind == "Paren":
        return _compile(tree.this, terms, names, whole)
    if kind == "Column":
        return _fact(tree.name, terms, names)
    if kind == "Literal":
        literal: Value = str(tree.this) if tree.is_string else float(tree.this)
        return (lambda _f, _p: (literal, ())), "text" if tree.is_string else "number"
    if kind == "Neg" and type(tree.this).__name__ == "Literal" and not tree.this.is_string:
        negative = -float(tree.this.this)
        return (lambda _f, _p: (negative, ())), "number"
    if kind == "Boolean":
        flag = bool(tree.this)
        return (lambda _f, _p: (flag, ())), "boolean"
    if kind in {"And", "Or"}:
        return _junction(tree, terms, names, whole, is_and=kind == "And"), "boolean"
    if kind == "Not":
        return _negation(tree, terms, names, whole), "boolean"
    if kind in _COMPARE:
        return _comparison(tree, kind, terms, names, whole), "boolean"
    if kind in _ARITHMETIC:
        return _arithmetic(tree, kind, terms, names, whole), "number"
    if kind == "Between":
        return _between(tree, terms, names, whole), "boolean"
    if kind == "In":
        return _membership(tree, terms, names, whole), "boolean"
    if kind == "Is":
        return _is_null(tree, terms, names, whole), "boolean"
    raise _broken(
        whole,
        f"“{tree.sql()}” ({kind}) is outside the language of conditions.",
        ("and", "or", "not", "= <> < <= > >=", "between", "in (…)", "is null", "is not null", "+ - * /"),
    )


def _fact(name: str, terms: Vocabulary, names: dict[str, None]) -> tuple[_Node, str]:
    if name not in terms.types:
        near = difflib.get_close_matches(name, terms.types, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Every fact must be in the glossary."
        raise _broken(name, f"“{name}” is not a fact of the glossary.", tuple(near), hint)
    names[name] = None
    kind = terms.types[name]

    def node(facts: Facts, parts: list[Part]) -> _Result:
        value = facts.get(name)
        if kind == "boolean":
            parts.append(Part(name, Holds.of(None if value is None else bool(value)), (name,)))
        return (value, ()) if value is not None else (None, (name,))

    return node, kind


def _require(actual: str, wanted: str, tree: exp.Expr, whole: str) -> None:
    if actual != wanted:
        raise _broken(whole, f"“{tree.sql()}” is a {actual}; a {wanted} is needed here.")


def _junction(
    tree: exp.Expr, terms: Vocabulary, names: dict[str, None], whole: str, *, is_and: bool
) -> _Node:
    operands = []
    for side in (tree.this, tree.expression):
        node, kind = _compile(side, terms, names, whole)
        _require(kind, "boolean", side, whole)
        if type(side).__name__ == "Boolean":
            terms.check_constant(side, (), whole)
        operands.append(node)
    decisive = not is_and  # one such operand decides the whole

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        results = [node(facts, parts) for node in operands]
        if any(value is not None and bool(value) is decisive for value, _ in results):
            return decisive, ()
        blame = tuple(name for value, missing in results if value is None for name in missing)
        return (None, blame) if any(value is None for value, _ in results) else (not decisive, ())

    return evaluate


def _negation(tree: exp.Expr, terms: Vocabulary, names: dict[str, None], whole: str) -> _Node:
    inner, kind = _compile(tree.this, terms, names, whole)
    _require(kind, "boolean", tree.this, whole)

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        value, blame = inner(facts, parts)
        return (None, blame) if value is None else (not value, ())

    return evaluate


def _comparison(tree: exp.Expr, kind: str, terms: Vocabulary, names: dict[str, None], whole: str) -> _Node:
    own: dict[str, None] = {}
    left, left_kind = _compile(tree.this, terms, own, whole)
    right, right_kind = _compile(tree.expression, terms, own, whole)
    _require(right_kind, left_kind, tree.expression, whole)
    if left_kind != "number" and kind not in {"EQ", "NEQ"}:
        raise _broken(whole, f"“{tree.sql()}”: only numbers can be compared with {_WORDS[kind]}.")
    terms.check_value(tree.this, tree.expression, whole)
    terms.check_value(tree.expression, tree.this, whole)
    terms.check_threshold(tree.this, tree.expression, whole)
    terms.check_threshold(tree.expression, tree.this, whole)
    terms.check_constant(tree, own, whole)
    names.update(own)
    text, used, compare = tree.sql(), tuple(own), _COMPARE[kind]

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        (a, blame_a), (b, blame_b) = left(facts, []), right(facts, [])
        value = None if a is None or b is None else compare(a, b)
        parts.append(Part(text, Holds.of(value), used))
        return (value, ()) if value is not None else (None, blame_a + blame_b)

    return evaluate


def _arithmetic(tree: exp.Expr, kind: str, terms: Vocabulary, names: dict[str, None], whole: str) -> _Node:
    left, left_kind = _compile(tree.this, terms, names, whole)
    right, right_kind = _compile(tree.expression, terms, names, whole)
    _require(left_kind, "number", tree.this, whole)
    _require(right_kind, "number", tree.expression, whole)
    operate = _ARITHMETIC[kind]

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        (a, blame_a), (b, blame_b) = left(facts, parts), right(facts, parts)
        if a is None or b is None:
            return None, blame_a + blame_b
        return operate(float(a), float(b)), ()

    return evaluate


def _between(tree: exp.Expr, terms: Vocabulary, names: dict[str, None], whole: str) -> _Node:
    own: dict[str, None] = {}
    compiled = [
        _compile(side, terms, own, whole) for side in (tree.this, tree.args["low"], tree.args["high"])
    ]
    for (_, kind), side in zip(compiled, (tree.this, tree.args["low"], tree.args["high"]), strict=True):
        _require(kind, "number", side, whole)
    terms.check_threshold(tree.this, tree.args["low"], whole)
    terms.check_threshold(tree.this, tree.args["high"], whole)
    terms.check_constant(tree, own, whole)
    names.update(own)
    text, used = tree.sql(), tuple(own)
    value_of, low_of, high_of = (node for node, _ in compiled)

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        (x, bx), (lo, bl), (hi, bh) = value_of(facts, []), low_of(facts, []), high_of(facts, [])
        above = None if x is None or lo is None else float(x) >= float(lo)
        below = None if x is None or hi is None else float(x) <= float(hi)
        value = False if above is False or below is False else None if None in (above, below) else True
        parts.append(Part(text, Holds.of(value), used))
        return (value, ()) if value is not None else (None, bx + bl + bh)

    return evaluate


def _membership(tree: exp.Expr, terms: Vocabulary, names: dict[str, None], whole: str) -> _Node:
    own: dict[str, None] = {}
    subject, kind = _compile(tree.this, terms, own, whole)
    options: list[Value] = []
    for option in tree.expressions:
        if type(option).__name__ != "Literal":
            raise _broken(whole, f"“{option.sql()}”: only plain values may stand in a list.")
        _require("text" if option.is_string else "number", kind, option, whole)
        terms.check_value(tree.this, option, whole)
        terms.check_threshold(tree.this, option, whole)
        options.append(str(option.this) if option.is_string else float(option.this))
    terms.check_constant(tree, own, whole)
    names.update(own)
    text, used, members = tree.sql(), tuple(own), frozenset(options)

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        x, blame = subject(facts, [])
        value = None if x is None else x in members
        parts.append(Part(text, Holds.of(value), used))
        return (value, ()) if value is not None else (None, blame)

    return evaluate


def _is_null(tree: exp.Expr, terms: Vocabulary, names: dict[str, None], whole: str) -> _Node:
    if type(tree.expression).__name__ != "Null":
        raise _broken(whole, f"“{tree.sql()}”: only “is null” and “is not null” are known.")
    own: dict[str, None] = {}
    subject, _ = _compile(tree.this, terms, own, whole)
    terms.check_constant(tree, own, whole)
    names.update(own)
    text, used = tree.sql(), tuple(own)

    def evaluate(facts: Facts, parts: list[Part]) -> _Result:
        value = subject(facts, [])[0] is None
        parts.append(Part(text, Holds.of(value), used))
        return value, ()

    return evaluate
