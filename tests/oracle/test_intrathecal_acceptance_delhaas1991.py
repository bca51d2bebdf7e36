"""Oracle: overdose about 6 h after restarting the old rate (27 and 55 micrograms an hour) after a pause
(Delhaas and Brouwers 1991, two of seven overdoses), abstract.

Check 28: after three weeks off, the drive on the cord 24 h after restarting is at least 1.3 times that on treatment.
"""

from __future__ import annotations

import numpy as np

from tests.spinal_base import adult, dose_on, infuse, titrate


def test_28_the_old_dose_after_a_pause_of_three_weeks_is_too_much() -> None:
    who = adult()
    doses, state = titrate(who)
    dose = dose_on(doses, 740)
    on = infuse(who, dose, np.array([24.0]), state)
    off = infuse(who, 0, np.array([21 * 24.0]), on.end)
    back = infuse(who, dose, np.array([24.0]), off.end)
    drive = [float(r.cord[0, 0] / (1 + r.tolerance[0, 0])) for r in (back, on)]
    assert drive[0] >= 1.3 * drive[1]
