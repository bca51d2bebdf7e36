"""``eutonia knowledge``: check, audit and compare the base. For the people who keep it."""
# ruff: noqa: PLC0415, T201  (heavy imports stay inside the commands; a command prints)

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eutonia.assess.records import RecordsCheck
    from eutonia.compare import AnswerChange, Comparison, ItemChange
    from eutonia.knowledge.schema import Knowledge

knowledge_app = typer.Typer(
    name="knowledge",
    help="Check, audit and compare the knowledge base.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON, nothing else.")]
_Path = Annotated[
    Path | None,
    typer.Argument(
        help="Folder laid out like knowledge/data; the packaged one unless told.", show_default=False
    ),
]
_Scenarios = Annotated[
    Path | None,
    typer.Option("--scenarios", help="Folder of scenarios and of the records of rules.", show_default=False),
]


@knowledge_app.command()
def check(path: _Path = None, scenarios: _Scenarios = None, as_json: _Json = False) -> None:
    """Check schema, citations, units and dates; with scenarios also the records on both sides of each threshold."""
    from eutonia.assess.records import check_records
    from eutonia.faces.cli import Exit

    knowledge = open_base(path)
    records = None
    if scenarios is not None:
        from eutonia.errors import InputRefused
        from eutonia.faces.scenario_folder import examples_in

        try:
            records = check_records(examples_in(scenarios), knowledge)
        except InputRefused as refused:
            raise _refused(refused, scenarios, as_json=as_json) from None
    if as_json:
        _print_json(_check_data(knowledge, records))
    else:
        print("\n".join(_check_lines(knowledge, records)))
    if records is not None and not records.is_whole:
        raise typer.Exit(Exit.WANTING)


@knowledge_app.command()
def audit(path: _Path = None, as_json: _Json = False) -> None:
    """Print the state of the whole base on one screen: counts, marks, sources, what rests on memory alone."""
    from eutonia.knowledge.audit import audit as audited
    from eutonia.report.audit import audit_data, audit_lines

    state = audited(open_base(path))
    if as_json:
        _print_json(audit_data(state))
    else:
        print("\n".join(audit_lines(state)))


@knowledge_app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Folder of the earlier version.", show_default=False)],
    after: Annotated[Path, typer.Argument(help="Folder of the later version.", show_default=False)],
    scenarios: _Scenarios = None,
    as_json: _Json = False,
) -> None:
    """Say which items differ between two versions, and whose answers change."""
    from eutonia.compare import compare
    from eutonia.errors import InputRefused
    from eutonia.faces.scenario_folder import scenarios_in

    old, new = open_base(before), open_base(after)
    try:
        asked = {} if scenarios is None else scenarios_in(scenarios)
    except InputRefused as refused:
        raise _refused(refused, scenarios or before, as_json=as_json) from None
    found = compare(old, new, asked)
    if as_json:
        from dataclasses import asdict

        _print_json({"format": "eutonia-knowledge-diff/1", **asdict(found)})
    else:
        print("\n".join(_diff_lines(found)))


def open_base(path: Path | None) -> Knowledge:
    """The packaged base, or the one in a folder. Leaves with the exit code of a missing or broken one."""
    from eutonia.errors import KnowledgeBroken
    from eutonia.faces.cli import Exit
    from eutonia.knowledge.loader import load_knowledge

    if path is not None and not path.is_dir():
        print(f"{path}: there is no such folder.", file=sys.stderr)
        raise typer.Exit(Exit.INPUT_REFUSED)
    try:
        return load_knowledge(root=path)
    except KnowledgeBroken as broken:
        print(str(broken), file=sys.stderr)
        raise typer.Exit(Exit.KNOWLEDGE_BROKEN) from None


def _refused(refused: object, path: Path, *, as_json: bool) -> typer.Exit:
    from eutonia.faces.cli import Exit, _print_refusal

    _print_refusal(refused, path, as_json=as_json)
    return typer.Exit(Exit.INPUT_REFUSED)


def _print_json(data: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


# -- check --------------------------------------------------------------------------------------------------


def _check_lines(knowledge: Knowledge, records: RecordsCheck | None) -> Iterator[str]:
    base = knowledge.base
    yield (
        f"Knowledge {base.version} of {base.on}: {len(knowledge.rules)} rules and {len(knowledge.limits)} limits; "
        "every item has its sources, units and dates."
    )
    if records is None:
        yield "Thresholds were not looked at; give a folder with --scenarios."
        return
    yield f"{records.records} records of rules, each a whole patient."
    if records.at_thresholds:
        yield f"{records.at_thresholds} more set facts at a threshold; they are proposed from the rules themselves."
    for name in records.strangers:
        yield f"{name}: there are records, but there is no such rule."
    yield from records.wrong
    yield from records.without
    yield from (threshold.says() for threshold in records.one_sided)
    if records.is_whole:
        yield "Every record does what it says, and every threshold has records on both sides."


def _check_data(knowledge: Knowledge, records: RecordsCheck | None) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "format": "eutonia-knowledge-check/1",
        "version": knowledge.base.version,
        "date": knowledge.base.on.isoformat(),
        "hash": knowledge.hash,
        "rules": len(knowledge.rules),
        "records": None if records is None else {**asdict(records), "is_whole": records.is_whole},
    }


# -- diff ---------------------------------------------------------------------------------------------------


def _diff_lines(found: Comparison) -> Iterator[str]:
    yield from (_item_line(item) for item in found.items)
    if not found.items:
        yield "No item differs."
    yield ""
    if not found.scenarios:
        yield "No scenario was asked; give a folder with --scenarios to see whose answers change."
        return
    yield f"{len(found.answers)} of {found.scenarios} scenarios are answered differently."
    for answer in found.answers:
        yield from _answer_lines(answer)


def _item_line(item: ItemChange) -> str:
    fields = f" ({', '.join(item.fields)})" if item.fields else ""
    return f"{item.change:<8} {item.kind} {item.id}{fields}"


def _answer_lines(answer: AnswerChange) -> Iterator[str]:
    word = answer.before if answer.before == answer.after else f"{answer.before} → {answer.after}"
    yield f"{answer.scenario}: {word}"
    for label, names in (
        ("appears", answer.appears),
        ("vanishes", answer.vanishes),
        ("changes", answer.changes),
        ("can no longer be told", answer.opens),
        ("can now be told", answer.closes),
    ):
        if names:
            yield f"  {label}: {', '.join(names)}"
