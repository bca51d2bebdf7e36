"""Oracle: the differential equations, written again here and solved by SciPy's DOP853 at rtol 1e-12.

Tolerance 1e-9 relative: a thousand times the solver's own step tolerance, for errors that add up over doses.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import (
    Covariates,
    FloatArray,
    Individual,
    draw_individuals,
    typical_individual,
)
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.run import simulate, steady_state_amounts

TIMES = np.array([0.3, 0.5, 1.1, 1.5, 2.0, 3.7, 6.0, 8.0, 9.25, 12.0, 16.4, 20.0, 24.0, 30.5, 47.0])


def people(gfr: float, formulation: str = "tablet") -> Individual:
    model = load_knowledge().models["oral.reference2026"]
    return draw_individuals(
        model, Covariates(60, 81, gfr, "solution" if formulation == "solution" else "tablet"), 4, 11
    )


def right_hand_side(who: Individual, i: int, rate: float) -> Callable[[float, FloatArray], list[float]]:
    cl, clr, q = who.cl[i], who.cl_renal[i], who.q[i]
    vc, vp, f, ka = who.vc[i], who.vp[i], who.f[i], who.ka[i]
    ktr = 4 / who.mtt[i]

    def slope(_: float, y: FloatArray) -> list[float]:
        t0, t1, t2, t3, d, a1, a2, _u = y
        c1, c2 = a1 / vc, a2 / vp
        return [
            -ktr * t0,
            ktr * (t0 - t1),
            ktr * (t1 - t2),
            ktr * (t2 - t3),
            ktr * t3 - ka * d,
            f * ka * d + rate - cl * c1 - q * (c1 - c2),
            q * (c1 - c2),
            clr * c1,
        ]

    return slope


def solve_numerically(who: Individual, i: int, doses: DoseEvents, start: FloatArray) -> FloatArray:
    """Concentration (ng/mL) and urine (mg) at TIMES, (T, 2), from one dose or output to the next."""
    stops = doses.time_h + doses.duration_h
    marks = np.unique(np.concatenate([[0.0], doses.time_h, stops, TIMES]))
    y, out = start.copy(), []
    for index, now in enumerate(marks):
        for k in np.flatnonzero((doses.time_h == now) & (doses.duration_h == 0)):
            y[0 if doses.route[k] == "oral" else 5] += doses.amount_mg[k]
        if now in TIMES:
            out.append((y[5] / who.vc[i] * 1000, y[7]))
        if index + 1 < len(marks):
            on = (doses.time_h <= now) & (stops > now) & (doses.duration_h > 0)
            rate = float(np.sum(doses.amount_mg[on] / doses.duration_h[on]))
            y = solve_ivp(
                right_hand_side(who, i, rate),
                (now, marks[index + 1]),
                y,
                method="DOP853",
                rtol=1e-12,
                atol=1e-17,
            ).y[:, -1]
    return np.array(out)


COURSES = {
    "one tablet": DoseEvents([0], [10]),
    "three doses a day at uneven hours": repeat_daily(DoseEvents([0.5, 7.25, 13.0], [10, 5, 15]), 2),
    "an injection": DoseEvents([0.25], [5], "iv"),
    "a short infusion": DoseEvents([0], [15], "iv", [10 / 60]),
    "two infusions that overlap": DoseEvents([0, 1.0], [15, 6], "iv", [2.0, 3.5]),
    "tablets, an injection and an infusion": DoseEvents(
        [0, 2.0, 8.0, 8.0], [10, 4, 20, 3], ["oral", "iv", "oral", "iv"], [0, 1.5, 0, 0]
    ),
}


@pytest.mark.parametrize("gfr", [0, 35, 110])
@pytest.mark.parametrize("course", COURSES)
def test_the_exact_solution_agrees_with_a_numerical_solver(course: str, gfr: float) -> None:
    who, doses = people(gfr), COURSES[course]
    ours = simulate(who, doses, TIMES)
    for i in range(who.n):
        theirs = solve_numerically(who, i, doses, np.zeros(8))
        given = TIMES - doses.time_h[0] >= 0.05
        np.testing.assert_allclose(ours.concentration[given, i], theirs[given, 0], rtol=1e-9)
        np.testing.assert_allclose(ours.urine_mg[given, i], theirs[given, 1], rtol=1e-9, atol=1e-15)


def test_a_solution_agrees_with_a_numerical_solver() -> None:
    who, doses = people(90, "solution"), COURSES["three doses a day at uneven hours"]
    ours = simulate(who, doses, TIMES)
    for i in range(who.n):
        theirs = solve_numerically(who, i, doses, np.zeros(8))
        given = TIMES - doses.time_h[0] >= 0.05
        np.testing.assert_allclose(ours.concentration[given, i], theirs[given, 0], rtol=1e-9)


def test_starting_from_a_steady_state_agrees_with_a_numerical_solver() -> None:
    model = load_knowledge().models["oral.reference2026"]
    who = typical_individual(model, Covariates(70, 60, 25))
    start = steady_state_amounts(who, DoseEvents([0, 8, 16], [10, 10, 10]))
    doses = DoseEvents([4.0], [5])
    ours = simulate(who, doses, TIMES, start)
    theirs = solve_numerically(who, 0, doses, start[:, 0])
    np.testing.assert_allclose(ours.concentration[:, 0], theirs[:, 0], rtol=1e-9)
