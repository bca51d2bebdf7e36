"""From a person's covariates and a model file to the parameters of one or many individuals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eutonia.errors import Code, OutsideDomain, Problem
from eutonia.knowledge.schema import DomainLimit, ModelFile
from eutonia.model.seeds import check_seed
from eutonia.units import Quantity, unit

__all__ = [
    "FORMULATIONS",
    "GRANULES",
    "WITHOUT_A_MODEL",
    "Covariates",
    "DomainNote",
    "FloatArray",
    "Individual",
    "check_domain",
    "check_limit",
    "draw_individuals",
    "draw_normals",
    "is_outside",
    "refuse_outside",
    "select_subjects",
    "typical_individual",
]

FloatArray = NDArray[np.float64]
Formulation = Literal["tablet", "solution", "granules"]
FORMULATIONS: tuple[Formulation, ...] = ("tablet", "solution", "granules")
GRANULES = "Granules are simulated as tablets."

L_PER_H = Quantity(Decimal(1), unit("mL/min")).number("L/h")  # litres per hour in 1 mL per minute

WITHOUT_A_MODEL = "Judge this patient without simulated concentrations."

# Which random number each spread takes. Append only: the order fixes which subject gets which value.
ETAS = ("clearance", "volume", "bioavailability", "absorption_rate", "transit_time")
_NUMBERS_PER_SUBJECT = 8  # two blocks of the counter; leaves room for three more spreads
_NUMBERS_PER_BLOCK = 4


@dataclass(frozen=True, slots=True)
class Covariates:
    """What the model asks about a person.

    gfr_ml_per_min: absolute filtration in mL/min (creatinine clearance in adults; an indexed estimate scaled
    to the person's body surface otherwise), see ``eutonia.model.kidney``.
    """

    age_years: float
    weight_kg: float
    gfr_ml_per_min: float
    formulation: Formulation = "tablet"


@dataclass(frozen=True, slots=True)
class Individual:
    """Parameters of n subjects, arrays (n,): clearances in L/h, volumes in L, ka per hour, mtt in hours."""

    cl: FloatArray
    cl_renal: FloatArray
    q: FloatArray
    vc: FloatArray
    vp: FloatArray
    f: FloatArray
    ka: FloatArray
    mtt: FloatArray
    n_transit: int

    @property
    def n(self) -> int:
        return len(self.cl)


@dataclass(frozen=True, slots=True)
class DomainNote:
    """A covariate (or a dose, or a machine's clearance) outside a range of ``model``: ``hard`` means the model refuses,
    ``soft`` that it extrapolates."""

    level: Literal["hard", "soft"]
    covariate: str
    value: float
    unit: str
    limit: tuple[float | None, float | None]
    because: str
    model: str = ""


def check_domain(model: ModelFile, covariates: Covariates) -> tuple[DomainNote, ...]:
    """All notes on how far the person lies outside the people the model rests on; empty when inside.

    Granules are noted too (covariate “formulation”, no number): they are simulated as tablets.
    """
    values = {
        "age": covariates.age_years,
        "weight": covariates.weight_kg,
        "glomerular_filtration": covariates.gfr_ml_per_min,
    }
    notes = (_note(model, limit, values[limit.covariate]) for limit in model.domain)
    found = tuple(note for note in notes if note is not None)
    if covariates.formulation != "granules" or "transit_time_tablet" not in model.parameters:
        return found
    none: tuple[float | None, float | None] = (None, None)
    return (*found, DomainNote("soft", "formulation", float("nan"), "", none, GRANULES, model.name))


def check_limit(model: ModelFile, name: str, value: float) -> tuple[DomainNote, ...]:
    """The notes on one value that is no covariate, such as a dose. Raises KeyError for a limit the file has not."""
    limits = [limit for limit in model.domain if limit.covariate == name]
    if not limits:
        raise KeyError(name)
    notes = (_note(model, limit, value) for limit in limits)
    return tuple(note for note in notes if note is not None)


def is_outside(limit: DomainLimit, values: FloatArray) -> NDArray[np.bool_]:
    """Who lies outside the soft range of a limit, (n,)."""
    low, high = limit.soft
    below = values < (-np.inf if low is None else low)
    return np.asarray(below | (values > (np.inf if high is None else high)))


def _note(model: ModelFile, limit: DomainLimit, value: float) -> DomainNote | None:
    for level, span in (("hard", limit.hard), ("soft", limit.soft)):
        low, high = span
        if not np.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
            which: Literal["hard", "soft"] = "hard" if level == "hard" else "soft"
            return DomainNote(which, limit.covariate, value, limit.unit, span, limit.because, model.name)
    return None


def typical_individual(model: ModelFile, covariates: Covariates) -> Individual:
    """The typical person with these covariates: one subject, no spread. Raises OutsideDomain."""
    return _assemble(model, covariates, MappingProxyType({name: np.zeros(1) for name in ETAS}))


def draw_individuals(
    model: ModelFile, covariates: Covariates, n: int, seed: int, first: int = 0
) -> Individual:
    """``n`` virtual people with these covariates, numbers ``first`` onwards of the population of ``seed``.

    Subject i is the same person whatever ``n`` and ``first``: its random numbers come from the i-th place
    of a counter. Raises OutsideDomain; ValueError for a negative count or a seed outside 0 to 2^64.
    """
    if n < 1 or first < 0:
        raise ValueError(f"n must be at least 1 and first not negative, not {n} and {first}")
    normals = draw_normals(n, check_seed(seed), first)
    return _assemble(
        model, covariates, MappingProxyType({name: normals[:, slot] for slot, name in enumerate(ETAS)})
    )


def select_subjects(individual: Individual, start: int, stop: int) -> Individual:
    """Subjects ``start`` to ``stop`` (not included)."""
    arrays = {
        f.name: getattr(individual, f.name)[start:stop] for f in fields(individual) if f.name != "n_transit"
    }
    return replace(individual, **arrays)


def draw_normals(n: int, seed: int, first: int, numbers: int = _NUMBERS_PER_SUBJECT) -> FloatArray:
    """Standard normals (n, numbers) by Box and Muller: a fixed count of raw numbers for every subject.

    numbers: a multiple of 4, the numbers in one block of the counter.
    """
    stream = np.random.Philox(key=seed)
    stream.advance(first * (numbers // _NUMBERS_PER_BLOCK))
    raw = stream.random_raw(n * numbers).reshape(n, numbers)
    uniform = ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    half = numbers // 2
    radius = np.sqrt(-2.0 * np.log(uniform[:, :half]))
    angle = 2.0 * np.pi * uniform[:, half:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _assemble(model: ModelFile, covariates: Covariates, normals: Mapping[str, FloatArray]) -> Individual:
    refuse_outside(model.name, check_domain(model, covariates), WITHOUT_A_MODEL)
    child = covariates.age_years < model.value("adult_from_age")
    size = covariates.weight_kg / model.value("reference_weight")
    size_cl = size ** model.value("clearance_exponent")
    size_v = size ** model.value("volume_exponent")
    gfr = covariates.gfr_ml_per_min
    if not child:
        gfr = min(gfr, model.value("adult_filtration_cap"))

    def vary(name: str) -> FloatArray:
        return vary_parameter(model, name, child, normals)

    cl_renal = vary("renal_ratio") * (gfr * L_PER_H)
    return Individual(
        cl=cl_renal + vary("nonrenal_clearance") * size_cl,
        cl_renal=cl_renal,
        q=vary("intercompartmental_clearance") * size_cl,
        vc=vary("central_volume") * size_v,
        vp=vary("peripheral_volume") * size_v,
        f=vary("bioavailability"),
        ka=vary("absorption_rate"),
        mtt=vary(_transit_time(model, covariates.formulation)),
        n_transit=round(model.value("transits")),
    )


def _transit_time(model: ModelFile, formulation: Formulation) -> str:
    """The parameter of the transit time: that of the formulation, of tablets for granules without their own.

    Raises ValueError for another word.
    """
    if formulation not in FORMULATIONS:
        raise ValueError(f"the formulation must be one of {', '.join(FORMULATIONS)}, not {formulation!r}")
    own = f"transit_time_{formulation}"
    return "transit_time_tablet" if formulation == "granules" and own not in model.parameters else own


def vary_parameter(model: ModelFile, name: str, child: bool, normals: Mapping[str, FloatArray]) -> FloatArray:
    """The parameter of each subject: typical value and spread (the child's, where the file has one)."""
    parameter = model.parameters[name]
    value, spread = parameter.value, parameter.spread
    subjects = len(normals[ETAS[0]])
    if spread is None:
        return np.full(subjects, value)
    eta = spread.shared_with or name
    for_children = model.parameters.get(f"child_spread_{eta}") if child else None
    width = for_children.value if for_children is not None else spread.value
    if spread.kind == "lognormal":
        return np.asarray(value * np.exp(np.sqrt(np.log1p(width * width)) * normals[eta]))
    if spread.kind == "logit-normal":
        return np.asarray(1.0 / (1.0 + (1.0 - value) / value * np.exp(-width * normals[eta])))
    raise ValueError(f"{model.name}: {name} has a spread of unknown kind “{spread.kind}”")


def refuse_outside(model: str, notes: Iterable[DomainNote], next_step: str) -> None:
    """Raise OutsideDomain for the first note that is hard; do nothing where there is none."""
    for note in notes:
        if note.level != "hard":
            continue
        low, high = note.limit
        words = unit(note.unit).words
        accepted = f"from {low:g} {words}" if high is None else f"{low or 0:g} to {high:g} {words}"
        raise OutsideDomain(
            model,
            Problem(
                code=Code.OUTSIDE_DOMAIN,
                path=note.covariate,
                given=f"{note.value:g} {words}",
                accepted=(accepted,),
                why=note.because,
                next_step=next_step,
            ),
        )
