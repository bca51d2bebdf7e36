"""Reference pages of what is no rule: where each id of the catalogue went, tables, statements, disagreements.

Knowledge in, Markdown text out; writing the files is left to the caller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from eutonia.knowledge.library import Column, Conflict, KeptAs, Note, Placement, Row, Table
from eutonia.knowledge.named import kinds_by_name
from eutonia.knowledge.reference_text import page_text, source_link, table_row
from eutonia.knowledge.schema import Citation, Differs, Knowledge
from eutonia.show import show_date, show_number, show_quantity
from eutonia.units import Quantity, unit

__all__ = ["catalogue_page", "notes_page", "tables_page"]

_PAGES = {
    "rule": "rules.md",
    "limit": "limits.md",
    "note": "notes.md",
    "disagreement": "notes.md",
    "table": "tables.md",
    "row": "tables.md",
    "source": "sources.md",
    "term": "names.md",
    "catalogue": "catalogue.md",
}
_DIGITS = 6


def catalogue_page(knowledge: Knowledge) -> str:
    """Each id of the catalogue, by topic: what it became, where it stands, and why it differs or was left out."""
    counted = Counter(entry.kept_as for entry in knowledge.catalogue)
    told = ", ".join(f"{counted[kind]} {kind.value}" for kind in KeptAs if counted[kind])
    kinds = kinds_by_name(knowledge)
    lines = [
        "# Where each id of the catalogue went",
        "",
        "Generated from `src/eutonia/knowledge/data/catalogue/`. The base was made from a catalogue of rules and",
        "statements. Not each of them is a condition: some are tables, statements, names or programme. Nothing was",
        "dropped without a word.",
        "",
        f"{len(knowledge.catalogue)} ids{f': {told}' if told else ''}.",
        "",
    ]
    for topic in dict.fromkeys(entry.topic for entry in knowledge.catalogue):
        lines += [
            f"## {topic.capitalize()}",
            "",
            "| id | became | where | why it differs |",
            "|---|---|---|---|",
        ]
        lines += [_placement(e, kinds) for e in knowledge.catalogue if e.topic == topic]
        lines.append("")
    left = [entry for entry in knowledge.catalogue if entry.kept_as is KeptAs.LEFT_OUT]
    lines += ["## Left out", "", *(f"- {entry.id}: {entry.why}" for entry in left), ""] if left else []
    return page_text(lines)


def _placement(entry: Placement, kinds: dict[str, tuple[str, ...]]) -> str:
    where = ", ".join(_place(name, kinds.get(name, ())) for name in entry.where)
    return table_row(
        (f'<a id="{_anchor(entry.id)}"></a>{entry.id}', entry.kept_as.value, where or "–", entry.why)
    )


def _place(name: str, kinds: tuple[str, ...]) -> str:
    """A name with a link to where it is shown; a place in the programme as code."""
    kind = next((kind for kind in kinds if kind in _PAGES), "")
    if kind == "term":
        return f"[{name}]({_PAGES[kind]})"
    if kind == "source":
        return source_link(name.removeprefix("source:"))
    if kind:
        return f"[{name}]({_PAGES[kind]}#{_anchor(name)})"
    return f"`{name}`"


def tables_page(knowledge: Knowledge) -> str:
    """Every table, by topic: its rows with their sources, who says otherwise and where we depart."""
    lines = [
        "# Tables",
        "",
        "Generated from `src/eutonia/knowledge/data/tables/`. An empty cell means that the source is silent, not",
        "that the value is nought.",
        "",
    ]
    for topic in dict.fromkeys(table.topic for table in knowledge.tables.values()):
        lines += [f"## {topic.capitalize()}", ""]
        for table in knowledge.tables.values():
            if table.topic == topic:
                lines += _table(table)
    return page_text(lines)


def _table(table: Table) -> list[str]:
    heads = [_head(column) for column in table.columns]
    lines = [f'### <a id="{_anchor(table.id)}"></a>{table.title}', "", table.says, ""]
    lines += [table_row([*heads, "rests on"]), "|" + "---|" * (len(heads) + 1)]
    for row in table.rows:
        cells = [_cell(row.cells[column.name]) for column in table.columns]
        cells[0] = f'<a id="{_anchor(f"{table.id}/{row.id}")}"></a>{cells[0]}'
        lines.append(table_row([*cells, ", ".join(_citation(c) for c in row.evidence)]))
    lines.append("")
    others = [line for row in table.rows for line in _row_remarks(row, table)]
    return [*lines, *others, *([""] if others else [])]


def _head(column: Column) -> str:
    return column.title if column.unit in {"", "1"} else f"{column.title}, {unit(column.unit).words}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Quantity):
        return show_quantity(value)
    return show_number(value, _DIGITS) if isinstance(value, float) else str(value)


def _row_remarks(row: Row, table: Table) -> list[str]:
    first = _cell(row.cells[table.columns[0].name]) or row.id
    lines = [f"- {first}: {source_link(other.source)} says otherwise. {other.says}" for other in row.differs]
    return [*lines, *([f"- {first}: where we depart. {row.departs}"] if row.departs else [])]


def notes_page(knowledge: Knowledge) -> str:
    """Statements that depend on no fact of a record, by topic; then the disagreements, every side heard."""
    kinds = kinds_by_name(knowledge)
    lines = [
        "# Statements and disagreements",
        "",
        "Generated from `src/eutonia/knowledge/data/notes/` and `conflicts.yaml`. A statement depends on no fact of a",
        "record, or on facts no record holds, so no condition can ask for it.",
        "",
    ]
    for topic in dict.fromkeys(note.topic for note in knowledge.notes.values()):
        lines += [f"## {topic.capitalize()}", ""]
        for note in knowledge.notes.values():
            if note.topic == topic:
                lines += _note(note, kinds)
    if knowledge.conflicts:
        lines += [
            "## Disagreements",
            "",
            "Where sources disagree each is heard, and nothing is averaged.",
            "",
        ]
        for conflict in knowledge.conflicts.values():
            lines += _conflict(conflict, kinds)
    return page_text(lines)


def _note(note: Note, kinds: dict[str, tuple[str, ...]]) -> list[str]:
    lines = [f'### <a id="{_anchor(note.id)}"></a>{note.id} {note.title}', "", note.say, ""]
    lines += [f"**What can be done.** {note.do}", ""] if note.do else []
    lines += [f"Graded {note.grade.value}. Rests on:", "", *_rests_on(note.evidence), ""]
    lines += _otherwise(note.differs)
    lines += [f"Where we depart: {note.departs}", ""] if note.departs else []
    return lines + _see(note.see, kinds)


def _conflict(conflict: Conflict, kinds: dict[str, tuple[str, ...]]) -> list[str]:
    lines = [f'### <a id="{_anchor(conflict.id)}"></a>{conflict.id} {conflict.question}', ""]
    for side in conflict.sides:
        lines.append(f"- {side.says} ({', '.join(_citation(c) for c in side.evidence)})")
    return [*lines, "", f"**What is done meanwhile.** {conflict.policy}", "", *_see(conflict.see, kinds)]


def _see(names: Iterable[str], kinds: dict[str, tuple[str, ...]]) -> list[str]:
    listed = ", ".join(_place(name, kinds.get(name, ())) for name in names)
    return [f"See also {listed}.", ""] if listed else []


def _rests_on(evidence: Iterable[Citation]) -> list[str]:
    return [
        f"- {source_link(c.source)}, {c.at} ({c.check.value}, {show_date(c.on)})"
        for c in dict.fromkeys(evidence)
    ]


def _otherwise(differs: Iterable[Differs]) -> list[str]:
    others = [f"- {source_link(other.source)}: {other.says}" for other in differs]
    return ["Who says otherwise:", "", *others, ""] if others else []


def _citation(citation: Citation) -> str:
    return f"{source_link(citation.source)}, {citation.at} ({citation.check.value})"


def _anchor(name: str) -> str:
    return name.lower().replace("/", "--")
