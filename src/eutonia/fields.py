"""How a field of the record is described, and what a point in time is: shared by everything that can be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

__all__ = ["Moment", "described"]


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A day, with a clock time where one is known."""

    on: date
    at: time | None = None

    def start(self) -> datetime:
        """The earliest instant this can mean."""
        return datetime.combine(self.on, self.at or time.min)

    def __str__(self) -> str:
        return self.on.isoformat() if self.at is None else f"{self.on.isoformat()} {self.at:%H:%M}"


def described(
    says: str,
    *,
    key: str | None = None,
    dimension: str | None = None,
    bounds: str | None = None,
    default: Any = ...,
    factory: Any = None,
) -> Any:
    """A field with its explanation for readers, intake and schema."""
    meta = {"says": says, "key": key, "dimension": dimension, "bounds": bounds}
    if factory is not None:
        return field(default_factory=factory, metadata=meta)
    if default is ...:
        return field(metadata=meta)
    return field(default=default, metadata=meta)
