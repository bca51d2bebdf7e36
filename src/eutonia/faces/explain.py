"""``eutonia explain``: one item of the base, its condition in words, why, sources, who says otherwise."""
# ruff: noqa: PLC0415, T201  (heavy imports stay inside the command; a command prints)

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eutonia.report.explain import Explanation

_WIDTH = 100


def explain(
    rule: Annotated[
        str,
        typer.Argument(
            help="Id of a rule, limit, statement, disagreement, claim or table, for example REN-05.",
            show_default=False,
        ),
    ],
    scenarios: Annotated[
        Path | None,
        typer.Option(
            "--scenarios", help="Folder with records of rules, to show as examples.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, nothing else.")] = False,
) -> None:
    """Explain a rule: its condition in words, why, its sources and who disagrees; or another item by its id."""
    from eutonia.faces.cli import Exit, _print_refusal
    from eutonia.faces.knowledge import open_base
    from eutonia.knowledge.named import near_names
    from eutonia.report.explain import explain as explained
    from eutonia.report.explain import explainable

    knowledge = open_base(None)
    examples: list[tuple[str, str]] = []
    if scenarios is not None:
        from eutonia.errors import InputRefused
        from eutonia.faces.scenario_folder import examples_in

        try:
            found = [e for e in examples_in(scenarios) if e.rule.upper() == rule.upper()]
        except InputRefused as refused:
            _print_refusal(refused, scenarios, as_json=as_json)
            raise typer.Exit(Exit.INPUT_REFUSED) from None
        examples = [(e.expected.value.replace("_", " "), e.says) for e in found]
    items = explained(rule, knowledge, examples)
    if not items:
        near = near_names(rule, explainable(knowledge))
        hint = f" Near it: {', '.join(near)}." if near else ""
        print(f"There is no rule or other item “{rule}”.{hint}", file=sys.stderr)
        raise typer.Exit(Exit.NOT_FOUND)
    if as_json:
        import json

        from eutonia.report.explain import explanation_data

        sys.stdout.write(json.dumps(explanation_data(items), ensure_ascii=False, indent=2) + "\n")
        return
    for item in items:
        _print(item)


def _print(item: Explanation) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    console.width = min(console.width, _WIDTH)
    console.print(Text.assemble((f"{item.id}  ", "dim"), (item.title, "bold")))
    console.print(Text(item.head))
    for section in item.sections:
        console.print()
        console.print(Text(section.heading, style="bold"))
        for line in section.lines:
            depth = len(line) - len(line.lstrip())
            style = "dim" if line.startswith("SQL: ") else ""
            console.print(Padding(Text(line.strip(), style=style), (0, 0, 0, 2 + depth)))
    console.print()
