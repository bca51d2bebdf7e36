"""Oracle: haemofiltration after an overdose (Eur J Clin Pharmacol 2015, doi 10.1007/s00228-014-1802-y), abstract.

Total clearance 6.6 L/h of which 2.4 by the filter; half-life 4.8 h, tolerance 25 percent, set with the model. The
clearances are inputs, so this tests the volumes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.removal import Session, simulate_with_removal

KNOWLEDGE = load_knowledge()


def test_the_half_life_under_haemofiltration_is_near_the_published_one() -> None:
    person = typical_individual(KNOWLEDGE.models["oral.reference2026"], Covariates(45, 70, 100))
    extra = KNOWLEDGE.models["removal.reference2026"].value("clearance_haemofiltration")
    person = replace(person, cl=np.array([6.6 - extra]))
    filtered = simulate_with_removal(
        person, DoseEvents([0], [500]), np.array([30.0, 40.0]), [Session("haemofiltration", 0, 48, extra)]
    )
    first, later = filtered.trajectory.concentration[:, 0]
    assert abs(10 * np.log(2) / np.log(first / later) - 4.8) <= 0.25 * 4.8
