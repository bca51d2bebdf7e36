"""Trajectories, bands and the few numbers read off them."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.errors import OutsideDomain
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals, typical_individual
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.population import bands, simulate_with_bands
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.summary import (
    accumulation_ratio,
    average_at_steady_state,
    summarise_exposure,
    terminal_half_life_h,
)

MODEL = load_knowledge().models["oral.reference2026"]
ADULT = Covariates(50, 70, 100)
THREE_A_DAY = DoseEvents([0, 8, 16], [10, 10, 10])
DAY = np.arange(0, 49) * 0.5


def test_nothing_given_leaves_nothing_in_the_plasma() -> None:
    result = simulate(typical_individual(MODEL, ADULT), DoseEvents([], []), DAY)
    assert not result.concentration.any()
    assert not result.amounts_end.any()


def test_a_value_at_the_time_of_an_injection_is_the_one_after_it() -> None:
    person = typical_individual(MODEL, ADULT)
    result = simulate(person, DoseEvents([2], [3], "iv"), np.array([1.999, 2.0]))
    assert result.concentration[0, 0] == 0
    assert result.concentration[1, 0] == pytest.approx(3 / person.vc[0] * 1000, rel=1e-12)


def test_a_dose_after_the_last_time_has_no_effect() -> None:
    person = typical_individual(MODEL, ADULT)
    one = simulate(person, DoseEvents([0], [10]), DAY)
    two = simulate(person, DoseEvents([0, 24.5], [10, 10]), DAY)
    np.testing.assert_array_equal(one.concentration, two.concentration)
    np.testing.assert_array_equal(one.amounts_end, two.amounts_end)


@pytest.mark.parametrize("times", [[], [1.0, 0.5], [-1.0, 0.0], [0.0, float("nan")]])
def test_times_that_run_backwards_or_before_the_start_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="times_h"):
        simulate(typical_individual(MODEL, ADULT), THREE_A_DAY, np.array(times))


def test_starting_amounts_of_other_people_are_refused() -> None:
    three = draw_individuals(MODEL, ADULT, 3, 1)
    with pytest.raises(ValueError, match="3 subjects"):
        simulate(three, THREE_A_DAY, DAY, steady_state_amounts(typical_individual(MODEL, ADULT), THREE_A_DAY))


def test_a_steady_state_needs_all_doses_within_the_period() -> None:
    person = typical_individual(MODEL, ADULT)
    with pytest.raises(ValueError, match="before 24 h"):
        steady_state_amounts(person, DoseEvents([0, 24], [10, 10]))
    with pytest.raises(ValueError, match="end by then"):
        steady_state_amounts(person, DoseEvents([20], [10], "iv", [5.0]))


def test_the_day_of_a_steady_state_is_summarised() -> None:
    person = typical_individual(MODEL, ADULT)
    result = simulate(person, THREE_A_DAY, DAY, steady_state_amounts(person, THREE_A_DAY))
    day = summarise_exposure(result, 0, 24)
    assert day.average[0] == pytest.approx(average_at_steady_state(person, 30)[0], rel=1e-10)
    assert day.trough[0] < day.average[0] < day.cmax[0]
    third = summarise_exposure(result, 8, 16)
    assert third.auc[0] == pytest.approx(day.auc[0] / 3, rel=1e-9)
    assert 0 < third.tmax_h[0] < 3


def test_the_exact_exposure_agrees_with_many_small_trapezia() -> None:
    person = typical_individual(MODEL, ADULT)
    fine = np.arange(0, 24001) * 0.001
    result = simulate(person, THREE_A_DAY, fine)
    # the trapezium rule at steps of 0.001 h is good to about 1e-6
    curve = result.concentration[:, 0]
    trapezia = ((curve[1:] + curve[:-1]) / 2 * np.diff(fine)).sum()
    assert trapezia == pytest.approx(result.exposure[-1, 0], rel=1e-6)


@pytest.mark.parametrize(("start", "stop"), [(0, 24.25), (0.1, 24), (8, 8), (16, 8)])
def test_a_stretch_that_is_not_on_the_grid_or_runs_backwards_is_refused(start: float, stop: float) -> None:
    result = simulate(typical_individual(MODEL, ADULT), THREE_A_DAY, DAY)
    with pytest.raises(ValueError, match=r"output times|end after"):
        summarise_exposure(result, start, stop)


def test_the_half_life_is_the_one_the_curve_ends_with() -> None:
    people = draw_individuals(MODEL, Covariates(50, 70, 30), 20, 4)
    late = simulate(people, DoseEvents([0], [10]), np.array([200.0, 210.0])).concentration
    seen = 10 * np.log(2) / np.log(late[0] / late[1])
    np.testing.assert_allclose(terminal_half_life_h(people), seen, rtol=1e-6)


def test_a_failing_kidney_lets_the_drug_accumulate() -> None:
    healthy, ill = (typical_individual(MODEL, Covariates(50, 70, gfr)) for gfr in (100, 10))
    assert accumulation_ratio(healthy, THREE_A_DAY)[0] > 1
    assert accumulation_ratio(ill, THREE_A_DAY)[0] > 1.5 * accumulation_ratio(healthy, THREE_A_DAY)[0]


def test_accumulation_is_the_last_day_of_a_long_course_over_the_first() -> None:
    person = typical_individual(MODEL, Covariates(50, 70, 20))
    result = simulate(person, repeat_daily(THREE_A_DAY, 40), np.arange(0, 41) * 24.0)
    per_day = np.diff(result.exposure[:, 0])
    assert accumulation_ratio(person, THREE_A_DAY)[0] == pytest.approx(per_day[-1] / per_day[0], rel=1e-8)


def test_no_accumulation_is_claimed_for_a_day_without_drug() -> None:
    with pytest.raises(ValueError, match="no dose"):
        accumulation_ratio(typical_individual(MODEL, ADULT), DoseEvents([], []))


def test_bands_are_ordered_and_surround_the_typical_person() -> None:
    forecast = simulate_with_bands(MODEL, ADULT, THREE_A_DAY, DAY, n=200, seed=1, before=THREE_A_DAY)
    low, middle, high = forecast.bands.concentration
    assert forecast.bands.percentiles == (10.0, 50.0, 90.0)
    assert (low < middle).all()
    assert (middle < high).all()
    typical = forecast.typical.concentration[:, 0]
    assert ((low < typical) & (typical < high)).all()


def test_the_same_seed_gives_the_same_bands_to_the_last_bit() -> None:
    one, two = (simulate_with_bands(MODEL, ADULT, THREE_A_DAY, DAY, n=50, seed=9) for _ in range(2))
    assert one.bands.concentration.tobytes() == two.bands.concentration.tobytes()


def test_a_forecast_says_when_it_extrapolates_and_refuses_an_infant() -> None:
    forecast = simulate_with_bands(MODEL, Covariates(50, 70, 5), THREE_A_DAY, DAY, n=10, seed=1)
    assert [note.covariate for note in forecast.notes] == ["glomerular_filtration"]
    with pytest.raises(OutsideDomain):
        simulate_with_bands(MODEL, Covariates(0.5, 7, 30), THREE_A_DAY, DAY, n=10, seed=1)


def test_one_person_has_no_bands() -> None:
    with pytest.raises(ValueError, match="two subjects"):
        bands(simulate(typical_individual(MODEL, ADULT), THREE_A_DAY, DAY))
