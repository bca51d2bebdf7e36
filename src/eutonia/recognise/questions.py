"""The next best question: which missing fact would separate the explanations still open by the most.

Expected information, in bits: how much the answer is expected to lower the uncertainty over the open explanations.
Where a sensitivity and a specificity were published they give the chances of an answer. Everywhere else our weights
stand in: one point of weight is taken as a factor of two in the odds, which is a way of ordering questions and
nothing more. No number of it is shown as a probability.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.recognition import Accuracy, Cutoffs, Recognition
from eutonia.knowledge.schema import FactDefinition
from eutonia.recognise.weigh import Band, Weighed

__all__ = ["NextQuestion", "information", "next_questions", "sensitivity_and_specificity"]

_EVEN = 0.5
_GATE = 0.98  # an explanation whose gate is open would nearly always have the exposure its gate asks for
_LEADING = (Band.LIKELY, Band.POSSIBLE, Band.CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """One thing to find out. facts: what it settles. separates: explanations it speaks for or against, by id.
    bits: the expected information, for ordering alone. decides_direction: whether it settles which of two opposite
    treatments is meant. needs_study: whether it takes a study of hours or days. needs_treatment: whether only a
    treatment, or a finished work-up, can tell it."""

    ask: str
    facts: tuple[str, ...]
    separates: tuple[str, ...]
    bits: float
    decides_direction: bool
    needs_study: bool = False
    needs_treatment: bool = False


@dataclass(frozen=True, slots=True)
class _Test:
    """A thing that can be looked at: the chance of a yes under each explanation that says anything of it."""

    facts: tuple[str, ...]
    chance: Mapping[str, float]
    otherwise: float  # the chance of a yes under every other explanation


#: What somebody in a coma cannot be asked or tested for.
_NOT_IN_COMA = frozenset(
    {"has_confusion", "has_hallucination", "has_anxiety", "has_insomnia", "has_clear_mind", "has_mutism"}
)


def next_questions(
    weighed: Sequence[Weighed],
    facts: Mapping[str, Value],
    base: Recognition,
    glossary: Mapping[str, FactDefinition],
    first: Iterable[str] = (),
) -> tuple[NextQuestion, ...]:
    """All questions that could still change the picture, the most telling first.

    weighed: the explanations under consideration. first: facts that settle which of two opposite treatments is meant;
    questions for them come before all others. Questions with the same way of asking are one. The information of a
    finding that needs several missing facts is shared among them evenly.
    """
    cutoffs = base.cutoffs
    if cutoffs is None:
        raise ValueError("the knowledge base holds no cut-offs for weighing")
    leading = [w for w in weighed if w.band in _LEADING]
    chances = _weights(leading, cutoffs)
    wanted = tuple(first)
    unasked = _NOT_IN_COMA if facts.get("has_coma") is True else frozenset()
    asked: dict[str, NextQuestion] = {}
    for test in _tests(leading, facts, base, cutoffs):
        bits = information(test.chance, chances, test.otherwise)
        names = [name for name in test.facts if name in glossary and name not in unasked]
        for name in names:
            ask = glossary[name].ask
            if not ask:
                continue
            old = asked.get(ask)
            told = tuple(dict.fromkeys([*(old.separates if old else ()), *test.chance]))
            asked[ask] = NextQuestion(
                ask=ask,
                facts=tuple(dict.fromkeys([*(old.facts if old else ()), name])),
                separates=told,
                bits=max(bits / len(names), old.bits if old else 0.0),
                decides_direction=name in wanted or bool(old and old.decides_direction),
                needs_study=name in base.studies,
                needs_treatment=name in base.responses,
            )
    for name in wanted:
        if name in glossary and facts.get(name) is None and glossary[name].ask:
            ask = glossary[name].ask
            old = asked.get(ask)
            asked[ask] = NextQuestion(
                ask,
                old.facts if old else (name,),
                old.separates if old else (),
                old.bits if old else 0.0,
                True,
            )
    return tuple(sorted(asked.values(), key=_place))


def _place(question: NextQuestion) -> tuple[bool, bool, bool, float, str]:
    """What settles the direction, then what can be looked at now, then studies, then what a treatment tells; in each
    by bits."""
    return (
        not question.decides_direction,
        question.needs_treatment,
        question.needs_study,
        -round(question.bits, 9),
        question.ask,
    )


def _weights(leading: Sequence[Weighed], cutoffs: Cutoffs) -> dict[str, float]:
    """How the open explanations stand to each other, as shares; for ordering questions alone."""
    raw = {w.id: cutoffs.doubling ** max(-6, min(12, w.score)) for w in leading}
    whole = sum(raw.values())
    return {name: value / whole for name, value in raw.items()} if whole else {}


def _tests(
    leading: Sequence[Weighed], facts: Mapping[str, Value], base: Recognition, cutoffs: Cutoffs
) -> Iterable[_Test]:
    """Everything that is not known and is named by an open explanation, once for each condition."""
    found: dict[str, tuple[tuple[str, ...], dict[str, float]]] = {}
    others: dict[str, float] = {}

    def note(text: str, missing: tuple[str, ...], owner: str, chance: float) -> None:
        found.setdefault(text, (missing, {}))[1][owner] = chance

    for one in leading:
        if one.gate is Holds.UNKNOWN:
            note(one.explanation.gate.text, one.gate_missing, one.id, _GATE)
        for clue, is_for in (
            *((c, True) for c in one.explanation.fits),
            *((c, False) for c in one.explanation.against),
        ):
            outcome = clue.when.evaluate(facts)
            if outcome.holds is not Holds.UNKNOWN:
                continue
            accuracy = base.accuracies.get(clue.accuracy)
            shares = None if accuracy is None else sensitivity_and_specificity(accuracy)
            if shares is not None:
                # A published specificity says how often a yes comes without this explanation.
                chance, others[clue.when.text] = shares[0], 1 - shares[1]
            else:
                odds = cutoffs.doubling ** int(clue.weight or 1)
                chance = odds / (1 + odds) if is_for else 1 / (1 + odds)
            note(clue.when.text, outcome.missing, one.id, chance)
        for window in one.explanation.windows:
            outcome = window.within.evaluate(facts)
            if outcome.holds is Holds.UNKNOWN:
                odds = cutoffs.doubling ** int(cutoffs.within_window)
                note(window.within.text, outcome.missing, one.id, odds / (1 + odds))
    return [_Test(missing, chance, others.get(text, _EVEN)) for text, (missing, chance) in found.items()]


def sensitivity_and_specificity(accuracy: Accuracy) -> tuple[float, float] | None:
    """Both as fractions of 1, from the counts where they were published; None where one of them is missing."""
    if accuracy.counts is not None:
        tp, fn, fp, tn = (c + _EVEN * accuracy.is_corrected for c in accuracy.counts)
        return tp / (tp + fn), tn / (tn + fp)
    if accuracy.sensitivity is None or accuracy.specificity is None:
        return None
    return accuracy.sensitivity / 100, accuracy.specificity / 100


def information(chance: Mapping[str, float], shares: Mapping[str, float], otherwise: float = _EVEN) -> float:
    """Mutual information of the answer and the explanation, in bits.

    chance: of a yes under each explanation that says anything of it. shares: of the explanations, adding up to 1.
    otherwise: the chance of a yes under every explanation that is not named; even where nothing was published.

    Where only one explanation is open, nothing is left to separate, and how much the answer would tell about it
    alone is taken against somebody without it.
    """
    if len(shares) == 1:
        shares = {**dict.fromkeys(shares, 0.5), "": 0.5}
    yes = sum(share * chance.get(name, otherwise) for name, share in shares.items())
    before = _entropy(yes)
    within = sum(share * _entropy(chance.get(name, otherwise)) for name, share in shares.items())
    return max(0.0, before - within)


def _entropy(p: float) -> float:
    return 0.0 if p <= 0 or p >= 1 else -(p * log2(p) + (1 - p) * log2(1 - p))
