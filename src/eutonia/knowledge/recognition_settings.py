"""Reading the settings of the recognising room: opposite treatments, cut-offs, contradictions, numbers."""

from __future__ import annotations

from types import MappingProxyType
from typing import Protocol

from eutonia.errors import Problem
from eutonia.knowledge.condition import Condition
from eutonia.knowledge.items import Item
from eutonia.knowledge.recognition import Contradiction, Cutoffs, Number, Opposites, Weight
from eutonia.knowledge.schema import Citation, Differs

__all__ = ["Reads", "read_contradiction", "read_cutoffs", "read_number", "read_opposites"]

#: Every case the direction can be in; each needs a sentence and its short form.
_CASES = (
    *("loss", "excess", "both", "neither", "unknown", "loss_open", "excess_open", "grave", "device"),
    *("newborn", "newborn_both", "newborn_loss"),
)


class Reads(Protocol):
    """What a reading function needs of the reader."""

    problems: list[Problem]

    def evidence(self, item: Item, *, required: bool = True) -> tuple[Citation, ...]: ...
    def differs(self, item: Item) -> tuple[Differs, ...]: ...
    def condition(self, item: Item, key: str = "when", default: Condition | None = None) -> Condition: ...
    def parsed(self, item: Item, text: str) -> Condition: ...


def read_opposites(item: Item, reads: Reads) -> Opposites:
    """The problem of opposite treatments; a case without its sentence is a problem of the file."""
    says, leads = item.child("says"), item.child("leads")
    return Opposites(
        signs=reads.condition(item, "signs"),
        loss=reads.condition(item, "loss"),
        excess=reads.condition(item, "excess"),
        grave=reads.condition(item, "grave"),
        says=MappingProxyType({case: says.text(case) for case in _CASES}),
        leads=MappingProxyType({case: leads.text(case) for case in _CASES}),
        evidence=reads.evidence(item),
    )


def read_contradiction(item: Item, reads: Reads) -> Contradiction:
    """Two entries that cannot both hold."""
    return Contradiction(item.text("id"), reads.condition(item), item.text("says"), reads.evidence(item))


def read_number(item: Item, reads: Reads) -> Number:
    """A number with its unit and source."""
    return Number(
        item.text("id"), item.number("value"), item.text("unit"), item.text("says"), reads.evidence(item)
    )


def read_cutoffs(item: Item, reads: Reads) -> Cutoffs:
    """Our own cut-offs."""
    ratios = tuple(
        (r.number("from"), Weight[r.one_of("weight", ("strong", "moderate", "weak")).upper()])
        for r in item.items("ratios")
    )
    window = item.child("window")

    def weight(key: str) -> Weight:
        return Weight[window.one_of(key, ("strong", "moderate", "weak")).upper()]

    return Cutoffs(
        likely=int(item.number("likely")),
        possible=int(item.number("possible")),
        unlikely=int(item.number("unlikely")),
        likely_share=item.number("likely_share"),
        ratios=tuple(sorted(ratios, reverse=True)),
        within_window=weight("within"),
        before_window=weight("before"),
        beyond_window=weight("beyond"),
        doubling=item.number("doubling"),
        evidence=reads.evidence(item),
    )
