"""Dose events: what is accepted, and what is refused with which words."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.simulate.events import DoseEvents, join_events, repeat_daily


def test_a_list_of_tablets_needs_only_times_and_amounts() -> None:
    doses = DoseEvents([0, 8, 16], [5, 5, 10])
    assert len(doses) == 3
    assert doses.route == ("oral", "oral", "oral")
    assert doses.duration_h.tolist() == [0, 0, 0]


def test_no_doses_at_all_are_a_valid_course() -> None:
    assert len(DoseEvents([], [])) == 0


@pytest.mark.parametrize(
    ("time", "amount", "words"),
    [
        ([8, 0], [5, 5], "dose 2 comes before dose 1"),
        ([0, -1], [5, 5], "the time of dose 2"),
        ([0, 8], [5, -5], "the amount of dose 2"),
        ([float("nan")], [5], "the time of dose 1"),
        ([0], [float("inf")], "the amount of dose 1"),
        ([0, 8], [5], "one entry for each dose"),
    ],
)
def test_a_course_that_cannot_be_is_refused_and_the_dose_is_named(
    time: list[float], amount: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        DoseEvents(time, amount)


def test_a_tablet_cannot_be_given_over_an_hour() -> None:
    with pytest.raises(ValueError, match="given by mouth and cannot have a duration"):
        DoseEvents([0], [10], "oral", [1.0])


def test_an_unknown_route_is_refused() -> None:
    with pytest.raises(ValueError, match="oral or iv"):
        DoseEvents([0], [10], ["intrathecal"])  # type: ignore[list-item]


def test_doses_cannot_be_changed_after_they_were_checked() -> None:
    doses = DoseEvents([0], [10])
    with pytest.raises(ValueError, match="read-only"):
        doses.amount_mg[0] = 100


def test_changing_the_list_a_course_was_made_from_does_not_change_the_course() -> None:
    amounts = np.array([10.0])
    doses = DoseEvents([0], amounts)
    amounts[0] = 100
    assert doses.amount_mg[0] == 10


def test_a_day_is_repeated_at_the_same_hours() -> None:
    course = repeat_daily(DoseEvents([8, 20], [5, 10]), 3, start_h=48)
    assert course.time_h.tolist() == [56, 68, 80, 92, 104, 116]
    assert course.amount_mg.tolist() == [5, 10, 5, 10, 5, 10]


def test_a_day_cannot_hold_a_dose_after_its_end() -> None:
    with pytest.raises(ValueError, match="before 24 h"):
        repeat_daily(DoseEvents([0, 24], [5, 5]), 2)


def test_courses_are_joined_in_order_of_time() -> None:
    tablets = DoseEvents([0, 8], [10, 10])
    drip = DoseEvents([4], [2], "iv", [1.0])
    both = join_events(tablets, drip)
    assert both.time_h.tolist() == [0, 4, 8]
    assert both.route == ("oral", "iv", "oral")
    assert both.duration_h.tolist() == [0, 1, 0]
