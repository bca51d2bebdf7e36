"""An overdose by mouth as a range of scenarios, never as one curve.

Half-lives reported after overdose are several times those after usual doses. Why is not known: absorption may go on
for long, the kidney may fail, drug may be released a second time. Each scenario takes one explanation as true.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import (
    Covariates,
    DomainNote,
    FloatArray,
    Individual,
    check_domain,
    check_limit,
    draw_individuals,
    refuse_outside,
    typical_individual,
)
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate

__all__ = ["Overdose", "OverdoseScenario", "simulate_overdose"]


@dataclass(frozen=True, slots=True, eq=False)
class OverdoseScenario:
    """One explanation taken as true: what it says; typical, low, high (T,) in ng/mL, the two the 10th and 90th
    percentile of the virtual people; urine_mg (T,) of the typical person."""

    name: str
    says: str
    typical: FloatArray
    low: FloatArray
    high: FloatArray
    urine_mg: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Overdose:
    """All scenarios of one overdose; lowest and highest (T,) span the bands of all of them.

    notes: how far the person lies outside the reference model's people, and the dose outside those that were seen.
    """

    times_h: FloatArray
    scenarios: tuple[OverdoseScenario, ...]
    lowest: FloatArray
    highest: FloatArray
    notes: tuple[DomainNote, ...]
    cannot_see: tuple[str, ...]


def simulate_overdose(
    reference: ModelFile,
    overdose: ModelFile,
    covariates: Covariates,
    dose_mg: float,
    times_h: ArrayLike,
    *,
    seed: int,
    n: int = 500,
) -> Overdose:
    """Levels after ``dose_mg`` by mouth at hour 0, as a range.

    reference: oral.reference2026. overdose: overdose.reference2026. times_h: (T,) hours. The scenario of a failing
    kidney is left out where the person's own filtration is no better. Raises OutsideDomain for the person or the dose;
    ValueError for a dose
    that is not positive, fewer than two people, or wrong times.
    """
    if not (np.isfinite(dose_mg) and dose_mg > 0):
        raise ValueError(f"the dose must be above 0 mg, not {dose_mg:g}")
    if n < 2:
        raise ValueError("a spread needs at least two virtual people")
    notes = (*check_domain(reference, covariates), *check_limit(overdose, "dose", dose_mg))
    for note in notes:
        refuse_outside(note.model, (note,), "Check the dose and the person.")
    times = np.asarray(times_h, dtype=np.float64)

    def run(name: str, says: str, who: Covariates, over_h: float = 0.0) -> OverdoseScenario:
        one, urine = _level(typical_individual(reference, who), dose_mg, times, over_h)
        many, _ = _level(draw_individuals(reference, who, n, seed), dose_mg, times, over_h)
        low, high = np.percentile(many, (10.0, 90.0), axis=1)
        return OverdoseScenario(name, says, one[:, 0], low, high, urine[:, 0])

    scenarios = [run("as usual", "Absorbed and cleared like a usual dose.", covariates)]
    for name in ("stretched_absorption_short", "stretched_absorption_long"):
        hours = overdose.value(name)
        says = f"Absorbed at a constant rate over {hours:g} hours."
        scenarios.append(run(f"absorbed over {hours:g} hours", says, covariates, hours))
    size = min(1.0, covariates.weight_kg / reference.value("reference_weight"))
    injured = overdose.value("injured_filtration") * size ** reference.value("clearance_exponent")
    if injured < covariates.gfr_ml_per_min:
        says = f"The kidney filters {injured:.0f} mL per minute from the start."
        scenarios.append(run("failing kidney", says, replace(covariates, gfr_ml_per_min=injured)))
    return Overdose(
        times_h=times,
        scenarios=tuple(scenarios),
        lowest=np.min([s.low for s in scenarios], axis=0),
        highest=np.max([s.high for s in scenarios], axis=0),
        notes=notes,
        cannot_see=overdose.cannot_see,
    )


def _level(
    who: Individual, dose_mg: float, times: FloatArray, over_h: float
) -> tuple[FloatArray, FloatArray]:
    """Concentration and urine, (T, n); a stretched dose runs into the plasma and is scaled to what is absorbed."""
    if over_h > 0:
        result = simulate(who, DoseEvents([0], [dose_mg], "iv", [over_h]), times)
        return result.concentration * who.f, result.urine_mg * who.f
    result = simulate(who, DoseEvents([0], [dose_mg]), times)
    return result.concentration, result.urine_mg
