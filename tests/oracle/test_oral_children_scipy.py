"""Oracle: children by weight and by kidney, by mouth and into a vein, against formulas and SciPy's DOP853 (rtol 1e-12).

Tolerance 1e-10 against the solver, 1e-12 against the formulas of size.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, draw_individuals, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate

MODEL = load_knowledge().models["oral.reference2026"]
HOURS = np.array([0.1, 0.25, 1.0, 2.0, 6.0, 12.0, 24.0])


@pytest.mark.parametrize(("age", "weight", "gfr"), [(2, 12, 40), (6, 20, 60), (12, 40, 95), (17, 70, 180)])
def test_a_childs_clearance_and_volumes_follow_weight_and_kidney(
    age: float, weight: float, gfr: float
) -> None:
    child = typical_individual(MODEL, Covariates(age, weight, gfr))
    assert child.cl_renal[0] == pytest.approx(gfr * 0.06, rel=1e-12)
    assert child.cl[0] == pytest.approx(gfr * 0.06 + 1.9 * (weight / 70) ** 0.75, rel=1e-12)
    assert child.q[0] == pytest.approx(9.5 * (weight / 70) ** 0.75, rel=1e-12)
    assert child.vc[0] == pytest.approx(30 * (weight / 70) ** 0.80, rel=1e-12)
    assert child.vp[0] == pytest.approx(18 * (weight / 70) ** 0.80, rel=1e-12)


@pytest.mark.parametrize(
    "doses",
    [
        DoseEvents([0], [2.5], "iv"),
        DoseEvents([0], [5], "iv", [1.0]),
        DoseEvents([0, 0.2, 6], [5, 2, 5], ["oral", "iv", "oral"], [0, 3.0, 0]),
    ],
    ids=["injected", "infused", "both routes"],
)
def test_a_childs_levels_agree_with_a_numerical_solver(doses: DoseEvents) -> None:
    children = draw_individuals(MODEL, Covariates(5, 18, 55), 3, 6)
    ours = simulate(children, doses, HOURS)
    ends = doses.time_h + doses.duration_h
    for i in range(children.n):
        ktr, ka, f = 4 / children.mtt[i], children.ka[i], children.f[i]
        cl, q, vc, vp = children.cl[i], children.q[i], children.vc[i], children.vp[i]

        def slope(
            _: float, y: FloatArray, rate: float, p: tuple[float, ...] = (ktr, ka, f, cl, q, vc, vp)
        ) -> list[float]:
            ktr, ka, f, cl, q, vc, vp = p
            exchange = q * (y[5] / vc - y[6] / vp)
            chain = [-ktr * y[0], *(ktr * (y[k - 1] - y[k]) for k in (1, 2, 3)), ktr * y[3] - ka * y[4]]
            return [*chain, f * ka * y[4] + rate - cl * y[5] / vc - exchange, exchange]

        y, found = np.zeros(7), []
        marks = np.unique(np.concatenate([[0.0], doses.time_h, ends, HOURS]))
        for low, high in zip(marks, [*marks[1:], None], strict=True):
            for k in np.flatnonzero((doses.time_h == low) & (doses.duration_h == 0)):
                y[0 if doses.route[k] == "oral" else 5] += doses.amount_mg[k]
            if low in HOURS:
                found.append(1000 * y[5] / vc)
            if high is not None:
                on = (doses.duration_h > 0) & (doses.time_h <= low) & (ends > low)
                rate = float((doses.amount_mg[on] / doses.duration_h[on]).sum())
                y = solve_ivp(slope, (low, high), y, method="DOP853", rtol=1e-12, atol=1e-17, args=(rate,)).y[
                    :, -1
                ]
        np.testing.assert_allclose(ours.concentration[:, i], found, rtol=1e-10)
