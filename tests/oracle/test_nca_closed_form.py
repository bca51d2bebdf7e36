"""Oracle: closed forms of one and two compartments, for sampled figures where they must be exact and for exact ones.

A sampled mono-exponential decline is exact under the logarithmic rule; everything else exact is held to 1e-10, peaks
in time to 1e-6 h (a turning point is determined by rounding to about the square root of the smallest number).
"""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, Individual, draw_individuals, typical_individual
from eutonia.model.oral import compute_disposition_rates
from eutonia.model.published import typical_person
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.exact import solve_exactly
from eutonia.simulate.nca import (
    accumulation,
    summarise_dosing_interval,
    summarise_single_dose,
    time_above,
)
from eutonia.simulate.run import simulate, steady_state_amounts
from eutonia.simulate.summary import accumulation_ratio, terminal_half_life_h

MODELS = load_knowledge().models
CL, V, KA = 11.6, 72.8, 1.64
K = CL / V


def simon() -> Individual:
    return typical_person(MODELS["oral.simon2018"], Covariates(50, 70, 100))


def level(t: float, dose: float = 10) -> float:
    return 1000 * dose * KA / (V * (KA - K)) * (exp(-K * t) - exp(-KA * t))


def test_a_mono_exponential_decline_is_summarised_exactly_from_four_samples() -> None:
    hours = [0.0, 1.0, 5.0, 12.0]
    found = summarise_single_dose(hours, [80 * exp(-0.3 * t) for t in hours], into_vein=True)
    assert found.auc == pytest.approx(80 / 0.3 * (1 - exp(-3.6)), rel=1e-12)
    assert found.auc_inf == pytest.approx(80 / 0.3, rel=1e-12)
    assert found.half_life_h == pytest.approx(log(2) / 0.3, rel=1e-12)
    assert found.extrapolated_percent == pytest.approx(100 * exp(-3.6), rel=1e-12)
    assert found.slope is not None
    assert found.slope.hours == tuple(hours)
    assert found.slope.intercept == pytest.approx(log(80), rel=1e-12)
    assert found.slope.adjusted_r2 == pytest.approx(1, abs=1e-12)


def test_time_above_of_a_mono_exponential_decline_is_a_logarithm() -> None:
    hours = [0.0, 4.0, 10.0]
    got = time_above(hours, [80 * exp(-0.3 * t) for t in hours], 20, 0, 10)
    assert got == pytest.approx(log(4) / 0.3, rel=1e-12)


def test_peak_time_area_and_half_life_of_a_tablet_are_the_closed_ones() -> None:
    found = solve_exactly(simon(), DoseEvents([0], [10]), 24).summarise_to_the_end()
    tmax = log(KA / K) / (KA - K)
    assert found.tmax_h == pytest.approx(tmax, abs=1e-6)
    assert found.cmax == pytest.approx(level(tmax), rel=1e-12)
    assert found.auc_inf == pytest.approx(1000 * 10 / CL, rel=1e-10)
    tail = 1000 * 10 * KA / (V * (KA - K)) * (exp(-K * 24) / K - exp(-KA * 24) / KA)
    assert found.auc == pytest.approx(1000 * 10 / CL - tail, rel=1e-10)
    assert found.half_life_h == pytest.approx(log(2) / K, rel=1e-12)


@pytest.mark.parametrize("limit", [20.0, 80.0, 100.0])
def test_the_exact_time_above_a_level_ends_where_the_level_is_passed(limit: float) -> None:
    curve = solve_exactly(simon(), DoseEvents([0], [10]), 24)
    tmax = log(KA / K) / (KA - K)

    def find(low: float, high: float, rises: bool) -> float:
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if (level(middle) > limit) != rises else (low, middle)
        return low

    expected = find(tmax, 24, False) - find(0, tmax, True)
    assert curve.time_above(limit, 0, 24) == pytest.approx(expected, abs=1e-8)
    assert curve.time_below(limit, 0, 24) == pytest.approx(24 - expected, abs=1e-8)


def test_an_injection_into_two_compartments_has_the_closed_area_and_half_life() -> None:
    person = typical_individual(MODELS["oral.reference2026"], Covariates(50, 70, 100))
    found = solve_exactly(person, DoseEvents([0], [15], "iv"), 12).summarise_to_the_end()
    _, slow = compute_disposition_rates(person)
    assert found.cmax == pytest.approx(1000 * 15 / 30, rel=1e-12)
    assert found.tmax_h == 0
    assert found.auc_inf == pytest.approx(1000 * 15 / 7.9, rel=1e-10)
    assert found.half_life_h == pytest.approx(log(2) / slow[0], rel=1e-12)


def test_the_steady_state_interval_has_the_closed_peak_trough_and_average() -> None:
    person, tau = simon(), 8.0
    day = DoseEvents([0, 8, 16], [10, 10, 10])
    found = solve_exactly(person, day, 24, steady_state_amounts(person, day)).summarise_interval(8, tau)
    a, b = 1 / (1 - exp(-K * tau)), 1 / (1 - exp(-KA * tau))
    tmax = log(KA * b / (K * a)) / (KA - K)

    def steady(t: float) -> float:
        return 1000 * 10 * KA / (V * (KA - K)) * (a * exp(-K * t) - b * exp(-KA * t))

    assert found.average == pytest.approx(1000 * 10 / CL / tau, rel=1e-10)
    assert found.tmax_h == pytest.approx(tmax, abs=1e-6)
    assert found.cmax == pytest.approx(steady(tmax), rel=1e-10)
    assert found.trough == pytest.approx(steady(tau), rel=1e-10)
    # the lowest is just after a dose, before it is absorbed: here the trough itself
    assert found.cmin == pytest.approx(min(steady(tau), steady(0)), rel=1e-10)
    assert found.fluctuation_percent == pytest.approx(
        100 * (steady(tmax) - steady(tau)) / (1000 * 10 / CL / tau), rel=1e-9
    )


@pytest.mark.parametrize("gfr", [100, 20])
def test_exact_and_sampled_figures_meet_when_samples_are_dense(gfr: float) -> None:
    people = draw_individuals(MODELS["oral.reference2026"], Covariates(50, 70, gfr), 4, 2)
    course = repeat_daily(DoseEvents([0, 8, 16], [10, 10, 10]), 3)
    hours = np.arange(0, 72 * 200 + 1) / 200
    curves = simulate(people, course, hours).concentration
    for i in range(people.n):
        exact = solve_exactly(people, course, 72, subject=i)
        ours, sampled = (
            exact.summarise_interval(48, 24),
            summarise_dosing_interval(hours, curves[:, i], 48, 24),
        )
        # a step of 0.005 h: an area is off by its square times the curvature, a peak by less
        assert sampled.auc == pytest.approx(ours.auc, rel=1e-5)
        assert sampled.cmax == pytest.approx(ours.cmax, rel=1e-4)
        assert sampled.cmin == pytest.approx(ours.cmin, rel=1e-4)
        assert sampled.tmax_h == pytest.approx(ours.tmax_h, abs=0.006)
        limit = (ours.cmax + ours.cmin) / 2
        assert time_above(hours, curves[:, i], limit, 48, 72) == pytest.approx(
            exact.time_above(limit, 48, 72), abs=1e-3
        )


def test_accumulation_from_intervals_is_the_ratio_of_exposures() -> None:
    person = typical_individual(MODELS["oral.reference2026"], Covariates(50, 70, 20))
    day = DoseEvents([0, 8, 16], [10, 10, 10])
    curve = solve_exactly(person, repeat_daily(day, 40), 960)
    ratio = accumulation(curve.summarise_interval(0, 24), curve.summarise_interval(936, 24))
    assert ratio == pytest.approx(accumulation_ratio(person, day)[0], rel=1e-9)


def test_the_exact_half_life_is_the_one_of_the_summary() -> None:
    people = draw_individuals(MODELS["oral.reference2026"], Covariates(50, 70, 20), 3, 2)
    for i in range(3):
        found = solve_exactly(people, DoseEvents([0], [10]), 24, subject=i).summarise_to_the_end()
        assert found.half_life_h == pytest.approx(terminal_half_life_h(people)[i], rel=1e-12)


def test_an_infusion_peaks_when_it_ends() -> None:
    person = typical_individual(MODELS["oral.reference2026"], Covariates(50, 70, 100))
    curve = solve_exactly(person, DoseEvents([1], [15], "iv", [2.5]), 30)
    found = curve.summarise_interval(0, 24)
    assert found.tmax_h == pytest.approx(3.5, abs=1e-9)
    assert curve.at(3.5) == pytest.approx(found.cmax, rel=1e-12)
    assert found.cmin == 0
    assert found.swing_percent is None
