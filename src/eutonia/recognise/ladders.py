"""Ladders with the rungs and doses that may be shown while it is, or is not, known which way the dose has to go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.library import Conflict
from eutonia.knowledge.recognition import Direction, Dose, Ladder, Rung
from eutonia.knowledge.schema import Knowledge
from eutonia.recognise.newborn import newborn
from eutonia.recognise.weigh import Band, Weighed

__all__ = ["Climbed", "Opposite", "climb", "daily_mg_of", "held_back"]


class Opposite(StrEnum):
    """What is known about the two opposite causes of the same signs."""

    LOSS = "loss"
    EXCESS = "excess"
    BOTH = "both"
    NEITHER = "neither"
    UNKNOWN = "unknown"
    DEVICE = "device"  # a device was found broken; that there is too much as well is not excluded
    NOT_ASKED = "not asked"  # none of the signs they share is there, and nothing is held back for it


@dataclass(frozen=True, slots=True)
class Climbed:
    """A ladder with the rungs that apply. over_ceiling: doses above the patient's own largest dose by mouth, and
    unchecked: doses that could not be held against it because it, or the weight, is not known. not_for_child: doses
    no source gives to children, where the patient is one or may be. held_back: why only the rungs that treat what is
    seen are there; "" where all are. weight_kg: for doses per kg; None where it is not known."""

    ladder: Ladder
    rungs: tuple[Rung, ...]
    over_ceiling: tuple[Dose, ...]
    unchecked: tuple[Dose, ...]
    not_for_child: tuple[Dose, ...]
    conflicts: tuple[Conflict, ...]
    held_back: str
    weight_kg: float | None


_DEVICE_FAILED = {
    Direction.RESTORE: "Restoring the device that failed does not wait; the dose at which it runs again, and any dose "
    "beside it, wait for the programme, the pocket and the kidneys.",
    Direction.REDUCE: "The device has failed, so that baclofen is missing: too much of it is not known.",
}


def held_back(direction: Direction, opposite: Opposite) -> str:
    """Why what can be done is not shown. Giving and taking away are only named once it is known which is meant."""
    if direction is Direction.NEITHER:
        return ""
    if opposite is Opposite.UNKNOWN:
        return "Not known yet whether baclofen is missing or too much: the question comes first."
    if opposite is Opposite.DEVICE:
        return _DEVICE_FAILED[direction]
    if opposite is Opposite.BOTH:
        return "Baclofen went missing and may be too much as well: creatinine and the hours decide first."
    if (opposite is Opposite.LOSS) == (direction is Direction.REDUCE) and opposite is not Opposite.NEITHER:
        return "What is known points the other way; less baclofen and more baclofen are opposite answers."
    return ""


def _ladder_held_back(direction: Direction, opposite: Opposite) -> str:
    """Why a ladder that moves the dose is cut down to what treats what is seen: it is shown whole only where the
    record says that baclofen goes that way."""
    shown_for = {Direction.RESTORE: Opposite.LOSS, Direction.REDUCE: Opposite.EXCESS}
    if direction is Direction.NEITHER or opposite is shown_for[direction]:
        return ""
    if opposite is Opposite.NEITHER:
        return "Nothing is missing and nothing is too much as far as is known: steps that move the dose are not shown."
    return held_back(direction, opposite)


def climb(
    weighed: Iterable[Weighed], facts: Mapping[str, Value], knowledge: Knowledge, opposite: Opposite
) -> tuple[Climbed, ...]:
    """The ladders of explanations that are likely or possible; every dose held against the patient's own ceiling.

    opposite: what is known about the two opposite causes, whatever the signs are.
    """
    wanted = dict.fromkeys(
        name for w in weighed if w.band in {Band.LIKELY, Band.POSSIBLE} for name in w.explanation.ladders
    )
    climbed = []
    is_newborn = newborn(facts, knowledge)  # to a newborn not even a marked dose of adults is shown
    for name in wanted:
        ladder = knowledge.recognition.ladders[name]
        held = _ladder_held_back(ladder.direction, opposite)
        rungs = tuple(
            r
            for r in ladder.rungs
            if r.when.evaluate(facts).holds is not Holds.NO
            and (not held or r.is_always_shown)
            and not (is_newborn and r.doses and not any(d.for_children for d in r.doses))
        )
        if rungs:
            climbed.append(_climbed(ladder, rungs, held, facts, knowledge))
    return tuple(climbed)


def _climbed(
    ladder: Ladder, rungs: tuple[Rung, ...], held: str, facts: Mapping[str, Value], knowledge: Knowledge
) -> Climbed:
    ceiling, weight, age = (_number(facts.get(n)) for n in ("oral_ceiling", "weight", "age"))
    doses = [d for r in rungs for d in r.doses]
    moved = [d for d in doses if d.daily_mg is not None or d.daily_mg_per_kg is not None]
    totals = {id(d): daily_mg_of(d, weight) for d in moved}
    over = [d for d in moved if ceiling is not None and (totals[id(d)] or 0.0) > ceiling]
    unchecked = [d for d in moved if ceiling is None or totals[id(d)] is None]
    is_adult = age is not None and age >= knowledge.recognition.number("adult")
    for_adults = [d for d in doses if not is_adult and not d.for_children]
    conflicts = dict.fromkeys(c for r in rungs for c in r.conflicts)
    return Climbed(
        ladder=ladder,
        rungs=rungs,
        over_ceiling=tuple(over),
        unchecked=tuple(unchecked),
        not_for_child=tuple(for_adults),
        conflicts=tuple(knowledge.conflicts[c] for c in conflicts),
        held_back=held,
        weight_kg=weight,
    )


def daily_mg_of(dose: Dose, weight_kg: float | None) -> float | None:
    """mg of baclofen a day of a dose; None for another medicine, and per kg without a weight."""
    if dose.daily_mg is not None:
        return dose.daily_mg
    if dose.daily_mg_per_kg is None or weight_kg is None:
        return None
    return dose.daily_mg_per_kg * weight_kg


def _number(value: Value) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)
