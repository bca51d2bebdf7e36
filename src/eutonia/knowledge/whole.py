"""Checks that need the whole base: every name that is used exists, and nothing essential is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from eutonia.errors import Code, Problem
from eutonia.knowledge.items import Item
from eutonia.knowledge.limit_names import LIMIT_UNITS
from eutonia.knowledge.schema import FactDefinition, Limit, Term
from eutonia.knowledge.terms import TermIndex

__all__ = ["check_completeness", "check_terms"]


def check_terms(
    facts: Mapping[str, FactDefinition],
    terms: Mapping[str, Term],
    places: Mapping[str, Item],
    problems: list[Problem],
) -> None:
    """Every term a fact or a broader-term list names must exist."""
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
