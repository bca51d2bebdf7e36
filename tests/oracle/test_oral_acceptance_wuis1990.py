"""Oracle: unchanged drug in the urine, 57, 65 and 69 percent of a dose by mouth (Kochak 1985, Wuis 1990, Wuis 1989).

Accepted 50 to 75 percent, set with the model. These studies made the model's renal clearance, so passing proves only
that it is wired as meant.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate


@pytest.mark.parametrize("clearance", [100, 110])
def test_the_urine_recovers_as_much_of_a_dose_as_measured(clearance: float) -> None:
    person = typical_individual(load_knowledge().models["oral.reference2026"], Covariates(30, 70, clearance))
    urine = simulate(person, DoseEvents([0], [40]), np.array([0.0, 72.0, 240.0])).urine_mg[:, 0]
    assert 50 <= 100 * urine[-1] / 40 <= 75
    assert urine[1] > 0.99 * urine[2]  # complete within three days, as after a labelled dose
