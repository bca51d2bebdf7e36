"""A hand-out before it has a form: headings, lines, tables, lines to write on. Page and PDF are made from the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """One instruction or statement per line. is_wide: set apart, because a line may run over the edge."""

    lines: tuple[str, ...]
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A box that stands out: a title and its lines. is_grave: what cannot wait."""

    title: str
    lines: tuple[str, ...]
    is_grave: bool = False


@dataclass(frozen=True, slots=True)
class Blanks:
    """What the plan does not say, as labelled lines to write on by hand."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. has_box: with a box to tick. is_changed: set in bold, because it is new."""

    text: str
    has_box: bool = False
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a heading for each column; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A phase: its title, its lines and the days to tick, kept together on paper where they fit."""

    title: str
    lines: tuple[str, ...]
    table: Table | None


@dataclass(frozen=True, slots=True)
class Card:
    """One side of a card of the size of a bank card. big: the line set largest."""

    title: str
    big: str
    lines: tuple[str, ...]
    blanks: tuple[str, ...]


Block = Heading | Lines | Notice | Blanks | Table | Step | Card


@dataclass(frozen=True, slots=True)
class Document:
    """A hand-out in one language. foot: at the foot of every page; page: “Page {page} of {pages}” in its language."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    foot: str
    page: str

    def texts(self) -> Iterator[str]:
        """Every text a reader sees, in reading order."""
        yield self.title
        for block in self.blocks:
            yield from _texts(block)
        yield self.foot


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text):
            yield text
        case Lines(lines=lines) | Blanks(labels=lines):
            yield from lines
        case Notice(title, lines):
            yield title
            yield from lines
        case Table(columns, rows):
            yield from columns
            yield from (cell.text for row in rows for cell in row)
        case Step(title, lines, table):
            yield title
            yield from lines
            if table is not None:
                yield from _texts(table)
        case Card(title, big, lines, blanks):
            yield from (text for text in (title, big, *lines, *blanks) if text)
