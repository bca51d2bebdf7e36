"""How many wrong numbers the tests would notice. Run with ``python -m benchmarks.mutation``.

Every threshold of every rule is moved by a step and by a tenth, and made to include or exclude its own value; every
limit the same, in its value and in its condition. Noticed is what makes a record of ``tests/scenarios`` do something
else than it says. For limits two scores are printed, because they mean different things:

- by the second entry (``tests/data/limits-read-again.yaml``): the number is no longer the one entered a second time.
  That shows a slip, not what it would do; and only the part read again was entered independently.
- by records, with ``--limits``, which takes long: an answer changes. Limits are also held by the tests of plans, which
  are not run here, so this score is a lower bound.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from eutonia.assess.examples import Example, is_as_expected
from eutonia.assess.mutation import limit_mutants, unnoticed
from eutonia.assess.records import sheet_of
from eutonia.assess.second_entry import differences, entries_in
from eutonia.assess.thresholds import vocabulary_of
from eutonia.errors import InputRefused
from eutonia.faces.scenario_folder import examples_in
from eutonia.knowledge.condition import Facts
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Knowledge
from eutonia.plain_yaml import parse_yaml

TESTS = Path(__file__).parents[1] / "tests"
SCENARIOS = TESTS / "scenarios"
SECOND_ENTRY = TESTS / "data" / "limits-read-again.yaml"


def main() -> None:
    """Print the score of each rule and of all rules, of limits by the second entry, with --limits also by records."""
    knowledge = load_knowledge()
    records: dict[str, list[tuple[Example, Facts]]] = {}
    for example in examples_in(SCENARIOS):
        records.setdefault(example.rule, []).append((example, sheet_of(example, knowledge)))
    _print(_rules(knowledge, records))
    _print(_second_entry(knowledge))
    if "--limits" in sys.argv:
        _print(_limits(knowledge, [e for own in records.values() for e, _ in own]))


def _print(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _rules(knowledge: Knowledge, records: dict[str, list[tuple[Example, Facts]]]) -> Iterator[str]:
    terms = vocabulary_of(knowledge)
    tried, missed = 0, 0
    for rule in knowledge.rules:
        number, unseen = unnoticed(rule, records.get(rule.id, []), terms)
        tried, missed = tried + number, missed + len(unseen)
        if number:
            yield f"{rule.id:<10} {number - len(unseen):>3} of {number:>3} changes noticed"
        yield from (f"           not noticed, {m.where}: {m.change}" for m in unseen)
    yield f"rules: {tried - missed} of {tried} changes noticed ({1 - missed / tried:.1%})"
    apart = sum(
        len(unnoticed(rule, [(e, v) for e, v in records.get(rule.id, []) if not e.facts], terms)[1])
        for rule in knowledge.rules
    )
    yield f"rules: {tried - apart} of {tried} by records written from sources alone ({1 - apart / tried:.1%})"


def _second_entry(knowledge: Knowledge) -> Iterator[str]:
    document = parse_yaml(SECOND_ENTRY.read_text(encoding="utf-8"))
    terms = vocabulary_of(knowledge)
    for part, words in (
        ("read_again", "limits read again"),
        ("ours_or_read_later", "limits of ours or read later"),
    ):
        entries = entries_in(document[part])
        tried, missed = 0, 0
        for limit in knowledge.limits:
            if limit.id not in entries:
                continue
            for other, change in limit_mutants(limit, terms):
                tried += 1
                if not any(differences(other, entries[limit.id])):
                    missed += 1
                    yield f"not noticed by the second entry: {limit.id}: {change}"
        yield f"{words}: {tried - missed} of {tried} changes noticed by the second entry"


def _limits(knowledge: Knowledge, examples: Sequence[Example]) -> Iterator[str]:
    tried, missed = 0, 0
    for limit in knowledge.limits:
        for other, change in limit_mutants(limit, vocabulary_of(knowledge)):
            tried += 1
            limits = tuple(other if x is limit else x for x in knowledge.limits)
            if not _is_noticed(replace(knowledge, limits=limits), examples):
                missed += 1
                yield f"not noticed by records: {limit.id}: {change}"
    yield f"limits: {tried - missed} of {tried} changes noticed by records alone ({1 - missed / tried:.1%})"


def _is_noticed(knowledge: Knowledge, examples: Sequence[Example]) -> bool:
    for example in examples:
        try:
            values = sheet_of(example, knowledge)
        except InputRefused:
            return True
        if not is_as_expected(example, knowledge.rule(example.rule), values):
            return True
    return False


if __name__ == "__main__":
    main()
