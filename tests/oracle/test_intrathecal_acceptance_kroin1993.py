"""Oracle: a marker on lumbar infusion in five people (Kroin et al., Neurosurgery 1993;33:226-30), abstract.

43 percent at T2 of the level at T12, 20 cm apart, in four of five (check 4, band 0.35 to 0.55). The length of the
gradient was set from this figure, so it checks the formula, not the knowledge.
"""

from __future__ import annotations

import numpy as np

from eutonia.model.csf import concentration_along_canal
from tests.spinal_base import adult


def test_4_the_level_20_cm_higher_is_the_published_fraction() -> None:
    ratio = concentration_along_canal(np.array([1.0]), 20.0, adult().csf)[0]
    assert 0.35 <= ratio <= 0.55
