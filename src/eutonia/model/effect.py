"""From concentrations at the cord and the brain to tone, spasms, reflex and sedation.

    x = Ce / (EC50 (1 + T))     E = x^g / (1 + x^g)                 effect on tone; T is tolerance
    T relaxes towards Tmax Ce / (Ce + ECT)                          months up, weeks down
    A relaxes towards Amax E                                        adaptation; days
    N = (1 + A) (1 - E)                                             net excitability; 1 is untreated
    N = (1 + A) (1 + d E)                                           in a paradoxical responder
    Ashworth = floor + (baseline - floor) N, within the scale       spasms = baseline N, within the scale
    H to M ratio = 1 / (1 + (CH / EC50H)^gH)                        fraction of the untreated ratio
    sedation = y / (1 + y),  y = (CB / EC50B)^gB                    0 awake, 1 deep coma

Adaptation follows the effect and not the concentration, so steady treatment never leaves tone worse than none
(as long as Amax is at most 1), and stopping uncovers it as rebound.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import FloatArray

__all__ = [
    "EffectParameters",
    "adaptation_target",
    "ashworth_score",
    "net_excitability",
    "reflex_ratio",
    "sedation",
    "spasm_score",
    "tolerance_target",
    "tone_effect",
]


@dataclass(frozen=True, slots=True)
class EffectParameters:
    """Effect of n subjects, arrays (n,): concentrations in micrograms per mL, times in hours, scores as such.

    is_paradoxical: who answers with more tone. It is False for everybody unless it was drawn or stated.
    """

    tone_ec50: FloatArray
    tone_hill: FloatArray
    baseline_ashworth: FloatArray
    ashworth_floor: FloatArray
    ashworth_ceiling: FloatArray
    baseline_spasms: FloatArray
    spasms_ceiling: FloatArray
    reflex_ec50: FloatArray
    reflex_hill: FloatArray
    sedation_ec50: FloatArray
    sedation_hill: FloatArray
    adaptation_max: FloatArray
    adaptation_on_time: FloatArray
    adaptation_off_time: FloatArray
    tolerance_max: FloatArray
    tolerance_ec50: FloatArray
    tolerance_on_time: FloatArray
    tolerance_off_time: FloatArray
    paradox_gain: FloatArray
    is_paradoxical: NDArray[np.bool_]

    @property
    def n(self) -> int:
        return len(self.tone_ec50)

    @classmethod
    def from_file(cls, model: ModelFile, n: int = 1) -> EffectParameters:
        """The typical values of a model file for n equal subjects, none of them paradoxical."""
        names = [f.name for f in fields(cls) if f.name != "is_paradoxical"]
        values = {name: np.full(n, model.value(name)) for name in names}
        return cls(**values, is_paradoxical=np.zeros(n, dtype=bool))

    def select(self, chosen: slice | NDArray[np.intp]) -> EffectParameters:
        """The chosen subjects."""
        return replace(self, **{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def tone_effect(cord: FloatArray, tolerance: FloatArray | float, who: EffectParameters) -> FloatArray:
    """Effect on tone E, 0 to 1, from the cord concentration (..., n) and the tolerance (..., n)."""
    drive = (cord / (who.tone_ec50 * (1.0 + tolerance))) ** who.tone_hill
    return np.asarray(drive / (1.0 + drive))


def tolerance_target(cord: FloatArray, who: EffectParameters) -> FloatArray:
    """Where tolerance would settle at this cord concentration (..., n)."""
    return np.asarray(who.tolerance_max * cord / (cord + who.tolerance_ec50))


def adaptation_target(effect: FloatArray, who: EffectParameters) -> FloatArray:
    """Where adaptation would settle at this effect (..., n)."""
    return np.asarray(who.adaptation_max * effect)


def net_excitability(effect: FloatArray, adaptation: FloatArray, who: EffectParameters) -> FloatArray:
    """Excitability N relative to untreated, from effect and adaptation (..., n); above 1 is rebound or paradox."""
    answer = np.where(who.is_paradoxical, 1.0 + who.paradox_gain * effect, 1.0 - effect)
    return np.asarray((1.0 + adaptation) * answer)


def ashworth_score(excitability: FloatArray, who: EffectParameters) -> FloatArray:
    """Mean Ashworth score of the legs on the scale from 1 to 5 (..., n)."""
    height = who.baseline_ashworth - who.ashworth_floor
    return np.clip(who.ashworth_floor + height * excitability, who.ashworth_floor, who.ashworth_ceiling)


def spasm_score(excitability: FloatArray, who: EffectParameters) -> FloatArray:
    """Spasm score on the scale from 0 to 4 (..., n)."""
    return np.clip(who.baseline_spasms * excitability, 0.0, who.spasms_ceiling)


def reflex_ratio(reflex_site: FloatArray, who: EffectParameters) -> FloatArray:
    """H to M ratio as a fraction of the untreated one, from the reflex-site concentration (..., n)."""
    return np.asarray(1.0 / (1.0 + (reflex_site / who.reflex_ec50) ** who.reflex_hill))


def sedation(brain: FloatArray, who: EffectParameters) -> FloatArray:
    """Depth of sedation, 0 to 1, from the brain-site concentration (..., n)."""
    drive = (brain / who.sedation_ec50) ** who.sedation_hill
    return np.asarray(drive / (1.0 + drive))
