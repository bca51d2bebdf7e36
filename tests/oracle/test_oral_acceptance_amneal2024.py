"""Oracle: a patent on an injection into muscle (US 12,011,502): 20 mg peak at 257 to 478 ng/mL, exposure as by mouth.

Weak: a claim, another route and an unknown number of people. Accepted inside the claimed range, set with the model.
"""

from __future__ import annotations

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate


def test_twenty_mg_peak_inside_the_claimed_range() -> None:
    person = typical_individual(load_knowledge().models["oral.reference2026"], Covariates(30, 70, 110))
    peak = simulate(person, DoseEvents([0], [20]), np.arange(0, 161) * 0.05).concentration.max()
    assert 257 <= peak <= 478
