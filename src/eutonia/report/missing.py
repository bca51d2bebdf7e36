"""What is missing from a record, and what waits for it: for the page, the terminal and the JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from eutonia.assess.sheet import NOT_KNOWN
from eutonia.consult import Result
from eutonia.report.labels import fact_words
from eutonia.report.typography import few, listing

_KIDNEY_ASK = "Measure creatinine"
_KIDNEY_ESTIMATES = ("egfr", "creatinine_clearance")
_RESTS_ON = {"kept_fraction_by_egfr": "egfr", "kept_fraction_by_clearance": "creatinine_clearance"}
_MEDICINES_ASK = "Reconcile the medicines."
_MOST_ASKS, _MOST_FACTS, _MOST_WAITING = 8, 4, 3  # of what is missing: lines, and facts and checks in each


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to find out: how, which facts it gives, and the titles of the checks that wait for it."""

    ask: str
    facts: tuple[str, ...]
    waiting: tuple[str, ...]
    must_ask: bool


def missing_facts(result: Result) -> tuple[Missing, ...]:
    """What to find out, the most wanted first. Facts obtained in the same way are one thing."""
    undecided = {u.rule: u for u in result.assessment.undecided}
    facts: dict[str, list[str]] = {}
    waiting: dict[str, dict[str, bool]] = {}
    for name, rules in result.assessment.missing().items():
        ask = result.knowledge.facts[name].ask or f"Find out: {fact_words(name)}."
        facts.setdefault(ask, []).append(fact_words(name))
        for rule in rules:
            waiting.setdefault(ask, {})[undecided[rule].title] = undecided[rule].must_ask
    return tuple(
        Missing(ask, tuple(names), tuple(waiting[ask]), any(waiting[ask].values()))
        for ask, names in facts.items()
    )


def missing_lines(result: Result) -> tuple[str, ...]:
    """The same as lines of text, shortened: what must be asked and a few more; the last line says what is left out."""
    items = sorted(missing_facts(result), key=lambda item: not item.must_ask)
    shown = max(_MOST_ASKS, sum(item.must_ask for item in items))
    lines = [
        f"{item.ask} Not recorded: {_facts_named(item.facts)}. Waiting for it: {few(item.waiting, _MOST_WAITING)}."
        for item in items[:shown]
    ]
    rest = items[shown:]
    if rest:
        checks = {title for item in rest for title in item.waiting}
        lines.append(
            f"{len(rest)} more to find out, for {len(checks)} further checks: the report and the JSON output list them."
        )
    return tuple(lines)


def _facts_named(facts: tuple[str, ...]) -> str:
    return listing(facts) if len(facts) <= _MOST_FACTS + 1 else few(facts, _MOST_FACTS)


def needs_of(result: Result, *, must_ask: bool = False) -> list[str]:
    """What is not recorded, in nouns, what keeps most checks open first; a list or the kidneys count once."""
    waiting = Counter(
        need
        for item in result.assessment.undecided
        if item.must_ask or not must_ask
        for need in {_need(result, name): None for name in item.missing}
    )
    return [need for need, _ in waiting.most_common()]


def _need(result: Result, name: str) -> str:
    fact = result.knowledge.facts[name]
    known = {step.name for step in result.facts if step.value != NOT_KNOWN}
    if fact.ask.startswith(_KIDNEY_ASK) and known.isdisjoint(_KIDNEY_ESTIMATES):
        return "kidney function"
    if name in _RESTS_ON and _RESTS_ON[name] not in known:
        return fact_words(_RESTS_ON[name])
    if fact.ask == _MEDICINES_ASK:
        return "the full list of other medicines"
    if fact.origin == "problem":
        return "the full problem list"
    if fact.origin == "sign":
        return "the full list of signs"
    return fact_words(name)
