"""Oracle: Wilson's interval as tabulated by Newcombe 1998 (Statistics in Medicine 17:857, method 3), and the ranks of
the confidence interval of a median as in tables of the sign test. Both were recalled, not looked up again.

Four decimals are printed, so half of the last one is the tolerance. The ranks are exact.
"""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.simulate.trial_outcomes import estimate_fraction, estimate_median


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_fraction_has_the_tabulated_interval(count: int, n: int, low: float, high: float) -> None:
    found = estimate_fraction(count, n)
    assert found.low is not None
    assert found.high is not None
    assert abs(found.low - low) <= 0.5e-4
    assert abs(found.high - high) <= 0.5e-4


@pytest.mark.parametrize(
    ("n", "low", "high"), [(6, 1, 6), (10, 2, 9), (20, 6, 15), (25, 8, 18), (50, 18, 33)]
)
def test_a_median_lies_between_the_tabulated_ranks(n: int, low: int, high: int) -> None:
    found = estimate_median(np.arange(1.0, n + 1))
    assert (found.low, found.high) == (low, high)


def test_fewer_than_six_people_do_not_bound_a_median() -> None:
    found = estimate_median(np.arange(5.0))
    assert found.value == 2.0
    assert found.low is None


def test_a_time_that_half_of_the_people_never_reach_has_no_finite_median() -> None:
    found = estimate_median(np.array([1.0, 2.0, 3.0, *([np.inf] * 5)]))
    assert np.isinf(found.value)
