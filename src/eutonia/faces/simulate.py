"""``eutonia simulate``: a trial file or an event table in; outcomes, pictures and tables out."""
# ruff: noqa: PLC0415, T201  (heavy imports stay inside the command; a command prints)

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from eutonia.knowledge.schema import Knowledge
    from eutonia.simulate.tables import EventTable
    from eutonia.simulate.trial import Trial
    from eutonia.simulate.trial_run import TrialResult
    from eutonia.simulate.trial_table import PeopleBlock

_MODEL = "oral.reference2026"


def simulate(
    file: Annotated[
        Path | None,
        typer.Argument(help="Trial file, YAML or JSON; leave out with --table.", show_default=False),
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option(
            "--table", help="NONMEM-style event table (CSV or Parquet): predict each row.", show_default=False
        ),
    ] = None,
    people: Annotated[
        int | None,
        typer.Option("--people", min=1, help="Virtual people, instead of the file's.", show_default=False),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            min=0,
            help="Seed, instead of the file's; with --table: draw each ID.",
            show_default=False,
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option("--threads", min=1, max=64, help="Threads to work with; all cores unless told."),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help="Oral model, instead of the file's; may be given several times.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, nothing else.")] = False,
    svg: Annotated[
        Path | None, typer.Option("--svg", help="Write the picture as SVG.", show_default=False)
    ] = None,
    png: Annotated[
        Path | None,
        typer.Option(
            "--png", help="Write the picture as PNG (needs the package resvg-py).", show_default=False
        ),
    ] = None,
    parquet: Annotated[
        Path | None,
        typer.Option(
            "--parquet", help="Write a row for each person as Parquet (needs pyarrow).", show_default=False
        ),
    ] = None,
) -> None:
    """Run a trial on virtual people, or predict the rows of an event table."""
    from eutonia.errors import InputRefused, OutsideDomain
    from eutonia.faces.cli import Exit, _knowledge, _print_refusal

    if (file is None) == (table is None):
        raise typer.BadParameter("give a trial file, or an event table with --table")
    if table is not None and (people is not None or svg or png):
        raise typer.BadParameter("--people, --svg and --png belong to a trial file, not to --table")
    given = file or table
    assert given is not None
    knowledge = _knowledge()
    try:
        if table is not None:
            _predict(table, knowledge, model or [_MODEL], seed, as_json=as_json, parquet=parquet)
            return
        result = _run_and_write(
            given, knowledge, people, seed, threads or os.cpu_count() or 1, model, (svg, png, parquet)
        )
    except (InputRefused, OutsideDomain) as refused:
        problems = refused if isinstance(refused, InputRefused) else InputRefused([refused.problem])
        _print_refusal(problems, given, as_json=as_json)
        raise typer.Exit(Exit.INPUT_REFUSED) from None
    if as_json:
        from eutonia.report.trial_words import trial_json

        sys.stdout.write(trial_json(result))
        return
    from rich.console import Console

    from eutonia.faces.trial_terminal import print_trial

    print_trial(result, Console(highlight=False))


def _run_and_write(
    file: Path,
    knowledge: Knowledge,
    people: int | None,
    seed: int | None,
    threads: int,
    models: list[str] | None,
    wanted: tuple[Path | None, Path | None, Path | None],
) -> TrialResult:
    """Run the trial of a file; SVG, PNG and Parquet are opened first, and people go to the last as they come."""
    from dataclasses import replace

    from eutonia.faces.files import read_file
    from eutonia.faces.outputs import writing
    from eutonia.report.trial_charts import trial_chart
    from eutonia.simulate.trial_file import read_trial
    from eutonia.simulate.trial_table import PeopleTable

    trial = read_trial(read_file(file), knowledge)
    trial = replace(
        trial,
        people=trial.people if people is None else people,
        seed=trial.seed if seed is None else seed,
        models=tuple(models) if models else trial.models,
    )
    svg, png, parquet = wanted
    with (
        writing(svg) as drawn,
        writing(png, "resvg_py") as painted,
        writing(parquet, "pyarrow") as rows,
    ):
        if rows is None:
            result = _run(trial, knowledge, threads, None)
        else:
            with PeopleTable(rows, trial, knowledge.hash) as whole:
                result = _run(trial, knowledge, threads, whole.write)
        if drawn is not None:
            drawn.write(trial_chart(result).encode())
        if painted is not None:
            painted.write(_png(trial_chart(result)))
    return result


def _run(
    trial: Trial, knowledge: Knowledge, threads: int, give: Callable[[PeopleBlock], None] | None
) -> TrialResult:
    from rich.console import Console
    from rich.progress import Progress

    from eutonia.simulate.trial_run import run_trial

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Simulating …", total=None)

        def report(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        return run_trial(trial, knowledge, threads=threads, progress=report, give=give)


def _png(picture: str) -> bytes:
    """The picture at twice its size on white. Letters are drawn with the fonts of this computer."""
    from importlib import import_module

    found = import_module("resvg_py").svg_to_bytes(svg_string=picture, background="white", zoom=2)
    return bytes(found)


def _predict(
    file: Path,
    knowledge: Knowledge,
    models: list[str],
    seed: int | None,
    *,
    as_json: bool,
    parquet: Path | None,
) -> None:
    """The table with PRED (ng/mL) added: CSV to standard output, JSON, or Parquet to a file."""
    import csv
    import io
    import json

    from eutonia.errors import Code, InputRefused, Problem
    from eutonia.faces.outputs import writing
    from eutonia.simulate.table_run import predict_table
    from eutonia.simulate.tables import write_csv, write_parquet

    known = tuple(name for name in sorted(knowledge.models) if name.startswith("oral."))
    if len(models) != 1 or models[0] not in known:
        why = "A table is predicted with one of the oral models."
        problem = Problem(Code.UNKNOWN_WORD, why, "--model", ", ".join(models), known)
        raise InputRefused([problem])
    events = _read_table(file)
    with writing(parquet, "pyarrow") as sink:
        found = predict_table(knowledge.models[models[0]], events, seed=seed)
        levels = found.concentration.tolist()
        notes = [f"row {n.row} (ID {n.id}), {n.note.covariate}: {n.note.because}" for n in found.notes]
        if not as_json:
            for note in notes:
                print(f"Outside the model's own people: {note}", file=sys.stderr)
        if sink is not None:
            from importlib import import_module

            arrow, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
            whole = pq.read_table(arrow.BufferReader(write_parquet(events)))
            pq.write_table(whole.append_column("PRED", arrow.array(levels)), sink)
            return
    rows = list(csv.reader(io.StringIO(write_csv(events))))
    rows = [[*rows[0], "PRED"], *([*row, repr(level)] for row, level in zip(rows[1:], levels, strict=True))]
    if as_json:
        made = {"model": models[0], "seed": seed, "knowledge": knowledge.hash}
        data = {
            "format": "eutonia-predictions/1",
            "made_with": made,
            "unit": "ng/mL",
            "notes": notes,
            "PRED": levels,
        }
        print(json.dumps(data, indent=2))
    else:
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)


def _read_table(file: Path) -> EventTable:
    from eutonia.errors import Code, InputRefused, Problem
    from eutonia.simulate.tables import read_csv, read_parquet

    try:
        if file.suffix.lower() == ".parquet":
            return read_parquet(file.read_bytes())
        return read_csv(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputRefused(
            [Problem(Code.UNREADABLE, f"It cannot be opened: {error.strerror}.", file.name)]
        ) from None
    except UnicodeDecodeError:
        raise InputRefused([Problem(Code.UNREADABLE, "It is not UTF-8 text.", file.name)]) from None
