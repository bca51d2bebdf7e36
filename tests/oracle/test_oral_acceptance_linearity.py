"""Oracle: exposure is proportional to the dose from 10 to 40 mg (Kochak 1985; volunteers cited by Sanchez-Ponce 2012).

Tolerance 1 percent; the model is linear, so this holds to rounding.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates
from eutonia.model.published import typical_person
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate

MODELS = {name: model for name, model in load_knowledge().models.items() if name.startswith("oral.")}


@pytest.mark.parametrize("name", MODELS)
def test_four_times_the_dose_is_four_times_the_exposure(name: str) -> None:
    who = typical_person(MODELS[name], Covariates(10 if name == "oral.he2014" else 40, 70, 110))
    ten, forty = (simulate(who, DoseEvents([0], [mg]), np.array([240.0])).exposure[0, 0] for mg in (10, 40))
    assert forty / ten == pytest.approx(4, rel=1e-12)
