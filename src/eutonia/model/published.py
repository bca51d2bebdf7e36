"""Published models of baclofen by mouth, as individuals the common linear system can run.

Studies of doses by mouth cannot see the absorbed fraction, so clearance and volumes of these models are apparent
(CL/F, V/F). An ``Individual`` made from them has f = 1: concentrations after doses by mouth are right, amounts in the
body and doses into a vein are not. One compartment is a system whose second one is too small to hold anything; no
transit chain is a chain of -1 transfers, in which a dose goes straight to the depot. What reaches the urine is not a
number (NaN) where a study did not measure renal clearance.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import (
    ETAS,
    Covariates,
    DomainNote,
    FloatArray,
    Individual,
    check_domain,
    draw_individuals,
    draw_normals,  # the same random numbers: person i of a seed is placed alike in every model
    refuse_outside,
    typical_individual,
    vary_parameter,
)
from eutonia.model.oral import compute_disposition_rates
from eutonia.model.seeds import check_seed

__all__ = [
    "NO_CHAIN",
    "check_people",
    "draw_people",
    "half_life_h",
    "has_spread",
    "is_apparent",
    "typical_person",
]

NO_CHAIN = -1
_NO_VOLUME = 1e-200  # L


def is_apparent(model: ModelFile) -> bool:
    """Whether the file gives clearance and volumes per absorbed fraction only."""
    return "apparent_clearance" in model.parameters


def has_spread(model: ModelFile) -> bool:
    """Whether the file says how people differ."""
    return any(parameter.spread is not None for parameter in model.parameters.values())


def check_people(model: ModelFile, covariates: Covariates) -> tuple[DomainNote, ...]:
    """How far the person lies outside the people of any oral model; empty when inside."""
    notes = check_domain(model, covariates)
    least = model.parameters.get("least_filtration")
    if least is None:
        return notes
    floor = least.value * covariates.weight_kg
    if covariates.gfr_ml_per_min >= floor:
        return notes
    gfr = covariates.gfr_ml_per_min
    note = DomainNote("hard", "glomerular_filtration", gfr, "mL/min", (floor, None), least.says, model.name)
    return (*notes, note)


def typical_person(model: ModelFile, covariates: Covariates) -> Individual:
    """The typical person of any oral model with these covariates. Raises OutsideDomain."""
    if not is_apparent(model):
        return typical_individual(model, covariates)
    return _assemble(model, covariates, np.zeros((1, len(ETAS))))


def draw_people(model: ModelFile, covariates: Covariates, n: int, seed: int, first: int = 0) -> Individual:
    """``n`` virtual people of any oral model; person i of a seed has the same luck in every model.

    Where a model gives no spread they are all the typical one. Raises OutsideDomain, ValueError.
    """
    if not is_apparent(model):
        return draw_individuals(model, covariates, n, seed, first)
    if n < 1 or first < 0:
        raise ValueError(f"n must be at least 1 and first not negative, not {n} and {first}")
    return _assemble(model, covariates, draw_normals(n, check_seed(seed), first))


def half_life_h(individual: Individual, *, by_mouth: bool = True) -> FloatArray:
    """Half-life of the end of the curve, (n,), whatever the structure: slowest of all rates.

    After a dose into a vein the rates of absorption do not count.
    """
    _, slowest = compute_disposition_rates(individual)
    if by_mouth:
        slowest = np.minimum(slowest, individual.ka)
    if by_mouth and individual.n_transit > NO_CHAIN:
        slowest = np.minimum(slowest, (individual.n_transit + 1) / individual.mtt)
    return np.asarray(np.log(2.0) / slowest)


def _assemble(model: ModelFile, covariates: Covariates, normals: FloatArray) -> Individual:
    refuse_outside(model.name, check_people(model, covariates), "Use a model made for such a person.")
    etas = MappingProxyType({name: normals[:, slot] for slot, name in enumerate(ETAS)})
    blank = np.zeros(len(normals))

    def vary(name: str) -> FloatArray:
        size = covariates.weight_kg if model.parameters[name].unit.endswith("/kg") else 1.0
        return vary_parameter(model, name, False, etas) * size

    cl = vary("apparent_clearance")
    vc, vp, q = _distribution(model, covariates, vary)
    has_chain = "transits" in model.parameters
    return Individual(
        cl=cl,
        cl_renal=vary("renal_clearance") if "renal_clearance" in model.parameters else blank + np.nan,
        q=blank + q,
        vc=vc,
        vp=vp,
        f=blank + 1.0,
        ka=vary("absorption_rate"),
        mtt=vary("transit_time") if has_chain else blank + 1.0,
        n_transit=round(model.value("transits")) if has_chain else NO_CHAIN,
    )


def _distribution(
    model: ModelFile, covariates: Covariates, vary: Callable[[str], FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray | float]:
    """Central and peripheral volume (n,) and the exchange between them."""
    if "fast_rate" in model.parameters:
        return _from_rates(model, vary)
    if "typical_half_life" in model.parameters:
        return _from_half_life(model, covariates, vary)
    vc = vary("apparent_central_volume")
    # Emptied twice as fast as the central one is cleared, so that the slow rate of the pair is that of clearance.
    return vc, np.full_like(vc, _NO_VOLUME), _NO_VOLUME * 2 * vary("apparent_clearance") / vc


def _from_rates(
    model: ModelFile, vary: Callable[[str], FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray | float]:
    """From the two rates of the curve: k10 k21 is their product, k10 + k12 + k21 their sum."""
    vc = vary("apparent_central_volume")
    fast, slow = model.value("fast_rate"), model.value("slow_rate")
    k10 = model.value("apparent_clearance") / model.value("apparent_central_volume")
    k21 = fast * slow / k10
    k12 = fast + slow - k10 - k21
    return vc, vc * k12 / k21, k12 * model.value("apparent_central_volume")


def _from_half_life(
    model: ModelFile, covariates: Covariates, vary: Callable[[str], FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray | float]:
    """From the sum of the volumes, its central part and the half-life of the typical person.

    b is a rate of the two compartments when b^2 - b (CL/Vc + Q/Vc + Q/Vp) + CL Q / (Vc Vp) = 0, solved for Q.
    """
    part = model.value("central_fraction")
    total = vary("apparent_steady_volume")
    cl, volume = model.value("apparent_clearance"), model.value("apparent_steady_volume")
    b = np.log(2.0) / model.value("typical_half_life")
    q = b * (b * part * volume - cl) * (1 - part) * volume / (b * volume - cl)
    return total * part, total * (1 - part), q * covariates.weight_kg
