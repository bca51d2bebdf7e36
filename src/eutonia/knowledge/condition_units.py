"""Units inside a condition: a dose is compared with a dose, not with an age.

A plain number takes the unit of what it is compared with. A product or quotient of two facts has a unit of its
own that no fact states, so it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import expressions as exp

__all__ = ["unit_clash"]

_SAME_UNIT = {"EQ", "NEQ", "LT", "LTE", "GT", "GTE", "Add", "Sub", "Between"}
_ANY = ""  # a plain number, or something whose unit nobody states


def unit_clash(tree: exp.Expr, units: Mapping[str, str]) -> str | None:
    """What is wrong with the units of a condition, in a sentence; None when nothing is.

    tree: the parsed condition, already known to be in the language. units: of the facts that are numbers.
    """
    for node in tree.walk():
        if type(node).__name__ not in _SAME_UNIT:
            continue
        sides = [(side, unit) for side in _sides(node) if (unit := _unit(side, units)) != _ANY]
        if len({unit for _, unit in sides}) > 1:
            told = " and ".join(dict.fromkeys(f"{side.sql()} is in {unit}" for side, unit in sides))
            return f"“{node.sql()}”: {told}."
    return None


def _sides(node: exp.Expr) -> Iterator[exp.Expr]:
    yield node.this
    for key in ("expression", "low", "high"):
        if (side := node.args.get(key)) is not None:
            yield side


def _unit(node: exp.Expr, units: Mapping[str, str]) -> str:
    kind = type(node).__name__
    if kind in {"Paren", "Neg"}:
        return _unit(node.this, units)
    if kind == "Column":
        return units.get(node.name, _ANY)
    if kind in {"Add", "Sub"}:
        return _unit(node.this, units) or _unit(node.expression, units)
    if kind in {"Mul", "Div"}:
        left, right = _unit(node.this, units), _unit(node.expression, units)
        if kind == "Div" and left == right:
            return _ANY  # a ratio
        return left if not right else right if not left and kind == "Mul" else _ANY
    return _ANY
