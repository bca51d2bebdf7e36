"""What an event table may not say, row by row. Each problem names the row and the column."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from eutonia.errors import Code, Problem

__all__ = ["check_order", "check_rows"]

_Numbers = NDArray[np.float64] | NDArray[np.int64]


class _Table(Protocol):
    @property
    def id(self) -> tuple[str, ...]: ...
    @property
    def time(self) -> NDArray[np.float64]: ...
    @property
    def amt(self) -> NDArray[np.float64]: ...
    @property
    def rate(self) -> NDArray[np.float64]: ...
    @property
    def ii(self) -> NDArray[np.float64]: ...
    @property
    def addl(self) -> NDArray[np.int64]: ...
    @property
    def ss(self) -> NDArray[np.int64]: ...
    @property
    def evid(self) -> NDArray[np.int64]: ...
    @property
    def cmt(self) -> NDArray[np.int64]: ...
    @property
    def mdv(self) -> NDArray[np.int64]: ...
    @property
    def dv(self) -> NDArray[np.float64]: ...


def check_rows(table: _Table, problems: list[Problem]) -> None:
    """Report what is wrong with each row by itself."""

    def report(wrong: NDArray[np.bool_], column: str, why: str, code: Code, next_step: str = "") -> None:
        values: _Numbers = getattr(table, column.lower())
        for row in np.flatnonzero(wrong):
            given = f"{values[row]:g}"
            problems.append(
                Problem(code, why, path=f"row {row + 1}, {column}", given=given, next_step=next_step)
            )

    impossible, conflict, unknown = Code.IMPOSSIBLE_VALUE, Code.CONFLICTING_VALUES, Code.UNKNOWN_WORD
    report(table.time < 0, "TIME", "An event before hour 0 cannot be simulated.", impossible)
    for column in ("AMT", "RATE", "II", "ADDL"):
        step = "A rate or a duration estimated by a model is not supported." if column == "RATE" else ""
        report(
            getattr(table, column.lower()) < 0, column, f"{column} must not be negative.", impossible, step
        )
    report(~np.isin(table.evid, range(5)), "EVID", "EVID must be 0, 1, 2, 3 or 4.", unknown)
    known = np.isin(table.cmt, (1, 2))
    why = "CMT 3, the spinal fluid, is not simulated from a table, which has no place for a pump and its catheter."
    report(table.cmt == 3, "CMT", why, unknown, "Use a trial file.")
    report(~known & (table.cmt != 3), "CMT", "CMT must be 1 (by mouth) or 2 (plasma).", unknown)
    report(~np.isin(table.mdv, (0, 1)), "MDV", "MDV must be 0 or 1.", unknown)
    report(~np.isin(table.ss, (0, 1, 2)), "SS", "SS must be 0, 1 or 2.", unknown)

    is_dose = np.isin(table.evid, (1, 4))
    no_dose = np.isin(table.evid, (0, 2, 3))
    for column in ("AMT", "RATE", "ADDL", "SS"):
        why = f"{column} belongs to a dose, and EVID says this row is none."
        report(
            no_dose & (getattr(table, column.lower()) != 0), column, why, conflict, "Give 0 or correct EVID."
        )
    report((table.evid == 0) & (table.cmt == 1), "CMT", "Only the plasma (CMT 2) can be observed.", conflict)

    for_ever = is_dose & (table.ss > 0) & (table.amt == 0) & (table.rate > 0) & (table.ii == 0)
    report(is_dose & (table.amt == 0) & ~for_ever, "AMT", "A dose needs an amount.", conflict)
    report(for_ever & (table.addl > 0), "ADDL", "An infusion without an end cannot be repeated.", conflict)
    needs_ii = is_dose & (table.ii == 0) & ~for_ever
    report(needs_ii & (table.addl > 0), "II", "Additional doses (ADDL) need an interval.", Code.MISSING_VALUE)
    report(needs_ii & (table.ss > 0), "II", "A steady state (SS) needs an interval.", Code.MISSING_VALUE)

    lone_ii = is_dose & (table.ii > 0) & (table.addl == 0) & (table.ss == 0)
    why = "An interval (II) repeats nothing without additional doses (ADDL) or a steady state (SS)."
    report(lone_ii, "II", why, conflict, "Give ADDL or SS, or leave II at 0.")
    report(no_dose & (table.ii != 0), "II", "II belongs to a dose, and EVID says this row is none.", conflict)

    missing = np.isnan(table.dv)
    report(
        (table.evid == 0) & (table.mdv == 0) & missing,
        "DV",
        "MDV says there is a value, and DV is missing.",
        conflict,
    )
    report(
        (table.evid != 0) & (table.mdv == 0),
        "MDV",
        "Only an observation (EVID 0) can hold a value.",
        conflict,
    )
    report(
        (table.evid != 0) & ~missing & (table.dv != 0),
        "DV",
        "Only an observation (EVID 0) can hold a value.",
        conflict,
    )
    report((table.evid == 0) & ~missing & (table.dv < 0), "DV", "A level must not be negative.", impossible)


def check_order(table: _Table, problems: list[Problem]) -> None:
    """Report people whose rows are apart or not in order of time."""
    finished: set[str] = set()
    for row in range(1, len(table.id)):
        if table.id[row] != table.id[row - 1]:
            finished.add(table.id[row - 1])
            if table.id[row] in finished:
                why = f"The rows of ID {table.id[row]} are not together."
                problems.append(Problem(Code.CONFLICTING_VALUES, why, path=f"row {row + 1}, ID"))
        elif table.time[row] < table.time[row - 1]:
            why = f"TIME runs backwards: {table.time[row]:g} h comes after {table.time[row - 1]:g} h."
            problems.append(Problem(Code.CROSSED_DATES, why, path=f"row {row + 1}, TIME"))
