"""Reading YAML knowledge files item by item, with the file and line of everything that is wrong."""

from __future__ import annotations

import difflib
import pickle
from datetime import date
from enum import Enum, StrEnum
from functools import cache, lru_cache
from typing import Any, TypeVar

import yaml

from eutonia.errors import Code, Problem
from eutonia.plain_yaml import LINE, parse_yaml

_Enum = TypeVar("_Enum", bound=Enum)
_Word = TypeVar("_Word", bound=StrEnum)
_MISSING: Any = object()
_READ = "__read__"  # which keys were read, kept with the data


@lru_cache(maxsize=512)
def _parsed(text: str) -> bytes:
    """The data of a file, kept as bytes: a base that differs in one file from one already read shares all the others.

    As bytes, because whoever reads an item marks in it which keys were read.
    """
    return pickle.dumps(parse_yaml(text, lines=True), pickle.HIGHEST_PROTOCOL)


def read_items(file: str, text: str, problems: list[Problem]) -> Item:
    """One knowledge file as an Item; unreadable YAML becomes a problem and an empty item."""
    try:
        data = pickle.loads(_parsed(text))
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = file if mark is None else f"{file}:{mark.line + 1}"
        reason = getattr(error, "problem", None) or error
        problems.append(Problem(Code.UNREADABLE, f"It cannot be read: {reason}.", path=where))
        return Item(file, {}, [])  # what is missing from it is no further problem
    if not isinstance(data, dict):
        problems.append(Problem(Code.WRONG_TYPE, "A knowledge file is a mapping.", path=file))
        data = {}
    return Item(file, data, problems)


@cache
def _words_of(kind: type[StrEnum]) -> tuple[str, ...]:
    """The texts of a closed list; asked for thousands of times while a base is read."""
    return tuple(member.value for member in kind)


class Item:
    """One mapping of a knowledge file. Each accessor reports what is wrong and returns something harmless;
    the loader refuses the whole base as soon as one problem was reported."""

    def __init__(self, file: str, data: dict[str, Any], problems: list[Problem]) -> None:
        self.file = file
        self.data = data
        self.line: int = data.get(LINE, 0)
        self._problems = problems
        self._seen: set[str] = data.setdefault(_READ, set())

    def complain(self, code: Code, why: str, next_step: str = "") -> None:
        """Report a problem at this item's file and line."""
        name = self.data.get("id") or self.data.get("name") or ""
        where = f"{self.file}:{self.line}" + (f" ({name})" if name else "")
        self._problems.append(Problem(code, why, path=where, next_step=next_step))

    def complain_of_unread(self) -> None:
        """Report every key nothing has read: a misspelt key must not be lost in silence."""
        for key, value in self.data.items():
            if key in {LINE, _READ}:
                continue
            if key not in self._seen:
                near = difflib.get_close_matches(str(key), self._seen, n=1)
                hint = f"Is “{near[0]}” meant?" if near else ""
                self.complain(Code.UNKNOWN_KEY, f"“{key}” is not known here.", hint)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, dict) and _READ in child:
                    Item(self.file, child, self._problems).complain_of_unread()

    def _get(self, key: str) -> Any:
        self._seen.add(key)
        return self.data.get(key)

    def has(self, key: str) -> bool:
        return self._get(key) is not None

    def text(self, key: str, default: str | None = None) -> str:
        """A text (numbers are shown as written); required unless a default is given."""
        value = self._get(key)
        if value is None:
            if default is None:
                near = difflib.get_close_matches(key, self.data, n=1)
                hint = f"Is “{near[0]}” meant?" if near else ""
                self.complain(Code.MISSING_VALUE, f"“{key}” is missing.", hint)
            return default or ""
        if isinstance(value, (dict, list)):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a text.")
            return ""
        return " ".join(str(value).split())

    def number(self, key: str) -> float:
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a number, not {value!r}.")
            return 0.0
        return float(value)

    def flag(self, key: str) -> bool | None:
        value = self._get(key)
        if value is not None and not isinstance(value, bool):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be true or false.")
            return None
        return value

    def values(self, key: str) -> list[Any]:
        """A list of plain values; empty when absent."""
        value = self._get(key)
        if value is None:
            return []
        if not isinstance(value, list) or any(isinstance(v, (dict, list)) for v in value):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a list of plain values.")
            return []
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(str(value) for value in self.values(key))

    def pair(self, key: str) -> tuple[float | None, float | None]:
        value = self._get(key)
        if not isinstance(value, list) or len(value) != 2:
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a lower and an upper value (null: open).")
            return (None, None)
        if any(isinstance(v, bool) or not isinstance(v, (int, float, type(None))) for v in value):
            self.complain(Code.WRONG_TYPE, f"“{key}” must hold numbers (null: open).")
            return (None, None)
        low, high = (None if v is None else float(v) for v in value)
        return (low, high)

    def lists(self, key: str) -> dict[str, tuple[str, ...]]:
        """A mapping of names to lists of texts; empty when absent."""
        child = self._get(key)
        if child is None:
            return {}
        if not isinstance(child, dict):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a mapping.")
            return {}
        item = Item(self.file, child, self._problems)
        return {name: item.texts(name) for name in list(child) if name not in {LINE, _READ}}

    def child(self, key: str) -> Item:
        value = self._get(key)
        if not isinstance(value, dict):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a mapping.")
            value = {}
        return Item(self.file, value, self._problems)

    def mapping(self, key: str) -> dict[str, Item]:
        child = self.child(key)
        return {name: child.child(name) for name in list(child.data) if name not in {LINE, _READ}}

    def items(self, key: str, *, required: bool = True) -> list[Item]:
        value = self._get(key)
        if value is None:
            if required:
                self.complain(Code.MISSING_VALUE, f"“{key}” is missing.")
            return []
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.complain(Code.WRONG_TYPE, f"“{key}” must be a list of mappings.")
            return []
        return [Item(self.file, v, self._problems) for v in value]

    def date_of(self, key: str, default: date | None = _MISSING) -> Any:
        value = self._get(key)
        if value is None and default is not _MISSING:
            return default
        if type(value) is not date:
            self.complain(Code.NOT_A_DATE, f"“{key}” must be a date like 2026-11-22.")
            return date.min
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in words:
            self.complain(Code.UNKNOWN_WORD, f"“{key}: {value}” is not one of {', '.join(words)}.")
            return words[0] if words else value  # no words: the file that lists them is missing
        return value

    def word(self, key: str, kind: type[_Word], default: _Word | None = None) -> _Word:
        """A member of a closed list, by its text."""
        return kind(self.one_of(key, _words_of(kind), default.value if default is not None else None))

    def member(self, key: str, kind: type[_Enum]) -> _Enum:
        """A member of a closed list, by its name."""
        return kind[self.one_of(key, tuple(kind.__members__))]
