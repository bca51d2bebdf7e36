"""For any doses in anybody: nothing is lost, doses add, and a person is the same in any company."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import (
    Covariates,
    FloatArray,
    Individual,
    draw_individuals,
    select_subjects,
    typical_individual,
)
from eutonia.model.oral import Layout
from eutonia.simulate.events import DoseEvents, Route, join_events, repeat_daily
from eutonia.simulate.run import Trajectory, simulate, steady_state_amounts
from eutonia.simulate.summary import terminal_half_life_h

MODEL = load_knowledge().models["oral.reference2026"]
TIMES = np.arange(0, 145) * 0.5
COMMON = settings(deadline=None, max_examples=40)

covariates = st.builds(
    Covariates,
    age_years=st.floats(2, 95),
    weight_kg=st.floats(10, 150),
    gfr_ml_per_min=st.just(0.0) | st.floats(0.01, 200),
    formulation=st.sampled_from(["tablet", "solution"]),
)
seeds = st.integers(0, 2**32)


@st.composite
def people(draw: st.DrawFn) -> Individual:
    return draw_individuals(MODEL, draw(covariates), 3, draw(seeds))


@st.composite
def dose_events(draw: st.DrawFn) -> DoseEvents:
    """One to six doses within two days, by mouth, injected or infused."""
    count = draw(st.integers(1, 6))
    times = sorted(draw(st.lists(st.floats(0, 48), min_size=count, max_size=count)))
    amounts = draw(st.lists(st.floats(0.5, 80), min_size=count, max_size=count))
    routes: list[Route] = draw(st.lists(st.sampled_from(["oral", "iv"]), min_size=count, max_size=count))
    lengths = draw(
        st.lists(st.sampled_from([0.0, 1 / 6, 1.0, 5.5, 24.0, 72.0]), min_size=count, max_size=count)
    )
    durations = [0.0 if r == "oral" else d for r, d in zip(routes, lengths, strict=True)]
    return DoseEvents(times, amounts, routes, durations)


def eliminated(who: Individual, result: Trajectory) -> FloatArray:
    """Drug cleared from the plasma by the last time, mg (n,)."""
    return np.asarray(who.cl * result.exposure[-1] / 1000)


@COMMON
@given(who=people(), doses=dose_events())
def test_every_mg_given_is_in_the_body_eliminated_or_never_absorbed(
    who: Individual, doses: DoseEvents
) -> None:
    result = simulate(who, doses, TIMES)
    at, end = Layout(who.n_transit), TIMES[-1]
    oral = np.array([route == "oral" for route in doses.route])
    swallowed = doses.amount_mg[oral].sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(doses.duration_h > 0, np.minimum((end - doses.time_h) / doses.duration_h, 1), 1.0)
    injected = (doses.amount_mg * part)[~oral].sum()
    left_the_depot = swallowed - result.amounts_end[: at.central].sum(axis=0)
    never_absorbed = (1 - who.f) * left_the_depot
    in_body = result.amounts_end[: at.amounts].sum(axis=0)
    accounted = in_body + eliminated(who, result) + never_absorbed
    np.testing.assert_allclose(accounted, swallowed + injected, rtol=1e-10)


@COMMON
@given(who=people(), one=dose_events(), other=dose_events())
def test_two_courses_together_are_the_sum_of_each_alone(
    who: Individual, one: DoseEvents, other: DoseEvents
) -> None:
    both = simulate(who, join_events(one, other), TIMES).concentration
    apart = simulate(who, one, TIMES).concentration + simulate(who, other, TIMES).concentration
    np.testing.assert_allclose(both, apart, rtol=1e-9, atol=1e-12)


@COMMON
@given(who=people(), doses=dose_events(), factor=st.floats(0.1, 20))
def test_concentrations_are_proportional_to_the_dose(
    who: Individual, doses: DoseEvents, factor: float
) -> None:
    more = DoseEvents(doses.time_h, doses.amount_mg * factor, doses.route, doses.duration_h)
    np.testing.assert_allclose(
        simulate(who, more, TIMES).concentration,
        factor * simulate(who, doses, TIMES).concentration,
        rtol=1e-11,
        atol=1e-14,
    )


@COMMON
@given(who=people(), doses=dose_events(), later=st.floats(0, 100))
def test_a_course_started_later_gives_the_same_curve_later(
    who: Individual, doses: DoseEvents, later: float
) -> None:
    now = simulate(who, doses, TIMES[1:] + 0.013)
    then = simulate(who, doses.shift(later), TIMES[1:] + 0.013 + later)
    # a dose's first minutes rise with the fifth power of time, so there rounding of the clock shows
    np.testing.assert_allclose(then.concentration, now.concentration, rtol=1e-7, atol=1e-6)


@COMMON
@given(who=people(), doses=dose_events())
def test_no_concentration_amount_or_exposure_is_ever_negative(who: Individual, doses: DoseEvents) -> None:
    result = simulate(who, doses, TIMES)
    assert (result.concentration >= 0).all()
    assert (result.amounts_end >= 0).all()
    assert (np.diff(result.exposure, axis=0) >= -1e-9 * result.exposure[1:]).all()


@COMMON
@given(who=people(), doses=dose_events(), cut=st.integers(1, len(TIMES) - 2))
def test_stopping_and_going_on_is_the_same_as_going_through(
    who: Individual, doses: DoseEvents, cut: int
) -> None:
    at_cut = TIMES[cut]
    if (doses.duration_h > 0).any():
        doses = DoseEvents(doses.time_h, doses.amount_mg, doses.route)
    early, late = doses.time_h <= at_cut, doses.time_h > at_cut
    routes = np.array(doses.route)
    first = simulate(
        who,
        DoseEvents(doses.time_h[early], doses.amount_mg[early], tuple(routes[early].tolist())),
        TIMES[: cut + 1],
    )
    second = simulate(
        who,
        DoseEvents(doses.time_h[late] - at_cut, doses.amount_mg[late], tuple(routes[late].tolist())),
        TIMES[cut:] - at_cut,
        first.amounts_end,
    )
    through = simulate(who, doses, TIMES)
    np.testing.assert_allclose(second.concentration, through.concentration[cut:], rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(second.urine_mg[-1], through.urine_mg[-1], rtol=1e-9)


@COMMON
@given(
    person=covariates,
    seed=seeds,
    n=st.integers(1, 40),
    first=st.integers(0, 1000),
    doses=dose_events(),
)
def test_a_virtual_person_is_the_same_however_many_others_there_are(
    person: Covariates, seed: int, n: int, first: int, doses: DoseEvents
) -> None:
    crowd = draw_individuals(MODEL, person, first + n, seed)
    few = draw_individuals(MODEL, person, n, seed, first)
    np.testing.assert_array_equal(few.cl, crowd.cl[first:])
    np.testing.assert_array_equal(few.mtt, crowd.mtt[first:])
    times = TIMES[::12]
    np.testing.assert_allclose(
        simulate(few, doses, times).concentration,
        simulate(crowd, doses, times).concentration[:, first:],
        rtol=1e-12,
        atol=1e-300,
    )


def test_one_person_alone_has_the_same_curve_as_within_a_thousand() -> None:
    crowd = draw_individuals(MODEL, Covariates(45, 70, 60), 1100, 5)
    doses = repeat_daily(DoseEvents([0, 8, 16], [10, 10, 10]), 4)
    together = simulate(crowd, doses, TIMES).concentration
    for i in (0, 511, 512, 1099):
        alone = simulate(select_subjects(crowd, i, i + 1), doses, TIMES).concentration[:, 0]
        np.testing.assert_allclose(alone, together[:, i], rtol=1e-12, atol=1e-300)


@COMMON
@given(
    person=covariates, seed=seeds, hours=st.lists(st.floats(0, 23.5), min_size=1, max_size=4), data=st.data()
)
def test_the_steady_state_is_where_a_long_run_in_ends(
    person: Covariates, seed: int, hours: list[float], data: st.DataObject
) -> None:
    who = draw_individuals(MODEL, person, 3, seed)
    hours.sort()
    amounts = data.draw(st.lists(st.floats(1, 40), min_size=len(hours), max_size=len(hours)))
    day = DoseEvents(hours, amounts)
    steady = steady_state_amounts(who, day)
    # Long enough for the slowest of them: after 30 half-lives a part of 2^-30, 1e-9, of the start is left.
    days = int(np.ceil(30 * terminal_half_life_h(who).max() / 24))
    run_in = simulate(who, repeat_daily(day, days), np.array([24.0 * days])).amounts_end
    held = Layout(who.n_transit).amounts
    np.testing.assert_allclose(run_in[:held], steady[:held], rtol=1e-6, atol=1e-9)
    again = simulate(who, day, np.array([24.0]), steady).amounts_end
    np.testing.assert_allclose(again[:held], steady[:held], rtol=1e-10, atol=1e-12)


def test_with_healthy_kidneys_56_percent_of_a_tablet_leave_in_the_urine_unchanged() -> None:
    typical = typical_individual(MODEL, Covariates(45, 70, 100))
    urine = simulate(typical, DoseEvents([0], [10]), np.array([0.0, 300.0])).urine_mg[-1, 0]
    assert urine / 10 == pytest.approx(0.562, abs=0.0005)


@COMMON
@given(who=people(), mg=st.floats(1, 100))
def test_the_urine_ends_with_the_absorbed_dose_times_the_kidneys_share(who: Individual, mg: float) -> None:
    urine = simulate(who, DoseEvents([0], [mg]), np.array([0.0, 5000.0])).urine_mg[-1]
    np.testing.assert_allclose(urine, mg * who.f * who.cl_renal / who.cl, rtol=1e-9)
