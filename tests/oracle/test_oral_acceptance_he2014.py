"""Oracle: 49 children with cerebral palsy (He et al., J Pediatr 2014;164:1181-8), abstract.

CL/F 0.273 L/h for each kg, tolerance 20 percent; half-life 4.5 h, and 2.3 to 3.4 and 5.1 h in two smaller
studies of children, taken together as 2.3 to 5.2 h. Set with the model. The check uses a child of 8 years and
25 kg with an indexed filtration of 120; the height of 128 cm is ours, it only sets the body surface.
"""

from __future__ import annotations

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, Individual, typical_individual
from eutonia.model.kidney import estimate_filtration
from eutonia.simulate.summary import terminal_half_life_h


def child() -> Individual:
    knowledge = load_knowledge()
    filtration = estimate_filtration(
        knowledge.kidney, age_years=8, weight_kg=25, height_cm=128, indexed_ml_per_min=120
    )
    assert filtration is not None
    return typical_individual(knowledge.models["oral.reference2026"], Covariates(8, 25, filtration.value))


def test_a_child_of_25_kg_clears_as_fast_as_the_studied_children() -> None:
    per_kg = float((child().cl / child().f)[0]) / 25
    assert abs(per_kg - 0.273) <= 0.20 * 0.273


def test_a_childs_half_life_lies_within_the_published_ones() -> None:
    assert 2.3 <= terminal_half_life_h(child())[0] <= 5.2
