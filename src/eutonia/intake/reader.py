"""Walking the input along the record's own definition, and collecting everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from eutonia.errors import Code, InputRefused, Problem
from eutonia.intake.checks import check_scenario
from eutonia.intake.draft import Draft, Note, Slot, slots_of
from eutonia.intake.leaves import (
    Refused,
    nearest,
    read_clock,
    read_count,
    read_day,
    read_flag,
    read_moment,
    read_text,
    read_word,
    refuse,
    shown,
)
from eutonia.intake.measures import accepted_units, judge, judge_count, read_grade, read_quantity, span_of
from eutonia.intake.naming import refuse_unknown_term
from eutonia.knowledge.schema import Knowledge, Term
from eutonia.knowledge.terms import index_of, split_code
from eutonia.record import Moment, Observation, Scenario
from eutonia.units import Quantity

__all__ = ["read_scenario"]

_MOST_UNKNOWN_KEYS = 50  # listed one by one in each object

_LEAVES: dict[type, Callable[[object], object]] = {
    str: read_text,
    bool: read_flag,
    int: read_count,
    date: read_day,
    time: read_clock,
    Moment: read_moment,
}


def read_scenario(data: object, knowledge: Knowledge) -> tuple[Scenario, tuple[Note, ...]]:
    """Read a scenario from plain data (mappings, lists and values as YAML or JSON give them).

    Returns the scenario and notes on what is unusual or not known here. Raises InputRefused with every
    problem found, each with its path, what was given, what is accepted, why, and what to do; the input is
    never changed, converted or completed.
    """
    reader = _Reader(knowledge)
    try:
        draft = reader.read(Scenario, data, "")
    except Refused as refused:
        raise InputRefused([refused.problem]) from None
    problems, notes = check_scenario(draft, knowledge, reader.index)
    if reader.problems or problems:
        raise InputRefused([*reader.problems, *problems])
    scenario: Scenario = draft.build()
    return scenario, (*reader.notes, *notes)


class _Reader:
    """Collects problems and notes while walking down."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.index = index_of(knowledge)
        self.problems: list[Problem] = []
        self.notes: list[Note] = []

    def read(self, kind: type, data: object, path: str) -> Draft:
        """One object of the record; whatever could be read of it. Raises Refused where it is no mapping."""
        draft = Draft(kind, path)
        slots = {slot.key: slot for slot in slots_of(kind)}
        if not isinstance(data, dict):
            step = "Write one key and its value on each line."
            raise refuse(Code.WRONG_TYPE, data, "Keys with values are needed here.", step, slots)
        written = _by_key(data, slots)
        self._refuse_unknown_keys([key for key in written if key not in slots], tuple(slots), path)
        for key, slot in slots.items():
            where = f"{path}.{key}" if path else key
            if key in written:
                draft.given.add(slot.name)
                self._read_field(draft, slot, written[key], where)
            elif slot.required:
                why = f"“{key}” is missing: {slot.says}"
                self._problem(Problem(Code.MISSING_VALUE, why, next_step="Add it."), where)
        return draft

    def _read_field(self, draft: Draft, slot: Slot, value: object, path: str) -> None:
        try:
            if slot.many:
                draft.values[slot.name] = self._read_list(slot, value, path)
            elif is_dataclass(slot.kind) and slot.kind not in (Moment, Quantity):
                draft.values[slot.name] = self.read(slot.kind, value, path)
            elif slot.is_graded:
                draft.values[slot.name] = self._read_result(draft, value, path)
            else:
                draft.values[slot.name] = self._read_leaf(slot, value, path)
        except Refused as refused:
            self._problem(refused.problem, path)

    def _read_list(self, slot: Slot, value: object, path: str) -> tuple[object, ...]:
        if not isinstance(value, (list, tuple)):
            step = f"Put a dash before each entry, or leave “{slot.key}” out where nothing is known."
            raise refuse(Code.WRONG_TYPE, value, "A list is needed here.", step)
        read: list[object] = []
        for i, entry in enumerate(value):
            where = f"{path}[{i}]"
            try:
                if is_dataclass(slot.kind):
                    read.append(self.read(slot.kind, entry, where))
                else:
                    read.append(self._read_leaf(slot, entry, where))
            except Refused as refused:
                self._problem(refused.problem, where)
                read.append(None)  # so that a list of unreadable entries is not taken for an empty one
        return tuple(read)

    def _read_leaf(self, slot: Slot, value: object, path: str) -> object:
        bounds = self.knowledge.bounds.get(slot.bounds or "")
        if slot.kind is Quantity:
            dimensions = (slot.dimension or "",)
            span = span_of(bounds)
            read = read_quantity(value, dimensions, slot.bounds, span)
            self._keep(
                judge(read, str(value), span, accepted_units(dimensions, slot.bounds)) if span else None, path
            )
            return read
        if issubclass(slot.kind, StrEnum):
            return read_word(value, slot.kind)
        leaf = _LEAVES[slot.kind](value)
        if bounds is not None and isinstance(leaf, int):
            self._keep(judge_count(leaf, bounds), path)
        return leaf

    def _read_result(self, draft: Draft, value: object, path: str) -> Quantity | str:
        """The value of an observation: a quantity or a grade, depending on what was observed."""
        term = self._observed(draft)
        if term is not None and term.grades:
            return read_grade(value, term)
        if term is None or not term.dimensions:
            if isinstance(value, (bool, int, float)):
                why = f"“{shown(value)}” has no unit; a bare number can be read in more than one unit."
                raise refuse(Code.MISSING_UNIT, value, why, "Write the number with its unit, in quotes.")
            return read_text(value)
        span = span_of(term)
        try:
            read = read_quantity(value, term.dimensions, span=span)
        except Refused as refused:
            hint = self._hint(refused.problem, term)
            raise Refused(hint) from None
        self._keep(judge(read, str(value), span, accepted_units(term.dimensions)) if span else None, path)
        return read

    def _observed(self, draft: Draft) -> Term | None:
        what = draft.get("what", str)
        if what is None or draft.kind is not Observation:
            return None
        term = self.index.by_name("observation", what)
        if term is None:
            coded = split_code(what)
            left_out = self.knowledge.codes.find(*coded) if coded is not None else None
            refusal = refuse_unknown_term(self.index, "observation", what, left_out)
            self._problem(refusal, draft.at("what"))
        return term

    def _hint(self, problem: Problem, term: Term) -> Problem:
        """For a value in the wrong dimension: the one measurement that is made in that dimension."""
        if problem.code is not Code.WRONG_DIMENSION:
            return problem
        others = []
        for other in self.knowledge.terms.values():
            if other.kind == "observation" and other.id != term.id and len(other.dimensions) == 1:
                try:
                    read_quantity(problem.given, other.dimensions)
                except Refused:
                    continue
                others.append(other.id)
        if len(others) != 1:
            return problem
        step = f"{problem.next_step} If “{others[0]}” was measured, enter it under that name."
        return Problem(problem.code, problem.why, "", problem.given, problem.accepted, step)

    def _keep(self, judged: Problem | str | None, path: str) -> None:
        """A sentence becomes a note; a problem is raised, so that no check goes on with the value."""
        if isinstance(judged, Problem):
            raise Refused(judged)
        if judged is not None:
            self.notes.append(Note(path, f"{judged} Please check it."))

    def _problem(self, problem: Problem, path: str) -> None:
        self.problems.append(problem.at(path))

    def _refuse_unknown_keys(self, keys: list[object], known: tuple[str, ...], path: str) -> None:
        for key in keys[:_MOST_UNKNOWN_KEYS]:
            name, near = shown(key), nearest(key, known)
            why = f"“{name}” is not a key read here; it would be lost without a word."
            step = f"Is “{near}” meant?" if near else "Leave it out, or use one of the known keys."
            problem = Problem(Code.UNKNOWN_KEY, why, given=name, accepted=known, next_step=step)
            self._problem(problem, f"{path}.{name}" if path else name)
        if more := len(keys[_MOST_UNKNOWN_KEYS:]):
            step = "Check that this is the right file."
            why = f"{more} more keys are not read here."
            self._problem(Problem(Code.UNKNOWN_KEY, why, accepted=known, next_step=step), path)


def _by_key(data: dict[Any, object], slots: dict[str, Slot]) -> dict[Any, object]:
    """The data by key; YAML 1.1 turns the unquoted key ``on`` into true, which no other key can mean."""
    if "on" in slots and "on" not in data and any(key is True for key in data):
        return {"on" if key is True else key: value for key, value in data.items()}
    return data
