"""``eutonia print``: a plan as calendar, leaflet, card, calendar file or lines for the pharmacy."""
# ruff: noqa: PLC0415, T201  (heavy imports stay inside the command; a command prints)

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from eutonia.printed import Handout


class _What(StrEnum):
    CALENDAR = "calendar"
    LEAFLET = "leaflet"
    WALLET = "wallet"
    REFILL = "refill"
    ICS = "ics"
    PHARMACY = "pharmacy"


class _Language(StrEnum):
    ENGLISH = "en"
    GERMAN = "de"
    FRENCH = "fr"


class _Paper(StrEnum):
    A4 = "a4"
    LETTER = "letter"


def print_handout(
    file: Annotated[
        Path,
        typer.Argument(help="Scenario file with a plan, or hand-out file; YAML or JSON.", show_default=False),
    ],
    what: Annotated[_What, typer.Option("--what", help="What to print.", show_default=False)],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            help="The file to write; its ending says the form: .pdf or .html; .ics; .txt or .json for the pharmacy.",
            show_default=False,
        ),
    ],
    lang: Annotated[_Language, typer.Option("--lang", help="Language of the patient.")] = _Language.ENGLISH,
    paper: Annotated[
        _Paper | None,
        typer.Option(
            "--paper", help="Size of the sheet; the country's usual one unless told.", show_default=False
        ),
    ] = None,
) -> None:
    """Print a plan for the patient or the pharmacy. What a rule stops is not printed."""
    from eutonia.errors import InputRefused
    from eutonia.faces.cli import Exit, _print_refusal
    from eutonia.printed import Paper, What, make_print
    from eutonia.printed.make import SUFFIXES, NotationBroken

    suffix = out.suffix.lower()
    accepted = SUFFIXES[What(what)]
    if suffix not in accepted:
        given = suffix or "no ending"
        raise typer.BadParameter(f"the {what} is written to {' or '.join(accepted)}, not to {given}")
    _refuse_unwritable(out)
    try:
        handout = _read(file)
        sheet = Paper(paper) if paper else None
        data = make_print(handout, What(what), lang, suffix, sheet)
    except InputRefused as refused:
        _print_refusal(refused, file, as_json=False)
        raise typer.Exit(Exit.INPUT_REFUSED) from None
    except ImportError as error:
        print(
            f"{out.name} cannot be written: the package {error.name} is not installed "
            "(pip install “eutonia[print]”).",
            file=sys.stderr,
        )
        raise typer.Exit(Exit.CANNOT_WRITE) from None
    except NotationBroken as broken:
        print(f"{out.name} is not written: {broken}.", file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_WRITE) from None
    _write_whole(out, data)
    print(f"{out} written. Read it before you hand it out, and fill in the lines left blank.")
    if lang is not _Language.ENGLISH:
        print(
            "No clinician who treats patients in this language has read the translation yet: have it read.",
            file=sys.stderr,
        )


def _read(file: Path) -> Handout:
    """The hand-out of a hand-out file, or of the plan a scenario is answered with."""
    from eutonia import __version__
    from eutonia.faces.cli import _knowledge
    from eutonia.faces.files import read_file
    from eutonia.printed import handout_of, read_handout
    from eutonia.printed.handout_file import is_handout_file

    data = read_file(file)
    if is_handout_file(data):
        return read_handout(data, made_with=f"eutonia {__version__}")
    from eutonia.consult import consult_data
    from eutonia.knowledge.schema import Word
    from eutonia.report.words import answer, verdict

    result = consult_data(data, _knowledge(), people=0)
    handout = handout_of(result)
    if verdict(result) is not Word.NO_PROBLEM:
        print(f"{answer(result)} None of this stands on the paper: read it first.", file=sys.stderr)
    return handout


def _refuse_unwritable(out: Path) -> None:
    """Say before any work that the file cannot be written."""
    from eutonia.faces.cli import Exit

    folder = out.parent
    why = ""
    if out.is_dir():
        why = "it is a folder"
    elif not folder.is_dir():
        why = "its folder does not exist"
    elif not os.access(folder, os.W_OK) or (out.exists() and not os.access(out, os.W_OK)):
        why = "it may not be written there"
    if why:
        print(f"{out} cannot be written: {why}. Nothing was done.", file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_WRITE)


def _write_whole(out: Path, data: bytes) -> None:
    """Write whole or not at all: half a calendar is a wrong calendar."""
    from eutonia.faces.cli import Exit

    temporary = out.with_name(f".{out.name}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(out)
    except OSError as error:
        print(f"{out} cannot be written: {error.strerror}.", file=sys.stderr)
        raise typer.Exit(Exit.CANNOT_WRITE) from None
