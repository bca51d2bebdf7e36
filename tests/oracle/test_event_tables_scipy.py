"""Oracle: tables for the reference model against the same therapy as dose events, and against SciPy's DOP853.

Tolerance 1e-11 against the other exact path (rounding of two orders of matrix products) and 1e-10 against the solver.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.errors import InputRefused, OutsideDomain
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, Individual, draw_individuals, typical_individual
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.table_run import predict_table
from eutonia.simulate.tables import make_table, read_csv, table_from_events

MODELS = load_knowledge().models
MODEL = MODELS["oral.reference2026"]
WHO = {"AGE": 50.0, "WT": 82.0, "CRCL": 55.0}
PERSON = Covariates(50, 82, 55)
HOURS = np.array([0.25, 1.0, 3.5, 8.0, 8.5, 13.0, 23.75, 30.0])

COURSES = {
    "tablets": repeat_daily(DoseEvents([0, 7.5, 15], [10, 5, 10]), 2),
    "an injection": DoseEvents([0.5], [5], "iv"),
    "an infusion": DoseEvents([1], [15], "iv", [4.0]),
    "tablets and an infusion": DoseEvents([0, 2, 9], [10, 6, 20], ["oral", "iv", "oral"], [0, 5.5, 0]),
}


@pytest.mark.parametrize("course", COURSES)
def test_a_table_gives_the_levels_of_the_same_therapy_written_as_events(course: str) -> None:
    table = table_from_events("1", COURSES[course], HOURS, WHO)
    predicted = predict_table(MODEL, table).concentration[table.evid == 0]
    expected = simulate(typical_individual(MODEL, PERSON), COURSES[course], HOURS).concentration[:, 0]
    np.testing.assert_allclose(predicted, expected, rtol=1e-11, atol=1e-12)


def test_a_steady_state_row_is_the_steady_state_of_the_events() -> None:
    csv = "ID,TIME,AMT,II,SS,ADDL,EVID,AGE,WT,CRCL\n1,0,10,8,1,5,1,50,82,55\n"
    csv += "".join(f"1,{h},0,0,0,0,0,50,82,55\n" for h in HOURS)
    predicted = predict_table(MODEL, read_csv(csv)).concentration[1:]
    person, day = typical_individual(MODEL, PERSON), DoseEvents([0, 8, 16], [10, 10, 10])
    course = simulate(person, repeat_daily(day, 2), HOURS, steady_state_amounts(person, day))
    np.testing.assert_allclose(predicted, course.concentration[:, 0], rtol=1e-11)


def test_a_virtual_person_of_a_table_is_the_one_of_the_population() -> None:
    columns = {"ID": [7, 7, 9, 9], "TIME": [0, 5, 0, 5], "AMT": [10, 0, 10, 0]}
    table = make_table({**columns, **{name: [value] * 4 for name, value in WHO.items()}})
    predicted = predict_table(MODEL, table, seed=3).concentration
    crowd = simulate(draw_individuals(MODEL, PERSON, 2, 3), DoseEvents([0], [10]), np.array([5.0]))
    np.testing.assert_allclose(predicted[[1, 3]], crowd.concentration[0], rtol=1e-11)


def test_a_changing_kidney_agrees_with_a_numerical_solver() -> None:
    times, kidney = [0.0, 6.0, 14.0, 30.0], [90.0, 90.0, 40.0, 15.0]
    table = make_table(
        {
            "ID": [1] * 4,
            "TIME": times,
            "AMT": [20, 0, 0, 0],
            "II": [6, 0, 0, 0],
            "ADDL": [3, 0, 0, 0],
            "AGE": [60] * 4,
            "WT": [70] * 4,
            "CRCL": kidney,
        }
    )
    y, now, expected = np.zeros(7), 0.0, [0.0]
    doses = [0.0, 6.0, 12.0, 18.0]
    y[0] += 20
    for until, gfr in zip(times[1:], kidney[1:], strict=True):
        who = typical_individual(MODEL, Covariates(60, 70, gfr))

        def slope(_: float, s: FloatArray, p: Individual = who) -> list[float]:
            ktr = 4 / p.mtt[0]
            c1, c2 = s[5] / p.vc[0], s[6] / p.vp[0]
            taken, exchange = p.ka[0] * s[4], p.q[0] * (c1 - c2)
            chain = [-ktr * s[0], *(ktr * (s[k - 1] - s[k]) for k in (1, 2, 3))]
            return [*chain, ktr * s[3] - taken, p.f[0] * taken - p.cl[0] * c1 - exchange, exchange]

        for stop in [*(d for d in doses if now < d < until), until]:
            y = solve_ivp(slope, (now, stop), y, method="DOP853", rtol=1e-12, atol=1e-17).y[:, -1]
            now = stop
            if stop == until:
                expected.append(1000 * y[5] / who.vc[0])
            if stop in doses:
                y[0] += 20
    np.testing.assert_allclose(predict_table(MODEL, table).concentration, expected, rtol=1e-10)


def test_a_table_without_the_persons_traits_is_refused() -> None:
    table = make_table({"ID": [1], "TIME": [0], "AMT": [10], "AGE": [50]})
    with pytest.raises(InputRefused, match=r"needs WT[\s\S]*needs CRCL"):
        predict_table(MODEL, table)


def test_a_model_by_mouth_refuses_a_row_into_the_plasma() -> None:
    table = make_table(
        {"ID": [1, 1], "TIME": [0, 1], "AMT": [10, 5], "CMT": [1, 2], **{k: [60, 60] for k in WHO}}
    )
    with pytest.raises(InputRefused, match="row 2, CMT"):
        predict_table(MODELS["oral.simon2018"], table)


def test_a_person_outside_the_model_is_refused() -> None:
    table = make_table({"ID": [1], "TIME": [0], "AMT": [10], "AGE": [1], "WT": [9], "CRCL": [40]})
    with pytest.raises(OutsideDomain):
        predict_table(MODEL, table)
