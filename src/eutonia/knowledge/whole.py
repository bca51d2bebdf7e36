"""Checks that need the whole base: every name that is used exists, nothing goes in circles, nothing is missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from eutonia.errors import Code, Problem
from eutonia.knowledge.cited import cited_sources
from eutonia.knowledge.items import Item
from eutonia.knowledge.limit_names import LIMIT_UNITS
from eutonia.knowledge.named import PYTHON_PATH, kinds_by_name, near_names
from eutonia.knowledge.schema import Check, FactDefinition, Knowledge, Limit, ModelFile, Rule, Severity, Term
from eutonia.knowledge.terms import TermIndex

__all__ = [
    "check_completeness",
    "check_ids",
    "check_memory",
    "check_references",
    "check_shared",
    "check_sources",
    "check_terms",
]

_SHARES_AN_ID = {"rule", "disagreement"}  # a rule may be named after the disagreement it speaks of
_LOOKED_UP_BY_ID = {"rule", "limit", "note", "disagreement", "claim", "table"}

_MAY_NOT_REST_ON_MEMORY = Severity.STOP


def check_terms(
    facts: Mapping[str, FactDefinition],
    terms: Mapping[str, Term],
    places: Mapping[str, Item],
    problems: list[Problem],
) -> None:
    """Every term a fact or a broader-term list names must exist, and no class may belong to itself."""
    for fact in facts.values():
        for of in fact.of:
            if f"{fact.origin}:{of}" not in terms:
                why = f"The fact {fact.name} reads the {fact.origin} “{of}”, which is not defined."
                places[fact.name].complain(Code.UNKNOWN_REFERENCE, why)
        if (fact.origin != "computed") != bool(fact.of):
            why = "A fact read from a list names the terms it reads; a computed one names none."
            places[fact.name].complain(Code.UNKNOWN_REFERENCE, why)
    for claim in TermIndex(terms).collisions():
        problems.append(Problem(Code.DUPLICATE_ID, f"{claim}.", path="terms"))
    for term in terms.values():
        for broader in term.member_of:
            if f"{term.kind}:{broader}" not in terms:
                why = f"The {term.kind} “{term.id}” belongs to “{broader}”, which is not defined."
                places[f"{term.kind}:{term.id}"].complain(Code.UNKNOWN_REFERENCE, why)
    broader_of = {key: tuple(f"{t.kind}:{name}" for name in t.member_of) for key, t in terms.items()}
    for ring in circles(broader_of):
        chain = " belongs to ".join(f"“{name.partition(':')[2]}”" for name in (*ring, ring[0]))
        hint = "Take one “member_of” out of the ring: a class cannot be part of itself."
        places[ring[0]].complain(Code.CIRCULAR, f"{chain}.", hint)


def circles(graph: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Each ring of names that lead back to themselves, once, beginning with the name met first.

    graph: name to the names it leads to; names outside the graph lead nowhere.
    """
    done: set[str] = set()
    for start in graph:
        path: list[str] = []
        waiting = [(start, iter(graph[start]))] if start not in done else []
        while waiting:
            name, onward = waiting[-1]
            if not path or path[-1] != name:
                path.append(name)
            step = next((n for n in onward if n in graph and n not in done), None)
            if step is None:
                done.add(path.pop())
                waiting.pop()
            elif step in path:
                yield tuple(path[path.index(step) :])
            else:
                waiting.append((step, iter(graph[step])))


def check_completeness(
    rules: Collection[str], limits: Mapping[str, Limit], models: Collection[str], problems: list[Problem]
) -> None:
    """A base from which rules, models or a limit are missing would answer, and answer “no problem found”."""
    kept = {limit.name for limit in limits.values()}
    missing = [f"a limit called {name}" for name in LIMIT_UNITS if name not in kept]
    missing += [what for what, there in (("any rule", rules), ("any model", models)) if not there]
    for what in missing:
        why = f"There is not {what}." if what.startswith("any") else f"There is no {what[2:]}."
        problems.append(Problem(Code.MISSING_VALUE, why, path="knowledge base"))


def check_shared(models: Mapping[str, ModelFile], places: Mapping[str, Item]) -> None:
    """Parameters may share one draw between people, but not in a ring: then nobody would draw it."""
    for model in models.values():
        shares = {
            name: (p.spread.shared_with or name,)
            for name, p in model.parameters.items()
            if p.spread is not None and p.spread.shared_with not in {None, name}
        }
        for ring in circles(shares):
            chain = " shares the spread of ".join(f"“{name}”" for name in (*ring, ring[0]))
            places[model.name].complain(Code.CIRCULAR, f"{chain}.", "Give one of them a spread of its own.")


def check_ids(knowledge: Knowledge, homes: Mapping[str, Sequence[Item]]) -> None:
    """An id means one item, whatever its kind; only a rule may be named as the disagreement it speaks of."""
    for name, kinds in kinds_by_name(knowledge).items():
        looked_up = [kind for kind in kinds if kind in _LOOKED_UP_BY_ID]
        if len(looked_up) > 1 and set(looked_up) != _SHARES_AN_ID:
            why = f"“{name}” is the id of a {' and of a '.join(looked_up)}."
            homes[name][-1].complain(Code.DUPLICATE_ID, why, "Give each item its own id.")


def check_references(knowledge: Knowledge, references: Sequence[tuple[Item, str, tuple[str, ...]]]) -> None:
    """Every name under “see”, “where” and “replaced_by” exists; nothing replaces itself in a ring."""
    known = kinds_by_name(knowledge)
    for item, key, names in references:
        for name in names:
            # “where” says what an id of the catalogue became, so another such id is no answer.
            is_known = name in known and (key == "see" or known[name] != ("catalogue",))
            if is_known or (key == "where" and PYTHON_PATH.fullmatch(name)):
                continue
            near = tuple(other for other in near_names(name, known) if other != name)
            hint = f"Is {' or '.join(f'“{other}”' for other in near)} meant?" if near else _WHAT_IS_RIGHT
            item.complain(Code.UNKNOWN_REFERENCE, f"“{key}” names “{name}”, which does not exist.", hint)
    successors = {rule.id: rule.replaced_by for rule in knowledge.rules}
    successors |= {limit.id: limit.replaced_by for limit in knowledge.limits}
    successors |= {note.id: note.replaced_by for note in knowledge.notes.values()}
    for ring in circles(successors):
        chain = " is replaced by ".join(f"“{name}”" for name in (*ring, ring[0]))
        at = next(item for item, key, _ in references if key == "replaced_by" and item.data["id"] == ring[0])
        at.complain(Code.CIRCULAR, f"{chain}.", "The newest of them replaces nothing that comes after it.")


_WHAT_IS_RIGHT = "Give the id of a rule, limit, note, disagreement, claim or table, “table/row” or “kind:id”."


_DOCUMENT = re.compile(r"\b(?:doi 10\.\d{4,}/[^\s;,)]*[^\s;,).]|PMID \d+)")


def check_sources(knowledge: Knowledge, places: Mapping[str, Item]) -> None:
    """Every document of the register serves something, and stands there once, by what names it in the world."""
    used = cited_sources(knowledge)
    first: dict[str, str] = {}
    for source in knowledge.sources.values():
        if source.id not in used:
            why = f"Nothing cites “{source.id}” ({source.title})."
            places[source.id].complain(Code.UNUSED, why, "Cite it where it belongs, or remove it.")
        for name in _DOCUMENT.findall(source.where):
            if first.setdefault(name, source.id) != source.id:
                why = f"{name} stands twice: as “{first[name]}” and as “{source.id}”."
                places[source.id].complain(Code.DUPLICATE_ID, why, "Keep one, and cite it by its id.")


def check_memory(item: Item, rule: Rule) -> None:
    """What is only recalled never blocks: it informs, and says so."""
    for severity, evidence in [
        (rule.severity, rule.evidence),
        *((c.severity or rule.severity, c.evidence or rule.evidence) for c in rule.cases),
    ]:
        if severity >= _MAY_NOT_REST_ON_MEMORY and all(c.check is Check.RECALLED for c in evidence):
            item.complain(
                Code.RECALLED_BLOCKS,
                f"{rule.id} has severity {severity.name} but nothing behind it was read.",
                "Lower the severity or find the source.",
            )
