from __future__ import annotations

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import draw_patients, settle
from eutonia.model.kernel_numpy import Histogram, read_fast
from eutonia.model.kernel_plan import find_flows, plan_read, plan_tone
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import Drainage, SpinalTherapy, TipRate
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

MODELS = load_knowledge().models
PATIENTS = draw_patients(
    MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"], Covariates(50, 70, 90), 5, 1
)


def test_a_value_at_the_moment_of_an_injection_is_the_one_just_after_it() -> None:
    rates = np.array([[[-0.5]]])
    plan = plan_read([0.0, 1.0, 2.0, 2.0, 3.0], [0.0, 2.0], [[8.0], [4.0]], [1.0])
    got, end = read_fast(rates, np.ones((1, 1)), plan, np.zeros((1, 1)))
    after = 8 * np.exp(-1) + 4
    want = [8, 8 * np.exp(-0.5), after, after, after * np.exp(-0.5)]
    np.testing.assert_allclose(got[:, 0], want, rtol=1e-14)
    assert end[0, 0] == pytest.approx(want[-1])


def test_doses_at_the_same_moment_and_before_the_first_output_all_count() -> None:
    plan = plan_read([5.0], [1.0, 1.0, 3.0], [[1.0], [2.0], [4.0]], [1.0])
    got, _ = read_fast(np.array([[[-0.1]]]), np.ones((1, 1)), plan, np.zeros((1, 1)))
    assert got[0, 0] == pytest.approx(3 * np.exp(-0.4) + 4 * np.exp(-0.2), rel=1e-14)


def test_a_dose_after_the_last_output_is_left_out() -> None:
    plan = plan_read([0.0, 2.0], [0.0, 9.0], [[1.0], [1.0]], [1.0])
    assert len(plan.length) == 1


def test_steps_cover_the_time_are_graded_after_a_change_and_never_too_long() -> None:
    times = np.array([0.0, 1.0, 4.0, 4.0, 7.3])
    plan = plan_tone(times, [0.0, 2.5], [[1.0], [1.0]], [1.0], longest_h=0.5, grades=3)
    assert plan.width.sum() == pytest.approx(7.3)
    assert plan.width.max() <= 0.5
    ends = np.cumsum(plan.width)
    for number, hour in enumerate(times):
        assert ends[plan.put == number] == pytest.approx(hour)
    assert ends[plan.cut == 1] == pytest.approx(2.5)
    first = int(np.flatnonzero(plan.cut == 1)[0]) + 1
    assert plan.width[first : first + 4] == pytest.approx([0.0625, 0.0625, 0.125, 0.25])
    moving = plan.width > 0
    assert np.array_equal(plan.hours[plan.whole[moving]], plan.width[moving])
    assert np.array_equal(plan.hours[plan.half[moving]] * 2, plan.width[moving])


def test_two_equal_intervals_between_outputs_are_one_step_read_half_way_too() -> None:
    times = np.arange(0, 17) * 0.5
    plan = plan_tone(times, [0.0, 4.0], [[1.0], [1.0]], [1.0], longest_h=1.0, grades=1)
    ends = np.cumsum(plan.width)
    for number, hour in enumerate(times):
        (step,) = np.flatnonzero((plan.put == number) | (plan.put_mid == number))
        middle = plan.put_mid[step] == number
        assert ends[step] - (plan.width[step] / 2 if middle else 0) == pytest.approx(hour)
    # after a change no step is longer than the time since: a quarter of an hour, then half an hour, then an hour
    assert plan.width[plan.width > 0] == pytest.approx(2 * [0.25, 0.25, 0.5, 1.0, 1.0, 1.0])
    assert set(np.flatnonzero(plan.put_mid >= 0)) == set(np.flatnonzero(plan.width == 1.0))
    assert plan_tone(times, [0.0], [[1.0]], [1.0], longest_h=0.5).put_mid.max() == -1


def test_outputs_half_way_through_a_step_are_those_of_a_finer_walk() -> None:
    times = np.linspace(0, 48, 97)
    therapy = SpinalTherapy(tip=TipRate.constant(150.0))
    long, short = (simulate_spinal_fast(PATIENTS, therapy, times, longest_h=h) for h in (1.0, 0.25))
    for name in ("plasma", "lumbar", "cord", "reflex", "sedation"):  # exact in both
        np.testing.assert_allclose(getattr(long, name), getattr(short, name), rtol=1e-9, atol=1e-15)
    for name in ("effect", "tolerance", "adaptation"):
        np.testing.assert_allclose(getattr(long, name), getattr(short, name), rtol=0, atol=2e-6)


def test_flows_follow_every_way_drug_can_take() -> None:
    rates = np.zeros((1, 3, 3))
    rates[0, 1, 0] = rates[0, 2, 1] = 1.0
    flows = find_flows(rates)
    assert {(2, 0), (1, 0), (2, 1)} <= set(map(tuple, flows.pairs.tolist()))
    assert (0, 2) not in set(map(tuple, flows.pairs.tolist()))
    assert flows.quads.tolist() == [[0, 0, 3, 3, 3], [1, 0, 1, 3, 3], [2, 0, 1, 2, 3]]


@pytest.mark.parametrize("times", [[1.0, 0.5], [-1.0], [np.nan], []])
def test_output_times_that_make_no_sense_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="times"):
        plan_read(times, [0.0], [[1.0]], [1.0])
    with pytest.raises(ValueError, match="times"):
        plan_tone(times, [0.0], [[1.0]], [1.0])


@pytest.mark.parametrize(("step", "grades"), [(0.0, 1), (-1.0, 1), (0.5, -1)])
def test_a_walk_needs_a_step_above_zero(step: float, grades: int) -> None:
    with pytest.raises(ValueError, match="step"):
        plan_tone([1.0], [0.0], [[1.0]], [1.0], longest_h=step, grades=grades)


def test_a_dose_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        plan_read([1.0], [0.0], [[np.nan]], [1.0])


def test_a_buffer_that_does_not_fit_is_refused_before_anything_is_written() -> None:
    plan = plan_read([0.0, 1.0], [0.0], [[1.0]], [1.0])
    with pytest.raises(ValueError, match="buffer"):
        read_fast(np.array([[[-1.0]]]), np.ones((1, 1)), plan, np.zeros((1, 1)), np.empty((2, 1)))


def test_fluid_let_out_is_refused_on_the_fast_path() -> None:
    with pytest.raises(ValueError, match="drainage"):
        simulate_spinal_fast(PATIENTS, SpinalTherapy(drainages=(Drainage(1.0, 10.0),)), [0.0, 2.0])


def test_people_on_a_pump_for_long_stay_where_they_are() -> None:
    settled = settle(PATIENTS, 200.0)
    got = simulate_spinal_fast(
        PATIENTS, SpinalTherapy(tip=TipRate.constant(200.0)), np.linspace(0, 240, 11), settled
    )
    for name in ("lumbar", "cord", "effect", "tolerance", "adaptation"):
        values = getattr(got, name)
        # 1e-9: a settled state is a fixed point of the exact steps, rounding apart
        np.testing.assert_allclose(values, np.broadcast_to(values[0], values.shape), rtol=1e-9, err_msg=name)


def test_withdrawal_from_a_settled_state_has_the_rebound_of_the_reference_path() -> None:
    settled = settle(PATIENTS, 300.0)
    times = np.linspace(0, 96, 97)
    stopped = SpinalTherapy(tip=TipRate([0.0], [0.0]))
    fast = simulate_spinal_fast(PATIENTS, stopped, times, settled)
    slow = simulate_intrathecal(PATIENTS, stopped, times, settled)
    # 5e-6: as in the oracle test against the reference path
    np.testing.assert_allclose(fast.excitability, slow.excitability, rtol=0, atol=5e-6)
    assert fast.excitability.max() > 1.05
    twin = simulate_spinal_fast(PATIENTS, stopped, times, settled, is_fast=False)
    np.testing.assert_allclose(fast.excitability, twin.excitability, rtol=1e-9)
    np.testing.assert_allclose(fast.spasms, twin.spasms, rtol=1e-9, atol=1e-12)


def test_only_histograms_with_the_same_bins_can_be_merged() -> None:
    with pytest.raises(ValueError, match="same times and bins"):
        Histogram.empty(2).merge(Histogram.empty(2, fine=5))
