"""Oracle: the differential equations of the facts page (appendix of section H), written again here with the oral chain
and the cord's share of plasma, and solved by SciPy's DOP853 at rtol 1e-10 from one event to the next.

Levels agree to 1e-7 relative (a thousand times the solver's step tolerance, for errors that add up). Tolerance,
adaptation and effect agree to 2e-6: our steps are controlled to 1e-6 of tolerance and adaptation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.model.individual import FloatArray
from eutonia.model.intrathecal import Patient
from eutonia.model.relaxation import relax, relax_within
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import Drainage, Injection, SpinalTherapy, TipRate
from tests.spinal_base import crowd

PEOPLE = crowd(3, seed=21)


def right_hand_side(who: Patient, i: int, rate: float) -> Callable[[float, FloatArray], list[float]]:
    s, c, e = who.systemic, who.csf, who.effect
    ktr, ka, f, vc, vp, cl, q = 4 / s.mtt[i], s.ka[i], s.f[i], s.vc[i], s.vp[i], s.cl[i], s.q[i]
    vl, vu, cll, clu, ex = (
        c.lumbar_volume[i],
        c.upper_volume[i],
        c.lumbar_clearance[i],
        c.upper_clearance[i],
        c.exchange_flow[i],
    )
    ec50, power, ect = e.tone_ec50[i], e.tone_hill[i], e.tolerance_ec50[i]

    def slope(_: float, y: FloatArray) -> list[float]:
        t0, t1, t2, t3, depot, a1, a2, _x, lumbar, upper, ce, ch, cb, _z, tol, ada = y
        cp, cl_, cu = a1 / vc, lumbar / vl, upper / vu
        at_cord = cl_ + c.oral_cord_partition[i] * cp
        drive = (max(ce, 0.0) / (ec50 * (1 + tol))) ** power
        to_tol = e.tolerance_max[i] * ce / (ce + ect)
        to_ada = e.adaptation_max[i] * drive / (1 + drive)
        return [
            -ktr * t0,
            ktr * (t0 - t1),
            ktr * (t1 - t2),
            ktr * (t2 - t3),
            ktr * t3 - ka * depot,
            f * ka * depot - cl * cp - q * (cp - a2 / vp) + (cll * cl_ + clu * cu) / 1000,
            q * (cp - a2 / vp),
            cp,
            rate - (cll + ex) * cl_ + ex * cu,
            ex * cl_ - (ex + clu) * cu,
            c.cord_rate[i] * (at_cord - ce),
            c.reflex_rate[i] * (at_cord - ch),
            c.brain_rate[i] * (cu - cb),
            cl_,
            (to_tol - tol) / (e.tolerance_on_time[i] if to_tol > tol else e.tolerance_off_time[i]),
            (to_ada - ada) / (e.adaptation_on_time[i] if to_ada > ada else e.adaptation_off_time[i]),
        ]

    return slope


def solve_numerically(who: Patient, i: int, therapy: SpinalTherapy, times: FloatArray) -> FloatArray:
    """The sixteen states at the times, (T, 16), from one event or output to the next."""
    doses = therapy.doses if therapy.doses is not None else DoseEvents([], [])
    tip = therapy.tip if therapy.tip is not None else TipRate([], [])
    injected = {j.at_h: j.micrograms for j in therapy.injections}
    drained = {d.at_h: d.ml for d in therapy.drainages}
    marks = np.unique(np.concatenate([[0.0], doses.time_h, tip.time_h, list(injected), list(drained), times]))
    y, out = np.zeros(16), []
    for index, now in enumerate(marks):
        y[0] += doses.amount_mg[doses.time_h == now].sum()
        y[8] += injected.get(now, 0.0)
        y[8] *= np.exp(-drained.get(now, 0.0) / who.csf.lumbar_volume[i])
        if now in times:
            out.append(y.copy())
        if index + 1 < len(marks):
            rate = float(tip.micrograms_per_h[tip.time_h <= now][-1]) if (tip.time_h <= now).any() else 0.0
            y = solve_ivp(
                right_hand_side(who, i, rate),
                (now, marks[index + 1]),
                y,
                method="DOP853",
                rtol=1e-10,
                atol=1e-14,
            ).y[:, -1]
    return np.array(out)


TABLETS = repeat_daily(DoseEvents([2, 8, 14], [10, 10, 20]), 3)
COURSES = {
    "a bolus": (SpinalTherapy(injections=(Injection(0.5, 75),)), 48.0),
    "two boluses and a drainage": (
        SpinalTherapy(injections=(Injection(0, 50), Injection(26.2, 100)), drainages=(Drainage(27.0, 30),)),
        72.0,
    ),
    "an infusion": (SpinalTherapy(tip=TipRate.constant(180)), 240.0),
    "an infusion that stops": (SpinalTherapy(tip=TipRate.constant(300, 0, 150)), 300.0),
    "an infusion that stops and starts again": (
        SpinalTherapy(tip=TipRate([0, 120, 168.5], [12.5, 0, 12.5])),
        260.0,
    ),
    "tablets": (SpinalTherapy(doses=TABLETS), 90.0),
    "tablets handed over to a pump": (SpinalTherapy(tip=TipRate([30, 60], [3.0, 6.0]), doses=TABLETS), 120.0),
}


@pytest.mark.parametrize("course", COURSES)
def test_the_whole_model_agrees_with_a_numerical_solver(course: str) -> None:
    therapy, last = COURSES[course]
    times = np.unique(np.concatenate([[0.3, 1.1, 3.7, 9.25, 27.0, 31.4], np.linspace(40, last, 6)]))
    times = times[times <= last]
    run = simulate_intrathecal(PEOPLE, therapy, times)
    for i in range(PEOPLE.n):
        y = solve_numerically(PEOPLE, i, therapy, times)
        s, c = PEOPLE.systemic, PEOPLE.csf
        for ours, theirs in (
            (run.plasma[:, i], 1000 * y[:, 5] / s.vc[i]),
            (run.plasma_exposure[:, i], 1000 * y[:, 7]),
            (run.lumbar[:, i], y[:, 8] / c.lumbar_volume[i]),
            (run.upper[:, i], y[:, 9] / c.upper_volume[i]),
            (run.cord[:, i], y[:, 10]),
            (run.reflex_site[:, i], y[:, 11]),
            (run.brain[:, i], y[:, 12]),
            (run.lumbar_exposure[:, i], y[:, 13]),
        ):
            np.testing.assert_allclose(ours, theirs, rtol=1e-7, atol=1e-11)
        np.testing.assert_allclose(run.tolerance[:, i], y[:, 14], atol=2e-6)
        np.testing.assert_allclose(run.adaptation[:, i], y[:, 15], atol=2e-6)
        x = (y[:, 10] / (PEOPLE.effect.tone_ec50[i] * (1 + y[:, 14]))) ** PEOPLE.effect.tone_hill[i]
        np.testing.assert_allclose(run.effect[:, i], x / (1 + x), atol=2e-6)


def input_at(times: FloatArray) -> FloatArray:
    """Two waves, so that a state with a slow start is overtaken, falls behind and is overtaken again."""
    return np.asarray(0.3 * (1 - np.cos(times / 5.0)) * np.exp(-times / 90.0))


RISE, FALL = 120.0, 40.0


def reference(last: float) -> float:
    def slope(t: float, y: FloatArray) -> FloatArray:
        u = float(input_at(np.array(t)))
        return np.asarray([(u - y[0]) / (RISE if u > y[0] else FALL)])

    return float(
        solve_ivp(slope, (0, last), [0.1], method="DOP853", rtol=1e-12, atol=1e-14, max_step=0.05).y[0, -1]
    )


def errors(last: float, counts: list[int]) -> list[float]:
    truth, found = reference(last), []
    for count in counts:
        nodes = input_at(np.linspace(0, last, 2 * count + 1))[:, None]
        state = relax(
            nodes, np.full(count, last / count), np.array([0.1]), np.array([RISE]), np.array([FALL])
        )
        found.append(abs(float(state[-1, 0]) - truth))
    return found


def test_the_steps_of_the_slow_states_converge_with_the_third_order_also_across_a_switch() -> None:
    """Slope of the logarithm of the error over 32 to 512 steps; 3 is expected, 2.8 allows for scatter."""
    counts = [32, 64, 128, 256, 512]
    found = errors(70.0, counts)
    order = -np.polyfit(np.log(counts), np.log(found), 1)[0]
    assert order > 2.8
    assert found[-1] < 1e-9


def test_a_state_inside_a_step_converges_with_the_third_order_too() -> None:
    truth, found, counts = reference(33.3), [], [32, 64, 128, 256]
    for count in counts:
        steps = np.full(count, 70.0 / count)
        nodes = input_at(np.linspace(0, 70.0, 2 * count + 1))[:, None]
        ends = relax(nodes, steps, np.array([0.1]), np.array([RISE]), np.array([FALL]))
        place = 33.3 / steps[0]
        which, fraction = np.array([int(place)]), np.array([place - int(place)])
        value = relax_within(nodes, steps, ends, np.array([RISE]), np.array([FALL]), which, fraction)
        found.append(abs(float(value[0, 0]) - truth))
    assert -np.polyfit(np.log(counts), np.log(found), 1)[0] > 2.8
