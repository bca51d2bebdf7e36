"""The typical person and the spread around them: the same therapy in many virtual people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import (
    Covariates,
    DomainNote,
    FloatArray,
    Individual,
    check_domain,
    draw_individuals,
    typical_individual,
)
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import Trajectory, simulate, steady_state_amounts

__all__ = ["Bands", "Forecast", "bands", "simulate_with_bands"]

USUAL_PERCENTILES = (10.0, 50.0, 90.0)


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Percentiles of the concentration across n people at each time: (P, T), ng/mL.

    They are percentiles at each time, not the curve of one person. They hold the spread between people, not
    the laboratory's error and not the doubt about the model itself.
    """

    times_h: FloatArray
    percentiles: tuple[float, ...]
    concentration: FloatArray
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What a therapy does: the typical person, the virtual people, their bands, and notes on fitness."""

    model: str
    seed: int
    typical: Trajectory
    population: Trajectory
    bands: Bands
    notes: tuple[DomainNote, ...]


def bands(trajectory: Trajectory, percentiles: Sequence[float] = USUAL_PERCENTILES) -> Bands:
    """Percentiles (0 to 100) across subjects at each time; linear between neighbours. Raises ValueError."""
    if trajectory.n < 2:
        raise ValueError("bands need at least two subjects")
    values = np.percentile(trajectory.concentration, list(percentiles), axis=1)
    return Bands(trajectory.times_h, tuple(percentiles), np.asarray(values), trajectory.n)


def simulate_with_bands(
    model: ModelFile,
    covariates: Covariates,
    events: DoseEvents,
    times_h: ArrayLike,
    *,
    seed: int,
    n: int = 500,
    percentiles: Sequence[float] = USUAL_PERCENTILES,
    before: DoseEvents | None = None,
) -> Forecast:
    """The typical person and ``n`` virtual people with these covariates under the same doses.

    ``before``: the doses of one day that have been taken for long; everybody then starts from their own
    steady state on them, without it from nothing in the body. Raises OutsideDomain, ValueError.
    """

    def run(individual: Individual) -> Trajectory:
        initial = None if before is None else steady_state_amounts(individual, before)
        return simulate(individual, events, times_h, initial)

    typical = run(typical_individual(model, covariates))
    population = run(draw_individuals(model, covariates, n, seed))
    return Forecast(
        model=model.name,
        seed=seed,
        typical=typical,
        population=population,
        bands=bands(population, percentiles),
        notes=check_domain(model, covariates),
    )
