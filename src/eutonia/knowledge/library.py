"""Knowledge that is no condition: tables, statements, disagreements, labelled uses, claims, and where each id went.

The shapes, and one reading function for each. Problems are reported at the item's file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from eutonia.errors import Code
from eutonia.knowledge.condition import Condition
from eutonia.knowledge.items import Item
from eutonia.knowledge.reads import Reads
from eutonia.knowledge.relied_on import CONDITION_TABLES
from eutonia.knowledge.schema import Citation, Differs, Grade
from eutonia.knowledge.upkeep import read_validity
from eutonia.units import Quantity

__all__ = [
    "Claim",
    "Column",
    "Conflict",
    "Entry",
    "KeptAs",
    "Note",
    "Placement",
    "Position",
    "Row",
    "Side",
    "Standing",
    "Table",
    "Verdict",
    "read_claim",
    "read_conflict",
    "read_entry",
    "read_note",
    "read_placement",
    "read_positions",
    "read_table",
]

Cell = str | float | Quantity | None


class Standing(StrEnum):
    """How a use stands in one product text."""

    LABELLED = "labelled"
    WEAKER = "labelled with weaker wording"
    NOT_RECOMMENDED = "not recommended"
    OFF_LABEL = "outside the label"
    CAUTION = "named as a caution only"
    SILENT = "not mentioned"


class Verdict(StrEnum):
    """What became of a claim when it was checked."""

    SUPPORTED = "supported"
    CAVEAT = "supported with a caveat"
    CONTRADICTED = "contradicted"
    UNVERIFIABLE = "unverifiable"
    FABRICATED = "probably fabricated"


class KeptAs(StrEnum):
    """What an id of the catalogue became."""

    RULE = "rule"
    LIMIT = "limit"
    TABLE = "table"
    NOTE = "note"
    CONFLICT = "disagreement"
    TERM = "names and codes"
    CODE = "programme"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; ``unit`` only for numbers."""

    name: str
    title: str
    type: str  # text | number | quantity
    unit: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cell for every column (None: the source is silent), and what it rests on.

    when: its condition, in a table whose rows count for some patients only; None: it counts for everybody.
    """

    id: str
    cells: Mapping[str, Cell]
    evidence: tuple[Citation, ...]
    differs: tuple[Differs, ...]
    departs: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table people look things up in: doses by age, monitoring, scales, frequencies."""

    id: str
    topic: str
    title: str
    says: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A statement that depends on no fact of a record, or on facts no record holds."""

    id: str
    topic: str
    title: str
    say: str
    do: str
    grade: Grade
    evidence: tuple[Citation, ...]
    valid_from: date
    valid_until: date | None
    differs: tuple[Differs, ...]
    departs: str
    see: tuple[str, ...]
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """What one side of a disagreement says, and who says it."""

    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree, each heard; ``policy`` is what this programme does meanwhile."""

    id: str
    question: str
    sides: tuple[Side, ...]
    policy: str
    see: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """How one use stands in one group of product texts."""

    indication: str
    texts: str  # which texts, in words
    jurisdictions: tuple[str, ...]
    route: str  # oral | intrathecal
    standing: Standing
    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement met in a document, and what became of it when it was checked."""

    id: str
    topic: str
    claim: str
    numbers: str
    verdict: Verdict
    fact: str
    evidence: tuple[Citation, ...]
    see: tuple[str, ...]
    is_dangerous: bool


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one id of the catalogue went."""

    id: str
    topic: str
    kept_as: KeptAs
    where: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the field: what it means and how else it is written."""

    id: str
    also: tuple[str, ...]
    says: str


def read_table(item: Item, reads: Reads) -> Table:
    """One file of ``tables/``."""
    columns = tuple(
        Column(c.text("name"), c.text("title"), c.one_of("type", _CELLS, "text"), reads.unit(c))
        for c in item.items("columns")
    )
    for column in columns:
        if bool(column.unit) != (column.type == "number"):
            item.complain(Code.WRONG_TYPE, f"“{column.name}”: a number has a unit (1: none), nothing else.")
    name, rows = item.text("id"), dict[str, Row]()
    for entry in item.items("rows"):
        row = _row(entry, columns, reads, has_condition=name in CONDITION_TABLES)
        if row.id in rows:
            entry.complain(Code.DUPLICATE_ID, f"“{row.id}” stands twice in this table.")
        rows[row.id] = row
    return Table(
        id=name,
        topic=item.text("topic"),
        title=item.text("title"),
        says=item.text("says"),
        columns=columns,
        rows=tuple(rows.values()),
    )


_CELLS = ("text", "number", "quantity")


def _row(item: Item, columns: tuple[Column, ...], reads: Reads, *, has_condition: bool) -> Row:
    cells = item.child("cells")
    found: dict[str, Cell] = {}
    make: dict[str, Callable[[str], Cell]] = {
        "text": cells.text,
        "number": cells.number,
        "quantity": lambda name: reads.quantity(cells, cells.text(name)),
    }
    for column in columns:
        found[column.name] = make[column.type](column.name) if cells.has(column.name) else None
    when = found.get("when") if has_condition else None
    return Row(
        id=item.text("id"),
        cells=MappingProxyType(found),
        evidence=reads.evidence(item),
        differs=reads.differs(item),
        departs=item.text("departs", ""),
        when=None if when is None else reads.parsed(item, str(when)),
    )


def read_note(item: Item, topic: str, reads: Reads) -> Note:
    """One statement of ``notes/``."""
    validity = read_validity(item, reads)
    return Note(
        id=item.text("id"),
        topic=topic,
        title=item.text("title"),
        say=item.text("say"),
        do=item.text("do", ""),
        grade=item.word("grade", Grade),
        evidence=reads.evidence(item),
        valid_from=validity.start,
        valid_until=validity.end,
        replaced_by=validity.replaced_by,
        differs=reads.differs(item),
        departs=item.text("departs", ""),
        see=reads.refer(item, "see"),
    )


def read_conflict(item: Item, reads: Reads) -> Conflict:
    """One disagreement of ``conflicts.yaml``."""
    sides = tuple(Side(side.text("says"), reads.evidence(side)) for side in item.items("sides"))
    if len(sides) < 2:
        item.complain(Code.MISSING_VALUE, "A disagreement has at least two sides.")
    return Conflict(
        item.text("id"), item.text("question"), sides, item.text("policy"), reads.refer(item, "see")
    )


def read_positions(item: Item, indications: tuple[str, ...], reads: Reads) -> tuple[Position, ...]:
    """One use of ``uses.yaml``: how it stands in each group of product texts."""
    indication = item.one_of("indication", indications)
    return tuple(
        Position(
            indication=indication,
            texts=entry.text("texts"),
            jurisdictions=reads.jurisdictions_of(entry),
            route=entry.one_of("route", ("oral", "intrathecal")),
            standing=entry.word("standing", Standing),
            says=entry.text("says", ""),
            evidence=reads.evidence(entry),
        )
        for entry in item.items("texts")
    )


def read_claim(item: Item, reads: Reads) -> Claim:
    """One claim of ``claims/``. What cannot be found cites the search for it."""
    return Claim(
        id=item.text("id"),
        topic=item.text("topic"),
        claim=item.text("claim"),
        numbers=item.text("numbers", ""),
        verdict=item.word("verdict", Verdict),
        fact=item.text("fact"),
        evidence=reads.evidence(item),
        see=reads.refer(item, "see"),
        is_dangerous=bool(item.flag("dangerous")),
    )


def read_placement(item: Item, topic: str, reads: Reads) -> Placement:
    """One id of ``catalogue/``. What was left out says why."""
    placement = Placement(
        id=item.text("id"),
        topic=topic,
        kept_as=item.word("kept_as", KeptAs),
        where=reads.refer(item, "where"),
        why=item.text("why", ""),
    )
    if placement.kept_as is KeptAs.LEFT_OUT and not placement.why:
        item.complain(Code.MISSING_VALUE, "What is left out says why.")
    if placement.kept_as is not KeptAs.LEFT_OUT and not placement.where:
        item.complain(Code.MISSING_VALUE, "“where” names what it became.")
    return placement


def read_entry(item: Item) -> Entry:
    """One word of ``words.yaml``."""
    return Entry(item.text("id"), tuple(name.lower() for name in item.texts("also")), item.text("says"))
