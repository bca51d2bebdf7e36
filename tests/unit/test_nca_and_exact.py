"""What no curve can be summarised from, and the small cases of sampled and exact figures."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals, typical_individual
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.exact import solve_exactly
from eutonia.simulate.nca import (
    accumulation,
    find_terminal_slope,
    interpolate,
    summarise_dosing_interval,
    summarise_single_dose,
    time_above,
    time_below,
)
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.walk import Walk

MODEL = load_knowledge().models["oral.reference2026"]
PERSON = typical_individual(MODEL, Covariates(50, 70, 100))
DAY = DoseEvents([0, 8, 16], [10, 10, 10])


@pytest.mark.parametrize(
    ("hours", "level", "words"),
    [
        ([0], [1], "at least two points"),
        ([0, 1], [1], "equal length"),
        ([0, 1, 1], [1, 2, 3], "point 3 is not later"),
        ([0, 2, 1], [1, 2, 3], "point 3 is not later"),
        ([0, 1], [1, -2], "point 2 is below 0"),
        ([0, float("nan")], [1, 2], "point 2 is not a number"),
        ([0, 1], [float("inf"), 2], "point 1 is not a number"),
    ],
)
def test_a_list_that_is_no_curve_is_refused_with_the_point(hours: Any, level: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        summarise_single_dose(hours, level)


def test_a_curve_that_does_not_fall_at_its_end_has_no_half_life() -> None:
    found = summarise_single_dose([0, 1, 2, 3, 4], [0, 8, 4, 5, 6])
    assert (found.half_life_h, found.auc_inf, found.extrapolated_percent, found.slope) == (None,) * 4


def test_two_points_after_the_peak_are_too_few_for_a_slope() -> None:
    assert find_terminal_slope([0, 1, 2, 3], [0, 8, 4, 2]) is None
    after_injection = find_terminal_slope([0, 1, 2, 3], [0, 8, 4, 2], into_vein=True)
    assert after_injection is not None
    assert after_injection.half_life_h == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(("off_the_line", "used"), [(0.01, (1, 2, 3, 4)), (0.3, (2, 3, 4))])
def test_a_point_a_hair_off_the_line_is_used_and_one_clearly_off_is_not(
    off_the_line: float, used: tuple[float, ...]
) -> None:
    # the last three are exactly straight; one more costs 1e-5 of adjusted r2 in the first case, 0.01 in the second
    found = find_terminal_slope([0, 1, 2, 3, 4], np.exp([6, 4 + off_the_line, 3, 2, 1]))
    assert found is not None
    assert found.hours == used


def test_levels_below_the_assay_at_the_end_are_left_out_of_slope_and_area() -> None:
    found = summarise_single_dose([0, 1, 2, 3, 4, 5], [0, 8, 4, 2, 1, 0])
    assert found.slope is not None
    assert found.slope.hours == (2, 3, 4)
    same = summarise_single_dose([0, 1, 2, 3, 4], [0, 8, 4, 2, 1])
    assert (found.auc, found.auc_inf) == (same.auc, same.auc_inf)


def test_a_curve_of_nothing_has_no_figures() -> None:
    found = summarise_single_dose([0, 1, 2], [0, 0, 0])
    assert (found.cmax, found.auc, found.half_life_h) == (0, 0, None)
    with pytest.raises(ValueError, match="all levels are 0"):
        summarise_dosing_interval([0, 1, 2], [0, 0, 0], 0, 2)


def test_samples_must_reach_over_the_interval() -> None:
    with pytest.raises(ValueError, match="outside the samples"):
        summarise_dosing_interval([0, 1, 2], [1, 2, 1], 0, 3)
    with pytest.raises(ValueError, match="end after it starts"):
        time_above([0, 1, 2], [1, 2, 1], 1, 2, 2)


def test_between_samples_the_curve_is_straight_upwards_and_logarithmic_downwards() -> None:
    assert interpolate([0, 2, 4], [0, 8, 2], 1) == 4
    assert interpolate([0, 2, 4], [0, 8, 2], 3) == pytest.approx(4)
    assert interpolate([0, 2, 4], [0, 8, 0], 3) == 4
    assert interpolate([0, 2, 4], [0, 8, 2], 4) == 2


def test_a_level_just_reached_is_not_above() -> None:
    assert time_above([0, 1, 2], [5, 5, 5], 5, 0, 2) == 0
    assert time_below([0, 1, 2], [5, 5, 5], 5, 0, 2) == 2


def test_accumulation_compares_intervals_of_one_length_only() -> None:
    one = summarise_dosing_interval([0, 4, 8], [1, 2, 1], 0, 8)
    other = summarise_dosing_interval([0, 4, 8], [1, 2, 1], 0, 4)
    with pytest.raises(ValueError, match="equally long"):
        accumulation(one, other)


def test_exact_figures_outside_the_course_are_refused() -> None:
    curve = solve_exactly(PERSON, DAY, 24)
    with pytest.raises(ValueError, match="outside the course"):
        curve.at(25)
    with pytest.raises(ValueError, match="not a stretch"):
        curve.summarise_interval(20, 8)
    with pytest.raises(ValueError, match="no drug"):
        solve_exactly(PERSON, DoseEvents([], []), 24).summarise_interval(0, 8)
    with pytest.raises(ValueError, match="after 0 h"):
        solve_exactly(PERSON, DAY, 0)
    with pytest.raises(ValueError, match="for each of 1 subjects"):
        solve_exactly(PERSON, DAY, 24, np.zeros((3, 1)))


def test_an_infusion_still_running_has_no_exposure_to_infinity() -> None:
    with pytest.raises(ValueError, match="still runs"):
        solve_exactly(PERSON, DoseEvents([0], [10], "iv", [30.0]), 24).summarise_to_the_end()


def test_the_exact_curve_is_the_simulated_one_for_anybody_from_any_start() -> None:
    people = draw_individuals(MODEL, Covariates(50, 70, 30), 4, 12)
    start = steady_state_amounts(people, DAY)
    doses = DoseEvents([1, 5, 5.5], [10, 6, 2], ["oral", "iv", "iv"], [0, 4.0, 0])
    hours = np.array([0.0, 1.0, 2.0, 5.0, 7.0, 9.0, 20.0, 24.0])
    expected = simulate(people, doses, hours, start)
    for i in range(people.n):
        curve = solve_exactly(people, doses, 24, start, subject=i)
        np.testing.assert_allclose([curve.at(h) for h in hours], expected.concentration[:, i], rtol=1e-11)
        area = [curve.area(0, h) for h in hours[1:]]
        np.testing.assert_allclose(area, expected.exposure[1:, i], rtol=1e-11)


def test_a_walk_takes_one_subject_and_keeps_its_chain() -> None:
    with pytest.raises(ValueError, match="one subject"):
        Walk(draw_individuals(MODEL, Covariates(50, 70, 30), 2, 1))
