"""The shell's face: consult, recognise, print, schema, explain, cite, simulate, search, knowledge.

Heavy imports wait inside the commands.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eutonia.faces.explain import explain
from eutonia.faces.knowledge import knowledge_app
from eutonia.faces.printing import print_handout
from eutonia.faces.recognise import recognise
from eutonia.faces.search import search
from eutonia.faces.simulate import simulate

if TYPE_CHECKING:
    from eutonia.knowledge.schema import Knowledge

EXIT_CODES = """Exit codes: 0 answered, whatever the answer · 2 wrong use of the command · 3 the input was refused ·
4 the knowledge base is broken · 5 no such rule or source, or nothing found · 6 the file cannot be written ·
7 this Python cannot search · 8 the check of the knowledge found gaps.
With --exit-by-answer: 10 Stop · 11 Check · 12 Cannot tell · 0 No problem found."""

app = typer.Typer(
    name="eutonia",
    help="Decision support for baclofen therapy. For professionals: options with reasons, never an order.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Exit(IntEnum):
    """The documented exit codes."""

    ANSWERED = 0
    INPUT_REFUSED = 3
    KNOWLEDGE_BROKEN = 4
    NOT_FOUND = 5
    CANNOT_WRITE = 6
    CANNOT_SEARCH = 7
    WANTING = 8
    STOP = 10
    CHECK = 11
    CANNOT_TELL = 12


def _print_version(wanted: bool) -> None:
    if wanted:
        from eutonia import __version__

        print(f"eutonia {__version__}")
        raise typer.Exit(Exit.ANSWERED)


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Options of the command itself."""


@app.command()
def consult(
    file: Annotated[Path, typer.Argument(help="Scenario file, YAML or JSON.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, nothing else.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report as one HTML page.", show_default=False)
    ] = None,
    people: Annotated[
        int, typer.Option("--people", min=0, max=100_000, help="Virtual people behind the band; 0: no band.")
    ] = 500,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**64 - 1, help="Seed of the virtual people.")
    ] = 1,
    exit_by_answer: Annotated[
        bool, typer.Option("--exit-by-answer", help="Let the exit code say the answer.")
    ] = False,
) -> None:
    """Answer the question of a scenario file."""
    from rich.console import Console

    status = Console(stderr=True)
    with status.status("Reading the knowledge base …"):
        knowledge = _knowledge()
    from eutonia.consult import consult_data
    from eutonia.errors import InputRefused
    from eutonia.faces.files import read_file

    try:
        data = read_file(file)
        with status.status("Consulting …"):
            result = consult_data(data, knowledge, people=people, seed=seed)
    except InputRefused as refused:
        _print_refusal(refused, file, as_json=as_json)
        raise typer.Exit(Exit.INPUT_REFUSED) from None
    if report is not None:
        from eutonia.report.document import html

        _write(report, html(result))
    if as_json:
        from eutonia.report.data import result_json

        sys.stdout.write(result_json(result))
    else:
        from eutonia.faces.terminal import print_result

        print_result(result, Console(highlight=False), report)
    if exit_by_answer:
        from eutonia.report.words import verdict

        codes = {"Stop": Exit.STOP, "Check": Exit.CHECK, "Cannot tell": Exit.CANNOT_TELL}
        raise typer.Exit(codes.get(verdict(result).value, Exit.ANSWERED))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files."""
    from eutonia.intake.schema import schema_text

    sys.stdout.write(schema_text(_knowledge()))


@app.command()
def cite(
    what: Annotated[
        str | None, typer.Argument(help="A rule id or a source id; all sources when left out.")
    ] = None,
) -> None:
    """Print the references behind a rule, one source, or the whole register."""
    knowledge = _knowledge()
    if what is None:
        chosen = list(knowledge.sources)
    else:
        rules = {r.id.upper(): r for r in knowledge.rules}
        sources = {s.upper(): s for s in knowledge.sources}
        if what.upper() in rules:
            rule = rules[what.upper()]
            cited = [c.source for c in (*rule.evidence, *(c for case in rule.cases for c in case.evidence))]
            chosen = list(dict.fromkeys([*cited, *(d.source for d in rule.differs)]))
        elif what.upper() in sources:
            chosen = [sources[what.upper()]]
        else:
            print(f"There is no rule or source “{what}”.", file=sys.stderr)
            raise typer.Exit(Exit.NOT_FOUND)
    for source_id in chosen:
        source = knowledge.sources[source_id]
        print(f"[{source.id}] {source.line()} ({source.kind}, {source.check.value})")


app.command()(explain)
app.command()(recognise)
app.command()(simulate)
app.command(name="print")(print_handout)
app.command()(search)
app.add_typer(knowledge_app)


def _knowledge() -> Knowledge:
    from eutonia.errors import KnowledgeBroken
    from eutonia.knowledge.loader import load_knowledge

    try:
        return load_knowledge()
    except KnowledgeBroken as broken:
        print(str(broken), file=sys.stderr)
        raise typer.Exit(Exit.KNOWLEDGE_BROKEN) from None


def _print_refusal(refused: object, file: Path, *, as_json: bool) -> None:
    from eutonia.errors import InputRefused

    assert isinstance(refused, InputRefused)
    if as_json:
        import json

        problems = [
            {
                "code": p.code.value,
                "path": p.path,
                "given": p.given,
                "accepted": list(p.accepted),
                "why": p.why,
                "next_step": p.next_step,
            }
            for p in refused.problems
        ]
        print(json.dumps({"format": "eutonia-refusal/1", "problems": problems}, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from eutonia.faces.terminal import print_refusal

    print_refusal(refused, file.name, Console(stderr=True, highlight=False))


def _write(path: Path, text: str) -> None:
    """Write whole or not at all, so that a reader never opens half a report."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        print(f"The report cannot be written to {path}: {error.strerror}.", file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_WRITE) from None


def main() -> None:
    """Entry point of the ``eutonia`` command."""
    app()
