"""What is done to the spinal fluid and by mouth, as dated events; refused as a whole when one makes no sense."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from eutonia.errors import Code, InputRefused, Problem
from eutonia.model.checks import check_number
from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import HOURS_PER_DAY
from eutonia.simulate.events import DoseEvents

__all__ = [
    "Drainage",
    "Injection",
    "Pieces",
    "SpinalTherapy",
    "TipRate",
    "check_number",
    "check_order",
    "cut_pieces",
]


# At once or in an hour: ten times the largest overdose into the spinal fluid that a label speaks of, 10 mg.
_MOST_MICROGRAMS = 1e5


def check_order(name: str, hours: Sequence[float]) -> list[Problem]:
    """The problem with the first event that comes before its predecessor, if any."""
    for index in range(1, len(hours)):
        if hours[index] < hours[index - 1]:
            return [
                Problem(
                    Code.CROSSED_DATES,
                    f"It comes before {name}[{index - 1}].",
                    path=f"{name}[{index}].at_h",
                    given=f"{hours[index]:g} h",
                    accepted=(f"from {hours[index - 1]:g} h",),
                    next_step="Put the events in order of time.",
                )
            ]
    return []


@dataclass(frozen=True, slots=True)
class Injection:
    """Drug injected into the lumbar fluid at once, by puncture: hours from the start, micrograms."""

    at_h: float
    micrograms: float


@dataclass(frozen=True, slots=True)
class Drainage:
    """Fluid let out by lumbar puncture: hours from the start, mL. Taken as well mixed and at once."""

    at_h: float
    ml: float


@dataclass(frozen=True, slots=True, eq=False)
class TipRate:
    """Drug leaving the catheter tip: ``micrograms_per_h`` (K,) from ``time_h`` (K,) until the next time.

    Nothing before the first time; the last rate goes on until ``until_h``, beyond which nothing is known and
    nothing is simulated. Raises InputRefused naming the entry that is wrong.
    """

    time_h: FloatArray
    micrograms_per_h: FloatArray
    until_h: float

    def __init__(self, time_h: ArrayLike, micrograms_per_h: ArrayLike, until_h: float = math.inf) -> None:
        time, rate = np.array(time_h, dtype=np.float64), np.array(micrograms_per_h, dtype=np.float64)
        if time.ndim != 1 or time.shape != rate.shape:
            raise ValueError("time_h and micrograms_per_h must be lists of one length")
        problems = check_order("tip", time.tolist())
        for index in range(len(time)):
            problems += check_number(f"tip[{index}].time_h", time[index], "The time", words="h")
            problems += check_number(
                f"tip[{index}].micrograms_per_h", rate[index], "The rate", most=_MOST_MICROGRAMS
            )
        if not until_h >= (time[-1] if len(time) else 0.0):
            problems.append(
                Problem(
                    Code.IMPOSSIBLE_VALUE,
                    "What leaves the tip must be known until its last change at least.",
                    path="tip.until_h",
                    given=f"{until_h:g} h",
                    accepted=(f"at least {time[-1] if len(time) else 0:g} h",),
                    next_step="Correct the value; nothing was simulated.",
                )
            )
        if problems:
            raise InputRefused(problems)
        object.__setattr__(self, "time_h", time)
        object.__setattr__(self, "micrograms_per_h", rate)
        object.__setattr__(self, "until_h", until_h)

    @classmethod
    def constant(cls, micrograms_per_day: float, from_h: float = 0.0, to_h: float | None = None) -> TipRate:
        """An infusion at one rate, for ever or until ``to_h``."""
        rate = micrograms_per_day / HOURS_PER_DAY
        return cls([from_h], [rate]) if to_h is None else cls([from_h, to_h], [rate, 0.0])


@dataclass(frozen=True, slots=True, eq=False)
class SpinalTherapy:
    """All that is given and done: at the tip, by puncture, and by mouth or into a vein (``doses``, mg).

    Raises InputRefused with every problem found, each naming its event.
    """

    tip: TipRate | None = None
    injections: tuple[Injection, ...] = ()
    drainages: tuple[Drainage, ...] = ()
    doses: DoseEvents | None = field(default=None)

    def __post_init__(self) -> None:
        problems = [*self._problems()]
        if problems:
            raise InputRefused(problems)

    def _problems(self) -> Iterable[Problem]:
        for index, injection in enumerate(self.injections):
            at = f"injections[{index}]"
            yield from check_number(f"{at}.at_h", injection.at_h, "The time of an injection", words="h")
            yield from check_number(
                f"{at}.micrograms",
                injection.micrograms,
                "The amount injected",
                above_zero=True,
                words="micrograms",
                most=_MOST_MICROGRAMS,
            )
        for index, drainage in enumerate(self.drainages):
            at = f"drainages[{index}]"
            yield from check_number(f"{at}.at_h", drainage.at_h, "The time of a drainage", words="h")
            yield from check_number(
                f"{at}.ml", drainage.ml, "The volume drained", above_zero=True, words="mL"
            )
        yield from check_order("injections", [i.at_h for i in self.injections])
        yield from check_order("drainages", [d.at_h for d in self.drainages])
        injected = {i.at_h for i in self.injections}
        for index, drainage in enumerate(self.drainages):
            if drainage.at_h in injected:
                yield Problem(
                    Code.CONFLICTING_VALUES,
                    "An injection is given at the same moment, and the order of the two decides the result.",
                    path=f"drainages[{index}].at_h",
                    given=f"{drainage.at_h:g} h",
                    next_step="Say which came first by a minute or more.",
                )


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A therapy cut at every event up to the last time; K pieces, arrays (K,).

    start_h and length_h of each; what is added at its start (oral and vein in mg, injected in micrograms,
    drained in mL) and what runs through it (vein in mg/h, tip in micrograms/h).
    """

    start_h: FloatArray
    length_h: FloatArray
    oral_mg: FloatArray
    vein_mg: FloatArray
    vein_rate: FloatArray
    injected: FloatArray
    drained_ml: FloatArray
    tip_rate: FloatArray


def cut_pieces(therapy: SpinalTherapy, last_h: float, decimals: int) -> Pieces:
    """The timeline of a therapy from hour 0 to ``last_h``; lengths rounded so that equal ones are one.

    Raises InputRefused when the drug at the tip is not known for so long.
    """
    if therapy.tip is not None and last_h > therapy.tip.until_h + 10.0**-decimals:
        raise InputRefused(
            [
                Problem(
                    Code.MISSING_VALUE,
                    "What leaves the catheter tip is known for part of the time asked for only.",
                    path="tip.until_h",
                    given=f"{therapy.tip.until_h:g} h",
                    accepted=(f"at least {last_h:g} h",),
                    next_step="Run the pump for as long as the patient.",
                )
            ]
        )
    doses = therapy.doses if therapy.doses is not None else DoseEvents([], [])
    tip = therapy.tip if therapy.tip is not None else TipRate([], [])
    injected_h = np.array([i.at_h for i in therapy.injections], dtype=np.float64)
    drained_h = np.array([d.at_h for d in therapy.drainages], dtype=np.float64)
    ends = doses.time_h + doses.duration_h
    cuts = np.unique(np.concatenate([[0.0], doses.time_h, ends, tip.time_h, injected_h, drained_h]))
    cuts = _cut_into_days(cuts[cuts <= last_h], last_h)

    def add(hours: FloatArray, amounts: ArrayLike) -> FloatArray:
        total = np.zeros(len(cuts))
        known = hours <= last_h
        np.add.at(total, np.searchsorted(cuts, hours[known]), np.asarray(amounts, dtype=np.float64)[known])
        return total

    oral = np.array([route == "oral" for route in doses.route], dtype=bool)
    running = doses.duration_h > 0
    vein_rate = np.zeros(len(cuts))
    for dose in np.flatnonzero(running):
        on = (cuts >= doses.time_h[dose]) & (cuts < ends[dose])
        vein_rate[on] += doses.amount_mg[dose] / doses.duration_h[dose]
    rates = np.concatenate([[0.0], tip.micrograms_per_h])
    return Pieces(
        start_h=cuts,
        length_h=np.round(np.append(cuts[1:], last_h) - cuts, decimals),
        oral_mg=add(doses.time_h, np.where(oral, doses.amount_mg, 0.0)),
        vein_mg=add(doses.time_h, np.where(oral | running, 0.0, doses.amount_mg)),
        vein_rate=vein_rate,
        injected=add(injected_h, [i.micrograms for i in therapy.injections]),
        drained_ml=add(drained_h, [d.ml for d in therapy.drainages]),
        tip_rate=rates[np.searchsorted(tip.time_h, cuts, side="right")],
    )


def _cut_into_days(cuts: FloatArray, last_h: float) -> FloatArray:
    """Long stretches without an event cut every day, so that the days share their propagators."""
    days = [
        np.arange(start, end, HOURS_PER_DAY)
        for start, end in zip(cuts.tolist(), [*cuts[1:].tolist(), last_h], strict=True)
    ]
    return np.unique(np.concatenate([cuts, *days]))
