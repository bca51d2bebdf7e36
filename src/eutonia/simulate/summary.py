"""The few numbers people read off a curve; each an array (n,), one value a subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.model.individual import FloatArray, Individual
from eutonia.model.oral import compute_disposition_rates
from eutonia.simulate.events import HOURS_PER_DAY, DoseEvents
from eutonia.simulate.run import NG_PER_ML, Trajectory, simulate

__all__ = [
    "Exposure",
    "accumulation_ratio",
    "average_at_steady_state",
    "summarise_exposure",
    "terminal_half_life_h",
]


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """A stretch of a curve in figures.

    cmax, trough: highest and lowest concentration at the output times, ng/mL. tmax_h: hours from the start of
    the stretch to the highest (the first, if several). auc: ng h/mL, from the exact integral, not from the
    points. average: auc over the length, ng/mL.
    """

    from_h: float
    to_h: float
    cmax: FloatArray
    tmax_h: FloatArray
    trough: FloatArray
    auc: FloatArray
    average: FloatArray


def summarise_exposure(trajectory: Trajectory, from_h: float, to_h: float) -> Exposure:
    """Figures for the stretch between two output times, both included.

    Raises ValueError unless both are output times and ``from_h`` is the earlier.
    """
    times = trajectory.times_h
    first, last = (int(np.argmin(np.abs(times - hour))) for hour in (from_h, to_h))
    for index, hour in ((first, from_h), (last, to_h)):
        if abs(times[index] - hour) > 1e-9:
            raise ValueError(f"{hour:g} h is not among the output times")
    if first >= last:
        raise ValueError(f"the stretch must end after it starts, not {from_h:g} h to {to_h:g} h")
    piece = trajectory.concentration[first : last + 1]
    auc = trajectory.exposure[last] - trajectory.exposure[first]
    return Exposure(
        from_h=from_h,
        to_h=to_h,
        cmax=piece.max(axis=0),
        tmax_h=times[first + piece.argmax(axis=0)] - times[first],
        trough=piece.min(axis=0),
        auc=auc,
        average=auc / (times[last] - times[first]),
    )


def terminal_half_life_h(individual: Individual) -> FloatArray:
    """Half-life of the last part of the curve after a dose by mouth, hours: from the slowest rate of all.

    That is elimination from the tissues, unless absorption is slower still.
    """
    _, slow = compute_disposition_rates(individual)
    ktr = (individual.n_transit + 1) / individual.mtt
    return np.asarray(np.log(2.0) / np.minimum(slow, np.minimum(individual.ka, ktr)))


def average_at_steady_state(individual: Individual, mg_per_day: float) -> FloatArray:
    """Mean concentration on a daily dose by mouth taken for long, ng/mL."""
    return np.asarray(individual.f * mg_per_day / HOURS_PER_DAY / individual.cl * NG_PER_ML)


def accumulation_ratio(individual: Individual, day: DoseEvents) -> FloatArray:
    """Exposure of a day when the doses of ``day`` have been taken for long, over that of the first such day.

    Raises ValueError when the day holds no drug.
    """
    oral = np.array([route == "oral" for route in day.route], dtype=bool)
    absorbed = individual.f * day.amount_mg[oral].sum() + day.amount_mg[~oral].sum()
    if not (absorbed > 0).all():
        raise ValueError("the day holds no dose")
    first = simulate(individual, day, np.array([0.0, HOURS_PER_DAY])).exposure[-1]
    return np.asarray(absorbed / individual.cl * NG_PER_ML / first)
