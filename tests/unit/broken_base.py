"""Copies of the packaged knowledge with one thing broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import pytest

from eutonia.errors import Code, KnowledgeBroken, Problem
from eutonia.knowledge.loader import load_knowledge

PACKAGED = Path(str(files("eutonia.knowledge") / "data"))


def copy_of(tmp_path: Path) -> Path:
    """A whole, valid copy."""
    return Path(shutil.copytree(PACKAGED, tmp_path / "data"))


def swap(root: Path, file: str, old: str, new: str) -> int:
    """Replace the first occurrence of a text; gives the line on which it stood."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} does not hold {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def add(root: Path, file: str, text: str) -> int:
    """Append an item to a file whose list comes last; gives the line on which it begins."""
    path = root / file
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
    path.write_text(before + text, encoding="utf-8")
    return before.count("\n") + 1


def add_each(root: Path, file: str, item: str, name: str, values: Iterable[str]) -> dict[str, int]:
    """Append the item once for each value, told apart by its id; gives the line on which each begins.

    item: a text with ``name`` for the id and ``VALUE`` for the value. One base is then read once for all of them.
    """
    return {
        value: add(root, file, item.replace(name, f"{name}{number}").replace("VALUE", value))
        for number, value in enumerate(values, start=10)
    }


def refused(root: Path) -> tuple[Problem, ...]:
    """All problems of a base that must not load."""
    with pytest.raises(KnowledgeBroken) as caught:
        load_knowledge(root=root)
    return caught.value.problems


def the_problem(root: Path, code: Code) -> Problem:
    """The one problem of this kind."""
    found = [p for p in refused(root) if p.code is code]
    assert len(found) == 1, [str(p) for p in refused(root)]
    return found[0]


def stands_at(problem: Problem, file: str, line: int, within: int = 0) -> bool:
    """Whether the problem names the file and the line (or one up to ``within`` lines above: the item's first)."""
    name, _, rest = problem.path.partition(":")
    number = int(rest.split()[0]) if rest else -1
    return name == file and line - within <= number <= line


def problem_at(problems: Iterable[Problem], file: str, line: int) -> Problem:
    """The one problem on this line."""
    found = [p for p in problems if stands_at(p, file, line)]
    assert len(found) == 1, [str(p) for p in found]
    return found[0]


def drop_unused_sources(root: Path) -> None:
    """Take the sources out that nothing cites any longer, after other items were taken out."""
    path = root / "sources.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    unused = {int(p.path.split(":")[1].split()[0]) for p in refused(root) if p.code is Code.UNUSED}
    kept = (line for number, line in enumerate(lines, 1) if number not in unused)
    path.write_text("".join(kept), encoding="utf-8")
