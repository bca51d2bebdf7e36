"""The check of one number of an event or a device, the same wherever it is given."""

from __future__ import annotations

import math

from eutonia.errors import Code, Problem

__all__ = ["check_number"]


def check_number(
    path: str, value: float, what: str, *, above_zero: bool = False, words: str = "", most: float = math.inf
) -> list[Problem]:
    """The problem with one number of an event, if any: not finite, negative, 0 where it may not be, above ``most``."""
    if math.isfinite(value) and (value > 0 if above_zero else value >= 0) and value <= most:
        return []
    least = "above 0" if above_zero else "at least 0"
    if value > most:
        least += f", at most {most:,.0f}"
    return [
        Problem(
            Code.IMPOSSIBLE_VALUE,
            f"{what} must be a number {least}.",
            path=path,
            given=f"{value:g}",
            accepted=(f"{least} {words}".strip(),),
            next_step="Correct the value; nothing was simulated.",
        )
    ]
