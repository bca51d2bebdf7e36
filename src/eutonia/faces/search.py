"""``eutonia search``: what is known about a word, in the terminal or as JSON."""
# ruff: noqa: PLC0415, T201  (heavy imports stay inside the command; a command prints)

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from eutonia.knowledge.search import Found, Hit

_WIDTH = 80
_FORMAT = "eutonia-search/1"
_VERDICT_STYLE = {
    "supported": "bold",
    "supported with a caveat": "bold",
    "unverifiable": "bold black on yellow",
    "contradicted": "bold white on red",
    "probably fabricated": "bold white on red",
}


def search(
    query: Annotated[str, typer.Argument(help="Words, an id, a name, an author.", show_default=False)],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", help="Only this kind of item; may be given several times.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, nothing else.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="Most results to show.")] = 10,
) -> None:
    """Search rules, limits, tables, statements, disagreements, claims, sources and words."""
    from eutonia.errors import SearchUnavailable
    from eutonia.faces.cli import Exit, _knowledge
    from eutonia.knowledge.search import KINDS
    from eutonia.knowledge.search import search as find

    unknown = [name for name in kind or () if name not in KINDS]
    if unknown:
        raise typer.BadParameter(f"“{unknown[0]}” is not one of {', '.join(KINDS)}", param_hint="--kind")
    knowledge = _knowledge()
    try:
        found = find(knowledge, query, kind or (), limit)
    except SearchUnavailable as unavailable:
        print(str(unavailable), file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_SEARCH) from None
    if as_json:
        import json

        print(json.dumps(found_data(found), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        print_found(found, Console(highlight=False))
    if not found.hits:
        raise typer.Exit(Exit.NOT_FOUND)


def found_data(found: Found) -> dict[str, Any]:
    """The result as plain data; of a claim the verdict comes before its words."""
    return {
        "format": _FORMAT,
        "query": found.query,
        "notes": list(found.notes),
        "found": found.total,
        "suggestions": list(found.suggestions),
        "results": [
            {
                "kind": hit.kind,
                "id": hit.id,
                **({"verdict": hit.verdict, "dangerous": hit.is_dangerous} if hit.verdict else {}),
                "title": hit.title,
                "snippet": hit.snippet,
                "mark": hit.mark,
                "see": list(hit.see),
            }
            for hit in found.hits
        ],
    }


def print_found(found: Found, console: Console) -> None:
    """Print the results, best first, no wider than 80 columns."""
    from rich.text import Text

    console.width = min(console.width, _WIDTH)
    for note in found.notes:
        console.print(Text(note, style="dim"))
    if not found.hits:
        console.print(Text(f"Nothing is known here about “{found.query}”."))
    if found.suggestions:
        near = ", ".join(f"“{suggestion}”" for suggestion in found.suggestions)
        console.print(Text(f"Is {near} meant?" if len(found.suggestions) == 1 else f"Near it: {near}."))
    if not found.hits:
        return
    shown = "all are shown" if found.total == len(found.hits) else f"the first {len(found.hits)} are shown"
    console.print(Text("One found." if found.total == 1 else f"{found.total} found; {shown}."))
    for hit in found.hits:
        _print_hit(hit, console)
    console.print()
    console.print(
        Text(
            "Of claims met elsewhere the verdict comes first. “eutonia explain RULE” prints a rule whole, "
            "“eutonia cite SOURCE” a reference.",
            style="dim",
        )
    )


def _print_hit(hit: Hit, console: Console) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console.print()
    head = Text.assemble((f"{hit.kind} ", "dim"), (hit.id, "bold"))
    if hit.mark:
        head.append(f"  {hit.mark}", style="dim")
    console.print(head)
    if hit.verdict:
        verdict, _, claim = hit.title.partition(": ")
        title = Text.assemble((f" {verdict} ", _VERDICT_STYLE[hit.verdict]), f" {claim}")
    else:
        title = Text(hit.title)
    console.print(Padding(title, (0, 0, 0, 2)))
    if hit.is_dangerous:
        console.print(Padding(Text("Dangerous when acted on.", style="bold"), (0, 0, 0, 4)))
    if hit.snippet:
        console.print(Padding(Text(f"Fact: {hit.snippet}" if hit.verdict else hit.snippet), (0, 0, 0, 4)))
    if hit.see:
        console.print(Padding(Text(f"See {', '.join(hit.see)}.", style="dim"), (0, 0, 0, 4)))
