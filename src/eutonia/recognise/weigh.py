"""One explanation against the facts: what fits, what speaks against it, what is not known, and a band.

The sum of weights is no probability, and no band is. It can only do what was asked of it: a fact for an explanation
never lowers it, an unknown changes nothing, and the order of facts does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from eutonia.knowledge.condition import Holds, Value
from eutonia.knowledge.recognition import Accuracy, Clue, Cutoffs, Explanation, Recognition, Weight, Window
from eutonia.knowledge.schema import Citation
from eutonia.recognise.bayes import probability_after

__all__ = ["Band", "Estimate", "Said", "Weighed", "weigh", "weight_of_ratio"]

Facts = Mapping[str, Value]


class Band(StrEnum):
    """How an explanation stands, from the most to the least."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    CANNOT_TELL = "cannot tell"
    UNLIKELY = "unlikely"


#: From the least to the most; “cannot tell” stands below “possible” and above “unlikely”.
RANK = {Band.UNLIKELY: 0, Band.CANNOT_TELL: 1, Band.POSSIBLE: 2, Band.LIKELY: 3}


@dataclass(frozen=True, slots=True)
class Said:
    """One finding with its weight. ratio: the published likelihood ratio of this result, else the weight is ours.

    counts: False where a finding of the same group already counts. missing: for what is not known, the facts.
    """

    clue: str
    says: str
    weight: Weight
    ratio: float | None
    counts: bool
    facts: tuple[str, ...]
    evidence: tuple[Citation, ...]
    group: str = ""
    speaks_for: bool = True


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a published test does to a published share: percent before and after, and from whom."""

    test: str
    is_positive: bool
    ratio: float
    before: tuple[float, float]
    after: tuple[float, float]
    says: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """One explanation on one record."""

    explanation: Explanation
    gate: Holds
    gate_missing: tuple[str, ...]
    fits: tuple[Said, ...]
    against: tuple[Said, ...]
    unknown: tuple[Said, ...]
    score: int
    band: Band
    estimates: tuple[Estimate, ...]

    @property
    def id(self) -> str:
        return self.explanation.id


def weigh(explanation: Explanation, facts: Facts, base: Recognition) -> Weighed:
    """Weigh one explanation. Raises ValueError when the base holds no cut-offs."""
    cutoffs = base.cutoffs
    if cutoffs is None:
        raise ValueError("the knowledge base holds no cut-offs for weighing")
    gate = explanation.gate.evaluate(facts)
    fits, against, unknown = _Pile(), _Pile(), _Pile()
    for clue in explanation.fits:
        _put(clue, facts, base.accuracies, cutoffs, (fits, against, unknown))
    for clue in explanation.against:
        outcome = clue.when.evaluate(facts)
        if outcome.holds is Holds.YES:
            against.add(_said(clue, clue.weight or Weight.WEAK, None, speaks_for=False))
        elif outcome.holds is Holds.UNKNOWN:
            unknown.add(_said(clue, clue.weight or Weight.WEAK, None, outcome.missing, speaks_for=False))
    for window in explanation.windows:
        _put_window(window, facts, cutoffs, (fits, against, unknown), explanation.id)
    told_for, told_against, open_ones = fits.counted(), against.counted(), unknown.counted()
    score = _sum(told_for) - _sum(told_against)
    band = _band(gate.holds, score, _most_with(told_for, open_ones) - _sum(told_for), cutoffs)
    estimates = _estimates(explanation, facts, base)
    if band is not Band.UNLIKELY and gate.holds is Holds.YES and _is_shown(estimates, cutoffs):
        band = Band.LIKELY
    return Weighed(
        explanation=explanation,
        gate=gate.holds,
        gate_missing=gate.missing,
        fits=told_for,
        against=told_against,
        unknown=open_ones,
        score=score,
        band=band,
        estimates=estimates,
    )


def weight_of_ratio(ratio: float, cutoffs: Cutoffs) -> tuple[Weight | None, bool]:
    """The weight a likelihood ratio stands for (None: too near 1 to say anything), and whether it speaks for."""
    is_for = ratio >= 1
    size = ratio if is_for else (float("inf") if ratio == 0 else 1 / ratio)
    for least, weight in cutoffs.ratios:
        # Ratios are printed with two or three figures, so 9.999 is the 10 somebody printed.
        if size >= least * (1 - 1e-9):
            return weight, is_for
    return None, is_for


class _Pile:
    """Findings of one side, in the order of the file; of a group only the heaviest counts."""

    def __init__(self) -> None:
        self._said: list[Said] = []

    def add(self, said: Said) -> None:
        self._said.append(said)

    def counted(self) -> tuple[Said, ...]:
        """All of them; whatever a heavier one of its group outweighs is marked as not counting."""
        taken: dict[tuple[str, bool], int] = {}
        counts = [True] * len(self._said)
        for place in sorted(range(len(self._said)), key=lambda i: (-self._said[i].weight, i)):
            said = self._said[place]
            if said.group:
                side = (said.group, said.speaks_for)
                counts[place] = int(said.weight) > taken.get(side, 0)
                taken[side] = max(taken.get(side, 0), int(said.weight))
        return tuple(replace(s, counts=c) for s, c in zip(self._said, counts, strict=True))


def _sum(said: Iterable[Said]) -> int:
    return sum(int(s.weight) for s in said if s.counts)


def _most_with(told: Iterable[Said], unknown: Iterable[Said]) -> int:
    """The sum for it if everything unknown that could speak for it did."""
    total, groups = 0, dict[str, int]()
    for said in (*told, *(s for s in unknown if s.speaks_for)):
        if said.group:
            groups[said.group] = max(groups.get(said.group, 0), int(said.weight))
        else:
            total += int(said.weight)
    return total + sum(groups.values())


def _said(
    clue: Clue,
    weight: Weight,
    ratio: float | None,
    facts: tuple[str, ...] | None = None,
    *,
    speaks_for: bool = True,
) -> Said:
    named = clue.when.facts if facts is None else facts
    return Said(clue.id, clue.says, weight, ratio, True, named, clue.evidence, clue.group, speaks_for)


def _put(
    clue: Clue,
    facts: Facts,
    accuracies: Mapping[str, Accuracy],
    cutoffs: Cutoffs,
    piles: tuple[_Pile, _Pile, _Pile],
) -> None:
    fits, against, unknown = piles
    outcome = clue.when.evaluate(facts)
    accuracy = accuracies.get(clue.accuracy)
    if accuracy is None:
        weight = clue.weight or Weight.WEAK
        if outcome.holds is Holds.YES:
            fits.add(_said(clue, weight, None))
        elif outcome.holds is Holds.UNKNOWN:
            unknown.add(_said(clue, weight, None, outcome.missing))
        return
    if outcome.holds is Holds.UNKNOWN:
        heaviest = weight_of_ratio(accuracy.positive or 1.0, cutoffs)[0]
        unknown.add(_said(clue, heaviest or Weight.WEAK, None, outcome.missing))
        return
    is_positive = outcome.holds is Holds.YES
    ratio = accuracy.positive if is_positive else accuracy.negative
    if ratio is None:
        return
    told, is_for = weight_of_ratio(ratio, cutoffs)
    if told is not None:
        (fits if is_for else against).add(_said(clue, told, ratio, speaks_for=is_for))


def _put_window(
    window: Window, facts: Facts, cutoffs: Cutoffs, piles: tuple[_Pile, _Pile, _Pile], owner: str
) -> None:
    """When the signs began, against when they are expected. The bounds are published, the weights ours."""
    fits, against, unknown = piles
    inside = window.within.evaluate(facts)

    def told(text: str, weight: Weight, missing: tuple[str, ...] = (), *, speaks_for: bool = True) -> Said:
        says = f"{text}: {window.says[:1].lower()}{window.says[1:]}".rstrip(".")
        return Said(
            f"{owner}/timing", says, weight, None, True, missing, window.evidence, "timing", speaks_for
        )

    if window.high is None and inside.holds is not Holds.NO:
        return  # a window without an end holds for nearly everybody: only a sign that came before says anything
    if inside.holds is Holds.YES:
        fits.add(told("began when expected", cutoffs.within_window))
    elif inside.holds is Holds.UNKNOWN:
        unknown.add(told("when it began", cutoffs.within_window, inside.missing))
    elif window.before.evaluate(facts).holds is Holds.YES:
        against.add(told("every sign began before", cutoffs.before_window, speaks_for=False))
    elif window.beyond is not None and window.beyond.evaluate(facts).holds is Holds.YES:
        against.add(told("began later than expected", cutoffs.beyond_window, speaks_for=False))


def _band(gate: Holds, score: int, still_open: int, cutoffs: Cutoffs) -> Band:
    """The band of a sum. Without the necessary exposure nothing fits; while it is not known, nothing is likely."""
    if gate is Holds.NO:
        return Band.UNLIKELY
    if score >= cutoffs.likely and gate is Holds.YES:
        return Band.LIKELY
    if score >= cutoffs.possible:
        return Band.POSSIBLE
    if score <= -cutoffs.unlikely or score + still_open < cutoffs.possible:
        return Band.UNLIKELY
    return Band.CANNOT_TELL


def _is_shown(estimates: tuple[Estimate, ...], cutoffs: Cutoffs) -> bool:
    """Whether a published test on a published share leaves little doubt: that goes before weights of ours."""
    return any(e.is_positive and e.after[0] >= cutoffs.likely_share for e in estimates)


def _estimates(explanation: Explanation, facts: Facts, base: Recognition) -> tuple[Estimate, ...]:
    """Percentages, only where both the share before and the accuracy of the test were published."""
    found = []
    shares = [
        base.priors[p] for p in explanation.priors if base.priors[p].when.evaluate(facts).holds is Holds.YES
    ]
    for prior in shares:
        for clue in explanation.fits:
            accuracy = base.accuracies.get(clue.accuracy)
            holds = clue.when.evaluate(facts).holds
            if accuracy is None or holds is Holds.UNKNOWN:
                continue
            is_positive = holds is Holds.YES
            ratio = accuracy.positive if is_positive else accuracy.negative
            if ratio is None:
                continue
            after = (probability_after(prior.low, ratio), probability_after(prior.high, ratio))
            found.append(
                Estimate(accuracy.id, is_positive, ratio, (prior.low, prior.high), after, prior.says)
            )
    return tuple(found)
