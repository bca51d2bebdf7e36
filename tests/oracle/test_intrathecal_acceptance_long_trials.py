"""Oracle: titrated treatment for months in four trials (Penn 1989, Coffey 1993, Gilmartin 2000, Meythaler 1999).

Ashworth of the legs 1.0, 1.7, 1.9 and 1.7; check 14, band 1.0 to 2.0, with the titration rule of the page.
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.spinal_base import adult, dose_on, infuse, titrate


@pytest.mark.parametrize("days", [194, 374, 734])
def test_14_titrated_for_long_the_score_is_the_published_one(days: int) -> None:
    doses, state = titrate(adult(), days=days)
    run = infuse(adult(), dose_on(doses, days), np.array([24.0]), state)
    assert 1.0 <= run.ashworth[0, 0] <= 2.0
