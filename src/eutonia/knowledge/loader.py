"""Read the knowledge files, check them, and refuse the whole base if one item breaks the rules.

Every problem names its file and line. Items whose validity has not begun or has ended on the date asked for
are left out. The content hash covers every file, so a report can say exactly which knowledge answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from eutonia.errors import Code, KnowledgeBroken, Problem
from eutonia.knowledge.items import read_items
from eutonia.knowledge.reader import Reader
from eutonia.knowledge.relied_on import find_missing
from eutonia.knowledge.schema import Knowledge

#: What every base holds, beside folders that may be empty.
FILES = (
    "base.yaml", "codes.yaml", "conflicts.yaml", "devices.yaml", "facts.yaml", "kidney.yaml", "limits.yaml",
    "medicines.yaml", "not_found.yaml", "observations.yaml", "plausibility.yaml", "populations.yaml", "problems.yaml",
    "products.yaml", "pump.yaml", "signs.yaml", "sources.yaml", "upgrades.yaml", "uses.yaml", "words.yaml",
)  # fmt: skip


def load_knowledge(on: date | None = None, root: Traversable | None = None) -> Knowledge:
    """All knowledge valid on a date (all of it, whatever its dates, when ``on`` is None).

    root: a folder laid out like the packaged ``knowledge/data`` (for tests and for comparing versions).
    Raises KnowledgeBroken with every problem found, each with file and line.
    """
    whole = _packaged() if root is None else _load(root)
    if on is None:
        return whole
    return replace(
        whole,
        as_of=on,
        rules=tuple(r for r in whole.rules if _is_valid(r.valid_from, r.valid_until, on)),
        limits=tuple(x for x in whole.limits if _is_valid(x.valid_from, x.valid_until, on)),
        pump=tuple(n for n in whole.pump if _is_valid(n.valid_from, n.valid_until, on)),
        notes={k: n for k, n in whole.notes.items() if _is_valid(n.valid_from, n.valid_until, on)},
    )


def _is_valid(start: date, end: date | None, on: date) -> bool:
    """Knowledge gathered later still applies to an earlier question; only an ended item is left out."""
    del start
    return end is None or on <= end


@cache
def _packaged() -> Knowledge:
    return _load(files("eutonia.knowledge") / "data")


def _load(root: Traversable) -> Knowledge:
    problems: list[Problem] = []
    contents: dict[str, str] = {}
    for name, raw in _yaml_files(root):
        try:
            contents[name] = raw.decode("utf-8").replace("\r\n", "\n")  # one hash, whatever the line ends
        except UnicodeDecodeError:
            problems.append(Problem(Code.UNREADABLE, "It is not UTF-8 text.", path=name))
    digest = hashlib.sha256()
    for name, text in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + text.encode() + b"\0")
    documents = {name: read_items(name, text, problems) for name, text in contents.items()}
    missing = [name for name in FILES if name not in contents]
    problems += [
        Problem(Code.UNKNOWN_REFERENCE, f"The file {name} is missing.", path=name) for name in missing
    ]
    if problems:
        # What such a file holds would be missing everywhere: a hundred messages that hide the one that counts.
        raise KnowledgeBroken(problems)
    reader = Reader(documents, problems)
    knowledge = reader.knowledge(digest.hexdigest())
    for document in documents.values():
        document.complain_of_unread()
    problems += find_missing(knowledge)
    if problems:
        raise KnowledgeBroken(problems)
    return knowledge


def _yaml_files(folder: Traversable, prefix: str = "") -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _yaml_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield prefix + entry.name, entry.read_bytes()
