"""Oracle: sessions of extra clearance against SciPy's DOP853 at rtol 1e-12, restarted at every switch.

Tolerance 1e-10 relative, for errors that add up over steps.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, Individual, draw_individuals
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.removal import Session, simulate_with_removal
from eutonia.simulate.run import steady_state_amounts

MODEL = load_knowledge().models["oral.reference2026"]
TIMES = np.array([1.0, 4.0, 10.0, 11.5, 14.0, 20.0, 26.0, 30.0, 47.0, 60.0])
SESSIONS = [
    Session("haemodialysis", 10, 14, 7.7),
    Session("haemofiltration", 14, 26, 2.4),
    Session("peritoneal dialysis", 30, 80, 0.27),
]
COURSES = {
    "tablets": repeat_daily(DoseEvents([0, 8.5, 14], [5, 5, 10]), 2),
    "an infusion that runs through a session": DoseEvents([2, 9.0], [10, 12], ["oral", "iv"], [0, 30.0]),
    "an injection when a session begins": DoseEvents([10], [4], "iv"),
}


def solve_numerically(who: Individual, i: int, doses: DoseEvents, start: FloatArray) -> FloatArray:
    """Level (ng/mL), urine and removed (mg) at TIMES."""
    ktr = 4 / who.mtt[i]

    def slope(_: float, y: FloatArray, extra: float, rate: float) -> list[float]:
        c1, c2 = y[5] / who.vc[i], y[6] / who.vp[i]
        chain = [-ktr * y[0], *(ktr * (y[k - 1] - y[k]) for k in (1, 2, 3))]
        absorbed = who.ka[i] * y[4]
        exchange = who.q[i] * (c1 - c2)
        central = who.f[i] * absorbed + rate - (who.cl[i] + extra) * c1 - exchange
        return [*chain, ktr * y[3] - absorbed, central, exchange, who.cl_renal[i] * c1, extra * c1]

    ends = doses.time_h + doses.duration_h
    switches = [b for s in SESSIONS for b in (s.start, s.end)]
    marks = np.unique(np.concatenate([[0.0], doses.time_h, ends, switches, TIMES]))
    y, found = np.append(start, 0.0), []
    for low, high in zip(marks, [*marks[1:], None], strict=True):
        for k in np.flatnonzero((doses.time_h == low) & (doses.duration_h == 0)):
            y[0 if doses.route[k] == "oral" else 5] += doses.amount_mg[k]
        if low in TIMES:
            found.append((1000 * y[5] / who.vc[i], y[7], y[8]))
        if high is not None:
            extra = sum(s.clearance for s in SESSIONS if s.start <= low < s.end)
            on = (doses.duration_h > 0) & (doses.time_h <= low) & (ends > low)
            rate = float((doses.amount_mg[on] / doses.duration_h[on]).sum())
            y = solve_ivp(
                slope, (low, high), y, method="DOP853", rtol=1e-12, atol=1e-17, args=(extra, rate)
            ).y[:, -1]
    return np.array(found)


@pytest.mark.parametrize("gfr", [0, 40])
@pytest.mark.parametrize("course", COURSES)
def test_a_course_with_sessions_agrees_with_a_numerical_solver(course: str, gfr: float) -> None:
    who, doses = draw_individuals(MODEL, Covariates(60, 70, gfr), 3, 5), COURSES[course]
    ours = simulate_with_removal(who, doses, TIMES, SESSIONS)
    for i in range(who.n):
        theirs = solve_numerically(who, i, doses, np.zeros(8))
        # below 1e-12 of a ng or mg nothing is compared: the level before the first dose is 0
        np.testing.assert_allclose(ours.trajectory.concentration[:, i], theirs[:, 0], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(ours.trajectory.urine_mg[:, i], theirs[:, 1], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(ours.removed_mg[:, i], theirs[:, 2], rtol=1e-10, atol=1e-12)


def test_sessions_from_a_steady_state_agree_with_a_numerical_solver() -> None:
    who = draw_individuals(MODEL, Covariates(60, 70, 12), 2, 5)
    start = steady_state_amounts(who, DoseEvents([8, 20], [5, 5]))
    ours = simulate_with_removal(who, DoseEvents([8], [5]), TIMES, SESSIONS, start)
    for i in range(who.n):
        theirs = solve_numerically(who, i, DoseEvents([8], [5]), start[:, i])
        np.testing.assert_allclose(ours.trajectory.concentration[:, i], theirs[:, 0], rtol=1e-10)
        np.testing.assert_allclose(ours.removed_mg[:, i], theirs[:, 2], rtol=1e-10, atol=1e-12)
