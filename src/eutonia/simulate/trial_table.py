"""The people of a trial as a Parquet table, written as they come: a row a person, a group of rows for some blocks.

No more than one group is held, so the memory does not grow with the people. pyarrow, an optional extra, is imported
when a table is begun.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from eutonia.model.individual import FloatArray
from eutonia.simulate.trial import Trial
from eutonia.simulate.virtual import People

__all__ = ["PeopleBlock", "PeopleTable"]

_GROUP_ROWS = 16_384


@dataclass(frozen=True, slots=True, eq=False)
class PeopleBlock:
    """People ``first`` onwards on one model: their covariates where a population was drawn, and the values of all
    outcomes (outcomes, n). is_paradoxical: who answers with more tone (n,), where the trial lets them."""

    model: str
    first: int
    people: People | None
    values: FloatArray
    is_paradoxical: NDArray[np.bool_] | None = None

    @property
    def n(self) -> int:
        return int(self.values.shape[1])


class PeopleTable:
    """A Parquet table being written into an open binary file; use it in a ``with``.

    Columns: model, person, covariates where a population was drawn, is_paradoxical where the trial asks for it, and
    one for each outcome. The file's own data
    name the trial, its seed and the knowledge. Raises ImportError without pyarrow, OSError when the file cannot be
    written.
    """

    def __init__(self, sink: BinaryIO, trial: Trial, knowledge_hash: str) -> None:
        self._arrow: Any = import_module("pyarrow")
        self._parquet: Any = import_module("pyarrow.parquet")
        self._sink, self._trial = sink, trial
        self._made = {"eutonia_trial": trial.title, "seed": str(trial.seed), "knowledge": knowledge_hash}
        self._waiting: list[Any] = []
        self._rows = 0
        self._writer: Any = None

    def __enter__(self) -> PeopleTable:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        if self._writer is not None:
            self._writer.close()

    def write(self, block: PeopleBlock) -> None:
        """Add the people of a block."""
        rows: dict[str, list[str] | NDArray[Any]] = {
            "model": [block.model] * block.n,
            "person": np.arange(block.first, block.first + block.n),
        }
        if block.people is not None:
            for name in ("age", "is_female", "weight", "height", "filtration"):
                rows[name] = getattr(block.people, name)
        if block.is_paradoxical is not None:
            rows["is_paradoxical"] = block.is_paradoxical
        for outcome, values in zip(self._trial.outcomes, block.values, strict=True):
            rows[outcome.name] = values
        self._waiting.append(self._arrow.table(rows).replace_schema_metadata(self._made))
        self._rows += block.n
        if self._rows >= _GROUP_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        group = self._arrow.concat_tables(self._waiting)
        if self._writer is None:
            self._writer = self._parquet.ParquetWriter(self._sink, group.schema)
        self._writer.write_table(group, row_group_size=max(self._rows, 1))
        self._waiting.clear()
        self._rows = 0
