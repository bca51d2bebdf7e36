"""Oracle: the course described in the labels (facts page, section I, checks 6, 7, 8, 11 and 12).

A bolus acts after 0.5 to 1 h, most at about 4 h, for 4 to 8 h; an infusion after 6 to 8 h (all read) and fully at
24 to 48 h (recalled; no copy that could be read has the sentence). The bands are those of the page; “acts” is 20
percent of the largest effect, “lasts” a fall of at least 1 point.
"""

from __future__ import annotations

import numpy as np

from tests.spinal_base import adult, first_time, infuse, inject

TIMES = np.arange(0, 24, 0.01)
LONG = np.arange(0, 72.01, 0.05)


def test_6_50_micrograms_act_within_the_hour() -> None:
    effect = inject(adult(), 50, TIMES).effect[:, 0]
    assert 0.4 <= first_time(TIMES, effect >= 0.2 * effect.max()) <= 1.2


def test_7_50_micrograms_act_most_at_about_four_hours() -> None:
    effect = inject(adult(), 50, TIMES).effect[:, 0]
    assert 3 <= TIMES[effect.argmax()] <= 5


def test_8_50_micrograms_are_felt_for_four_to_nine_hours() -> None:
    felt = inject(adult(), 50, TIMES).ashworth[:, 0] <= 3.0
    assert 4 <= felt.sum() * 0.01 <= 9


def test_11_an_infusion_is_first_felt_after_five_to_nine_hours() -> None:
    effect = infuse(adult(), 100, LONG).effect[:, 0]
    assert 5 <= first_time(LONG, effect >= 0.2 * effect[-1]) <= 9


def test_12_an_infusion_acts_fully_after_one_to_two_days() -> None:
    effect = infuse(adult(), 100, LONG).effect[:, 0]
    assert 20 <= first_time(LONG, effect >= 0.95 * effect[-1]) <= 48
