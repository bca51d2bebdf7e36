"""Knowledge for recognising what is wrong: presentations, explanations, red flags, published rules, tests, ladders.

Plain frozen data; ``recognition_read`` reads and checks it. A weight of three levels is always ours: nobody has
published how much a sign says for or against baclofen withdrawal. Where a sensitivity and a specificity were
published, the likelihood ratios stand in place of a weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from eutonia.knowledge.condition import Condition
from eutonia.knowledge.schema import Citation, Differs

__all__ = [
    "Accuracy",
    "Clue",
    "Contradiction",
    "Cutoffs",
    "DeviceStep",
    "Direction",
    "Dose",
    "Explanation",
    "Ladder",
    "Meaning",
    "Number",
    "Opposites",
    "PointItem",
    "Presentation",
    "Prior",
    "PublishedRule",
    "Rank",
    "Recognition",
    "RedFlag",
    "RuleKind",
    "Rung",
    "Urgency",
    "Weight",
    "Window",
]


class Weight(IntEnum):
    """How much one finding says, in three levels of our own."""

    WEAK = 1
    MODERATE = 2
    STRONG = 3


class Urgency(IntEnum):
    """How soon somebody has to act on a red flag."""

    KEEP_IN_MIND = 1
    SAME_DAY = 2
    EMERGENCY = 3


class Direction(StrEnum):
    """What an explanation asks of the dose: two of them ask for opposite things."""

    RESTORE = "restore"
    REDUCE = "reduce"
    NEITHER = "neither"


class RuleKind(StrEnum):
    """How a published rule is counted."""

    ANY = "any"  # positive when one criterion holds
    COUNT = "count"  # positive when enough of them hold
    POINTS = "points"  # a sum, without a cut-off unless one was published
    GRADE = "grade"  # the highest grade whose description holds


@dataclass(frozen=True, slots=True)
class Accuracy:
    """A published accuracy of one test. positive and negative: likelihood ratios, computed on loading from the
    counts (with 0.5 added to each cell where one is zero) or from sensitivity and specificity (percent)."""

    id: str
    title: str
    sensitivity: float | None
    specificity: float | None
    counts: tuple[float, float, float, float] | None  # true+, false-, false+, true-
    positive: float | None
    negative: float | None
    is_corrected: bool
    people: str
    caveat: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """A published share of people with a fault, from whom it was counted, and when it may be used."""

    id: str
    low: float  # fraction
    high: float
    when: Condition
    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Clue:
    """One finding for or against an explanation. weight (ours), or accuracy: the id of a published one.

    group: clues of one group say the same thing twice; only the heaviest of them counts.
    """

    id: str
    says: str
    when: Condition
    weight: Weight | None
    accuracy: str
    group: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """When signs are expected: hours after something, as published. high None: open. beyond None: later than that
    says nothing, because another form begins later.

    after: the first part of the two facts that hold the hours, earliest and latest.
    """

    after: str
    low: float
    high: float | None
    says: str
    evidence: tuple[Citation, ...]
    within: Condition
    before: Condition
    beyond: Condition | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Something that may be wrong. gate: the exposure without which it cannot be."""

    id: str
    words: str
    says: str
    presentations: tuple[str, ...]
    gate: Condition
    gate_says: str
    direction: Direction
    is_dangerous: bool
    fits: tuple[Clue, ...]
    against: tuple[Clue, ...]
    windows: tuple[Window, ...]
    first_check: str
    do: str
    confirms: str
    published: str  # what likelihood was published; "" never: that none was is said in words
    rules: tuple[str, ...]
    tests: tuple[str, ...]
    priors: tuple[str, ...]
    ladders: tuple[str, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Presentation:
    """What people come with."""

    id: str
    words: str
    when: Condition
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class RedFlag:
    """What comes before any ranking."""

    id: str
    title: str
    when: Condition
    urgency: Urgency
    say: str
    do: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Opposites:
    """The same signs after a loss and after an excess: signs, the two conditions, and what is said in each case.

    grave: an excess so dangerous that less baclofen comes first, whatever else is still open. says: the sentence of
    each case; leads: its short form.
    """

    signs: Condition
    loss: Condition
    excess: Condition
    grave: Condition
    says: Mapping[str, str]
    leads: Mapping[str, str]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class PointItem:
    """One criterion: points for a sum, grade for a grading. Of one process only the highest counts."""

    says: str
    when: Condition
    points: int
    process: str


@dataclass(frozen=True, slots=True)
class Rank:
    """From how many points on a sum is called what."""

    at_least: int
    words: str


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A rule exactly as its authors, or the copies that could be read, give it."""

    id: str
    title: str
    kind: RuleKind
    needs: Condition
    needs_says: str
    items: tuple[PointItem, ...]
    enough: int | None
    ranks: tuple[Rank, ...]
    says: str
    accuracy: str
    caveat: str
    departs: str
    evidence: tuple[Citation, ...]
    differs: tuple[Differs, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a result of a device step means, if it holds."""

    says: str
    when: Condition
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DeviceStep:
    """One step of the search for lost delivery."""

    id: str
    title: str
    do: str
    safety: str
    is_done: Condition
    meanings: tuple[Meaning, ...]
    tests: tuple[str, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose as a source gives it. daily_mg: of baclofen by mouth a day, at the top of the range, to be held against
    the patient's own largest dose; None for every other medicine. daily_mg_per_kg: the same for each kg of weight.
    for_children: whether the source gives it for children; of others that is said wherever a child is meant."""

    what: str
    amount: str
    people: str
    daily_mg: float | None
    daily_mg_per_kg: float | None
    for_children: bool
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder. is_always_shown: it treats what is seen, so it stands there while it is open whether
    baclofen is missing or too much."""

    id: str
    title: str
    say: str
    when: Condition
    doses: tuple[Dose, ...]
    not_shown: str  # which dose is kept off the screen, and why
    conflicts: tuple[str, ...]
    is_always_shown: bool
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """What the sources do, in order. direction: what it does to the dose of baclofen."""

    id: str
    title: str
    says: str
    direction: Direction
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Our own cut-offs: from which sum of weights a band, from which likelihood ratio a weight."""

    likely: int
    possible: int
    unlikely: int
    likely_share: float  # from which published share after a positive published test
    ratios: tuple[tuple[float, Weight], ...]  # from which ratio (or one over it) a weight
    within_window: Weight
    before_window: Weight
    beyond_window: Weight
    doubling: float  # the ratio one point stands for when questions are compared
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two entries that cannot both hold at one time."""

    id: str
    when: Condition
    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A span, an amount or a share the recognising room reckons with. unit: as the code takes it."""

    id: str
    value: float
    unit: str
    says: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """Everything the recognising room reads. responses: facts that only a treatment or a finished work-up can tell;
    studies: facts that take hours or days to find out."""

    presentations: Mapping[str, Presentation]
    explanations: Mapping[str, Explanation]
    red_flags: Mapping[str, RedFlag]
    rules: Mapping[str, PublishedRule]
    accuracies: Mapping[str, Accuracy]
    priors: Mapping[str, Prior]
    device: Mapping[str, DeviceStep]
    ladders: Mapping[str, Ladder]
    opposites: Opposites | None
    cutoffs: Cutoffs | None
    contradictions: Mapping[str, Contradiction]
    numbers: Mapping[str, Number]
    responses: tuple[str, ...]
    studies: tuple[str, ...]

    def number(self, name: str) -> float:
        """The value of one of the numbers. Raises KeyError."""
        return self.numbers[name].value
