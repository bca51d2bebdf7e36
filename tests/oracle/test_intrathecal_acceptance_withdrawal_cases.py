"""Oracle: what is told of pumps that stopped (facts page, section D; checks 23 to 26).

Loss of effect after hours to 3 days (cases of D'Aleo 2007 and others): 1 point in 4 to 48 h. Exaggerated rebound, worst
at 24 to 72 h (review): excitability 1.15 to 1.6 at 12 to 72 h. Relief 3 to 12 h after restoring (D'Aleo 2007): tone
below baseline within 12 h. End after days to 4 weeks (rats, 2002): within 0.1 point after 7 to 35 days. Each starts
from two years of titration.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from eutonia.simulate.intrathecal import SpinalTrajectory
from tests.spinal_base import adult, dose_on, first_time, infuse, titrate

TIMES = np.arange(0, 40 * 24, 0.1)


@cache
def on_treatment() -> tuple[SpinalTrajectory, float]:
    doses, state = titrate(adult())
    dose = dose_on(doses, 740)
    return infuse(adult(), dose, np.array([24.0]), state), dose


@cache
def stopped() -> SpinalTrajectory:
    return infuse(adult(), 0, TIMES, on_treatment()[0].end)


def test_23_the_first_point_is_lost_within_two_days_but_not_at_once() -> None:
    before = on_treatment()[0].ashworth[0, 0]
    assert 4 <= first_time(TIMES, stopped().ashworth[:, 0] >= before + 1) <= 48


def test_24_tone_rebounds_above_the_untreated_and_most_on_the_first_to_third_day() -> None:
    excitability = stopped().excitability[:, 0]
    assert 1.15 <= excitability.max() <= 1.6
    assert 12 <= TIMES[excitability.argmax()] <= 72


def test_25_restoring_the_infusion_helps_within_twelve_hours() -> None:
    run, dose = on_treatment()
    two_days_off = infuse(adult(), 0, np.array([48.0]), run.end)
    again = infuse(adult(), dose, np.array([12.0]), two_days_off.end)
    assert two_days_off.ashworth[0, 0] > 4.0
    assert again.ashworth[0, 0] < 4.0


def test_26_the_rebound_ends_after_one_to_five_weeks() -> None:
    score = stopped().ashworth[:, 0]
    assert 7 <= TIMES[np.abs(score - 4) > 0.1][-1] / 24 <= 35
