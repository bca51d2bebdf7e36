"""What a pump plan gives: the plan, what it rests on and what was not checked, or a refusal that names the limit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from eutonia.knowledge.library import Conflict
from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Limit
from eutonia.plan.pump.order import NOTHING, Ordered
from eutonia.plan.pump.simulated import Simulated

__all__ = ["MOST_STEPS", "PumpPlan", "PumpRefusal", "Why", "no_path", "too_many_steps"]


class Why(StrEnum):
    """Why nothing is planned; a closed list."""

    NOT_KNOWN = "not known"
    NOT_READ = "not in the text"
    OVER_LIMIT = "over a limit"
    TOO_EARLY = "too early"
    DEVICE = "outside the pump"
    NO_RESPONSE = "no response"
    SOURCES_DIFFER = "sources differ"


@dataclass(frozen=True, slots=True)
class PumpRefusal:
    """No plan: why, what to do next, the numbers and limits in the way, and what is missing."""

    reason: Why
    says: str
    next_step: str = ""
    numbers: tuple[PumpNumber, ...] = ()
    limits: tuple[Limit, ...] = ()
    missing: tuple[str, ...] = ()


#: More than any way up or down has; a slip of the pen in a percentage asks for more.
MOST_STEPS = 500


def too_many_steps() -> PumpRefusal:
    """A percentage so small that the ladder would not end."""
    return PumpRefusal(
        Why.OVER_LIMIT,
        f"With this percentage it takes more than {MOST_STEPS} steps.",
        "Look at the percentage, or choose a nearer goal.",
    )


def no_path(what: str) -> PumpRefusal:
    """A path of nothing is one nobody knows."""
    return PumpRefusal(
        Why.NOT_KNOWN,
        f"A path of 0 mL cannot be; the {what} needs the real one.",
        "Fill in the volumes of the tubing and of the catheter.",
        missing=("volume of the path",),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PumpPlan:
    """What every plan carries.

    says: the plan in sentences. second_look: why somebody should look again before anything is done. questions: what
    is not known and has to be answered first. settle: what the team settles before it is done.
    not_checked: what could not be evaluated; silence elsewhere means that no problem was
    found, never that nothing was looked at. numbers: what it rests on. conflicts: sources that disagree about it.
    ordered: the same as data, for whoever passes it on.
    """

    says: tuple[str, ...]
    second_look: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    numbers: tuple[PumpNumber, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    simulated: Simulated | None = None
    ordered: Ordered = NOTHING
