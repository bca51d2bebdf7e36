"""The population kernels against SciPy: the general solver DOP853 at rtol 1e-12, and the matrix exponential.

Tolerances: linear curves 1e-9 of the largest value, what DOP853 itself holds over a month of restarts. Effects
and slow states 1e-6 of 1: the stated bound of the fast path with half-hour steps.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.csf import SpinalLayout, build_spinal_matrix
from eutonia.model.individual import Covariates, FloatArray, draw_individuals
from eutonia.model.intrathecal import draw_patients
from eutonia.model.kernel import fill_propagators, load_kernel, to_lanes
from eutonia.model.kernel_numpy import Tone, read_fast, read_numpy, tone_fast, tone_numpy
from eutonia.model.kernel_plan import find_doublings, find_flows, plan_read, plan_tone
from eutonia.model.oral import Layout, build_rate_matrix
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import Injection, SpinalTherapy
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

MODELS = load_knowledge().models
ADULT = Covariates(50, 70, 90)
PEOPLE = 6
DAY = np.linspace(0, 48, 97)


def spinal_system() -> tuple[FloatArray, Tone]:
    """States L, U, cord, reflex, brain, central, peripheral, tip; parameters from the reference files."""
    who = draw_patients(MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"], ADULT, PEOPLE, 3)
    at, oral = SpinalLayout.over(who.systemic), Layout(who.systemic.n_transit)
    keep = [at.lumbar, at.upper, at.cord, at.reflex, at.brain, oral.central, oral.peripheral, at.tip]
    rates = build_spinal_matrix(who.systemic, who.csf)[:, keep][:, :, keep]
    e = who.effect
    slow = [
        e.tolerance_max,
        e.tolerance_ec50,
        1 / e.tolerance_on_time,
        1 / e.tolerance_off_time,
        e.adaptation_max,
        1 / e.adaptation_on_time,
        1 / e.adaptation_off_time,
    ]
    tone = Tone(
        (2, 3, 4),
        np.array([e.tone_ec50, e.reflex_ec50, e.sedation_ec50]),
        np.array([e.tone_hill, e.reflex_hill, e.sedation_hill]),
        np.array(slow),
        np.zeros((2, PEOPLE)),
    )
    return np.ascontiguousarray(rates), tone


def follow(
    rates: FloatArray,
    tone: Tone,
    who: int,
    cuts: FloatArray,
    add: FloatArray,
    keep: FloatArray,
    times: FloatArray,
) -> FloatArray:
    """One subject by DOP853, restarted at each cut: states, effect, tolerance, adaptation at ``times``."""
    size, site = len(keep), tone.sites[0]
    tmax, ect, t_up, t_down, amax, a_up, a_down = tone.slow[:, who]

    def effect(conc: float, tolerance: float) -> float:
        x = (max(conc, 0.0) / (tone.potency[0, who] * (1 + tolerance))) ** tone.steepness[0, who]
        return float(x / (1 + x))

    def slope(_: float, y: FloatArray) -> FloatArray:
        goal_t = tmax * y[site] / (y[site] + ect)
        goal_a = amax * effect(y[site], y[size])
        return np.concatenate(
            [
                rates[who] @ y[:size],
                [(goal_t - y[size]) * (t_up if goal_t > y[size] else t_down)],
                [(goal_a - y[size + 1]) * (a_up if goal_a > y[size + 1] else a_down)],
            ]
        )

    y = np.zeros(size + 2)
    found = np.empty((size + 3, len(times)))
    for at, cut in enumerate(cuts):
        y[:size] = keep * y[:size] + add[at]
        until = cuts[at + 1] if at + 1 < len(cuts) else times[-1]
        inside = (times >= cut) & ((times < until) | (at + 1 == len(cuts)))
        points = np.unique(np.append(times[inside], [cut, until]))
        solved = solve_ivp(
            slope, (cut, until), y, "DOP853", t_eval=points, rtol=1e-12, atol=1e-14, max_step=0.5
        )
        where = np.searchsorted(points, times[inside])
        found[:size, inside] = solved.y[:size, where]
        found[size, inside] = [effect(solved.y[site, w], solved.y[size, w]) for w in where]
        found[size + 1 :, inside] = solved.y[size:, where]
        y = solved.y[:, -1]
    return found


@pytest.mark.parametrize("gap", [1e-3, 0.5, 8.0, 24.0])
def test_propagators_equal_the_matrix_exponential_also_where_rates_coincide(gap: float) -> None:
    who = draw_individuals(MODELS["oral.reference2026"], ADULT, 40, 5)
    rates = build_rate_matrix(who)
    rates[1, 4, 4], rates[1, 5, 4] = (
        -4 / who.mtt[1],
        who.f[1] * 4 / who.mtt[1],
    )  # absorption as fast as transit
    lanes = to_lanes(rates.transpose(1, 2, 0))
    moves = np.empty((len(lanes), 1, *lanes.shape[1:]))
    flows = find_flows(rates)
    load_kernel(fill_propagators)(
        lanes, np.array([gap]), np.array([-1]), np.array([0]), flows.edges, flows.triples, moves
    )
    got = np.moveaxis(moves[:, 0], 0, 2).reshape(9, 9, -1)
    for subject in range(12):
        want = expm(rates[subject] * gap)
        # expm itself loses the small entries to rounding, so they are compared with the largest of all
        np.testing.assert_allclose(got[:, :, subject], want, rtol=1e-12, atol=1e-13 * want.max())


def test_a_propagator_made_by_doubling_a_shorter_interval_equals_the_matrix_exponential() -> None:
    rates = build_rate_matrix(draw_individuals(MODELS["oral.reference2026"], ADULT, 20, 5))
    hours = np.array([0.25, 0.3, 0.5, 8.0])
    half_of, doublings = find_doublings(hours)
    assert half_of.tolist() == [-1, -1, 0, 2]
    assert doublings.tolist() == [0, 0, 1, 4]
    flows, lanes = find_flows(rates), to_lanes(rates.transpose(1, 2, 0))
    moves = np.empty((len(lanes), 4, *lanes.shape[1:]))
    load_kernel(fill_propagators)(lanes, hours, half_of, doublings, flows.edges, flows.triples, moves)
    for place, gap in enumerate(hours.tolist()):
        got = np.moveaxis(moves[:, place], 0, 2).reshape(9, 9, -1)
        for subject in range(8):
            want = expm(rates[subject] * gap)
            np.testing.assert_allclose(got[:, :, subject], want, rtol=1e-12, atol=1e-13 * want.max())


def test_a_bolus_and_changing_infusion_into_the_spinal_fluid_agree_with_dop853() -> None:
    rates, tone = spinal_system()
    cuts = np.array([0.0, 6.0, 20.0, 30.25])
    add, keep = np.zeros((4, 8)), np.ones(8)
    keep[7] = 0
    add[:, 7] = [100 / 24, 300 / 24, 0, 50 / 24]
    add[2, 0] = 75
    picks = tuple(range(8))
    got, _ = tone_fast(rates, plan_tone(DAY, cuts, add, keep), np.zeros((8, PEOPLE)), tone, picks)
    for who in range(3):
        want = follow(rates, tone, who, cuts, add, keep, DAY)
        largest = np.abs(want[:8]).max(axis=1, keepdims=True)
        assert (np.abs(got[:8, :, who] - want[:8]) / np.maximum(largest, 1e-300)).max() < 1e-9
        for row, name in ((8, "effect"), (11, "tolerance"), (12, "adaptation")):
            np.testing.assert_allclose(
                got[row, :, who], want[8 + (row > 8) * (row - 10)], rtol=0, atol=1e-6, err_msg=name
            )


def test_reflex_and_sedation_follow_from_the_sites_by_their_own_curve() -> None:
    rates, tone = spinal_system()
    add = np.zeros((1, 8))
    add[0, 0] = 1000.0
    got, _ = tone_fast(rates, plan_tone(DAY, [0.0], add, np.ones(8)), np.zeros((8, PEOPLE)), tone, (3, 4))
    for row in (0, 1):
        x = (got[row] / tone.potency[row + 1]) ** tone.steepness[row + 1]
        # 1e-12: both sides are rounding-exact formulas of the same concentration
        np.testing.assert_allclose(got[3 + row], x / (1 + x), rtol=1e-12, atol=1e-15)


def test_the_compiled_path_agrees_with_the_numpy_path() -> None:
    rates, tone = spinal_system()
    cuts = np.arange(0.0, 48.0, 8.0)
    add = np.zeros((len(cuts), 8))
    add[:, 0] = 40.0
    plan = plan_tone(DAY, cuts, add, np.ones(8))
    for fast, slow in zip(
        tone_fast(rates, plan, np.zeros((8, PEOPLE)), tone, (0, 2)),
        tone_numpy(rates, plan, np.zeros((8, PEOPLE)), tone, (0, 2)),
        strict=True,
    ):
        np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-14)
    read = np.zeros((8, PEOPLE))
    read[2] = 1.0
    reading = plan_read(DAY, cuts, add, np.ones(8))
    for fast, slow in zip(
        read_fast(rates, read, reading, np.zeros((8, PEOPLE))),
        read_numpy(rates, read, reading, np.zeros((8, PEOPLE))),
        strict=True,
    ):
        np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-16)


@pytest.mark.parametrize("micrograms", [200.0, 1000.0, 10_000.0])
def test_an_injection_whose_effect_is_there_within_minutes_agrees_with_dop853(micrograms: float) -> None:
    """Both paths; the fast one holds its 1e-6, the checked one what its docstring says, 4e-6."""
    who = draw_patients(MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"], ADULT, PEOPLE, 3)
    rates, tone = spinal_system()
    add = np.zeros((1, 8))
    add[0, 0] = micrograms
    therapy = SpinalTherapy(injections=(Injection(0.0, micrograms),))
    fast = simulate_spinal_fast(who, therapy, DAY)
    checked = simulate_intrathecal(who, therapy, DAY)
    for person in range(PEOPLE):
        want = follow(rates, tone, person, np.array([0.0]), add, np.ones(8), DAY)
        for found, bound in ((fast, 1e-6), (checked, 4e-6)):
            for row, name in ((9, "tolerance"), (10, "adaptation")):
                off = np.abs(getattr(found, name)[:, person] - want[row]).max()
                assert off < bound, (type(found).__name__, name, off)


def test_effect_and_adaptation_converge_with_at_least_the_fourth_order() -> None:
    """The method has order 6; where rising turns to falling inside a step less is left of it."""
    rates, tone = spinal_system()
    add = np.zeros((1, 8))
    add[0, 0] = 50.0
    want = follow(rates, tone, 0, np.array([0.0]), add, np.ones(8), DAY)
    errors = []
    for step in (1.0, 0.5, 0.25):
        plan = plan_tone(DAY[::2], [0.0], add, np.ones(8), longest_h=step, grades=0)
        got, _ = tone_fast(rates, plan, np.zeros((8, PEOPLE)), tone, (0,))
        errors.append(np.abs(got[-1, :, 0] - want[10, ::2]).max())
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders > 3.7).all(), f"errors {errors} fall with orders {orders}"
    assert errors[1] < 1e-7
