"""Spinal, oral and both: who may be simulated, what is refused, and what a clinician would expect to see."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from eutonia.errors import InputRefused, OutsideDomain
from eutonia.model.csf import (
    build_spinal_matrix,
    concentration_along_canal,
    steady_state,
    washed_out_fraction,
)
from eutonia.model.effect import adaptation_target, ashworth_score, net_excitability, tone_effect
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import draw_patients, settle, typical_patient
from eutonia.simulate.device import run_pump
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.intrathecal import responder_fraction, simulate_intrathecal
from eutonia.simulate.pump_events import Continuous, Fill
from eutonia.simulate.spinal_events import Drainage, Injection, SpinalTherapy, TipRate
from tests.pump_base import EXAMPLE
from tests.spinal_base import ADULT, adult, crowd, first_time, infuse, inject, models, with_effect

SIXTY_A_DAY = DoseEvents([0, 8, 16], [20, 20, 20])


# -- who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("age", [3.9, math.nan])
def test_a_child_below_four_years_is_refused(age: float) -> None:
    with pytest.raises(OutsideDomain, match="4 years"):
        typical_patient(*models(), Covariates(age, 15, 60))
    with pytest.raises(OutsideDomain):
        draw_patients(*models(), Covariates(3, 15, 60), 5, 1)


def test_a_child_needs_a_lower_concentration_for_the_same_effect() -> None:
    child = typical_patient(*models(), Covariates(10, 30, 80))
    assert child.effect.tone_ec50[0] == pytest.approx(0.67 * adult().effect.tone_ec50[0])
    fall = [4 - inject(who, 25, np.array([4.0])).ashworth[0, 0] for who in (child, adult())]
    assert fall[0] >= 1 > fall[1]


@pytest.mark.parametrize("score", [1.0, 0.0, 5.5, math.nan])
def test_an_untreated_score_outside_the_scale_is_refused(score: float) -> None:
    with pytest.raises(InputRefused, match="untreated Ashworth"):
        typical_patient(*models(), ADULT, baseline_ashworth=score)


def test_people_differ_by_the_spreads_of_the_file_and_the_ratio_of_levels_is_kept() -> None:
    people = crowd(20000)
    for values, width in (
        (people.csf.lumbar_volume, 0.35),
        (people.csf.lumbar_clearance, 0.5),
        (people.effect.tone_ec50, 0.6),
        (people.effect.reflex_ec50, 0.5),
        (people.effect.tolerance_max, 0.6),
        (people.effect.sedation_ec50, 0.7),
    ):
        # four standard errors of a standard deviation from 20,000 people are 2 percent of it
        assert np.log(values).std() == pytest.approx(width, rel=0.025)
    assert np.ptp(people.csf.exchange_flow / people.csf.upper_clearance) < 1e-12


def test_the_paradoxical_response_is_nobodys_unless_asked_for_and_then_one_in_a_hundred() -> None:
    assert not crowd(20000).effect.is_paradoxical.any()
    people = draw_patients(*models(), ADULT, 20000, 7, with_paradox=True)
    assert people.effect.is_paradoxical.mean() == pytest.approx(0.01, abs=0.003)


def test_spinal_and_systemic_spreads_are_independent() -> None:
    people = crowd(20000)
    together = np.corrcoef(np.log(people.systemic.cl), np.log(people.csf.lumbar_clearance))[0, 1]
    assert abs(together) < 0.03


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_outside_its_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        draw_patients(*models(), ADULT, 5, seed)


# -- what --------------------------------------------------------------------------------------------


def test_under_the_drug_a_paradoxical_responder_gets_stiffer() -> None:
    who = adult()
    odd = replace(who, effect=replace(who.effect, is_paradoxical=np.array([True])))
    assert inject(odd, 100, np.array([4.0])).ashworth[0, 0] > 4.5
    assert inject(odd, 100, np.array([4.0])).cord == pytest.approx(inject(who, 100, np.array([4.0])).cord)


def test_steady_treatment_never_leaves_tone_worse_than_none() -> None:
    who = with_effect(adult(), adaptation_max=1.0)
    for cord in np.linspace(0, 2, 50):
        effect = tone_effect(np.array([cord]), 0.0, who.effect)
        excitability = net_excitability(effect, adaptation_target(effect, who.effect), who.effect)
        assert ashworth_score(excitability, who.effect)[0] <= 4.0 + 1e-12


def test_a_drainage_takes_out_the_worked_fraction_of_lumbar_drug() -> None:
    """Worked example J25: 30, 40 and 50 mL take 37.0, 46.0 and 53.7 percent."""
    for ml, percent in ((30, 37.0), (40, 46.0), (50, 53.7)):
        assert 100 * washed_out_fraction(adult().csf, ml)[0] == pytest.approx(percent, abs=0.05)


def test_the_level_falls_along_the_canal_away_from_the_tip() -> None:
    level = concentration_along_canal(np.array([1.0]), np.array([0.0, 10.0, 40.0])[:, None], adult().csf)[
        :, 0
    ]
    assert level[0] == 1.0
    assert level[0] > level[1] > level[2]
    with pytest.raises(ValueError, match="at least 0"):
        concentration_along_canal(np.array([1.0]), -1.0, adult().csf)


def test_sixty_mg_by_mouth_lower_the_score_as_the_partition_was_calibrated() -> None:
    """By 0.6 at first and 0.35 once adapted, on average over a day (0.1 for the swings between doses)."""
    no_tolerance = with_effect(adult(), tolerance_max=0.0)
    fresh = with_effect(no_tolerance, adaptation_max=0.0)
    day = np.arange(24 * 29, 24 * 30 + 0.1, 0.25)
    doses = SpinalTherapy(doses=repeat_daily(SIXTY_A_DAY, 30))
    for who, fall in ((fresh, 0.6), (no_tolerance, 0.35)):
        score = simulate_intrathecal(who, doses, day).ashworth[:, 0]
        assert 4 - score.mean() == pytest.approx(fall, abs=0.1)


def test_the_pumps_own_trace_in_plasma_adds_next_to_nothing_at_the_cord() -> None:
    run = infuse(adult(), 400, np.array([300.0]))
    assert run.cord[0, 0] / run.lumbar[0, 0] == pytest.approx(1, abs=0.002)


def test_tablets_and_pump_at_once_act_more_than_either() -> None:
    times = np.arange(72, 96, 0.5)
    tablets = repeat_daily(SIXTY_A_DAY, 4)
    scores = [
        simulate_intrathecal(adult(), therapy, times).ashworth.mean()
        for therapy in (
            SpinalTherapy(doses=tablets),
            SpinalTherapy(tip=TipRate.constant(80)),
            SpinalTherapy(tip=TipRate.constant(80), doses=tablets),
        )
    ]
    assert scores[2] < min(scores[:2]) - 0.3


def test_a_dry_pump_brings_tone_back_and_then_above_the_untreated() -> None:
    pump = run_pump(EXAMPLE, [Fill(0, 1.0, 2000), Continuous(0, 400)], 240, 2000)
    empty = next(o.at_h for o in pump.occurrences if o.kind == "empty")
    times = np.arange(0, 240.1, 0.5)
    run = simulate_intrathecal(adult(), SpinalTherapy(tip=pump.tip), times, settle(adult(), 400))
    score = run.ashworth[:, 0]
    assert score[times < empty].max() < 2.0
    assert 4 < first_time(times, score > 4.0) - empty < 24
    assert score.max() > 4.5


def test_the_settled_state_stays_where_it_is() -> None:
    for is_tolerant in (True, False):
        who = adult() if is_tolerant else with_effect(adult(), tolerance_max=0.0)
        start = settle(who, 350, is_tolerant=is_tolerant)
        run = infuse(who, 350, np.array([0.0, 500.0]), start)
        for values in (run.lumbar, run.plasma, run.cord, run.tolerance, run.adaptation):
            assert values[1, 0] == pytest.approx(values[0, 0], rel=1e-8)


def test_each_subject_can_have_its_own_rate() -> None:
    people = crowd(3)
    therapy = SpinalTherapy(tip=TipRate.constant(100))
    run = simulate_intrathecal(people, therapy, np.array([50.0]), tip_scale=[1.0, 2.5, 0.0])
    base = simulate_intrathecal(people, therapy, np.array([50.0]))
    np.testing.assert_allclose(run.lumbar[0], base.lumbar[0] * [1.0, 2.5, 0.0], rtol=1e-12)
    with pytest.raises(ValueError, match="tip_scale"):
        simulate_intrathecal(people, therapy, np.array([50.0]), tip_scale=[1.0, 2.0])


def test_the_share_of_responders_counts_falls_from_the_untreated_score() -> None:
    run = inject(crowd(400), 50, np.arange(0, 25.0))
    assert responder_fraction(run, 1.0, 0, 24) > responder_fraction(run, 2.0, 0, 24) > 0
    assert responder_fraction(run, 1.0, 0, 0) == 0
    with pytest.raises(ValueError, match="no output time"):
        responder_fraction(run, 1.0, 30, 40)


# -- refused -----------------------------------------------------------------------------------------

REFUSED = {
    "injections out of order": (
        lambda: SpinalTherapy(injections=(Injection(5, 50), Injection(4, 50))),
        "injections[1].at_h",
    ),
    "an injection of nothing": (
        lambda: SpinalTherapy(injections=(Injection(0, 0),)),
        "injections[0].micrograms",
    ),
    "an injection of no number": (
        lambda: SpinalTherapy(injections=(Injection(0, math.nan),)),
        "injections[0].micrograms",
    ),
    "an injection before the start": (
        lambda: SpinalTherapy(injections=(Injection(-1, 50),)),
        "injections[0].at_h",
    ),
    "a drainage of a negative volume": (
        lambda: SpinalTherapy(drainages=(Drainage(0, -30),)),
        "drainages[0].ml",
    ),
    "drainages out of order": (
        lambda: SpinalTherapy(drainages=(Drainage(5, 30), Drainage(4, 30))),
        "drainages[1].at_h",
    ),
    "a drainage at the moment of an injection": (
        lambda: SpinalTherapy(injections=(Injection(2, 50),), drainages=(Drainage(2, 30),)),
        "drainages[0].at_h",
    ),
    "a negative rate at the tip": (lambda: TipRate([0, 5], [1, -1]), "tip[1].micrograms_per_h"),
    "an infinite rate at the tip": (lambda: TipRate([0], [math.inf]), "tip[0].micrograms_per_h"),
    "rates out of order": (lambda: TipRate([5, 0], [1, 1]), "tip[1].at_h"),
    "a rate before the start": (lambda: TipRate([-5, 0], [1, 1]), "tip[0].time_h"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nothing_is_simulated_with(case: str) -> None:
    make, path = REFUSED[case]
    with pytest.raises(InputRefused) as refusal:
        make()
    assert path in {problem.path for problem in refusal.value.problems}


@pytest.mark.parametrize("times", [[], [2.0, 1.0], [-1.0], [math.nan]])
def test_output_times_that_make_no_sense_are_refused(times: list[float]) -> None:
    with pytest.raises(ValueError, match="times_h"):
        simulate_intrathecal(adult(), SpinalTherapy(), times)


def test_a_state_of_other_people_is_refused() -> None:
    with pytest.raises(ValueError, match="other subjects"):
        simulate_intrathecal(crowd(3), SpinalTherapy(), [1.0], settle(adult(), 100))


def test_people_of_two_numbers_are_not_joined() -> None:
    with pytest.raises(ValueError, match="joined"):
        build_spinal_matrix(adult().systemic, crowd(2).csf)


def test_a_negative_infusion_has_no_steady_state() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        steady_state(adult().systemic, adult().csf, -1.0)
