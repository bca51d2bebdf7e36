"""Reading scenario files: YAML or JSON, untouched, with a clear word when they cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from eutonia.errors import Code, InputRefused, Problem
from eutonia.plain_yaml import parse_yaml

_LARGEST_BYTES = 5_000_000  # a record is kilobytes; anything larger is another file


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key “{key}” is written twice")
        result[key] = value
    return result


def read_file(path: Path) -> object:
    """The plain data of a scenario file. Raises InputRefused when it is missing, too large or unreadable."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise _unreadable(path, "It is far larger than a scenario.")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise _unreadable(path, f"It cannot be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise _unreadable(path, "It is not UTF-8 text.") from None
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text, object_pairs_hook=_no_duplicates)
        return parse_yaml(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise _unreadable(path, f"It is neither YAML nor JSON: {reason}.") from None


def _unreadable(path: Path, why: str) -> InputRefused:
    return InputRefused(
        [
            Problem(
                Code.UNREADABLE,
                why,
                path=path.name,
                next_step="Give the path of a scenario file (see “eutonia schema”).",
            )
        ]
    )
