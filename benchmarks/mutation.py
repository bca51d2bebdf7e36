"""How many wrong numbers the tests would notice. Run with ``python -m benchmarks.mutation``.

Every threshold of every rule is moved by a step and by a tenth, and made to include or exclude its own value; every
limit is moved by a step and by a tenth. Noticed is what makes a record of ``tests/scenarios`` do something else than it
says. Limits are also held by the tests of plans, which are not run here, so their score is a lower bound.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from eutonia.assess.examples import Example, is_as_expected
from eutonia.assess.mutation import unnoticed
from eutonia.assess.records import sheet_of
from eutonia.assess.thresholds import vocabulary_of
from eutonia.errors import InputRefused
from eutonia.faces.scenario_folder import examples_in
from eutonia.knowledge.condition import Facts
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Knowledge, Limit
from eutonia.units import Quantity

SCENARIOS = Path(__file__).parents[1] / "tests" / "scenarios"


def main() -> None:
    """Print the score of each rule that misses something, of all rules, and with --limits of all limits."""
    knowledge = load_knowledge()
    records: dict[str, list[tuple[Example, Facts]]] = {}
    for example in examples_in(SCENARIOS):
        records.setdefault(example.rule, []).append((example, sheet_of(example, knowledge)))
    _print(_rules(knowledge, records))
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


def _limits(knowledge: Knowledge, examples: Sequence[Example]) -> Iterator[str]:
    tried, missed = 0, 0
    for limit in knowledge.limits:
        for other in _moved(limit):
            tried += 1
            limits = tuple(other if x is limit else x for x in knowledge.limits)
            if not _is_noticed(replace(knowledge, limits=limits), examples):
                missed += 1
                yield f"not noticed by records: {limit.id} {limit.value} as {other.value}"
    yield f"limits: {tried - missed} of {tried} changes noticed by records alone ({1 - missed / tried:.1%})"


def _moved(limit: Limit) -> Iterator[Limit]:
    value = limit.value
    number = value if isinstance(value, Fraction) else Fraction(value.value)
    step = Fraction(1) if number >= 1 and number.denominator == 1 else Fraction(1, 10)
    for moved in sorted({number - step, number + step, number * Fraction(9, 10), number * Fraction(11, 10)}):
        if isinstance(value, Fraction):
            yield replace(limit, value=moved)
        else:
            decimal = type(value.value)(str(float(moved)))
            yield replace(limit, value=Quantity(decimal, value.unit))


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
