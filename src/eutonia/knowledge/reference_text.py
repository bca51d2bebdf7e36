"""Pieces that the generated pages share: a link to a source, a citation, a row of a table, a whole page."""

from __future__ import annotations

from collections.abc import Iterable

from eutonia.knowledge.schema import Citation
from eutonia.show import show_date

__all__ = ["citation_text", "page_text", "source_link", "table_row"]


def source_link(source: str) -> str:
    """A link to a document of the register."""
    return f"[{source}](sources.md#{source.lower()})"


def citation_text(citation: Citation) -> str:
    """A citation with the place that was read, the mark and the day."""
    at = f", {citation.at}" if citation.at else ""
    return f"{source_link(citation.source)}{at} ({citation.check.value}, {show_date(citation.on)})"


def table_row(cells: Iterable[str]) -> str:
    """One row of a table; a bar inside a cell does not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page_text(lines: Iterable[str]) -> str:
    """The lines of a page as one text that ends with one line end."""
    return "\n".join(lines).rstrip() + "\n"
