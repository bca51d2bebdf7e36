"""What has been read so far: fields that could be read, beside the names of all that were written.

Cross-field checks run on drafts, so that a bad dose does not hide crossed dates in the same entry. A draft
becomes a record only when nothing at all was wrong.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from types import UnionType
from typing import Any, TypeVar

from eutonia.units import Quantity

__all__ = ["Draft", "Note", "Slot", "slots_of"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Note:
    """Something the reader should know about an input that was accepted.

    path: where, e.g. ``record.patient.weight``. says: one or two sentences.
    """

    path: str
    says: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of the record: its key in files, what it holds and how it is explained.

    kind: the type of one entry. many: a list of entries. is_graded: a quantity or the grade of a scale.
    """

    name: str
    key: str
    says: str
    kind: type
    many: bool
    required: bool
    is_graded: bool
    dimension: str | None
    bounds: str | None


@cache
def slots_of(kind: type) -> tuple[Slot, ...]:
    """The fields of one dataclass of the record, in order."""
    hints = typing.get_type_hints(kind)
    return tuple(_slot(f.name, hints[f.name], f.metadata, _is_required(f)) for f in fields(kind))


def _is_required(described: Any) -> bool:
    missing = type(field().default)
    return isinstance(described.default, missing) and isinstance(described.default_factory, missing)


def _slot(name: str, hint: Any, meta: typing.Mapping[str, Any], required: bool) -> Slot:
    inner = hint
    if typing.get_origin(hint) in (UnionType, typing.Union):
        inner = next(part for part in typing.get_args(hint) if part is not type(None))
    many = typing.get_origin(inner) is tuple
    return Slot(
        name=name,
        key=meta["key"] or name,
        says=meta["says"],
        kind=typing.get_args(inner)[0] if many else inner,
        many=many,
        required=required,
        is_graded=hint == Quantity | str,
        dimension=meta["dimension"],
        bounds=meta["bounds"],
    )


@dataclass(slots=True)
class Draft:
    """One object of the record on its way in.

    path: where it stands. given: the fields that were written, readable or not. values: the fields that
    could be read; objects inside are drafts themselves, lists are tuples with None for what could not.
    """

    kind: type
    path: str
    given: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)

    def get(self, name: str, kind: type[_T]) -> _T | None:
        """The field, if it was written, could be read and is of this type."""
        value = self.values.get(name)
        return value if isinstance(value, kind) else None

    def many(self, name: str, kind: type[_T]) -> tuple[_T, ...]:
        """The entries of a list that could be read."""
        return tuple(value for value in self.values.get(name, ()) if isinstance(value, kind))

    def at(self, name: str) -> str:
        """The path of a field, as it is written in files."""
        key = next(slot.key for slot in slots_of(self.kind) if slot.name == name)
        return f"{self.path}.{key}" if self.path else key

    def walk(self) -> Iterator[Draft]:
        """This draft and every draft inside it, in the order in which they were written."""
        yield self
        for value in self.values.values():
            for inside in value if isinstance(value, tuple) else (value,):
                if isinstance(inside, Draft):
                    yield from inside.walk()

    def build(self) -> Any:
        """The object itself. Only for a draft in which nothing was wrong."""
        return self.kind(**{name: _built(value) for name, value in self.values.items()})


def _built(value: Any) -> Any:
    if isinstance(value, Draft):
        return value.build()
    return tuple(map(_built, value)) if isinstance(value, tuple) else value
