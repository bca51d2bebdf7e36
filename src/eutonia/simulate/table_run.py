"""An event table in, a predicted level for each row out; with the meaning the field gives to its columns.

- ADDL counts doses beyond the row's own, every II hours.
- A row's covariates hold for the interval that ends at it (next observation carried backward), doses in it included.
- RATE is the rate at which drug reaches its compartment, so a dose by mouth with bioavailability F lasts F AMT / RATE.
- A lag delays doses by mouth; at a steady state (SS) the lagged dose comes later in the cycle, and the one before
  it has come already.
- SS 1 starts from the steady state of this dose and cancels what was pending; SS 2 adds it to what is there. AMT 0 with
  a RATE and no II is an infusion that has run for ever and ends here.
- EVID 3 empties every compartment and cancels pending doses and running infusions; EVID 4 does so and gives a dose.
- A prediction on a dose row is the level just after the dose; additional and lagged doses due at the very time of a
  row come after it, so that a level at that time is a trough.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from eutonia.errors import Code, InputRefused, OutsideDomain, Problem
from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import (
    Covariates,
    DomainNote,
    FloatArray,
    Formulation,
    Individual,
    refuse_outside,
)
from eutonia.model.published import check_people, draw_people, is_apparent, typical_person
from eutonia.model.seeds import seed_problem
from eutonia.simulate.tables import COVARIATES, EventTable
from eutonia.simulate.walk import Walk

__all__ = ["RowNote", "TablePredictions", "predict_table", "simulate_table"]

_MOST_DOSES = 1_000_000
_MOST_AT_ONCE = 1_000
_SAME_INSTANT = 1e-9  # hours: an additional dose and a row this close are meant to be at one time
_ORAL, _PLASMA = 1, 2
_COLUMNS = {"age": "AGE", "weight": "WT", "glomerular_filtration": "CRCL"}


@dataclass(frozen=True, slots=True, eq=False)
class TablePredictions:
    """For each row (R,): level in ng/mL, and its integral since the person's first row in ng h/mL.

    notes: who lies outside the model's own people, from which row on.
    """

    concentration: FloatArray
    exposure: FloatArray
    notes: tuple[RowNote, ...] = ()


@dataclass(frozen=True, slots=True)
class RowNote:
    """What is to be said of a person from a row (numbered from 1) on, until their covariates change."""

    row: int
    id: str
    note: DomainNote


def predict_table(
    model: ModelFile, table: EventTable, *, seed: int | None = None, lag_h: float = 0.0
) -> TablePredictions:
    """Predictions for typical people with the covariates AGE (years), WT (kg) and CRCL (mL/min) of each row.

    seed: draws one virtual person for each ID instead, the same luck in all its rows. Raises InputRefused for a table
    without these covariates, or with doses into the plasma for a model by mouth only; OutsideDomain naming the row,
    the ID and the column.
    """
    missing = [name for name in COVARIATES if name not in table.covariates]
    problems = [
        Problem(Code.MISSING_VALUE, f"The model needs {name}.", path=f"header, {name}") for name in missing
    ]
    wrong = None if seed is None else seed_problem(seed)
    if wrong is not None:
        problems.append(wrong)
    if is_apparent(model):
        why = f"{model.name} knows doses by mouth only."
        for row in np.flatnonzero(np.isin(table.evid, (1, 4)) & (table.cmt == _PLASMA)):
            problems.append(Problem(Code.CONFLICTING_VALUES, why, path=f"row {row + 1}, CMT"))
        for index, form in enumerate(table.form):
            if form != "tablet" and (index == 0 or table.id[index - 1] != table.id[index]):
                why = f"{model.name} was made with tablets."
                path = f"row {index + 1}, FORM"
                problems.append(Problem(Code.CONFLICTING_VALUES, why, path=path, given=form))
    if problems:
        raise InputRefused(problems)
    notes = _check_people(model, table)
    forms = dict(zip(table.id, table.form, strict=True)) if table.form else {}
    numbers = {person: number for number, person in enumerate(dict.fromkeys(table.id))}

    def individual(person: str, values: Mapping[str, float]) -> Individual:
        covariates = Covariates(values["AGE"], values["WT"], values["CRCL"], forms.get(person, "tablet"))
        if seed is None:
            return typical_person(model, covariates)
        return draw_people(model, covariates, 1, seed, numbers[person])

    return replace(simulate_table(table, individual, lag_h=lag_h), notes=notes)


def _check_people(model: ModelFile, table: EventTable) -> tuple[RowNote, ...]:
    """A note for each person and covariate outside the model's people, at the first row where it is so, and again
    where it has become so again. Raises OutsideDomain for the first row that the model refuses."""
    notes: list[RowNote] = []
    known: dict[tuple[object, ...], tuple[DomainNote, ...]] = {}
    before: set[str] = set()
    for row, person in enumerate(table.id):
        age, weight, filtration = (float(table.covariates[name][row]) for name in COVARIATES)
        form: Formulation = table.form[row] if table.form else "tablet"
        values = (age, weight, filtration, form)
        if values not in known:
            known[values] = check_people(model, Covariates(age, weight, filtration, form))
        try:
            refuse_outside(model.name, known[values], "Remove the person, or use a model made for them.")
        except OutsideDomain as outside:
            column = _COLUMNS[outside.problem.path]
            where = outside.problem.at(f"row {row + 1} (ID {person}), {column}")
            raise OutsideDomain(model.name, where) from None
        if row == 0 or table.id[row - 1] != person:
            before = set()
        notes += [RowNote(row + 1, person, note) for note in known[values] if note.covariate not in before]
        before = {note.covariate for note in known[values]}
    return tuple(notes)


def simulate_table(
    table: EventTable, individual: Callable[[str, Mapping[str, float]], Individual], *, lag_h: float = 0.0
) -> TablePredictions:
    """Predictions with any parameters: ``individual`` gives those (one subject) of an ID with a row's covariates.

    lag_h: delay of every dose by mouth, hours. Raises ValueError for a negative lag; InputRefused for a lag as long as
    the interval of a steady state, or more doses than anybody takes.
    """
    if not (np.isfinite(lag_h) and lag_h >= 0):
        raise ValueError(f"the lag must be a number of at least 0 h, not {lag_h:g}")
    level, exposure = np.empty(len(table)), np.empty(len(table))
    for first, stop in _people(table):
        person = _Person(table, first, stop, individual, lag_h)
        for row in range(first, stop):
            level[row], exposure[row] = person.take(row)
    return TablePredictions(level, exposure)


def _people(table: EventTable) -> Iterator[tuple[int, int]]:
    """First row and the row after the last of each person."""
    starts = [r for r in range(len(table)) if r == 0 or table.id[r] != table.id[r - 1]]
    return zip(starts, [*starts[1:], len(table)], strict=True)


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """Something pending: a dose (bolus, or the start of an infusion with its length), or an infusion's end."""

    at: float
    number: int
    cmt: int
    amount: float
    rate: float
    length: float
    ends: int  # the running infusion that ends, -1 for a dose


class _Person:
    """One person's way through their rows."""

    def __init__(
        self,
        table: EventTable,
        first: int,
        stop: int,
        individual: Callable[[str, Mapping[str, float]], Individual],
        lag_h: float,
    ) -> None:
        self.table, self.lag, self._individual = table, lag_h, individual
        self.until = float(table.time[stop - 1])
        self.now = float(table.time[first])
        self._made: dict[tuple[float, ...], Individual] = {}
        self.walk = Walk(self._parameters(first))
        self.pending: list[_Due] = []
        self.running: dict[int, tuple[int, float]] = {}
        self.count = 0

    def take(self, row: int) -> tuple[float, float]:
        """Go to the row and do what it says; level and exposure after it."""
        table = self.table
        self.walk.change(self._parameters(row))
        self._go_to(float(table.time[row]))
        evid = table.evid[row]
        if evid in (3, 4):
            self._clear()
        if evid in (1, 4):
            self._dose(row)
        return self.walk.concentration, self.walk.exposure

    def _parameters(self, row: int) -> Individual:
        values = {name: float(column[row]) for name, column in self.table.covariates.items()}
        key = tuple(values.values())
        if key not in self._made:
            self._made[key] = self._individual(self.table.id[row], values)
        return self._made[key]

    def _go_to(self, hour: float) -> None:
        while self.pending and self.pending[0].at < hour - _SAME_INSTANT:
            due = heapq.heappop(self.pending)
            self._pass(max(due.at, self.now))
            if due.ends >= 0:
                self.running.pop(due.ends)
                self._set_rates()
            else:
                self._give(due.cmt, due.amount, due.rate, due.length)
        self._pass(hour)

    def _pass(self, hour: float) -> None:
        self.walk.advance(hour - self.now)
        self.now = hour

    def _clear(self) -> None:
        self.pending.clear()
        self.running.clear()
        self.walk.state[: self.walk.at.amounts] = 0.0
        self._set_rates()

    def _set_rates(self) -> None:
        """Input rates from the running infusions, summed anew so that no rounding is left over."""
        walk = self.walk
        walk.state[walk.oral_rate] = sum(rate for cmt, rate in self.running.values() if cmt == _ORAL)
        walk.state[walk.at.infusion] = sum(rate for cmt, rate in self.running.values() if cmt == _PLASMA)

    def _dose(self, row: int) -> None:
        table = self.table
        cmt, amount, rate = int(table.cmt[row]), float(table.amt[row]), float(table.rate[row])
        if cmt == _ORAL:
            rate /= float(self.walk.individual.f[0])  # what enters the chain, of which F arrives at RATE
        interval, ss = float(table.ii[row]), int(table.ss[row])
        if ss and amount == 0:
            self._start_from_endless_infusion(ss, cmt, rate)
            return
        lag = self.lag if cmt == _ORAL else 0.0
        length = amount / rate if rate > 0 else 0.0
        if ss:
            if lag >= interval:
                why = f"The lag of {lag:g} h is not shorter than the interval of this steady state."
                raise InputRefused([Problem(Code.CONFLICTING_VALUES, why, path=f"row {row + 1}, II")])
            if length / interval > _MOST_AT_ONCE:
                why = f"More than {_MOST_AT_ONCE:,} infusions would run at once."
                raise InputRefused([Problem(Code.IMPOSSIBLE_VALUE, why, path=f"row {row + 1}, RATE")])
            self._start_from_steady_state(ss, cmt, amount, rate, length, interval, lag)
        extra = int(table.addl[row])
        if extra:
            extra = min(extra, int((self.until - self.now) / interval + 1e-9))
            if extra > _MOST_DOSES:
                why = "More than a million additional doses."
                raise InputRefused([Problem(Code.IMPOSSIBLE_VALUE, why, path=f"row {row + 1}, ADDL")])
        if lag == 0:
            self._give(cmt, amount, rate, length)
        for k in range(0 if lag else 1, extra + 1):
            self._push(self.now + lag + k * interval, cmt, amount, rate, length)

    def _push(self, at: float, cmt: int, amount: float, rate: float, length: float, ends: int = -1) -> None:
        self.count += 1
        heapq.heappush(self.pending, _Due(at, self.count, cmt, amount, rate, length, ends))

    def _give(self, cmt: int, amount: float, rate: float, length: float) -> None:
        if rate > 0:
            self._run(cmt, rate, length)
        else:
            self.walk.state[0 if cmt == _ORAL else self.walk.at.central] += amount

    def _run(self, cmt: int, rate: float, length: float) -> None:
        """Start an infusion, or go on with one of which ``length`` hours are left."""
        self._push(self.now + length, cmt, 0.0, 0.0, 0.0, ends=self.count + 1)
        self.running[self.count] = (cmt, rate)
        self._set_rates()

    def _start_from_endless_infusion(self, ss: int, cmt: int, rate: float) -> None:
        steady = self.walk.steady_under_rate(rate if cmt == _ORAL else 0.0, rate if cmt == _PLASMA else 0.0)
        if ss == 1:
            self._clear()
        self.walk.state += steady

    def _start_from_steady_state(
        self, ss: int, cmt: int, amount: float, rate: float, length: float, interval: float, lag: float
    ) -> None:
        """The state at this instant of a cycle whose doses arrive ``lag`` hours from now and every interval before.

        A cycle begins at an arrival. Infusions longer than the interval overlap: ``full`` of them always run, one
        more for the first ``rest`` hours.
        """
        full = int(length / interval + 1e-12) if rate > 0 else 0
        rest = max(length - full * interval, 0.0)
        if ss == 1:
            self._clear()
        scratch = Walk(self.walk.individual)

        def cycle(start: FloatArray, until: float) -> FloatArray:
            scratch.state = start.copy()
            slot = scratch.oral_rate if cmt == _ORAL else scratch.at.infusion
            if rate == 0:
                scratch.state[0 if cmt == _ORAL else scratch.at.central] += amount
                scratch.advance(until)
                return scratch.state
            scratch.state[slot] = rate * (full + 1)
            scratch.advance(min(rest, until))
            scratch.state[slot] = rate * full
            scratch.advance(max(until - rest, 0.0))
            return scratch.state

        steady = scratch.steady_amounts(interval, cycle(np.zeros_like(scratch.state), interval))
        now = cycle(steady, interval - lag)
        held = scratch.at.amounts
        self.walk.state[:held] += now[:held]
        # those of the earlier doses that still run now: they arrived interval - lag hours ago, and before
        before = interval - lag
        while rate > 0 and length - before > _SAME_INSTANT:
            self._run(cmt, rate, length - before)
            before += interval
