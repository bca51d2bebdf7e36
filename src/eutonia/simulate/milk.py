"""What of a mother's baclofen reaches her milk and an infant who drinks it: a range from two mothers, no forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.knowledge.schema import ModelFile

__all__ = ["MilkExposure", "compute_milk_exposure"]

_MG_PER_NG_PER_ML_PER_L = 1e-3  # 1 ng/mL in 1 L is a microgram


@dataclass(frozen=True, slots=True)
class MilkExposure:
    """Lower and upper end of each: milk in ng/mL, the infant's dose in mg/kg a day, and that dose as a percentage
    of the mother's dose per kg; the last is None when she takes nothing by the dose given."""

    milk_ng_per_ml: tuple[float, float]
    infant_mg_per_kg_day: tuple[float, float]
    relative_percent: tuple[float, float] | None
    mark: str = "ours"


def compute_milk_exposure(
    model: ModelFile, average_plasma_ng_per_ml: float, mother_mg_per_day: float, mother_weight_kg: float
) -> MilkExposure:
    """Range of milk level and infant dose from the mother's average plasma level over a day.

    model: milk.reference2026. Raises ValueError for a negative level or dose or a weight that is not positive.
    """
    for value, what in ((average_plasma_ng_per_ml, "plasma level"), (mother_mg_per_day, "dose")):
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"the {what} must be a number of at least 0, not {value:g}")
    if not (np.isfinite(mother_weight_kg) and mother_weight_kg > 0):
        raise ValueError(f"the mother's weight must be above 0 kg, not {mother_weight_kg:g}")
    low, high = (
        average_plasma_ng_per_ml * model.value(name) for name in ("milk_to_plasma_low", "milk_to_plasma_high")
    )
    drunk = model.value("milk_intake") * _MG_PER_NG_PER_ML_PER_L
    doses = (low * drunk, high * drunk)
    per_kg = mother_mg_per_day / mother_weight_kg
    relative = (100 * doses[0] / per_kg, 100 * doses[1] / per_kg) if per_kg > 0 else None
    return MilkExposure((low, high), doses, relative)
