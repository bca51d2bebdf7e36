"""Between which numbers a rule can sensibly draw its line through a fact, in the unit of the fact."""

from __future__ import annotations

from collections.abc import Mapping

from eutonia.errors import Code
from eutonia.knowledge.items import Item
from eutonia.knowledge.schema import FactDefinition, Term
from eutonia.units import unit

__all__ = ["threshold_ranges"]


def threshold_ranges(
    facts: Mapping[str, FactDefinition], terms: Mapping[str, Term], document: Item | None
) -> dict[str, tuple[float, float]]:
    """Lowest and highest sensible threshold by fact: the possible range of a measurement, or as ``facts.yaml`` says.

    document: the file with its list ``thresholds``; a name in it that is no number of the glossary is reported there.
    """
    found = {name: span for name, fact in facts.items() if (span := _measured(fact, terms)) is not None}
    for item in document.items("thresholds", required=False) if document is not None else []:
        low, high = item.pair("between")
        for name in item.texts("facts"):
            if name not in facts or facts[name].type != "number":
                item.complain(Code.UNKNOWN_REFERENCE, f"“{name}” is not a number of the glossary.")
            if low is not None and high is not None:
                found[name] = (low, high)
    return found


def _measured(fact: FactDefinition, terms: Mapping[str, Term]) -> tuple[float, float] | None:
    """The possible range of the measurement a fact reads, if it reads one."""
    term = terms.get(f"observation:{fact.of[0]}") if fact.origin == "observation" and fact.of else None
    if fact.type != "number" or term is None or term.possible is None:
        return None
    low, high = term.possible
    if unit(fact.unit).dimension != low.unit.dimension:
        return None
    return low.number(fact.unit), high.number(fact.unit)
