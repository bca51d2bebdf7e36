"""Steady state at once against years of running in, against SciPy, and against the closed form of an infusion."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from eutonia.errors import InputRefused
from eutonia.model.csf import SpinalLayout, build_spinal_matrix
from eutonia.model.effect import adaptation_target, tolerance_target, tone_effect
from eutonia.model.intrathecal import Patient, SpinalState, settle
from eutonia.model.oral import Layout
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.run import steady_state_amounts
from eutonia.simulate.settled import settle_on_cycle
from eutonia.simulate.spinal_events import Drainage, Injection, SpinalTherapy, TipRate
from tests.spinal_base import adult, crowd

TABLETS = DoseEvents([8, 14, 20], [20, 10, 20])
FLEX = TipRate([0.0, 6.0, 22.0], [8.0, 20.0, 4.0])
BOTH = SpinalTherapy(tip=FLEX, doses=TABLETS, injections=(Injection(3, 5),))
DAY = np.array([0.0, 24.0])


def moved(patient: Patient, state: SpinalState, therapy: SpinalTherapy) -> float:
    """The largest change of anybody's slow states over one period more."""
    end = simulate_intrathecal(patient, therapy, DAY, state).end
    return float(
        max(
            np.abs(end.tolerance - state.tolerance).max(),
            np.abs(end.adaptation - state.adaptation).max(),
        )
    )


@pytest.mark.parametrize("therapy", [SpinalTherapy(doses=TABLETS), SpinalTherapy(tip=FLEX), BOTH])
def test_whoever_has_settled_is_the_same_a_day_later(therapy: SpinalTherapy) -> None:
    people = crowd(20)
    state = settle_on_cycle(people, therapy)
    end = simulate_intrathecal(people, therapy, DAY, state).end
    at = SpinalLayout.over(people.systemic)
    moving = [*range(Layout(people.systemic.n_transit).amounts), *range(at.lumbar, at.brain + 1)]
    np.testing.assert_allclose(end.linear[moving], state.linear[moving], rtol=1e-9, atol=1e-14)
    assert moved(people, state, therapy) < 1e-6  # what the simulation of that day promises of its own steps


def test_tablets_and_a_pump_for_six_years_lead_to_the_same_place() -> None:
    """Tolerance takes four months to rise; after 18 of these times 2e-8 of it are left."""
    patient, state = adult(), None
    for _ in range(72):
        month = SpinalTherapy(
            tip=TipRate(
                (24.0 * np.arange(30)[:, None] + FLEX.time_h).ravel(), np.tile(FLEX.micrograms_per_h, 30)
            ),
            doses=repeat_daily(TABLETS, 30),
            injections=tuple(Injection(24.0 * day + 3, 5) for day in range(30)),
        )
        state = simulate_intrathecal(patient, month, np.array([720.0]), state).end
    assert state is not None
    found = settle_on_cycle(patient, BOTH)
    np.testing.assert_allclose(found.tolerance, state.tolerance, atol=5e-6)
    np.testing.assert_allclose(found.adaptation, state.adaptation, atol=5e-6)
    at = SpinalLayout.over(patient.systemic)
    for place in (at.lumbar, at.cord, at.brain, at.central):
        np.testing.assert_allclose(found.linear[place], state.linear[place], rtol=1e-9)


def test_a_constant_infusion_has_the_closed_form() -> None:
    people = crowd(30)
    found, known = settle_on_cycle(people, SpinalTherapy(tip=TipRate.constant(300))), settle(people, 300)
    np.testing.assert_allclose(found.linear, known.linear, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.tolerance, known.tolerance, rtol=1e-9)
    np.testing.assert_allclose(found.adaptation, known.adaptation, rtol=1e-8)


def test_tablets_alone_have_the_amounts_of_the_oral_steady_state() -> None:
    patient = adult()
    found = settle_on_cycle(patient, SpinalTherapy(doses=TABLETS))
    amounts = Layout(patient.systemic.n_transit).amounts
    known = steady_state_amounts(patient.systemic, TABLETS)[:amounts]
    np.testing.assert_allclose(found.linear[:amounts], known, rtol=1e-10, atol=1e-18)


def test_scipy_leads_the_settled_state_back_to_itself() -> None:
    patient = adult()
    therapy = SpinalTherapy(doses=TABLETS)
    state = settle_on_cycle(patient, therapy)
    at, who = SpinalLayout.over(patient.systemic), patient.effect
    rates = build_spinal_matrix(patient.systemic, patient.csf)[0]

    def slope(_: float, y: np.ndarray) -> np.ndarray:
        cord, tolerance, adaptation = y[at.cord : at.cord + 1], y[-2:-1], y[-1:]
        up = tolerance_target(cord, who)
        over = adaptation_target(tone_effect(cord, tolerance, who), who)
        tau_t = np.where(up > tolerance, who.tolerance_on_time, who.tolerance_off_time)
        tau_a = np.where(over > adaptation, who.adaptation_on_time, who.adaptation_off_time)
        return np.concatenate([rates @ y[:-2], (up - tolerance) / tau_t, (over - adaptation) / tau_a])

    y = np.concatenate([state.linear[:, 0], state.tolerance, state.adaptation])
    now = 0.0
    for hour, mg in [*zip(TABLETS.time_h, TABLETS.amount_mg, strict=True), (24.0, 0.0)]:
        y = solve_ivp(slope, (now, hour), y, method="DOP853", rtol=1e-11, atol=1e-13, max_step=0.1).y[:, -1]
        y[0] += mg
        now = hour
    assert abs(y[-2] - state.tolerance[0]) < 1e-8
    assert abs(y[-1] - state.adaptation[0]) < 1e-8
    assert y[at.cord] == pytest.approx(state.linear[at.cord, 0], rel=1e-9)


@pytest.mark.parametrize(
    ("therapy", "path"),
    [
        (SpinalTherapy(doses=DoseEvents([25], [10])), r"doses\[0\]"),
        (SpinalTherapy(doses=DoseEvents([20], [10], "iv", [6])), r"doses\[0\]"),
        (SpinalTherapy(injections=(Injection(24, 50),)), r"injections\[0\]"),
        (SpinalTherapy(tip=TipRate([0, 30], [1, 2])), r"tip\[1\]"),
        (SpinalTherapy(drainages=(Drainage(2, 5),)), "drainages"),
    ],
)
def test_what_reaches_past_the_period_is_refused_by_name(therapy: SpinalTherapy, path: str) -> None:
    with pytest.raises(InputRefused, match=path):
        settle_on_cycle(adult(), therapy)


def test_a_person_settles_alike_alone_and_in_company() -> None:
    alone, together = settle_on_cycle(crowd(1), BOTH), settle_on_cycle(crowd(300), BOTH)
    np.testing.assert_allclose(
        alone.tolerance[0], together.tolerance[0], atol=1e-10
    )  # where the search stops
    np.testing.assert_allclose(alone.linear[:, 0], together.linear[:, 0], rtol=1e-12)
