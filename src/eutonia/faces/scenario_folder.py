"""Reading a folder of scenarios: whole ones, and the records of each rule with the bases they change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eutonia.assess.examples import Example, read_examples
from eutonia.errors import Code, InputRefused, Problem
from eutonia.faces.files import read_file

__all__ = ["examples_in", "scenarios_in"]


def examples_in(folder: Path) -> Iterator[Example]:
    """The records of every rule's file in a folder (``rules/`` and ``bases/`` inside it, at any depth).

    Raises InputRefused for a folder that is not there, a file that cannot be read, or a base nobody wrote.
    """
    documents = list(_documents(folder))
    bases = {path.stem: data for path, data in documents if path.parent.name == "bases"}
    for path, data in documents:
        if "rule" not in data:
            continue
        try:
            yield from read_examples(data, bases)
        except (KeyError, AttributeError, TypeError) as error:
            raise _unusable(
                path, f"It is no file of records of a rule: {error} is missing or wrong."
            ) from None


def scenarios_in(folder: Path) -> dict[str, object]:
    """Every scenario of a folder by name: the whole ones, and each record of each rule that sets no fact directly."""
    found: dict[str, object] = {}
    for path, data in _documents(folder):
        if "format" in data and path.parent.name != "bases":
            found[str(path.relative_to(folder).with_suffix(""))] = data
    for example in examples_in(folder):
        if example.facts:
            continue  # its record alone is another patient
        found[f"{example.rule} {example.expected.value}: {example.says}"] = example.data
    return found


def _documents(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if not folder.is_dir():
        raise _unusable(folder, "There is no such folder.")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".yaml", ".yml", ".json"}:
            data = read_file(path)
            if isinstance(data, dict):
                yield path, data


def _unusable(path: Path, why: str) -> InputRefused:
    step = "Give a folder of scenarios, for example tests/scenarios."
    return InputRefused([Problem(Code.UNREADABLE, why, path=path.name, next_step=step)])
