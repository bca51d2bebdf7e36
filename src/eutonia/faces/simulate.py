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
    from eutonia.simulate.trial_run import TrialResult

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
        result = _run(given, knowledge, people, seed, threads or os.cpu_count() or 1, model)
    except (InputRefused, OutsideDomain) as refused:
        problems = refused if isinstance(refused, InputRefused) else InputRefused([refused.problem])
        _print_refusal(problems, given, as_json=as_json)
        raise typer.Exit(Exit.INPUT_REFUSED) from None
    _write_all(result, svg, png, parquet)
    if as_json:
        from eutonia.report.trial_words import trial_json

        sys.stdout.write(trial_json(result))
        return
    from rich.console import Console

    from eutonia.faces.trial_terminal import print_trial

    print_trial(result, Console(highlight=False))


def _run(
    file: Path,
    knowledge: Knowledge,
    people: int | None,
    seed: int | None,
    threads: int,
    models: list[str] | None,
) -> TrialResult:
    from dataclasses import replace

    from rich.console import Console
    from rich.progress import Progress

    from eutonia.faces.files import read_file
    from eutonia.simulate.trial_file import read_trial
    from eutonia.simulate.trial_run import run_trial

    trial = read_trial(read_file(file), knowledge)
    trial = replace(
        trial,
        people=trial.people if people is None else people,
        seed=trial.seed if seed is None else seed,
        models=tuple(models) if models else trial.models,
    )
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Simulating …", total=None)

        def report(done: int, of: int) -> None:
            bar.update(task, completed=done, total=of)

        return run_trial(trial, knowledge, threads=threads, progress=report)


def _write_all(result: TrialResult, svg: Path | None, png: Path | None, parquet: Path | None) -> None:
    from eutonia.report.trial_charts import trial_chart

    if svg is not None:
        _write_bytes(svg, lambda: trial_chart(result).encode())
    if png is not None:
        _write_bytes(png, lambda: _png(trial_chart(result)))
    if parquet is not None:
        _write_bytes(parquet, lambda: _people_table(result))


def _write_bytes(path: Path, make: Callable[[], bytes]) -> None:
    """Write whole or not at all."""
    from eutonia.faces.cli import Exit

    temporary = path.with_name(f".{path.name}.part")
    try:
        data = make()
        temporary.write_bytes(data)
        temporary.replace(path)
    except ImportError as error:
        print(f"{path.name} cannot be written: the package {error.name} is not installed.", file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_WRITE) from None
    except OSError as error:
        print(f"{path.name} cannot be written: {error.strerror}.", file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_WRITE) from None


def _png(picture: str) -> bytes:
    """The picture at twice its size on white. Letters are drawn with the fonts of this computer."""
    from importlib import import_module

    found = import_module("resvg_py").svg_to_bytes(svg_string=picture, background="white", zoom=2)
    return bytes(found)


def _people_table(result: TrialResult) -> bytes:
    """Parquet: model, person, covariates where a population was drawn, and a column for each outcome."""
    from importlib import import_module

    import numpy as np

    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns: dict[str, list[object]] = {}
    for run in result.runs:
        n = run.outcomes[0].n
        rows: dict[str, object] = {"model": [run.model] * n, "person": list(range(n))}
        if result.people is not None:
            people = result.people
            rows |= {"age": people.age, "is_female": people.is_female, "weight": people.weight}
            rows |= {"height": people.height, "filtration": people.filtration}
        rows |= {found.outcome.name: found.values for found in run.outcomes}
        for name, values in rows.items():
            columns.setdefault(name, []).extend(np.asarray(values).tolist())
    made = {
        "eutonia_trial": result.trial.title,
        "seed": str(result.trial.seed),
        "knowledge": result.knowledge_hash,
    }
    sink = arrow.BufferOutputStream()
    parquet.write_table(arrow.table(columns).replace_schema_metadata(made), sink)
    return bytes(sink.getvalue().to_pybytes())


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
    from eutonia.simulate.table_run import predict_table
    from eutonia.simulate.tables import write_csv, write_parquet

    known = tuple(name for name in sorted(knowledge.models) if name.startswith("oral."))
    if len(models) != 1 or models[0] not in known:
        why = "A table is predicted with one of the oral models."
        problem = Problem(Code.UNKNOWN_WORD, why, "--model", ", ".join(models), known)
        raise InputRefused([problem])
    events = _read_table(file)
    levels = predict_table(knowledge.models[models[0]], events, seed=seed).concentration.tolist()
    if parquet is not None:
        from importlib import import_module

        arrow, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
        whole = pq.read_table(arrow.BufferReader(write_parquet(events))).append_column(
            "PRED", arrow.array(levels)
        )
        sink = arrow.BufferOutputStream()
        pq.write_table(whole, sink)
        _write_bytes(parquet, lambda: bytes(sink.getvalue().to_pybytes()))
        return
    rows = list(csv.reader(io.StringIO(write_csv(events))))
    rows = [[*rows[0], "PRED"], *([*row, repr(level)] for row, level in zip(rows[1:], levels, strict=True))]
    if as_json:
        made = {"model": models[0], "seed": seed, "knowledge": knowledge.hash}
        data = {"format": "eutonia-predictions/1", "made_with": made, "unit": "ng/mL", "PRED": levels}
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
