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
from eutonia.simulate.removal import Session, summarise_session

KNOWLEDGE = load_knowledge()


def test_the_half_life_under_haemofiltration_is_near_the_published_one() -> None:
    person = typical_individual(KNOWLEDGE.models["oral.reference2026"], Covariates(45, 70, 100))
    extra = KNOWLEDGE.models["removal.reference2026"].value("clearance_haemofiltration")
    person = replace(person, cl=np.array([6.6 - extra]))
    late = [Session("haemofiltration", *hours, extra) for hours in ((0, 30), (30, 40))]
    figures = summarise_session(person, DoseEvents([0], [500]), late, 1)
    assert abs(figures.half_life_h[0] - 4.8) <= 0.25 * 4.8
