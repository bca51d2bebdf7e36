"""Oracle: small tables worked out with closed forms for one compartment, written here from the textbook.

The person has one compartment behind a depot (V = 50 L, CL = 10 L/h, ka = 1.5 per hour, F = 0.8). Tolerance 1e-12
relative, or 1e-10 where two exponentials nearly cancel; nothing is approximate but rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.model.individual import FloatArray, Individual
from eutonia.simulate.table_run import simulate_table
from eutonia.simulate.tables import make_table

V, CL, KA, F = 50.0, 10.0, 1.5, 0.8
K = CL / V


def one_compartment(cl: float = CL) -> Individual:
    def a(value: float) -> FloatArray:
        return np.array([value])

    return Individual(
        cl=a(cl), cl_renal=a(0), q=a(1e-200), vc=a(V), vp=a(1e-201), f=a(F), ka=a(KA), mtt=a(1), n_transit=-1
    )


def levels(lag: float = 0.0, covariates: Sequence[str] = (), **columns: Sequence[Any]) -> FloatArray:
    """Predicted mg/L for each row of a table of one person."""
    table = make_table({"ID": [1] * len(columns["TIME"]), **columns}, covariates)

    def individual(_: str, values: Mapping[str, float]) -> Individual:
        return one_compartment(values.get("CL", CL))

    return simulate_table(table, individual, lag_h=lag).concentration / 1000


def injected(dose: float, t: float) -> float:
    return dose / V * exp(-K * t) if t >= 0 else 0.0


def swallowed(dose: float, t: float) -> float:
    return F * dose * KA / (V * (KA - K)) * (exp(-K * t) - exp(-KA * t)) if t > 0 else 0.0


def infused(dose: float, rate: float, t: float) -> float:
    length = dose / rate
    return rate / CL * (1 - exp(-K * min(max(t, 0), length))) * exp(-K * max(t - length, 0))


def near(expected: Sequence[float], rel: float = 1e-12) -> Any:
    return pytest.approx(expected, rel=rel, abs=1e-15)


def test_two_injections_add() -> None:
    got = levels(TIME=[0, 2, 2, 7], AMT=[100, 0, 50, 0], EVID=[1, 0, 1, 0], CMT=[2, 2, 2, 2])
    assert got == near([2, injected(100, 2), injected(100, 2) + 1, injected(100, 7) + injected(50, 5)])


def test_a_tablet_follows_the_closed_form() -> None:
    got = levels(TIME=[0, 0.5, 3, 12], AMT=[10, 0, 0, 0])
    assert got == near([0, *(swallowed(10, t) for t in (0.5, 3, 12))])


def test_additional_doses_are_counted_beyond_the_first() -> None:
    got = levels(TIME=[0, 30], AMT=[100, 0], CMT=[2, 2], II=[8, 0], ADDL=[2, 0])
    assert got[1] == near(sum(injected(100, 30 - at) for at in (0, 8, 16)))


def test_a_level_at_the_time_of_an_additional_dose_is_a_trough() -> None:
    got = levels(TIME=[0, 8, 8.25], AMT=[100, 0, 0], CMT=[2, 2, 2], II=[8, 0, 0], ADDL=[1, 0, 0])
    assert got[1:] == near([injected(100, 8), injected(100, 8.25) + injected(100, 0.25)])


def test_additional_doses_at_a_third_of_a_day_meet_the_rows_written_at_those_hours() -> None:
    step = 24 / 9  # three additional doses: 3 x 24 / 9 h is not exactly 8 h in binary
    got = levels(TIME=[0, 8.0], AMT=[100, 0], CMT=[2, 2], II=[step, 0], ADDL=[5, 0])
    assert got[1] == near(sum(injected(100, 8 - step * i) for i in range(3)))


def test_an_infusion_has_its_rate() -> None:
    got = levels(TIME=[0, 1, 4, 9], AMT=[20, 0, 0, 0], RATE=[5, 0, 0, 0], CMT=[2, 2, 2, 2])
    assert got == near([0, *(infused(20, 5, t) for t in (1, 4, 9))])


def test_bioavailability_shortens_a_zero_order_input_by_mouth_at_its_stated_rate() -> None:
    # 20 mg at 4 mg/h reach the depot for 0.8 x 20 / 4 = 4 h, not 5
    rate, length = 4.0, F * 20 / 4.0
    times = np.array([2.0, 4.0, 6.0])

    def depot_and_plasma(_: float, y: FloatArray) -> list[float]:
        return [rate - KA * y[0], KA * y[0] - K * y[1]]

    first = solve_ivp(
        depot_and_plasma, (0, length), [0, 0], t_eval=[2, 4], method="DOP853", rtol=1e-12, atol=1e-15
    ).y
    d, a = first[:, -1]
    after = a * exp(-K * 2) + d * KA / (KA - K) * (exp(-K * 2) - exp(-KA * 2))
    got = levels(TIME=[0, *times], AMT=[20, 0, 0, 0], RATE=[rate, 0, 0, 0])
    assert got[1:] == near([*(first[1] / V), after / V], rel=1e-9)  # the solver's error


def test_steady_state_injections_are_a_geometric_sum() -> None:
    got = levels(TIME=[0, 5], AMT=[100, 0], CMT=[2, 2], II=[8, 0], SS=[1, 0])
    peak = 2 / (1 - exp(-K * 8))
    assert got == near([peak, peak * exp(-K * 5)])


def test_steady_state_tablets_are_two_geometric_sums() -> None:
    def steady(dose: float, tau: float, t: float) -> float:
        slow, fast = (exp(-r * t) / (1 - exp(-r * tau)) for r in (K, KA))
        return F * dose * KA / (V * (KA - K)) * (slow - fast)

    got = levels(TIME=[0, 3, 8], AMT=[10, 0, 0], II=[8, 0, 0], SS=[1, 0, 0], ADDL=[9, 0, 0])
    assert got == near([steady(10, 8, 0), steady(10, 8, 3), steady(10, 8, 8)])


def test_with_a_lag_the_steady_dose_comes_later_in_the_cycle() -> None:
    def steady(t: float) -> float:
        slow, fast = (exp(-r * t) / (1 - exp(-r * 8)) for r in (K, KA))
        return F * 10 * KA / (V * (KA - K)) * (slow - fast)

    got = levels(
        lag=2.0, TIME=[0, 1, 5, 9], AMT=[10, 0, 0, 0], II=[8, 0, 0, 0], SS=[1, 0, 0, 0], ADDL=[3, 0, 0, 0]
    )
    # the dose before this one arrived 6 h ago; this one arrives at 2 h; the next at 10 h
    assert got == near([steady(6), steady(7), steady(3), steady(7)])


def test_a_lag_delays_tablets_and_not_injections() -> None:
    got = levels(lag=0.5, TIME=[0, 0, 0.5, 4], AMT=[10, 100, 0, 0], CMT=[1, 2, 2, 2])
    assert got == near([0, 2, injected(100, 0.5), injected(100, 4) + swallowed(10, 3.5)])


@pytest.mark.parametrize("length", [2.0, 8.0, 11.0, 27.5])
def test_steady_state_infusions_that_overlap_are_the_sum_of_all_before(length: float) -> None:
    rate = 100 / length
    got = levels(
        TIME=[0, 3, 40], AMT=[100, 0, 0], RATE=[rate, 0, 0], CMT=[2, 2, 2], II=[8, 0, 0], SS=[1, 0, 0]
    )
    before = range(0, 400)  # 400 intervals of 8 h: what is left of the first is below 1e-200
    expected = [sum(infused(100, rate, t + 8 * k) for k in before) for t in (0, 3, 40)]
    assert got == near(expected, rel=1e-10)


def test_an_endless_infusion_ends_at_its_row() -> None:
    got = levels(TIME=[0, 4], AMT=[0, 0], RATE=[5, 0], CMT=[2, 2], EVID=[1, 0], SS=[1, 0])
    assert got == near([5 / CL, 5 / CL * exp(-K * 4)])


def test_a_steady_state_row_cancels_what_was_there_and_pending() -> None:
    columns: dict[str, Sequence[Any]] = {
        "TIME": [0, 10, 13],
        "AMT": [500, 100, 0],
        "CMT": [2, 2, 2],
        "II": [4, 8, 0],
    }
    peak = 2 / (1 - exp(-K * 8))
    got = levels(**columns, ADDL=[9, 0, 0], SS=[0, 1, 0])
    assert got[1:] == near([peak, peak * exp(-K * 3)])
    kept = levels(**columns, ADDL=[9, 0, 0], SS=[0, 2, 0])
    others = [sum(injected(500, t - 4 * k) for k in range(10) if 4 * k <= t) for t in (10, 13)]
    assert kept[1:] == near([others[0] + peak, others[1] + peak * exp(-K * 3)])


@pytest.mark.parametrize("evid", [3, 4])
def test_a_reset_cancels_pending_doses_and_running_infusions(evid: int) -> None:
    new = 60 if evid == 4 else 0
    got = levels(
        TIME=[0, 0, 6, 6, 20],
        AMT=[100, 100, new, 0, 0],
        RATE=[0, 5, 0, 0, 0],
        EVID=[1, 1, evid, 0, 0],
        CMT=[2, 2, 2, 2, 2],
        II=[4, 0, 0, 0, 0],
        ADDL=[9, 0, 0, 0, 0],
    )
    assert got[2:] == near([new / V, new / V, new / V * exp(-K * 14)])


def test_covariates_hold_for_the_interval_that_ends_at_their_row() -> None:
    got = levels(covariates=["CL"], TIME=[0, 4, 10], AMT=[100, 0, 0], CMT=[2, 2, 2], CL=[10, 20, 5])
    first = 2 * exp(-20 / V * 4)  # the clearance of the second row, not of the first
    assert got == near([2, first, first * exp(-5 / V * 6)])


def test_an_event_of_another_kind_changes_covariates_and_nothing_else() -> None:
    got = levels(
        covariates=["CL"], TIME=[0, 4, 10], AMT=[100, 0, 0], EVID=[1, 2, 0], CMT=[2, 2, 2], CL=[10, 10, 20]
    )
    assert got[2] == near(2 * exp(-K * 4) * exp(-20 / V * 6))


def test_many_random_rows_agree_with_the_sum_over_doses() -> None:
    rng = np.random.default_rng(4)
    for _ in range(20):
        times = np.sort(np.round(rng.uniform(0, 48, 12), 3))
        dose = rng.random(12) < 0.5
        extra = np.where(dose, rng.integers(0, 4, 12), 0)
        cmt = np.where(dose, rng.integers(1, 3, 12), 2)
        amount, every = np.where(dose, 10.0, 0.0), np.where(extra > 0, 5.5, 0.0)
        got = levels(
            TIME=times.tolist(), AMT=amount.tolist(), CMT=cmt.tolist(), II=every.tolist(), ADDL=extra.tolist()
        )
        for row in range(12):
            expected = 0.0
            for d in np.flatnonzero(dose[: row + 1]):
                for j in range(extra[d] + 1):
                    after = times[row] - times[d] - 5.5 * j
                    if after > 1e-9 or (after == 0 and j == 0):
                        expected += (swallowed if cmt[d] == 1 else injected)(10, after)
            assert got[row] == near(expected, rel=1e-10)
