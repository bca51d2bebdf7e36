"""Something is wrong with somebody who takes, took or is given baclofen: a record in, a reasoned answer out.

The order is fixed: red flags, then which of two opposite treatments is meant, then explanations, then what to ask
next. Everything is a pure function of the facts; two explanations may be true at once, and one trigger found never
takes another explanation off the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.recognition import (
    Contradiction,
    DeviceStep,
    Meaning,
    Presentation,
    RedFlag,
    Urgency,
)
from eutonia.knowledge.schema import FactDefinition, Knowledge
from eutonia.recognise.ladders import Climbed, Opposite, climb, held_back
from eutonia.recognise.newborn import newborn
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
class Recognised:
    """The whole answer. opposite_says and opposite_lead: the sentence on the two opposite treatments and its short
    form, "" where it does not arise. contradictions: entries that cannot both hold.

    presentations: what the patient comes with; without one nothing can be weighed and only the flags speak.
    """

    presentations: tuple[Presentation, ...]
    red_flags: tuple[RedFlag, ...]
    open_flags: tuple[OpenFlag, ...]
    opposite: Opposite
    opposite_says: str
    opposite_lead: str
    opposite_missing: tuple[str, ...]
    answers: tuple[Answer, ...]
    scores: tuple[Scored, ...]
    questions: tuple[NextQuestion, ...]
    device: tuple[Stepped, ...]
    ladders: tuple[Climbed, ...]
    contradictions: tuple[Contradiction, ...]

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
    direction = _direction(knowledge, facts)
    names = {p.id for p in present}
    weighed = [
        one
        for explanation in base.explanations.values()
        if names & set(explanation.presentations)
        for one in (weigh(explanation, facts, base),)
    ]
    place = {name: n for n, name in enumerate(base.explanations)}
    # Within a band the dangerous come first: a sum of weights of ours is no reason to read them later.
    weighed.sort(key=lambda w: (-RANK[w.band], not w.explanation.is_dangerous, -w.score, place[w.id]))
    is_asked = base.opposites is not None and (
        base.opposites.signs.evaluate(facts).holds is Holds.YES
        or any(
            w.band in {Band.LIKELY, Band.POSSIBLE} and held_back(w.explanation.direction, direction.opposite)
            for w in weighed
        )
    )
    opposite = direction.opposite if is_asked else Opposite.NOT_ASKED
    first = direction.missing if opposite in (Opposite.UNKNOWN, Opposite.DEVICE) else ()
    return Recognised(
        presentations=present,
        red_flags=flags,
        open_flags=open_flags,
        opposite=opposite,
        opposite_says=base.opposites.says[direction.case] if base.opposites and is_asked else "",
        opposite_lead=base.opposites.leads[direction.case] if base.opposites and is_asked else "",
        opposite_missing=direction.missing if is_asked else (),
        answers=tuple(Answer(w, held_back(w.explanation.direction, direction.opposite)) for w in weighed),
        scores=_scores(weighed, facts, knowledge),
        questions=next_questions(weighed, facts, base, knowledge.facts, first),
        device=_device(knowledge, facts),
        ladders=climb(weighed, facts, knowledge, direction.opposite),
        contradictions=tuple(
            c for c in base.contradictions.values() if c.when.evaluate(facts).holds is Holds.YES
        ),
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


@dataclass(frozen=True, slots=True)
class _Direction:
    """Which of the two opposite causes is known. case: which sentence says so; missing: what would settle it."""

    opposite: Opposite
    case: str
    missing: tuple[str, ...] = ()


def _direction(knowledge: Knowledge, facts: Mapping[str, Value]) -> _Direction:
    """Which of the two opposite causes is known, and what is missing to say it, whatever the signs are."""
    rule = knowledge.recognition.opposites
    if rule is None:
        return _Direction(Opposite.UNKNOWN, "unknown")
    loss, excess = rule.loss.evaluate(facts), rule.excess.evaluate(facts)
    if rule.grave.evaluate(facts).holds is Holds.YES:
        return _Direction(Opposite.EXCESS, "grave")
    is_newborn = newborn(facts, knowledge)
    if loss.holds is Holds.YES and excess.holds is Holds.YES:
        return _Direction(Opposite.BOTH, "newborn_both" if is_newborn else "both")
    # One cause known does not exclude the other: both must be known before either is called the cause.
    if Holds.UNKNOWN in {loss.holds, excess.holds}:
        named = tuple(dict.fromkeys((*loss.missing, *excess.missing)))
        missing = _reasons(named, facts, knowledge.facts, is_newborn=is_newborn)
        is_loss, is_excess = loss.holds is Holds.YES, excess.holds is Holds.YES
        if is_loss and facts.get("has_proven_device_failure") and facts.get("has_sign_of_excess") is not True:
            return _Direction(Opposite.DEVICE, "device", missing)
        case = "loss_open" if is_loss else "excess_open" if is_excess else "unknown"
        if is_loss and is_newborn:
            case = "newborn"
        return _Direction(Opposite.UNKNOWN, case, missing)
    if loss.holds is Holds.YES:
        return _Direction(Opposite.LOSS, "newborn_loss" if is_newborn else "loss")
    known = Opposite.EXCESS if excess.holds is Holds.YES else Opposite.NEITHER
    return _Direction(known, known.value)


#: The plain facts behind a derived one, in the order in which they are asked for.
_BEHIND = {
    "has_lost_delivery": ("recent_reduction", "has_delivery_fault"),
    "has_excess_delivery": ("egfr", "has_weak_kidneys", "recent_increase"),
}
_BEHIND_PUMP = ("has_programming_error", "has_pocket_swelling", "residual_difference")
_BEHIND_NEWBORN = ("has_apnoea", "has_somnolence", "has_hypotonia")


def _reasons(
    missing: tuple[str, ...],
    facts: Mapping[str, Value],
    glossary: Mapping[str, FactDefinition],
    *,
    is_newborn: bool,
) -> tuple[str, ...]:
    """What to ask about: the plain facts behind a missing one where they are missing, else that one itself."""
    behind = dict(_BEHIND)
    if is_newborn:
        behind["has_excess_delivery"] = _BEHIND_NEWBORN
    elif facts.get("has_pump_therapy") is True:
        behind["has_excess_delivery"] += _BEHIND_PUMP
    names: list[str] = []
    for top in missing:
        plain = [n for n in behind.get(top, ()) if n in glossary and facts.get(n) is None]
        if "egfr" in plain:  # one question about the kidneys is enough
            plain = [n for n in plain if n != "has_weak_kidneys"]
        names += plain or [top]
    return tuple(dict.fromkeys(names))


def _scores(
    weighed: Iterable[Weighed], facts: Mapping[str, Value], knowledge: Knowledge
) -> tuple[Scored, ...]:
    """Published rules of the explanations at hand, without those whose exposure is known to be missing."""
    names = dict.fromkeys(name for w in weighed for name in w.explanation.rules)
    scored = (score_rule(knowledge.recognition.rules[name], facts) for name in names)
    return tuple(s for s in scored if s.applies is not Holds.NO and (s.met or s.missing))


def _device(knowledge: Knowledge, facts: Mapping[str, Value]) -> tuple[Stepped, ...]:
    """The steps at the device, for whoever has a pump or had one lately."""
    if facts.get("has_pump_therapy") is not True and facts.get("had_pump_lately") is not True:
        return ()
    return tuple(
        Stepped(
            step,
            step.is_done.evaluate(facts).holds is Holds.YES,
            tuple(m for m in step.meanings if m.when.evaluate(facts).holds is Holds.YES),
        )
        for step in knowledge.recognition.device.values()
    )
