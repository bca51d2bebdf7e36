"""A kidney injury half-way through a course, against a general solver given the same equations.

The plan walks exactly from change to change; SciPy's DOP853 integrates the rates with the clearance of each stretch.
Relative tolerance 1e-6: the solver is asked for 1e-10, and every dose is its own restart.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, typical_individual
from eutonia.model.oral import Layout, build_rate_matrix
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import NG_PER_ML, steady_state_amounts
from tests.plan_base import expected
from tests.unit.facts_base import observed

CLEARANCE = observed(
    ("egfr", "100 mL/min/1.73m2", "2026-11-20"), ("creatinine clearance", "100 mL/min", "2026-11-20")
)


def test_an_injury_and_its_recovery_agree_with_a_general_solver() -> None:
    one = expected(
        {
            "what": "acute kidney injury",
            "from": "2026-11-24 10:00",
            "to": "2026-11-26 18:00",
            "filtration": "20 mL/min",
        },
        CLEARANCE,
    )
    model = load_knowledge().models["oral.reference2026"]
    well, ill = (typical_individual(model, Covariates(46, 78, rate)) for rate in (100.0, 20.0))
    at = Layout(well.n_transit)
    rates = {True: build_rate_matrix(ill)[0], False: build_rate_matrix(well)[0]}
    state = np.zeros(at.size)
    pattern = DoseEvents([8.0, 14.0, 20.0], [20.0] * 3)
    before = steady_state_amounts(well, pattern)[:, 0]
    state[: at.amounts] = before[: at.amounts]
    hour = timedelta(hours=1)
    begin = (one.begins - one.start) / hour
    assert one.ends is not None
    end = (one.ends - one.start) / hour
    given = {(d.at - one.start) / hour: d.mg for d in one.doses}
    cuts = sorted({0.0, begin, end, *given, float(one.hours[-1])})
    levels = {}
    for start, stop in pairwise(cuts):
        state[0] += given.get(start, 0.0)
        inside = one.hours[(one.hours >= start) & (one.hours < stop)]
        matrix = rates[begin <= start < end]
        solved = solve_ivp(
            lambda _t, y, m=matrix: m @ y,
            (start, stop),
            state,
            method="DOP853",
            rtol=1e-10,
            atol=1e-12,
            t_eval=np.append(inside, stop),
        )
        for time, level in zip(inside, solved.y[at.central], strict=False):
            levels[float(time)] = level / well.vc[0] * NG_PER_ML
        state = solved.y[:, -1].copy()
    times = np.array(sorted(levels))
    ours = one.typical[: len(times)]
    np.testing.assert_allclose(ours, [levels[t] for t in times], rtol=1e-6)
