"""Files a command writes: opened before anything is computed, put in their place whole, or not at all."""
# ruff: noqa: T201  (a command prints)

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import typer

__all__ = ["cannot_write", "writing"]


@contextmanager
def writing(path: Path | None, package: str = "") -> Iterator[BinaryIO | None]:
    """An open binary file beside ``path``, which takes its place when the body ends without an error.

    None for no path. package: without which the file cannot be made. Exits with the code of what cannot be
    written, before the body, when the place or the package is missing; nothing is left behind.
    """
    if path is None:
        yield None
        return
    temporary = path.with_name(f".{path.name}.part")
    try:
        if package:
            import_module(package)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        file = temporary.open("wb")
    except (ImportError, OSError) as error:
        raise cannot_write(path, error) from None
    try:
        with file:
            yield file
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        temporary.unlink(missing_ok=True)


def cannot_write(path: Path, error: ImportError | OSError) -> typer.Exit:
    """Say why the file cannot be written; the exit to raise."""
    from eutonia.faces.cli import Exit  # noqa: PLC0415

    if isinstance(error, ImportError):
        why = f"the package {error.name} is not installed"
    else:
        why = error.strerror or "the place does not take it"
    print(f"{path.name} cannot be written: {why}.", file=sys.stderr)
    return typer.Exit(Exit.CANNOT_WRITE)
