"""How one use of baclofen stands in one country: what its texts say, and who says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from eutonia.knowledge.library import Conflict, Position, Standing
from eutonia.knowledge.schema import Knowledge

__all__ = ["ROUTES", "Use", "conflicts_of_rule", "conflicts_of_use", "use_of", "uses"]

ROUTES = ("oral", "intrathecal")

# Stronger and weaker wording is one answer to the question whether a use is labelled.
_SAME = {Standing.WEAKER: Standing.LABELLED}


@dataclass(frozen=True, slots=True)
class Use:
    """One use by one route in one jurisdiction.

    here: the positions of its texts; empty when none was read. otherwise: positions of other places that say
    something else (silence says nothing). by_other_route: what texts of the same jurisdiction say of the other
    route, where they are not silent. conflicts: the disagreements kept about this use.
    """

    indication: str
    route: str
    jurisdiction: str
    here: tuple[Position, ...]
    otherwise: tuple[Position, ...]
    by_other_route: tuple[Position, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def is_read(self) -> bool:
        """Whether any text of this jurisdiction was read for this route."""
        return bool(self.here)

    @property
    def is_labelled(self) -> bool:
        """Whether a text here labels it, in stronger or weaker words."""
        return Standing.LABELLED in _answers(self.here)

    @property
    def is_advised_against(self) -> bool:
        """Whether a text here does not recommend it."""
        return Standing.NOT_RECOMMENDED in _answers(self.here)


def uses(knowledge: Knowledge) -> tuple[str, ...]:
    """Every use a position is kept of, in the order of the file."""
    return tuple(dict.fromkeys(position.indication for position in knowledge.uses))


def use_of(knowledge: Knowledge, indication: str, route: str, jurisdiction: str) -> Use:
    """How a use stands by one route in one jurisdiction, and who says otherwise.

    indication, jurisdiction: values of the facts of these names. route: oral or intrathecal. Raises KeyError
    for a use, a route or a jurisdiction that does not exist.

    >>> from eutonia.knowledge.loader import load_knowledge
    >>> use_of(load_knowledge(), "cerebral palsy", "oral", "US").is_advised_against
    True
    """
    if indication not in uses(knowledge):
        raise KeyError(indication)
    if route not in ROUTES:
        raise KeyError(route)
    if jurisdiction not in knowledge.facts["jurisdiction"].values:
        raise KeyError(jurisdiction)
    kept = [p for p in knowledge.uses if p.indication == indication]
    here = tuple(p for p in kept if p.route == route and jurisdiction in p.jurisdictions)
    said = _answers(here)
    return Use(
        indication=indication,
        route=route,
        jurisdiction=jurisdiction,
        here=here,
        otherwise=tuple(
            p for p in kept if p.route == route and p not in here and _speaks(p) and _answer(p) not in said
        ),
        by_other_route=tuple(
            p for p in kept if p.route != route and jurisdiction in p.jurisdictions and _speaks(p)
        ),
        conflicts=conflicts_of_use(knowledge, indication),
    )


def _answer(position: Position) -> Standing:
    return _SAME.get(position.standing, position.standing)


def _answers(positions: tuple[Position, ...]) -> frozenset[Standing]:
    return frozenset(map(_answer, positions))


def _speaks(position: Position) -> bool:
    return position.standing is not Standing.SILENT


def conflicts_of_rule(knowledge: Knowledge, rule: str) -> tuple[Conflict, ...]:
    """The disagreements that name a rule among those that act on them."""
    return tuple(conflict for conflict in knowledge.conflicts.values() if rule in conflict.see)


def conflicts_of_use(knowledge: Knowledge, indication: str) -> tuple[Conflict, ...]:
    """The disagreements behind the rules on this use."""
    named = f"'{indication}'"
    rules = [r.id for r in knowledge.rules if r.topic == "indications" and named in r.when.text]
    found = (conflict for rule in rules for conflict in conflicts_of_rule(knowledge, rule))
    return tuple({conflict.id: conflict for conflict in found}.values())
