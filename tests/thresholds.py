"""Proposes records that stand exactly at the thresholds nobody checks yet. Run with ``python -m tests.thresholds``.

For every change of a number that no record of its rule notices (see ``eutonia.assess.mutation``) it looks for facts,
set on top of a record there is, on which the change would be noticed, and writes them to
``tests/scenarios/thresholds``. What they expect is what the rule does today: read each against the source before
it is kept.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from typing import Any

import sqlglot
import yaml

from eutonia.assess.examples import Example, Expected, is_as_expected
from eutonia.assess.mutation import Mutant, unnoticed
from eutonia.assess.records import sheet_of
from eutonia.assess.thresholds import vocabulary_of
from eutonia.faces.scenario_folder import examples_in
from eutonia.knowledge.condition import Facts, Holds, Value
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Knowledge, Rule
from eutonia.report.labels import fact_words
from eutonia.show import show_number
from eutonia.units import unit
from tests.scenario_files import SCENARIOS, files, read

FOLDER = SCENARIOS / "thresholds"
_EXPECTED = {Holds.YES: Expected.FIRES, Holds.NO: Expected.QUIET, Holds.UNKNOWN: Expected.UNKNOWN}


def main() -> None:
    """Write what is missing; say what could not be found."""
    knowledge = load_knowledge()
    sheets: dict[str, list[tuple[Example, Facts]]] = {}
    for example in examples_in(SCENARIOS):
        sheets.setdefault(example.rule, []).append((example, sheet_of(example, knowledge)))
    for rule in knowledge.rules:
        own = sheets.get(rule.id, [])
        _, missed = unnoticed(rule, own, vocabulary_of(knowledge))
        if not missed or not own:
            continue
        found, left = _proposed(rule, own, list(missed), knowledge)
        _write(rule, found)
        for mutant in left:
            sys.stdout.write(f"{rule.id}, {mutant.where}: nothing found for {mutant.change}\n")


def _proposed(
    rule: Rule, own: list[tuple[Example, Facts]], missed: list[Mutant], knowledge: Knowledge
) -> tuple[list[tuple[Example, int]], list[Mutant]]:
    """Records that together notice as many of the changes as can be noticed; with the record each builds on."""
    found: list[tuple[Example, int]] = []
    plain = [(i, e, v) for i, (e, v) in enumerate(own) if not e.facts]
    for facts in _candidates(rule, knowledge):
        if not missed:
            break
        for index, example, values in plain:
            sheet = {**values, **facts}
            for record in _records(rule, example, facts, sheet, knowledge):
                noticed = [m for m in missed if not is_as_expected(record, m.rule, sheet)]
                if noticed:
                    found.append((record, index))
                    missed = [m for m in missed if m not in noticed]
    return found, missed


def _candidates(rule: Rule, knowledge: Knowledge) -> Iterator[dict[str, Value]]:
    """One fact at a threshold or a step beside it; then two; then with a yes or no turned as well."""
    numbers: dict[str, list[float]] = {}
    others: dict[str, list[Value]] = {}
    for condition in (rule.when, *(case.when for case in rule.cases)):
        for node in sqlglot.parse_one(condition.text, dialect="duckdb").walk():
            values = [float(x.this) for x in node.find_all(sqlglot.exp.Literal) if not x.is_string]
            names = [c.name for c in node.find_all(sqlglot.exp.Column)]
            if isinstance(node, (sqlglot.exp.Binary, sqlglot.exp.Between)) and len(names) == 1 and values:
                numbers.setdefault(names[0], []).extend(_beside(values))
        for name in condition.facts:
            fact = knowledge.facts[name]
            if fact.type == "boolean":
                others[name] = [True, False, None]
            elif fact.type == "text":
                others[name] = [*fact.values, None]
    single: list[dict[str, Value]] = [{name: value} for name in numbers for value in numbers[name]]
    turned: list[dict[str, Value]] = [{name: value} for name, listed in others.items() for value in listed]
    blank: list[dict[str, Value]] = [{name: None} for name in numbers]
    pairs = list(itertools.combinations(single, 2))
    yield from single
    yield from ({**a, **b} for a, b in itertools.product(single, [*turned, *blank]) if a.keys() != b.keys())
    yield from ({**a, **b} for a, b in pairs if a.keys() != b.keys())
    if len(single) * len(turned) ** 2 < 60_000:
        yield from (
            {**a, **b, **c}
            for a in single
            for b, c in itertools.combinations([*turned, *blank], 2)
            if len({**a, **b, **c}) == 3
        )


def _beside(values: list[float]) -> Iterator[float]:
    for value in values:
        step = 1.0 if value == int(value) else 0.1
        yield from (round(value + by, 6) for by in (-step, 0, step, -step / 10, step / 10))


def _records(
    rule: Rule, example: Example, facts: dict[str, Value], sheet: Facts, knowledge: Knowledge
) -> Iterator[Example]:
    expected = _EXPECTED[rule.when.evaluate(sheet).holds]
    says = f"{example.says}; but {', '.join(_told(n, v, knowledge) for n, v in facts.items())}"
    plain = Example(rule.id, expected, says, example.data, facts=facts)
    yield plain
    if expected is Expected.FIRES:
        for case in rule.cases:
            holds = case.when.evaluate(sheet).holds is Holds.YES
            named = {"case": case.name} if holds else {"not_case": case.name}
            yield Example(rule.id, expected, says, example.data, facts=facts, **named)  # type: ignore[arg-type]


def _told(name: str, value: Value, knowledge: Knowledge) -> str:
    if value is None:
        return f"{fact_words(name)} not known"
    if isinstance(value, bool):
        return f"{fact_words(name)}: {'yes' if value else 'no'}"
    if isinstance(value, str):
        return f"{fact_words(name)}: {value}"
    symbol = knowledge.facts[name].unit
    measure = "" if symbol in {"", "1"} else f" {unit(symbol).words}"
    return f"{fact_words(name)} {show_number(float(value), 6)}{measure}"


def _write(rule: Rule, found: list[tuple[Example, int]]) -> None:
    if not found:
        return
    path = FOLDER / f"{rule.id}.yaml"
    sources = _entries(rule)
    document: dict[str, Any] = read(path) if path.exists() else {"rule": rule.id, "base": sources[0]["base"]}
    for record, index in found:
        entry: dict[str, Any] = {"says": record.says}
        if sources[index]["base"] != document["base"]:
            entry["base"] = sources[index]["base"]
        entry["change"] = sources[index]["change"]
        entry["facts"] = {
            n: int(v) if isinstance(v, float) and v == int(v) else v for n, v in record.facts.items()
        }
        entry |= {key: getattr(record, key) for key in ("case", "not_case") if getattr(record, key)}
        document.setdefault(record.expected.value, []).append(entry)
    text = yaml.dump(
        document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=118, default_flow_style=None
    )
    path.write_text(text, encoding="utf-8")


class _Plain(yaml.SafeDumper):
    """Writes everything out: no anchors, because a record must be read by itself."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the name is PyYAML's
        return True


def _entries(rule: Rule) -> list[dict[str, Any]]:
    """The entries of the rule's files as written, in the order in which the folder is read."""
    listed = []
    for folder in ("rules", "thresholds"):
        for path in files(SCENARIOS / folder):
            if path.stem != rule.id:
                continue
            document = read(path)
            for expected in Expected:
                for entry in document.get(expected.value) or ():
                    base = entry.get("base", document["base"])
                    listed.append({"base": base, "change": entry.get("change", {})})
    return listed


if __name__ == "__main__":
    main()
