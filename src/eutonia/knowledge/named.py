"""What a name means: every id of the base with the kinds of item that carry it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from eutonia.knowledge.library import KeptAs
from eutonia.knowledge.schema import Knowledge

__all__ = ["KIND_OF_KEPT", "PYTHON_PATH", "kinds_by_name", "near_names"]

#: A place in the programme, as a catalogue entry names it.
PYTHON_PATH = re.compile(r"eutonia(\.[A-Za-z_]\w*)+")

#: The kinds of item that an id of the catalogue can have become, by the word it was given.
KIND_OF_KEPT: Mapping[KeptAs, frozenset[str]] = {
    KeptAs.RULE: frozenset({"rule"}),
    KeptAs.LIMIT: frozenset({"limit"}),
    KeptAs.TABLE: frozenset({"table", "row", "product"}),
    KeptAs.NOTE: frozenset({"note"}),
    KeptAs.CONFLICT: frozenset({"disagreement", "use"}),
    KeptAs.TERM: frozenset({"term", "product", "model", "device", "fact", "equation", "word"}),
    KeptAs.CODE: frozenset({"programme"}),
    KeptAs.LEFT_OUT: frozenset(),
}


def kinds_by_name(knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """Every name that can be referred to, with the kinds of item that have it.

    Rules, limits, notes, disagreements, claims and tables go by their id, rows as “table/row”, everything else
    behind its kind: “problem:stroke”, “product:us-tablet-5”, “model:oral.reference2026”, “fact:egfr”. An id of the
    catalogue stands for whatever it became.
    """
    found: dict[str, list[str]] = {}

    def add(kind: str, names: Iterable[str]) -> None:
        for name in names:
            found.setdefault(name, []).append(kind)

    add("rule", (rule.id for rule in knowledge.rules))
    add("limit", (limit.id for limit in knowledge.limits))
    add("note", knowledge.notes)
    add("disagreement", knowledge.conflicts)
    add("claim", knowledge.claims)
    add("table", knowledge.tables)
    add("row", (f"{table.id}/{row.id}" for table in knowledge.tables.values() for row in table.rows))
    add("term", knowledge.terms)
    add("word", knowledge.words)
    add("product", (f"product:{product.id}" for product in knowledge.products))
    add("model", (f"model:{name}" for name in knowledge.models))
    add("device", (f"device:{name}" for name in knowledge.devices))
    add("pump number", (number.id for number in knowledge.pump))
    add("equation", (f"equation:{name}" for name in knowledge.kidney))
    add("fact", (f"fact:{name}" for name in knowledge.facts))
    add("source", (f"source:{name}" for name in knowledge.sources))
    add("catalogue", (entry.id for entry in knowledge.catalogue))
    add("use", dict.fromkeys(f"use:{position.indication}" for position in knowledge.uses))
    return {name: tuple(kinds) for name, kinds in found.items()}


def near_names(name: str, known: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """Names that may have been meant, nearest first; capitals do not matter."""
    import difflib  # noqa: PLC0415 - only needed when something is wrong

    by_plain = {other.upper(): other for other in known}
    near = difflib.get_close_matches(name.upper(), by_plain, n=most, cutoff=0.5)
    return tuple(by_plain[other] for other in near)
