"""What a laboratory would report: a concentration with the error that is left when the model is right.

The error holds the laboratory, the clock and what the model does not know together; the published models give it
as a part of the level, as a constant, or as both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import FloatArray, draw_normals
from eutonia.model.seeds import SEEDS, check_seed

__all__ = ["ResidualError", "measure", "residual_error"]

# A counter of its own, beyond those of the oral, the spinal and the population draws.
_KEY = 3 * SEEDS
_BLOCK = 4


@dataclass(frozen=True, slots=True)
class ResidualError:
    """Standard deviations: ``proportional`` as a part of the level, ``additive`` in ng/mL."""

    proportional: float
    additive: float


def residual_error(model: ModelFile) -> ResidualError | None:
    """The error the model file states; None when its paper gave none: then none may be invented."""
    names = ("residual_proportional", "residual_additive")
    if not any(name in model.parameters for name in names):
        return None
    return ResidualError(*(model.value(name) if name in model.parameters else 0.0 for name in names))


def measure(concentration: FloatArray, error: ResidualError, seed: int, first: int = 0) -> FloatArray:
    """Measured levels (T, n) in ng/mL for true ones (T, n) of subjects ``first`` onwards.

    The error is normal with variance (proportional x level)^2 + additive^2; a result below 0 is reported as 0,
    as a laboratory reports what it does not detect. The same subject gets the same errors whatever the company.
    Raises ValueError for a negative or unknown level, or a seed outside 0 to 2^64.
    """
    true = np.asarray(concentration, dtype=np.float64)
    if true.ndim != 2 or not (np.isfinite(true) & (true >= 0)).all():
        raise ValueError("concentrations must be times by subjects, each a number of at least 0")
    times, n = true.shape
    normal = draw_normals(n, _KEY + check_seed(seed), first, times + -times % _BLOCK).T[:times]
    spread = np.sqrt((error.proportional * true) ** 2 + error.additive**2)
    return np.asarray(np.maximum(true + spread * normal, 0.0))
