"""Oracle: 5 mg in four groups of kidney function (Vlavonou, J Clin Pharmacol 2014;54:584-92), abstract.

The authors' dose reductions for equal exposure (a third, a half, two thirds) imply that CL/F falls to 0.67,
0.50 and 0.33 of normal; group middles 65, 40 and 20 mL per minute are ours, normal is 108. Tolerance 15
percent each, set with the model. The severe group passes at 11 percent too fast, so dose advice must follow
the published reductions, not the model. Their peaks did not differ between groups: ratio 0.9 to 1.3.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, Individual, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate


def adult(creatinine_clearance: float) -> Individual:
    model = load_knowledge().models["oral.reference2026"]
    return typical_individual(model, Covariates(55, 70, creatinine_clearance))


@pytest.mark.parametrize(("clearance", "published"), [(65, 0.67), (40, 0.50), (20, 0.33)])
def test_clearance_falls_with_the_kidney_as_the_dose_reductions_imply(
    clearance: float, published: float
) -> None:
    ill, well = adult(clearance), adult(108)
    relative = float((ill.cl / ill.f / (well.cl / well.f))[0])
    assert abs(relative - published) <= 0.15 * published


def test_the_peak_hardly_depends_on_the_kidney() -> None:
    times = np.arange(0, 1201) * 0.01
    peaks = [simulate(adult(gfr), DoseEvents([0], [5]), times).concentration.max() for gfr in (20, 108)]
    assert 0.9 <= peaks[0] / peaks[1] <= 1.3
