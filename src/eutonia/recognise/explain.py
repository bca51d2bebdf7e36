"""Something is wrong with somebody who takes, took or is given baclofen: a record in, a reasoned answer out.

The order is fixed: red flags, then which of two opposite treatments is meant, then explanations, then what to ask
next. Everything is a pure function of the facts; two explanations may be true at once, and one trigger found never
takes another explanation off the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.library import Conflict
from eutonia.knowledge.recognition import (
    DeviceStep,
    Direction,
    Dose,
    Ladder,
    Meaning,
    Presentation,
    RedFlag,
    Rung,
    Urgency,
)
from eutonia.knowledge.schema import FactDefinition, Knowledge
from eutonia.recognise.questions import NextQuestion, next_questions
from eutonia.recognise.scores import Scored, score_rule
from eutonia.recognise.weigh import RANK, Band, Weighed, weigh

__all__ = [
    "Answer",
    "Climbed",
    "OpenFlag",
    "Opposite",
    "Recognised",
    "Stepped",
    "recognise_facts",
]


class Opposite(StrEnum):
    """What is known about the two opposite causes of the same signs."""

    LOSS = "loss"
    EXCESS = "excess"
    BOTH = "both"
    NEITHER = "neither"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"  # none of the signs they share is there


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A red flag that could not be evaluated, and what is missing."""

    flag: RedFlag
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One explanation as it is shown. held_back: why what can be done is not shown; empty where it is."""

    weighed: Weighed
    held_back: str

    @property
    def id(self) -> str:
        return self.weighed.id

    @property
    def band(self) -> Band:
        return self.weighed.band


@dataclass(frozen=True, slots=True)
class Stepped:
    """One step at the device: whether it was done, and what its results mean."""

    step: DeviceStep
    is_done: bool
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Climbed:
    """A ladder with the rungs that apply. over_ceiling: doses above the patient's own largest dose by mouth, and
    unchecked: doses that could not be held against it because it is not known."""

    ladder: Ladder
    rungs: tuple[Rung, ...]
    over_ceiling: tuple[Dose, ...]
    unchecked: tuple[Dose, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """The whole answer. opposite_says: the sentence on the two opposite treatments, "" where it does not arise.

    presentations: what the patient comes with; without one nothing can be weighed and only the flags speak.
    """

    presentations: tuple[Presentation, ...]
    red_flags: tuple[RedFlag, ...]
    open_flags: tuple[OpenFlag, ...]
    opposite: Opposite
    opposite_says: str
    opposite_missing: tuple[str, ...]
    answers: tuple[Answer, ...]
    scores: tuple[Scored, ...]
    questions: tuple[NextQuestion, ...]
    device: tuple[Stepped, ...]
    ladders: tuple[Climbed, ...]

    @property
    def urgency(self) -> Urgency | None:
        """The most urgent red flag; None where there is none, which says nothing about those that are open."""
        return max((f.urgency for f in self.red_flags), default=None)

    def answer(self, name: str) -> Answer:
        """The answer with this id. Raises KeyError."""
        for answer in self.answers:
            if answer.id == name:
                return answer
        raise KeyError(name)

    def banded(self, band: Band) -> tuple[Answer, ...]:
        """The explanations of one band, in order."""
        return tuple(a for a in self.answers if a.band is band)


def recognise_facts(facts: Mapping[str, Value], knowledge: Knowledge) -> Recognised:
    """Weigh facts (name to value; None or absent is not known).

    Pure: the same facts give the same answer, in whatever order they come. Raises ValueError for a base without the
    settings of recognising.
    """
    base = knowledge.recognition
    present = tuple(p for p in base.presentations.values() if p.when.evaluate(facts).holds is Holds.YES)
    flags, open_flags = _flags(base.red_flags.values(), facts)
    opposite, missing = _opposite(knowledge, facts)
    says = (
        ""
        if opposite is Opposite.NOT_ASKED or base.opposites is None
        else base.opposites.says[opposite.value]
    )
    names = {p.id for p in present}
    weighed = [
        one
        for explanation in base.explanations.values()
        if names & set(explanation.presentations)
        for one in (weigh(explanation, facts, base),)
    ]
    place = {name: n for n, name in enumerate(base.explanations)}
    weighed.sort(key=lambda w: (-RANK[w.band], -w.score, not w.explanation.is_dangerous, place[w.id]))
    first = missing if opposite is Opposite.UNKNOWN else ()
    return Recognised(
        presentations=present,
        red_flags=flags,
        open_flags=open_flags,
        opposite=opposite,
        opposite_says=says,
        opposite_missing=missing,
        answers=tuple(Answer(w, _held_back(w, opposite)) for w in weighed),
        scores=_scores(weighed, facts, knowledge),
        questions=next_questions(weighed, facts, base, knowledge.facts, first),
        device=_device(knowledge, facts),
        ladders=_ladders(weighed, facts, knowledge),
    )


def _flags(
    flags: Iterable[RedFlag], facts: Mapping[str, Value]
) -> tuple[tuple[RedFlag, ...], tuple[OpenFlag, ...]]:
    there, still_open = [], []
    for flag in flags:
        outcome = flag.when.evaluate(facts)
        if outcome.holds is Holds.YES:
            there.append(flag)
        elif outcome.holds is Holds.UNKNOWN:
            still_open.append(OpenFlag(flag, outcome.missing))
    there.sort(key=lambda f: -f.urgency)
    still_open.sort(key=lambda f: -f.flag.urgency)
    return tuple(there), tuple(still_open)


def _opposite(knowledge: Knowledge, facts: Mapping[str, Value]) -> tuple[Opposite, tuple[str, ...]]:
    """Which of the two opposite causes is known, and what is missing to say it."""
    rule = knowledge.recognition.opposites
    if rule is None or rule.signs.evaluate(facts).holds is not Holds.YES:
        return Opposite.NOT_ASKED, ()
    loss, excess = rule.loss.evaluate(facts), rule.excess.evaluate(facts)
    missing = tuple(dict.fromkeys((*loss.missing, *excess.missing)))
    if loss.holds is Holds.YES and excess.holds is Holds.YES:
        return Opposite.BOTH, ()
    # One cause known does not exclude the other: both must be known before either is called the cause.
    if Holds.UNKNOWN in {loss.holds, excess.holds}:
        return Opposite.UNKNOWN, _reasons(missing, facts, knowledge.facts)
    if loss.holds is Holds.YES:
        return Opposite.LOSS, ()
    return (Opposite.EXCESS if excess.holds is Holds.YES else Opposite.NEITHER), ()


def _reasons(
    missing: tuple[str, ...], facts: Mapping[str, Value], glossary: Mapping[str, FactDefinition]
) -> tuple[str, ...]:
    """What to ask about: the plain facts behind a missing one where they are missing, else that one itself."""
    behind = {
        "has_lost_delivery": ("recent_reduction", "has_delivery_fault"),
        "has_excess_delivery": ("egfr", "recent_increase"),
    }
    names: list[str] = []
    for top in missing:
        plain = [n for n in behind.get(top, ()) if n in glossary and facts.get(n) is None]
        names += plain or [top]
    return tuple(dict.fromkeys(names))


def _held_back(weighed: Weighed, opposite: Opposite) -> str:
    """Why what can be done is not shown. Giving and taking away are only named once it is known which is meant."""
    direction = weighed.explanation.direction
    if direction is Direction.NEITHER or opposite is Opposite.NOT_ASKED:
        return ""
    if opposite is Opposite.UNKNOWN:
        return "Not known yet whether baclofen is missing or too much: the question comes first."
    if opposite is Opposite.BOTH:
        return "Baclofen went missing and may be too much as well: creatinine and the hours decide first."
    if (opposite is Opposite.LOSS) == (direction is Direction.REDUCE) and opposite is not Opposite.NEITHER:
        return "What is known points the other way; less baclofen and more baclofen are opposite answers."
    return ""


def _scores(
    weighed: Iterable[Weighed], facts: Mapping[str, Value], knowledge: Knowledge
) -> tuple[Scored, ...]:
    """Published rules of the explanations at hand, without those whose exposure is known to be missing."""
    names = dict.fromkeys(name for w in weighed for name in w.explanation.rules)
    scored = (score_rule(knowledge.recognition.rules[name], facts) for name in names)
    return tuple(s for s in scored if s.applies is not Holds.NO and (s.met or s.missing))


def _device(knowledge: Knowledge, facts: Mapping[str, Value]) -> tuple[Stepped, ...]:
    """The steps at the device, for whoever has a pump."""
    if facts.get("has_pump_therapy") is not True:
        return ()
    return tuple(
        Stepped(
            step,
            step.is_done.evaluate(facts).holds is Holds.YES,
            tuple(m for m in step.meanings if m.when.evaluate(facts).holds is Holds.YES),
        )
        for step in knowledge.recognition.device.values()
    )


def _ladders(
    weighed: Iterable[Weighed], facts: Mapping[str, Value], knowledge: Knowledge
) -> tuple[Climbed, ...]:
    """The ladders of explanations that are likely or possible; every dose held against the patient's own ceiling."""
    wanted = dict.fromkeys(
        name for w in weighed if w.band in {Band.LIKELY, Band.POSSIBLE} for name in w.explanation.ladders
    )
    ceiling = facts.get("oral_ceiling")
    climbed = []
    for name in wanted:
        ladder = knowledge.recognition.ladders[name]
        rungs = tuple(r for r in ladder.rungs if r.when.evaluate(facts).holds is not Holds.NO)
        doses = [d for r in rungs for d in r.doses if d.daily_mg is not None]
        over = [d for d in doses if ceiling is not None and (d.daily_mg or 0) > float(ceiling)]
        unchecked = doses if ceiling is None else []
        conflicts = dict.fromkeys(c for r in rungs for c in r.conflicts)
        climbed.append(
            Climbed(
                ladder, rungs, tuple(over), tuple(unchecked), tuple(knowledge.conflicts[c] for c in conflicts)
            )
        )
    return tuple(climbed)
