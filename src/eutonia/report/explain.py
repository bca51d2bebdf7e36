"""One item of the base explained: what it holds for, why, from which sources, who says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from eutonia.knowledge.condition import ALWAYS, Condition
from eutonia.knowledge.library import Claim, Conflict, Note, Placement, Table
from eutonia.knowledge.schema import Citation, Differs, Knowledge, Limit, Rule
from eutonia.report.condition_words import condition_lines
from eutonia.report.labels import check_words, grade_words
from eutonia.show import show_date, show_quantity
from eutonia.units import Quantity

__all__ = ["Explanation", "Section", "explain", "explainable", "explanation_data"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; spaces at the beginning of a line show how deep it stands."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of one item. head: its kind, severity and grade in one line."""

    id: str
    kind: str
    title: str
    head: str
    sections: tuple[Section, ...]


def explainable(knowledge: Knowledge) -> tuple[str, ...]:
    """Every id that can be explained."""
    rules, limits = (r.id for r in knowledge.rules), (x.id for x in knowledge.limits)
    placed = (entry.id for entry in knowledge.catalogue)
    others = (*knowledge.notes, *knowledge.conflicts, *knowledge.claims, *knowledge.tables)
    return tuple(dict.fromkeys((*rules, *limits, *others, *placed)))


def explain(
    name: str, knowledge: Knowledge, examples: Sequence[tuple[str, str]] = ()
) -> tuple[Explanation, ...]:
    """All items of this id (a rule may share its id with a disagreement); empty when there is none.

    name: the id, in any capitals. examples: of a rule, what is expected of it and what the record says.
    """
    wanted, found = name.upper(), list[Explanation]()
    found += [_rule(r, knowledge, examples) for r in knowledge.rules if r.id.upper() == wanted]
    found += [_limit(x, knowledge) for x in knowledge.limits if x.id.upper() == wanted]
    found += [_note(n, knowledge) for n in knowledge.notes.values() if n.id.upper() == wanted]
    found += [_conflict(c, knowledge) for c in knowledge.conflicts.values() if c.id.upper() == wanted]
    found += [_claim(c, knowledge) for c in knowledge.claims.values() if c.id.upper() == wanted]
    found += [_table(t, knowledge) for t in knowledge.tables.values() if t.id.upper() == wanted]
    return tuple(found) or tuple(_placement(e) for e in knowledge.catalogue if e.id.upper() == wanted)


def explanation_data(found: Iterable[Explanation]) -> dict[str, Any]:
    """Explanations as plain data."""
    return {"format": "eutonia-explanation/1", "items": [asdict(item) for item in found]}


def _rule(rule: Rule, knowledge: Knowledge, examples: Sequence[tuple[str, str]]) -> Explanation:
    silent = "the answer is Cannot tell, and asks" if rule.unknown == "ask" else "it is listed as not checked"
    sections = [
        Section("Holds when", _condition(rule.when, knowledge)),
        Section("Says", _texts(rule.say)),
        Section("What can be done", _texts(rule.do)),
        Section("Asks first", _texts(rule.asks)),
        *(
            Section(
                f"In the case: {case.name}{f' ({case.severity.name})' if case.severity else ''}",
                (*_condition(case.when, knowledge), *_texts(case.say, case.do)),
            )
            for case in rule.cases
        ),
        Section("If a fact is missing", (silent,)),
        Section("Facts", tuple(_facts(rule, knowledge))),
        Section("Examples", tuple(f"{expected}: {says}" for expected, says in examples)),
        *_sources((*rule.evidence, *(c for x in rule.cases for c in x.evidence)), rule, knowledge),
    ]
    head = f"{rule.kind.value}, severity {rule.severity.name}, graded {grade_words(rule.grade)}, topic {rule.topic}"
    return _made(rule.id, "rule", rule.title, f"{head}; {_since(rule)}", sections)


def _limit(limit: Limit, knowledge: Knowledge) -> Explanation:
    value = str(limit.value) if isinstance(limit.value, Fraction) else show_quantity(limit.value)
    where = ", ".join(limit.jurisdictions) or "everywhere"
    holds = ("for everybody",) if limit.when is ALWAYS else _condition(limit.when, knowledge)
    sections = [
        Section("Holds when", (f"jurisdiction: {where}", *holds)),
        Section("Says", _texts(limit.says)),
        *_sources(limit.evidence, limit, knowledge),
    ]
    head = f"limit {limit.name}, graded {grade_words(limit.grade)}; {_since(limit)}"
    return _made(limit.id, "limit", value, head, sections)


def _note(note: Note, knowledge: Knowledge) -> Explanation:
    sections = [
        Section("Says", _texts(note.say)),
        Section("What can be done", _texts(note.do)),
        *_sources(note.evidence, note, knowledge),
        Section("See also", note.see),
    ]
    head = f"statement, graded {grade_words(note.grade)}, topic {note.topic}; {_since(note)}"
    return _made(note.id, "statement", note.title, head, sections)


def _conflict(conflict: Conflict, knowledge: Knowledge) -> Explanation:
    sides = [
        Section(f"Side {number}", (side.says, *_cited(side.evidence, knowledge)))
        for number, side in enumerate(conflict.sides, start=1)
    ]
    policy = Section("What is done meanwhile", _texts(conflict.policy))
    sections = [*sides, policy, Section("See also", conflict.see)]
    head = f"sources disagree, {len(sides)} sides"
    return _made(conflict.id, "disagreement", conflict.question, head, sections)


def _claim(claim: Claim, knowledge: Knowledge) -> Explanation:
    sections = [
        Section("Claimed", _texts(claim.claim, claim.numbers)),
        Section("What was found", _texts(claim.fact)),
        Section("Rests on", tuple(_cited(claim.evidence, knowledge))),
        Section("See also", claim.see),
    ]
    danger = "; acting on it could harm" if claim.is_dangerous else ""
    return _made(claim.id, "claim", claim.topic, f"claim, {claim.verdict.value}{danger}", sections)


def _table(table: Table, knowledge: Knowledge) -> Explanation:
    def cell(value: object) -> str:
        return show_quantity(value) if isinstance(value, Quantity) else str(value)

    def told(name: str, title: str, symbol: str, value: object) -> str:
        del name
        return f"{title}: {cell(value)}{'' if symbol in {'', '1'} else ' ' + symbol}"

    rows = [
        Section(
            f"{table.id}/{row.id}",
            (
                *(
                    told(c.name, c.title, c.unit, row.cells[c.name])
                    for c in table.columns
                    if row.cells[c.name] is not None
                ),
                *_cited(row.evidence, knowledge),
                *(f"otherwise, [{d.source}] {d.says}" for d in row.differs),
            ),
        )
        for row in table.rows
    ]
    return _made(table.id, "table", table.title, table.says, rows)


def _placement(entry: Placement) -> Explanation:
    sections = [Section("Went to", entry.where), Section("Why", _texts(entry.why))]
    return _made(entry.id, "catalogue", entry.id, f"kept as: {entry.kept_as.value}", sections)


def _made(name: str, kind: str, title: str, head: str, sections: Iterable[Section]) -> Explanation:
    return Explanation(name, kind, title, head, tuple(s for s in sections if s.lines))


def _texts(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _since(item: Rule | Limit | Note) -> str:
    until = f" until {show_date(item.valid_until)}" if item.valid_until else ""
    successor = f", replaced by {', '.join(item.replaced_by)}" if item.replaced_by else ""
    return f"from {show_date(item.valid_from)}{until}{successor}"


def _condition(condition: Condition, knowledge: Knowledge) -> tuple[str, ...]:
    lines = condition_lines(condition.text, knowledge.facts)
    return (*("  " * line.depth + line.text for line in lines), f"SQL: {condition.text}")


def _facts(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    names = [*rule.when.facts, *(name for case in rule.cases for name in case.when.facts)]
    for name in dict.fromkeys(names):
        fact = knowledge.facts[name]
        measure = f" ({fact.unit})" if fact.unit not in {"", "1"} else ""
        yield f"{name}{measure}: {fact.says}"


def _cited(evidence: Iterable[Citation], knowledge: Knowledge) -> Iterator[str]:
    for citation in dict.fromkeys(evidence):
        source = knowledge.sources[citation.source]
        read = f"{check_words(citation.check)}, {show_date(citation.on)}"
        yield f"[{source.id}] {source.line()} {citation.at}; {read}"


def _sources(
    evidence: Iterable[Citation], item: Rule | Limit | Note, knowledge: Knowledge
) -> Iterator[Section]:
    yield Section("Rests on", tuple(_cited(evidence, knowledge)))
    yield Section("Who says otherwise", tuple(_otherwise(item.differs)))
    yield Section("Laid out as a disagreement", tuple(_disagreements(item.id, knowledge)))
    yield Section("Where we depart", _texts(item.departs))


def _otherwise(differs: Iterable[Differs]) -> Iterator[str]:
    for other in differs:
        yield f"[{other.source}] {other.says}"


def _disagreements(name: str, knowledge: Knowledge) -> Iterator[str]:
    for conflict in knowledge.conflicts.values():
        if name in conflict.see:
            yield f"{conflict.id}: {conflict.question}"
