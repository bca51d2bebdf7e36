"""What can be found: everything known, each item as one document with its words in fields.

A claim that was checked never stands alone: its title begins with the verdict, and its text is the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from eutonia.knowledge.condition import ALWAYS
from eutonia.knowledge.library import Cell, Claim, Conflict, Entry, Note, Row, Table
from eutonia.knowledge.schema import Check, Citation, Knowledge, Limit, Rule, Source, Term
from eutonia.show import show_number, show_quantity
from eutonia.units import Quantity

__all__ = ["KINDS", "Document", "documents"]

#: What is searched, in the order in which equal results are shown.
KINDS = ("rule", "note", "limit", "row", "conflict", "claim", "word", "term", "source")

_BEST_FIRST = (Check.READ, Check.READ_ABSTRACT, Check.SECOND_HAND, Check.OURS, Check.RECALLED)


@dataclass(frozen=True, slots=True)
class Document:
    """One item as it is searched and shown.

    names: other ways in which it is called. text: what it says. more: words that find it but are not shown.
    mark: the best check behind it, empty for a word. verdict: of a claim, else empty.
    """

    kind: str
    id: str
    title: str
    names: str
    text: str
    more: str
    mark: str
    verdict: str = ""
    see: tuple[str, ...] = ()
    is_dangerous: bool = False


def documents(knowledge: Knowledge) -> Iterator[Document]:
    """Every item that can be found, kind by kind."""
    yield from map(_rule, knowledge.rules)
    yield from map(_note, knowledge.notes.values())
    yield from map(_limit, knowledge.limits)
    for table in knowledge.tables.values():
        yield from (_row(table, row) for row in table.rows)
    yield from map(_conflict, knowledge.conflicts.values())
    yield from map(_claim, knowledge.claims.values())
    yield from map(_word, knowledge.words.values())
    yield from map(_term, knowledge.terms.values())
    yield from map(_source, knowledge.sources.values())


def _rule(rule: Rule) -> Document:
    cases = [f"In the case “{case.name}”: {_joined(case.say, case.do)}" for case in rule.cases]
    cited = (*rule.evidence, *(c for case in rule.cases for c in case.evidence))
    otherwise = [other.says for other in rule.differs]
    return Document(
        kind="rule",
        id=rule.id,
        title=rule.title,
        names="",
        text=_joined(rule.say, rule.do, rule.asks, *cases),
        more=_joined(rule.topic, rule.when.text, rule.severity.name, *otherwise, *_ids(cited)),
        mark=_mark(cited),
    )


def _note(note: Note) -> Document:
    return Document(
        kind="note",
        id=note.id,
        title=note.title,
        names="",
        text=_joined(note.say, note.do),
        more=_joined(note.topic, *(other.says for other in note.differs), *_ids(note.evidence)),
        mark=_mark(note.evidence),
        see=note.see,
    )


def _limit(limit: Limit) -> Document:
    where = ", ".join(limit.jurisdictions) or "everywhere"
    return Document(
        kind="limit",
        id=limit.id,
        title=limit.says,
        names=limit.name.replace(".", " ").replace("_", " "),
        text=f"{_amount(limit.value)}, {where}.",
        more=_joined("" if limit.when is ALWAYS else limit.when.text, *_ids(limit.evidence)),
        mark=_mark(limit.evidence),
    )


def _row(table: Table, row: Row) -> Document:
    cells = [(c.title, _cell(row.cells[c.name], c.unit)) for c in table.columns]
    filled = [(title, cell) for title, cell in cells if cell]
    first = filled[0][1] if filled else row.id
    return Document(
        kind="row",
        id=f"{table.id}/{row.id}",
        title=f"{table.title}: {first}",
        names="",
        text="; ".join(f"{title}: {cell}" for title, cell in filled) + ".",
        more=_joined(table.topic, table.says, row.departs, *_ids(row.evidence)),
        mark=_mark(row.evidence),
    )


def _conflict(conflict: Conflict) -> Document:
    cited = [c for side in conflict.sides for c in side.evidence]
    return Document(
        kind="conflict",
        id=conflict.id,
        title=conflict.question,
        names="",
        text=_joined(*(side.says for side in conflict.sides), conflict.policy),
        more=_joined("sources disagree", *_ids(cited)),
        mark=_mark(cited),
        see=conflict.see,
    )


def _claim(claim: Claim) -> Document:
    verdict = claim.verdict.value
    return Document(
        kind="claim",
        id=claim.id,
        title=f"{verdict[0].upper()}{verdict[1:]}: {claim.claim}",
        names="",
        text=claim.fact,
        more=_joined(claim.topic, claim.numbers, *_ids(claim.evidence)),
        mark=_mark(claim.evidence),
        verdict=verdict,
        see=claim.see,
        is_dangerous=claim.is_dangerous,
    )


def _word(entry: Entry) -> Document:
    return Document("word", entry.id, entry.id, ", ".join(entry.also), entry.says, "", "")


def _term(term: Term) -> Document:
    codes = [f"{system} {code}" for system, listed in term.codes.items() for code in listed]
    also = [name for name in term.names if name not in {term.id, term.words.lower()}]
    names = f"Also: {', '.join(also)}." if also else ""
    belongs = f"Belongs to: {', '.join(term.member_of)}." if term.member_of else ""
    coded = f"Codes: {', '.join(codes)}." if codes else ""
    return Document(
        kind="term",
        id=f"{term.kind}:{term.id}",
        title=f"{term.words} ({term.kind})",
        names=", ".join(also),
        text=_joined(names, belongs, coded, term.because),
        more="",
        mark=_mark(term.evidence),
    )


def _source(source: Source) -> Document:
    return Document(
        kind="source",
        id=source.id,
        title=source.title,
        names=source.authors,
        text=". ".join(part.rstrip(".") for part in (source.authors, source.year, source.where) if part),
        more=source.kind,
        mark=source.check.value,
    )


def _amount(value: Quantity | Fraction) -> str:
    return str(value) if isinstance(value, Fraction) else show_quantity(value)


def _cell(cell: Cell, unit: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Quantity):
        return show_quantity(cell)
    if isinstance(cell, float):
        return show_number(cell, 6) + ("" if unit in {"", "1"} else f" {unit}")
    return cell


def _joined(*texts: str) -> str:
    return " ".join(text for text in texts if text)


def _ids(cited: Iterable[Citation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(citation.source for citation in cited))


def _mark(cited: Iterable[Citation]) -> str:
    return min((c.check for c in cited), key=_BEST_FIRST.index, default=Check.RECALLED).value
