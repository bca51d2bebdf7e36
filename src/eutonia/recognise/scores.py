"""Published rules on one record, three-valued: what is not known leaves a sum open between two ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.recognition import PointItem, PublishedRule, Rank, RuleKind

__all__ = ["Scored", "score_rule"]


@dataclass(frozen=True, slots=True)
class Scored:
    """A rule on a record.

    applies: whether its necessary exposure is there. holds: for a rule with a result, the result. least and most:
    the sum (or number, or grade) known so far and the one it could still reach. rank: of the least sum. met: the
    criteria that hold, of a grading the highest alone; missing: the facts that keep others open.
    """

    rule: PublishedRule
    applies: Holds
    holds: Holds | None
    least: int
    most: int
    rank: str
    highest_rank: str
    met: tuple[str, ...]
    missing: tuple[str, ...]


def score_rule(rule: PublishedRule, facts: Mapping[str, Value]) -> Scored:
    """Evaluate one published rule on facts."""
    applies = rule.needs.evaluate(facts)
    outcomes = [(item, item.when.evaluate(facts)) for item in rule.items]
    known = [item for item, outcome in outcomes if outcome.holds is Holds.YES]
    possible = [item for item, outcome in outcomes if outcome.holds is not Holds.NO]
    least, most = _total(rule.kind, known), _total(rule.kind, possible)
    missing = dict.fromkeys(applies.missing)
    for _, outcome in outcomes:
        if outcome.holds is Holds.UNKNOWN:
            missing |= dict.fromkeys(outcome.missing)
    holds = _result(rule, applies.holds, least, most)
    return Scored(
        rule=rule,
        applies=applies.holds,
        holds=holds,
        least=least,
        most=most,
        rank=_rank(rule.ranks, least),
        highest_rank=_rank(rule.ranks, most),
        met=tuple(item.says for item in known if rule.kind is not RuleKind.GRADE or item.points == least),
        missing=tuple(missing),
    )


def _total(kind: RuleKind, items: list[PointItem]) -> int:
    if kind is RuleKind.GRADE:
        return max((item.points for item in items), default=-1)
    if kind in {RuleKind.ANY, RuleKind.COUNT}:
        return len(items)
    highest: dict[str, int] = {}
    total = 0
    for item in items:
        if item.process:
            highest[item.process] = max(highest.get(item.process, 0), item.points)
        else:
            total += item.points
    return total + sum(highest.values())


def _result(rule: PublishedRule, applies: Holds, least: int, most: int) -> Holds | None:
    """Positive, negative or not known; None for sums and grades, which have no published cut-off here."""
    if rule.kind in {RuleKind.POINTS, RuleKind.GRADE}:
        return None
    enough = rule.enough or 1
    counted = Holds.YES if least >= enough else Holds.NO if most < enough else Holds.UNKNOWN
    if Holds.NO in {applies, counted}:
        return Holds.NO
    return Holds.UNKNOWN if Holds.UNKNOWN in {applies, counted} else Holds.YES


def _rank(ranks: tuple[Rank, ...], total: int) -> str:
    reached = [rank.words for rank in ranks if total >= rank.at_least]
    return reached[-1] if reached else ""
