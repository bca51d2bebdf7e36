"""Event tables as pharmacometricians write them: one row an event, for many people; CSV and Parquet, in and out.

Columns: ID, TIME (h), AMT (mg), RATE (mg/h), II (h), ADDL, SS, EVID, CMT, MDV, DV (ng/mL), FORM and covariates. Only ID
and TIME must be there. An empty cell or a full stop is a missing value. CMT 1 is the dose by mouth, CMT 2 the plasma;
CMT 3, the spinal fluid, is refused: that needs a pump or a puncture, and so a trial file. FORM is tablet, solution (or
liquid) or granules, one for all rows of a person; missing: tablet.
Rows are numbered from 1, the header and empty lines not counted. Every problem found is reported with its row;
nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eutonia.errors import Code, InputRefused, Problem
from eutonia.model.individual import FORMULATIONS, FloatArray, Formulation
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.table_checks import check_order, check_rows

__all__ = [
    "COVARIATES",
    "EventTable",
    "make_table",
    "read_csv",
    "read_parquet",
    "table_from_events",
    "write_csv",
    "write_parquet",
]

IntArray = NDArray[np.int64]
COVARIATES = ("AGE", "WT", "CRCL")

_FLOATS = ("TIME", "AMT", "RATE", "II", "DV")
_WHOLE = ("ADDL", "SS", "EVID", "CMT", "MDV")
_OWN = ("ID", "TIME", "AMT", "RATE", "II", "ADDL", "SS", "EVID", "CMT", "MDV", "DV")
_MISSING = ("", ".")
_FORM = "FORM"
_WORDS: Mapping[str, Formulation] = {
    "": "tablet", ".": "tablet", "tablet": "tablet",
    "solution": "solution", "liquid": "solution", "granules": "granules",
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Rows (R,) that have passed every check. dv is NaN where no value was measured; covariates: name to (R,).

    form: what is taken by mouth, for each row; empty where the table does not say, and then it is tablets.
    """

    id: tuple[str, ...]
    time: FloatArray
    amt: FloatArray
    rate: FloatArray
    ii: FloatArray
    addl: IntArray
    ss: IntArray
    evid: IntArray
    cmt: IntArray
    mdv: IntArray
    dv: FloatArray
    covariates: Mapping[str, FloatArray] = field(default_factory=lambda: MappingProxyType({}))
    form: tuple[Formulation, ...] = ()

    def __len__(self) -> int:
        return len(self.id)


def make_table(columns: Mapping[str, Sequence[Any]], covariates: Sequence[str] = COVARIATES) -> EventTable:
    """A table from columns of equal length; values are numbers, texts of numbers, or None where missing.

    Missing EVID: 1 where there is an amount or a rate, else 0. Missing CMT (or 0): 1 for a dose, else 2. Missing MDV:
    0 for an observation with a value, else 1. Other missing numbers are 0. Raises InputRefused with every problem.
    """
    problems: list[Problem] = []
    named = _check_columns(columns, covariates, problems)
    if problems:
        raise InputRefused(problems)
    count = len(named["ID"])
    ids = tuple(_text(value, row, problems) for row, value in enumerate(named["ID"], 1))
    blank: list[Any] = [None] * count
    found = {
        name: _numbers(named.get(name, blank), name, problems, whole=name in _WHOLE)
        for name in (*_FLOATS, *_WHOLE, *(name for name in named if name not in (*_OWN, _FORM)))
    }
    form = _forms(named[_FORM], ids, problems) if _FORM in named else ()
    for name, values in found.items():
        if name == "TIME" or name not in _OWN:
            for row in np.flatnonzero(np.isnan(values)) + 1:
                if not any(problem.path == f"row {row}, {name}" for problem in problems):
                    why = f"{name} is missing."
                    problems.append(Problem(Code.MISSING_VALUE, why, path=f"row {row}, {name}"))
    if problems:
        raise InputRefused(problems)
    table = _fill(ids, found, form)
    check_rows(table, problems)
    check_order(table, problems)
    if problems:
        raise InputRefused(problems)
    return table


def read_csv(text: str, covariates: Sequence[str] = COVARIATES) -> EventTable:
    """A table from comma-separated text with a header. Raises InputRefused with every problem."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if row]
    except csv.Error as error:
        why = f"It is not comma-separated text: {error}."
        raise InputRefused([Problem(Code.UNREADABLE, why, path="file")]) from error
    if not rows:
        raise InputRefused([Problem(Code.MISSING_VALUE, "The table is empty.", path="header")])
    header = [name.strip().upper() for name in rows[0]]
    _refuse_twins(header)
    problems = []
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(header):
            why = f"It has {len(row)} cells and the header has {len(header)}."
            problems.append(
                Problem(Code.UNREADABLE, why, path=f"row {number}", next_step="Use a full stop in decimals.")
            )
    if problems:
        raise InputRefused(problems)
    return make_table(
        {name: [row[i] for row in rows[1:]] for i, name in enumerate(header)}, _upper(covariates)
    )


def write_csv(table: EventTable) -> str:
    """The table as comma-separated text, numbers with as many digits as it takes to read them back unchanged."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = _columns(table)
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def read_parquet(data: bytes, covariates: Sequence[str] = COVARIATES) -> EventTable:
    """A table from the bytes of a Parquet file. Needs pyarrow. Raises InputRefused with every problem."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    try:
        stored = pq.read_table(pa.BufferReader(data))
    except (pa.ArrowException, OSError) as error:
        raise InputRefused([Problem(Code.UNREADABLE, "It is not a Parquet file.", path="file")]) from error
    names = [name.strip().upper() for name in stored.column_names]
    _refuse_twins(names)
    columns = {name: stored.column(i).to_pylist() for i, name in enumerate(names)}
    return make_table(columns, _upper(covariates))


def write_parquet(table: EventTable) -> bytes:
    """The table as the bytes of a Parquet file; a missing DV is null. Needs pyarrow."""
    pa, pq = import_module("pyarrow"), import_module("pyarrow.parquet")
    columns = dict(_columns(table))
    columns["DV"] = [None if np.isnan(value) else value for value in table.dv.tolist()]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue().to_pybytes())


def table_from_events(
    person: str, events: DoseEvents, times_h: ArrayLike, covariates: Mapping[str, float]
) -> EventTable:
    """The same therapy as a table: a row for each dose and for each hour a level is wanted, doses first."""
    times = np.asarray(times_h, dtype=np.float64)
    runs = events.duration_h > 0
    rate = np.where(runs, events.amount_mg / np.where(runs, events.duration_h, 1.0), 0.0)
    route = [1 if way == "oral" else 2 for way in events.route]
    rows = [
        (time, 0, amount, speed, 1, cmt)
        for time, amount, speed, cmt in zip(
            events.time_h.tolist(), events.amount_mg.tolist(), rate.tolist(), route, strict=True
        )
    ]
    rows += [(time, 1, 0.0, 0.0, 0, 2) for time in times.tolist()]
    rows.sort(key=lambda row: row[:2])
    columns: dict[str, list[Any]] = {"ID": [person] * len(rows)}
    for at, name in ((0, "TIME"), (2, "AMT"), (3, "RATE"), (4, "EVID"), (5, "CMT")):
        columns[name] = [row[at] for row in rows]
    for name, value in covariates.items():
        columns[name] = [value] * len(rows)
    return make_table(columns, tuple(covariates))


def _upper(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.upper() for name in names)


def _refuse_twins(names: Sequence[str]) -> None:
    twins = dict.fromkeys(name for name in names if names.count(name) > 1)
    if twins:
        raise InputRefused(
            Problem(Code.DUPLICATE_ID, f"The column {name} is there twice.", path=f"header, {name}")
            for name in twins
        )


def _check_columns(
    columns: Mapping[str, Sequence[Any]], covariates: Sequence[str], problems: list[Problem]
) -> dict[str, Sequence[Any]]:
    known = (*_OWN, _FORM, *covariates)
    for name in columns:
        if name not in known:
            why = f"The column {name} is not known."
            step = "Remove it, or name it as a covariate."
            problems.append(
                Problem(Code.UNKNOWN_KEY, why, path=f"header, {name}", accepted=known, next_step=step)
            )
    for name in ("ID", "TIME"):
        if name not in columns:
            problems.append(
                Problem(Code.MISSING_VALUE, f"The column {name} is missing.", path=f"header, {name}")
            )
    lengths = {len(values) for values in columns.values()}
    if lengths <= {0}:
        problems.append(Problem(Code.MISSING_VALUE, "The table has no rows.", path="table"))
    if len(lengths) > 1:
        problems.append(Problem(Code.CONFLICTING_VALUES, "The columns are not equally long.", path="table"))
    return dict(columns)


def _text(value: object, row: int, problems: list[Problem]) -> str:
    if isinstance(value, float):
        value = int(value) if value.is_integer() else "" if np.isnan(value) else value
    text = "" if value is None else str(value).strip()
    if text in _MISSING:
        problems.append(Problem(Code.MISSING_VALUE, "ID is missing.", path=f"row {row}, ID"))
    return text


def _numbers(values: Sequence[Any], name: str, problems: list[Problem], *, whole: bool) -> FloatArray:
    """A column as numbers, NaN where missing."""
    result = np.full(len(values), np.nan)
    for row, value in enumerate(values, 1):
        text = "" if value is None else str(value).strip()
        if text in _MISSING:
            continue
        path = f"row {row}, {name}"
        if isinstance(value, bool) or not _NUMBER.fullmatch(text):
            why = f"{name} must be a number, not “{text}”."
            problems.append(Problem(Code.WRONG_TYPE, why, path=path, given=text))
            continue
        number = float(text)
        if not np.isfinite(number):
            problems.append(Problem(Code.IMPOSSIBLE_VALUE, f"{name} is too large.", path=path, given=text))
        elif whole and (number != int(number) or abs(number) > 2**53):
            why = f"{name} must be a whole number, not {text}."
            problems.append(Problem(Code.IMPOSSIBLE_VALUE, why, path=path, given=text))
        else:
            result[row - 1] = number
    return result


def _forms(values: Sequence[Any], ids: Sequence[str], problems: list[Problem]) -> tuple[Formulation, ...]:
    """What is taken, by row; one form for each person."""
    found: list[Formulation] = []
    first: dict[str, Formulation] = {}
    for row, (value, person) in enumerate(zip(values, ids, strict=True), 1):
        text = "" if value is None else str(value).strip().lower()
        form = _WORDS.get(text)
        path = f"row {row}, {_FORM}"
        if form is None:
            why = f"{_FORM} names no form of the drug that is known here."
            problems.append(Problem(Code.UNKNOWN_WORD, why, path=path, given=text, accepted=FORMULATIONS))
            continue
        if first.setdefault(person, form) != form:
            why = "The form changes: the model of absorption is chosen once for a person."
            problems.append(
                Problem(Code.CONFLICTING_VALUES, why, path=path, given=text, accepted=(first[person],))
            )
        found.append(form)
    return tuple(found)


def _fill(ids: tuple[str, ...], found: Mapping[str, FloatArray], form: tuple[Formulation, ...]) -> EventTable:
    """The table with what is missing filled in as ``make_table`` says."""

    def or_zero(name: str) -> FloatArray:
        return np.nan_to_num(found[name], nan=0.0)

    def whole(values: FloatArray) -> IntArray:
        return values.astype(np.int64)

    amt, rate = or_zero("AMT"), or_zero("RATE")
    evid = np.where(np.isnan(found["EVID"]), ((amt != 0) | (rate != 0)).astype(float), found["EVID"])
    is_dose = (evid == 1) | (evid == 4)
    cmt = np.where(or_zero("CMT") == 0, np.where(is_dose, 1.0, 2.0), found["CMT"])
    unmeasured = ((evid != 0) | np.isnan(found["DV"])).astype(float)
    return EventTable(
        id=ids,
        time=found["TIME"],
        amt=amt,
        rate=rate,
        ii=or_zero("II"),
        addl=whole(or_zero("ADDL")),
        ss=whole(or_zero("SS")),
        evid=whole(evid),
        cmt=whole(cmt),
        mdv=whole(np.where(np.isnan(found["MDV"]), unmeasured, found["MDV"])),
        dv=found["DV"],
        covariates=MappingProxyType({name: values for name, values in found.items() if name not in _OWN}),
        form=form,
    )


def _columns(table: EventTable) -> dict[str, Sequence[Any]]:
    named: dict[str, Sequence[Any]] = {"ID": list(table.id)}
    for name in _OWN[1:]:
        named[name] = getattr(table, name.lower()).tolist()
    if table.form:
        named[_FORM] = list(table.form)
    return {**named, **{name: values.tolist() for name, values in table.covariates.items()}}


def _cell(value: Any) -> str:
    if isinstance(value, float):
        if np.isnan(value):
            return "."
        return repr(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    return str(value)
