"""How much the kidney filters: the usual estimates from serum creatinine, and their scaling to the person.

Inputs are plain floats in the units their names state; coefficients come from the knowledge base
(``kidney.yaml``). Every result says which equations made it and how well those were checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Literal

from eutonia.knowledge.schema import Check, Equation

__all__ = [
    "KidneyEstimate",
    "estimate_bedside_schwartz",
    "estimate_body_surface",
    "estimate_ckd_epi_2021",
    "estimate_cockcroft_gault",
    "estimate_filtration",
    "scale_to_body_surface",
]

Sex = Literal["female", "male"]
Equations = Mapping[str, Equation]

# From best to worst, to name the weakest link when equations are combined.
_MARKS = [Check.READ, Check.READ_ABSTRACT, Check.SECOND_HAND, Check.OURS, Check.RECALLED]


@dataclass(frozen=True, slots=True)
class KidneyEstimate:
    """A filtration or body surface with its unit.

    equations: names in the knowledge base, in the order used. mark: the weakest of their checks, empty for a
    value the laboratory reported. sources: ids in the sources register. how: the working, in figures.
    """

    value: float
    unit: str
    equations: tuple[str, ...]
    mark: str
    sources: tuple[str, ...]
    how: str


def estimate_cockcroft_gault(
    kidney: Equations, *, age_years: float, weight_kg: float, sex: Sex, creatinine_mg_per_dl: float
) -> KidneyEstimate:
    """Creatinine clearance of an adult in mL/min, not indexed. Raises ValueError at other ages."""
    equation = kidney["cockcroft_gault"]
    c = equation.coefficients
    _need_positive(weight_kg=weight_kg, creatinine_mg_per_dl=creatinine_mg_per_dl)
    _need_age(equation, age_years)
    if age_years >= c["age_offset"]:
        raise ValueError(f"cockcroft_gault has no meaning at the age of {age_years:g} years")
    value = (c["age_offset"] - age_years) * weight_kg / (c["divisor"] * creatinine_mg_per_dl)
    how = f"({c['age_offset']:g} − {age_years:g}) × {weight_kg:g}"
    how += f" / ({c['divisor']:g} × {creatinine_mg_per_dl:g})"
    if _is_female(sex):
        value *= c["female_factor"]
        how += f" × {c['female_factor']:g}"
    return _made(equation, value, how)


def estimate_ckd_epi_2021(
    kidney: Equations, *, age_years: float, sex: Sex, creatinine_mg_per_dl: float
) -> KidneyEstimate:
    """Filtration of an adult in mL/min per 1.73 square metres. Raises ValueError at other ages."""
    equation = kidney["ckd_epi_2021"]
    c = equation.coefficients
    _need_positive(creatinine_mg_per_dl=creatinine_mg_per_dl)
    _need_age(equation, age_years)
    female = _is_female(sex)
    kappa = c["kappa_female" if female else "kappa_male"]
    alpha = c["alpha_female" if female else "alpha_male"]
    ratio = creatinine_mg_per_dl / kappa
    value = (
        c["scale"]
        * min(ratio, 1) ** alpha
        * max(ratio, 1) ** c["exponent_above"]
        * c["age_base"] ** age_years
    )
    power = alpha if ratio <= 1 else c["exponent_above"]
    how = (
        f"{c['scale']:g} × ({creatinine_mg_per_dl:g} / {kappa:g})^{power:g} × {c['age_base']:g}^{age_years:g}"
    )
    if female:
        value *= c["female_factor"]
        how += f" × {c['female_factor']:g}"
    return _made(equation, value, how)


def estimate_bedside_schwartz(
    kidney: Equations, *, age_years: float, height_cm: float, creatinine_mg_per_dl: float
) -> KidneyEstimate:
    """Filtration of a child in mL/min per 1.73 square metres. Raises ValueError at other ages."""
    equation = kidney["bedside_schwartz"]
    factor = equation.coefficients["factor"]
    _need_positive(height_cm=height_cm, creatinine_mg_per_dl=creatinine_mg_per_dl)
    _need_age(equation, age_years)
    how = f"{factor:g} × {height_cm:g} / {creatinine_mg_per_dl:g}"
    return _made(equation, factor * height_cm / creatinine_mg_per_dl, how)


def estimate_body_surface(kidney: Equations, *, height_cm: float, weight_kg: float) -> KidneyEstimate:
    """Body surface in square metres (Mosteller). Raises ValueError unless both are positive."""
    equation = kidney["mosteller"]
    divisor = equation.coefficients["divisor"]
    _need_positive(height_cm=height_cm, weight_kg=weight_kg)
    how = f"√({height_cm:g} × {weight_kg:g} / {divisor:g})"
    return _made(equation, sqrt(height_cm * weight_kg / divisor), how)


def scale_to_body_surface(
    kidney: Equations, indexed: KidneyEstimate, surface: KidneyEstimate
) -> KidneyEstimate:
    """An indexed filtration as this body's own, in mL/min: indexed x body surface / 1.73 square metres.

    Raises ValueError when ``indexed`` is not indexed or ``surface`` is not a surface.
    """
    equation = kidney["indexing"]
    if indexed.unit != kidney["ckd_epi_2021"].unit or surface.unit != equation.unit:
        raise ValueError(f"cannot scale {indexed.unit} by {surface.unit}")
    reference = equation.coefficients["reference_surface"]
    parts = (indexed, surface)
    return KidneyEstimate(
        value=indexed.value * surface.value / reference,
        unit=kidney["cockcroft_gault"].unit,
        equations=tuple(name for part in parts for name in part.equations),
        mark=max((part.mark for part in parts if part.mark), key=_rank),
        sources=tuple(dict.fromkeys(source for part in parts for source in part.sources)),
        how=f"{indexed.value:.1f} × {surface.value:.2f} / {reference:g}",
    )


def estimate_filtration(
    kidney: Equations,
    *,
    age_years: float,
    weight_kg: float,
    sex: Sex | None = None,
    height_cm: float | None = None,
    creatinine_mg_per_dl: float | None = None,
    indexed_ml_per_min: float | None = None,
) -> KidneyEstimate | None:
    """The absolute filtration the oral model asks for, in mL/min; None when the inputs do not suffice.

    Adults: Cockcroft and Gault from creatinine. Children, and adults for whom only a laboratory's indexed
    estimate is known: that estimate (in a child made here from height and creatinine when the laboratory gave
    none) scaled to body surface. Raises ValueError where an equation has no meaning.
    """
    adult = age_years >= kidney["cockcroft_gault"].coefficients["youngest"]
    if adult and creatinine_mg_per_dl is not None and sex is not None:
        return estimate_cockcroft_gault(
            kidney,
            age_years=age_years,
            weight_kg=weight_kg,
            sex=sex,
            creatinine_mg_per_dl=creatinine_mg_per_dl,
        )
    if height_cm is None:
        return None
    if indexed_ml_per_min is not None:
        if not isfinite(indexed_ml_per_min) or indexed_ml_per_min < 0:
            raise ValueError(f"indexed_ml_per_min must not be negative, not {indexed_ml_per_min}")
        indexed = KidneyEstimate(
            value=indexed_ml_per_min,
            unit=kidney["ckd_epi_2021"].unit,
            equations=(),
            mark="",  # a reported value rests on no equation of ours
            sources=(),
            how=f"{indexed_ml_per_min:g} as reported",
        )
    elif not adult and creatinine_mg_per_dl is not None:
        indexed = estimate_bedside_schwartz(
            kidney, age_years=age_years, height_cm=height_cm, creatinine_mg_per_dl=creatinine_mg_per_dl
        )
    else:
        return None
    return scale_to_body_surface(
        kidney, indexed, estimate_body_surface(kidney, height_cm=height_cm, weight_kg=weight_kg)
    )


def _made(equation: Equation, value: float, how: str) -> KidneyEstimate:
    sources = tuple(citation.source for citation in equation.evidence)
    return KidneyEstimate(value, equation.unit, (equation.name,), equation.mark, sources, how)


def _rank(mark: str) -> int:
    return _MARKS.index(Check(mark))


def _need_positive(**inputs: float) -> None:
    for name, value in inputs.items():
        if not (isfinite(value) and value > 0):
            raise ValueError(f"{name} must be a positive number, not {value}")


def _need_age(equation: Equation, age_years: float) -> None:
    youngest, oldest = equation.coefficients["youngest"], equation.coefficients.get("oldest")
    if not (isfinite(age_years) and age_years >= youngest) or (oldest is not None and age_years > oldest):
        ages = f"from {youngest:g} years" if oldest is None else f"{youngest:g} to {oldest:g} years"
        raise ValueError(f"{equation.name} was made for ages {ages}, not {age_years:g}")


def _is_female(sex: str) -> bool:
    if sex not in ("female", "male"):
        raise ValueError(f"sex must be female or male for this equation, not {sex!r}")
    return sex == "female"
