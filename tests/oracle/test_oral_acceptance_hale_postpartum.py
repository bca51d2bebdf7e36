"""Oracle: one woman two weeks after birth, 20 mg, plasma half-life 3.9 h (Hale, InfantRisk forum; second-hand).

Tolerance 30 percent, set with the model; one person. Weight 65 kg and clearance 120 mL per minute are assumed.
"""

from __future__ import annotations

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.simulate.summary import terminal_half_life_h


def test_the_half_life_after_birth_is_near_the_measured_one() -> None:
    woman = typical_individual(load_knowledge().models["oral.reference2026"], Covariates(30, 65, 120))
    assert abs(terminal_half_life_h(woman)[0] - 3.9) <= 0.30 * 3.9
