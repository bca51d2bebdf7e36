"""What follows from effect and adaptation: excitability and the scores, the same for every way of simulating."""

from __future__ import annotations

from typing import Protocol

from eutonia.model.effect import EffectParameters, ashworth_score, net_excitability, spasm_score
from eutonia.model.individual import FloatArray

__all__ = ["ToneScores"]


class _HasTone(Protocol):
    @property
    def effect(self) -> FloatArray: ...
    @property
    def adaptation(self) -> FloatArray: ...
    @property
    def who(self) -> EffectParameters: ...


class ToneScores:
    """Scores over time, (T, n), for anything that holds effect, adaptation and the people's parameters."""

    __slots__ = ()

    @property
    def excitability(self: _HasTone) -> FloatArray:
        """Net excitability; 1 is untreated, above it rebound or a paradoxical response."""
        return net_excitability(self.effect, self.adaptation, self.who)

    @property
    def ashworth(self: _HasTone) -> FloatArray:
        """Mean Ashworth score of the legs, scale from 1 to 5."""
        return ashworth_score(net_excitability(self.effect, self.adaptation, self.who), self.who)

    @property
    def spasms(self: _HasTone) -> FloatArray:
        """Spasm score, scale from 0 to 4."""
        return spasm_score(net_excitability(self.effect, self.adaptation, self.who), self.who)
