"""The state of the whole base in numbers and names: knowledge in, an ``Audit`` out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from eutonia.knowledge.cited import BEST_FIRST, CitedItem, best_check, cited_items, cited_sources
from eutonia.knowledge.library import KeptAs
from eutonia.knowledge.schema import Knowledge, Severity

__all__ = ["Ages", "Audit", "audit"]

_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Ages:
    """How long ago the sources of the base were looked at, counted back from the day it speaks for."""

    oldest: date
    newest: date
    over_a_year: int  # citations


@dataclass(frozen=True, slots=True)
class Audit:
    """The state of the base.

    counts: items of each kind. placed: ids of the catalogue by what they became. marks: for each severity,
    how many rules and cases rest on which best check. recalled: items that rest on memory alone, by kind;
    stops: those of them that would stop or block (the loader refuses them, so there are none). unused:
    sources nothing cites (the loader refuses them, so there are none in a base that was read from files).
    disagreeing: items beside which another source says otherwise. outcomes: of the searches for sources.
    """

    version: str
    on: date
    hash: str
    counts: Mapping[str, int]
    placed: Mapping[str, int]
    left_out: tuple[str, ...]
    marks: Mapping[str, Mapping[str, int]]
    recalled: Mapping[str, tuple[str, ...]]
    warns_recalled: tuple[str, ...]
    stops_recalled: tuple[str, ...]
    unused: tuple[str, ...]
    unresolved: tuple[str, ...]
    disagreeing: int
    ages: Ages
    outcomes: Mapping[str, int]
    not_found: tuple[str, ...]


def audit(knowledge: Knowledge) -> Audit:
    """The whole state of a base that has been loaded, from the base alone: no clock is read."""
    items = tuple(cited_items(knowledge))
    cited = cited_sources(knowledge)
    memory = [item for item in items if item.is_recalled_only]
    return Audit(
        version=knowledge.base.version,
        on=knowledge.base.on,
        hash=knowledge.hash,
        counts=_counts(knowledge),
        placed=Counter(entry.kept_as.value for entry in knowledge.catalogue),
        left_out=tuple(e.id for e in knowledge.catalogue if e.kept_as is KeptAs.LEFT_OUT),
        marks=_marks(items),
        recalled=_by_kind(memory),
        warns_recalled=_at(memory, Severity.WARN, Severity.WARN),
        stops_recalled=_at(memory, Severity.STOP, Severity.BLOCK),
        unused=tuple(name for name in knowledge.sources if name not in cited),
        unresolved=tuple(sorted(cited - set(knowledge.sources))),
        disagreeing=sum(bool(item.differs) for item in items),
        ages=_ages(items, knowledge.base.on),
        outcomes=Counter(upgrade.outcome.value for upgrade in knowledge.upgrades),
        not_found=tuple(u.item for u in knowledge.upgrades if u.outcome.value == "not found"),
    )


def _counts(knowledge: Knowledge) -> dict[str, int]:
    kinds = Counter(rule.kind.value for rule in knowledge.rules)
    return {
        "rules": len(knowledge.rules),
        "findings": kinds["finding"],
        "advice": kinds["advice"],
        "questions": kinds["question"],
        "cases": sum(len(rule.cases) for rule in knowledge.rules),
        "limits": len(knowledge.limits),
        "statements": len(knowledge.notes),
        "tables": len(knowledge.tables),
        "rows": sum(len(table.rows) for table in knowledge.tables.values()),
        "disagreements": len(knowledge.conflicts),
        "labelled uses": len(knowledge.uses),
        "claims": len(knowledge.claims),
        "facts": len(knowledge.facts),
        "names": len(knowledge.terms),
        "products": len(knowledge.products),
        "models": len(knowledge.models),
        "sources": len(knowledge.sources),
    }


def _marks(items: tuple[CitedItem, ...]) -> dict[str, dict[str, int]]:
    table = {
        severity.name: {check.value: 0 for check in BEST_FIRST} for severity in sorted(Severity, reverse=True)
    }
    for item in items:
        if item.severity is not None:
            table[item.severity.name][best_check(item.evidence).value] += 1
    return table


def _by_kind(memory: list[CitedItem]) -> dict[str, tuple[str, ...]]:
    kinds = dict.fromkeys(item.kind for item in memory)
    return {kind: tuple(item.id for item in memory if item.kind == kind) for kind in kinds}


def _at(memory: list[CitedItem], least: Severity, most: Severity) -> tuple[str, ...]:
    return tuple(i.id for i in memory if i.severity is not None and least <= i.severity <= most)


def _ages(items: tuple[CitedItem, ...], stated_on: date) -> Ages:
    days = [citation.on for item in items for citation in item.evidence]
    old = sum((stated_on - day).days > _YEAR_DAYS for day in days)
    return Ages(min(days, default=stated_on), max(days, default=stated_on), old)
