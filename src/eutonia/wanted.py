"""What a question can ask of a plan for baclofen by mouth: a taper, a switch, and what could happen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eutonia.fields import Moment
from eutonia.fields import described as _is
from eutonia.units import Quantity

__all__ = ["Direction", "Mishap", "Partner", "Prefer", "Switch", "Taper", "TaperWay", "WhatIf"]


class TaperWay(StrEnum):
    """How the cuts of a taper are found."""

    USUAL = "usual"
    SLOW = "slow"
    FIXED = "fixed amount"
    PERCENT_OF_CURRENT = "percent of current"
    PERCENT_OF_START = "percent of start"
    LABEL_MINIMUM = "label minimum"
    AFTER_WITHDRAWAL = "after withdrawal signs"
    AT_ONCE = "at once"


class Partner(StrEnum):
    """What baclofen by mouth is changed to, or from."""

    TIZANIDINE = "tizanidine"
    DANTROLENE = "dantrolene"
    DIAZEPAM = "diazepam"
    GABAPENTIN = "gabapentin"
    PUMP = "intrathecal baclofen"


class Direction(StrEnum):
    """Whether baclofen by mouth is left for the partner, or the partner for baclofen by mouth."""

    TO = "to"
    FROM = "from"


class Mishap(StrEnum):
    """What could happen to somebody who takes tablets."""

    SUPPLY_GAP = "supply gap"
    MISSED_DOSES = "missed doses"
    VOMITING = "vomiting"
    KIDNEY_INJURY = "acute kidney injury"
    FASTING = "fasting before surgery"


class Prefer(StrEnum):
    """What a plan saves on first: pieces in each dose, or different strengths over the whole plan."""

    PIECES = "fewest pieces"
    STRENGTHS = "fewest strengths"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taper:
    """How the dose is to fall."""

    way: TaperWay = _is("How the cuts are found; absent: our usual taper.", default=TaperWay.USUAL)
    cut: Quantity | None = _is(
        "For a fixed amount: what is cut at each step, in mg a day.",
        dimension="mass rate",
        bounds="taper.cut",
        default=None,
    )
    percent: Quantity | None = _is(
        "For a percentage: what is cut at each step, for example “10 percent”.",
        dimension="proportion",
        bounds="taper.percent",
        default=None,
    )
    every: Quantity | None = _is(
        "Days on each step; absent: those of our usual taper.",
        dimension="time",
        bounds="taper.every",
        default=None,
    )
    life_threatening: bool | None = _is(
        "Whether a clinician judges that toxic effects of baclofen threaten life; needed for stopping at once.",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A change between baclofen by mouth and another treatment."""

    partner: Partner = _is("The other treatment.")
    direction: Direction = _is("“to” the partner or “from” it.", default=Direction.TO)
    dose: Quantity | None = _is(
        "The partner's daily dose: aimed at (to), or taken now (from). Never worked out from baclofen.",
        dimension="mass rate",
        bounds="partner.daily_dose",
        default=None,
    )
    percent: Quantity | None = _is(
        "For a pump that works: the cut of baclofen by mouth at each step.",
        dimension="proportion",
        bounds="taper.percent",
        default=None,
    )
    every: Quantity | None = _is(
        "Days on each step of the medicine that is lowered, where no source gives them.",
        dimension="time",
        bounds="taper.every",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Something that could happen from a day on."""

    what: Mishap = _is("What could happen.")
    from_: Moment = _is("When it would begin.", key="from")
    to: Moment | None = _is(
        "When it would end: the last day, or the hour; only a kidney injury may be left open.", default=None
    )
    filtration: Quantity | None = _is(
        "For an acute kidney injury: the creatinine clearance during it, in mL per minute.",
        dimension="flow",
        bounds="what_if.filtration",
        default=None,
    )
