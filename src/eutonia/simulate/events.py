"""Doses as dated events: when, how much, by which route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from eutonia.model.individual import FloatArray

__all__ = ["DoseEvents", "Route", "join_events", "repeat_daily"]

Route = Literal["oral", "iv"]
HOURS_PER_DAY = 24.0


@dataclass(frozen=True, slots=True, eq=False)
class DoseEvents:
    """Doses in order of time.

    time_h: hours from the start of the simulation (m,). amount_mg: (m,). route: "oral" or "iv" for each.
    duration_h: length of an infusion (m,), 0 for a tablet or an injection. Sequences are accepted and
    stored as arrays; ``duration_h`` may be left out. Raises ValueError naming the first dose that is wrong.
    """

    time_h: FloatArray
    amount_mg: FloatArray
    route: tuple[Route, ...]
    duration_h: FloatArray

    def __init__(
        self,
        time_h: ArrayLike,
        amount_mg: ArrayLike,
        route: Route | Sequence[Route] = "oral",
        duration_h: ArrayLike | None = None,
    ) -> None:
        time = np.array(time_h, dtype=np.float64)
        amount = np.array(amount_mg, dtype=np.float64)
        routes: tuple[Route, ...] = (route,) * len(time) if isinstance(route, str) else tuple(route)
        duration = np.zeros_like(time) if duration_h is None else np.array(duration_h, dtype=np.float64)
        if not (time.shape == amount.shape == duration.shape == (len(routes),)):
            raise ValueError("time_h, amount_mg, route and duration_h must have one entry for each dose")
        for values, what in ((time, "time"), (amount, "amount"), (duration, "duration")):
            for index in np.flatnonzero(~(np.isfinite(values) & (values >= 0)))[:1]:
                raise ValueError(
                    f"the {what} of dose {index + 1} must be a number of at least 0, not {values[index]}"
                )
        for index in np.flatnonzero(np.diff(time) < 0)[:1]:
            raise ValueError(
                f"doses must be in order of time: dose {index + 2} comes before dose {index + 1}"
            )
        for index, kind in enumerate(routes):
            if kind not in ("oral", "iv"):
                raise ValueError(f"the route of dose {index + 1} must be oral or iv, not {kind!r}")
            if kind == "oral" and duration[index] > 0:
                raise ValueError(f"dose {index + 1} is given by mouth and cannot have a duration")
        for values in (time, amount, duration):
            values.flags.writeable = False
        object.__setattr__(self, "time_h", time)
        object.__setattr__(self, "amount_mg", amount)
        object.__setattr__(self, "route", routes)
        object.__setattr__(self, "duration_h", duration)

    def __len__(self) -> int:
        return len(self.time_h)

    def shift(self, hours: float) -> DoseEvents:
        """The same doses, ``hours`` later."""
        return DoseEvents(self.time_h + hours, self.amount_mg, self.route, self.duration_h)


def repeat_daily(day: DoseEvents, days: int, start_h: float = 0.0) -> DoseEvents:
    """The doses of one day (times 0 up to 24 h) given on ``days`` days in a row from ``start_h``.

    Raises ValueError when a dose lies outside the day or ``days`` is negative.
    """
    if days < 0:
        raise ValueError(f"days must be at least 0, not {days}")
    if len(day) and day.time_h[-1] >= HOURS_PER_DAY:
        raise ValueError(
            f"a dose of one day must be given before {HOURS_PER_DAY:g} h, not at {day.time_h[-1]:g} h"
        )
    starts = start_h + HOURS_PER_DAY * np.arange(days)
    return DoseEvents(
        (starts[:, None] + day.time_h).ravel(),
        np.tile(day.amount_mg, days),
        day.route * days,
        np.tile(day.duration_h, days),
    )


def join_events(*parts: DoseEvents) -> DoseEvents:
    """All doses of all parts, in order of time; doses at the same time keep the order of the parts."""
    time = np.concatenate([part.time_h for part in parts])
    order = np.argsort(time, kind="stable")
    routes = [route for part in parts for route in part.route]
    return DoseEvents(
        time[order],
        np.concatenate([part.amount_mg for part in parts])[order],
        [routes[i] for i in order],
        np.concatenate([part.duration_h for part in parts])[order],
    )
