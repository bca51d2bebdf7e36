"""The coarse tone of plans against ``simulate_intrathecal``, which checks its steps, on the same doses by mouth.

The grid of one hour uses the mean level of each interval; 0.02 points of the Ashworth score is a fiftieth of a grade
and far below what the plan shows (two decimals of a rise), and the largest difference is measured here.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.model.intrathecal import rest
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.oral_tone import settle_oral_tone, simulate_oral_tone
from eutonia.simulate.spinal_events import SpinalTherapy
from tests.spinal_base import adult, crowd

CLOCK = np.array([8.0, 14.0, 20.0])


def doses(per_day: list[float]) -> DoseEvents:
    hours = [24 * day + at for day in range(len(per_day)) for at in CLOCK]
    return DoseEvents(hours, [mg / 3 for mg in per_day for _ in CLOCK])


@pytest.mark.parametrize("group", ["typical", "crowd"])
def test_from_the_first_dose_through_a_taper_to_after_the_last_the_scores_agree(group: str) -> None:
    people = adult() if group == "typical" else crowd(20)
    course = doses([60.0] * 20 + [40.0] * 7 + [20.0] * 7 + [0.0001] * 10)
    coarse = simulate_oral_tone(people, course, settle_oral_tone(people, None), 44 * 24.0)
    exact = simulate_intrathecal(people, SpinalTherapy(doses=course), coarse.times_h, rest(people))
    np.testing.assert_allclose(coarse.ashworth, exact.ashworth, atol=0.02)
    np.testing.assert_allclose(coarse.adaptation, exact.adaptation, atol=0.01)


def test_people_who_have_taken_it_for_long_begin_where_a_long_run_ends() -> None:
    people = adult()
    days = 60
    run = simulate_intrathecal(
        people, SpinalTherapy(doses=doses([60.0] * days)), np.arange(24.0 * (days - 1), 24.0 * days + 0.5)
    )
    pattern = DoseEvents(CLOCK.tolist(), [20.0] * 3)
    settled = settle_oral_tone(people, pattern, days_taken=float(days))
    assert settled.before[0] == pytest.approx(run.ashworth[1:].mean(), abs=0.02)


def test_without_doses_before_and_after_tone_is_the_untreated_one() -> None:
    people = crowd(5)
    tone = simulate_oral_tone(people, DoseEvents([], []), settle_oral_tone(people, None), 48.0)
    np.testing.assert_array_equal(
        tone.ashworth, np.broadcast_to(people.effect.baseline_ashworth, tone.ashworth.shape)
    )
    np.testing.assert_array_equal(tone.before, people.effect.baseline_ashworth)
