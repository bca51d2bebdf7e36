"""Oracle: the curves of 10 mg rebuilt by hand from four studies' published parameters and from the reference model.

Printed as whole ng/mL before this code existed; held to half a unit. The equations are exact here, so nothing but the
printed rounding may differ. Then the same models against closed forms and SciPy's DOP853 at rtol 1e-12 (tolerance
1e-10, for errors that add up over steps).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, Individual
from eutonia.model.oral import Layout
from eutonia.model.published import draw_people, half_life_h, typical_person
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.side_by_side import zero_order_input

MODELS = load_knowledge().models
HOURS = np.array([0.5, 1, 1.5, 2, 3, 4, 6, 8, 10, 12])
ADULT = Covariates(50, 76, 100)
CHILD = Covariates(8, 25, 66)

PRINTED = {
    "oral.simon2018": [73, 100, 107, 105, 93, 80, 58, 43, 31, 22],
    "oral.chevillard2018": [143, 178, 178, 168, 142, 119, 83, 58, 40, 28],
    "oral.marsot2014": [107, 111, 106, 100, 88, 78, 61, 48, 37, 29],
    "oral.kochak1985": [79, 185, 188, 161, 113, 85, 56, 38, 26, 18],
    "oral.reference2026": [54, 134, 144, 130, 99, 78, 55, 41, 31, 24],
}


def person(name: str) -> Individual:
    return typical_person(MODELS[name], CHILD if name == "oral.he2014" else ADULT)


@pytest.mark.parametrize("name", PRINTED)
def test_ten_mg_give_the_printed_curve(name: str) -> None:
    curve = simulate(person(name), DoseEvents([0], [10]), HOURS).concentration[:, 0]
    np.testing.assert_allclose(curve, PRINTED[name], rtol=0, atol=0.5)


@pytest.mark.parametrize(
    ("name", "cl", "v", "ka"),
    [
        ("oral.simon2018", 11.6, 72.8, 1.64),
        ("oral.chevillard2018", 8.0, 44.5, 2.23),
        ("oral.marsot2014", 9.9, 80.7, 4.6),
    ],
)
def test_one_compartment_follows_its_closed_form(name: str, cl: float, v: float, ka: float) -> None:
    k = cl / v
    expected = 1000 * 10 * ka / (v * (ka - k)) * (np.exp(-k * HOURS) - np.exp(-ka * HOURS))
    curve = simulate(person(name), DoseEvents([0], [10]), HOURS).concentration[:, 0]
    np.testing.assert_allclose(curve, expected, rtol=1e-12)


@pytest.mark.parametrize(("name", "hours"), [("oral.simon2018", "4.4"), ("oral.kochak1985", "3.63")])
def test_the_half_life_is_the_published_one(name: str, hours: str) -> None:
    digits = len(hours.partition(".")[2])
    assert half_life_h(person(name))[0] == pytest.approx(float(hours), abs=0.5 * 10.0**-digits)


def test_the_two_compartments_of_kochak_are_the_ones_worked_out_by_hand() -> None:
    who = person("oral.kochak1985")
    assert who.vp[0] == pytest.approx(19.7, abs=0.05)
    assert who.q[0] == pytest.approx(12.9, abs=0.05)
    assert 100 * who.cl_renal[0] / who.cl[0] == pytest.approx(57, abs=0.5)
    # the published area volume is clearance over the slow rate; 59.0 with rates of three digits gives 1 %
    assert who.cl[0] / 0.191 == pytest.approx(59.0, rel=0.05)


@pytest.mark.parametrize("length", [0.5, 2.0, 5.0])
def test_an_input_at_a_constant_rate_follows_its_closed_form(length: float) -> None:
    who = person("oral.kochak1985")
    doses = zero_order_input(DoseEvents([0], [10]), length)
    curve = simulate(who, doses, HOURS).concentration[:, 0]
    fast, slow, vc = 1.29, 0.191, 28.8
    k21 = fast * slow / (10.8 / vc)
    expected = np.zeros_like(HOURS)
    for rate, other in ((fast, slow), (slow, fast)):
        share = (k21 - rate) / (other - rate) / vc
        running = np.minimum(HOURS, length)
        expected += (
            10 / length * share / rate * (1 - np.exp(-rate * running)) * np.exp(-rate * (HOURS - running))
        )
    np.testing.assert_allclose(curve, 1000 * expected, rtol=1e-11)


def test_he_keeps_what_the_abstract_gives_clearance_volume_and_half_life() -> None:
    who = person("oral.he2014")
    assert who.cl[0] / 25 == pytest.approx(0.273, rel=1e-12)
    assert (who.vc[0] + who.vp[0]) / 25 == pytest.approx(1.16, rel=1e-12)
    assert half_life_h(who)[0] == pytest.approx(4.5, rel=1e-10)
    assert who.q[0] / 25 == pytest.approx(0.115, abs=0.0005)  # the working in the model file


@pytest.mark.parametrize(
    ("name", "clearance", "volume"),
    [
        ("oral.simon2018", 0.21, 0.22),
        ("oral.marsot2014", 0.56, 0.683),
        ("oral.chevillard2018", 0.274, 0.86),
        ("oral.he2014", 0.334, 0.439),
    ],
)
def test_people_differ_as_much_as_each_study_says(name: str, clearance: float, volume: float) -> None:
    people = draw_people(MODELS[name], CHILD if name == "oral.he2014" else ADULT, 40000, 3)
    # four standard errors of a coefficient of variation from 40,000 people: 0.015 at 0.3, 0.05 at 0.9
    assert people.cl.std() / people.cl.mean() == pytest.approx(clearance, abs=0.02)
    assert people.vc.std() / people.vc.mean() == pytest.approx(volume, abs=0.05)


def solve_numerically(who: Individual, i: int, doses: DoseEvents) -> FloatArray:
    """The equations written again for either structure: concentration at HOURS, from one dose to the next."""
    steps = who.n_transit + 1
    ktr = steps / who.mtt[i] if steps else 0.0

    def slope(_: float, y: FloatArray) -> FloatArray:
        d, a1, a2 = y[steps:]
        into_depot = ktr * y[steps - 1] if steps else 0.0
        out = np.zeros_like(y)
        for s in range(steps):
            out[s] = ktr * ((y[s - 1] if s else 0.0) - y[s])
        exchange = who.q[i] * (a1 / who.vc[i] - a2 / who.vp[i])
        out[steps] = into_depot - who.ka[i] * d
        out[steps + 1] = who.f[i] * who.ka[i] * d - who.cl[i] * a1 / who.vc[i] - exchange
        out[steps + 2] = exchange
        return out

    y, found = np.zeros(steps + 3), []
    marks = np.unique(np.concatenate([[0.0], doses.time_h, HOURS]))
    for low, high in zip(marks, [*marks[1:], None], strict=True):
        y[0] += doses.amount_mg[doses.time_h == low].sum()
        if low in HOURS:
            found.append(1000 * y[steps + 1] / who.vc[i])
        if high is not None:
            y = solve_ivp(slope, (low, high), y, method="DOP853", rtol=1e-12, atol=1e-17).y[:, -1]
    return np.array(found)


@pytest.mark.parametrize("name", [*PRINTED, "oral.he2014"])
def test_every_model_agrees_with_a_numerical_solver(name: str) -> None:
    people = draw_people(MODELS[name], CHILD if name == "oral.he2014" else ADULT, 3, 17)
    doses = DoseEvents([0, 3.25, 7], [10, 5, 20])
    ours = simulate(people, doses, HOURS).concentration
    for i in range(people.n):
        np.testing.assert_allclose(ours[:, i], solve_numerically(people, i, doses), rtol=1e-10)


@pytest.mark.parametrize("name", [*PRINTED, "oral.he2014"])
def test_the_steady_state_of_every_model_is_where_a_long_run_in_ends(name: str) -> None:
    people = draw_people(MODELS[name], CHILD if name == "oral.he2014" else ADULT, 5, 4)
    day = DoseEvents([8, 14, 20], [5, 10, 5])
    held = Layout(people.n_transit).amounts
    run_in = simulate(people, repeat_daily(day, 100), np.array([2400.0])).amounts_end[:held]
    np.testing.assert_allclose(steady_state_amounts(people, day)[:held], run_in, rtol=1e-8, atol=1e-12)
