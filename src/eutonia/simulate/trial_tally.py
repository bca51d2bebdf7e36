"""The values of many people as they come: medians and percentiles without holding every person.

While few values differ they are counted exactly. Beyond ``MOST_DISTINCT`` of them each is rounded to one part in
2^13 of itself at most (0.012 per cent) before it is counted; the result says so. Tallies do not depend on how
people are cut into blocks once everybody is in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eutonia.model.individual import FloatArray

__all__ = ["KEPT_VALUES", "MOST_DISTINCT", "RESOLUTION", "Ranks", "Tally"]

MOST_DISTINCT = 250_000
KEPT_VALUES = 1_000_000  # of all outcomes together: so many single values are kept beside the tallies
_STEPS = 2.0**13
RESOLUTION = 1 / _STEPS  # largest change of a value by rounding, as a part of it
_PENDING = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """People in order of their values: ``values`` rising, ``until`` how many people have such a value or a lower."""

    values: FloatArray
    until: NDArray[np.int64]

    @classmethod
    def of(cls, ordered: FloatArray) -> Ranks:
        """Of values in order."""
        return cls(ordered, np.arange(1, len(ordered) + 1))

    def __len__(self) -> int:
        return int(self.until[-1]) if len(self.until) else 0

    def at(self, rank: int) -> float:
        """The value of the person of a rank, from 0."""
        return float(self.values[np.searchsorted(self.until, rank, side="right")])


class Tally:
    """Counts of values, exact while no more than ``most`` of them differ."""

    def __init__(self, most: int = MOST_DISTINCT) -> None:
        self._most = most
        self._values = np.empty(0)
        self._counts = np.empty(0, dtype=np.int64)
        self._pending: list[FloatArray] = []
        self._waiting = 0
        self.is_exact = True

    def add(self, values: FloatArray) -> None:
        """Count the values (n,) of more people; infinite is a value like any other."""
        self._pending.append(values)
        self._waiting += len(values)
        if self._waiting >= _PENDING:
            self._merge()

    def ranks(self) -> Ranks:
        """Everybody counted so far."""
        self._merge()
        return Ranks(self._values, np.cumsum(self._counts))

    def _merge(self) -> None:
        if not self._pending:
            return
        new = np.concatenate(self._pending)
        self._pending.clear()
        self._waiting = 0
        ones = np.ones(len(new), dtype=np.int64)
        self._count(np.concatenate([self._values, new]), np.concatenate([self._counts, ones]))
        if self.is_exact and len(self._values) > self._most:
            self.is_exact = False
            self._count(self._values, self._counts)

    def _count(self, values: FloatArray, counts: NDArray[np.int64]) -> None:
        rounded = values if self.is_exact else _round(values)
        self._values, which = np.unique(rounded, return_inverse=True)
        self._counts = np.zeros(len(self._values), dtype=np.int64)
        np.add.at(self._counts, which, counts)


def _round(values: FloatArray) -> FloatArray:
    part, power = np.frexp(values)  # the part lies between a half and 1
    return np.asarray(np.ldexp(np.round(part * _STEPS) / _STEPS, power))
